"""Attainment by hand: open and overdue is broken, open and not yet due is left out."""

import datetime as dt

import pandas as pd

from service_world import AS_OF, study_of, world
from workbook.analysis.service_level import (
    attainment,
    attainment_by,
    attainment_by_month,
    reply_targets,
)


def frame(due, done=None):
    n = len(due)
    return pd.DataFrame(
        {
            "due": due,
            "done": done or [True] * n,
            "customer": range(n),
            "week": range(n),
            "kind": "x",
        }
    )


def test_open_and_overdue_is_breached_and_not_yet_due_left_out():
    found = attainment(
        frame(["met", "met", "breached", "not_yet", "none"], [True, True, False, False, True])
    )
    assert found["share"] == 2 / 3 and found["n"] == 3
    assert (found["overdue"], found["not_yet"], found["none"]) == (1, 1, 1)


def test_nothing_was_promised():
    found = attainment(frame(["none"] * 5))
    assert found["share"] is None and found["none"] == 5
    assert attainment_by(frame(["none"] * 5), "kind").empty


def test_of_a_simulated_firm():
    tickets = study_of(world(400, 5)).frame
    whole = attainment(tickets)
    assert whole["low"] < 1 - 2.718281828 ** (-72 / 60) < whole["high"]
    months = attainment_by_month(tickets, as_of=AS_OF)
    assert months["month"].is_monotonic_increasing and (months["n"] >= 30).all()
    assert set(attainment_by(tickets, "channel")["group"]) == {"phone", "chat"}


def test_reply_targets_leave_out_what_can_still_be_met():
    rows = pd.DataFrame(
        {
            "reply": ["replied", "replied", "unanswered", "waiting", "waiting"],
            "reply_hours": [0.5, 3.0, 0.2, 0.1, 2.0],
            "customer": range(5),
            "week": range(5),
        }
    )
    table = reply_targets(rows).set_index("hours")
    # within the hour: one of four; the ticket that waits for six minutes may still get there
    assert table.loc[1.0, "share"] == 0.25 and table.loc[1.0, "n"] == 4
    assert table.loc[4.0, "share"] == 2 / 3 and table.loc[4.0, "n"] == 3
    assert isinstance(AS_OF, dt.date)
