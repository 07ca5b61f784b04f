import numpy as np
import pandas as pd
import pytest

from workbook.analysis import mbgnbd
from workbook.analysis.rfm import rfm_scores
from workbook.analysis.value_classes import value_classes


@pytest.fixture(scope="module")
def shop():
    """1,500 customers of the modified BG/NBD, amounts around 30 (simulated)."""
    params = {"r": 0.6, "alpha": 6.0, "a": 0.9, "b": 1.6}
    T = np.random.default_rng(3).integers(200, 540, 1500) / 7
    table = mbgnbd.simulate(params, T, 10, seed=4)
    x, t_x = table["x"].to_numpy(), table["t_x"].to_numpy()
    spent = np.random.default_rng(5).gamma(4, 7.5, 1500)
    return pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in range(1500)],
            "frequency": x.astype(int),
            "purchase_days": x.astype(int) + 1,
            "recency_days": (t_x * 7).round(),
            "T_days": (T * 7).round(),
            "gross_amount": spent * (x + 1),
            "net_amount": spent * (x + 1),
            "returns_amount": 0.0,
            "repeat_amount": spent * x,
        }
    )


def test_the_highest_fifth_lies_in_the_best_segments(shop):
    split, table = value_classes(shop, rfm_scores(shop))
    assert split.set_index("group").loc["high", "customers"] == 300
    assert table["high"].sum() == 300 and table["customers"].sum() == 1500
    by = table.set_index("segment")
    assert by.loc["111", "high_share"] > 0.4 > by.loc["000", "high_share"]
    assert by.loc["111", "mean_clv"] > by.loc["000", "mean_clv"]


def test_without_repeat_purchases_there_is_nothing_to_model(shop):
    once = shop.assign(frequency=0, purchase_days=1, recency_days=0, repeat_amount=0.0)
    assert value_classes(once, rfm_scores(once)) is None
    one = shop.head(1)
    assert value_classes(one, rfm_scores(one)) is None


def test_without_money_there_is_no_value(shop):
    free = shop.assign(gross_amount=0.0, net_amount=0.0, repeat_amount=0.0)
    assert value_classes(free, rfm_scores(free)) is None
