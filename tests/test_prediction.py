"""The prediction report from end to end: whole, thin in every way, in both languages, on real data."""

import csv
import json

import numpy as np
import pandas as pd
import pytest

import prediction_world
from theme_pages import run_cells, write_client

PARAMS = {"categories_tried": 2, "offers_to_make": 100, "offer_cost": 2.0}


def page_of(folder, tables, *, language="en", **params):
    write_client(folder, tables, theme="prediction", language=language, params=PARAMS | params)
    with pytest.MonkeyPatch.context() as patch:
        return run_cells(folder, patch, theme="prediction", language=language)


@pytest.fixture(scope="module")
def firm():
    return prediction_world.world()


@pytest.fixture(scope="module")
def page(firm, tmp_path_factory):
    return page_of(tmp_path_factory.mktemp("prediction"), firm)


def rows_of(page, name):
    with open(page.lists[name], encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_record_holds_what_later_runs_read(page):
    record = page.record
    assert record["use"] is True
    assert 0.65 < record["auc"] < 0.95
    assert record["brier"] < record["brier_baseline"]
    assert record["top_decile_capture"] > 0.15
    assert record["buyers_expected"] < record["purchases_expected"]
    json.dumps(record, allow_nan=False)


def test_nothing_went_unsaid(page):
    assert not page.warned and not page.parts["untranslated"]
    assert page.html.count("<figure") >= 8
    assert "Traceback" not in page.text and "nan" not in page.text.lower().split()


def test_findings_are_facts_and_an_opportunity_with_its_money(page):
    assert {f["metric"] for f in page.findings} >= {
        "buyers_expected", "buying_auc", "silence_auc", "contract_auc", "top_decile_capture",
        "revenue_ranking", "offer_round",
    }  # fmt: skip
    assert page.problems == []
    offers = page.of_metric("offer_round")[0]
    assert offers["kind"] == "opportunity" and offers["action"] and offers["owner"]
    assert offers["money_low"] <= offers["money_per_year"] <= offers["money_high"]
    # some of those it moved would have bought anyway
    assert offers["low"] < 0.75 * prediction_world.UPLIFT < offers["high"]


def test_the_score_file_has_every_customer_once_and_no_page_does(page, firm):
    rows = rows_of(page, "prediction_scores.csv")
    buyers = set(firm["orders"]["customer_id"])
    assert len(rows) == len(buyers) and {row["Customer"] for row in rows} == buyers
    chance = np.array([float(row["Chance to buy"]) for row in rows])
    assert (np.diff(chance) <= 0).all() and chance.min() >= 0 and chance.max() <= 1
    assert sum(chance) == pytest.approx(page.record["buyers_expected"], rel=0.01)
    for row in rows:
        if row["Chance to fall silent"]:
            assert float(row["Chance to fall silent"]) <= 1 - float(row["Chance to buy"]) + 2e-4
    assert not any(customer in page.html for customer in buyers)


def test_offers_keep_a_control_group_and_leave_out_who_refused(page, firm):
    rows = rows_of(page, "prediction_offers.csv")
    groups = pd.Series([row["Group"] for row in rows]).value_counts()
    assert groups["kept back, no offer"] == 20 and groups["gets the offer"] == 80
    refused = firm["customers"].loc[~firm["customers"]["consent"], "customer_id"]
    assert not {row["Customer"] for row in rows} & set(refused)


def test_forecasts_and_chances_are_left_for_a_later_run(page):
    made = {row["name"]: row for row in page.parts["forecasts"]}
    assert {"buyers", "purchases", "revenue", "buyers_known"} <= set(made)
    assert made["buyers"]["start"] == "2025-01-01" and made["buyers"]["end"] == "2025-03-31"
    assert made["buyers_known"]["customers"] == "known"
    assert made["buyers"]["value"] >= made["buyers_known"]["value"]


def cut(firm, **changes):
    return {name: frame for name, frame in (firm | changes).items() if frame is not None}


def alike(orders):
    """Everybody buys the same on the first of each month."""
    months = pd.date_range("2022-01-01", "2024-12-01", freq="MS")
    people = orders["customer_id"].unique()[:60]
    pairs = pd.MultiIndex.from_product([people, months], names=["customer_id", "ordered_at"])
    return pairs.to_frame(index=False).assign(amount=10.0, is_return=False, category="tea")


THIN = {
    "no_orders": lambda f: {"customers": f["customers"]},
    "one_row": lambda f: cut(f, orders=f["orders"].head(1)),
    "one_customer": lambda f: {"orders": f["orders"][f["orders"]["customer_id"] == f["orders"]["customer_id"].mode()[0]]},
    "all_alike": lambda f: {"orders": alike(f["orders"])},
    "returns_only": lambda f: {"orders": f["orders"].assign(is_return=True, amount=-1.0)},
    "no_money": lambda f: {"orders": f["orders"].assign(amount=0.0)},
    "five_months": lambda f: cut(f, orders=f["orders"][f["orders"]["ordered_at"] >= "2024-08-01"]),
    "everybody_once": lambda f: {"orders": f["orders"].drop_duplicates("customer_id")},
    "bare_orders": lambda f: {"orders": f["orders"][["customer_id", "ordered_at", "amount", "is_return"]]},
    "empty_others": lambda f: cut(f, events=f["events"].head(1), tickets=f["tickets"].head(1), contracts=f["contracts"].head(1), actions=f["actions"].head(1), offers=f["offers"].head(1)),
}  # fmt: skip


@pytest.mark.parametrize("name", THIN)
def test_thin_data_give_sentences(name, firm, tmp_path):
    language = "zh" if name in ("one_row", "all_alike", "no_money", "everybody_once") else "en"
    page = page_of(tmp_path, THIN[name](firm), language=language)
    assert not page.warned and not page.parts["untranslated"]
    json.dumps(page.parts, allow_nan=False)
    assert page.problems == []
    if name in ("no_orders", "one_row", "one_customer", "all_alike", "returns_only", "five_months", "everybody_once"):  # fmt: skip
        assert page.findings == [] and page.record["auc"] is None
        assert page.parts["answer"] and not page.lists
    if name == "bare_orders":
        assert page.record["auc"] > 0.6
        for missing in ("category", "product", "contracts", "actions"):
            assert missing in page.text


def test_the_page_in_chinese(firm, tmp_path):
    page = page_of(tmp_path, firm, language="zh")
    assert not page.parts["untranslated"] and "校准" in page.text
