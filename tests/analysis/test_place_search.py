"""Places that got worse: found where they were planted, quiet where nothing was."""

import numpy as np
import pytest

from problem_world import rows
from workbook.analysis.place_search import place_tests
from workbook.analysis.place_start import shift_since, start_of
from workbook.analysis.whole_company import whole_shift


def worst(watched):
    table = place_tests(watched)
    return table.loc[table["p"].idxmin()]


@pytest.mark.parametrize(("factor", "form"), [(1.6, "ratio"), (0.5, "ratio"), (-0.5, "mean")])
def test_the_planted_place_is_the_clearest(factor, form):
    row = worst(rows(1, place="Cedar", factor=factor, form=form))
    assert (row["columns"], row["values"]) == (("city",), ("Cedar",)) and row["p"] < 1e-6
    truth = np.log(factor) if form == "ratio" else factor
    assert row["effect"] == pytest.approx(truth, abs=4 * row["se"])


def test_a_place_that_is_a_whole_region_carries_the_coarser_name():
    row = worst(rows(2, place="Elm", factor=1.7))
    assert (row["columns"], row["values"]) == (("region",), ("west",))


def test_a_place_of_two_columns():
    watched = rows(3, place="Ash", factor=1.0)
    hit = (watched.week >= 80) & watched.within({"city": "Ash", "type": "firm"})
    watched.above[hit] *= 3
    # cities are too fine to be crossed; their region is
    row = worst(watched)
    assert "type" not in row["columns"] or row["values"] == ("firm", "north")[::-1]
    assert row["p"] < 1e-4


def test_nothing_is_clear_where_nothing_was_planted():
    smallest = [place_tests(rows(seed, customers=500))["p"].min() for seed in range(10, 18)]
    tests = place_tests(rows(10, customers=500)).attrs["tests"]
    assert min(smallest) * sum(tests.values()) > 0.01


def test_too_few_weeks_or_rows_give_no_place():
    assert place_tests(rows(1, weeks=28)).empty
    watched = rows(1)
    assert place_tests(watched.rows(np.zeros(len(watched), bool))).empty
    assert place_tests(watched.rows(watched.who == 0)).empty


@pytest.mark.parametrize(("factor", "form"), [(1.6, "ratio"), (-0.6, "mean")])
def test_the_start_and_size_of_a_shift(factor, form):
    watched = rows(4, place="Birch", factor=factor, form=form, since=72)
    inside = watched.within({"city": "Birch"})
    week, early, late = start_of(watched, inside)
    assert abs(week - 72) <= 4 and early <= 72 <= late + 4
    shift = shift_since(watched, inside, 72)
    truth = np.log(factor) if form == "ratio" else factor
    low, high = shift.interval(0.999)
    assert low <= truth <= high and shift.p_time < 0.001
    assert shift.after == pytest.approx(
        shift.usual * np.exp(shift.effect) if form == "ratio" else shift.usual + shift.effect
    )


def test_a_shock_of_one_month_is_told_by_the_months():
    watched = rows(5, weeks=120)
    hit = (watched.week == 100) & watched.within({"city": "Ash"})
    watched.above[hit] += 3.0
    shift = shift_since(watched, watched.within({"city": "Ash"}), 94)
    assert shift.effect > 0 and shift.p_time > 0.01


def quarterly(low, seed=7):
    """A survey asked in one week of each quarter, so much lower in Ash in the waves `low`."""
    watched = rows(seed, customers=300, weeks=104, form="mean", factor=-0.5)
    watched = watched.rows(watched.week % 12 == 0)
    for week, points in low.items():
        watched.above[(watched.week == week) & watched.within({"city": "Ash"})] -= points
    return watched, watched.within({"city": "Ash"})


def test_two_waves_that_are_both_worse_are_no_shock_but_one_of_two_is():
    # one fell twice as far as the other: the spread of two waves alone tells nothing
    assert shift_since(*quarterly({84: 1.0, 96: 2.0}), 84).p_time < 0.01
    shocks = [shift_since(*quarterly({96: 3.0}, seed), 84) for seed in range(40)]
    assert min(abs(shock.effect) / shock.se for shock in shocks) > 5
    assert sum(shock.p_time < 0.01 for shock in shocks) <= 3


def test_a_start_between_two_half_years_loses_little_to_the_windows():
    watched = rows(8, customers=500, weeks=150, place="Date", since=150 - 65, factor=1.5)
    inside = watched.within({"city": "Date"})
    known = shift_since(watched, inside, 150 - 65)
    row = worst(watched)
    assert row["values"] == ("Date",) and row["window"] == 65
    assert row["effect"] == pytest.approx(known.effect)


def test_the_whole_company_against_the_year_before():
    watched = rows(6, customers=800)
    assert whole_shift(watched)[0] > 0.001
    watched.above[watched.week >= 80] *= 2
    p, shift = whole_shift(watched)
    assert p < 1e-4 and shift.effect == pytest.approx(np.log(2), abs=0.1)
