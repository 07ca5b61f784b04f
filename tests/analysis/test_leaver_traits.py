"""Groups and traits of leavers: bounds, error budget, known differences."""

import numpy as np
import pandas as pd
import pytest

from known_truth import hit_bounds
from workbook.analysis import leaver_traits


def test_groups_with_what_the_unknown_could_do():
    leaves = [True] * 30 + [False] * 10 + [True] * 5 + [False] * 35 + [True, True, False]
    groups = ["n"] * 40 + ["s"] * 40 + [None] * 3
    found = leaver_traits.leaving_by_group(leaves, groups).set_index("group")
    assert found.loc["n", "share"] == 0.75
    assert found.loc["n", "worst_high"] == pytest.approx(32 / 42)
    assert found.loc["n", "worst_low"] == pytest.approx(30 / 41)
    assert list(found.index) == ["n", "s"]
    small = leaver_traits.leaving_by_group([True] * 40 + [False], ["a"] * 40 + ["b"])
    assert small["enough"].tolist() == [True, False]


def test_orders_without_a_customer_bound_the_share():
    assert leaver_traits.unknown_bounds(60, 100, 20)["low"] == 0.4
    assert leaver_traits.unknown_bounds(10, 100, 99)["low"] == 0
    assert leaver_traits.unknown_bounds(0, 0, 5)["share"] is None


def test_no_trait_differs_where_none_does():
    rng = np.random.default_rng(4)
    wrong = 0
    for _ in range(200):
        leaves = rng.random(200) < 0.4
        numbers = pd.DataFrame(rng.poisson(2, (200, 4)), columns=list("abcd"))
        classes = pd.DataFrame({"e": rng.choice(["x", "y"], 200)})
        wrong += leaver_traits.trait_differences(leaves, numbers, classes, level=0.01)[
            "differs"
        ].any()
    assert wrong <= 8


def test_the_interval_of_the_chance_holds_it():
    rng, hits = np.random.default_rng(8), 0
    for _ in range(60):
        leaves = rng.random(300) < 0.5
        numbers = pd.DataFrame({"a": rng.normal(size=300) + 0.5 * leaves})
        row = leaver_traits.trait_differences(leaves, numbers, confidence=0.9).iloc[0]
        hits += row["size_low"] <= 0.63816 <= row["size_high"]  # normal cdf of 0.5 / sqrt 2
    low, high = hit_bounds(60)
    assert low <= hits <= high


def test_a_known_difference_and_traits_that_say_nothing():
    leaves = np.arange(200) % 2 == 0
    numbers = pd.DataFrame({"a": np.where(leaves, 5.0, 1.0), "constant": 1.0})
    classes = pd.DataFrame({"kind": np.where(leaves, "x", "y"), "one": "z"})
    found = leaver_traits.trait_differences(leaves, numbers, classes).set_index("trait")
    assert set(found.index) == {"a", "kind"}
    assert found.loc["a", ["leavers_median", "stayers_median", "size"]].tolist() == [5, 1, 1]
    assert found.loc["kind", "size"] == pytest.approx(1)
    assert leaver_traits.trait_differences(leaves[:20], numbers[:20], classes[:20]).empty


def test_won_back_counts_only_the_lost():
    found = leaver_traits.won_back([True, True, False], [True, False, True], [40.0, 0.0, 99.0])
    assert (found["lost"], found["came_back"], found["share"]) == (2, 1, 0.5)
    assert found["mean"] == found["mean_low"] == found["mean_high"] == 40
    none = leaver_traits.won_back([False], [True], [1.0])
    assert none["share"] is None
    assert none["mean"] is None


def test_closeness_has_a_row_per_kind_of_relationship():
    table = leaver_traits.closeness([4, 9, 1], [0.5, 0.1, 0.9], [10, 20, 5], [1, 2, 3])
    assert table[["close", "at_risk"]].to_numpy().tolist() == [[True, True], [True, False], [False, True]]  # fmt: skip
    assert table["last_year"].tolist() == [10, 20, 5]
