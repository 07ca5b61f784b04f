"""The data quality report: a shop with known faults, and data with hardly anything in them."""

import csv
import json
import re

import pandas as pd
import pytest

from clients import workbook, write_client
from companies import END, order_lines


def run_of(folder, client, *words):
    done = workbook("run", client, "data_quality", *words, folder=folder)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (made,) = (folder / "outputs" / client).glob("*/record.json")
    return made.parent


def words_of(path):
    text = re.sub(r"(?s)<(style|script|svg).*?</\1>", "", path.read_text(encoding="utf-8"))
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("\xa0", " ").split())


def findings_of(made):
    rows = json.loads((made / "findings.json").read_text(encoding="utf-8"))
    return {row["metric"]: row for row in rows}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A shop of which a fortnight is missing, with test orders, strangers and a twin customer."""
    folder = tmp_path_factory.mktemp("quality")
    lines = order_lines(1500, 4)
    day = pd.to_datetime(lines["ordered_at"])
    lines = lines[~day.between("2023-05-08", "2023-05-21")]
    customers = pd.DataFrame({"customer_id": lines["customer_id"].drop_duplicates()})
    customers["name"] = "Person " + customers["customer_id"].str[1:]
    customers["email"] = customers["customer_id"] + "@mail.cn"
    strangers = customers["customer_id"].iloc[:60]
    known = customers[~customers["customer_id"].isin(strangers)].copy()
    twin, other = known["customer_id"].iloc[0], known["customer_id"].iloc[1]
    known.loc[known["customer_id"] == other, ["name", "email"]] = known.iloc[0][
        ["name", "email"]
    ].to_list()
    known = pd.concat(
        [known, pd.DataFrame([["t1", "Test account", "t@mail.cn"]], columns=known.columns)]
    )
    test_order = {"customer_id": "t1", "ordered_at": pd.Timestamp("2024-03-01"), "amount": 1e6}
    lines = pd.concat([lines, pd.DataFrame([test_order])])
    sources = {"orders": {"path": "orders.csv"}, "customers": {"path": "customers.csv"}}
    write_client(folder, "shop", lines.to_csv(index=False), as_of=str(END), sources=sources)
    known.to_csv(folder / "data/shop/customers.csv", index=False)
    made = run_of(folder, "shop", "--language", "zh")
    return folder, made, lines, strangers, {twin, other}


def test_the_record_counts_what_was_read_and_kept(shop):
    _, made, lines, strangers, _ = shop
    record = json.loads((made / "record.json").read_text())["data_quality"]
    assert record["orders_rows_read"] == len(lines)
    assert record["orders_rows_kept"] == len(lines) - 1
    assert record["unmatched_customers"] == len(strangers)
    assert record["likely_duplicates"] == 1
    assert record["revenue"] == pytest.approx(lines["amount"].sum() - 1e6)
    assert record["doubts"] >= record["grave_doubts"] >= 2


def test_each_fault_is_a_problem_with_its_action(shop):
    _, made, lines, strangers, _ = shop
    found = findings_of(made)
    gap = found["gap"]
    assert gap["kind"] == "problem" and gap["where"]["table"] == "orders"
    assert "2023-05-" in gap["start"]
    unknown = found["unknown_customer_kept"]
    rows = lines[lines["customer_id"].isin(strangers)]
    assert unknown["kind"] == "problem" and unknown["value"] == pytest.approx(
        len(rows) / len(lines)
    )
    years = (pd.to_datetime(lines["ordered_at"]).max() - pd.to_datetime(lines["ordered_at"]).min()).days / 365.25  # fmt: skip
    assert unknown["money_per_year"] == pytest.approx(rows["amount"].sum() / years, rel=1e-3)
    for row in found.values():
        assert (row["kind"] == "problem") <= bool(
            row["action"] and row["owner"] and row["review_on"]
        )


def test_the_page_says_what_each_rule_did(shop):
    _, made, *_ = shop
    words = words_of(made / "data_quality.html")
    assert "rows of test accounts or staff, set aside" in words
    assert "1 pairs of customers who are probably one" in words or "1 pairs of 2 customers" in words
    assert "Person" not in words and "mail.cn" not in words  # nobody's name leaves intake


def test_the_sheet_lies_with_the_data(shop):
    folder, made, *_, twins = shop
    path = folder / "data/shop/review/duplicate_customers.csv"
    (row,) = csv.DictReader(path.open(encoding="utf-8-sig"))
    assert {row["customer_id"], row["merge_into"]} == twins
    assert not list(made.rglob("duplicate_customers.csv"))


def test_no_english_sentence_is_left_on_the_chinese_page(shop):
    _, made, *_ = shop
    words = words_of(made / "data_quality.zh.html")
    assert "疑点" in words
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+", words.split("指标口径")[0])


def test_one_order_is_enough(tmp_path):
    write_client(tmp_path, "one", "customer_id,ordered_at,amount\na,2024-01-05,9\n")
    made = run_of(tmp_path, "one")
    assert "No doubt is grave" in words_of(made / "data_quality.html")
    assert json.loads((made / "record.json").read_text())["data_quality"]["doubts"] == 0


def test_any_table_is_enough(tmp_path):
    """Answers alone, and a table in which no row can be used."""
    write_client(
        tmp_path,
        "answers",
        "response_id,answered_on,nps\n1,2024-05-01,9\n2,2024-05-02,3\n",
        file="surveys.csv",
        sources={"surveys": {"path": "surveys.csv"}, "visits": {"path": "visits.csv"}},
    )
    (tmp_path / "data/answers/visits.csv").write_text("customer_id,at\n,2024-05-01\n")
    made = run_of(tmp_path, "answers")
    words = words_of(made / "data_quality.html")
    assert "not possible, needs the table orders" in words
    record = json.loads((made / "record.json").read_text())["data_quality"]
    assert (record["surveys_rows_kept"], record["visits_rows_kept"]) == (2, 0)
    assert findings_of(made)["no_customer"]["kind"] == "problem"
