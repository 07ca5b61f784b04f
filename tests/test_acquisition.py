"""The acquisition report from end to end: whole, thin in every way, and in both languages."""

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest

from acquisition_world import CHANNELS, world
from service_world import World
from theme_pages import run_cells, write_client
from workbook.analysis.acquisition_study import open_acquisition

THEME = {"theme": "acquisition"}


@pytest.fixture(scope="module")
def firm():
    """Leads of the channel Search cost 1.6 times as much since February 2024."""
    return world(60, 4, dearer=("Search", pd.Timestamp("2024-02-01"), 1.6))


@pytest.fixture(scope="module")
def page(firm, tmp_path_factory):
    folder = tmp_path_factory.mktemp("acquisition")
    write_client(folder, firm, **THEME, params={"landmark_days": 7})
    with pytest.MonkeyPatch.context() as patch:
        yield run_cells(folder, patch, **THEME)


def found(page, metric):
    return [f for f in page.parts["findings"] if f["metric"] == metric]


def test_the_numbers_of_the_record(page, firm):
    record = page.record
    since = pd.Timestamp("2024-01-01")
    spend = firm["spend"][firm["spend"]["month"] >= since]
    came = firm["customers"]["lead_on"] >= since
    # nearly all of December's customers have come
    assert record["cac"] == pytest.approx(spend["amount"].sum() / came.sum(), rel=0.04)
    assert record["paid_cac"] == pytest.approx(0.8 * record["cac"], rel=1e-6)
    # a first purchase leaves some 41, half of what a customer costs; repeats earn the rest
    assert 3 < record["payback_months"] < 24
    shares = [CHANNELS[name][1] for name in CHANNELS]
    assert record["leads_ever"] == pytest.approx(np.mean(shares), abs=0.02)
    assert record["win_rate"] == pytest.approx(0.4, abs=0.06)
    assert record["dearer_channels"] == 1
    json.dumps(page.parts, allow_nan=False)


def test_the_dearer_channel_is_found_with_its_start_and_money(page, firm):
    problems = [f for f in page.parts["findings"] if f["kind"] == "problem"]
    assert [(f["metric"], f["where"]) for f in problems] == [("cac_rise", {"channel": "Search"})]
    one = problems[0]
    assert one["start"] == "2024-02-01" and one["rung"] == "descriptive"
    assert one["low"] < 1.6 < one["high"]
    truth = 0.6 * CHANNELS["Search"][0] * 60 * 12
    assert one["money_low"] < truth < one["money_high"] and one["money_basis"] == "contribution"
    assert one["action"] and one["owner"] and one["review_on"]


def test_nothing_went_unsaid(page):
    assert not page.warned and not page.parts["untranslated"]
    assert page.html.count("<figure") >= 6
    assert "Traceback" not in page.text and "nan" not in page.text.lower().split()


def test_the_list_of_open_leads_holds_what_the_page_does_not(page, firm):
    lines = page.lists["acquisition_open_leads.csv"].read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + 500
    ids = [*firm["customers"]["customer_id"], *firm["leads"]["lead_id"]]
    assert not any(one in page.html for one in ids)
    chances = [float(line.rsplit(",", 1)[1].strip('"')) for line in lines[1:]]
    assert chances == sorted(chances, reverse=True) and chances[0] > 0.05


def few(firm, *names, **changes):
    kept = {name: firm[name] for name in names or firm} | changes
    return {name: frame for name, frame in kept.items() if frame is not None}


def alike(firm):
    same = firm["customers"].assign(channel="Shop", lead_on=pd.Timestamp("2023-05-01"))
    spend = firm["spend"].assign(channel="Shop")
    orders = firm["orders"].assign(amount=50.0, cost=20.0, promotion="sale")
    deals = firm["deals"].assign(won=False, lost_reason="price", source="Shop", owner="ann")
    return few(firm, customers=same, spend=spend, orders=orders, deals=deals)


THIN = {
    "spend_alone": lambda f: few(f, "spend"),
    "leads_alone": lambda f: few(f, "leads"),
    "deals_alone": lambda f: few(f, "deals"),
    "customers_alone": lambda f: few(f, "customers"),
    "one_lead": lambda f: few(f, leads=f["leads"].head(1), deals=f["deals"].head(1), deal_stages=None),
    "one_customer": lambda f: few(
        f, leads=None, customers=f["customers"].head(1), orders=f["orders"][f["orders"]["customer_id"] == f["customers"]["customer_id"].iloc[0]]
    ),
    "no_orders": lambda f: few(f, orders=None, offers=None),
    "no_leads_known": lambda f: few(f, leads=None, customers=f["customers"].drop(columns=["lead_on"])),
    "no_channels": lambda f: few(f, leads=f["leads"].drop(columns="channel"), customers=f["customers"].drop(columns="channel")),
    "all_alike": alike,
    "two_months": lambda f: few(
        f, "spend", "orders", "customers", spend=f["spend"][f["spend"]["month"] >= "2024-11-01"],
        orders=f["orders"][f["orders"]["ordered_at"] >= "2024-11-01"],
    ),
    "least": lambda f: {
        "spend": f["spend"][["month", "channel", "amount"]], "orders": f["orders"][["customer_id", "ordered_at", "amount"]],
        "leads": f["leads"][["lead_id", "created_on"]], "deals": f["deals"][["deal_id", "opened_at", "stage"]],
    },
    "none_converts": lambda f: few(f, "leads", "spend", leads=f["leads"].assign(converted_on=pd.NaT, customer_id=None)),
}  # fmt: skip


@pytest.fixture(scope="module")
def small():
    return world(25, 6)


@pytest.mark.parametrize("name", THIN)
def test_thin_data_give_sentences(name, small, tmp_path, monkeypatch):
    language = "zh" if name in ("spend_alone", "deals_alone", "least", "all_alike") else "en"
    write_client(tmp_path, THIN[name](small), language=language, **THEME)
    page = run_cells(tmp_path, monkeypatch, language=language, **THEME)
    assert not page.warned and not page.parts["untranslated"]
    json.dumps(page.parts, allow_nan=False)
    assert page.parts["answer"] and "nan" not in page.text.lower().split()
    if name in ("spend_alone", "leads_alone", "deals_alone", "customers_alone", "one_customer"):
        assert not [f for f in page.parts["findings"] if f["kind"] != "fact"]
        assert page.record["cac"] is None
    if name == "leads_alone":
        assert page.record["leads_ever"] == pytest.approx(1 / 3, abs=0.03)
    if name == "no_leads_known":
        assert "lead_on" in page.text and page.record["cac"] is not None


def test_a_firm_without_a_problem_has_none_in_chinese_too(small, tmp_path, monkeypatch):
    write_client(tmp_path, small, language="zh", **THEME)
    page = run_cells(tmp_path, monkeypatch, language="zh", **THEME)
    assert not [f for f in page.parts["findings"] if f["kind"] == "problem"]
    assert not page.parts["untranslated"] and "获客成本" in page.text


def test_fewer_leads_convert():
    tables = world(60, 5, worse=("Shop", pd.Timestamp("2024-03-01"), 0.6))
    leads = {"leads": tables["leads"], "spend": tables["spend"], "customers": tables["customers"]}
    problems = open_acquisition(World(leads)).problems(within_days=30)
    row = problems.worst("leads")
    assert (row["column"], row["value"]) == ("channel", "shop") and row["difference"] > 0.1
    assert abs((problems.since("leads") - dt.date(2024, 3, 1)).days) <= 31
    assert problems.worst("deals") is None
