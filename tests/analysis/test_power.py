"""The smallest effects: the formulas, and that they hold by simulation."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, ttest_ind

from workbook.analysis.power import smallest_effects, smallest_mean, smallest_ratio, smallest_share

AS_OF = dt.date(2024, 12, 31)


def test_a_share_by_hand():
    z = norm.ppf(0.975) + norm.ppf(0.8)
    assert smallest_share(0.3, 1000) == pytest.approx(z * np.sqrt(2 * 0.3 * 0.7 / 500))
    assert np.isnan(smallest_share(0.3, 3)) and np.isnan(smallest_share(float("nan"), 100))
    # nobody in ten is not known to be nobody ever
    assert smallest_share(0.0, 10) > 0.4


def test_a_mean_that_differs_so_much_shows_four_times_in_five():
    """2,000 draws of two groups of 60 at the smallest difference: 80 % show, within 3.5 errors."""
    rng = np.random.default_rng(0)
    effect = smallest_mean(2.0, 120)
    draws = rng.normal(0, 2, (2, 60, 2000))
    found = ttest_ind(draws[0] + effect, draws[1]).pvalue < 0.05
    assert abs(found.mean() - 0.8) < 3.5 * np.sqrt(0.8 * 0.2 / 2000)


def test_a_ratio_is_that_of_the_logarithms():
    assert smallest_ratio(1.0, 400) == pytest.approx(np.exp(smallest_mean(1.0, 400)) - 1)


def _tables():
    days = pd.date_range("2022-01-03", "2024-12-30", freq="W-MON")
    orders = pd.DataFrame(
        {
            "customer_id": [f"c{i % 40}" for i in range(len(days))],
            "ordered_at": days,
            "amount": [10.0 + i % 7 for i in range(len(days))],
            "is_return": False,
        }
    )
    surveys = pd.DataFrame(
        {"response_id": list("abcd"), "answered_on": pd.to_datetime(["2024-05-01"] * 4), "nps": [10, 9, 7, 0]}
    )  # fmt: skip
    return {"orders": ibis.memtable(orders), "surveys": ibis.memtable(surveys)}


def test_only_what_is_there_is_asked():
    tables = _tables()

    def has(name, *columns):
        return name in tables and set(columns) <= set(tables[name].columns)

    found = smallest_effects(tables, has, as_of=AS_OF).set_index("question")
    expected = [
        "repurchase_rate",
        "mean_purchase",
        "value_per_customer",
        "yearly_revenue",
        "nps_change",
    ]
    assert found.index.tolist() == expected
    assert found.loc["nps_change", ["n", "level"]].tolist() == [4, 25.0]
    scores = np.array([100.0, 100.0, 0.0, -100.0])
    assert found.loc["nps_change", "effect"] == pytest.approx(smallest_mean(scores.std(ddof=1), 4))
    bought = found.loc["repurchase_rate"]
    assert bought["n"] == 40 and bought["level"] == pytest.approx(13 / 40)
    assert found["effect"].notna().all()  # 53 Mondays of 40 customers: 13 come twice


def test_one_order_shows_nothing():
    one = ibis.memtable(_tables()["orders"].execute().tail(1))
    tables = {"orders": one}
    found = smallest_effects(tables, lambda name, *c: name in tables, as_of=AS_OF)
    assert found["effect"].isna().all() and len(found) == 4
