"""Exports of the simulated company: as the systems write them, with dirt that is counted right."""

import json
import re

import pandas as pd
import pytest

from workbook.cli import main
from workbook.intake.company.exports import write_export
from workbook.intake.company.firm import simulated_company
from workbook.intake.company.problems import Problems
from workbook.intake.params import load_client


@pytest.fixture(scope="module")
def firm():
    return simulated_company(300, seed=7, problems=Problems([]), language="zh")


@pytest.fixture(scope="module")
def zoho(firm, tmp_path_factory):
    folder = tmp_path_factory.mktemp("zoho")
    return folder, write_export(firm, "zoho", folder)


@pytest.fixture(scope="module")
def fxiaoke(firm, tmp_path_factory):
    folder = tmp_path_factory.mktemp("fxiaoke")
    return folder, write_export(firm, "fxiaoke", folder)


ENCODINGS = {"Contacts_001.csv": "gb18030", "Leads_001.csv": "utf-16", "投放日报.csv": "gb18030"}


def table(folder, name):
    sep = ";" if name == "投放日报.csv" else ","
    return pd.read_csv(folder / name, dtype=str, encoding=ENCODINGS.get(name, "utf-8-sig"), sep=sep)


def test_files_hold_the_rows_that_the_truth_says(zoho):
    folder, truth = zoho
    assert {p.name for p in folder.iterdir()} == set(truth["files"])
    totals = {"Invoices_001.csv", "Payments_001.csv"}
    for name, rows in truth["files"].items():
        assert len(table(folder, name)) == rows + (name in totals), name


def test_ids_have_19_digits_and_lookups_find_their_record(zoho):
    folder, truth = zoho
    accounts = table(folder, "Accounts_001.csv")
    assert accounts["Record Id"].str.fullmatch(r"\d{19}").all() and accounts["Record Id"].is_unique
    orders, lines = (
        table(folder, "Sales_Orders_001.csv"),
        table(folder, "Sales_Order_Line_Items_001.csv"),
    )
    assert lines["Parent ID.id"].isin(orders["Record Id"]).all()
    unknown = orders[~orders["Account Name.id"].isin(accounts["Record Id"])]
    dirt = truth["dirt"]["orphans"]
    assert set(unknown["Account Name.id"]) == set(dirt["records"]) and len(unknown) == dirt["rows"]


def test_dates_are_european_with_odd_seeds(zoho):
    orders = table(zoho[0], "Sales_Orders_001.csv")
    assert orders["Created Time"].str.fullmatch(r"\d\d\.\d\d\.\d{4} \d\d:\d\d").all()


def test_dirt_is_what_the_truth_counts(zoho):
    folder, truth = zoho
    dirt = truth["dirt"]
    lines, accounts = (
        table(folder, "Sales_Order_Line_Items_001.csv"),
        table(folder, "Accounts_001.csv"),
    )
    twice = lines[lines.duplicated()]
    assert len(twice) == dirt["exact_duplicates"]["rows"]
    assert twice["Net Total"].astype(float).sum() == pytest.approx(
        dirt["exact_duplicates"]["money"]
    )
    assert (
        accounts["Birth Year"].dropna().astype(int).isin(range(1900, 2011)).value_counts()[False]
        == 5
    )
    orders = table(folder, "Sales_Orders_001.csv")
    assert (orders["Currency"] == "USD").sum() == dirt["other_currency"]["rows"]
    year = orders["Created Time"].str[6:10].astype(int)
    assert ((year < 2023) | (year > 2025)).sum() == dirt["dates_out_of_range"]["rows"]
    invoices = table(folder, "Invoices_001.csv").iloc[:-1]
    day = {c: pd.to_datetime(invoices[c], format="%d.%m.%Y") for c in ("Invoice Date", "Due Date")}
    assert (day["Due Date"] < day["Invoice Date"]).sum() == dirt["due_before_issued"]["rows"]
    tests = accounts[accounts["Record Id"].isin(dirt["test_accounts"]["records"])]
    assert tests["Phone Number"].eq("13800000000").all() and len(tests) == 3


def test_true_pairs_are_one_customer_spelt_twice(zoho):
    folder, truth = zoho
    accounts = table(folder, "Accounts_001.csv").set_index("Record Id")
    digits = accounts["Phone Number"].str.replace(r"\D", "", regex=True).str[-11:]
    pairs = truth["dirt"]["duplicate_customers"]["pairs"]
    assert len(pairs) == truth["dirt"]["duplicate_customers"]["rows"] >= 3
    email = accounts["E-mail"]
    for first, second in pairs:
        assert digits[first] == digits[second] or email[first] == email[second]
        assert accounts["Account Name"][first][0] == accounts["Account Name"][second][0]


def test_some_who_share_a_telephone_are_two_customers(zoho):
    folder, truth = zoho
    accounts = table(folder, "Accounts_001.csv").set_index("Record Id")
    twins = {frozenset(pair) for pair in truth["dirt"]["duplicate_customers"]["pairs"]}
    for pair in truth["dirt"]["shared_phones"]["pairs"]:
        assert accounts["Phone Number"][pair].nunique() == 1 and frozenset(pair) not in twins
        assert accounts["Account Name"][pair].nunique() == 2


