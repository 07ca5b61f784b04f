"""The churn notebook on contracts: whole, thin and bad tables, both languages, never a traceback."""

import csv
import json
import shutil

import numpy as np
import pandas as pd
import pytest

import theme_pages
from clients import write_client
from contract_pages import contracts, write_contracts
from contract_world import AS_OF, MEAN, changing_contracts
from left_behind import leave
from theme_pages import run_cells
from workbook.cli import main

KEYS = {
    "km_12",
    "km_12_low",
    "km_12_high",
    "median_months",
    "restricted_mean_months",
    "concordance",
    "renewal_rate",
}


def known_at(table, day):
    """The table as it was on a day."""
    known = table[table["started_on"] <= day].copy()
    known.loc[known["ended_on"] > day, ["ended_on", "end_reason"]] = None
    return known


def flagged(n=300, seed=3, **columns):
    """A file with tenure and a flag on one day."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"customer_id": [f"c{i}" for i in range(n)]})
    table["tenure_months"] = rng.integers(1, 60, n)
    table["churned"] = np.where(rng.random(n) < 0.2, "yes", "no")
    return table.assign(trait_plan=rng.choice(["a", "b"], n), **columns)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The same contracts in both languages."""
    table = contracts(2500, 1, log_ratio=0.9, unknown=0.2)
    pages = {}
    for language in ("en", "zh"):
        folder = tmp_path_factory.mktemp(language)
        write_contracts(folder, table, language=language, cac=20.0, capacity=40)
        with pytest.MonkeyPatch.context() as patch:
            pages[language] = run_cells(folder, patch, theme="churn", language=language)
    return pages


def test_the_record_holds_its_keys_near_the_truth(whole):
    record = whole["en"].record
    assert set(record) >= KEYS
    truth = (np.exp(-12 / MEAN) + np.exp(-12 * np.exp(0.9) / MEAN)) / 2
    assert record["km_12_low"] < truth < record["km_12_high"]
    assert 0.5 < record["concordance"] < 0.8 and 0 < record["renewal_rate"] < 1
    assert record["median_months"] < record["restricted_mean_months"] < 36
    assert whole["zh"].record == record


def test_every_part_is_told_in_both_languages(whole):
    said = {
        "en": ("still there after 12 months", "Hazard ratio", "Schoenfeld", "Weibull", "Uno",
               "Most frequent reason", "Brier", "Gross revenue retention", "sBG|BdW", "points",
               "paid it back|not paid back", "Renewal rate"),
        "zh": ("12个月后仍", "流失风险比", "Schoenfeld", "Weibull", "一致性指数", "最常提到的流失原因",
               "Brier", "毛收入留存率", "sBG|BdW", "个百分点", "回本|收回", "续约率"),
    }  # fmt: skip
    for language, page in whole.items():
        for words in said[language]:
            assert any(word in page.text for word in words.split("|")), (language, words)
        assert page.parts["untranslated"] == [] and page.warned == []


def test_a_plan_that_leaves_sooner_is_a_problem_without_a_cause(whole):
    found = {item["metric"]: item for item in whole["en"].parts["findings"]}
    assert found["contract_group"]["kind"] == "problem"
    assert found["contract_group"]["where"] == {"trait_plan": "monthly"}
    loss = found["contract_expected_loss"]
    assert loss["money_low"] < loss["money_per_year"] < loss["money_high"]
    assert {item["rung"] for item in found.values()} <= {"descriptive", "diagnostic", "predictive"}


def test_the_list_is_cut_at_the_capacity(whole):
    page = whole["en"]
    with page.lists["churn_contracts_at_risk.csv"].open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 41 and rows[0][0] == "Customer"
    assert "random half" in page.text


def changed(n=300, seed=3, **columns):
    return lambda: contracts(n, seed).assign(**columns)


def spoiled_ends():
    table = contracts(300, 3)
    table.loc[:9, "ended_on"] = table["started_on"] - pd.Timedelta(days=3)
    return table


