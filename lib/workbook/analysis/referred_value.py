"""What customers who came by a customer spend, against others who came in the same quarters."""

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.intervals import interval

__all__ = ["referred_value"]

YEAR = 365
FEWEST = 30
BLOCKS = 400  # random groups of customers, drawn again in place of single ones


def referred_value(
    days: ir.Table,
    links: pd.DataFrame,
    kinds: ir.Table | None = None,
    *,
    as_of: date,
    confidence: float = 0.95,
) -> dict | None:
    """What customers who were referred spend in their first year, against others of their quarter
    and kind (`kinds`: customer_id, kind).

    Returns
    -------
    dict or None
        customers (referred, followed for a year), others, mean, mean_others (money in the 365 days
        from the first purchase; the others weighted like the referred by quarter of the first
        purchase), ratio, low, high (bootstrap by customer), low80, high80 of the difference per
        customer (`difference`), per_year (referred customers who came in the last 12 months).
        None with fewer than 30 referred.
    """
    until = (pd.Timestamp(as_of) - pd.Timedelta(days=YEAR)).date()
    first = days.filter(days.bought_on.delta(days.first_on, unit="day") < YEAR)
    year = first.group_by("customer_id", "first_on").aggregate(amount=first.amount.sum())
    came = ibis.memtable(links[["customer_id"]].assign(came=True))
    people = year.filter(year.first_on <= until).left_join(came, "customer_id")
    if kinds is not None:
        kinds = kinds.select("customer_id", "kind")
        people = people.left_join(kinds, "customer_id", rname="{name}_of_kind")
    kind = ibis.literal("") if kinds is None else people.kind.fill_null("")
    people = people.select(
        "amount",
        block=people.customer_id.hash().abs() % BLOCKS,
        role=ibis.ifelse(people.came.fill_null(False), "r|", "o|"),
        quarter=people.first_on.truncate("Q").cast("string") + kind,
    )
    sums = people.group_by("block", "role", "quarter").aggregate(
        amount=people.amount.sum(), customers=people.count()
    )
    sums = sums.order_by("block", "role", "quarter").to_pandas()
    both = set(sums.loc[sums["role"] == "r|", "quarter"]) & set(
        sums.loc[sums["role"] == "o|", "quarter"]
    )
    sums = sums[sums["quarter"].isin(both)]
    referred = sums["role"] == "r|"
    n, others_n = (int(sums.loc[here, "customers"].sum()) for here in (referred, ~referred))
    if n < FEWEST or others_n < FEWEST:
        return None
    sums = sums.assign(group=sums["role"] + sums["quarter"])
    wide = sums.pivot(index="block", columns="group", values=["amount", "customers"])
    wide = wide.fillna(0.0).astype(float)
    rng = np.random.default_rng(0)
    weights = rng.multinomial(len(wide), np.full(len(wide), 1 / len(wide)), size=1000)
    drawn = pd.DataFrame(weights @ wide.to_numpy(), columns=wide.columns)
    actual = wide.sum().to_frame().T
    mine, theirs = _means(actual)
    mine_drawn, theirs_drawn = _means(drawn)
    ratio, difference = mine_drawn / theirs_drawn, mine_drawn - theirs_drawn
    low, high = interval(ratio, confidence=confidence)
    low80, high80 = interval(difference, confidence=0.8)
    mean, others = float(mine[0]), float(theirs[0])
    recent = pd.to_datetime(links["first_on"]) > pd.Timestamp(until)
    value = mean / others if others > 0 else np.nan
    return {
        "customers": n, "others": others_n, "mean": mean,
        "mean_others": others, "ratio": value, "low": min(float(low), value),
        "high": max(float(high), value), "difference": mean - others,
        "low80": min(float(low80), mean - others), "high80": max(float(high80), mean - others),
        "per_year": int(recent.sum()),
    }  # fmt: skip


def _means(totals):
    """Mean of the referred, and of the others weighted by the quarters of the referred."""
    amount, n = totals["amount"], totals["customers"]
    quarters = [name[2:] for name in n.columns if name.startswith("r|")]
    mine = [f"r|{q}" for q in quarters]
    theirs = [f"o|{q}" for q in quarters]
    weight = n[mine].to_numpy(float)
    each = amount[theirs].to_numpy(float) / np.maximum(n[theirs].to_numpy(float), 1e-9)
    own = amount[mine].to_numpy(float).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-9)
    return own, (weight * each).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-9)
