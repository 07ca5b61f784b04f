"""What is known of each customer on a day: purchases, care, answers, contracts, deals, cases.

Each function asks one table for one row per customer, read no further than the day; all are joined
in the engine, so that what leaves it is one row per customer.
"""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

__all__ = ["SOURCES", "account_facts", "up_to"]

YEAR = 365


def up_to(table: ir.Table, moment: str, day: date) -> ir.Table:
    """Rows of a table whose `moment` lies no later than the end of `day`."""
    after = ibis.timestamp((day + timedelta(days=1)).isoformat())
    return table.filter(table[moment].cast("timestamp") < after)


def _since(column, day, days):
    return column.cast("date") > ibis.literal(day - timedelta(days=days)).cast("date")


def _purchases(tables, day):
    """Two years of buying: money less returns, cost, days, breadth, size of a purchase day."""
    if not tables.has("orders", "customer_id", "ordered_at", "amount"):
        return None
    rows = up_to(tables["orders"], "ordered_at", day)
    year, two = _since(rows.ordered_at, day, YEAR), _since(rows.ordered_at, day, 2 * YEAR)
    bought = two & ~rows.is_return
    sums = {
        "revenue": rows.amount.sum(where=year).fill_null(0.0),
        "revenue_before": rows.amount.sum(where=two & ~year).fill_null(0.0),
        "gross_two": rows.amount.sum(where=bought).fill_null(0.0),
        "days_two": rows.ordered_at.date().nunique(where=bought),
        "last_on": rows.ordered_at.date().max(where=~rows.is_return),
    }
    if "cost" in rows.columns:
        # a line without a cost keeps what is usually kept: margins are taken over known lines alone
        known = year & rows.cost.notnull()
        sums |= {
            "priced": rows.amount.sum(where=known).fill_null(0.0),
            "goods": rows.cost.sum(where=known).fill_null(0.0),
        }
    if "discount" in rows.columns:
        sums["discount"] = rows.discount.sum(where=year).fill_null(0.0)
    if "category" in rows.columns:
        sums["categories"] = rows.category.nunique(where=bought)
    return rows.group_by("customer_id").aggregate(**sums)


def _care(tables, day):
    """Contacts by staff: of the last year, and the day of the last one."""
    sources = []
    if tables.has("visits", "customer_id", "at"):
        rows = up_to(tables["visits"], "at", day)
        sources.append(rows.select("customer_id", on=rows["at"].cast("date"), visit=True))
    if tables.has("events", "customer_id", "staff", "occurred_at"):
        rows = up_to(tables["events"], "occurred_at", day)
        rows = rows.filter(rows.staff.notnull() & rows.customer_id.notnull())
        sources.append(rows.select("customer_id", on=rows.occurred_at.cast("date"), visit=False))
    if not sources:
        return None
    rows = sources[0] if len(sources) == 1 else ibis.union(*sources)
    year = _since(rows.on, day, YEAR)
    return rows.group_by("customer_id").aggregate(
        contacts=rows.count(where=year),
        visits=rows.count(where=year & rows.visit),
        contact_on=rows.on.max(),
    )


def _interaction(tables, day):
    """What the customer did without buying: visits to the site, searches, calls."""
    if not tables.has("events", "customer_id", "occurred_at"):
        return None
    rows = up_to(tables["events"], "occurred_at", day)
    rows = rows.filter(rows.customer_id.notnull())
    return rows.group_by("customer_id").aggregate(
        interactions=rows.count(where=_since(rows.occurred_at, day, YEAR))
    )


def _answers(tables, day):
    """Answers of two years: how many, and the mean of nps and csat."""
    if not tables.has("surveys", "customer_id", "answered_on"):
        return None
    rows = up_to(tables["surveys"], "answered_on", day)
    rows = rows.filter(_since(rows.answered_on, day, 2 * YEAR) & rows.customer_id.notnull())
    sums = {"answers": rows.count()}
    sums |= {c: rows[c].mean() for c in ("nps", "csat") if c in rows.columns}
    return rows.group_by("customer_id").aggregate(**sums)


def _contracts(tables, day):
    """Contracts running, those that came to their end in two years, and those renewed."""
    if not tables.has("contracts", "customer_id", "started_on", "ended_on"):
        return None
    rows = up_to(tables["contracts"], "started_on", day)
    on = ibis.literal(day).cast("date")
    ended = rows.ended_on.cast("date")
    runs = ended.isnull() | (ended > on)
    # the end of a contract known only later is no end yet
    closed = ~runs & _since(rows.ended_on, day, 2 * YEAR)
    sums = {"running": rows.count(where=runs), "ended": rows.count(where=closed)}
    if "renewed" in rows.columns:
        sums["renewed"] = rows.count(where=closed & rows.renewed.fill_null(False))
    if "value" in rows.columns:
        sums["contract_value"] = rows["value"].sum(where=runs).fill_null(0.0)
    return rows.group_by("customer_id").aggregate(**sums)


