"""Grading of whole simulated companies: truths lie in intervals, late payers are found, else silence.

`bench/companies.py` counts the same on 40 and on 200 companies.
"""

import pytest
from scipy.stats import binom

import known_grading as known
from known_service import hits
from known_truth import hit_bounds

SEEDS = range(10)


@pytest.fixture(scope="module")
def counted():
    return hits(known.estimates(seed, 1000) for seed in SEEDS)


def test_each_truth_lies_in_its_interval_as_often_as_it_says(counted):
    inside, draws = counted
    inside = inside[draws == len(SEEDS)]
    low, high = hit_bounds(len(SEEDS))
    assert len(inside) >= 4
    assert inside[(inside < low) | (inside > high)].to_dict() == {}


def test_clean_companies_are_silent():
    """At most as many alarms as one in 500 allows (exact binomial, 0.0005)."""
    found = [known.alarms(seed, 1500) for seed in range(100, 104)]
    assert sum(map(bool, found)) <= binom.isf(0.0005, len(found), 0.002), found


@pytest.mark.parametrize("where", [{"type": "dealer"}, {"type": "business"}])
def test_late_payers_are_found_with_start_and_money(where):
    place, gap, money, true = known.planted(3, 4000, where)
    assert place == where and abs(gap) <= 31
    assert true / 1.5 <= money <= true * 1.5


def test_strategic_customers_go_on_to_bring_most_of_the_revenue():
    share, later = known.later_share(2, 1500)
    assert share < 0.06 and later > 0.5
