"""sBG and BdW: published tables, known truth, degenerate cohorts."""

import numpy as np
import pandas as pd
import pytest

from workbook.analysis import sbg

HIGH_END = [869, 743, 653, 593, 551, 517, 491]
REGULAR = [631, 468, 382, 326, 289, 262, 241]


@pytest.mark.parametrize(
    "survivors, params, loglik",
    [(HIGH_END, [0.668, 3.806], -1611.16), (REGULAR, [0.704, 1.182], -1680.27)],
)
def test_published_sbg(survivors, params, loglik):
    found = sbg.fit_sbg(survivors, 1000)
    assert found.converged and found.message == "" and found.n == 1000
    assert [round(v, 3) for v in found.params.values()] == params
    assert round(found.loglik, 2) == loglik


@pytest.mark.parametrize(
    "survivors, params, loglik",
    [(HIGH_END, [0.214, 1.427, 1.724], -1605.31), (REGULAR, [0.456, 0.779, 1.283], -1679.60)],
)
def test_published_bdw(survivors, params, loglik):
    found = sbg.fit_bdw(survivors, 1000)
    assert found.converged
    assert [round(v, 3) for v in found.params.values()] == params
    assert round(found.loglik, 2) == loglik


@pytest.mark.parametrize(
    "survivors, table",
    [
        (HIGH_END, [5.414, 5.901, 6.294, 6.620, 6.897]),
        (REGULAR, [2.964, 4.103, 4.870, 5.442, 5.894]),
    ],
)
def test_published_residual_lifetimes(survivors, table):
    params = sbg.fit_sbg(survivors, 1000).params
    found = sbg.discounted_residual_lifetime(params, 0.10, np.arange(5))
    assert np.round(found, 3).tolist() == table


def test_residual_lifetime_needs_a_discount():
    with pytest.raises(ValueError, match="above 0"):
        sbg.discounted_residual_lifetime({"alpha": 1.0, "beta": 1.0}, 0.0, 1)


def test_survival_of_equal_customers_is_geometric():
    left = sbg.survival({"alpha": 2e6, "beta": 8e6}, np.arange(6))
    assert left == pytest.approx(0.8 ** np.arange(6), rel=1e-4)
    faster = sbg.survival({"alpha": 1.0, "beta": 4.0, "c": 1.5}, 4)
    assert faster < sbg.survival({"alpha": 1.0, "beta": 4.0}, 4)


@pytest.mark.parametrize("point", [(0.7, 2.0), (0.7, 2.0, 1.3)])
def test_gradient(assert_gradient, point):
    rows = pd.DataFrame({"n": [131, 126, 90, 60, 42, 34, 26, 491]})
    assert_gradient(sbg._loglik(rows), point)


@pytest.mark.parametrize(
    "fit, truth",
    [
        (sbg.fit_sbg, {"alpha": 0.7, "beta": 2.5}),
        (sbg.fit_bdw, {"alpha": 0.7, "beta": 2.5, "c": 1.2}),
    ],
)
def test_intervals_hold_the_truth(assert_coverage, fit, truth):
    fits = [fit(sbg.simulate(truth, 5000, 10, seed), 5000) for seed in range(100)]
    assert all(found.converged for found in fits)
    assert_coverage(fits, truth)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("fit", [sbg.fit_sbg, sbg.fit_bdw])
@pytest.mark.parametrize(
    "survivors, customers, words",
    [
        ([100, 100], 100, "nothing to estimate"),
        ([0, 0], 100, "Every customer did the same"),
        ([1, 0], 1, "One customer"),
        ([], 50, "nothing to estimate"),
    ],
)
def test_degenerate_cohorts_are_said_in_words(fit, survivors, customers, words):
    found = fit(survivors, customers)
    assert not found.converged and words in found.message


@pytest.mark.filterwarnings("error")
def test_one_renewal_date_does_not_settle_two_parameters():
    found = sbg.fit_sbg([90], 100)
    assert found.at_boundary == ["alpha", "beta"] and "do not settle" in found.message
    assert sbg.survival(found.params, 1) == pytest.approx(0.9, abs=1e-4)


@pytest.mark.parametrize("survivors", [[90, 95], [110], [-1], [np.nan]])
def test_impossible_survivors_are_refused(survivors):
    with pytest.raises(ValueError, match="never increase"):
        sbg.fit_sbg(survivors, 100)
