"""Market, loyalty and behaviour of whole simulated companies: truths lie in intervals, sound ones are
silent.

`bench/companies.py` counts the same on 40 and on 200 companies.
"""

import pytest
from scipy.stats import binom

import known_behavior
import known_loyalty
import known_market
import known_service
from known_truth import hit_bounds

SEEDS = range(6)
CUSTOMERS = 800
THEMES = {"market": known_market, "loyalty": known_loyalty, "behavior": known_behavior}


@pytest.fixture(scope="module", params=THEMES)
def counted(request):
    estimates = THEMES[request.param].estimates
    return known_service.hits(estimates(seed, CUSTOMERS) for seed in SEEDS)


def test_each_truth_lies_in_its_interval_as_often_as_it_says(counted):
    inside, draws = counted
    assert len(inside) >= 4
    outside = {
        n: f"{inside[n]} of {draws[n]}" for n in inside.index if inside[n] < hit_bounds(draws[n])[0]
    }
    assert outside == {}


def test_all_truths_together_lie_in_nine_of_ten_intervals(counted):
    inside, draws = counted
    low, _ = hit_bounds(int(draws.sum()))
    assert inside.sum() >= low


@pytest.mark.parametrize("theme", THEMES)
def test_clean_companies_are_silent(theme):
    """At most as many alarms as one in 500 allows (exact binomial, 0.0005)."""
    alarms = [THEMES[theme].alarms(seed, CUSTOMERS) for seed in range(100, 102)]
    assert sum(bool(found) for found in alarms) <= binom.isf(0.0005, 2, 0.002), alarms
