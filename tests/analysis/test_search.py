"""The search from the maximum of a similar likelihood: what it may leave out, and what not."""

import numpy as np
import pytest

from workbook.analysis.search import best_point

LIMITS = np.log([[1e-4, 1e4], [1e-4, 1e4]])
STARTS = [(1.0, 2.0), (30.0, 2.0)]


def endless(size, asked):
    """More likely the larger the first parameter, and hardly so where it is large."""

    def evaluate(params):
        (x, y), k = params, size / 1e4
        asked.append(float(x))
        value = -size - k / x - size * np.log(y) ** 2
        return value, np.array([k / x**2, -2 * size * np.log(y) / y])

    return evaluate


def peaked(size):
    """A maximum at two; far above it the likelihood falls too slowly to be followed."""

    def evaluate(params):
        (x, y), k = params, size / 1e6
        value = -size + k * (1 / x - 1 / x**2) - size * np.log(y) ** 2
        return value, np.array([k * (2 / x**3 - 1 / x**2), -2 * size * np.log(y) / y])

    return evaluate


def test_a_boundary_that_a_similar_likelihood_ran_to_is_not_searched_for_twice():
    first, asked = [], []
    point, _, _, hessian = best_point(endless(1e5, first), STARTS, LIMITS)
    assert {1.0, 30.0} <= set(np.round(first, 9))
    found = best_point(endless(1e6, asked), [np.exp(point), *STARTS], LIMITS, hessian)
    assert found[0] == pytest.approx(point, abs=1e-6) and found[0][0] > np.log(100)
    assert not {1.0, 30.0} & set(np.round(asked, 9))


def test_a_boundary_that_something_draws_away_from_is_left():
    point, _, _, hessian = best_point(endless(1e5, []), STARTS, LIMITS)
    found = best_point(peaked(1e8), [np.exp(point), *STARTS], LIMITS, hessian)
    assert np.exp(found[0]) == pytest.approx([2.0, 1.0], rel=1e-3)
