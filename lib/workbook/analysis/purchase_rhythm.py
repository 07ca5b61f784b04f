"""How often, how regularly and for how much customers buy.

The gap between two purchase days is the purchase cycle. Completed gaps alone look short, as the
long ones are still open at the end of the data, so the share of customers still waiting is given
beside them.
"""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.blocks import block_draws, block_of, ratio_interval

__all__ = ["GapSummary", "Regularity", "amount_per_purchase", "gap_summary", "purchase_frequency",
           "regularity"]  # fmt: skip

#: Purchase days in 12 months, as the reader's classes: lowest, highest.
CLASSES = ((0, 0), (1, 1), (2, 2), (3, 3), (4, 6), (7, 12), (13, None))
FEWEST = 30  # customers


@dataclass(frozen=True)
class GapSummary:
    """Gaps between purchase days: `gaps` of `customers` blocks, `waiting` customers with an open one.

    `median`, `low`, `high`: days and interval; `lower`, `upper`: quartiles; `shares`: DataFrame of
    days, share (gaps no longer than that). NaN and no rows where nobody bought twice.
    """

    gaps: int
    waiting: int
    median: float
    low: float
    high: float
    lower: float
    upper: float
    shares: pd.DataFrame


@dataclass(frozen=True)
class Regularity:
    """`k`: shape of the gaps (1: at random, large: like clockwork) with `low`, `high`, from the last
    two gaps of `customers`; `code` "" or "too_few"."""

    k: float
    low: float
    high: float
    customers: int
    code: str = ""


def gap_summary(counts: pd.DataFrame, *, confidence=0.95, draws=500, seed=0) -> GapSummary:
    """Median and quartiles of completed gaps, from `next_purchase.gap_counts`.

    Notes
    -----
    Every gap counts once, so those who buy often count most. The interval draws blocks of
    customers again, not gaps.
    """
    waiting = int(counts.loc[~counts["again"], "n"].sum())
    done = counts[counts["again"]]
    by_block = done.pivot_table(
        index="block", columns="gap", values="n", aggfunc="sum", fill_value=0
    )
    days = by_block.columns.to_numpy(float)
    total = by_block.to_numpy(float).sum(axis=0)
    if not total.sum():
        nothing = pd.DataFrame({"days": [], "share": []})
        return GapSummary(0, waiting, *[np.nan] * 5, nothing)
    lower, median, upper = (_quantile(days, total, q) for q in (0.25, 0.5, 0.75))
    low = high = np.nan
    if len(by_block) > 1:
        medians = [
            _quantile(days, drawn, 0.5) for drawn in block_draws(by_block, draws=draws, seed=seed)
        ]
        edge = (1 - confidence) / 2
        low, high = np.quantile(medians, [edge, 1 - edge], method="inverted_cdf")
    shares = pd.DataFrame({"days": days, "share": total.cumsum() / total.sum()})
    return GapSummary(
        int(total.sum()), waiting, median, float(low), float(high), lower, upper, shares
    )


def _quantile(days, weights, share):
    """The smallest gap that at least this share of the weight does not exceed."""
    reached = weights.cumsum() / weights.sum()
    return float(days[min(np.searchsorted(reached, share - 1e-12), len(days) - 1)])


def regularity(days: ir.Table, *, confidence=0.95, seed=0) -> Regularity:
    """How regular purchases are, whatever each customer's own pace.

    Parameters
    ----------
    days : ibis.Table
        As `lifecycle.purchase_days` gives it.

    Notes
    -----
    Wheat, Morrison (1990), Journal of Marketing Research 27: of a customer's two latest gaps the
    first takes the share M, and Var(M) = 1 / (4 (2k + 1)) when gaps are gamma with shape k, at any
    rate. Interval by blocks of customers. Customers with three purchase days or more.
    """
    last = days.filter(days.next_on.isnull() & days.before_on.notnull())
    first = last.previous_on.delta(last.before_on, unit="day")
    second = last.bought_on.delta(last.previous_on, unit="day")
    share = first / (first + second) - 0.5
    rows = last.select(block=block_of(last.customer_id), square=share * share)
    blocks = (
        rows.group_by("block")
        .aggregate(square=rows.square.sum(), n=rows.count())
        .order_by("block")
        .to_pandas()
    )
    customers = int(blocks["n"].sum())
    if customers < FEWEST:
        return Regularity(np.nan, np.nan, np.nan, customers, "too_few")
    value, low, high = ratio_interval(blocks, "square", "n", confidence=confidence, seed=seed)
    return Regularity(*(_shape(v) for v in (value, high, low)), customers)


