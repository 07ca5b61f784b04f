import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from workbook.analysis.intervals import customer_draws, interval, median_interval, wilson


def test_wilson_against_scipy():
    expected = binomtest(7, 40).proportion_ci(0.95, method="wilson")
    low, high = wilson(7, 40)
    assert (low, high) == pytest.approx((expected.low, expected.high))


def test_a_share_of_none_or_all_lies_in_its_interval():
    n = np.arange(1, 200)
    assert (wilson(0, n)[0] == 0).all() and (wilson(n, n)[1] == 1).all()


def test_wilson_at_the_edges():
    low, high = wilson([0, 5, 0], [5, 5, 0])
    assert low[0] == 0 and high[1] == 1 and (low[2], high[2]) == (0, 1)
    assert 0 < high[0] < 0.6 and 0.4 < low[1] < 1


def test_wilson_holds_the_truth():
    rng = np.random.default_rng(11)
    hits = rng.binomial(60, 0.3, 200)
    low, high = wilson(hits, 60, confidence=0.90)
    assert 164 <= ((low <= 0.3) & (high >= 0.3)).sum() <= 193


def test_the_interval_of_a_median_holds_the_truth():
    rng = np.random.default_rng(4)
    ends = np.array([median_interval(rng.exponential(1.0, 25)) for _ in range(1000)])
    held = ((ends[:, 0] <= np.log(2)) & (np.log(2) <= ends[:, 1])).mean()
    assert 0.94 <= held <= 0.975  # 0.957 by the binomial
    assert median_interval(range(6)) == (0, 5) and np.isnan(median_interval(range(5))).all()
    assert np.isnan(median_interval([])).all()


@pytest.mark.parametrize("size", [300, 5000])
def test_drawn_means_hold_the_truth(size):
    """Above the number of blocks too, where blocks of customers stand for customers."""
    rng = np.random.default_rng(5)
    hits = 0
    for draw in range(200):
        spent = pd.DataFrame({"spent": rng.lognormal(3, 0.8, size)})
        drawn = customer_draws(spent, draws=200, seed=draw, blocks=500)
        low, high = interval(drawn["spent"] / drawn["customers"], confidence=0.90)
        hits += low <= np.exp(3 + 0.32) <= high
    assert 164 <= hits <= 193


def test_blocks_are_as_wide_as_customers():
    spent = pd.DataFrame({"spent": np.random.default_rng(2).exponential(10, 20_000)})
    drawn = customer_draws(spent, draws=2000)
    assert (drawn["spent"] / drawn["customers"]).std() == pytest.approx(10 / 20_000**0.5, rel=0.1)


def test_groups_are_drawn_together():
    """Shares of groups must add up in every draw."""
    table = pd.DataFrame({"spent": [1.0, 2.0, 3.0, 4.0]})
    drawn = customer_draws(table, ["a", "a", "b", "b"], draws=50)
    assert (drawn["customers"].sum(axis=1) == 4).all()
    assert drawn["spent"].sum(axis=1).between(4, 16).all()


def test_no_customer_and_one():
    none = customer_draws(pd.DataFrame({"spent": []}), draws=3)
    assert (none.to_numpy() == 0).all()
    one = customer_draws(pd.DataFrame({"spent": [5.0]}), ["a"], draws=3)
    assert one["spent"]["a"].tolist() == [5.0, 5.0, 5.0]


def test_an_interval_of_nothing_is_missing():
    low, high = interval(np.full((4, 2), [1.0, np.nan]))
    assert low[0] == high[0] == 1 and np.isnan(low[1]) and np.isnan(high[1])
