"""Whole simulated companies: truths lie in intervals, planted groups are found, clean ones silent.

`bench/companies.py` counts the same on 40 and on 200 companies.
"""

import pytest
from scipy.stats import binom

import known_companies as known
from known_truth import hit_bounds

SEEDS = range(20)
CUSTOMERS = 1000


@pytest.fixture(scope="module")
def inside():
    return known.hits(known.estimates(seed, CUSTOMERS) for seed in SEEDS)


def test_each_truth_lies_in_its_interval_as_often_as_it_says(inside):
    low, high = hit_bounds(len(SEEDS))
    assert inside[(inside < low) | (inside > high)].to_dict() == {}


def test_all_truths_together_lie_in_nine_of_ten_intervals(inside):
    assert len(inside) == 16
    assert 0.84 <= inside.sum() / (len(inside) * len(SEEDS)) <= 0.95


def test_clean_companies_are_silent():
    """At most as many alarms as one in a hundred allows (exact binomial, 0.0005)."""
    alarms = [known.group_problem(known.clean_contracts(seed, CUSTOMERS)) for seed in range(40)]
    assert sum(alarm is not None for alarm in alarms) <= binom.isf(0.0005, 40, 0.01)


def test_a_planted_group_is_named():
    found = [known.group_problem(known.planted_contracts(seed, 2 * CUSTOMERS)) for seed in range(5)]
    assert found == [("product", "Basic care")] * 5


def test_a_clean_company_is_in_no_grave_doubt(tmp_path):
    found = known.grave_doubts(3, 200, tmp_path)
    assert found[["code", "table", "detail"]].to_numpy().tolist() == []


def test_what_comes_next_year_lies_in_the_forecast():
    for low, high, came in known.next_year(1, 600).values():
        assert low <= came <= high
