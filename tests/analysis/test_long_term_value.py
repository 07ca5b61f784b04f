"""Long-term value by kind of customer, and what stands on the largest."""

import numpy as np
import pandas as pd
import pytest

from workbook.analysis import mbgnbd
from workbook.analysis.long_term_value import expected_values, kind_models, top_losses

KINDS = {"small": {"r": 0.6, "alpha": 30.0, "a": 0.8, "b": 3.2}, "large": {"r": 2.0, "alpha": 10.0, "a": 0.6, "b": 8.0}}  # fmt: skip


@pytest.fixture(scope="module")
def shop():
    """Customers of two kinds; the large ones buy ten times as much each time."""
    rng = np.random.default_rng(0)
    parts = []
    for kind, params in KINDS.items():
        n = 700 if kind == "small" else 120
        T = rng.uniform(20, 150, n)
        drawn = mbgnbd.simulate(params, T, 52.18, 1)
        each = rng.gamma(4, 25, n) * (10 if kind == "large" else 1)
        parts.append(pd.DataFrame({
            "kind": kind, "frequency": drawn["x"].astype(int), "recency_days": np.round(drawn["t_x"] * 7),
            "T_days": np.round(T * 7), "repeat_amount": each * drawn["x"], "gross_amount": each * (drawn["x"] + 1),
            "purchase_days": drawn["x"].astype(int) + 1, "future": drawn["future"] * each,
        }))  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    return table.assign(customer_id=[f"c{i:04d}" for i in range(len(table))])


def test_each_kind_has_its_own_model_and_the_total_comes_true(shop):
    models = kind_models(shop, shop["kind"])
    assert set(models) == {"small", "large"}
    values = expected_values(
        shop, shop["kind"], models, horizon_months=12, discount_rate_annual=0.0
    )
    assert values["customer_id"].tolist() == shop["customer_id"].tolist()
    for kind in KINDS:
        here = (shop["kind"] == kind).to_numpy()
        assert values.loc[here, "clv"].sum() == pytest.approx(
            shop.loc[here, "future"].sum(), rel=0.25
        )


def test_kinds_that_are_too_few_are_read_with_the_others(shop):
    kinds = shop["kind"].where(shop.index % 50 > 0, "rare").to_numpy()
    models = kind_models(shop, kinds)
    assert set(models) == {"", "small", "large"}
    values = expected_values(shop, kinds, models)
    assert values["clv"].notna().all() and (values["model"] == "").sum() == (kinds == "rare").sum()


def test_nobody_bought_twice(shop):
    once = shop.head(40).assign(frequency=0, recency_days=0.0, repeat_amount=0.0)
    models = kind_models(once, once["kind"])
    assert models == {} and expected_values(once, once["kind"], models)["clv"].isna().all()
    table = top_losses(expected_values(once, once["kind"], models), models, once["gross_amount"])
    assert table["stop_one"].isna().all() and table["share"].iloc[0] > 0


def test_the_largest(shop):
    models = kind_models(shop, shop["kind"])
    values = expected_values(shop, shop["kind"], models)
    table = top_losses(values, models, shop["gross_amount"], draws=200)
    assert table["customers"].tolist() == [1, 3, 5, 10, 20]
    assert table["share"].is_monotonic_increasing and (table["low"] <= table["expected"]).all()
    assert table["stop_one"].is_monotonic_increasing and table["stop_one"].between(0, 1).all()
    assert top_losses(values, models, np.zeros(len(shop))).empty