def one_day():
    day = pd.Timestamp("2024-11-30")
    table = contracts(300, 3)
    table = table.assign(started_on=table["started_on"].clip(upper=day - pd.Timedelta(days=40)))
    return table.assign(ended_on=day)


def one_reason():
    table = contracts(300, 3)
    return table.assign(end_reason=table["ended_on"].notna().map({True: "price", False: None}))


def separating():
    table = contracts(300, 3)
    lived = (table["ended_on"].fillna(AS_OF) - table["started_on"]).dt.days
    return table.assign(measure_late=-lived.where(table["ended_on"].notna(), 9999))


#: A table, the params, and what the page says about it.
BAD = {
    "end_before_start": (spoiled_ends, {}, "rows that end before they start, set aside 10"),
    "overlapping": (
        changed(customer_id=[f"c{i // 3}" for i in range(300)]), {},
        "Contracts that start while another one of the customer runs"),
    "all_censored": (changed(ended_on=None, end_reason=None), {}, "No contract has ended"),
    "one_day": (one_day, {}, "An unusual number of ends on 30 November 2024"),
    "one_reason": (one_reason, {}, "Most frequent reason: price"),
    "constant": (changed(trait_plan="a", measure_age=1, trait_region="x"), {},
                 "the same for everybody"),
    "levels": (
        changed(5000, trait_code=[f"L{i}" for i in range(5000)]), {},
        "text with so many different values (5000) that none is common enough"),
    "separating": (separating, {}, "orders those who left perfectly"),
    "first_day": (lambda: contracts(300, 3).assign(ended_on=lambda t: t["started_on"]), {},
                  "Contracts that ended on their first day, counted as half a day (300)"),
    "future": (changed(started_on="2026-01-01", ended_on=None), {}, "No usable contract is left."),
    "no_start": (changed(started_on="tomorrow"), {},
                 "Contracts without a readable start, set aside (300)"),
    "one": (changed(1), {}, "Only 1 usable contract: too few to say anything."),
    "not_kept": (lambda: contracts(1500, 8, observed_from="2023-01-01"), {},
                 "so contracts are followed from that day on"),
    "no_ends": (lambda: contracts(300, 3)[["contract_id", "customer_id", "started_on"]], {},
                "needs the columns started_on and ended_on"),
    "negative_tenure": (
        lambda: flagged().assign(tenure_months=lambda t: t["tenure_months"].where(t.index > 4, -1)),
        {"window_months": 6}, "Rows with a negative tenure, set aside (5)"),
    "window_unknown": (flagged, {}, "only bounds can be shown, no headline"),
    "outcome_window": (flagged, {"feature_window_months": 9}, "a logistic model with tenure"),
    "no_value": (changed(value=-1), {}, "Worth of retention: not possible"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_thin_and_bad_contracts_run_and_say_what_they_are(tmp_path, monkeypatch, name):
    table, params, said = BAD[name]
    write_contracts(tmp_path, table(), **params)
    page = run_cells(tmp_path, monkeypatch, theme="churn")
    assert said in page.text, page.text
    assert page.warned == [] and "Traceback" not in page.html
    assert set(page.record) >= KEYS
    if name in ("future", "one", "no_ends", "window_unknown", "outcome_window"):
        assert page.record["km_12"] is None and page.record["median_months"] is None


def test_a_link_that_changes_with_age_is_told_by_period(tmp_path, monkeypatch):
    write_contracts(tmp_path, changing_contracts(2500, 2))
    page = run_cells(tmp_path, monkeypatch, theme="churn")
    assert "promo: the link with leaving changes with age" in page.text
    assert "Each value of promo has a course of its own in the model (strata)" in page.text
    assert "Links that change with age, period by period." in page.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("contract_id,customer_id,value\n1,a,5\n", "started_on"),
        ("contract_id,started_on,ended_on\n1,2024-01-01,\n", "customer_id"),
    ],
)
def test_a_table_that_can_not_be_read_exits_2(tmp_path, capsys, text, said):
    write_contracts(tmp_path, contracts(5, 1))
    (tmp_path / "data/firm/contracts.csv").write_text(text)
    places = [f"--{p}={tmp_path / p}" for p in ("params", "data", "outputs")]
    code = main(["run", "firm", "churn", *places])
    out = " ".join("".join(capsys.readouterr()).split())
    assert code == 2 and said in out and "Traceback" not in out, out


