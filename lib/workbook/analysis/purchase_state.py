"""Where every customer stands on a day, what came before it and what came after it."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbook.analysis.blocks import in_part
from workbook.analysis.customers import customer_summary

__all__ = ["SAMPLE", "customer_sample", "purchase_states", "spent_before", "window_totals"]

SAMPLE = 50_000  # customers; enough for shares to half a point


def customer_sample(orders: ir.Table, *, size: int = SAMPLE) -> ir.Table:
    """The orders of about `size` customers, chosen by a hash of their ids; all, if there are fewer."""
    customers = int(orders.customer_id.approx_nunique().execute() or 0)
    if customers <= size:
        return orders
    return orders.filter(in_part(orders.customer_id, size / customers)).cache()


def purchase_states(orders: ir.Table, *, at: date) -> pd.DataFrame:
    """Customers known on a day, from their orders up to it, and their next purchase after it.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, ordered_at, amount, is_return; rows after `at` tell the outcome only.
    at : date

    Returns
    -------
    DataFrame
        By customer_id: the columns of `customers.customer_summary` as of `at`, silence_days (since
        the last purchase) and next_days (from `at` to the next purchase; NaN if none is known).
    """
    later = orders.filter(~orders.is_return & (orders.ordered_at >= _after(at)))
    first = later.group_by("customer_id").aggregate(next_on=later.ordered_at.min().date())
    table = customer_summary(orders, as_of=at).left_join(first, "customer_id")
    day = ibis.date(at.isoformat())
    table = table.mutate(
        silence_days=table.T_days - table.recency_days,
        next_days=table.next_on.delta(day, unit="day").cast("float64"),
    ).drop("customer_id_right", "next_on")
    return table.to_pandas().sort_values("customer_id", ignore_index=True)


def window_totals(orders: ir.Table, *, at: date, window_days: int) -> pd.DataFrame:
    """Purchases and money in the window up to a day and in the one before it.

    Returns
    -------
    DataFrame
        customer_id, days_recent, days_before (purchase days), amount_recent, amount_before
        (positive amounts); customers who bought in neither window are left out.
    """
    start, middle = (_after(at - timedelta(days=k * window_days)) for k in (2, 1))
    rows = orders.filter(
        ~orders.is_return & (orders.ordered_at >= start) & (orders.ordered_at < _after(at))
    )
    recent = rows.ordered_at >= middle
    day, amount = rows.ordered_at.date(), ibis.greatest(rows.amount, 0.0)
    totals = rows.group_by("customer_id").aggregate(
        days_recent=day.nunique(where=recent),
        days_before=day.nunique(where=~recent),
        amount_recent=amount.sum(where=recent).fill_null(0.0),
        amount_before=amount.sum(where=~recent).fill_null(0.0),
    )
    return totals.to_pandas().sort_values("customer_id", ignore_index=True)


def spent_before(orders, day, states, *, days=365):
    """Money (positive amounts) in the `days` up to `day`, per row of `states`; 0 without a purchase."""
    rows = orders.filter(
        ~orders.is_return
        & (orders.ordered_at >= _after(day - timedelta(days=days)))
        & (orders.ordered_at < _after(day))
    )
    totals = rows.group_by("customer_id").aggregate(spent=ibis.greatest(rows.amount, 0.0).sum())
    spent = totals.to_pandas().set_index("customer_id")["spent"]
    return spent.reindex(states["customer_id"]).fillna(0.0).to_numpy()


def _after(day):
    return ibis.timestamp((day + timedelta(days=1)).isoformat())
