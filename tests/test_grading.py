"""The grading report from end to end: whole, thin in every way, and in both languages."""

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest

from theme_pages import run_cells, write_client
from workbook.intake.company.firm import simulated_company
from workbook.intake.company.problems import Problem, Problems

TABLES = ("customers", "orders", "contracts", "invoices", "payments", "credit", "financials",
          "contacts", "visits", "needs", "deals", "tickets", "surveys", "events")  # fmt: skip
AS_OF = "2025-12-31"


@pytest.fixture(scope="module")
def firm():
    """A firm whose business customers pay four times as late since January 2025."""
    where = {"type": "business"}
    late = Problem("P", "late_payment", where, where, dt.date(2025, 1, 1), 4.0)
    problems = Problems([late], even=True)
    made = simulated_company(900, seed=5, problems=problems, only=TABLES)
    frames = {name: made.tables[name].copy() for name in TABLES if name != "events"}
    frames["customers"] = frames["customers"].drop(
        columns=["name", "phone", "email"], errors="ignore"
    )
    events = made.tables["events"]
    return frames | {"events": events[events["customer_id"].notna()].head(800)}


def page_of(folder, monkeypatch, tables, language="en", **params):
    write_client(
        folder,
        tables,
        theme="grading",
        language=language,
        params=params,
        as_of=AS_OF,
        currency="CNY",
    )
    return run_cells(folder, monkeypatch, theme="grading", language=language)


@pytest.fixture(scope="module")
def page(firm, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        yield page_of(
            tmp_path_factory.mktemp("grading"),
            patch,
            firm,
            cost_per_visit=100.0,
            appraisals_to_write=7,
        )


def test_every_buyer_is_in_one_tier(page, firm):
    lines, record = firm["orders"], page.record
    buyers = lines.loc[~lines["is_return"].astype(bool), "customer_id"].nunique()
    assert record["strategic"] + record["important"] + record["ordinary"] == buyers
    assert 0 < record["strategic"] < 0.1 * buyers
    json.dumps(record, allow_nan=False)


def test_dso_by_hand(page, firm):
    day = pd.Timestamp(AS_OF)
    bills, parts = firm["invoices"], firm["payments"]
    is_open = bills["paid_on"].isna() | (bills["paid_on"] > day)
    of_open = parts["invoice_id"].isin(bills.loc[is_open, "invoice_id"]) & (parts["paid_on"] <= day)
    owed = bills.loc[is_open, "amount"].sum() - parts.loc[of_open, "amount"].sum()
    year = bills["issued_on"] > day - pd.Timedelta(days=365)
    assert page.record["dso_days"] == pytest.approx(365 * owed / bills.loc[year, "amount"].sum())


def test_the_planted_problem_is_found_and_nothing_else(page):
    problems = page.problems
    assert [(f["metric"], f["where"]) for f in problems] == [("pays_later", {"type": "business"})]
    late = problems[0]
    assert abs((pd.Timestamp(late["start"]) - pd.Timestamp("2025-01-01")).days) <= 31
    assert late["money_low"] > 0 and late["action"] and late["owner"] and late["review_on"]


def test_nothing_went_unsaid(page):
    assert not page.warned and not page.parts["untranslated"]
    assert page.html.count("<figure") >= 9
    assert "Traceback" not in page.text and "nan" not in page.text.lower().split()
    assert "Left after it" in page.text  # the cost of a visit is given


def test_customers_stand_in_the_lists_alone(page, firm):
    assert not any(c in page.html for c in firm["customers"]["customer_id"])
    tiers = page.lists["grading_tiers.csv"].read_text(encoding="utf-8-sig").splitlines()
    assert len(tiers) > 100 and tiers[1].split(",")[0].strip('"') in set(
        firm["customers"]["customer_id"]
    )


def test_an_appraisal_is_one_page_of_one_key_customer(page):
    folder = page.lists["grading_tiers.csv"].parent
    html = (folder / "grading_appraisals.html").read_text(encoding="utf-8")
    assert html.count('<section class="page">') == 7
    assert html.count("of all weightings") == 7 and "nan" not in html


def few(firm, **changes):
    return {name: frame for name, frame in (firm | changes).items() if frame is not None}


def of_customers(firm, ids):
    found = {n: f[f["customer_id"].isin(ids)] for n, f in firm.items()}
    return {n: f for n, f in found.items() if len(f)}


def sparse(firm):
    """99 of 100 optional values are missing."""
    rng = np.random.default_rng(1)
    needed = {"customer_id", "ordered_at", "amount", "is_return", "contract_id", "started_on", "issued_on",
              "invoice_id", "paid_on", "as_of", "period", "item", "value", "contact_id", "at", "need",
              "deal_id", "opened_at", "stage", "ticket_id", "response_id", "answered_on", "occurred_at",
              "kind", "payment_id"}  # fmt: skip
    return {
        name: frame.assign(**{
            c: frame[c].astype(object).where(rng.random(len(frame)) < 0.01, None)
            for c in frame if c not in needed
        })
        for name, frame in firm.items()
    }  # fmt: skip


def alike(firm):
    """Every customer buys the same and owes the same."""
    ids = firm["customers"]["customer_id"].head(60)
    orders = pd.DataFrame(
        {
            "customer_id": np.repeat(ids, 3),
            "ordered_at": ["2023-05-02", "2024-11-05", "2025-06-01"] * 60,
            "amount": 10.0,
        }
    )
    bills = pd.DataFrame(
        {
            "invoice_id": [f"i{n}" for n in range(60)],
            "customer_id": ids,
            "issued_on": "2025-03-01",
            "due_on": "2025-04-01",
            "paid_on": "2025-04-01",
            "amount": 10.0,
        }
    )
    people = pd.DataFrame({"customer_id": ids, "type": "business", "region": "east"})
    return {"orders": orders, "invoices": bills, "customers": people}  # fmt: skip


THIN = {
    "orders_alone": lambda f: {"orders": f["orders"][["customer_id", "ordered_at", "amount"]]},
    "invoices_alone": lambda f: {"invoices": f["invoices"]},
    "no_due_dates": lambda f: few(f, invoices=f["invoices"].drop(columns="due_on"), payments=None),
    "no_payments": lambda f: few(f, invoices=f["invoices"].drop(columns="paid_on"), payments=None),
    "one_customer": lambda f: of_customers(f, [f["invoices"]["customer_id"].mode()[0]]),
    "one_row": lambda f: {n: frame.head(1) for n, frame in f.items()},
    "all_alike": alike,
    "sparse": sparse,
    "half_a_year": lambda f: few(f, orders=f["orders"][f["orders"]["ordered_at"] >= "2025-07-01"]),
}


@pytest.mark.parametrize("name", THIN)
def test_thin_data_give_sentences(name, firm, tmp_path, monkeypatch):
    language = "zh" if name in ("one_row", "orders_alone", "sparse", "no_due_dates") else "en"
    page = page_of(tmp_path, monkeypatch, THIN[name](firm), language)
    assert not page.warned and not page.parts["untranslated"]
    assert "nan" not in page.text.lower().split()
    json.dumps(page.parts, allow_nan=False)
    if name in ("one_row", "one_customer", "invoices_alone"):
        assert "strategic" not in [f["metric"] for f in page.parts["findings"]]
    if name in ("orders_alone", "no_payments"):
        assert page.record["dso_days"] is None and ("invoices" in page.text or "发票" in page.text)
    if name in ("no_due_dates", "invoices_alone"):
        assert page.record["dso_days"] > 0
    if name in ("all_alike", "half_a_year", "one_row", "no_due_dates"):
        assert not page.problems
