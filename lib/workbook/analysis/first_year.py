"""What every new customer brings in the first year."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from workbook.analysis.blocks import block_of, key_of

__all__ = ["BLOCKS", "first_year", "order_money"]

YEAR = 365  # days
BLOCKS = 400  # random groups of customers, drawn again in place of single ones


def order_money(orders: ir.Table, *, margin: float | None = None) -> ir.Table:
    """The lines of orders with what they bring.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, ordered_at, amount, is_return; cost where known.
    margin : float, optional
        Share of an amount that is kept; without it and without costs, revenue counts as kept.

    Returns
    -------
    ibis.Table
        key (`blocks.key_of` of customer_id), on (day), revenue (positive amounts of what is no return), kept (amount less
        cost of goods, returns taken off), bought (line is a purchase).
    """
    rows = orders.filter(orders.customer_id.notnull())
    bought = ~rows.is_return
    if margin is None and "cost" in rows.columns:
        # a line without its cost would otherwise count in full
        known = rows.aggregate(
            a=rows.amount.sum(where=rows.cost.notnull()), c=rows.cost.sum()
        ).to_pandas().iloc[0]  # fmt: skip
        usual = float(known["c"] / known["a"]) if known["a"] else 0.0
        kept = rows.amount - rows.cost.fill_null(rows.amount * usual)
    else:
        kept = rows.amount * (1.0 if margin is None else margin)
    return rows.select(
        key=key_of(rows.customer_id), on=rows.ordered_at.date(), kept=kept, bought=bought,
        revenue=ibis.ifelse(bought, ibis.greatest(rows.amount, 0.0), 0.0),
    )  # fmt: skip


def first_year(people: ir.Table, money: ir.Table, *, as_of: date, days: int = YEAR) -> ir.Table:
    """Every customer followed for a whole first year, with what it brought.

    Parameters
    ----------
    people : ibis.Table
        From `new_customers.new_customers`; only those with a new_on and a first purchase count, from
        their first purchase.
    money : ibis.Table
        From `order_money`.

    Returns
    -------
    ibis.Table
        customer_id, channel (key), type, quarter, block, revenue, kept (money of the year), first_revenue,
        first_kept (of the first day), repeats (purchase days after the first); cached.
    """
    until = ibis.literal(as_of - timedelta(days=days)).cast("date")
    who = people.filter(people.new_on.notnull() & (people.first_on <= until))
    who = who.mutate(key=key_of(who.customer_id))
    rows = who.select("key", "first_on").inner_join(money, "key")
    since = rows["on"].delta(rows.first_on, unit="day")
    rows = rows.filter((since >= 0) & (since <= days - 1)).mutate(start=since == 0)
    by_day = rows.group_by("key", "on", "start").aggregate(
        revenue=rows.revenue.sum(), kept=rows.kept.sum(), bought=rows.bought.any()
    )
    sums = by_day.group_by("key").aggregate(
        revenue=by_day.revenue.sum(),
        kept=by_day.kept.sum(),
        first_revenue=by_day.revenue.sum(where=by_day.start),
        first_kept=by_day.kept.sum(where=by_day.start),
        repeats=by_day.count(where=by_day.bought & ~by_day.start),
    )
    sums = who.select("key", "customer_id", "first_on", "channel", "type").inner_join(sums, "key")
    return sums.mutate(
        block=block_of(sums.customer_id, blocks=BLOCKS),
        quarter=sums.first_on.truncate("Q"),
        type=sums.type.fill_null(""),
    ).drop("first_on", "key").cache()  # fmt: skip
