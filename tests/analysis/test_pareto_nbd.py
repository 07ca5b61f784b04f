"""Pareto/NBD: published numbers, the hypergeometric formula, known truth, degenerate data."""

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import gammaln, hyp2f1

from workbook.analysis import pareto_nbd

TRUTH = {"r": 0.8, "alpha": 8.0, "s": 0.7, "beta": 12.0}


def test_published_estimates_of_the_sample(cdnow_sample):
    found = pareto_nbd.fit(cdnow_sample)
    assert found.converged and found.message == ""
    assert [round(v, 3) for v in found.params.values()] == [0.553, 10.578, 0.606, 11.669]
    assert round(found.loglik, 1) == -9595.0


def hypergeometric_loglik(r, alpha, s, beta, x, t_x, T):
    """The published closed form, in both of its cases."""
    if alpha >= beta:
        high, low, second = alpha, beta, s + 1
    else:
        high, low, second = beta, alpha, r + x

    def part(t):
        argument = (high - low) / (high + t)
        return hyp2f1(r + s + x, second, r + s + x + 1, argument) / (high + t) ** (r + s + x)

    still = (alpha + T) ** -(r + x) * (beta + T) ** -s
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    return common + np.log(still + s / (r + s + x) * (part(t_x) - part(T)))


@pytest.mark.parametrize(
    "alpha, beta", [(10.0, 3.0), (3.0, 10.0), (5.0, 5.0), (0.2, 40.0), (40.0, 0.2)]
)
@pytest.mark.parametrize("x, t_x, T", [(0, 0, 30), (1, 2, 30), (6, 28, 30), (15, 1, 80)])
def test_likelihood_is_the_published_one(alpha, beta, x, t_x, T):
    row = pd.DataFrame({"x": [x], "t_x": [t_x], "T": [T], "n": [1.0]})
    value, _ = pareto_nbd._loglik(row)(np.array([0.6, alpha, 0.7, beta]))
    formula = hypergeometric_loglik(0.6, alpha, 0.7, beta, x, t_x, T)
    assert value == pytest.approx(formula, rel=1e-9)


@pytest.mark.parametrize("alpha, beta", [(1e-3, 1e3), (1e3, 1e-3), (5.0, 5.0)])
@pytest.mark.parametrize("x, t_x, T", [(0, 0.0, 500.0), (3000, 100.0, 500.0), (3000, 499.9, 500.0)])
def test_alive_at_extreme_arguments(alpha, beta, x, t_x, T):
    """Against the integral over the time of stopping, taken by an adaptive rule."""
    r, s = 0.6, 0.7

    def stopped(t):
        return np.exp(
            np.log(s) - (r + x) * np.log((alpha + t) / (alpha + T))
            - (s + 1) * np.log(beta + t) + s * np.log(beta + T)
        )  # fmt: skip

    params = {"r": r, "alpha": alpha, "s": s, "beta": beta}
    alive = float(pareto_nbd.probability_alive(params, x, t_x, T))
    with np.errstate(over="ignore"):
        enormous = not np.isfinite(stopped(t_x))
    if enormous:
        assert alive < 1e-300
        return
    grid = [p for p in (1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0, 101.0, 110.0) if t_x < p < T]
    area, _ = quad(stopped, t_x, T, points=grid or None, limit=1000, epsabs=0, epsrel=1e-10)
    assert alive == pytest.approx(1 / (1 + area), rel=1e-6)


@pytest.mark.parametrize(
    "point", [(0.6, 10.0, 0.5, 12.0), (0.6, 12.0, 0.5, 10.0), (3.0, 1.0, 2.0, 30.0)]
)
def test_gradient(cdnow_sample, assert_gradient, point):
    assert_gradient(pareto_nbd._loglik(cdnow_sample.head(200).assign(n=1.0)), point)


def test_no_special_case_at_s_of_one():
    values = [
        float(pareto_nbd.expected_purchases_new(TRUTH | {"s": s}, 52.0))
        for s in (1 - 1e-7, 1.0, 1 + 1e-7)
    ]
    assert values[1] == pytest.approx((values[0] + values[2]) / 2, rel=1e-10)
    assert values[1] == pytest.approx(0.8 / 8 * 12 * np.log(1 + 52 / 12))


def test_simulated_customers_behave_as_expected():
    T = np.random.default_rng(1).uniform(5, 60, 60_000)
    sim = pareto_nbd.simulate(TRUTH, T, 26.0, seed=2)
    expected = pareto_nbd.expected_purchases(TRUTH, 26.0, sim["x"], sim["t_x"], sim["T"])
    again = pareto_nbd.simulate_future(TRUTH, 26.0, sim["x"], sim["t_x"], sim["T"], seed=3)
    error = sim["future"].std() / np.sqrt(len(sim))
    assert abs(sim["future"].mean() - expected.mean()) < 4 * error
    assert abs(again.mean() - expected.mean()) < 4 * error
    alive = pareto_nbd.probability_alive(TRUTH, sim["x"], sim["t_x"], sim["T"])
    assert sim["alive"].mean() == pytest.approx(alive.mean(), abs=0.01)
    new = pareto_nbd.expected_purchases_new(TRUTH, T).mean()
    assert sim["x"].mean() == pytest.approx(new, rel=0.05)


def test_intervals_hold_the_truth(assert_coverage):
    fits = [
        pareto_nbd.fit(pareto_nbd.simulate(TRUTH, np.full(1500, 60.0), 1.0, seed))
        for seed in range(60)
    ]
    assert all(fit.converged for fit in fits)
    assert_coverage(fits, TRUTH)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "x, t_x, T", [([], [], []), ([2], [3.0], [9.0]), ([0, 0], [0.0, 0.0], [5.0, 9.0])]
)
def test_degenerate_data_give_no_estimate_but_a_message(x, t_x, T):
    found = pareto_nbd.fit(pd.DataFrame({"x": x, "t_x": t_x, "T": T}))
    assert not found.converged and found.message


@pytest.mark.filterwarnings("error")
def test_customers_who_never_stop_leave_the_dropout_part_undetermined():
    steady = TRUTH | {"s": 1e-9}
    found = pareto_nbd.fit(pareto_nbd.simulate(steady, np.full(1500, 50.0), 1.0, seed=2))
    assert {"s", "beta"} & set(found.at_boundary) and found.message
    assert found.interval("r")[0] < 0.8 < found.interval("r")[1]
