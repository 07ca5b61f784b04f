"""Shares of all weightings, held against weightings that are really drawn."""

import numpy as np
import pytest

from workbook.analysis.weightings import (
    share_reaching,
    tier_of,
    tier_shares,
    weighting_table,
    weightings,
)

FACTORS = ("need", "ability", "value", "willingness")
LIMITS = {"strategic_from": 70.0, "important_from": 50.0, "weakest": 30.0}


def test_the_exact_share_is_that_of_ten_thousand_drawn_weightings():
    rng = np.random.default_rng(0)
    points = rng.uniform(0, 100, (60, 4))
    drawn = (rng.dirichlet(np.ones(4), 10_000) @ points.T >= 60).mean(axis=0)
    exact = share_reaching(points, 60.0)
    # 5 standard errors of the draws
    assert np.abs(exact - drawn).max() <= 5 * 0.5 / 100


def test_known_volumes():
    assert share_reaching([[100.0, 0.0]], 25.0)[0] == pytest.approx(0.75)
    # the corner of a triangle beyond two thirds of one edge: (1/3)^2
    assert share_reaching([[90.0, 0.0, 0.0]], 60.0)[0] == pytest.approx(1 / 9)
    assert share_reaching([[80.0] * 4, [79.0] * 4, [80.0, 80.0, 80.0, 0.0]], 80.0).tolist() == [
        1,
        0,
        0,
    ]


def test_equal_points_do_no_harm():
    points = [[70.0, 70.0, 50.0, 50.0], [70.0, 70.0 + 1e-9, 50.0, 50.0 - 1e-9]]
    first, second = share_reaching(points, 60.0)
    assert first == pytest.approx(second, abs=1e-6) and first == pytest.approx(0.5)


def test_tiers_share_all_weightings_out():
    points = np.random.default_rng(1).uniform(0, 100, (200, 4))
    shares = tier_shares(points, **LIMITS)
    assert np.allclose(shares.sum(axis=1), 1) and (shares.to_numpy() >= 0).all()
    assert (shares.loc[points.min(axis=1) < 30, "strategic"] == 0).all()
    sure = shares[shares["ordinary"] == 1].index
    assert (tier_of(points[sure], [3, 1, 1, 2], **LIMITS) == "ordinary").all()


def test_the_weakest_factor_keeps_a_customer_from_the_top():
    points = [[100, 100, 100, 29], [100, 100, 100, 31], [60, 50, 50, 50], [10, 10, 10, 10]]
    assert tier_of(points, [1] * 4, **LIMITS).tolist() == [
        "important",
        "strategic",
        "important",
        "ordinary",
    ]


def test_weights_count_by_proportion():
    points = np.random.default_rng(2).uniform(0, 100, (50, 4))
    assert (
        tier_of(points, [1, 2, 3, 4], **LIMITS) == tier_of(points, [10, 20, 30, 40], **LIMITS)
    ).all()


def test_weightings_that_people_try():
    named = weightings(FACTORS, [1, 1, 2, 0])
    assert named["without_value"] == [1, 1, 0, 0] and named["more_need"] == [5, 1, 2, 0]
    table = weighting_table([[90.0] * 4, [60.0] * 4], FACTORS, [1, 1, 1, 1], **LIMITS)
    assert (table["strategic"] == 1).all() and (table["kept"] == 1).all() and len(table) == 10
    nobody = weighting_table([[10.0] * 4], FACTORS, [1, 1, 1, 1], **LIMITS)
    assert nobody["kept"].isna().all()


def test_nobody():
    assert len(tier_shares(np.empty((0, 4)), **LIMITS)) == 0
