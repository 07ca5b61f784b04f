"""What customers do after a complaint, against others who were alike and had none."""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.matching import Matched, balance, matched_difference, matched_groups
from workbook.analysis.purchase_points import days_after_purchases, purchase_points, strata_of

__all__ = ["Followup", "cause_costs", "complaint_followup"]

CLEAR_DAYS = 180  # without a complaint before, in both arms
WINDOW_DAYS = 730  # complaints of so many days, as far as they can be followed
MOST = 30_000  # complaints; beyond it they are drawn at random
EACH = 6  # days of others drawn for each complaint, as far as there are any
COMPARED = ("silence_days", "purchases_year", "amount_year", "T_days", "amount_before")


@dataclass(frozen=True)
class Followup:
    """Complaints and what came after them.

    Attributes
    ----------
    stops : Matched
        Share without a purchase in the days after.
    amount : Matched
        Money spent in the days after, per customer.
    earlier : Matched or None
        Money spent in the year before the matched one: arms that differ there were not alike.
    by_cause, by_end : pandas.DataFrame
        From `matching.matched_groups` on money: by cause, and by what became of the complaint
        (in_time, late, reopened).
    balance : pandas.DataFrame
        From `matching.balance`.
    follow_days : int
    first, last : date
        Span of the complaints.
    """

    stops: Matched
    amount: Matched
    earlier: Matched | None
    by_cause: pd.DataFrame
    by_end: pd.DataFrame
    balance: pd.DataFrame
    follow_days: int
    first: date
    last: date


def complaint_followup(
    days: ir.Table,
    rows: ir.Table,
    *,
    as_of: date,
    customers: ir.Table | None = None,
    follow_days=180,
    confidence=0.95,
    seed=0,
) -> Followup | None:
    """Customers after their complaint, and customers alike on a day of their own.

    Parameters
    ----------
    days : ibis.Table
        From `lifecycle.purchase_days`.
    rows : ibis.Table
        From `tickets.ticket_rows`.
    customers : ibis.Table, optional
        customer_id, type: customers of equal type are compared.
    follow_days : int
        Days after a complaint that are watched in full.

    Returns
    -------
    Followup or None
        None where fewer than 30 complaints can be followed and matched.

    Notes
    -----
    A complaint counts when the customer had none in the 180 days before. The others are drawn from
    purchases of the same span, each looked at as many days after it as a complaint follows its
    purchase, without a complaint in the 180 days before; a later complaint of theirs stays in, as
    it may in life. Alike: see `purchase_points.strata_of`; what was
    bought after the day is never looked at. The comparison holds if nothing else parts the two.
    """
    last = as_of - timedelta(days=follow_days)
    first = max(last - timedelta(days=WINDOW_DAYS), _first_day(days))
    complaints = _complaints(rows)
    cases = complaints[(complaints["at"].dt.date >= first) & (complaints["at"].dt.date <= last)]
    cases = cases[~(cases["since"] <= CLEAR_DAYS)]
    if len(cases) < 30 or first >= last:
        return None
    cases = _sample(cases, seed).assign(first=True)
    others = days_after_purchases(days, cases, first=first, last=last, each=EACH, seed=seed)
    others = _without_complaint(others, complaints).assign(first=False, cause=None, end=None)
    columns = ["customer_id", "at", "first", "cause", "end"]
    points = pd.concat([cases[columns], others[columns]], ignore_index=True)
    points = purchase_points(days, points, follow_days=follow_days)
    points = points.assign(type=_types(points["customer_id"], customers))
    strata, arm = strata_of(points, more=("type",)), points["first"].to_numpy(bool)
    clusters = (pd.factorize(points["customer_id"])[0],)
    level = {"confidence": confidence}
    stops = matched_difference(points["stops"], arm, strata, *clusters, **level)
    amount = matched_difference(points["amount_after"], arm, strata, *clusters, **level)
    if stops is None or amount is None:
        return None
    # only those who were customers two years before have a year before the matched one
    old = (points["T_days"] >= 730).to_numpy()
    earlier = matched_difference(
        points["amount_before"][old], arm[old], strata[old], clusters[0][old], **level
    )
    groups = [
        matched_groups(points["amount_after"], arm, points[name], strata, *clusters, **level)
        for name in ("cause", "end")
    ]
    alike = balance(points, arm, strata, COMPARED)
    return Followup(stops, amount, earlier, *groups, alike, follow_days, first, last)


