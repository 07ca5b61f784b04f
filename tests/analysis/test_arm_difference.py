"""Adjusted differences of two arms."""

import numpy as np
import pandas as pd
import pytest

from known_truth import hit_bounds
from workbook.analysis.arm_difference import adjusted_difference


def sums(y, x, treated):
    rows = [
        (t, len(a), a.sum(), b.sum(), (a * a).sum(), (b * b).sum(), (a * b).sum())
        for t in (False, True)
        for a, b in [(y[treated == t], x[treated == t])]
    ]
    columns = ["treated", "n", "y", "x", "yy", "xx", "xy"]
    return pd.DataFrame(rows, columns=columns).set_index("treated")


def test_it_is_the_interacted_regression():
    rng = np.random.default_rng(1)
    x = rng.gamma(1.0, 2.0, 300)
    treated = rng.random(300) < 0.3
    y = 1 + 0.5 * x + treated * (0.4 + 0.2 * x) + rng.normal(size=300)
    centred = x - x.mean()
    design = np.column_stack([np.ones(300), treated, centred, centred * treated])
    expected = np.linalg.lstsq(design, y, rcond=None)[0][1]
    found = adjusted_difference(sums(y, x, treated))
    assert found.difference == pytest.approx(expected)
    assert found.raw == pytest.approx(y[treated].mean() - y[~treated].mean())
    assert found.low < found.low80 < found.difference < found.high80 < found.high
    assert (found.n, found.others) == (treated.sum(), (~treated).sum())


def test_intervals_hold_the_effect_as_often_as_they_say():
    rng = np.random.default_rng(2)
    hits, shorter = 0, 0
    for _ in range(200):
        rate = rng.gamma(0.8, 1.0, 160)
        x, treated = rng.poisson(4 * rate), rng.random(160) < 0.5
        y = rng.poisson(rate) + treated * (rng.random(160) < 0.3)
        found = adjusted_difference(sums(y.astype(float), x.astype(float), treated), confidence=0.9)
        hits += found.low <= 0.3 <= found.high
        plain = adjusted_difference(sums(y.astype(float), 0.0 * x, treated), confidence=0.9)
        shorter += found.high - found.low < plain.high - plain.low
    low, high = hit_bounds(200)
    assert low <= hits <= high
    assert shorter > 150


def test_nothing_varies_or_too_few():
    y, treated = np.ones(100), np.arange(100) % 2 == 0
    found = adjusted_difference(sums(y, y, treated))
    assert (found.difference, found.p, found.low, found.high) == (0.0, 1.0, 0.0, 0.0)
    assert np.isnan(found.uneven)
    assert adjusted_difference(sums(y[:50], y[:50], treated[:50])) is None


def test_arms_that_differed_before_are_told():
    rng = np.random.default_rng(3)
    treated = np.arange(200) % 2 == 0
    x = rng.normal(size=200) + treated
    found = adjusted_difference(sums(x, x, treated))
    assert found.uneven < 1e-6 and abs(found.difference) < 1e-9