def _shape(variance):
    """k from the mean squared distance of M from one half; infinite when gaps are all equal."""
    return (1 - 4 * variance) / (8 * variance) if variance > 0 else np.inf


def purchase_frequency(days: ir.Table, *, as_of: date) -> pd.DataFrame:
    """Customers by their purchase days in the 12 months to as_of, and what each class spent.

    Returns
    -------
    DataFrame
        fewest, most (purchase days of the class; most is NaN in the open one), customers, share,
        amount (money in the 12 months), amount_share (NaN without money). Class 0 bought earlier
        only.
    """
    since = (pd.Timestamp(as_of) - pd.DateOffset(months=12)).date()
    recent = days.bought_on > ibis.date(since.isoformat())
    each = days.group_by("customer_id").aggregate(
        n=recent.sum().cast("int64"), amount=days.amount.sum(where=recent)
    )
    counts = each.group_by("n").aggregate(customers=each.count(), amount=each.amount.sum())
    counts = counts.to_pandas().fillna({"amount": 0.0})
    rows = []
    for fewest, most in CLASSES:
        inside = counts["n"].between(fewest, np.inf if most is None else most)
        part = counts[inside]
        rows.append((fewest, most, int(part["customers"].sum()), float(part["amount"].sum())))
    table = pd.DataFrame(rows, columns=["fewest", "most", "customers", "amount"])
    table.insert(3, "share", table["customers"] / max(table["customers"].sum(), 1))
    whole = table["amount"].sum()
    table["amount_share"] = table["amount"] / whole if whole > 0 else np.nan
    return table


def amount_per_purchase(days: ir.Table, *, as_of: date, confidence=0.95, seed=0) -> pd.DataFrame:
    """Money per purchase day in the last 12 months and in the 12 before.

    Returns
    -------
    DataFrame
        year ("now", "before"), purchases (days), customers, mean, low, high, median, upper (its
        ninth decile); years without a purchase are left out.
    """
    end = pd.Timestamp(as_of)
    edges = [(end - pd.DateOffset(months=back)).date().isoformat() for back in (12, 24)]
    now, before = (days.bought_on > ibis.date(edge) for edge in edges)
    rows = days.filter(before).mutate(
        year=ibis.ifelse(now.name("now"), "now", "before"), block=block_of(days.customer_id)
    )
    sums = rows.group_by("year", "block").aggregate(
        amount=rows.amount.sum(), purchases=rows.count()
    )
    sums = sums.order_by("year", "block").to_pandas()
    whole = rows.group_by("year").aggregate(
        purchases=rows.count(), customers=rows.customer_id.nunique(), median=rows.amount.median(),
        upper=rows.amount.quantile(0.9),
    ).to_pandas().set_index("year")  # fmt: skip
    found = []
    for year in ("now", "before"):
        if year in whole.index:
            part = sums[sums["year"] == year]
            mean = ratio_interval(part, "amount", "purchases", confidence=confidence, seed=seed)
            row = whole.loc[year]
            found.append((year, int(row["purchases"]), int(row["customers"]), *mean,
                          float(row["median"]), float(row["upper"])))  # fmt: skip
    columns = ["year", "purchases", "customers", "mean", "low", "high", "median", "upper"]
    return pd.DataFrame(found, columns=columns)
