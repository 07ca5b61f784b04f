"""Forecasts for simulated companies against what their customers did after the books ended.

`bench/companies.py prediction` counts the same on 40 companies of full size.
"""

import pytest
from scipy.stats import binom

import known_prediction as known
from known_companies import hits

SEEDS = range(3)
CUSTOMERS = 700


@pytest.fixture(scope="module")
def found():
    return [known.estimates(seed, CUSTOMERS) for seed in SEEDS]


def test_what_came_lies_in_the_intervals(found):
    """As many hits of 90 % intervals as chance allows (exact binomial, 0.0005)."""
    inside = hits(found)
    draws = len(SEEDS) * len(inside)
    assert inside.sum() >= binom.ppf(0.0005, draws, 0.9), inside.to_dict()


def test_intervals_are_no_wider_than_they_must_be(found):
    for one in found:
        low, high, _ = one["buyers in three months"]
        assert high < 2.5 * low
