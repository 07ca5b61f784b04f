"""Survival turned into money."""

import numpy as np
import pandas as pd
import pytest

from workbook.analysis.retention_value import expected_value, payback_months, retention_worth
from workbook.analysis.survival import survival_curve


@pytest.fixture(scope="module")
def curve():
    life = np.random.default_rng(1).exponential(20, 20_000)
    return survival_curve(pd.DataFrame({"duration": np.minimum(life, 40), "ended": life < 40}))


def test_the_value_of_a_contract_at_a_constant_pace(curve):
    found = expected_value(curve, 10, horizon_months=36)
    pace = 1 / 20 + np.log(1.1) / 12
    assert found["value"] == pytest.approx(10 * -np.expm1(-36 * pace) / pace, rel=0.01)
    assert found["low"] < found["value"] < found["high"] and found["horizon"] == 36
    assert expected_value(curve, 10, horizon_months=60)["horizon"] == 40


def test_each_point_of_retention_has_a_price(curve):
    table = retention_worth(curve, 10, points=[0.0, 0.01, 0.02])
    assert table["gain"].iloc[0] == pytest.approx(0, abs=1e-9)
    assert table["gain"].iloc[2] > table["gain"].iloc[1] > 0
    kept = np.exp(-12 / 20)
    assert table["kept_12"].tolist() == pytest.approx([kept, kept + 0.01, kept + 0.02], abs=0.01)


def test_payback(curve):
    assert payback_months(curve, 10, 50) == 6
    assert payback_months(curve, 10, 1000) is None


@pytest.mark.filterwarnings("error")
def test_nothing_watched_long_enough():
    short = survival_curve(pd.DataFrame({"duration": [5.0] * 9, "ended": False}))
    assert retention_worth(short, 10).empty
    assert expected_value(short, 10)["value"] == pytest.approx(49, abs=1)
    empty = survival_curve(pd.DataFrame({"duration": [], "ended": []}, dtype=float))
    assert payback_months(empty, 10, 5) is None and expected_value(empty, 10)["value"] == 0
