"""What is new: the share of sales that comes from products first sold in the last 12 months."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from workbook.analysis.blocks import block_draws, block_of

__all__ = ["NewProducts", "new_products"]

BLOCKS = 100


@dataclass(frozen=True)
class NewProducts:
    """Sales of new products.

    Attributes
    ----------
    share, low, high : float
        Share of the money of the last 12 months from products first sold within them.
    before, change_low, change_high : float
        The same share of the 12 months before, and the interval of the difference; NaN where the
        data begin less than a year before those.
    products, new : int
        Products sold in the last 12 months, and how many of them are new.
    table : pandas.DataFrame
        Every new product: product, since, buyers, amount, share (of all money), new_customers (share of its
        buyers whose first purchase lies in the 12 months); most money first.
    """

    share: float
    low: float
    high: float
    before: float
    change_low: float
    change_high: float
    products: int
    new: int
    table: pd.DataFrame


def new_products(orders, *, as_of: date, confidence=0.95, most=25, seed=0):
    """Sales of products that were first sold in the last 12 months.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, ordered_at, amount, is_return, product.
    most : int
        New products listed.

    Returns
    -------
    NewProducts or None
        None when the data do not begin at least 12 months before the last 12: a first sale in the
        data would not be the product's first.
    """
    start = pd.Timestamp(as_of) - pd.DateOffset(months=12)
    earlier, first = start - pd.DateOffset(months=12), start - pd.DateOffset(months=24)
    rows = orders.filter(~orders.is_return & orders.product.notnull() & (orders.amount > 0))
    rows = rows.select("customer_id", "product", amount=rows.amount.cast("float64"), day=rows.ordered_at.cast("date"))  # fmt: skip
    begun = rows.day.min().execute()
    if begun is None or pd.isna(begun) or pd.Timestamp(begun) > earlier + pd.Timedelta(days=1):
        return None
    debut = rows.group_by("product").aggregate(since=rows.day.min())
    recent = rows.filter((rows.day > first.date()) & (rows.day <= as_of)).inner_join(
        debut, "product"
    )
    block = block_of(recent.customer_id.cast("string"), blocks=BLOCKS)
    now, last = (
        recent.day > start.date(),
        (recent.day <= start.date()) & (recent.day > earlier.date()),
    )
    new_now, new_last = recent.since > start.date(), recent.since > earlier.date()
    sums = recent.group_by(block=block).aggregate(
        all_now=now.ifelse(recent.amount, 0.0).sum(),
        new_now=(now & new_now).ifelse(recent.amount, 0.0).sum(),
        all_last=last.ifelse(recent.amount, 0.0).sum(),
        new_last=(last & new_last).ifelse(recent.amount, 0.0).sum(),
    ).to_pandas().drop(columns="block").astype(float)  # fmt: skip
    total = sums.sum()
    if not total.get("all_now", 0.0) > 0:
        return None
    compared = pd.Timestamp(begun) <= first + pd.Timedelta(days=1) and total["all_last"] > 0
    drawn = pd.DataFrame(block_draws(sums, seed=seed), columns=sums.columns)
    edges = [(1 - confidence) / 2, (1 + confidence) / 2]
    with np.errstate(all="ignore"):
        shares = drawn["new_now"] / drawn["all_now"]
        moved = shares - drawn["new_last"] / drawn["all_last"]
    low, high = np.nanquantile(shares, edges)
    ends = np.nanquantile(moved, edges) if compared else (np.nan, np.nan)
    year = recent.filter(now)
    counted = year.aggregate(products=year.product.nunique(), new=year.product.nunique(where=year.since > start.date())).to_pandas().iloc[0]  # fmt: skip
    return NewProducts(
        float(total["new_now"] / total["all_now"]), float(low), float(high),
        float(total["new_last"] / total["all_last"]) if compared else np.nan,
        float(ends[0]), float(ends[1]), int(counted["products"]), int(counted["new"]),
        _listed(rows, year, start.date(), float(total["all_now"]), most)
        if counted["new"]
        else pd.DataFrame(columns=COLUMNS),
    )  # fmt: skip


COLUMNS = ["product", "since", "buyers", "amount", "share", "new_customers"]


def _listed(rows, year, start, total, most):
    fresh = year.filter(year.since > start)
    joined = rows.group_by("customer_id").aggregate(joined=rows.day.min())
    per = fresh.group_by("product", "customer_id").aggregate(amount=fresh.amount.sum(), since=fresh.since.min())  # fmt: skip
    per = per.left_join(joined, "customer_id")
    table = per.group_by("product").aggregate(
        since=per.since.min(),
        buyers=per.count(),
        amount=per.amount.sum(),
        new_customers=(per.joined > start).cast("float64").mean(),
    ).to_pandas()  # fmt: skip
    table["share"] = table["amount"] / total
    table = table.sort_values(["amount", "product"], ascending=[False, True], ignore_index=True)
    return table[COLUMNS].head(most)