def test_what_is_clean_adds_up_to_the_canonical_tables(zoho, firm):
    folder, truth = zoho
    lines = table(folder, "Sales_Order_Line_Items_001.csv").drop_duplicates()
    orders = table(folder, "Sales_Orders_001.csv")
    real = orders[(orders["Currency"] == "CNY") & ~orders["SO Number"].str.startswith("SO-TEST")]
    kept = lines[lines["Parent ID.id"].isin(real["Record Id"])]["Net Total"].astype(float).sum()
    bought = firm.tables["orders"]
    money = bought.loc[~bought["is_return"], "amount"].sum()
    assert kept + truth["dirt"]["other_currency"]["money"] == pytest.approx(money)
    spend = table(folder, "投放日报.csv")
    paid = firm.tables["spend"].query("kind == 'media'")["amount"].sum()
    assert spend["消耗(元)"].str.replace(",", ".").astype(float).sum() == pytest.approx(
        paid, rel=1e-4
    )


def sheet(folder, name, title=0):
    book = pd.read_excel(folder / name, sheet_name=title, header=None, dtype=str, engine="calamine")
    body = book.iloc[3:].reset_index(drop=True)
    body.columns = book.iloc[2]
    return body


def test_workbooks_have_titles_headings_and_totals(fxiaoke):
    folder, truth = fxiaoke
    orders = sheet(folder, "销售订单.xlsx")
    assert orders["销售订单编号"].iloc[-1] == "合计"
    body = orders.iloc[:-1]
    assert len(body) == truth["files"]["销售订单.xlsx: 销售订单"]
    total = float(orders["销售订单金额(元)"].iloc[-1])
    assert body["销售订单金额(元)"].astype(float).sum() == pytest.approx(total)
    lines = sheet(folder, "销售订单.xlsx", "订单产品")
    assert lines["销售订单编号"].isin(body["销售订单编号"]).all()


def test_names_that_lookups_use_are_unique(fxiaoke):
    folder, truth = fxiaoke
    accounts = sheet(folder, "客户.xlsx")
    assert accounts["客户名称"].str.strip().is_unique
    orders = sheet(folder, "销售订单.xlsx").iloc[:-1]
    unknown = orders[~orders["客户名称"].isin(accounts["客户名称"])]
    assert len(unknown) == truth["dirt"]["orphans"]["rows"]


def test_the_interface_gives_milliseconds_and_display_values(fxiaoke, firm):
    record = pd.read_csv(fxiaoke[0] / "ActiveRecordObj.csv", dtype=str)
    at = pd.to_datetime(record["create_time"].astype("int64"), unit="ms") + pd.Timedelta(hours=8)
    assert at.between("2023-01-01", "2026-01-01").all()
    assert record["account_id__r"].notna().mean() > 0.95
    accounts = sheet(fxiaoke[0], "客户.xlsx")
    assert record["account_id"].isin(accounts["数据ID"]).mean() > 0.95


def demo(tmp_path, *words):
    return main(["demo", "acme", "--customers", "60", "--to", str(tmp_path), *words])


def test_demo_writes_a_client_that_can_be_read(tmp_path, capsys):
    assert demo(tmp_path, "--problems", "none", "--language", "zh") == 0
    client = load_client("acme", params_dir=tmp_path / "params")
    assert client.simulated and client.language == "zh" and client.as_of.isoformat() == "2025-12-31"
    assert client.scales["ces"] == (1, 7, "down")
    truth = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert truth["problems"] == [] and truth["customers"] == 60
    ratios = truth["parameters"]["contracts"]["log_hazard_ratio"]
    assert set(ratios["product"].values()) == {0.0}
    assert "workbook run acme" in capsys.readouterr().out


def test_problems_of_the_demo_cost_money(tmp_path):
    assert demo(tmp_path) == 0
    truth = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    costs = {p["kind"]: p["money_per_year"] for p in truth["problems"]}
    assert costs.pop("survey_nonresponse") == 0 and len(costs) == 9
    assert all(money > 0 for money in costs.values())


def test_demo_never_replaces_a_real_client(tmp_path, capsys):
    (tmp_path / "params/acme").mkdir(parents=True)
    (tmp_path / "params/acme/_shared.yml").write_text("client: Acme\n", encoding="utf-8")
    assert demo(tmp_path) == 2
    assert "belongs to a client that is not simulated" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words, told",
    [
        (["--problems", "nowhere.yml"], "no file of problems: nowhere.yml"),
        (["--customers", "3"], "50 to 1,000,000 customers"),
    ],
)
def test_demo_says_what_is_wrong(tmp_path, capsys, words, told):
    assert demo(tmp_path, *words) == 2
    assert told in capsys.readouterr().err


def test_help_says_what_size_means_per_kind(capsys):
    with pytest.raises(SystemExit):
        main(["demo", "--help"])
    said = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert "delivery_delay: size is the factor on the days" in said and "survey_nonresponse" in said


@pytest.mark.parametrize("form, files", [("zoho", 19), ("fxiaoke", 15)])
def test_the_same_seed_writes_the_same_bytes(tmp_path, form, files):
    written = []
    for name in ("a", "b"):
        assert demo(tmp_path / name, "--as", form) == 0
        export = tmp_path / name / "export"
        written.append({p.name: p.read_bytes() for p in export.iterdir()})
    assert len(written[0]) == files and written[0] == written[1]
