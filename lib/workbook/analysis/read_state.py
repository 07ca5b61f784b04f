"""What a run reads, in short, so that a later one can tell late data from changed behaviour."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

__all__ = ["YEAR", "customer_year", "read_state", "rows_up_to"]

YEAR = 365  # days to as_of that are compared from run to run


def customer_year(orders: ir.Table, *, as_of: date, days: int = YEAR) -> ir.Table:
    """What each customer bought in the days up to the end of `as_of`.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, ordered_at, amount, is_return.
    days : int
        Length of the period.

    Returns
    -------
    ibis.Table
        customer_id, amount (positive amounts of lines that are no return, money), purchases (days
        with at least one such line, amounts of zero included). Customers without one are left out.
    """
    first = as_of - timedelta(days=days - 1)
    after = as_of + timedelta(days=1)
    bought = orders.filter(
        ~orders.is_return
        & (orders.ordered_at >= ibis.timestamp(first.isoformat()))
        & (orders.ordered_at < ibis.timestamp(after.isoformat()))
    )
    by_day = bought.group_by("customer_id", bought_on=bought.ordered_at.date()).aggregate(
        amount=ibis.greatest(bought.amount, 0.0).sum()
    )
    return by_day.group_by("customer_id").aggregate(
        amount=by_day.amount.sum(), purchases=by_day.count()
    )


def rows_up_to(tables, moments: dict[str, str], day: date) -> dict[str, int]:
    """Rows of each table that happened up to the end of a day.

    Parameters
    ----------
    tables : mapping
        Name to Ibis table.
    moments : dict
        {table: column that says when a row happened}; other tables are left out.
    """
    after = ibis.timestamp((day + timedelta(days=1)).isoformat())
    counts = [
        tables[name].aggregate(
            rows=(tables[name][column].cast("timestamp") < after).fill_null(False).sum()
        ).mutate(table=ibis.literal(name))
        for name, column in moments.items()
    ]  # fmt: skip
    if not counts:
        return {}
    frame = (counts[0] if len(counts) == 1 else ibis.union(*counts)).execute()
    found = dict(zip(frame["table"], frame["rows"], strict=True))
    return {name: int(found[name] or 0) for name in moments}


def read_state(tables, moments: dict[str, str], customers: ir.Table | None, *, as_of: date) -> dict:
    """What a run read, as numbers that stay small.

    Parameters
    ----------
    tables : mapping
        Name to Ibis table, cut at as_of.
    moments : dict
        As for `rows_up_to`.
    customers : ibis.Table or None
        From `customer_year`; None without orders.

    Returns
    -------
    dict
        as_of (ISO); days (length of the year); rows {table: rows up to as_of}; year {revenue, buyers,
        purchases} or None; months [{month, lines, amount (money, returns taken off)}] of the orders.
    """
    found = {"as_of": as_of.isoformat(), "days": YEAR, "rows": rows_up_to(tables, moments, as_of)}
    found |= {"year": None, "months": []}
    if customers is None:
        return found
    sums = customers.aggregate(
        revenue=customers.amount.sum(),
        buyers=customers.count(),
        purchases=customers.purchases.sum(),
    )
    year = sums.execute().iloc[0]
    found["year"] = {
        "revenue": float(year["revenue"] or 0.0) if year["buyers"] else 0.0,
        "buyers": int(year["buyers"]),
        "purchases": int(year["purchases"] or 0) if year["buyers"] else 0,
    }
    orders = tables["orders"]
    months = orders.group_by(month=orders.ordered_at.date().truncate("M")).aggregate(
        lines=orders.count(), amount=orders.amount.sum()
    )
    frame = months.order_by("month").execute()
    found["months"] = [
        {
            "month": str(row.month)[:7],
            "lines": int(row.lines),
            "amount": round(float(row.amount), 2),
        }
        for row in frame.itertuples()
    ]
    return found
