"""Concentration: exact small cases, and the luck part against a known population."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from workbook.analysis import concentration

SPEND = SimpleNamespace(model="gamma_gamma", params={"p": 6.25, "q": 3.74, "v": 15.44})
BGNBD = SimpleNamespace(model="BG/NBD", params={"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426})


def test_gini_of_equal_and_of_one_owner():
    assert concentration.gini([5, 5, 5, 5]) == pytest.approx(0)
    assert concentration.gini([0, 0, 0, 10]) == pytest.approx(0.75)
    assert np.isnan(concentration.gini([0, 0]))


def test_lorenz_curve_goes_from_the_top_customer_down():
    curve = concentration.lorenz_curve([6, 3, 1, 0], points=4)
    assert curve["value_share"].tolist() == pytest.approx([0, 0.6, 0.9, 1, 1])
    assert concentration.lorenz_curve([0, 0]).empty


def test_top_shares_hold_the_point_and_widen_with_fewer_customers():
    rng = np.random.default_rng(1)
    many, few = rng.lognormal(0, 1, 20_000), rng.lognormal(0, 1, 200)
    wide, narrow = concentration.top_shares(few), concentration.top_shares(many)
    assert (narrow["low"] <= narrow["share"]).all() and (narrow["share"] <= narrow["high"]).all()
    assert ((wide["high"] - wide["low"]) > (narrow["high"] - narrow["low"])).all()
    # A lognormal with sigma 1: share of the top fifth is 1 - Phi(z(0.8) - 1), Gini erf(1/2).
    assert narrow.loc[narrow["top"] == 0.2, "share"].item() == pytest.approx(0.5629, abs=0.01)
    assert narrow["share"].iloc[-1] == pytest.approx(0.5205, abs=0.01)


def test_blocks_give_the_same_interval_as_single_customers():
    amounts = np.random.default_rng(2).lognormal(0, 1.5, 12_000)
    exact = concentration.top_shares(amounts, blocks=12_000)
    blocked = concentration.top_shares(amounts, blocks=1_000)
    width = exact["high"] - exact["low"]
    assert ((exact[["low", "high"]] - blocked[["low", "high"]]).abs().max(axis=1) < width / 4).all()


def test_top_share_interval_covers_the_truth():
    truth, hits = 0.5629, 0
    for seed in range(200):
        amounts = np.random.default_rng(seed).lognormal(0, 1, 2_000)
        row = concentration.top_shares(amounts, tops=[0.2], confidence=0.9, draws=100, seed=seed)
        hits += row["low"].iloc[0] <= truth <= row["high"].iloc[0]
    assert 164 <= hits <= 193


def test_without_variation_in_customers_everything_unequal_is_luck():
    same = SimpleNamespace(model="BG/NBD", params={"r": 1e6, "alpha": 1e7, "a": 1e-3, "b": 1e6})
    spend = SimpleNamespace(model="gamma_gamma", params={"p": 2.0, "q": 1e6, "v": 1e6})
    population = concentration.simulated_population(same, spend, [30.0], size=50_000)
    shares = concentration.lasting_shares(population, tops=[0.2])
    assert shares["lasting"].item() == pytest.approx(0.2, abs=0.005)
    assert shares["luck"].item() == pytest.approx(shares["realised"].item() - 0.2, abs=0.005)
    assert shares["luck"].item() > 0.05


@pytest.mark.parametrize(
    "model, params",
    [
        ("BG/NBD", BGNBD.params),
        ("modified BG/NBD", {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}),
        ("Pareto/NBD", {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}),
    ],
)
def test_luck_averages_out_over_the_population(model, params):
    fit = SimpleNamespace(model=model, params=params)
    population = concentration.simulated_population(fit, SPEND, [39.0], size=400_000)
    assert population["realised"].mean() == pytest.approx(population["lasting"].mean(), rel=0.02)
    shares = concentration.lasting_shares(population)
    assert (shares["luck"].iloc[:4] > 0).all() and (shares["lasting"] > shares["top"]).all()


def test_losing_the_top_counts_average_customers():
    values = pd.DataFrame(
        {"customer_id": list("abcd"), "clv": [1.0, 6.0, 2.0, 1.0], "gross_amount": [5.0, 5, 0, 0]}
    )
    lost = concentration.loss_of_top(values, counts=(1, 2, 9))
    assert lost["customers"].tolist() == [1, 2]
    assert lost["clv_share"].tolist() == pytest.approx([0.6, 0.8])
    assert lost["past_share"].tolist() == pytest.approx([0.5, 0.5])
    assert lost["average_customers"].tolist() == pytest.approx([2.4, 3.2])
