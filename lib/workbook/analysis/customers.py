"""What each customer bought: the per-customer summary that every model starts from."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

__all__ = ["customer_summary", "purchase_counts"]

DAYS_PER_WEEK = 7


def customer_summary(
    orders: ir.Table, *, as_of: date, include_zero_amounts: bool = True
) -> ir.Table:
    """One row per customer with at least one purchase up to the end of `as_of`.

    A purchase is a day with at least one line that is not a return; lines of amount zero count
    unless `include_zero_amounts` is False. `orders` needs customer_id, ordered_at, amount and
    is_return.

    Returns an Ibis table: customer_id; first_on, last_on (days of the first and last purchase);
    purchase_days; frequency (purchase_days - 1); recency_days (last_on - first_on); T_days
    (as_of - first_on); gross_amount (sum of positive amounts), net_amount (sum of all amounts),
    returns_amount (sum of returns, not positive), repeat_amount (positive amounts of the purchase
    days after the first), money in the client's currency.
    """
    orders = orders.filter(
        orders.ordered_at < ibis.timestamp((as_of + timedelta(days=1)).isoformat())
    )
    bought = ~orders.is_return
    if not include_zero_amounts:
        bought = bought & (orders.amount > 0)
    positive = ibis.greatest(orders.amount, 0.0)
    days = orders.group_by("customer_id", bought_on=orders.ordered_at.date()).aggregate(
        is_purchase=bought.any(),
        gross=positive.sum(),
        net=orders.amount.sum(),
        returned=orders.amount.sum(where=orders.is_return).fill_null(0.0),
    )
    per_customer = days.group_by("customer_id").aggregate(
        first_on=days.bought_on.min(where=days.is_purchase),
        last_on=days.bought_on.max(where=days.is_purchase),
        purchase_days=days.is_purchase.sum(),
        gross_amount=days.gross.sum(),
        net_amount=days.net.sum(),
        returns_amount=days.returned.sum(),
        first_amount=days.gross.argmin(days.bought_on, where=days.is_purchase),
    )
    per_customer = per_customer.filter(per_customer.purchase_days > 0)
    last_day = ibis.date(as_of.isoformat())
    return per_customer.select(
        "customer_id",
        "first_on",
        "last_on",
        "purchase_days",
        frequency=per_customer.purchase_days - 1,
        recency_days=per_customer.last_on.delta(per_customer.first_on, unit="day"),
        T_days=last_day.delta(per_customer.first_on, unit="day"),
        gross_amount=per_customer.gross_amount,
        net_amount=per_customer.net_amount,
        returns_amount=per_customer.returns_amount,
        repeat_amount=per_customer.gross_amount - per_customer.first_amount,
    )


def purchase_counts(summary: pd.DataFrame) -> pd.DataFrame:
    """Customers counted by equal purchase history.

    `summary` needs frequency, recency_days and T_days; returns x (repeat purchase days), t_x and T
    (weeks: days / 7) and n (customers), one row per distinct (x, t_x, T), sorted.
    """
    import pandas as pd  # half a second that the summary itself doesn't need

    counts = (
        summary.groupby(["frequency", "recency_days", "T_days"], sort=True)
        .size()
        .rename("n")
        .reset_index()
    )
    return pd.DataFrame(
        {
            "x": counts["frequency"].astype(float),
            "t_x": counts["recency_days"] / DAYS_PER_WEEK,
            "T": counts["T_days"] / DAYS_PER_WEEK,
            "n": counts["n"].astype(float),
        }
    )