def _types(customer_ids, customers):
    """The type of each customer; empty where it isn't known."""
    if customers is None or "type" not in customers.columns:
        return ""
    known = customers.select("customer_id", "type").distinct(on="customer_id").to_pandas()
    return customer_ids.map(known.set_index("customer_id")["type"]).astype(object).fillna("")


def _first_day(days):
    first = days.bought_on.min().to_pandas()
    return pd.Timestamp(first).date() if pd.notna(first) else date.max


def _complaints(rows):
    """Complaints of known customers in order: at, cause, what became of it, days since the last."""
    found = rows.filter((rows.kind == "complaint") & rows.customer_id.notnull())
    end = ibis.cases(
        (found.reopened.fill_null(False), "reopened"),
        (found.due == "met", "in_time"),
        (found.due == "breached", "late"),
    )
    table = found.select("customer_id", "cause", at=found.opened_at, end=end).to_pandas()
    table = table.sort_values(["customer_id", "at"], kind="stable", ignore_index=True)
    table["at"] = pd.to_datetime(table["at"])
    gap = table["at"].diff().dt.total_seconds() / 86_400
    same = table["customer_id"].eq(table["customer_id"].shift())
    return table.assign(since=gap.where(same))


def _sample(frame, seed):
    if len(frame) <= MOST:
        return frame
    return frame.sample(MOST, random_state=seed).sort_index()


def _without_complaint(others, complaints):
    """Days on which the customer had had no complaint for `CLEAR_DAYS`."""
    left = others.sort_values("at", kind="stable")
    last = complaints[["customer_id", "at"]].assign(complained_at=complaints["at"])
    last = last.sort_values("at", kind="stable")
    left["at"], last["at"] = (
        left["at"].astype("datetime64[ns]"),
        last["at"].astype("datetime64[ns]"),
    )
    left["customer_id"] = left["customer_id"].astype(object)
    last["customer_id"] = last["customer_id"].astype(object)
    joined = pd.merge_asof(left, last, on="at", by="customer_id")
    since = (joined["at"] - joined["complained_at"]).dt.days
    return joined[~(since <= CLEAR_DAYS)].drop(columns="complained_at")


def cause_costs(
    causes: pd.DataFrame, followup: Followup | None, *, cost_per_ticket: float = 0.0
) -> pd.DataFrame:
    """What complaints of each cause cost per year: handling, and what customers no longer spend.

    Parameters
    ----------
    causes : pandas.DataFrame
        From `complaint_causes.causes`: tickets and customers of the last 12 months.
    followup : Followup or None
    cost_per_ticket : float
        Money to handle one ticket; 0: not known, and left out.

    Returns
    -------
    pandas.DataFrame
        cause, tickets, customers, handling (money, NaN where not known), gap (money each customer
        concerned spent less than others alike in the days followed; of the cause drawn towards
        all), lost, lost_low, lost_high (gap times customers, 80 %; NaN without a comparison), cost
        (handling, and what is lost where ``attrs["clear"]`` says that customers spend less after a
        complaint by more than chance), cost_low, cost_high; largest first.
    """
    table = causes[["cause", "tickets", "customers"]].copy()
    known = cost_per_ticket > 0
    table["handling"] = table["tickets"] * cost_per_ticket if known else np.nan
    for name in ("gap", "lost", "lost_low", "lost_high"):
        table[name] = np.nan
    if followup is not None:
        by = followup.by_cause.set_index("group")
        whole = followup.amount
        for place, row in table.iterrows():
            gap, low, high = -whole.difference, -whole.high80, -whole.low80
            if row["cause"] in by.index:
                own = by.loc[row["cause"]]
                gap, low, high = -own["shrunk"], -own["shrunk_high80"], -own["shrunk_low80"]
            table.loc[place, "gap"] = gap
            money = [value * row["customers"] for value in (gap, low, high)]
            table.loc[place, ["lost", "lost_low", "lost_high"]] = money
    clear = followup is not None and followup.amount.high < 0
    for name, part in (("cost", "lost"), ("cost_low", "lost_low"), ("cost_high", "lost_high")):
        parts = ["handling", part] if clear else ["handling"]
        table[name] = table[parts].sum(axis=1, min_count=1)
    table.attrs["clear"] = clear
    return table.sort_values(["cost", "tickets"], ascending=False, ignore_index=True)
