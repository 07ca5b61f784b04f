"""Coupons, vouchers and personal offers: how many are used, what they cost, what goes with them."""

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.comparison_days import (
    Windows,
    compared_days,
    months_of,
    part_of,
    people_of,
    random_days,
)
from workbook.analysis.group_time import GroupTime, group_time
from workbook.analysis.window_sums import window_sums

__all__ = ["OFFER_WINDOWS", "offer_cost", "offer_effect", "redemption_by", "redemption_days"]

OFFER_WINDOWS = Windows(days=28, before=3, after=2)
FEWEST = 30


def redemption_by(
    offers: ir.Table,
    campaigns: ir.Table | None = None,
    *,
    as_of: date,
    ripe_days: int = 28,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Share of offers used, in all and by campaign kind, or by campaign where kinds are not known.

    Parameters
    ----------
    offers : ibis.Table
        customer_id, issued_on; campaign_id, redeemed_on, cost when known.
    campaigns : ibis.Table, optional
        campaign_id, kind.
    ripe_days : int
        Offers given less than so many days ago are left out: they may still be used.

    Returns
    -------
    DataFrame
        group (None: all), offers, customers, redeemed, share, low, high, cost (money of those
        used; NaN when not known), cost_each. The whole first, then the largest groups, at most 12.
        Empty without the column redeemed_on.

    Notes
    -----
    Customers get several offers: Wilson's interval on the effective number of offers, from the
    variance by customer (Korn, Graubard 1998).
    """
    columns = [
        "group",
        "offers",
        "customers",
        "redeemed",
        "share",
        "low",
        "high",
        "cost",
        "cost_each",
    ]
    if "redeemed_on" not in offers.columns:
        return pd.DataFrame(columns=columns)
    end = ibis.literal(as_of).cast("date")
    ripe = (pd.Timestamp(as_of) - pd.Timedelta(days=ripe_days)).date()
    rows = offers.filter(offers.issued_on <= ripe)
    used = (rows.redeemed_on <= end).fill_null(False)
    group = ibis.null("string")
    if "campaign_id" in rows.columns:
        group = rows.campaign_id.cast("string")
        if campaigns is not None and "kind" in campaigns.columns:
            kinds = campaigns.select("campaign_id", "kind").distinct(on="campaign_id")
            rows = rows.left_join(kinds, "campaign_id")
            used, group = (rows.redeemed_on <= end).fill_null(False), rows.kind
    cost = rows.cost.fill_null(0.0) if "cost" in rows.columns else ibis.literal(np.nan)
    each = rows.select("customer_id", group=group, used=used.cast("int64"), cost=cost)
    each = each.group_by("group", "customer_id").aggregate(
        n=each.count(), x=each.used.sum(), cost=(each.cost * each.used).sum()
    )
    by_group = _group_sums(each.filter(each.group.notnull()), ["group"])
    whole = each.group_by("customer_id").aggregate(
        n=each.n.sum(), x=each.x.sum(), cost=each.cost.sum()
    )
    whole = _group_sums(whole, []).assign(group=None)
    by_group = by_group.sort_values(["n", "group"], ascending=[False, True]).head(12)
    table = pd.concat([whole, by_group], ignore_index=True)
    table = table[table["n"] > 0].copy()
    p = table["x"] / table["n"]
    spread = (table["xx"] - 2 * p * table["nx"] + p**2 * table["nn"]) / table["n"] ** 2
    spread = spread * table["customers"] / (table["customers"] - 1).clip(lower=1)
    effective = (p * (1 - p) / spread.where(spread > 0)).fillna(table["customers"])
    table["low"], table["high"] = _wilson(p, effective.clip(1, table["n"]), confidence)
    table["share"] = p
    table["cost_each"] = table["cost"] / table["x"].where(table["x"] > 0)
    table = table.rename(columns={"n": "offers", "x": "redeemed"})
    counts = {name: int for name in ("offers", "customers", "redeemed")}
    return table[columns].astype(counts).reset_index(drop=True)


def _group_sums(each, keys):
    sums = {
        "customers": each.count(), "n": each.n.sum(), "x": each.x.sum(), "cost": each.cost.sum(),
        "xx": (each.x * each.x).sum(), "nn": (each.n * each.n).sum(), "nx": (each.n * each.x).sum(),
    }  # fmt: skip
    grouped = each.group_by(keys).aggregate(**sums) if keys else each.aggregate(**sums)
    return grouped.to_pandas().astype({name: float for name in sums})


def _wilson(p, n, confidence):
    z2 = norm.ppf(0.5 + confidence / 2) ** 2
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n**2))) / (1 + z2 / n)
    return (centre - half).clip(0, 1), (centre + half).clip(0, 1)


def redemption_days(offers: ir.Table, *, as_of: date) -> pd.DataFrame:
    """Days from getting an offer to using it: days, redeemed (offers), share (so far, of those used
    by as_of). Uses before the offer was given are left out."""
    if "redeemed_on" not in offers.columns:
        return pd.DataFrame(columns=["days", "redeemed", "share"])
    used = offers.filter(offers.redeemed_on <= ibis.literal(as_of).cast("date"))
    used = used.mutate(days=used.redeemed_on.delta(used.issued_on, unit="day"))
    used = used.filter(used.days >= 0)
    table = used.group_by("days").aggregate(redeemed=used.count()).order_by("days").to_pandas()
    table["share"] = table["redeemed"].cumsum() / max(table["redeemed"].sum(), 1)
    return table


def offer_cost(offers: ir.Table, *, as_of: date, months: int = 12) -> dict:
    """Offers given and used in the window: offers, redeemed, cost (money; None when not known)."""
    end = ibis.literal(as_of).cast("date")
    since = (pd.Timestamp(as_of) - pd.DateOffset(months=months)).date()
    found = {"offers": offers.filter(offers.issued_on > since).count().execute()}
    if "redeemed_on" not in offers.columns:
        return {"offers": int(found["offers"]), "redeemed": None, "cost": None}
    used = offers.filter((offers.redeemed_on > since) & (offers.redeemed_on <= end))
    found["redeemed"] = used.count().execute()
    known = "cost" in offers.columns and int(used.cost.notnull().sum().execute() or 0) > 0
    cost = float(used.cost.sum().execute()) if known else None
    return {name: int(n) for name, n in found.items()} | {"cost": cost}


def offer_effect(
    days: ir.Table,
    offers: ir.Table,
    kinds: ir.Table | None = None,
    *,
    as_of: date,
    windows: Windows = OFFER_WINDOWS,
    confidence: float = 0.95,
    most: int = 200_000,
    seed: int = 0,
) -> GroupTime | None:
    """Spending after an offer against that of customers who got none around the same days.

    Parameters
    ----------
    days : ibis.Table
        As `lifecycle.purchase_days` gives them, cached.
    offers : ibis.Table
        customer_id, issued_on.
    kinds : ibis.Table, optional
        customer_id, kind; see `comparison_days.people_of`.

    Returns
    -------
    GroupTime or None
        As `group_time.group_time`; None when fewer than 30 offers can be compared, for instance
        because nearly every customer gets one.

    Notes
    -----
    Compared are customers with as many purchase days in the look-back, known for as long, in the
    same month; who gets an offer is the company's choice, so that this is no experiment.
    """
    given = offers.filter(offers.customer_id.notnull() & offers.issued_on.notnull())
    given = given.select("customer_id", index_on=given.issued_on.cast("date")).distinct()
    people = people_of(days, kinds)
    treated = given.join(people, "customer_id").filter(lambda row: row.index_on > row.first_on)
    treated = part_of(treated, most)
    months = months_of(treated)
    if not len(months):
        return None
    others = random_days(people, months, as_of=as_of, most=most).cache()
    near = others.join(given.rename(given_on="index_on"), "customer_id")
    ahead = near.given_on.delta(near.index_on, unit="day")
    reach = windows.days * windows.after
    near = near.filter((ahead > -(windows.days + reach)) & (ahead <= reach))
    others = others.anti_join(near, ["customer_id", "index_on"])
    columns = ["customer_id", "first_on", "kind", "index_on", "joined_on", "how", "treated"]
    both = [
        table.mutate(
            joined_on=ibis.null("date"), how=ibis.literal("other"), treated=ibis.literal(flag)
        ).select(*columns)
        for table, flag in ((treated, True), (others, False))
    ]
    events = compared_days(ibis.union(*both), days, as_of=as_of, windows=windows).cache()
    sums, counts = window_sums(days, events, windows=windows)
    if not counts["treated"].any():
        return None
    return group_time(sums, counts, windows=windows, confidence=confidence, seed=seed)