def test_without_contracts_each_section_says_so_once(tmp_path, monkeypatch):
    orders = "customer_id,ordered_at,amount\n" + "".join(
        f"c{i},2024-0{1 + i % 9}-0{1 + i % 7},{5 + i}\n" for i in range(40)
    )
    write_client(tmp_path, "firm", orders)
    page = run_cells(tmp_path, monkeypatch, theme="churn")
    assert 1 <= page.text.count("Not possible: needs the table contracts.") <= 4
    assert not KEYS & set(page.record)


def test_two_contracts_files_without_any_difference_raise_no_problem(tmp_path, monkeypatch):
    for name, seed in (("one", 31), ("two", 32)):
        write_contracts(tmp_path, contracts(600, seed), name=name)
        page = run_cells(tmp_path, monkeypatch, theme="churn", name=name)
        assert page.problems == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_real_yes_or_no_file_is_a_logistic_design(tmp_path, monkeypatch, real_data, language):
    file = real_data / "telecom" / "iranian_churn.csv"
    if not file.is_file():
        pytest.skip("needs the telecom file beside the project")
    table = pd.read_csv(file).rename(columns=lambda name: " ".join(name.split()))
    columns = {
        "Subscription Length": "tenure_months",
        "Churn": "churned",
        "Complains": "measure_complaints",
        "Call Failure": "measure_call_failures",
        "Seconds of Use": "measure_seconds",
        "Frequency of use": "measure_calls",
        "Tariff Plan": "trait_tariff",
    }
    table = table.rename(columns=columns)[list(columns.values())]
    table.insert(0, "customer_id", [f"t{i}" for i in range(len(table))])
    write_contracts(tmp_path, table, language=language, feature_window_months=9)
    page = run_cells(tmp_path, monkeypatch, theme="churn", language=language)
    assert 0.8 < page.record["concordance"] < 0.99 and page.record["km_12"] is None
    assert page.warned == [] and page.parts["untranslated"] == []
    assert ("logistic model" if language == "en" else "逻辑回归") in page.text


def test_monitoring_judges_what_an_earlier_run_forecast_of_contracts(tmp_path, monkeypatch):
    table, then = contracts(2500, 4, log_ratio=0.9), pd.Timestamp("2024-06-30")
    theme_pages.write_client(
        tmp_path, {"contracts": known_at(table, then)}, theme="churn", name="then", as_of="2024-06-30"
    )  # fmt: skip
    churn = run_cells(tmp_path, monkeypatch, theme="churn", name="then")
    three, twelve = churn.parts["forecasts"]
    assert (three["end"], twelve["end"]) == ("2024-09-30", "2025-06-30")
    assert churn.text.count("without renewal by") == 2
    folder = leave(tmp_path / "outputs" / "firm" / "2024-06-30", records={"churn": {}})
    made = [{"theme": "churn", **one} for one in churn.parts["forecasts"]]
    (folder / "forecasts.json").write_text(json.dumps(made))
    shutil.copytree(tmp_path / "staging-churn-then-en" / "tables", folder / "tables")
    theme_pages.write_client(tmp_path, {"contracts": table}, theme="monitoring")
    page = run_cells(tmp_path, monkeypatch, theme="monitoring", outputs=tmp_path / "outputs")
    assert page.record["forecasts_scored"] == 1 and page.record["scores_judged"] == 1
    gone = table[
        table["ended_on"].between("2024-07-01", "2024-09-30") & (table["started_on"] <= then)
    ]
    assert page.record["intervals_hit"] == (three["low"] <= len(gone) <= three["high"]) == 1
    assert page.record["brier"] < page.record["brier_baseline"]
    assert "contracts ended" in page.text and "ends a contract" in page.text
