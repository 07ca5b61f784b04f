"""Modified BG/NBD: published numbers, known truth, one-time buyers."""

import numpy as np
import pandas as pd
import pytest

from workbook.analysis import bgnbd, mbgnbd

TRUTH = {"r": 0.8, "alpha": 7.0, "a": 0.9, "b": 2.0}


def test_published_estimates_and_forecast_of_the_sample(cdnow_sample):
    table = cdnow_sample
    found = mbgnbd.fit(table)
    assert found.converged and found.message == ""
    assert [round(v, 3) for v in found.params.values()] == [0.525, 6.183, 0.891, 1.614]
    assert round(found.loglik, 2) == -9582.14
    expected = mbgnbd.expected_purchases(found.params, 39, table["x"], table["t_x"], table["T"])
    assert round(expected.sum()) == 1577


def test_silence_counts_against_one_time_buyers():
    alive = mbgnbd.probability_alive(TRUTH, 0, 0, [1.0, 20.0, 100.0])
    assert np.all(np.diff(alive) < 0) and alive[0] < 1


def test_a_new_customer_may_stop_at_once():
    # With the chance of stopping near one hardly anybody comes back.
    leaves = {"r": 1.0, "alpha": 5.0, "a": 99.0, "b": 1.0}
    expected = mbgnbd.expected_purchases_new(leaves, 1e4)
    assert expected == pytest.approx(0.01 + 0.01**2, rel=0.05)
    assert bgnbd.expected_purchases_new(leaves, 1e4) > 0.9


def test_simulated_customers_behave_as_expected():
    T = np.random.default_rng(1).uniform(5, 60, 60_000)
    sim = mbgnbd.simulate(TRUTH, T, 26.0, seed=2)
    expected = mbgnbd.expected_purchases(TRUTH, 26.0, sim["x"], sim["t_x"], sim["T"])
    again = mbgnbd.simulate_future(TRUTH, 26.0, sim["x"], sim["t_x"], sim["T"], seed=3)
    error = sim["future"].std() / np.sqrt(len(sim))
    assert abs(sim["future"].mean() - expected.mean()) < 4 * error
    assert abs(again.mean() - expected.mean()) < 4 * error
    alive = mbgnbd.probability_alive(TRUTH, sim["x"], sim["t_x"], sim["T"])
    assert sim["alive"].mean() == pytest.approx(alive.mean(), abs=0.01)
    assert sim["x"].mean() == pytest.approx(
        mbgnbd.expected_purchases_new(TRUTH, T).mean(), rel=0.05
    )


def test_intervals_hold_the_truth(assert_coverage):
    fits = [
        mbgnbd.fit(mbgnbd.simulate(TRUTH, np.full(1500, 60.0), 1.0, seed)) for seed in range(60)
    ]
    assert all(fit.converged for fit in fits)
    assert_coverage(fits, TRUTH)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "x, t_x, T", [([], [], []), ([2], [3.0], [9.0]), ([0, 0], [0.0, 0.0], [5.0, 9.0])]
)
def test_degenerate_data_give_no_estimate_but_a_message(x, t_x, T):
    found = mbgnbd.fit(pd.DataFrame({"x": x, "t_x": t_x, "T": T}))
    assert not found.converged and found.message
