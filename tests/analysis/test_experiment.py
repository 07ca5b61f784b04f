"""Power of an experiment: against simulated experiments and textbook numbers."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, norm

from workbook.analysis import experiment


@pytest.mark.parametrize(("p0", "p1", "n0", "n1"), [(0.3, 0.4, 356, 356), (0.05, 0.1, 200, 600), (0.5, 0.5, 300, 100)])  # fmt: skip
def test_power_is_how_often_simulated_experiments_find_it(p0, p1, n0, n1):
    rng = np.random.default_rng(1)
    a, b = rng.binomial(n0, p0, 20_000) / n0, rng.binomial(n1, p1, 20_000) / n1
    pooled = (a * n0 + b * n1) / (n0 + n1)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / n0 + 1 / n1))
    found = (np.abs(a - b) > norm.ppf(0.975) * spread).sum()
    expected = experiment.power(p0, p1, n0, n1)
    low, high = binom.ppf([0.00025, 0.99975], 20_000, expected)
    assert low - 300 <= found <= high + 300  # the normal approximation is good to 1.5 points


def test_detectable_difference_has_the_wanted_power():
    rise = experiment.detectable_difference(0.3, 100, 100)
    assert experiment.power(0.3, 0.3 + rise, 100, 100) == pytest.approx(0.8)
    assert rise > experiment.detectable_difference(0.3, 1000, 1000)
    assert np.isnan(experiment.detectable_difference(0.95, 5, 5))
    assert np.isnan(experiment.detectable_difference(0.3, 0, 100))


def test_needed_customers_reach_the_power_and_no_fewer_do():
    n = experiment.needed_per_group(0.3, 0.4)
    assert n == 356
    assert experiment.power(0.3, 0.4, n, n) >= 0.8 > experiment.power(0.3, 0.4, n - 1, n - 1)
    assert experiment.needed_per_group(0.3, 0.3) is None


def test_a_plan_for_a_list():
    class Losses:
        ranked = pd.DataFrame({"silent_chance": [0.5, 0.7]})

    trial = experiment.list_experiment(Losses, save_rate=0.25)
    assert trial.base_share == pytest.approx(0.4)
    assert trial.assumed == pytest.approx(0.15)
    assert (trial.plan["control"] + trial.plan["contacted"] == 2).all()
    assert experiment.list_experiment(None, save_rate=0.1) is None
    Losses.ranked = Losses.ranked[:0]
    assert experiment.list_experiment(Losses, save_rate=0.1) is None
