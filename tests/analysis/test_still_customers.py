"""Who is still a customer: known truth, one-time buyers, and answers for too little."""

import numpy as np
import pandas as pd
import pytest

from known_truth import hit_bounds
from silent_world import TRUTH
from workbook.analysis import bgnbd, mbgnbd, still_customers


def simulated(seed, n=1500):
    T = np.random.default_rng(seed).uniform(30, 78, n)
    return mbgnbd.simulate(TRUTH, T, 26.0, seed=seed)


def test_the_interval_holds_the_number_still_alive():
    hits = 0
    for seed in range(40):
        drawn = simulated(seed, 800)
        counts = drawn.assign(n=1.0)[["x", "t_x", "T", "n"]]
        fit = still_customers.alive_fit(counts)
        found = still_customers.expected_alive(fit, counts, confidence=0.90, draws=100, seed=seed)
        hits += found["low"] <= drawn["alive"].sum() <= found["high"]
    low, high = hit_bounds(40)
    assert low <= hits <= high


def test_one_time_buyers_have_a_probability_of_their_own():
    drawn = simulated(1)
    counts = drawn.assign(n=1.0)[["x", "t_x", "T", "n"]]
    found = still_customers.expected_alive(still_customers.alive_fit(counts), counts)
    once = drawn["x"] == 0
    assert found["once"] == once.sum()
    assert found["once_share"] == pytest.approx(drawn.loc[once, "alive"].mean(), abs=0.06)
    usual = bgnbd.probability_alive(TRUTH, 0, 0, 50)
    assert usual == 1  # why BG/NBD is not used here


def test_silence_is_as_likely_as_simulated():
    drawn = simulated(2, 20_000)
    fit = still_customers.alive_fit(drawn.assign(n=1.0)[["x", "t_x", "T", "n"]])
    states = pd.DataFrame(
        {"frequency": drawn["x"], "recency_days": drawn["t_x"] * 7, "T_days": drawn["T"] * 7}
    )
    chance = still_customers.silent_for(fit, states, 26 * 7)
    silent = (drawn["future"] == 0).to_numpy()
    for low, high in ((0, 0.3), (0.3, 0.7), (0.7, 1.01)):
        part = (chance >= low) & (chance < high)
        assert part.sum() > 500
        assert silent[part].mean() == pytest.approx(chance[part].mean(), abs=0.03)


@pytest.mark.parametrize("repeaters", [0, 1])
def test_too_few_repeaters_give_counts_only(repeaters):
    counts = pd.DataFrame({"x": [0.0, float(repeaters)], "t_x": [0.0, float(repeaters)], "T": [9.0, 9.0], "n": [5.0, 1.0]})  # fmt: skip
    found = still_customers.expected_alive(still_customers.alive_fit(counts), counts)
    assert found["customers"] == 6
    assert found["expected"] is found["low"] is found["once_share"] is None


def test_a_few_customers_are_drawn_one_by_one():
    fit = still_customers.alive_fit(simulated(3).assign(n=1.0)[["x", "t_x", "T", "n"]])
    counts = pd.DataFrame({"x": [2.0, 0.0], "t_x": [20.0, 0.0], "T": [40.0, 40.0], "n": [3.0, 2.0]})
    found = still_customers.expected_alive(fit, counts)
    assert 0 <= found["low"] <= found["expected"] <= found["high"] <= 5
    assert float(found["high"]).is_integer()
