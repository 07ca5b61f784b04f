"""What each customer bought: the per-customer summary that every model starts from."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

__all__ = ["FITTED", "counts_of_part", "customer_summary", "purchase_counts"]

DAYS_PER_WEEK = 7
#: Customers a purchase model is fitted to at most: more hardly settle four parameters better.
FITTED = 100_000


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
    is_bought = ~orders.is_return
    if not include_zero_amounts:
        is_bought = is_bought & (orders.amount > 0)
    bought, rest = orders.filter(is_bought), orders.filter(~is_bought)
    # days are counted on bought lines alone, and the few others added per customer: one flag less
    # in each of the many (customer, day) groups is a tenth of the time
    days = bought.group_by("customer_id", bought_on=bought.ordered_at.date()).aggregate(
        gross=ibis.greatest(bought.amount, 0.0).sum(), net=bought.amount.sum()
    )
    per_customer = days.group_by("customer_id").aggregate(
        first_on=days.bought_on.min(),
        last_on=days.bought_on.max(),
        purchase_days=days.count(),
        gross_bought=days.gross.sum(),
        net_bought=days.net.sum(),
        first_amount=days.gross.argmin(days.bought_on),
    )
    others = rest.group_by("customer_id").aggregate(
        net_rest=rest.amount.sum(),
        returned=rest.amount.sum(where=rest.is_return),
    )
    per_customer = per_customer.left_join(others, "customer_id").drop("customer_id_right")
    last_day = ibis.date(as_of.isoformat())
    return per_customer.select(
        "customer_id",
        "first_on",
        "last_on",
        "purchase_days",
        frequency=per_customer.purchase_days - 1,
        recency_days=per_customer.last_on.delta(per_customer.first_on, unit="day"),
        T_days=last_day.delta(per_customer.first_on, unit="day"),
        gross_amount=per_customer.gross_bought,
        net_amount=per_customer.net_bought + per_customer.net_rest.fill_null(0.0),
        returns_amount=per_customer.returned.fill_null(0.0),
        repeat_amount=per_customer.gross_bought - per_customer.first_amount,
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


def counts_of_part(counts: pd.DataFrame, *, most: int = FITTED) -> pd.DataFrame:
    """Counts of `purchase_counts` of `most` customers drawn at random; as they are where there are
    no more customers, or no more distinct histories."""
    if len(counts) <= most:
        return counts
    import numpy as np

    drawn = np.random.default_rng(0).multivariate_hypergeometric(
        counts["n"].to_numpy(int), most, method="marginals"
    )
    return counts.assign(n=drawn.astype(float))[drawn > 0]
