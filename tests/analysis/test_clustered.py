"""Shares whose rows hang together: exact where they don't, wider where they do."""

import numpy as np
import pytest

from workbook.analysis.clustered import cluster_variance, clustered_share, clustered_shares
from workbook.analysis.intervals import wilson


def test_rows_of_their_own_give_wilson():
    hit = np.arange(200) % 4 == 0
    found = clustered_share(hit, np.arange(200))
    low, high = wilson(50, 200)
    assert found["share"] == 0.25
    # 199 free clusters of 200 make the variance larger by one part in 199
    assert found["low"] == pytest.approx(float(low), abs=3e-4)
    assert found["high"] == pytest.approx(float(high), abs=3e-4)


def test_copies_of_a_row_tell_nothing_new():
    hit = np.arange(100) % 4 == 0
    once = clustered_share(hit, np.arange(100))
    ten = clustered_share(np.repeat(hit, 10), np.repeat(np.arange(100), 10))
    assert ten["effective_n"] == pytest.approx(once["effective_n"])
    assert (ten["low"], ten["high"]) == pytest.approx((once["low"], once["high"]))


def test_two_ways_are_never_narrower_than_one():
    rng = np.random.default_rng(1)
    person, week = rng.integers(0, 60, 2000), rng.integers(0, 50, 2000)
    hit = rng.random(2000) < 0.3 + 0.2 * (week % 2)
    ways = [
        cluster_variance(hit - hit.mean(), *codes) for codes in ((person,), (week,), (person, week))
    ]
    assert ways[2] >= max(ways[:2]) and ways[1] > 3 * ways[0]


def test_coverage_with_clusters():
    hits = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        person = np.repeat(np.arange(150), rng.integers(1, 9, 150))
        hit = rng.random(len(person)) < rng.beta(2, 4, 150)[person]
        found = clustered_share(hit, person, confidence=0.9)
        hits += found["low"] <= 1 / 3 <= found["high"]
    assert 164 <= hits <= 193


@pytest.mark.parametrize(("value", "low", "high"), [(True, 0.5, 1.0), (False, 0.0, 0.5)])
def test_all_alike_counts_clusters(value, low, high):
    found = clustered_share(np.full(500, value), np.repeat(np.arange(5), 100))
    assert found["effective_n"] == 5
    assert (
        found["low"] == (pytest.approx(0.566, abs=0.01) if value else 0.0) and found["high"] >= 0.43
    )


def test_nothing_to_count():
    assert clustered_share([], [])["share"] is None
    assert clustered_shares([], [], []).empty


def test_by_group_leaves_out_the_unnamed():
    table = clustered_shares([1, 0, 1, 1], ["b", "b", None, "a"], [1, 2, 3, 4])
    assert table["group"].tolist() == ["b", "a"] and table["n"].tolist() == [2, 1]
    assert table["share"].tolist() == [0.5, 1.0]
