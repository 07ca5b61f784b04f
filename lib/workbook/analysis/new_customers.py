"""Who became a customer when, by which channel, and how long after the first sign of interest."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd

__all__ = [
    "COUNTED",
    "channel_key",
    "channel_names",
    "lead_waits",
    "monthly_customers",
    "new_customers",
]

#: What makes a new customer: the first purchase, or the day of joining.
COUNTED = ("first_purchase", "joined")
LONGEST = 365  # days from lead to customer that are followed


def channel_key(column: ir.StringValue) -> ir.StringValue:
    """A channel without its capitals and outer blanks, so that tables agree; empty ones are null."""
    return column.cast("string").strip().lower().nullif("")


def channel_names(*tables) -> dict[str, str]:
    """{key: the name as most rows of the first table that has it write it}."""
    names: dict[str, str] = {}
    for table, column in tables:
        if table is None or column not in table.columns:
            continue
        said = table.select(
            key=channel_key(table[column]), name=table[column].cast("string").strip()
        )
        counts = said.filter(said.key.notnull()).group_by("key", "name").aggregate(n=ibis._.count())
        rows = counts.order_by(counts.n.desc(), "name").to_pandas()
        for key, name in zip(rows["key"], rows["name"], strict=True):
            names.setdefault(key, name)
    return names


def new_customers(
    orders: ir.Table | None,
    customers: ir.Table | None,
    leads: ir.Table | None = None,
    *,
    as_of: date,
    counted: str = "first_purchase",
) -> ir.Table | None:
    """Every customer with the day on which it became one.

    Parameters
    ----------
    orders : ibis.Table or None
        customer_id, ordered_at, is_return.
    customers : ibis.Table or None
        customer_id; channel, type, lead_on, joined_on where known.
    leads : ibis.Table, optional
        customer_id, created_on, channel, converted_on where known: they fill what customers lack.
    as_of : date
    counted : {"first_purchase", "joined"}
        Without orders, or without any day of joining, the other serves.

    Returns
    -------
    ibis.Table or None
        customer_id, new_on (day it became a customer; null: not yet), first_on, second_on (first
        and second day with a purchase), lead_on (first sign of interest, never after new_on),
        known_on (lead or joining), channel (key, null: not said), type. None when neither table is
        there.

    Notes
    -----
    A customer whose joining or lead lies before the first order of the books is an old one: its
    first purchase in the books is not the first at all, so it has no new_on.
    """
    joins = customers is not None and "joined_on" in customers.columns
    converts = leads is not None and {"customer_id", "converted_on"} <= set(leads.columns)
    if orders is None and not joins and not converts:
        return None
    people = _known(customers)
    if leads is not None and "customer_id" in leads.columns:
        people = _with_leads(people, leads)
    if orders is not None:
        bought = _purchases(orders)
        if people is None:
            people = bought
        else:
            both = people.outer_join(bought, "customer_id")
            key = ibis.coalesce(both.customer_id, both.customer_id_right)
            people = both.mutate(customer_id=key).drop("customer_id_right")
    people = _filled(people)
    by_purchase = counted == "first_purchase" and orders is not None
    joined = ibis.coalesce(people.joined_on, people.converted_on)
    new_on = people.first_on if by_purchase else joined
    if not by_purchase and orders is not None:
        some = people.aggregate(n=joined.count()).to_pandas()["n"].iloc[0]
        new_on = joined if some else people.first_on
    known_on = ibis.least(people.lead_on, people.joined_on)
    if orders is not None:
        begin = orders.aggregate(day=orders.ordered_at.min().date()).to_pandas()["day"].iloc[0]
        if not pd.isna(begin):
            begin = pd.Timestamp(begin).date()
            old = (ibis.coalesce(known_on, new_on) < ibis.literal(begin)).fill_null(False)
            new_on = ibis.ifelse(old, ibis.null("date"), new_on)
    last = ibis.literal(as_of).cast("date")
    new_on = ibis.ifelse(new_on <= last, new_on, ibis.null("date"))
    people = people.mutate(new_on=new_on, known_on=known_on)
    return people.select(
        "customer_id", "new_on", "first_on", "second_on", "known_on", "channel", "type",
        lead_on=ibis.ifelse(
            people.lead_on.notnull() & people.new_on.notnull(),
            ibis.least(people.lead_on, people.new_on), people.lead_on,
        ),
    )  # fmt: skip


_COLUMNS = {"channel": "string", "type": "string", "lead_on": "date", "joined_on": "date",
            "converted_on": "date", "first_on": "date", "second_on": "date"}  # fmt: skip


def _known(customers):
    """The columns of customers that matter, one row per customer."""
    if customers is None:
        return None
    has = customers.columns
    chosen = {"channel": channel_key(customers.channel)} if "channel" in has else {}
    chosen |= {"type": customers["type"].cast("string")} if "type" in has else {}
    chosen |= {c: customers[c].cast("date") for c in ("lead_on", "joined_on") if c in has}
    return customers.select("customer_id", **chosen).distinct(on="customer_id")


def _with_leads(people, leads):
    """Channel and days of the first lead of a customer, where customers don't say them."""
    rows = leads.filter(leads.customer_id.notnull())
    sums = {"lead_made_on": rows.created_on.cast("date").min()}
    if "channel" in rows.columns:
        sums["lead_channel"] = channel_key(rows.channel).argmin(rows.created_on)
    if "converted_on" in rows.columns:
        sums["converted_on"] = rows.converted_on.cast("date").min()
    made = rows.group_by("customer_id").aggregate(**sums)
    if people is None:
        people = made.select("customer_id")
    both = people.left_join(made, "customer_id").drop("customer_id_right")
    has = both.columns
    changed = {"lead_on": ibis.coalesce(both.lead_on, both.lead_made_on) if "lead_on" in has else both.lead_made_on}  # fmt: skip
    if "lead_channel" in has:
        changed["channel"] = ibis.coalesce(both.channel, both.lead_channel) if "channel" in has else both.lead_channel  # fmt: skip
    return both.mutate(**changed).drop("lead_made_on", *(["lead_channel"] if "lead_channel" in has else []))  # fmt: skip


