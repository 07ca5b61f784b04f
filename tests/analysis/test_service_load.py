"""Load against staff: hours that stand elsewhere are measured, chance is taken off."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from workbook.analysis.service_load import agent_hours, service_load
from workbook.analysis.tickets import encoded_tickets, ticket_rows

AS_OF = dt.date(2024, 12, 31)


def firm(hours, worked, *, n=4000, seed=0):
    """Tickets that come in some hours of the day and agents who reply in others."""
    rng = np.random.default_rng(seed)
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 366, n), unit="D")
    opened = day + pd.to_timedelta(rng.choice(hours, n) * 60 + rng.integers(0, 60, n), unit="min")
    replied = day + pd.Timedelta(days=1)
    replied += pd.to_timedelta(rng.choice(worked, n) * 60 + rng.integers(0, 60, n), unit="min")
    tickets = pd.DataFrame(
        {"ticket_id": [f"t{i}" for i in range(n)], "opened_at": opened, "first_reply_at": replied,
         "agent": rng.choice([f"a{i}" for i in range(40)], n)}
    )  # fmt: skip
    rows = ticket_rows(ibis.memtable(tickets), as_of=AS_OF)
    return service_load(encoded_tickets(rows), agent_hours(rows, None, as_of=AS_OF), as_of=AS_OF)


def test_staff_that_follows_tickets_is_not_misplaced():
    found = firm(np.arange(24), np.arange(24))
    assert found.misplaced < 0.03 and found.low < 0.02
    # half an agent an hour: when nobody works can't be seen
    assert found.unmanned is None and firm([9], [9]).unmanned is None


def test_half_of_the_hours_stand_elsewhere():
    # tickets all day, agents from 12 on: half of the agents' hours would have to move
    found = firm(np.arange(24), np.arange(12, 24))
    assert found.misplaced == pytest.approx(0.5, abs=0.02)
    assert found.low <= found.misplaced <= found.high
    busy = firm(np.arange(24), np.arange(12, 24), n=30_000)
    assert busy.unmanned == pytest.approx(0.5, abs=0.03)


def test_the_week_adds_up():
    found = firm([9, 10], [9, 10])
    assert found.weeks == 52
    assert found.table["tickets"].sum() == pytest.approx(found.tickets / 52)
    busy = found.table[found.table["tickets"] > 0]
    assert set(busy["hour"]) == {9, 10} and busy["wait_hours"].between(22, 26).all()


def test_days_without_hours_and_too_few_tickets():
    assert firm([0], [0], n=300).weeks == 52  # at midnight, but to the minute
    rows = ticket_rows(
        ibis.memtable(
            pd.DataFrame(
                {"ticket_id": [f"t{i}" for i in range(300)],
                 "opened_at": pd.Timestamp("2024-06-03") + pd.to_timedelta(np.arange(300) % 90, unit="D")}
            )
        ),
        as_of=AS_OF,
    )  # fmt: skip
    tickets, acted = encoded_tickets(rows), agent_hours(rows, None, as_of=AS_OF)
    assert acted.empty and service_load(tickets, acted, as_of=AS_OF) is None
    late = tickets.assign(dated_only=False, hour=9)
    assert service_load(late, acted, as_of=AS_OF).misplaced is None
    assert service_load(tickets.head(100), acted, as_of=AS_OF) is None


def test_steps_count_as_work():
    tickets = pd.DataFrame({"ticket_id": ["a"], "opened_at": [pd.Timestamp("2024-12-01")]})
    steps = pd.DataFrame(
        {"ticket_id": "a", "at": pd.to_datetime(["2024-12-02 09:10", "2024-12-02 09:50", "2024-12-02 10:00"]),
         "step": "s", "agent": ["x", "y", "x"]}
    )  # fmt: skip
    rows = ticket_rows(ibis.memtable(tickets), as_of=AS_OF)
    table = agent_hours(rows, ibis.memtable(steps), as_of=AS_OF)
    assert table["agents"].tolist() == [2, 1]
