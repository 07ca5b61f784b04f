"""What a loyalty programme goes with: members against those who had not joined yet."""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.comparison_days import Windows
from workbook.analysis.group_time import GroupTime, group_time
from workbook.analysis.intervals import customer_draws, interval
from workbook.analysis.joining import joining_reasons, joinings, programme_events
from workbook.analysis.joining_odds import joining_odds, with_selection
from workbook.analysis.window_sums import window_sums

__all__ = ["ProgrammeStudy", "members_against_others", "programme_study", "tiers"]

FEWEST = 30
LEVEL = 0.05
WIDEST = 2.0  # relative; an interval this wide holds halving and doubling alike


@dataclass(frozen=True)
class ProgrammeStudy:
    """A programme's members and what joining goes with.

    Attributes
    ----------
    reasons : dict
        Members by whether they could be compared: `joining.joining_reasons`.
    how : str
        "purchase": joinings on a purchase day are compared; "other": on another day, since too few
        came with a purchase; "none": neither kind is enough.
    spending, frequency : GroupTime or None
        Money and purchase days.
    against : dict
        `members_against_others`, the naive comparison of levels.
    """

    reasons: dict
    how: str
    spending: GroupTime | None
    frequency: GroupTime | None
    against: dict

    @property
    def verdict(self) -> str:
        """What can be said of spending: "few" (nothing), "wide" (next to nothing), "trends_differ",
        "unclear", "more" or "less"."""
        found = self.spending
        if found is None:
            return "few"
        if found.high - found.low > WIDEST:
            return "wide"
        if found.trend_p < LEVEL:
            return "trends_differ"
        if self.how == "other" or found.low <= 0 <= found.high:
            return "unclear"
        return "more" if found.effect > 0 else "less"


