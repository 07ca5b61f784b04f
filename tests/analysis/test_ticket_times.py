"""Waits: open tickets count, closing without a reply competes, the truth lies in the interval."""

import numpy as np
import pandas as pd
import pytest

from workbook.analysis.ticket_times import reply_wait, resolution_wait, waits_by


def frame(hours, done, reply_hours=None, reply=None, customer=None):
    n = len(hours)
    return pd.DataFrame(
        {
            "hours": np.asarray(hours, float),
            "done": np.asarray(done, bool),
            "reply_hours": np.asarray(hours if reply_hours is None else reply_hours, float),
            "reply": reply or ["replied"] * n,
            "customer": np.arange(n) if customer is None else customer,
            "week": np.zeros(n, int),
            "kind": ["complaint"] * n,
        }
    )


def test_by_hand():
    """Four tickets: closed after 2, 4 and 8 hours, one open for 6."""
    wait = resolution_wait(frame([2, 4, 6, 8], [True, True, False, True]))
    assert (wait.n, wait.done, wait.open, wait.other) == (4, 3, 1, 0)
    # 1/4 done after 2 hours, 1/2 after 4; the one open at 6 leaves one at risk at 8
    assert wait.table.set_index("hours")["share"].to_dict() == {1.0: 0.0, 4.0: 0.5, 8.0: 1.0}
    assert wait.table["waiting"].tolist() == [4, 3, 1]
    assert wait.median == 4.0


def test_open_tickets_are_not_left_out():
    """Half closed after an hour, half open since ten: leaving the open ones out would say all."""
    wait = resolution_wait(frame([1.0] * 50 + [10.0] * 50, [True] * 50 + [False] * 50))
    assert wait.table.set_index("hours").loc[4.0, "share"] == pytest.approx(0.5)
    assert wait.median == 1.0 and wait.high is None


def test_closed_without_a_reply_never_gets_one():
    wait = reply_wait(frame([2.0] * 40 + [1.0] * 60, [True] * 100,
                            reply=["replied"] * 40 + ["unanswered"] * 60))  # fmt: skip
    assert wait.curve["share"].max() == pytest.approx(0.4)
    assert wait.median is None and wait.other == 60


def test_a_reply_within_the_minute_counts():
    wait = reply_wait(frame([0.0] * 40, [True] * 40))
    assert wait.done == 40 and wait.median < 1 / 60
    assert resolution_wait(frame([0.0] * 40, [True] * 40)).done == 40


def test_the_median_lies_in_its_interval_nine_times_of_ten():
    hits = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        hours, watched = rng.exponential(10 / np.log(2), 300), rng.uniform(1, 60, 300)
        wait = resolution_wait(frame(np.minimum(hours, watched), hours <= watched), confidence=0.9)
        hits += wait.low <= 10 <= wait.high
    assert 164 <= hits <= 193


def test_customers_whose_tickets_go_alike_widen_the_interval():
    rng = np.random.default_rng(2)
    own = rng.exponential(20, 60)
    hours = np.repeat(own, 10) * rng.uniform(0.9, 1.1, 600)
    alike = frame(hours, [True] * 600, customer=np.repeat(np.arange(60), 10))
    alone = frame(hours, [True] * 600)
    assert resolution_wait(alike).design_effect > 5
    assert resolution_wait(alone).design_effect < 1.5
    wide, narrow = resolution_wait(alike), resolution_wait(alone)
    assert wide.high - wide.low > 1.8 * (narrow.high - narrow.low)


@pytest.mark.parametrize("measure", [reply_wait, resolution_wait])
@pytest.mark.parametrize("rows", [0, 1])
def test_none_and_one(measure, rows):
    wait = measure(frame([3.0] * rows, [True] * rows))
    assert wait.n == rows and (wait.median == 3.0 if rows else wait.median is None)


def test_nothing_done_yet():
    wait = reply_wait(frame([5.0] * 40, [False] * 40, reply=["waiting"] * 40))
    assert wait.median is None and wait.open == 40 and not wait.table["share"].any()


def test_small_groups_are_named_without_numbers():
    rows = pd.concat(
        [frame([2.0] * 40, [True] * 40), frame([9.0] * 5, [True] * 5).assign(kind="repair")]
    )
    table = waits_by(rows.reset_index(drop=True), "kind", resolution_wait).set_index("group")
    assert table.loc["complaint", "median"] == 2.0
    assert table.loc["repair", "n"] == 5 and np.isnan(table.loc["repair", "median"])
