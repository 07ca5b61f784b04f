"""BG/NBD: published numbers, an independent formula, known truth, degenerate data."""

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import factorial, hyp2f1
from scipy.stats import beta

from workbook.analysis import beta_geometric, bgnbd

TRUTH = {"r": 0.5, "alpha": 6.0, "a": 0.8, "b": 2.5}


def test_published_estimates_of_the_sample(cdnow_sample):
    found = bgnbd.fit(cdnow_sample)
    assert found.converged and found.message == "" and found.at_boundary == []
    assert {k: round(v, 3) for k, v in found.params.items()} == {
        "r": 0.243,
        "alpha": 4.414,
        "a": 0.793,
        "b": 2.426,
    }
    assert round(found.loglik, 1) == -9582.4
    assert found.n == 2357


def test_published_forecasts_of_the_sample(cdnow_sample):
    table = cdnow_sample
    params = bgnbd.fit(table).params
    assert round(float(bgnbd.expected_purchases(params, 39, 2, 30.43, 38.86)), 3) == 1.226
    expected = bgnbd.expected_purchases(params, 39, table["x"], table["t_x"], table["T"])
    assert table["later"].sum() == 1882
    assert round(expected.sum()) == 1653


def test_full_file(cdnow_full):
    table = cdnow_full
    found = bgnbd.fit(table)
    assert [round(v, 3) for v in found.params.values()] == [0.252, 4.789, 0.723, 2.161]
    assert round(found.loglik, 1) == -95368.4
    assert found.n == 23_570
    expected = bgnbd.expected_purchases(found.params, 39, table["x"], table["t_x"], table["T"])
    assert table["later"].sum() == 19_684
    assert round(expected.sum()) == 16_874


def test_counts_and_single_rows_give_the_same(cdnow_sample):
    counts = cdnow_sample.groupby(["x", "t_x", "T"]).size().rename("n").reset_index()
    single, together = bgnbd.fit(cdnow_sample), bgnbd.fit(counts)
    assert together.n == single.n
    assert together.loglik == pytest.approx(single.loglik, abs=1e-6)
    assert together.params == pytest.approx(single.params, rel=1e-5)


@pytest.mark.parametrize("first", [0, 1])
def test_gradient(cdnow_sample, assert_gradient, first):
    rows = cdnow_sample.head(300).assign(n=1.0)
    assert_gradient(beta_geometric.loglik(rows, first), (0.4, 5.0, 0.7, 3.0))


@pytest.mark.parametrize("x, t_x, T", [(0, 0, 10), (1, 3, 10), (4, 20, 40), (60, 70, 78)])
def test_expectation_agrees_with_the_hypergeometric_formula(x, t_x, T):
    r, alpha, a, b = TRUTH.values()
    t = 52.0
    gone = (a / (b + x - 1)) * ((alpha + T) / (alpha + t_x)) ** (r + x) if x else 0.0
    series = hyp2f1(r + x, b + x, a + b + x - 1, t / (alpha + T + t))
    change = 1 - ((alpha + T) / (alpha + T + t)) ** (r + x) * series
    formula = (a + b + x - 1) / (a - 1) * change / (1 + gone)
    assert bgnbd.expected_purchases(TRUTH, t, x, t_x, T) == pytest.approx(formula, rel=1e-9)


@pytest.mark.parametrize("a", [0.3, 1.0, 1.0 + 1e-9, 4.0])
def test_no_special_case_at_a_of_one(a):
    r, alpha, b = 0.4, 5.0, 2.0

    def rate(p):
        return beta.pdf(p, a, b) * (1 - (1 + p * 40 / alpha) ** -r) / p

    expected, _ = quad(rate, 0, 1, points=[1e-4, 1e-2], limit=500)
    params = {"r": r, "alpha": alpha, "a": a, "b": b}
    assert bgnbd.expected_purchases_new(params, 40.0) == pytest.approx(expected, rel=1e-5)


def test_extreme_arguments_stay_finite():
    params = {"r": 300.0, "alpha": 0.01, "a": 1e-3, "b": 1e3}
    x, t_x, T = np.array([0, 1, 5000]), np.array([0.0, 1e-3, 499.0]), np.array([0.0, 500.0, 500.0])
    expected = bgnbd.expected_purchases(params, 520.0, x, t_x, T)
    alive = bgnbd.probability_alive(params, x, t_x, T)
    assert np.all(np.isfinite(expected)) and np.all(expected >= 0)
    assert np.all((alive >= 0) & (alive <= 1))


def test_probability_alive_is_one_for_those_who_bought_once():
    assert np.all(bgnbd.probability_alive(TRUTH, 0, 0, [1.0, 50.0, 500.0]) == 1)