def _deals(tables, day):
    """Deals open on the day, with their money, and those won and lost in two years."""
    if not tables.has("deals", "customer_id", "opened_at"):
        return None
    rows = up_to(tables["deals"], "opened_at", day)
    rows = rows.filter(rows.customer_id.notnull())
    if "closed_at" not in rows.columns:
        return None
    after = ibis.timestamp((day + timedelta(days=1)).isoformat())
    is_open = rows.closed_at.isnull() | (rows.closed_at.cast("timestamp") >= after)
    sums = {"open_deals": rows.count(where=is_open)}
    if "amount" in rows.columns:
        sums["deal_amount"] = rows.amount.sum(where=is_open).fill_null(0.0)
    return rows.group_by("customer_id").aggregate(**sums)


def _cases(tables, day):
    """Tickets and complaints of the last year."""
    if not tables.has("tickets", "customer_id", "opened_at"):
        return None
    rows = up_to(tables["tickets"], "opened_at", day)
    rows = rows.filter(rows.customer_id.notnull())
    year = _since(rows.opened_at, day, YEAR)
    sums = {"tickets": rows.count(where=year)}
    if "kind" in rows.columns:
        sums["complaints"] = rows.count(where=year & (rows.kind == "complaint").fill_null(False))
    return rows.group_by("customer_id").aggregate(**sums)


def _stated(tables, day):
    """Needs that the customer was asked about, and how important they are to it."""
    if not tables.has("needs", "customer_id", "need", "importance"):
        return None
    rows = tables["needs"]
    rows = rows.filter(rows.importance.notnull())
    return rows.group_by("customer_id").aggregate(
        needs=rows.need.nunique(), importance=rows.importance.mean()
    )


def _contacts(tables, day):
    """Persons known at a business customer, and whether one of them decides."""
    if not tables.has("contacts", "customer_id", "contact_id"):
        return None
    rows = tables["contacts"]
    sums = {"persons": rows.contact_id.nunique()}
    if "decision_maker" in rows.columns:
        sums["deciders"] = rows.count(where=rows.decision_maker.fill_null(False))
    return rows.group_by("customer_id").aggregate(**sums)


#: Name -> what asks it of the tables; the table it needs stands first in its name's entry.
SOURCES = {
    "orders": _purchases, "visits": _care, "events": _interaction, "surveys": _answers,
    "contracts": _contracts, "deals": _deals, "tickets": _cases, "needs": _stated,
    "contacts": _contacts,
}  # fmt: skip

_DESCRIBING = ("type", "region", "province", "industry", "company_size", "channel", "client_tier",
               "owner", "estimated_wallet", "joined_on")  # fmt: skip


def account_facts(tables, *, as_of: date, more=()) -> ir.Table:
    """One row per customer who has bought up to `as_of`, with everything the tables tell by then.

    Parameters
    ----------
    tables : intake Tables
        With orders; any of visits, events, surveys, contracts, deals, tickets, needs, contacts,
        customers adds its columns.
    as_of : date
    more : sequence of ibis.Table
        Further tables with one row per customer_id.

    Returns
    -------
    ibis.Table
        customer_id; revenue, revenue_before (money less returns of the last 365 days and of the 365
        before), gross_two (money of two years, returns not taken off), days_two (purchase days of
        two years), last_on; and by table, where it is there: priced, goods (money and cost of lines
        with a cost, last year), discount, categories; contacts, visits, contact_on; interactions;
        answers, nps, csat; running, ended, renewed, contract_value; open_deals, deal_amount; tickets,
        complaints; needs, importance; persons, deciders; and of `customers` type, region, province,
        industry, company_size, channel, client_tier, owner, estimated_wallet, joined_on.
    """
    base = _purchases(tables, as_of)
    base = base.filter(base.last_on.notnull())
    parts = [ask(tables, as_of) for name, ask in SOURCES.items() if name != "orders"]
    if tables.has("customers", "customer_id"):
        people = tables["customers"]
        kept = [c for c in _DESCRIBING if c in people.columns]
        parts.append(people.select("customer_id", *kept))
    for part in [*parts, *more]:
        if part is not None:
            base = base.left_join(part, "customer_id").drop("customer_id_right")
    return base
