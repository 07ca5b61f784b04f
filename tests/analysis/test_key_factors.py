"""Key factors against the definition, a published method and known populations."""

from itertools import permutations

import numpy as np
import pytest

from answer_sheets import quick, read, sheets
from workbook.analysis.key_factors import MOST, johnson_weights, key_factors, lmg_shares


def covariance(size, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(500, size)) + 0.8 * rng.normal(size=(500, 1))
    y = x @ np.arange(1, size + 1) + rng.normal(size=500) * 3
    return np.cov(np.column_stack([x, y]).T)


def r_squared(matrix, subset):
    inner, outer = matrix[np.ix_(subset, subset)], matrix[list(subset), -1]
    return outer @ np.linalg.solve(inner, outer) / matrix[-1, -1] if subset else 0.0


def test_lmg_is_the_mean_over_all_orders():
    matrix = covariance(4)
    shares = np.zeros(4)
    orders = list(permutations(range(4)))
    for order in orders:
        for place, item in enumerate(order):
            gain = r_squared(matrix, order[: place + 1]) - r_squared(matrix, order[:place])
            shares[item] += gain / len(orders)
    assert lmg_shares(matrix)[0] == pytest.approx(shares)


def test_several_matrices_at_once_are_each_alone():
    several = np.array([covariance(5, seed) for seed in range(3)])
    together = lmg_shares(several)
    assert together == pytest.approx(np.concatenate([lmg_shares(one) for one in several]))


def test_both_methods_share_out_all_that_is_explained():
    matrix = covariance(6)
    whole = r_squared(matrix, tuple(range(6)))
    assert lmg_shares(matrix).sum() == pytest.approx(whole)
    assert johnson_weights(matrix).sum() == pytest.approx(whole)


def test_two_items_give_the_same_by_both_methods():
    """For two predictors relative weights and averaged orders agree (Thomas et al. 2014)."""
    matrix = covariance(2)
    assert lmg_shares(matrix)[0] == pytest.approx(johnson_weights(matrix)[0], abs=1e-6)


def test_a_copy_of_an_item_shares_with_it():
    matrix = covariance(3)
    double = np.zeros((5, 5))
    place = [0, 0, 1, 2, 3]
    double[:] = matrix[np.ix_(place, place)]
    shares = lmg_shares(double)[0]
    assert shares[0] == pytest.approx(shares[1])
    assert shares.sum() == pytest.approx(r_squared(matrix, (0, 1, 2)))


def test_importance_holds_the_populations_shares():
    truth_table, _ = sheets(200_000, 999)
    truth = key_factors(quick(truth_table), draws=20).table.set_index("item")["importance"]
    hits = {item: 0 for item in truth.index}
    for seed in range(200):
        table, _ = sheets(400, seed, customers=300)
        found = key_factors(quick(table), confidence=0.90, draws=200).table.set_index("item")
        for item in hits:
            hits[item] += found.loc[item, "low"] <= truth[item] <= found.loc[item, "high"]
    assert all(160 <= count <= 195 for count in hits.values()), hits


def test_the_map_names_the_fields():
    table, _ = sheets(3000, 1)
    table["item_quality"] = (table["item_quality"] - 1).clip(lower=1)
    found = key_factors(read(table))
    first = found.table.iloc[0]
    assert first["item"] == "item_quality" and first["quadrant"] == "improve"
    assert first["settled"] > 0.95 and first["on_top"] > 0.95
    assert found.r_squared[1] < found.r_squared[0] < found.r_squared[2]
    assert found.table["importance"].sum() == pytest.approx(1)


def test_rarely_answered_and_constant_items_are_left_out():
    table, _ = sheets(400, 2)
    table["item_rare"] = table["csat"].where(table.index % 5 == 0)
    table["item_same"] = 3
    found = key_factors(read(table))
    assert set(found.left_out) == {"item_rare", "item_same"} and found.n == 400


@pytest.mark.parametrize("change", [
    {"csat": 4}, {"item_staff": None, "item_price": None}, {"customer_id": "c1"},
])  # fmt: skip
def test_without_enough_to_compare_there_is_none(change):
    table, _ = sheets(400, 3)
    assert key_factors(read(table.assign(**change))) is None
    assert key_factors(read(table[:20])) is None


def test_many_items_go_by_relative_weights():
    rng = np.random.default_rng(4)
    table, _ = sheets(600, 4)
    for place in range(MOST):
        table[f"item_more{place}"] = np.clip(np.round(rng.normal(3, 1, 600)), 1, 5)
    found = key_factors(read(table), draws=50)
    assert found.method == "johnson" and len(found.table) == MOST + 3


def test_the_real_survey_by_an_independent_fit(real_data):
    """Rossi, Gilula, Allenby 2001: R squared of ordinary least squares."""
    import pandas as pd
    from sklearn.linear_model import LinearRegression

    data = pd.read_csv(real_data / "surveys/customerSat.csv.gz")
    items = [f"q{i}" for i in range(2, 11)]
    table = data.rename(columns={"q1": "csat"} | {name: f"item_{name}" for name in items})
    table.insert(0, "response_id", [f"r{i:05d}" for i in range(len(table))])
    table["answered_on"] = pd.Timestamp("2001-01-01")
    found = key_factors(read(table, scales={"csat": (1, 10, "up"), "item": (1, 10, "up")}))
    fit = LinearRegression().fit(data[items], data["q1"])
    assert found.n == 1811
    assert found.r_squared[0] == pytest.approx(fit.score(data[items], data["q1"]), abs=1e-9)
