"""Moves between stages and times in them: exact small cases, and intervals that hold the truth."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from histories import START, chosen, drawn_stays
from workbook.analysis import stage_time, transitions
from workbook.analysis.lifecycle import STAGES

CODE = {name: place for place, name in enumerate(STAGES[1:])}
FIRST = transitions.day_number(START)


def frame(rows):
    """Rows (customer, stage, previous, start, end) with stages by name; days after START."""
    table = pd.DataFrame(rows, columns=["customer", "stage", "previous", "start", "end"])
    return table.assign(
        block=table["customer"],
        stage=table["stage"].map(CODE),
        previous=table["previous"].map(CODE).fillna(-1).astype(int),
        start=table["start"] + float(FIRST),
        end=table["end"] + float(FIRST),
    )


def four_customers():
    return frame(
        [
            (0, "first_purchase", None, 0, 20),
            (0, "repeat", "first_purchase", 20, None),
            (1, "first_purchase", None, 0, 30),
            (1, "dormant", "first_purchase", 30, 60),
            (1, "repeat", "dormant", 60, None),
            (2, "first_purchase", None, 0, None),
            (3, "first_purchase", None, 5, 15),
            (3, "repeat", "first_purchase", 15, 50),
            (3, "repeat", "repeat", 50, None),
        ]
    )


def shares(table, days, stage="first_purchase"):
    rows = table[(table["days"] == days) & (table["stage"] == stage)]
    return rows.set_index("next_stage")["probability"]


def test_without_censoring_the_probabilities_are_shares():
    table = transitions.transition_table(
        four_customers(), [FIRST + 10], as_of_day=FIRST + 120, horizons=(30, 91)
    )
    month, quarter = shares(table, 30), shares(table, 91)
    assert month[["first_purchase", "repeat", "dormant"]].tolist() == pytest.approx(
        [0.25, 0.5, 0.25]
    )
    assert quarter[["first_purchase", "repeat", "dormant"]].tolist() == pytest.approx(
        [0.25, 0.75, 0]
    )
    assert month["active"] == pytest.approx(0.75)
    assert (table["n"] == 4).all()
    assert ((table["low"] <= table["probability"]) & (table["probability"] <= table["high"])).all()


def test_a_landmark_close_to_the_end_counts_as_long_as_it_is_followed():
    # taken up on day 10 (whole month seen) and on day 25 (5 days seen, nobody moves)
    table = transitions.transition_table(
        four_customers()[lambda t: t["customer"] < 3],
        [FIRST + 10, FIRST + 25], as_of_day=FIRST + 30, horizons=(30,),
    )  # fmt: skip
    # day 10 follows 0, 1, 2 for 20 days: one buys on its day 10, one falls silent on its day 20;
    # day 25 follows 1 and 2 for 5 days, in which customer 1 falls silent
    left = 4 / 5 * 2 / 3 * 1 / 2
    assert shares(table, 30)["first_purchase"] == pytest.approx(left)
    assert shares(table, 30)[list(CODE)].sum() == pytest.approx(1)


def test_nothing_to_follow():
    empty = transitions.transition_table(four_customers(), [FIRST - 5], as_of_day=FIRST + 9)
    assert empty.empty and "probability" in empty


def test_landmarks_keep_to_the_calendar():
    days = transitions.landmark_days(dt.date(2024, 4, 30), months=3)
    dates = [str(pd.Timestamp(day, unit="D").date()) for day in days]
    assert dates == ["2024-03-31", "2024-02-29", "2024-01-31"]


def test_times_in_a_stage_join_purchases_that_change_nothing():
    table = stage_time.stage_durations(four_customers(), as_of_day=FIRST + 99).set_index("stage")
    assert table.loc["first_purchase", "entries"] == 4
    assert table.loc["first_purchase", "median_days"] == 20
    assert table.loc["repeat", "entries"] == 3 and np.isnan(table.loc["repeat", "median_days"])
    # ended after 10, 20 and 30 days, one still there after 100
    assert table.loc["first_purchase", "mean_days"] == pytest.approx((10 + 20 + 30 + 100) / 4)
    assert table.loc["first_purchase", "still"] == pytest.approx(0.25)


DRAWS, SIZE, END = 60, 150, 700
FEWEST, MOST = binom.ppf([0.00025, 0.99975], DRAWS, 0.9)  # of 90 % intervals that hold the truth


@pytest.fixture(scope="module")
def drawn():
    """Stays of DRAWS groups of SIZE simulated customers, and of many more for the truth."""
    return drawn_stays(DRAWS * SIZE + 20_000, END, seed=20)


def group(stays, number):
    return chosen(stays, number * SIZE, (number + 1) * SIZE)


def truth_of(stays):
    return chosen(stays, DRAWS * SIZE)


LANDMARKS = [FIRST + END - back for back in (20, 91, 152)]  # the first is censored


def test_intervals_of_probabilities_hold_the_truth(drawn):
    wanted = [("repeat", "repeat"), ("repeat", "loyal"), ("loyal", "loyal")]
    options = {"as_of_day": FIRST + END, "horizons": (30,), "confidence": 0.90}

    def table(stays, draws):
        found = transitions.transition_table(stays, LANDMARKS, draws=draws, **options)
        return found.set_index(["stage", "next_stage"])

    truth = table(truth_of(drawn), 2)["probability"]
    hits = dict.fromkeys(wanted, 0)
    for number in range(DRAWS):
        found = table(group(drawn, number), 100)
        for pair in wanted:
            hits[pair] += found.loc[pair, "low"] <= truth[pair] <= found.loc[pair, "high"]
    assert all(FEWEST <= count <= MOST for count in hits.values()), hits


def test_intervals_of_times_hold_the_truth(drawn):
    options = {"as_of_day": FIRST + END, "confidence": 0.90}
    truth = stage_time.stage_durations(truth_of(drawn), draws=2, **options).set_index("stage")
    hits = {"repeat": 0, "loyal": 0}
    for number in range(DRAWS):
        found = stage_time.stage_durations(group(drawn, number), draws=100, **options)
        found = found.set_index("stage")
        for stage in hits:
            row = found.loc[stage]
            hits[stage] += row["still_low"] <= truth.loc[stage, "still"] <= row["still_high"]
    assert all(FEWEST <= count <= MOST for count in hits.values()), hits
