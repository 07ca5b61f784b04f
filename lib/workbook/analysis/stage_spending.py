"""What customers of each stage went on to spend, and what that says of those who are dormant now."""

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.intervals import customer_draws, interval
from workbook.analysis.lifecycle import ACTIVE, STAGES
from workbook.analysis.stage_members import amount_before_silence

__all__ = ["dormant_stake", "followed_spending", "spending_kept", "stage_on"]

FEWEST = 30  # customers a group needs on that day for its share to be used


def stage_on(spells: ir.Table, day: date) -> ir.Table:
    """Stage of every customer on a day: customer_id, stage, previous."""
    here = (spells.start_on <= day) & (spells.end_on.isnull() | (spells.end_on > day))
    return spells.filter(here).select("customer_id", "stage", "previous")


def followed_spending(days: ir.Table, spells: ir.Table, *, as_of: date) -> pd.DataFrame:
    """What those who had bought 12 months before as_of spent before and after that day.

    Parameters
    ----------
    days : ibis.Table
        As `lifecycle.purchase_days` gives them, none after as_of.
    spells : ibis.Table
        As `lifecycle.stage_spells` gives them.

    Returns
    -------
    pandas.DataFrame
        customer_id, stage (on that day), origin (the active stage in or before it; of the lost
        "dormant"), before (money in the 365 days up to the last purchase by then), after (money
        in the 12 months since), sorted by customer. Empty where nobody had bought by then.
    """
    then = (pd.Timestamp(as_of) - pd.DateOffset(months=12)).date()
    stages = stage_on(spells, then)
    active = stages.stage.isin(ACTIVE)
    stages = stages.mutate(origin=ibis.ifelse(active, stages.stage, stages.previous))
    before = amount_before_silence(days, until=then)
    later = days.filter(days.bought_on > then)
    after = later.group_by("customer_id").aggregate(after=later.amount.sum())
    table = stages.join(before, "customer_id").left_join(after, "customer_id")
    table = table.select(
        "customer_id", "stage", "origin", before=table.last_year, after=table.after.fill_null(0.0)
    )
    return table.order_by("customer_id").to_pandas()


def spending_kept(followed: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Money of the 12 months after, as a share of the year before, by stage.

    Returns stage, customers, before, after, kept, low, high (bootstrap by customer); stages in
    the order of a life, those with fewer than 30 customers or no money left out.
    """
    columns = ["stage", "customers", "before", "after", "kept", "low", "high"]
    totals = followed.groupby("stage").agg(
        customers=("before", "size"), before=("before", "sum"), after=("after", "sum")
    )
    totals = totals[(totals["customers"] >= FEWEST) & (totals["before"] > 0)]
    if totals.empty:
        return pd.DataFrame(columns=columns)
    draws = customer_draws(followed[["before", "after"]], followed["stage"])
    rows = []
    for stage in (name for name in STAGES if name in totals.index):
        row = totals.loc[stage]
        kept = row["after"] / row["before"]
        drawn = draws["after", stage] / draws["before", stage].replace(0, np.nan)
        low, high = interval(drawn, confidence=confidence)
        rows.append((stage, int(row["customers"]), row["before"], row["after"], kept,
                     min(low, kept), max(high, kept)))  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def dormant_stake(
    members: pd.DataFrame, followed: pd.DataFrame, *, confidence: float = 0.80
) -> dict | None:
    """How much less than active customers today's dormant are to spend, if the last year repeats.

    The dormant of a year ago went on to spend a smaller share of their former year than customers
    who were then still active in the stage that the dormant had left; that difference, by former
    stage, times what today's dormant spent in the year up to their last purchase. A comparison of
    groups, not what any action would bring.

    Parameters
    ----------
    members : DataFrame
        As `stage_members.stage_members`.
    followed : DataFrame
        As `followed_spending`.

    Returns
    -------
    dict or None
        customers, amount (money of the year up to the last purchase), kept_active, kept_dormant
        (shares, weighted with that money), stake (money per year), low, high; customers of former
        stages in which fewer than 30 were followed on either side are left out. None when nobody
        is left, or the dormant kept no less.
    """
    dormant = members[members["stage"] == "dormant"]
    former = dormant["former"].astype(object)
    side = np.where(followed["stage"] == "dormant", "dormant", "active")
    known = followed["stage"].isin([*ACTIVE, "dormant"]).to_numpy()
    group = followed["origin"].astype(object) + "/" + side
    sums = followed[known].groupby(group[known]).agg(n=("before", "size"), before=("before", "sum"))
    usable = sums.index[(sums["n"] >= FEWEST) & (sums["before"] > 0)]
    stages = [s for s in ACTIVE if {f"{s}/active", f"{s}/dormant"} <= set(usable)]
    kept = former.isin(stages).to_numpy()
    if not kept.any() or not dormant.loc[kept, "last_year"].sum() > 0:
        return None
    of_stage = former[kept].to_numpy()
    spent = dormant.loc[kept, ["last_year"]]
    now = spent["last_year"].groupby(of_stage).sum().reindex(stages, fill_value=0.0)
    now_drawn = customer_draws(spent, of_stage)["last_year"].reindex(columns=stages, fill_value=0.0)
    ratios, drawn = {}, {}
    both = customer_draws(followed.loc[known, ["before", "after"]], group[known], seed=1)
    for name in ("active", "dormant"):
        keys = [f"{stage}/{name}" for stage in stages]
        totals = followed[known].groupby(group[known])[["before", "after"]].sum().loc[keys]
        ratios[name] = (totals["after"] / totals["before"]).to_numpy()
        floor = both["before"][keys].replace(0, np.nan)
        drawn[name] = (both["after"][keys] / floor).to_numpy()
    amount = float(now.sum())
    stake = float((now.to_numpy() * (ratios["active"] - ratios["dormant"])).sum())
    if stake <= 0:
        return None
    draws = (now_drawn.to_numpy() * (drawn["active"] - drawn["dormant"])).sum(axis=1)
    low, high = interval(draws, confidence=confidence)
    weights = now.to_numpy() / amount
    return {
        "customers": int(kept.sum()),
        "amount": amount,
        "kept_active": float(weights @ ratios["active"]),
        "kept_dormant": float(weights @ ratios["dormant"]),
        "stake": stake,
        "low": min(max(float(low), 0.0), stake),
        "high": max(float(high), stake),
    }
