"""What was known of every customer on several past days, read in a single pass of the orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd

__all__ = ["past_summaries"]


def past_summaries(
    orders, days: Sequence[date], *, include_zero_amounts: bool = True
) -> list[pd.DataFrame]:
    """Per-customer summaries as they stood at the end of each of some days.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, ordered_at, amount, is_return.
    days : sequence of date
        In any order; a day may be named twice.
    include_zero_amounts : bool
        Whether a day with lines of amount zero alone is a purchase.

    Returns
    -------
    list of DataFrame
        One per day, in the order of `days`: the columns frequency, recency_days, T_days,
        purchase_days, gross_amount and repeat_amount of `customers.customer_summary`, and
        customer_id: the customer's place among all ids in order, the same in every frame. Rows
        are the customers with a purchase by then, in that order.
    """
    ends = sorted(set(days))
    if not ends:
        return []
    after = ibis.timestamp((ends[-1] + timedelta(days=1)).isoformat())
    is_bought = ~orders.is_return & (orders.ordered_at < after)
    if not include_zero_amounts:
        is_bought &= orders.amount > 0
    lines = orders.filter(is_bought)
    bought = lines.group_by("customer_id", on=lines.ordered_at.date()).aggregate(
        gross=ibis.greatest(lines.amount, 0.0).sum()
    )
    today = ibis.date(ends[-1].isoformat())
    found = {"first": bought.on.min(), "first_gross": bought.gross.argmin(bought.on)}
    for i, end in enumerate(ends):
        here = bought.on <= ibis.date(end.isoformat())
        if i:
            here &= bought.on > ibis.date(ends[i - 1].isoformat())
        found[f"last_{i}"] = bought.on.max(where=here)
        found[f"days_{i}"] = bought.count(where=here)
        found[f"gross_{i}"] = bought.gross.sum(where=here).fill_null(0.0)
    table = bought.group_by("customer_id").aggregate(**found).order_by("customer_id")
    # counted back from the last day, and without the ids: numbers alone are quick to fetch
    dates = ["first", *(f"last_{i}" for i in range(len(ends)))]
    table = table.mutate(**{name: today.delta(table[name], unit="day") for name in dates})
    periods = table.drop("customer_id").to_pandas()
    seen = {end: _at(periods, i, (ends[-1] - end).days) for i, end in enumerate(ends)}
    return [seen[day] for day in days]


def _at(periods: pd.DataFrame, place: int, ago: int) -> pd.DataFrame:
    """The summary at the end of a period, `ago` days before the last one's end."""
    read = range(place + 1)
    days = sum(periods[f"days_{i}"] for i in read)
    known = (days > 0).to_numpy()
    days = days[known].to_numpy()
    gross = sum(periods.loc[known, f"gross_{i}"].to_numpy() for i in read)
    last = np.fmin.reduce([periods.loc[known, f"last_{i}"].to_numpy(float) for i in read])
    first = periods.loc[known, "first"].to_numpy()
    return pd.DataFrame(
        {
            "customer_id": np.flatnonzero(known),
            "frequency": days - 1,
            "recency_days": first - last.astype("int64"),
            "T_days": first - ago,
            "purchase_days": days,
            "gross_amount": gross,
            "repeat_amount": gross - periods.loc[known, "first_gross"].to_numpy(),
        }
    )
