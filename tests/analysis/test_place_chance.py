"""Chance of few happenings: told as counts are, neither too often nor too late."""

from dataclasses import replace

import numpy as np
from scipy.stats import binom, t

from problem_world import rows
from workbook.analysis.place_chance import contrast, worse_tail
from workbook.analysis.place_search import split_sums


def told(seed, *, customers=400, since=80, **given):
    """p of Cedar after against before, of counts and of the normal logarithm."""
    watched = rows(seed, customers=customers, since=since, **given)
    segment = (watched.week >= since).astype(int)
    mine = np.where(watched.within({"city": "Cedar"}), 0, -1)
    sums = split_sums(watched, mine, 1, segment, 2)
    effect, se, free = contrast(sums, watched)
    p = worse_tail(sums, watched, effect, se, free)[0, 0]
    return p, t.sf(watched.worse * effect / se, free)[0, 0], sums


def test_rare_happenings_raise_no_more_alarms_than_they_may():
    p = np.array([told(seed, rate=0.02)[0] for seed in range(200)])
    known = p[np.isfinite(p)]
    assert len(known) > 150
    # at 5 %: not above the 99.9 % point of as many independent tests
    assert (known < 0.05).sum() <= binom.ppf(0.999, len(known), 0.05)
    assert (known < 0.05).sum() >= 1


def test_a_clear_rise_of_few_is_clearer_as_counts():
    both = np.array([told(seed, rate=0.02, place="Cedar", factor=4.0)[:2] for seed in range(12)])
    assert np.median(both[:, 0] / both[:, 1]) < 0.8


def test_the_other_direction_is_the_other_tail():
    watched = rows(3, customers=400, rate=0.1)
    segment = (watched.week >= 80).astype(int)
    mine = np.where(watched.within({"city": "Ash"}), 0, -1)
    sums = split_sums(watched, mine, 1, segment, 2)
    changed = contrast(sums, watched)
    tails = [worse_tail(sums, replace(watched, worse=side), *changed)[0, 0] for side in (1, -1)]
    # what was seen belongs to both tails of a count
    assert 1 <= sum(tails) < 1.3
