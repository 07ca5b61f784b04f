"""ABC classes, the share of the top, and moves between levels."""

import numpy as np
import pandas as pd
import pytest

from known_truth import hit_bounds
from workbook.analysis.abc_classes import abc_classes, abc_shares, move_rates, moves, top_share


def test_classes_by_hand():
    money = [60.0, 25.0, 8.0, 4.0, 3.0, 0.0, -5.0, np.nan]
    assert abc_classes(money).tolist() == ["A", "A", "B", "B", "C", "none", "minus", "none"]


def test_equal_customers_share_a_class():
    assert set(abc_classes([10.0] * 10)) == {"A"}
    assert abc_classes([100.0] + [1.0] * 20).tolist() == ["A"] + ["B"] * 20


def test_shares_add_up_and_their_intervals_hold_them():
    money = np.random.default_rng(0).lognormal(3, 1.5, 900)
    table = abc_shares(np.r_[money, np.zeros(50), -1.0]).set_index("class")
    assert table["customers"].sum() == 951
    assert table.loc[["A", "B", "C"], "share"].sum() == pytest.approx(1)
    assert table.loc[["A", "B", "C"], "money_share"].sum() == pytest.approx(1)
    shown = table.loc[["A", "B", "C"]]
    assert (shown["low"] < shown["share"]).all() and (shown["share"] < shown["high"]).all()


def test_the_interval_of_the_top_covers_what_is_true():
    """Lognormal with sigma 1: the top fifth makes Phi(1 - 0.8416) of the money."""
    from scipy.stats import norm

    truth = norm.cdf(1 - norm.ppf(0.8))
    rng = np.random.default_rng(3)
    inside = 0
    for seed in range(40):
        found = top_share(rng.lognormal(0, 1, 300), confidence=0.9, seed=seed)
        inside += found["low"] <= truth <= found["high"]
    low, high = hit_bounds(40)
    assert low <= inside <= high


def test_many_customers_are_read_in_blocks():
    money = np.random.default_rng(1).lognormal(0, 2, 40_000)
    found = top_share(money)
    assert found["low"] < found["share"] < found["high"] and found["of"] == 40_000
    assert abc_shares(money)["customers"].sum() == 40_000


def test_nobody_and_one():
    assert top_share([])["share"] is None and abc_shares([])["customers"].sum() == 0
    assert top_share([5.0])["share"] == 1 and top_share([5.0])["low"] is None
    assert abc_shares([5.0])["low"].isna().all()


def test_moves():
    counts = moves(["A", "A", "B", "C"], ["A", "B", "A", "C"], levels=["A", "B", "C"])
    assert counts.to_numpy().tolist() == [[1, 1, 0], [1, 0, 0], [0, 0, 1]]
    rates = move_rates(counts).set_index("level")
    assert rates.loc["A", "fell"] == 0.5 and rates.loc["B", "rose"] == 1
    assert rates.loc["C", "stayed"] == 1 and rates.loc["C", "stayed_low"] < 1
    empty = move_rates(moves([], [], levels=["A", "B"]))
    assert empty["fell"].isna().all() and isinstance(empty, pd.DataFrame)
