"""From the export of a simulated company to its ledger: what was planted is what was found."""

import json

import pandas as pd
import pytest

from workbook.cli import main
from workbook.intake.params import load_client
from workbook.intake.tables import open_tables

CUSTOMERS = "240"


@pytest.fixture(
    scope="module", params=[("zoho", "en", "1"), ("fxiaoke", "zh", "2")], ids=lambda p: p[0]
)
def imported(request, tmp_path_factory):
    """(truth of the export, the tables of the client imported from it, its data folder)."""
    form, language, seed = request.param
    folder = tmp_path_factory.mktemp(form)
    words = ["--customers", CUSTOMERS, "--seed", seed, "--as", form, "--language", language]
    assert main(["demo", "acme", "--to", str(folder), "--problems", "none", *words]) == 0
    files = sorted(str(path) for path in (folder / "export").iterdir())
    places = ["--params", str(folder / "params"), "--data", str(folder / "data")]
    assert main(["import", "acme", *files, "--profile", form, "--yes", *places]) == 0
    client = load_client("acme", params_dir=folder / "params")
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["export"]
    return truth, client, open_tables(client, data_dir=folder / "data"), folder / "data/acme"


def told(tables, table, rule):
    ledger = tables.ledger
    rows = ledger[(ledger["table"] == table) & (ledger["rule"] == rule)]
    return int(rows["rows"].sum()), float(rows["money"].sum())


def test_day_language_and_currency_are_guessed(imported):
    _, client, tables, _ = imported
    assert tables.as_of.isoformat() >= "2025-12-25" and client.currency == "CNY"
    assert client.language in ("en", "zh")


def test_planted_dirt_is_in_the_ledger(imported):
    truth, _, tables, _ = imported
    dirt = truth["dirt"]
    assert told(tables, "customers", "test_account")[0] == dirt["test_accounts"]["rows"]
    assert told(tables, "orders", "test_account")[0] == dirt["test_accounts"]["order_rows"]
    copies, money = told(tables, "orders", "exact_duplicates_removed")
    assert copies == dirt["exact_duplicates"]["rows"]
    assert money == pytest.approx(dirt["exact_duplicates"]["money"], abs=0.01)
    assert told(tables, "orders", "other_currency")[0] == dirt["other_currency"]["line_rows"]
    assert told(tables, "invoices", "impossible_value")[0] == dirt["due_before_issued"]["rows"]
    birth = tables.ledger.query("table == 'customers' and detail == 'birth_year'")["rows"].sum()
    assert birth == dirt["impossible_birth_years"]["rows"]
    late = told(tables, "orders", "date_out_of_range")[0] + told(tables, "orders", "after_as_of")[0]
    assert late == dirt["dates_out_of_range"]["line_rows"]
    for table in ("invoices", "payments"):
        assert told(tables, table, "totals_row")[0] == 1


def test_revenue_is_that_of_the_company(imported):
    """What was bought, less what cleaning set aside, to the cent."""
    truth, _, tables, _ = imported
    lines = tables.orders.execute()
    assert lines.loc[lines["is_return"], "amount"].lt(0).all()
    assert lines["currency"].dropna().unique().tolist() == ["CNY"]
    rows = sum(
        n for name, n in truth["files"].items() if "Line_Items" in name or "订单产品" in name
    )
    dirt = truth["dirt"]
    aside = dirt["test_accounts"]["order_rows"] + dirt["exact_duplicates"]["rows"]
    aside += dirt["other_currency"]["line_rows"] + dirt["dates_out_of_range"]["line_rows"]
    unknown = told(tables, "orders", "no_customer")[0]
    bought = int((~lines["is_return"]).sum())
    assert rows - aside - unknown <= bought <= rows - aside


def test_likely_duplicates_are_the_true_ones(imported):
    """At least eight of ten true pairs are proposed, and nine of ten proposals are true."""
    truth, _, _, folder = imported
    pairs = {frozenset(pair) for pair in truth["dirt"]["duplicate_customers"]["pairs"]}
    found = pd.read_parquet(folder / "tables/customer_pairs.parquet")
    found = {frozenset(pair) for pair in found[["customer_id", "merge_into"]].to_numpy()}
    assert len(pairs & found) >= 0.8 * len(pairs) and len(found - pairs) <= 0.1 * len(found)


def test_advertising_by_day_falls_into_months(imported):
    spend = imported[2].spend.execute()
    assert (pd.to_datetime(spend["month"]).dt.day == 1).all() and spend["channel"].nunique() == 6
