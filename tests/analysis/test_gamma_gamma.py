"""Gamma-Gamma: published numbers, known truth, who is left out, degenerate data."""

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad

from workbook.analysis import gamma_gamma

TRUTH = {"p": 5.0, "q": 4.0, "v": 20.0}


def test_published_estimates_of_the_sample(cdnow_sample):
    found = gamma_gamma.fit(cdnow_sample)
    assert found.converged and found.message == ""
    assert found.n == 946
    assert [round(v, 2) for v in found.params.values()] == [6.25, 3.74, 15.44]
    assert round(found.loglik, 1) == -4659.3
    assert round(gamma_gamma.fit(cdnow_sample, density="mean").loglik, 1) == -4055.9


def test_full_file(cdnow_full):
    found = gamma_gamma.fit(cdnow_full)
    assert found.n == 9450
    assert [round(v, 3) for v in found.params.values()] == [6.275, 3.624, 14.984]


@pytest.mark.parametrize("density", ["total", "mean"])
def test_density_integrates_to_one(density):
    def height(value):
        mean = value / 3 if density == "total" else value
        row = pd.DataFrame({"x": [3], "mean_value": [mean]})
        return np.exp(gamma_gamma.loglik(TRUTH, row, density=density))

    area, _ = quad(height, 0, np.inf)
    assert area == pytest.approx(1, abs=1e-6)


def test_gradient(cdnow_sample, assert_gradient):
    rows = cdnow_sample[cdnow_sample["mean_value"] > 0].assign(n=1.0)
    assert_gradient(gamma_gamma._loglik(rows), (4.0, 3.0, 20.0))


def test_expected_value_lies_between_own_mean_and_the_mean_of_all():
    everyone = gamma_gamma.expected_value(TRUTH, 0, 0.0)
    assert everyone == pytest.approx(5 * 20 / 3)
    values = gamma_gamma.expected_value(TRUTH, [1, 5, 500], 100.0)
    assert everyone < values[0] < values[1] < values[2] < 100
    assert values[2] == pytest.approx(100, rel=0.01)


def test_amounts_in_another_currency_give_the_same_shape(cdnow_sample):
    dollars = gamma_gamma.fit(cdnow_sample)
    yen = gamma_gamma.fit(cdnow_sample.assign(mean_value=cdnow_sample["mean_value"] * 1e5))
    assert yen.params["p"] == pytest.approx(dollars.params["p"], rel=1e-4)
    assert yen.params["v"] == pytest.approx(dollars.params["v"] * 1e5, rel=1e-4)


def test_simulated_spend_is_what_is_expected():
    x = np.random.default_rng(0).integers(1, 6, 40_000)
    table = gamma_gamma.simulate(TRUTH, x, seed=1)
    expected = gamma_gamma.expected_value(TRUTH, table["x"], table["mean_value"])
    assert expected.mean() == pytest.approx(gamma_gamma.expected_value(TRUTH, 0, 0.0), rel=0.02)
    spent = gamma_gamma.simulate_future(TRUTH, 2, table["x"], table["mean_value"], seed=2)
    assert spent.mean() == pytest.approx(2 * expected.mean(), rel=0.02)
    assert gamma_gamma.simulate_future(TRUTH, 0, 3, 10.0, seed=2) == 0


def test_intervals_hold_the_truth(assert_coverage):
    x = np.random.default_rng(0).integers(1, 8, 800)
    fits = [gamma_gamma.fit(gamma_gamma.simulate(TRUTH, x, seed)) for seed in range(100)]
    assert all(fit.converged for fit in fits)
    assert_coverage(fits, TRUTH)


def table(x, mean_value):
    return pd.DataFrame({"x": x, "mean_value": mean_value}, dtype=float)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "rows, words",
    [
        (table([], []), "There is no customer"),
        (table([0, 2], [5.0, 0.0]), "There is no customer"),
        (table([3], [5.0]), "One customer is not enough"),
    ],
)
def test_degenerate_data_are_said_in_words(rows, words):
    found = gamma_gamma.fit(rows)
    assert not found.converged and words in found.message


@pytest.mark.filterwarnings("error")
def test_amounts_that_are_all_equal_have_no_spread():
    found = gamma_gamma.fit(table([1, 2, 3] * 20, [10.0] * 60))
    assert found.at_boundary and "hardly vary" in found.message
    assert gamma_gamma.expected_value(found.params, 0, 0.0) == pytest.approx(10, rel=0.01)


@pytest.mark.filterwarnings("error")
def test_spend_without_a_mean_is_said():
    found = gamma_gamma.fit(gamma_gamma.simulate(TRUTH | {"q": 0.6}, np.full(1000, 3), seed=1))
    assert "average cannot be estimated" in found.message
    assert np.isinf(gamma_gamma.expected_value(found.params, 0, 0.0))
