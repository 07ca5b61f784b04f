"""The engine: grouping, intervals, starts from samples, boundaries."""

import numpy as np
import pandas as pd
import pytest

from workbook.analysis import bgnbd, likelihood
from workbook.analysis.likelihood import Fit, distinct, grouped, maximise


def test_distinct_rows_and_where_they_are():
    x, t = np.array([1, 1, 2, 1]), np.array([0.5, 0.5, 0.5, 0.25])
    (ux, ut), place = distinct(x, t)
    assert len(ux) == 3
    assert np.array_equal(ux[place], x) and np.array_equal(ut[place], t)


def test_grouped_adds_up_counts_and_drops_rows_that_stand_for_nobody():
    table = pd.DataFrame({"x": [1, 1, 2], "n": [2, 3, 0]})
    rows = grouped(table, ["x"])
    assert rows.to_dict("list") == {"x": [1.0], "n": [5.0]}
    assert grouped(table[["x"]], ["x"])["n"].tolist() == [2.0, 1.0]


def exponential(rows):
    """Rate of exponential waiting times, whose maximum is known: n over the sum of times."""
    n, t = rows["n"].to_numpy(), rows["t"].to_numpy()

    def evaluate(params):
        return n.sum() * np.log(params[0]) - params[0] * (n @ t), np.array(
            [n.sum() / params[0] - n @ t]
        )

    return evaluate


def fit_exponential(rows):
    return maximise(
        "exponential", ("rate",), exponential, rows, starts=[(1.0,)], scale=(1.0,), words={}
    )


def test_maximum_and_interval_of_a_known_case():
    rows = pd.DataFrame({"t": [1.0, 2.0, 6.0], "n": [50.0, 30.0, 20.0]})
    found = fit_exponential(rows)
    assert found.converged
    assert found.params["rate"] == pytest.approx(100 / 230, rel=1e-8)
    # The error of the logarithm of an exponential rate is 1 / sqrt(n).
    low, high = found.interval("rate", 0.95)
    assert np.log(high / low) == pytest.approx(2 * 1.959964 / 10, rel=1e-5)


def test_many_rows_start_from_a_sample_and_end_at_the_maximum():
    t = np.random.default_rng(0).exponential(0.4, 120_000)
    found = fit_exponential(pd.DataFrame({"t": t, "n": 1.0}))
    assert found.params["rate"] == pytest.approx(1 / t.mean(), rel=1e-8)


def test_samples_do_not_change_estimates(monkeypatch):
    truth = {"r": 0.5, "alpha": 6.0, "a": 0.8, "b": 2.5}
    table = bgnbd.simulate(truth, np.random.default_rng(0).uniform(10, 80, 30_000), 1.0, seed=1)
    sampled = bgnbd.fit(table)
    monkeypatch.setattr(likelihood, "SAMPLE_ROWS", ())
    whole = bgnbd.fit(table)
    assert sampled.params == pytest.approx(whole.params, rel=1e-5)
    assert sampled.covariance == pytest.approx(whole.covariance, rel=1e-3)


def test_draws_keep_undetermined_parameters_where_they_are():
    covariance = np.array([[0.04, np.nan], [np.nan, np.nan]])
    found = Fit("model", {"a": 2.0, "b": 3.0}, 0.0, covariance, 10.0, True, ["b"])
    draws = found.draws(2000, seed=1)
    assert np.allclose(draws["b"], 3.0)
    assert np.log(draws["a"]).std() == pytest.approx(0.2, rel=0.1)
    assert np.isnan(found.interval("b")).all()


def test_nobody_to_fit():
    found = fit_exponential(pd.DataFrame({"t": [], "n": []}))
    assert not found.converged and np.isnan(found.params["rate"])
    assert found.message == likelihood.MESSAGES["no_customers"]


@pytest.mark.filterwarnings("error")
def test_a_rate_that_runs_to_its_limit_is_reported():
    found = fit_exponential(pd.DataFrame({"t": [0.0], "n": [5.0]}))
    assert found.at_boundary == ["rate"] and not found.converged and found.message
