"""What is known of each customer on some days: purchases, care, answers, contracts, deals, cases.

Each table is asked once, for all the days together, and answers with one row per customer; a row
counts for a day only when it lies no later. Answers are put beside each other by customer: joined and
sorted in the engine, all of them would be held there at once.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import ibis
import pandas as pd
from pandas.api.extensions import take

from workbook.analysis.blocks import key_of
from workbook.analysis.few_values import different, is_one_of

__all__ = ["MARK", "SOURCES", "account_facts", "of_day", "up_to"]

YEAR = 365
#: Kinds of events that customers attend, as sources write them, in lower case.
ATTENDING = ("event", "training", "course", "webinar", "seminar", "conference", "exhibition",
             "活动", "培训", "课程", "研讨会", "会议", "展会")  # fmt: skip
#: Separates a fact's name from the place of its day in the columns of one question.
MARK = "__"


def up_to(table, moment: str, day: date):
    """Rows of a table whose `moment` lies no later than the end of `day`."""
    return table.filter(_by(table[moment], day))


def _by(column, day):
    return column.cast("timestamp") < ibis.timestamp((day + timedelta(days=1)).isoformat())


def _since(column, day, days):
    """Within so many days up to the day; nothing later."""
    first = ibis.timestamp((day - timedelta(days=days - 1)).isoformat())
    return (column.cast("timestamp") >= first) & _by(column, day)


def _purchases(rows, day):
    """Two years of buying: money less returns, cost, breadth."""
    at, on = rows.ordered_at, rows.ordered_at.date()
    year, two = _since(at, day, YEAR), _since(at, day, 2 * YEAR)
    bought = two & ~rows.is_return
    sums = {
        "revenue": rows.amount.sum(where=year).fill_null(0.0),
        "revenue_before": rows.amount.sum(where=two & ~year).fill_null(0.0),
        "gross_two": rows.amount.sum(where=bought).fill_null(0.0),
        "last_on": on.max(where=~rows.is_return & _by(at, day)),
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
        sums["categories"] = different(rows.category, bought)
    return sums


def _days(rows, day):
    """Purchase days of two years, from one row per customer and day."""
    return {"days_two": rows.count(where=_since(rows.on, day, 2 * YEAR))}


def _visits(rows, day):
    """Contacts by staff from the table visits."""
    year = _since(rows["at"], day, YEAR)
    return {
        "visits": rows.count(where=year),
        "visit_on": rows["at"].cast("date").max(where=_by(rows["at"], day)),
    }


def _events(rows, day):
    """What the customer did without buying, and talks with staff among it."""
    year, two = (_since(rows.occurred_at, day, days) for days in (YEAR, 2 * YEAR))
    attended = is_one_of(rows.kind, ATTENDING)
    sums = {"interactions": rows.count(where=year), "attended": rows.count(where=two & attended)}
    if "staff" in rows.columns:
        talked = rows.staff.notnull()
        by = talked & _by(rows.occurred_at, day)
        sums |= {
            "talks": rows.count(where=year & talked),
            "talk_on": rows.occurred_at.cast("date").max(where=by),
        }
    return sums


def _answers(rows, day):
    """Answers of two years: how many, and the mean of nps and csat."""
    two = _since(rows.answered_on, day, 2 * YEAR)
    means = {c: rows[c].mean(where=two) for c in ("nps", "csat") if c in rows.columns}
    return {"answers": rows.count(where=two)} | means


def _contracts(rows, day):
    """Contracts running, those that came to their end in two years, and those renewed."""
    begun, ended = _by(rows.started_on, day), rows.ended_on
    # an end that is known only later is no end yet
    runs = begun & (ended.isnull() | ~_by(ended, day))
    closed = begun & ended.notnull() & _since(ended, day, 2 * YEAR)
    sums = {"running": rows.count(where=runs), "ended": rows.count(where=closed)}
    if "renewed" in rows.columns:
        sums["renewed"] = rows.count(where=closed & rows.renewed.fill_null(False))
    if "value" in rows.columns:
        sums["contract_value"] = rows["value"].sum(where=runs).fill_null(0.0)
    return sums


def _deals(rows, day):
    """Deals open on the day, with their money."""
    is_open = _by(rows.opened_at, day) & (rows.closed_at.isnull() | ~_by(rows.closed_at, day))
    sums = {"open_deals": rows.count(where=is_open)}
    if "amount" in rows.columns:
        sums["deal_amount"] = rows.amount.sum(where=is_open).fill_null(0.0)
    return sums


def _cases(rows, day):
    """Tickets and complaints of the last year."""
    year = _since(rows.opened_at, day, YEAR)
    sums = {"tickets": rows.count(where=year)}
    if "kind" in rows.columns:
        sums["complaints"] = rows.count(where=year & (rows.kind == "complaint").fill_null(False))
    return sums


def _credit(rows, day):
    """The last credit limit and rating; one set once holds until it is set anew."""
    since, by = rows["as_of"], _by(rows["as_of"], day)
    return {
        name: rows[name].argmax(since, where=by & rows[name].notnull())
        for name in ("limit", "rating") if name in rows.columns
    }  # fmt: skip


def _stated(rows, day):
    """How many needs the customer was asked about, and how important they are to it."""
    return {"needs": rows.need.nunique(), "importance": rows.importance.mean()}


def _persons(rows, day):
    """Persons known at a business customer, and those of them who decide."""
    sums = {"persons": rows.contact_id.nunique()}
    if "decision_maker" in rows.columns:
        sums["deciders"] = rows.count(where=rows.decision_maker.fill_null(False))
    return sums


#: Table -> the columns it needs, and what is asked of it for a day.
SOURCES = {
    "orders": (("ordered_at", "amount", "is_return"), _purchases),
    "visits": (("at",), _visits),
    "events": (("occurred_at", "kind"), _events),
    "surveys": (("answered_on",), _answers),
    "contracts": (("started_on", "ended_on"), _contracts),
    "deals": (("opened_at", "closed_at"), _deals),
    "tickets": (("opened_at",), _cases),
    "credit": (("as_of",), _credit),
    "needs": (("need", "importance"), _stated),
    "contacts": (("contact_id",), _persons),
}
_DESCRIBING = ("type", "region", "province", "industry", "company_size", "channel", "client_tier",
               "owner", "estimated_wallet", "joined_on")  # fmt: skip


def account_facts(tables, *, days) -> Iterator[pd.DataFrame]:
    """One row per customer who had bought by each day, with everything the tables tell by then.

    Parameters
    ----------
    tables : intake Tables
        With orders; any other table of `SOURCES`, and customers, adds its columns.
    days : sequence of date
        None later than the tables' own.

    Yields
    ------
    DataFrame
        One per day, sorted by customer_id: revenue, revenue_before (money less returns of the last
        365 days and of the 365 before), gross_two (money of two years, returns not taken off),
        days_two (purchase days of two years), last_on; and by table, where it is there: priced,
        goods (money and cost of lines with a cost, last year), discount, categories; contacts,
        visits, contact_on; interactions, attended; answers, nps, csat; running, ended, renewed,
        contract_value; open_deals, deal_amount; tickets, complaints; limit, rating; needs,
        importance; persons, deciders; and of `customers` type, region, province, industry,
        company_size, channel, client_tier, owner, estimated_wallet, joined_on.
    """
    told, keys, people = {}, None, []
    for name, (columns, ask) in SOURCES.items():
        if not tables.has(name, "customer_id", *columns):
            continue
        rows = tables[name]
        rows = rows.filter(rows.customer_id.notnull()).mutate(key=key_of(rows.customer_id))
        sums = _asked(rows, ask, days)
        if keys is None:
            sums["customer_id"] = rows.customer_id.min()
        part = rows.group_by("key").aggregate(**sums)
        part = part.order_by("customer_id").to_pandas() if keys is None else part.to_pandas()
        keys = pd.Index(part["key"]) if keys is None else keys
        told |= _placed(part, keys)
        if name == "orders":
            rows = rows.filter(~rows.is_return).select("key", on=rows.ordered_at.date()).distinct()
            part = rows.group_by("key").aggregate(**_asked(rows, _days, days)).to_pandas()
            told |= _placed(part, keys)
    if tables.has("customers", "customer_id"):
        rows = tables["customers"].filter(ibis._.customer_id.notnull())
        people = [c for c in _DESCRIBING if c in rows.columns]
        part = rows.select(*people, key=key_of(rows.customer_id)).to_pandas()
        told |= _placed(part, keys)
    for place in range(len(days)):
        own, mark = {"customer_id": told["customer_id"]}, f"{MARK}{place}"
        for name in [name for name in told if name.endswith(mark)]:
            own[name.removesuffix(mark)] = told.pop(name)
        own |= {name: told[name] for name in people}
        bought = ~pd.isna(own["last_on"])
        yield _contacted(pd.DataFrame({c: v[bought] for c, v in own.items()}, copy=False))


def _asked(rows, ask, days):
    """Aggregates for all days, each with its place in its name."""
    return {
        f"{fact}{MARK}{place}": value
        for place, day in enumerate(days)
        for fact, value in ask(rows, day).items()
    }


def _placed(part, keys):
    """The columns of a part for these keys; counts as floats, so that what is unknown is NaN."""
    part = part.drop_duplicates("key")
    place = pd.Index(part.pop("key")).get_indexer(keys)
    found = {}
    for name in part:
        values = part[name].to_numpy()
        values = values.astype(float) if values.dtype.kind in "iub" else values
        found[name] = take(values, place, allow_fill=True)
    return found


def of_day(frame, place):
    """The columns that answer for the day at a place, under their own names."""
    own = f"{MARK}{place}"
    return frame[[c for c in frame if c.endswith(own)]].rename(
        columns=lambda c: c.removesuffix(own)
    )


def _contacted(table):
    """Visits and talks together: contacts of the year, and the day of the last one."""
    counts = [table[c] for c in ("visits", "talks") if c in table]
    last = [pd.to_datetime(table.pop(c)) for c in ("visit_on", "talk_on") if c in table]
    if counts:
        table["contacts"] = pd.concat(counts, axis=1).sum(axis=1, min_count=1)
        table["contact_on"] = pd.concat(last, axis=1).max(axis=1)
    return table
