"""Purchase days, the plain form that totals, windows and drift are counted from."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

__all__ = ["bought_days"]


def bought_days(orders: ir.Table) -> ir.Table:
    """One row per customer and day with at least one line that is not a return.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, ordered_at, amount, is_return.

    Returns
    -------
    ibis.Table
        customer_id, bought_on (date), amount (positive amounts of the day, money), first_on (day of
        the customer's first purchase).
    """
    bought = orders.filter(~orders.is_return)
    days = bought.group_by("customer_id", bought_on=bought.ordered_at.date()).aggregate(
        amount=ibis.greatest(bought.amount, 0.0).sum()
    )
    return days.mutate(first_on=days.bought_on.min().over(ibis.window(group_by="customer_id")))
