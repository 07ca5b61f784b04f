"""Money that stops: the model's own arithmetic, coverage, the list."""

import numpy as np
import pandas as pd
import pytest

from known_truth import hit_bounds
from silent_world import TRUTH
from workbook.analysis import expected_loss, mbgnbd, still_customers

MONTHS = 12


def simulated(seed, n=1000):
    """States of simulated customers, every purchase worth 10."""
    T = np.random.default_rng(seed).uniform(30, 78, n)
    drawn = mbgnbd.simulate(TRUTH, T, 1.0, seed=seed)
    return pd.DataFrame({
        "customer_id": [f"c{i}" for i in range(n)], "frequency": drawn["x"],
        "recency_days": drawn["t_x"] * 7, "T_days": drawn["T"] * 7,
        "purchase_days": drawn["x"] + 1, "gross_amount": 10.0 * (drawn["x"] + 1),
        "repeat_amount": 10.0 * drawn["x"],
    })  # fmt: skip


def fit_of(states):
    counts = pd.DataFrame({"x": states["frequency"].astype(float), "t_x": states["recency_days"] / 7,
                           "T": states["T_days"] / 7, "n": 1.0})  # fmt: skip
    return still_customers.alive_fit(counts)


def test_loss_is_what_staying_brings_less_what_is_expected():
    states = simulated(1)
    values = expected_loss.stay_values(fit_of(states), states, horizon_months=MONTHS)
    assert (values["loss"] >= 0).all()
    assert values["loss"].to_numpy() == pytest.approx(
        (values["stay"] - values["expected"]).to_numpy()
    )
    assert values["leaves"].between(0, 1).all()
    assert values["value"].to_numpy() == pytest.approx(10, rel=0.01)
    gone = states["T_days"] - states["recency_days"] > 400
    often = (states["frequency"] >= 5) & (states["T_days"] - states["recency_days"] < 14)
    assert values.loc[gone, "leaves"].mean() > values.loc[often, "leaves"].mean() + 0.2


def test_the_interval_holds_what_is_lost():
    """Losses drawn at the true parameters: who stops when, and what all would have bought."""
    weeks, hits = MONTHS * 365.25 / 12 / 7, 0
    for seed in range(40):
        states = simulated(seed, 250)
        fit = fit_of(states)
        values = expected_loss.stay_values(fit, states, horizon_months=MONTHS)
        total = expected_loss.loss_totals(
            fit, values, states, np.full(250, "all"), horizon_months=MONTHS, confidence=0.90,
            draws=60, seed=seed,
        ).iloc[0]  # fmt: skip
        rng = np.random.default_rng(1000 + seed)
        x, t_x, T = (values[name].to_numpy() for name in ("x", "t_x", "T"))
        stay = rng.poisson(rng.gamma(TRUTH["r"] + x, 1 / (TRUTH["alpha"] + T)) * weeks)
        stops = rng.geometric(rng.beta(TRUTH["a"], TRUTH["b"] + x + 1))
        alive = rng.random(250) < mbgnbd.probability_alive(TRUTH, x, t_x, T)
        lost = 10 * (stay - np.where(alive, np.minimum(stay, stops), 0)).sum()
        hits += total["low"] <= lost <= total["high"]
        assert total["low"] <= total["low_80"] <= total["loss"] <= total["high_80"] <= total["high"]
    low, high = hit_bounds(40)
    assert low <= hits <= high


def test_a_sampled_group_has_the_same_total_and_a_like_interval():
    states = simulated(3, 9000)  # more than ROWS
    fit = fit_of(states)
    values = expected_loss.stay_values(fit, states)
    labels = np.where(np.arange(9000) < 100, "few", "many")
    totals = expected_loss.loss_totals(fit, values, states, labels).set_index("group")
    assert totals["loss"].sum() == pytest.approx(values["loss"].sum())
    assert totals.loc["few", "customers"] == 100
    width = (totals["high"] - totals["low"]) / totals["loss"]
    assert width["few"] > 2 * width["many"]


def test_past_errors_only_widen():
    totals = pd.DataFrame({
        "group": ["a"], "stay": [100.0], "expected": [60.0], "loss": [40.0], "low": [38.0],
        "high": [42.0], "low_80": [39.0], "high_80": [41.0],
    })  # fmt: skip
    wide = expected_loss.widened(totals, [0.2, -0.3, 0.25]).iloc[0]
    assert wide["wider"] == "past"
    assert 0 <= wide["low"] < wide["low_80"] < 39 < 41 < wide["high_80"] < wide["high"] <= 100
    same = expected_loss.widened(totals, [0.2]).iloc[0]
    assert same["wider"] == "model"
    assert same["low"] == 38


def test_the_list_holds_the_most_saved_within_capacity_and_above_cost():
    values = pd.DataFrame({"customer_id": list("abcd"), "at_stake": [50.0, 200.0, 9.0, 200.0],
                           "past_spend": [9.0, 1.0, 5.0, 0.0]})  # fmt: skip
    found = expected_loss.at_risk_list(values, capacity=3, save_rate=0.1, contact_cost=1.0)
    assert found["customer_id"].tolist() == ["b", "d", "a"]  # c would save 0.9, and cost 1
    assert found["expected_saved"].tolist() == pytest.approx([19, 19, 4])
    assert found["rank"].tolist() == [1, 2, 3]
    other = expected_loss.at_risk_list(
        values, capacity=2, save_rate=0.1, contact_cost=0.0, order="past_spend"
    )
    assert other["customer_id"].tolist() == ["a", "c"]
    assert expected_loss.at_risk_list(values, capacity=3, save_rate=0.0, contact_cost=0.0).empty