def test_probability_of_the_data_adds_up():
    """P(x = 0) and the densities of t_x for x = 1, 2, ... make one."""
    T = 4.0
    params = np.array(list(TRUTH.values()))
    nodes, weights = np.polynomial.legendre.leggauss(12)

    def likelihood(x, t_x):
        row = pd.DataFrame({"x": [x], "t_x": [t_x], "T": [T], "n": [1.0]})
        return np.exp(beta_geometric.loglik(row, 0)(params)[0])

    total = likelihood(0, 0.0)
    for x in range(1, 21):
        for t_x, weight in zip(T * (1 + nodes) / 2, weights * T / 2, strict=True):
            # The purchases before the last one may lie anywhere.
            total += weight * likelihood(x, t_x) * t_x ** (x - 1) / factorial(x - 1)
    assert total == pytest.approx(1, abs=1e-3)


def test_simulated_customers_behave_as_expected():
    T = np.random.default_rng(1).uniform(5, 60, 60_000)
    sim = bgnbd.simulate(TRUTH, T, 26.0, seed=2)
    expected = bgnbd.expected_purchases(TRUTH, 26.0, sim["x"], sim["t_x"], sim["T"])
    again = bgnbd.simulate_future(TRUTH, 26.0, sim["x"], sim["t_x"], sim["T"], seed=3)
    error = sim["future"].std() / np.sqrt(len(sim))
    assert abs(sim["future"].mean() - expected.mean()) < 4 * error
    assert abs(again.mean() - expected.mean()) < 4 * error
    assert sim["x"].mean() == pytest.approx(bgnbd.expected_purchases_new(TRUTH, T).mean(), rel=0.05)
    alive = bgnbd.probability_alive(TRUTH, sim["x"], sim["t_x"], sim["T"])
    assert sim["alive"].mean() == pytest.approx(alive.mean(), abs=0.01)
    assert sim["t_x"].le(sim["T"]).all() and sim.loc[sim["x"] == 0, "t_x"].eq(0).all()


def test_same_seed_same_simulation():
    one, two = (bgnbd.simulate(TRUTH, np.full(50, 30.0), 10.0, seed=7) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)


def test_intervals_hold_the_truth(assert_coverage):
    fits = [bgnbd.fit(bgnbd.simulate(TRUTH, np.full(1500, 60.0), 1.0, seed)) for seed in range(60)]
    assert all(fit.converged for fit in fits)
    assert_coverage(fits, TRUTH)


def test_draws_spread_like_the_intervals(cdnow_sample):
    found = bgnbd.fit(cdnow_sample)
    draws = found.draws(4000, seed=1)
    assert list(draws) == ["r", "alpha", "a", "b"]
    low, high = found.interval("a", 0.90)
    assert ((draws["a"] > low) & (draws["a"] < high)).mean() == pytest.approx(0.9, abs=0.02)


DEGENERATE = {
    "no customers": ([], [], [], "There is no customer"),
    "one customer": ([3], [5.0], [10.0], "One customer is not enough"),
    "no repeat purchase": (
        [0] * 30,
        [0.0] * 30,
        np.arange(30.0) + 1,
        "No customer bought a second",
    ),
    "no time": ([0] * 5, [0.0] * 5, [0.0] * 5, "no time has passed"),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("case", DEGENERATE)
def test_degenerate_data_are_said_in_words(case):
    x, t_x, T, words = DEGENERATE[case]
    found = bgnbd.fit(pd.DataFrame({"x": x, "t_x": t_x, "T": T}))
    assert not found.converged
    assert words in found.message


@pytest.mark.filterwarnings("error")
def test_parameters_that_run_away_are_named():
    steady = {"r": 0.5, "alpha": 5.0, "a": 1e-9, "b": 1.0}
    nobody_leaves = bgnbd.fit(bgnbd.simulate(steady, np.full(2000, 50.0), 1.0, seed=1))
    assert nobody_leaves.at_boundary == ["a", "b"]
    assert "No sign that customers stop" in nobody_leaves.message
    assert np.isnan(nobody_leaves.interval("b")[0])
    assert nobody_leaves.interval("r")[0] < 0.5 < nobody_leaves.interval("r")[1]


@pytest.mark.filterwarnings("error")
def test_customers_who_are_alike_have_no_spread_to_estimate():
    truth = TRUTH | {"r": 1e7, "alpha": 2e7}
    # Which side of zero an estimated spread falls on is chance; this seed falls on zero.
    alike = bgnbd.fit(bgnbd.simulate(truth, np.full(2000, 50.0), 1.0, seed=4))
    assert alike.at_boundary == ["r", "alpha"]
    assert "nearly the same rate" in alike.message
    assert np.all(np.isfinite(alike.draws(5, seed=1)))
