"""The lifecycle report on a shop that keeps its contacts, and on real purchase cycles."""

import csv
import gzip
import json
import re
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from clients import workbook, write_client
from companies import END, order_lines


def page_of(folder, client, name="lifecycle.html"):
    (found,) = (folder / "outputs" / client).glob(f"*/{name}")
    return found


def words_of(path):
    text = re.sub(r"(?s)<(style|script|svg).*?</\1>", "", path.read_text(encoding="utf-8"))
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("\xa0", " ").split())


def record_of(folder, client):
    return json.loads(page_of(folder, client, "record.json").read_text())["lifecycle"]


def findings_of(folder, client):
    rows = json.loads(page_of(folder, client, "findings.json").read_text(encoding="utf-8"))
    return {row["metric"]: row for row in rows}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A shop that visits half of its customers and calls a quarter of them."""
    folder = tmp_path_factory.mktemp("care")
    lines = order_lines(1500, 4)
    spent = lines.groupby("customer_id")["amount"].sum()
    rng = np.random.default_rng(0)
    visited = spent.index[rng.random(len(spent)) < 0.5]
    called = spent.index[rng.random(len(spent)) < 0.25]
    sources = {"orders": {"path": "orders.csv"}, "visits": {"path": "visits.csv"}}
    sources |= {"events": {"path": "events.csv"}}
    write_client(folder, "shop", lines.to_csv(index=False), as_of=str(END), sources=sources)
    days = [END - timedelta(int(back)) for back in rng.integers(0, 60, len(visited))]
    visits = pd.DataFrame({"customer_id": visited, "at": days, "staff": "Li"})
    visits.to_csv(folder / "data/shop/visits.csv", index=False)
    days = [END - timedelta(int(back)) for back in rng.integers(0, 300, len(called))]
    events = pd.DataFrame({"customer_id": called, "occurred_at": days, "kind": "call"})
    events.assign(staff="Wang").to_csv(folder / "data/shop/events.csv", index=False)
    for language in ("en", "zh"):
        done = workbook("run", "shop", "lifecycle", "--language", language, folder=folder)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    recent = {c for c, day in zip(called, days, strict=True) if (END - day).days < 90}
    return folder, spent, set(visited), recent


def test_care_is_told_against_value_and_stage(shop):
    folder, spent, visited, called = shop
    upper = set(spent.index[spent > spent.median()])
    missed = upper - visited - called
    found = findings_of(folder, "shop")["valuable_without_contact"]
    assert found["n"] == len(upper)
    assert found["value"] == pytest.approx(len(missed) / len(upper))
    assert found["low"] < found["value"] < found["high"]
    path = page_of(folder, "shop").parent / "lists/lifecycle_not_contacted.csv"
    rows = list(csv.DictReader(path.open(encoding="utf-8-sig")))
    assert {row["Customer"] for row in rows} == missed
    dated = [row["Last contact"] for row in rows if row["Last contact"]]
    assert dated and all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in dated)
    words = words_of(page_of(folder, "shop"))
    assert "groups differ by no more than chance" in words  # they were contacted at random
    assert "Contact by" in words and "visit" in words


def test_what_the_dormant_leave_behind_is_an_opportunity_with_its_interval(shop):
    folder, *_ = shop
    found = findings_of(folder, "shop")["dormant_stake"]
    assert found["kind"] == "opportunity" and found["money_kind"] == "opportunity"
    assert 0 < found["money_low"] < found["money_per_year"] < found["money_high"]
    assert found["owner"] and found["review_on"] and found["rung"] == "descriptive"


def test_a_steady_shop_has_no_problem(shop):
    folder, *_ = shop
    found = findings_of(folder, "shop")
    assert found["more_lost"]["kind"] == "fact"
    assert not [row for row in found.values() if row["kind"] == "problem"]


def test_no_english_sentence_is_left_on_the_chinese_page(shop):
    folder, *_ = shop
    words = words_of(page_of(folder, "shop", "lifecycle.zh.html"))
    assert "未联系" in words or "未接触" in words
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+", words.split("指标口径")[0])


@pytest.fixture(scope="module")
def grocery(tmp_path_factory, real_data):
    """Purchases of an online grocery, 2006 to 2007, without amounts."""
    folder = tmp_path_factory.mktemp("grocery")
    with gzip.open(real_data / "baskets/groceryElog.csv.gz", "rt") as lines:
        log = pd.read_csv(lines, dtype={"cust": str}, parse_dates=["date"])
    columns = {"customer_id": "cust", "ordered_at": "date"}
    write_client(
        folder, "grocery", log.assign(amount=0).to_csv(index=False), as_of="2007-12-30",
        sources={"orders": {"path": "orders.csv", "columns": columns}},
    )  # fmt: skip
    for language in ("en", "zh"):
        done = workbook("run", "grocery", "lifecycle", "--language", language, folder=folder)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return folder, log


def test_the_cycles_of_the_grocery_come_out(grocery):
    """Counted again from the file, where everybody was followed for 21 months and more."""
    folder, log = grocery
    record, found = record_of(folder, "grocery"), findings_of(folder, "grocery")
    days = log.drop_duplicates().sort_values(["cust", "date"])
    customers = days["cust"].nunique()
    stages = ("first_purchase", "repeat", "loyal", "dormant", "lost", "won_back")
    assert sum(record[name] for name in stages) == customers == 1525
    gap = days.groupby("cust")["date"].diff().dt.days
    first_gap = gap[days.groupby("cust").cumcount() == 1]
    assert found["second_purchase_90_days"]["value"] == pytest.approx(
        (first_gap <= 90).sum() / customers
    )
    first = days.groupby("cust")["date"].transform("min").dt.to_period("M")
    month = (days["date"].dt.to_period("M") - first).map(lambda span: span.n)
    bought = days[month == 12]["cust"].nunique()
    assert record["cohort_month12_repeat"] == pytest.approx(bought / customers)
    year = days[days["date"] > "2006-12-30"].groupby("cust").size()
    assert record["repurchase_rate"] == pytest.approx((year >= 2).mean())
    # whoever bought once did so 21 months ago: nobody can still be new
    assert record["first_purchase"] == 0
    last = days.groupby("cust")["date"].max()
    quiet = (last < pd.Timestamp(date(2006, 12, 30))).sum()
    assert record["lost"] >= 0.9 * quiet


def test_nothing_is_said_of_money_where_there_is_none(grocery):
    folder, _ = grocery
    words = words_of(page_of(folder, "grocery"))
    assert "the orders hold no amounts" in words
    assert "$" not in words and "most valuable" not in words
    assert "the most frequent buyers first" in words
    assert all(row["money_per_year"] is None for row in findings_of(folder, "grocery").values())
    path = page_of(folder, "grocery").parent / "lists/lifecycle_dormant.csv"
    assert "Spent" not in path.read_text(encoding="utf-8-sig").splitlines()[0]
