"""Surprise of a silence: the formula, its inverse, and simulated customers with known rates."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from workbook.analysis import cadence
from workbook.analysis.cadence import Cadence

KNOWN = Cadence(0.7, 45.0, "model", 365.0, 1000)


def bounds(n, p):
    """Counts outside of which a right procedure falls once in 2,000."""
    return binom.ppf(0.00025, n, p), binom.ppf(0.99975, n, p)


def test_formula_and_inverse():
    found = cadence.silence_surprise(KNOWN, 3, 100, 60)
    assert found == pytest.approx((145 / 205) ** 3.7)
    limit = cadence.silence_limit(KNOWN, 0.1, 3, 100)
    assert cadence.silence_surprise(KNOWN, 3, 100, limit) == pytest.approx(0.1)
    once = cadence.first_limit(KNOWN, 0.1)
    assert cadence.silence_surprise(KNOWN, 0, 0, once) == pytest.approx(0.1)
    assert cadence.silence_surprise(KNOWN, 0, 0, [0, 365, 900]).tolist() == [1, 0, 0]
    forever = Cadence(0.7, 45.0, "model", np.inf, 1000)
    assert cadence.silence_surprise(forever, 0, 0, 60) == pytest.approx((45 / 105) ** 0.7)


@pytest.mark.parametrize("x", [1, 4])
def test_gaps_of_simulated_customers_are_as_surprising_as_said(x):
    rng = np.random.default_rng(x)
    n = 20_000
    rate = rng.gamma(KNOWN.r, 1 / KNOWN.alpha, n)
    so_far = rng.exponential(1 / rate[:, None], (n, x)).sum(axis=1)
    gap = rng.exponential(1 / rate)
    surprise = cadence.silence_surprise(KNOWN, x, so_far, gap)
    for level in (0.02, 0.10, 0.5):
        low, high = bounds(n, level)
        assert low <= (surprise < level).sum() <= high


def test_first_gaps_among_those_who_come_back():
    rng = np.random.default_rng(9)
    gap = rng.exponential(1 / rng.gamma(KNOWN.r, 1 / KNOWN.alpha, 60_000))
    back = gap[gap <= KNOWN.return_within]
    low, high = bounds(len(back), 0.1)
    assert low <= (cadence.silence_surprise(KNOWN, 0, 0, back) < 0.1).sum() <= high


def test_the_population_is_found_again():
    from workbook.analysis import mbgnbd

    params = {"r": 0.7, "alpha": 6.0, "a": 0.8, "b": 2.5}
    drawn = mbgnbd.simulate(params, np.full(20_000, 80.0), 1.0, seed=3)
    counts = drawn.assign(n=1.0)[["x", "t_x", "T", "n"]]
    found = cadence.population_cadence(counts)
    assert found.basis == "model"
    assert found.r == pytest.approx(0.7, rel=0.1)
    assert found.alpha == pytest.approx(42, rel=0.12)


def test_without_enough_customers():
    one = pd.DataFrame({"x": [0.0], "t_x": [0.0], "T": [10.0], "n": [5.0]})
    nobody = cadence.population_cadence(one)
    assert nobody.basis == "none" and np.isnan(cadence.silence_surprise(nobody, 0, 0, 500))
    assert cadence.silence_curves(nobody).empty
    few = pd.DataFrame({"x": [0.0, 2.0], "t_x": [0.0, 8.0], "T": [10.0, 10.0], "n": [5.0, 1.0]})
    gap = cadence.population_cadence(few)
    assert (gap.basis, gap.r, gap.alpha) == ("mean_gap", 1.0, 28.0)
    with pytest.raises(ValueError, match="return_within"):
        cadence.population_cadence(few, return_within=0)


def test_the_yardstick_is_set_before_the_moves():
    rng = np.random.default_rng(1)
    rows = [
        (f"c{c}", dt.datetime(2020, 1, 1) + dt.timedelta(int(day)))
        for c in range(400)
        for day in rng.uniform(0, 700, 4)
    ]
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at"])
    orders = ibis.memtable(frame.assign(amount=1.0, is_return=False))
    found, day = cadence.earlier_cadence(orders, as_of=dt.date(2022, 1, 1))
    assert (
        day == dt.date(2021, 1, 1)
        and found.customers == frame[frame["ordered_at"] < "2021-01-02"]["customer_id"].nunique()
    )
    _, day = cadence.earlier_cadence(orders, as_of=dt.date(2020, 12, 1))
    assert day == dt.date(2020, 12, 1)