def programme_study(
    days: ir.Table,
    memberships: ir.Table,
    kinds: ir.Table | None = None,
    *,
    as_of: date,
    windows: Windows | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> ProgrammeStudy | None:
    """Joinings compared by group-time differences; None without a member.

    Parameters
    ----------
    days : ibis.Table
        As `lifecycle.purchase_days` gives them, cached.
    memberships : ibis.Table
        customer_id, joined_on.
    kinds : ibis.Table, optional
        customer_id, kind. Only kinds with a hundredth of the members and more are compared, each with
        itself: a programme for consumers is not judged by dealers.

    Notes
    -----
    Joinings on a purchase day are preferred: on that day both sides were customers. On another day
    only the look-back tells who still is one, and the comparison may be off either way.
    """
    windows = windows or Windows()
    joined = joinings(memberships).cache()
    if kinds is not None:
        days, kinds = _of_members(days, joined, kinds)
    events = programme_events(days, joined, kinds, as_of=as_of, windows=windows).cache()
    odds = joining_odds(days, joined)
    reasons = joining_reasons(days, joined, events, as_of=as_of)
    if not reasons["members"]:
        return None
    selected = with_selection(events, days, joined, odds)
    sums, counts = window_sums(days, selected, windows=windows, since=odds.since)
    options = {"windows": windows, "confidence": confidence, "seed": seed}
    against = members_against_others(days, joined, as_of=as_of, confidence=confidence)
    for how in ("purchase", "other"):
        mine = [table[table["band"].str.startswith(how)] for table in (sums, counts)]
        if mine[1].loc[mine[1]["treated"] & (mine[1]["followed"] > 0), "events"].sum() < FEWEST:
            continue
        spending, frequency = (
            group_time(*mine, value=value, **options) for value in ("amount", "purchases")
        )
        if frequency is not None:
            return ProgrammeStudy(reasons, how, spending, frequency, against)
    return ProgrammeStudy(reasons, "none", None, None, against)


def _of_members(days, joined, kinds):
    """Purchases and kinds of those kinds of customers that join."""
    kinds = kinds.mutate(kind=kinds.kind.fill_null("")).cache()
    counts = kinds.semi_join(joined, "customer_id").group_by("kind").aggregate(n=ibis._.count())
    frame = counts.to_pandas()
    names = frame.loc[frame["n"] >= 0.01 * frame["n"].sum(), "kind"].tolist()
    if not names:
        return days, None
    kinds = kinds.filter(kinds.kind.isin(names))
    return days.semi_join(kinds, "customer_id").cache(), kinds


def members_against_others(
    days: ir.Table, joined: ir.Table, *, as_of: date, confidence: float = 0.95
) -> dict:
    """What members spent in the last 12 months against other customers who have bought: the naive
    comparison, which takes better customers for an effect.

    Returns members, others (customers), mean, mean_others (money), ratio, low, high (bootstrap by
    customer; None with fewer than 30 on either side).
    """
    since = (pd.Timestamp(as_of) - pd.DateOffset(months=12)).date()
    people = days.group_by("customer_id").aggregate(
        amount=ibis.ifelse(days.bought_on > since, days.amount, 0.0).sum()
    )
    member = joined.filter(joined.joined_on <= ibis.literal(as_of).cast("date"))
    people = people.left_join(member, "customer_id").drop("customer_id_right")
    people = people.select("customer_id", "amount", member=people.joined_on.notnull())
    frame = people.order_by("customer_id").to_pandas()
    member = frame["member"].to_numpy(bool)
    found = {"members": int(member.sum()), "others": int((~member).sum())}
    names = ("mean", "mean_others", "ratio", "low", "high")
    if min(found.values()) < FEWEST:
        return found | dict.fromkeys(names)
    mean, others = frame["amount"][member].mean(), frame["amount"][~member].mean()
    drawn = customer_draws(frame[["amount"]], np.where(member, "m", "o"))
    means = drawn["amount"] / drawn["customers"]
    low, high = interval(means["m"] / means["o"], confidence=confidence)
    ratio = mean / others if others > 0 else np.nan
    values = (mean, others, ratio, min(low, ratio), max(high, ratio))
    return found | {n: float(v) for n, v in zip(names, values, strict=True)}


def tiers(
    days: ir.Table, memberships: ir.Table, *, as_of: date, confidence: float = 0.95
) -> pd.DataFrame | None:
    """Members by tier: what they bought in the last 12 months; None without the column tier.

    Returns tier, members, active (with a purchase in the 12 months), active_share, mean (money per
    member), low, high (bootstrap by customer, NaN below 30 members); most members first.
    """
    if "tier" not in memberships.columns:
        return None
    since = (pd.Timestamp(as_of) - pd.DateOffset(months=12)).date()
    order = [memberships.joined_on.desc(), memberships.tier]
    place = ibis.row_number().over(ibis.window(group_by="customer_id", order_by=order))
    latest = memberships.filter(memberships.tier.notnull()).mutate(place=place)
    latest = latest.filter(latest.place == 0).select("customer_id", "tier")
    recent = days.filter(days.bought_on > since)
    recent = recent.group_by("customer_id").aggregate(amount=recent.amount.sum())
    both = latest.left_join(recent, "customer_id").drop("customer_id_right")
    both = both.mutate(active=both.amount.notnull(), amount=both.amount.fill_null(0.0))
    frame = both.order_by("customer_id").to_pandas()
    rows = []
    for tier, part in frame.groupby("tier"):
        amount = part["amount"]
        ends = (np.nan, np.nan)
        if len(part) >= FEWEST:
            drawn = customer_draws(pd.DataFrame({"amount": amount.to_numpy(float)}))
            ends = interval(drawn["amount"] / drawn["customers"], confidence=confidence)
        active = int(part["active"].sum())
        rows.append((tier, len(part), active, active / len(part), amount.mean(), *ends))
    columns = ["tier", "members", "active", "active_share", "mean", "low", "high"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["members", "tier"], ascending=[False, True], ignore_index=True)
