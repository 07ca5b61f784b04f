"""Items in sets and their reliability."""

import numpy as np
import pandas as pd
import pytest

from answer_sheets import quick, read, sheets
from workbook.analysis.item_sets import item_levels, item_sets, parse_sets, set_table


@pytest.mark.parametrize(("item", "group"), [
    ("item_quality", "product"), ("item_after_sales_service", "service"), ("item_brand_image", "image"),
    ("item_ease_of_use", "experience"), ("item_服务态度", "service"), ("item_产品质量", "product"),
    ("item_q7", "other"), ("item_imag3", "image"), ("item_perq1", "product"),
])  # fmt: skip
def test_names_tell_the_set(item, group):
    assert item_sets([item]) == {group: [item]}


def test_stated_sets_go_first():
    stated = parse_sets("look: q7, quality\uff1b service: staff")
    found = item_sets(["item_q7", "item_quality", "item_staff", "item_price"], stated)
    assert found == {"look": ["item_q7", "item_quality"], "service": ["item_staff"],
                     "product": ["item_price"]}  # fmt: skip


def test_shares_and_places_by_hand():
    table = pd.DataFrame(
        {"response_id": list("abcd"), "answered_on": pd.Timestamp("2024-01-01"),
         "item_x": [1.0, 3, 4, 5]}
    )  # fmt: skip
    row = item_levels(read(table, scales={"item": (1, 5, "up")})).iloc[0]
    assert [row["dissatisfied"], row["between"], row["satisfied"]] == [0.25, 0.25, 0.5]
    assert row["mean"] == 3.25 and row["value"] == pytest.approx(0.5625)


def test_items_of_one_thing_are_reliable_and_a_stranger_is_named():
    rng = np.random.default_rng(0)
    table, _ = sheets(500, 1)
    felt = rng.normal(size=500)
    for name in ("a", "b", "c"):
        table[f"item_{name}"] = np.clip(np.round(3 + felt + 0.4 * rng.normal(size=500)), 1, 5)
    table["item_d"] = rng.integers(1, 6, 500)
    answers = quick(table)
    row = set_table(answers, {"other": ["item_a", "item_b", "item_c"]}).iloc[0]
    assert row["reliable"] and row["alpha_low"] < row["alpha"] < row["alpha_high"]
    row = set_table(answers, {"other": ["item_a", "item_b", "item_c", "item_d"]}).iloc[0]
    assert row["weakest"] == "item_d"


def test_the_real_scales_of_the_mobile_survey(real_data):
    """European Customer Satisfaction Index: image, quality and value as published sets."""
    data = pd.read_csv(real_data / "surveys/ecsi_mobi.csv.gz")
    kinds = {"image": "IMAG", "product": "PERQ", "value": "PERV"}
    table = data.rename(columns={name: f"item_{name.lower()}" for name in data})
    table.insert(0, "response_id", [f"r{i:03d}" for i in range(len(table))])
    table["answered_on"] = pd.Timestamp("2001-01-01")
    sets = {k: [f"item_{n.lower()}" for n in data if n.startswith(v)] for k, v in kinds.items()}
    found = set_table(read(table, scales={"item": (1, 10, "up")}), sets).set_index("set")
    for kind, prefix in kinds.items():
        items = data[[n for n in data if n.startswith(prefix)]]
        k = items.shape[1]
        alpha = k / (k - 1) * (1 - items.var().sum() / items.sum(axis=1).var())
        assert found.loc[kind, "alpha"] == pytest.approx(alpha)
    assert found["reliable"].all()