def _purchases(orders):
    """First and second day with a purchase of every customer."""
    rows = orders.filter(~orders.is_return & orders.customer_id.notnull())
    rows = rows.select("customer_id", on=rows.ordered_at.date())
    first = rows.group_by("customer_id").aggregate(first_on=rows["on"].min())
    later = rows.inner_join(first, "customer_id")
    later = later.filter(later["on"] > later.first_on)
    second = later.group_by("customer_id").aggregate(second_on=later["on"].min())
    return first.left_join(second, "customer_id").drop("customer_id_right")


def _filled(people):
    """Columns that no table has, as nulls."""
    lacking = {c: ibis.null(kind) for c, kind in _COLUMNS.items() if c not in people.columns}
    return people.mutate(**lacking) if lacking else people


def monthly_customers(people: ir.Table, *, by: str = "lead_on") -> pd.DataFrame:
    """New customers by channel and month of a day.

    Parameters
    ----------
    people : ibis.Table
        From `new_customers`.
    by : {"lead_on", "new_on"}
        The day whose month counts.

    Returns
    -------
    pandas.DataFrame
        channel (key; None: not said), month (first day), customers.
    """
    rows = people.filter(people.new_on.notnull() & people[by].notnull())
    counts = rows.group_by("channel", month=rows[by].truncate("M")).aggregate(
        customers=rows.count()
    )
    table = counts.order_by("channel", "month").to_pandas()
    return table.assign(
        month=pd.to_datetime(table["month"]),
        channel=table["channel"].astype(object).where(table["channel"].notna(), None),
    )


def lead_waits(people: ir.Table, *, as_of: date, longest: int = LONGEST) -> pd.DataFrame:
    """Days from lead to customer, of leads old enough to have become one.

    Parameters
    ----------
    people : ibis.Table
        From `new_customers`.
    longest : int
        Leads younger than so many days are left out: the slow ones among them are still missing.

    Returns
    -------
    pandas.DataFrame
        channel (key or None), days (0 to `longest`), customers.
    """
    until = ibis.literal(as_of - timedelta(days=longest)).cast("date")
    rows = people.filter(people.new_on.notnull() & (people.lead_on <= until))
    days = rows.new_on.delta(rows.lead_on, unit="day")
    rows = rows.mutate(days=days).filter(days.between(0, longest))
    counts = rows.group_by("channel", "days").aggregate(customers=rows.count())
    table = counts.order_by("channel", "days").to_pandas()
    return table.assign(
        channel=table["channel"].astype(object).where(table["channel"].notna(), None)
    )
