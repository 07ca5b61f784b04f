"""BG/BB: the published donations, the sum of probabilities, known truth, degenerate data."""

import numpy as np
import pandas as pd
import pytest

from workbook.analysis import bgbb

TRUTH = {"alpha": 1.2, "beta": 0.9, "gamma": 0.7, "delta": 2.8}


def test_published_estimates_of_the_donations(donations):
    found = bgbb.fit(donations)
    assert found.converged and found.message == "" and found.n == 11_104
    assert [round(v, 3) for v in found.params.values()] == [1.204, 0.750, 0.657, 2.783]
    assert round(found.loglik, 1) == -33_225.6


def test_probabilities_of_all_histories_add_up():
    m, total = 5, 0.0
    for code in range(2**m):
        bought = [i + 1 for i in range(m) if code >> i & 1]
        row = {
            "x": [len(bought)],
            "t_x": [max(bought, default=0)],
            "n_opportunities": [m],
            "n": [1.0],
        }
        value, _ = bgbb._loglik(pd.DataFrame(row))(np.array(list(TRUTH.values())))
        total += np.exp(value)
    assert total == pytest.approx(1, abs=1e-12)


def test_gradient(donations, assert_gradient):
    assert_gradient(bgbb._loglik(donations), (1.0, 0.8, 0.5, 3.0))


def test_who_bought_last_time_is_alive():
    assert bgbb.probability_alive(TRUTH, 3, 6, 6) == pytest.approx(1)
    assert bgbb.probability_alive(TRUTH, 3, 3, 6) < bgbb.probability_alive(TRUTH, 3, 5, 6)


def test_simulated_customers_behave_as_expected():
    sim = bgbb.simulate(TRUTH, np.random.default_rng(1).integers(0, 9, 60_000), 5, seed=2)
    history = sim["x"], sim["t_x"], sim["n_opportunities"]
    expected = bgbb.expected_purchases(TRUTH, 5, *history)
    again = bgbb.simulate_future(TRUTH, 5, *history, seed=3)
    error = sim["future"].std() / np.sqrt(len(sim))
    assert abs(sim["future"].mean() - expected.mean()) < 4 * error
    assert abs(again.mean() - expected.mean()) < 4 * error
    alive = bgbb.probability_alive(TRUTH, *history)
    assert sim["alive"].mean() == pytest.approx(alive.mean(), abs=0.01)
    new = bgbb.simulate(TRUTH, np.full(60_000, 6), 1, seed=4)["x"].mean()
    assert new == pytest.approx(float(bgbb.expected_purchases_new(TRUTH, 6)), rel=0.03)


def test_intervals_hold_the_truth(assert_coverage):
    fits = [bgbb.fit(bgbb.simulate(TRUTH, np.full(3000, 9), 1, seed)) for seed in range(100)]
    assert all(fit.converged for fit in fits)
    assert_coverage(fits, TRUTH)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "x, t_x, m, words",
    [
        ([], [], [], "There is no customer"),
        ([2], [3], [6], "One customer"),
        ([0] * 20, [0] * 20, [6] * 20, "second time"),
        ([6] * 20, [6] * 20, [6] * 20, "Every customer did the same"),
    ],
)
def test_degenerate_data_are_said_in_words(x, t_x, m, words):
    found = bgbb.fit(pd.DataFrame({"x": x, "t_x": t_x, "n_opportunities": m}, dtype=float))
    assert not found.converged and words in found.message
