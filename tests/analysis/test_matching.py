"""Matched differences: by hand, with the truth in the interval, drawn towards the common mean."""

import numpy as np
import pandas as pd
import pytest

from workbook.analysis.matching import (
    balance,
    e_value,
    matched_difference,
    matched_groups,
)


def test_by_hand():
    """Stratum A: 3 of the first arm at 10, others at 4; B: 1 at 20, others at 12; C has no other."""
    y = [10, 10, 10, 20, 99, 4, 4, 12]
    first = [True] * 5 + [False] * 3
    strata = list("AAABC") + list("AAB")
    found = matched_difference(y, first, strata, fewest=1)
    assert found.value == 12.5 and found.expected == (3 * 4 + 12) / 4 == 6
    assert found.difference == 6.5 and found.unmatched == 1
    assert (found.n, found.others) == (4, 3)


def test_strata_take_away_what_parts_the_arms():
    rng = np.random.default_rng(1)
    stratum = rng.integers(0, 5, 6000)
    first = rng.random(6000) < 0.1 + 0.15 * stratum
    y = 10.0 * stratum + rng.normal(size=6000)
    found = matched_difference(y, first, stratum)
    assert abs(found.difference) < 0.15 < y[first].mean() - y[~first].mean()
    table = balance(pd.DataFrame({"x": stratum}), first, stratum, ["x"]).iloc[0]
    assert abs(table["before"]) > 0.5 and table["after"] == pytest.approx(0)
    assert table["kept"] == pytest.approx(table["matched"]) != pytest.approx(table["others"])


def test_coverage():
    hits = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        stratum = rng.integers(0, 8, 500)
        first = rng.random(500) < 0.15 + 0.05 * stratum
        y = stratum + 0.7 * first + rng.normal(size=500) * (1 + stratum / 4)
        found = matched_difference(y, first, stratum, np.arange(500), confidence=0.9)
        hits += found.low <= 0.7 <= found.high
    assert 164 <= hits <= 193


def test_missing_outcomes_are_left_out_and_few_rows_give_none():
    y = np.array([1.0, np.nan] * 40)
    found = matched_difference(y, np.arange(80) % 4 < 2, np.zeros(80), fewest=10)
    assert found.n + found.others == 40
    assert matched_difference(y, np.ones(80, bool), np.zeros(80)) is None
    assert matched_difference([], [], []) is None


def test_groups_that_can_not_be_told_apart_share_their_mean():
    rng = np.random.default_rng(2)
    first = np.arange(900) < 300
    groups = np.where(first, np.arange(900) % 3, None)
    y = rng.normal(size=900) - 0.5 * first
    table = matched_groups(y, first, groups, np.zeros(900))
    assert table["n"].tolist() == [100] * 3
    assert np.ptp(table["shrunk"]) < 0.5 * np.ptp(table["difference"])
    far = matched_groups(y - 5 * (groups == 1), first, groups, np.zeros(900)).set_index("group")
    assert far.loc[1, "shrunk"] < -4 and far.loc[0, "shrunk"] > -1.5
    assert matched_groups(y, first, np.full(900, None), np.zeros(900)).empty


def test_e_value():
    """VanderWeele and Ding's example: a ratio of 3.9 needs 7.26."""
    assert e_value(3.9) == pytest.approx(7.26, abs=0.005)
    assert e_value(1 / 3.9) == pytest.approx(7.26, abs=0.005)
    assert e_value(1.0) == 1.0 and e_value(float("nan")) == 1.0
