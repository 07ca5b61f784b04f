"""Service of whole simulated companies: truths lie in intervals, problems are found, else silence.

`bench/companies.py` counts the same on 40 and on 200 companies.
"""

import pytest
from scipy.stats import binom

import known_service as known
from known_truth import hit_bounds

SEEDS = range(20)
CUSTOMERS = 1000


@pytest.fixture(scope="module")
def counted():
    return known.hits(known.estimates(seed, CUSTOMERS) for seed in SEEDS)


def test_each_truth_lies_in_its_interval_as_often_as_it_says(counted):
    inside, draws = counted
    inside = inside[draws == len(SEEDS)]
    low, high = hit_bounds(len(SEEDS))
    assert len(inside) == 7
    assert inside[(inside < low) | (inside > high)].to_dict() == {}


def test_all_truths_together_lie_in_nine_of_ten_intervals(counted):
    inside, draws = counted
    assert 0.84 <= inside.sum() / draws.sum() <= 0.96


def test_clean_companies_are_silent():
    """At most as many alarms as one in 500 allows (exact binomial, 0.0005)."""
    alarms = [known.alarms(seed, CUSTOMERS) for seed in range(100, 112)]
    assert sum(bool(found) for found in alarms) <= binom.isf(0.0005, 12, 0.002), alarms


@pytest.mark.parametrize(
    ("kind", "where", "detector", "place", "customers"),
    [
        ("returns_rise", {"category": "cleaning"}, "returns", ("category", "Cleaning"), 4000),
        ("complaint_recurrence", {"region": "east"}, "again", ("region", "East"), 12000),
    ],
)
def test_a_planted_problem_is_found_in_its_place(kind, where, detector, place, customers):
    found = known.planted(1, customers, kind, where, 4.0)
    assert found == {detector: place}
