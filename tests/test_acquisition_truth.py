"""Acquisition of whole simulated companies: truths lie in intervals, a dearer channel is found.

`bench/companies.py` counts the same on 40 and on 200 companies.
"""

import datetime as dt

import pytest
from scipy.stats import binom

import known_acquisition as known
from known_truth import hit_bounds

SEEDS = range(8)
CUSTOMERS = 800


@pytest.fixture(scope="module")
def counted():
    return known.hits(known.estimates(seed, CUSTOMERS) for seed in SEEDS)


def test_each_truth_lies_in_its_interval_as_often_as_it_says(counted):
    inside, draws = counted
    inside = inside[draws == len(SEEDS)]
    low, high = hit_bounds(len(SEEDS))
    assert len(inside) >= 20
    assert inside[(inside < low) | (inside > high)].to_dict() == {}


def test_all_truths_together_lie_in_nine_of_ten_intervals(counted):
    inside, draws = counted
    assert 0.84 <= inside.sum() / draws.sum() <= 0.96


def test_clean_companies_are_silent():
    """At most as many alarms as one in 500 allows (exact binomial, 0.0005)."""
    alarms = [known.alarms(seed, CUSTOMERS) for seed in range(100, 104)]
    assert sum(bool(found) for found in alarms) <= binom.isf(0.0005, 4, 0.002), alarms


@pytest.mark.parametrize("channel", ["short_video"])
def test_a_dearer_channel_is_found_with_start_and_money(channel):
    rises, truth = known.planted(1, 4000, channel=channel, start=dt.date(2025, 3, 1), size=1.6)
    assert [one.channel for one in rises] == [channel.replace("_", " ")]
    one = rises[0]
    assert abs((one.start - dt.date(2025, 3, 1)).days) <= 31
    assert 1 / 1.5 < one.money / truth["money_per_year"] < 1.5
    assert one.low < 1.6 < one.high
