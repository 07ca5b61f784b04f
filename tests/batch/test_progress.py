"""What an operator sees while a run goes on."""

import io
import time

import pytest

from workbook.batch import progress
from workbook.batch.progress import Progress


@pytest.fixture
def lines(monkeypatch, capsys):
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])

    def lines(seconds=0.0):
        clock[0] += seconds
        return capsys.readouterr().out.splitlines()

    return lines


def test_plain_lines_tell_theme_step_and_time_left(lines):
    with Progress(jobs=1, live=False) as shown:
        shown.starts("acme clv", expected=30)
        lines(12.0)
        shown.step("acme clv", 4, 16, "How sure is it?")
        shown.step("acme clv", 5, 16, "Not told: too soon")
        shown.ends("acme clv", "done in 20.0 s")
    assert lines() == [
        "acme clv: cell 4 of 16 (How sure is it?), about 18 s left",
        "acme clv: done in 20.0 s",
    ]


def test_time_left_is_guessed_from_steps_and_from_the_last_run(lines):
    shown = Progress(jobs=2, live=False)
    assert shown.seconds_left() is None
    shown.starts("a")
    assert shown.seconds_left() is None
    lines(10.0)
    shown.step("a", 6, 10, "")
    assert shown.seconds_left() == pytest.approx(10.0)  # five cells took 10 s, five are left
    shown.expect([20.0, None])
    assert shown.seconds_left() == pytest.approx((10 + 20 + 15) / 2)


def test_minutes_are_told_as_minutes():
    assert progress._left(45) == "about 45 s left"
    assert progress._left(300) == "about 5 min left"


def test_a_terminal_gets_a_live_table(monkeypatch):
    from rich.console import Console

    shown = Progress(live=False)
    shown.starts("acme clv")
    shown.step("acme clv", 4, 16, "How sure [is] it?")
    shown.expect([3.0])
    console = Console(file=io.StringIO(), width=80)
    console.print(shown._table())
    text = console.file.getvalue()
    assert "acme clv" in text and "cell 4 of 16 (How sure [is] it?)" in text and "1 waiting" in text
