"""Tickets as of a day: nothing later is known, waits to the minute, promises kept or broken."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from workbook.analysis.tickets import day_number, encoded_tickets, ticket_rows, week_number

AS_OF = dt.date(2024, 6, 30)


def at(text):
    return pd.Timestamp(text)


def rows_of(frame, **options):
    return ticket_rows(ibis.memtable(frame), as_of=AS_OF, **options).to_pandas().set_index("ticket_id")  # fmt: skip


TICKETS = pd.DataFrame(
    [
        # replied, then solved in time
        ("a", "2024-06-01 10:00", "2024-06-01 10:30", "2024-06-01 12:00", "2024-06-02 00:00"),
        # closed without a reply, too late
        ("b", "2024-06-01 10:00", None, "2024-06-03 10:00", "2024-06-02 00:00"),
        # open and overdue
        ("c", "2024-06-01 10:00", "2024-06-01 11:00", None, "2024-06-02 00:00"),
        # open, not yet due
        ("d", "2024-06-30 22:00", None, None, "2024-07-02 00:00"),
        # closed after the reporting date: still open, and not yet due
        ("e", "2024-06-30 20:00", "2024-07-01 08:00", "2024-07-01 09:00", "2024-07-01 00:00"),
        # closed before it was opened: unknown
        ("f", "2024-06-10 10:00", None, "2024-06-09 10:00", None),
        # opened after the reporting date
        ("g", "2024-07-01 00:00", None, None, None),
    ],
    columns=["ticket_id", "opened_at", "first_reply_at", "closed_at", "due_at"],
)
for name in TICKETS.columns[1:]:
    TICKETS[name] = pd.to_datetime(TICKETS[name])


def test_nothing_after_the_reporting_date_is_known():
    rows = rows_of(TICKETS)
    assert list(rows.index) == list("abcdef") or set(rows.index) == set("abcdef")
    assert pd.isna(rows.loc["e", "closed_at"]) and pd.isna(rows.loc["e", "first_reply_at"])
    assert rows.loc["e", "open_minutes"] == 240 and rows.loc["e", "reply"] == "waiting"


def test_waits_and_promises():
    rows = rows_of(TICKETS)
    assert rows["due"].to_dict() == {"a": "met", "b": "breached", "c": "breached", "d": "not_yet",
                                     "e": "not_yet", "f": "none"}  # fmt: skip
    assert rows["reply"].to_dict() == {"a": "replied", "b": "unanswered", "c": "replied",
                                       "d": "waiting", "e": "waiting", "f": "waiting"}  # fmt: skip
    assert rows.loc["a", ["reply_minutes", "open_minutes"]].tolist() == [30, 120]
    assert rows.loc["b", "reply_minutes"] == 48 * 60
    assert rows["impossible"].to_dict()["f"] and rows["impossible"].sum() == 1


def test_a_promise_to_reply_is_kept_by_a_reply_or_by_closing():
    rows = rows_of(TICKETS, due_event="reply")
    assert rows.loc["c", "due"] == "met" and rows.loc["b", "due"] == "breached"


def test_promised_hours_stand_in_where_a_ticket_has_no_due_date():
    frame = TICKETS.assign(due_at=pd.NaT)
    assert set(rows_of(frame)["due"]) == {"none"}
    rows = rows_of(frame, promised_hours=24)
    assert rows.loc["a", "due"] == "met" and rows.loc["b", "due"] == "breached"
    assert rows.loc["d", "due"] == "not_yet"


def test_the_least_of_a_table_is_enough():
    rows = ticket_rows(ibis.memtable(TICKETS[["ticket_id", "opened_at"]]), as_of=AS_OF)
    frame = encoded_tickets(rows)
    assert len(frame) == 6 and not frame["done"].any() and set(frame["kind"]) == {"unknown"}
    assert (frame["customer"] < 0).all() and frame["customer"].is_unique
    assert frame["cause"].isna().all() and frame["satisfied"].isna().all()


def test_codes_traits_and_the_category_of_the_product():
    frame = TICKETS.assign(
        customer_id=["x", "y", "x", None, "y", None, "x"], product=["tea", "jam", None, "tea", "jam", "tea", "tea"],
        kind=["Complaint", " complaint ", None, "return", "", "enquiry", "enquiry"],
    )  # fmt: skip
    customers = pd.DataFrame({"customer_id": ["x", "y", "z"], "region": ["n", "s", "n"]})
    goods = pd.DataFrame({"product": ["tea", "tea", "jam"], "category": ["drinks", "drinks", None]})
    rows = ticket_rows(
        ibis.memtable(frame), as_of=AS_OF, customers=ibis.memtable(customers), goods=ibis.memtable(goods)
    )  # fmt: skip
    found = encoded_tickets(rows)
    assert found["kind"].tolist() == ["complaint", "complaint", "unknown", "enquiry", "unknown", "return"]  # fmt: skip
    assert found["region"].tolist()[:3] == ["n", "s", "n"] and found["region"].isna().sum() == 2
    assert found["category"].astype(object).fillna("").tolist() == ["drinks", "", "", "drinks", "", "drinks"]  # fmt: skip
    assert found["customer"].tolist()[:3] == [0, 1, 0] and found["customer"].tolist()[4] == 1
    assert found["kind"].cat.categories.is_monotonic_increasing
    assert found["hours"].iloc[0] == 2 and found["reply_hours"].iloc[0] == 0.5


def test_no_ticket_at_all():
    frame = encoded_tickets(ticket_rows(ibis.memtable(TICKETS.head(0)), as_of=AS_OF))
    assert len(frame) == 0 and "hours" in frame


@pytest.mark.parametrize("day", ["1970-01-01", "2024-06-30", "2024-07-01", "2023-12-31"])
def test_weeks_begin_on_a_monday(day):
    day = pd.Timestamp(day)
    monday = day - pd.Timedelta(days=day.weekday())
    number = week_number(day_number(day))
    assert number == week_number(day_number(monday)) == week_number(day_number(monday) - 1) + 1
    assert week_number(np.array([day_number(day)]))[0] == number
