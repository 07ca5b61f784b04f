"""Tickets as every question about service reads them: what was known at the reporting date."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

__all__ = [
    "CLASSES", "DUE_EVENTS", "TRAITS", "UNKNOWN", "day_number", "encoded_tickets", "ticket_rows", "week_number",
]  # fmt: skip

#: Code of a kind that nobody has written down.
UNKNOWN = "unknown"
#: Columns that sort tickets into classes.
CLASSES = ("kind", "cause", "product", "channel", "category", "priority", "agent", "improvement_id")
#: Traits of the customer by which tickets are looked at.
TRAITS = ("type", "region", "province", "client_tier")
#: What has to be done by `due_at`.
DUE_EVENTS = ("reply", "solution")

_TEXTS = ("ticket_id", "customer_id", "order_id", *CLASSES)
_TIMES = ("due_at", "first_reply_at", "closed_at")
_FLAGS = ("reopened", "satisfied")
_KEYS = ("customer_id", "order_id")


def ticket_rows(
    tickets: ir.Table,
    *,
    as_of: date,
    customers: ir.Table | None = None,
    goods: ir.Table | None = None,
    due_event: str = "solution",
    promised_hours: float = 0.0,
) -> ir.Table:
    """Tickets up to the end of `as_of`, with their waits; nothing later than it is known.

    Parameters
    ----------
    tickets : ibis.Table
        ticket_id, opened_at; the other columns of the table where the client has them.
    customers : ibis.Table, optional
        customer_id and any of `TRAITS`.
    goods : ibis.Table, optional
        product, category: the category in which the firm sells a product.
    due_event : {"reply", "solution"}
        What has to happen by due_at. Closing a ticket counts as an answer.
    promised_hours : float
        Hours promised where a ticket carries no due_at; 0: nothing is promised.

    Returns
    -------
    ibis.Table
        ticket_id, customer_id, order_id, `CLASSES` (kind: `UNKNOWN` where empty; category: that of
        the product in `goods`, not the ticket's own), `TRAITS`,
        opened_at, first_reply_at, closed_at, due_at (empty where not yet or not known), reopened,
        satisfied, open_minutes (from opening to closing or to as_of), reply_minutes (to the first
        reply, to closing without one, or to as_of), reply (replied, unanswered: closed without a
        reply, waiting), due (met, breached, not_yet, none), impossible (a reply or an end before
        the opening: left out as unknown).
    """
    absent = {name: "string" for name in _TEXTS} | {name: "timestamp" for name in _TIMES}
    absent |= {name: "boolean" for name in _FLAGS}
    absent = {name: kind for name, kind in absent.items() if name not in tickets.columns}
    rows = tickets.mutate(**{name: ibis.null(kind) for name, kind in absent.items()})
    end = ibis.timestamp((as_of + timedelta(days=1)).isoformat())
    rows = rows.filter(rows.opened_at.notnull() & (rows.opened_at < end)).select(
        "opened_at",
        **{name: rows[name].cast("string").strip().nullif("") for name in _TEXTS},
        **{name: rows[name].cast("timestamp") for name in _TIMES},
        **{name: rows[name].cast("boolean") for name in _FLAGS},
    )
    rows = _with_category(_with_traits(rows, customers), goods)
    early = (rows.closed_at < rows.opened_at) | (rows.first_reply_at < rows.opened_at)
    closed = _known(rows.closed_at, rows.opened_at, end)
    replied = _known(rows.first_reply_at, rows.opened_at, end)
    due = rows.due_at
    if promised_hours > 0:
        promised = rows.opened_at + ibis.interval(minutes=round(promised_hours * 60))
        due = due.fill_null(promised)
    rows = rows.mutate(
        kind=rows.kind.lower().fill_null(UNKNOWN),
        closed_at=closed,
        first_reply_at=replied,
        due_at=due,
        # what a customer says of the outcome is known once the ticket is closed
        satisfied=ibis.ifelse(closed.notnull(), rows.satisfied, ibis.null("boolean")),
        impossible=early.fill_null(False),
    )
    return _with_waits(rows, end, due_event)


def _known(moment, opened_at, end):
    return ibis.ifelse((moment >= opened_at) & (moment < end), moment, ibis.null("timestamp"))


def _with_traits(rows, customers):
    traits = [] if customers is None else [name for name in TRAITS if name in customers.columns]
    if traits:
        known = customers.select("customer_id", *traits).distinct(on="customer_id")
        rows = rows.left_join(known, "customer_id").drop("customer_id_right")
    missing = {name: ibis.null("string") for name in TRAITS if name not in traits}
    return rows.mutate(**missing)


def _with_category(rows, goods):
    rows = rows.drop("category")
    if goods is None:
        return rows.mutate(category=ibis.null("string"))
    named = goods.filter(goods["product"].notnull() & goods["category"].notnull())
    named = named.select(
        product=named["product"].cast("string").strip(), category=named["category"].cast("string")
    )
    sold = named.group_by("product").aggregate(category=named.category.mode())
    return rows.left_join(sold, "product").drop("product_right")


def _with_waits(rows, end, due_event):
    replied, closed = rows.first_reply_at, rows.closed_at
    answered = ibis.coalesce(ibis.least(replied, closed), replied, closed)
    done = closed if due_event == "solution" else answered
    due = ibis.cases(
        (rows.due_at.isnull(), "none"),
        (done <= rows.due_at, "met"),
        (done.notnull() | (rows.due_at < end), "breached"),
        else_="not_yet",
    )
    reply = ibis.cases(
        (replied.notnull() & (closed.isnull() | (replied <= closed)), "replied"),
        (closed.notnull(), "unanswered"),
        else_="waiting",
    )
    stop = ibis.coalesce(ibis.least(replied, closed), replied, closed, end)
    return rows.mutate(
        open_minutes=_minutes(rows.opened_at, closed.fill_null(end)),
        reply_minutes=_minutes(rows.opened_at, stop),
        reply=reply,
        due=due,
    )


def _minutes(start, stop):
    return (stop.epoch_seconds() - start.epoch_seconds()) / 60


def _codes(column) -> pd.Categorical:
    """A column of texts as categories in alphabetical order."""
    encoded = column.combine_chunks().dictionary_encode()
    categories = np.asarray(encoded.dictionary.to_pylist(), dtype=object)
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    order = np.argsort(categories, kind="stable") if len(categories) else np.zeros(0, int)
    place = np.append(np.argsort(order), -1)  # the last one serves code -1
    return pd.Categorical.from_codes(place[codes], categories=categories[order])


def _numbers(column: pd.Categorical) -> np.ndarray:
    """Codes of a key; every missing one gets a number of its own below 0."""
    codes = column.codes.astype(np.int64)
    unknown = codes < 0
    codes[unknown] = -1 - np.arange(unknown.sum())
    return codes


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (pd.Timestamp(day).normalize() - pd.Timestamp("1970-01-01")).days


def week_number(day):
    """Weeks since 1970, from Monday to Sunday, of days since 1970-01-01 (numbers or an array)."""
    return (day + 3) // 7


def encoded_tickets(rows: ir.Table) -> pd.DataFrame:
    """Tickets as a compact frame for counting and fitting.

    Parameters
    ----------
    rows : ibis.Table
        From `ticket_rows`.

    Returns
    -------
    pandas.DataFrame
        One row per ticket, ordered by opening: `CLASSES` and `TRAITS` (categories, missing where
        not known), customer and order (whole numbers; below 0, each its own, where not known), day
        and week (whole, since 1970), hour, weekday (0 Monday), opened_at, hours (to closing or to
        as_of), done (closed), reply_hours, reply, due, reopened and satisfied (1, 0, missing),
        dated_only (the opening holds no time of day), impossible.
    """
    names = [*CLASSES, *TRAITS]
    table = rows.order_by(["opened_at", "ticket_id"]).select(
        *names, "opened_at", "customer_id", "order_id", "reply", "due", "impossible",
        done=rows.closed_at.notnull(),
        hours=rows.open_minutes / 60,
        reply_hours=rows.reply_minutes / 60,
        reopened=rows.reopened.cast("float64"),
        satisfied=rows.satisfied.cast("float64"),
    ).to_pyarrow()  # fmt: skip
    # texts become codes before pandas sees them: a million strings of each column would be slow
    coded = {name: _codes(table[name]) for name in (*names, "reply", "due", *_KEYS)}
    plain = [name for name in table.column_names if name not in coded]
    frame = (
        table.select(plain)
        .to_pandas()
        .assign(**{name: column for name, column in coded.items() if name not in _KEYS})
    )
    opened = frame["opened_at"] = pd.to_datetime(frame["opened_at"])
    day = opened.to_numpy().astype("datetime64[D]").astype(int)
    return frame.assign(
        customer=_numbers(coded["customer_id"]),
        order=_numbers(coded["order_id"]),
        day=day,
        week=week_number(day),
        hour=opened.dt.hour.to_numpy(),
        weekday=opened.dt.weekday.to_numpy(),
        dated_only=(opened == opened.dt.normalize()).to_numpy(),
        done=frame["done"].astype(bool),
        impossible=frame["impossible"].astype(bool),
    )
