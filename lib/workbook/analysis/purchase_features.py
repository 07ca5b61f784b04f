"""What a customer's purchases looked like on a day, and what was bought after it."""

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.blocks import in_part

__all__ = [
    "WINDOWS",
    "bought_days",
    "cut_table",
    "hashed_part",
    "purchase_features",
    "purchases_after",
]

#: Days of the windows that purchases are counted in.
WINDOWS = {"month": 30, "quarter": 91, "half": 182, "year": 365}


def hashed_part(table: ir.Table, part: float | None) -> ir.Table:
    """The rows of about that share (0-1) of customers, chosen by a hash of their ids; all for None."""
    return table if part is None else table.filter(in_part(table.customer_id, part))


def bought_days(orders: ir.Table, *, part: float | None = None, categories=()) -> ir.Table:
    """Purchase days: customer_id, bought_on, amount (positive amounts of the day), cached.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, ordered_at, amount, is_return; category where `categories` are named.
    part : float, optional
        See `hashed_part`.
    categories : sequence of str
        With any, a column `bought` tells which of them: the sum of 2^place of each.
    """
    rows = hashed_part(orders, part)
    rows = rows.filter(~rows.is_return & rows.customer_id.notnull())
    sums = {"amount": ibis.greatest(rows.amount, 0.0).sum()}
    if len(categories):
        bits = [(name, ibis.literal(2**place, "int32")) for place, name in enumerate(categories)]
        sums["bought"] = rows.category.cases(*bits, else_=ibis.literal(0, "int32")).bit_or()
    return rows.group_by("customer_id", bought_on=rows.ordered_at.date()).aggregate(**sums).cache()


def purchase_features(days: ir.Table, cuts: Sequence[date]) -> pd.DataFrame:
    """Every customer known on each of the days, from purchases up to that day alone.

    Parameters
    ----------
    days : ibis.Table
        As `bought_days` gives them.
    cuts : sequence of date

    Returns
    -------
    DataFrame
        customer_id, cut (datetime64), frequency (purchase days less one), recency_days, T_days,
        silence_days, purchase_days, gross_amount, repeat_amount, and for each of `WINDOWS`
        days_<window>, amount_<window>; by cut and customer.
    """
    table = days.cross_join(cut_table(cuts))
    table = table.filter(table.bought_on <= table.cut)
    age = table.cut.delta(table.bought_on, unit="day")
    windows = {}
    for name, length in WINDOWS.items():
        windows[f"days_{name}"] = (age < length).sum().cast("int32")
        windows[f"amount_{name}"] = ibis.ifelse(age < length, table.amount, 0.0).sum()
    grouped = table.group_by("customer_id", "cut").aggregate(
        T_days=age.max().cast("int32"), silence_days=age.min().cast("int32"),
        purchase_days=table.count().cast("int32"),
        gross_amount=table.amount.sum(), first_amount=table.amount.argmin(table.bought_on), **windows,
    )  # fmt: skip
    frame = grouped.order_by("cut", "customer_id").to_pandas()
    frame["cut"] = pd.to_datetime(frame["cut"])
    frame["frequency"] = frame["purchase_days"] - 1
    frame["recency_days"] = frame["T_days"] - frame["silence_days"]
    frame["repeat_amount"] = np.maximum(frame["gross_amount"] - frame.pop("first_amount"), 0.0)
    return frame


def purchases_after(days: ir.Table, ends: dict[date, date]) -> pd.DataFrame:
    """What each customer bought in the window after each day.

    Parameters
    ----------
    days : ibis.Table
        As `bought_days` gives them.
    ends : dict
        Day -> last day of its window.

    Returns
    -------
    DataFrame
        customer_id, cut (datetime64), days_after (purchase days), amount_after (money), next_days
        (from the cut to the first of them), new (bool: the customer had not bought before); no row
        without a purchase.
    """
    cuts = cut_table(list(ends), list(ends.values()))
    firsts = days.group_by("customer_id").aggregate(first_on=days.bought_on.min())
    table = days.cross_join(cuts)
    table = table.filter((table.bought_on > table.cut) & (table.bought_on <= table.until))
    ahead = table.bought_on.delta(table.cut, unit="day")
    grouped = table.group_by("customer_id", "cut").aggregate(
        days_after=table.count(), amount_after=table.amount.sum(), next_days=ahead.min()
    )
    grouped = grouped.inner_join(firsts, "customer_id")
    frame = grouped.order_by("cut", "customer_id").to_pandas()
    frame["cut"] = pd.to_datetime(frame["cut"])
    frame["new"] = pd.to_datetime(frame.pop("first_on")) > frame["cut"]
    return frame.drop(columns="customer_id_right", errors="ignore")


def cut_table(cuts: Sequence[date], until: Sequence[date] | None = None) -> ir.Table:
    """Days as a small table of the engine: cut and, where given, until (dates)."""
    rows = {"cut": [str(day) for day in cuts]}
    if until is not None:
        rows["until"] = [str(day) for day in until]
    table = ibis.memtable(pd.DataFrame(rows))
    return table.mutate(**{name: table[name].cast("date") for name in rows})
