"""Steps with their waits and loops, ways of cases, and what follows a case; by hand."""

import datetime as dt

import ibis
import pandas as pd
import pytest

from workbook.analysis.case_flow import case_steps, next_cases, paths, step_moves, step_waits
from workbook.analysis.tickets import encoded_tickets, ticket_rows

AS_OF = dt.date(2024, 12, 31)
TICKETS = pd.DataFrame(
    [
        ("a", "2024-01-01 00:00", "2024-01-01 10:00", "complaint", "x"),
        ("b", "2024-01-02 00:00", "2024-01-02 10:00", "complaint", "y"),
        ("c", "2024-12-31 12:00", None, "repair", "x"),
        ("d", "2024-02-01 00:00", "2024-02-01 02:00", "enquiry", "x"),
    ],
    columns=["ticket_id", "opened_at", "closed_at", "kind", "customer_id"],
).assign(
    opened_at=lambda t: pd.to_datetime(t["opened_at"]),
    closed_at=lambda t: pd.to_datetime(t["closed_at"]),
)
STEPS = pd.DataFrame(
    [
        ("a", "2024-01-01 00:00", "in"),
        ("a", "2024-01-01 04:00", "check"),
        ("b", "2024-01-02 00:00", "in"),
        ("b", "2024-01-02 01:00", "check"),
        ("b", "2024-01-02 02:00", "in"),
        ("b", "2024-01-02 08:00", "check"),
        ("c", "2024-12-31 12:00", "in"),
        ("c", "2025-01-01 12:00", "check"),  # not known yet
        ("z", "2024-01-01 00:00", "in"),  # of no ticket
    ],
    columns=["ticket_id", "at", "step"],
).assign(at=lambda s: pd.to_datetime(s["at"]))


@pytest.fixture
def rows():
    return ticket_rows(ibis.memtable(TICKETS), as_of=AS_OF)


@pytest.fixture
def cases(rows):
    return case_steps(ibis.memtable(STEPS), rows, as_of=AS_OF)


def test_moves(cases):
    table = step_moves(cases).set_index(["step", "next_step"])
    assert table["moves"].to_dict() == {
        ("in", "check"): 3, ("check", "end"): 2, ("check", "in"): 1, ("in", "open"): 1,
    }  # fmt: skip
    assert table.loc[("in", "check"), "share"] == 0.75
    assert table.loc[("in", "check"), "median_hours"] == 4  # of 1, 4 and 6
    assert table.loc[("in", "open"), "hours"] == 12


def test_waits_and_loops(cases):
    table = step_waits(cases).set_index("step")
    assert table.loc["in", ["entries", "tickets", "loops"]].tolist() == [4, 3, 1]
    assert table.loc["in", "loop_share"] == pytest.approx(1 / 3)
    # 4 + 1 + 6 + 12 hours in "in", 6 + 1 + 2 in "check"
    assert table["hours"].to_dict() == {"in": 23, "check": 9}
    assert table.loc["in", "time_share"] == pytest.approx(23 / 32)
    # one of four is still there after 12 hours: 1/4, 1/2 at 4 hours
    assert table.loc["in", "median_hours"] == pytest.approx(4)


def test_ways(cases):
    table = paths(cases)
    assert table["kind"].tolist() == ["complaint"]  # the repair is open, the enquiry has no steps
    row = table.iloc[0]
    assert (row["tickets"], row["ways"], row["top_share"], row["loop_share"]) == (2, 2, 0.5, 0.5)
    assert row["top_path"] == "in > check"


def test_what_follows(rows):
    table = next_cases(encoded_tickets(rows), as_of=AS_OF, within_days=90)
    found = table.set_index(["kind", "next_kind"])["tickets"].to_dict()
    # x complains and asks a month later; the repair comes too late, and can't be followed itself
    assert found == {("complaint", "enquiry"): 1, ("complaint", "none"): 1, ("enquiry", "none"): 1}
    assert table.set_index(["kind", "next_kind"]).loc[("complaint", "enquiry"), "median_days"] == 31


def test_only_tickets_opened_since_a_day(rows):
    cases = case_steps(ibis.memtable(STEPS), rows, as_of=AS_OF, since=dt.date(2024, 1, 2))
    assert step_moves(cases)["moves"].sum() == 5 and paths(cases)["tickets"].tolist() == [1]


def test_nothing(rows):
    none = case_steps(ibis.memtable(STEPS.head(0)), rows, as_of=AS_OF)
    assert step_moves(none).empty and step_waits(none).empty and paths(none).empty
    empty = encoded_tickets(ticket_rows(ibis.memtable(TICKETS.head(0)), as_of=AS_OF))
    assert next_cases(empty, as_of=AS_OF).empty
