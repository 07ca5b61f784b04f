"""The monitoring report from end to end: a first run, a later one, thin data, both languages."""

import datetime as dt
import json

import ibis
import pandas as pd
import pytest

import monitoring_world as w
from left_behind import claim, entry, leave
from theme_pages import run_cells, write_client
from workbook.analysis.read_state import customer_year, read_state
from workbook.report.forecasts import forecast_entry, score_file

THEN = dt.date(2025, 6, 30)
LATER = {"start": dt.date(2025, 7, 1), "end": w.AS_OF}


@pytest.fixture(scope="module")
def firm():
    return w.firm(1200)


def page_of(folder, tables, *, language="en", outputs=None, results=None, ledger=None):
    write_client(folder, tables, theme="monitoring", language=language, as_of=w.AS_OF.isoformat())
    for name, text in (ledger or {}).items():
        path = folder / "data" / "firm" / "review" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        return run_cells(
            folder, patch, theme="monitoring", language=language, outputs=outputs, results=results
        )


def earlier(outputs, orders):
    """A run of half a year ago that read all but the last weeks of its time."""
    read = orders[orders["ordered_at"] <= "2025-06-15"]
    folder = leave(
        outputs / "firm" / THEN.isoformat(),
        [claim("clv", "headroom", 900.0, "opportunity", "There is room."), claim("churn", "gone", 50.0, "problem")],
        records={"clv": {"clv_total": 1000.0}, "churn": {"expected_loss": 10.0}},
        themes={name: entry(hashes={"library": "a"}) for name in ("clv", "churn")},
    )  # fmt: skip
    sold = orders[orders["ordered_at"].between("2025-07-01", "2025-12-31")]["amount"].sum()
    given = {"measure": "revenue", **LATER}
    rows = [
        {"name": "near", "value": sold, "low": 0.9 * sold, "high": 1.2 * sold},
        {"name": "far", "value": 2 * sold, "low": 1.8 * sold, "high": 2.5 * sold},
        {"name": "coming", "value": 1.0, "low": 1.0, "high": 1.0, "end": dt.date(2026, 6, 30)},
    ]
    made = [{"theme": "clv", **forecast_entry(**given | row)} for row in rows]
    (folder / "forecasts.json").write_text(json.dumps(made))
    tables = folder / "tables"
    tables.mkdir()
    known = sorted(orders["customer_id"].unique())
    counts = orders[orders["ordered_at"] <= "2025-06-30"]["customer_id"].value_counts()
    bought = pd.Series(known).map(counts).fillna(0)
    chance = 1 - (3.5 / 4.0) ** (2.0 + bought)  # rates are gamma(2), seen for 2.5 years
    frame = pd.DataFrame({"customer_id": known, "probability": chance})
    (tables / "scores_churn_purchase.parquet").write_bytes(score_file("purchase", frame, **LATER))
    people = customer_year(ibis.memtable(read), as_of=THEN).execute()
    people.to_parquet(tables / "snapshot_customers.parquet")
    books = w.Books(orders=read)
    info = read_state(books, {"orders": "ordered_at"}, ibis.memtable(people), as_of=THEN)
    hashes = {"intake": "a", "settings": "b", "sources": {"orders": "old"}}
    (tables / "snapshot.json").write_text(json.dumps(info | {"hashes": hashes}))
    return folder


def now(outputs):
    """What the other themes of this run have left."""
    found = [claim("clv", "headroom", 700.0, "opportunity", "There is room.")]
    folder = leave(
        outputs / "firm" / w.AS_OF.isoformat(), found, records={"clv": {"clv_total": 1500.0}, "churn": {}},
        themes={name: entry(hashes={"library": "b"}) for name in ("clv", "churn")},
    )  # fmt: skip
    (folder / "tables").mkdir()
    hashes = {"intake": "a", "settings": "b", "sources": {"orders": "new"}}
    (folder / "tables" / "snapshot.json").write_text(json.dumps({"hashes": hashes}))
    return folder


@pytest.fixture(scope="module")
def later(firm, tmp_path_factory):
    folder = tmp_path_factory.mktemp("later")
    earlier(folder / "outputs", firm["orders"])
    return page_of(folder, firm, outputs=folder / "outputs", results=now(folder / "outputs"))


def test_a_first_run_judges_actions_and_says_what_will_come(firm, tmp_path):
    page = page_of(tmp_path, firm)
    record = page.record
    assert (record["forecasts_scored"], record["intervals_hit"]) == (0, 0)
    assert (record["actions"], record["actions_better"]) == (1, 1)
    assert record["traits_drifted"] == 0 and record["revenue_change"] is None
    (effect,) = page.of_metric("action_effect")
    assert (effect["rung"], effect["kind"]) == ("causal", "opportunity")
    assert effect["low"] < 0.3 < effect["high"] and effect["money_per_year"] > 0
    assert effect["action"] and effect["owner"] and effect["review_on"] and effect["start"]
    assert "first run" in page.text and not page.problems
    assert not page.warned and page.html.count("<figure") >= 3


def test_a_later_run_scores_what_was_forecast(later):
    assert (later.record["forecasts_scored"], later.record["intervals_hit"]) == (2, 1)
    assert later.record["forecasts_apart"] == 1 and later.record["scores_judged"] == 1
    assert later.record["brier"] < later.record["brier_baseline"]
    assert "1 of 2 forecasts held what came" in later.text
    assert "1 forecast waits for its time to end" in later.text
    (hits,) = later.of_metric("interval_hits")
    assert hits["value"] == 0.5 and hits["kind"] == "fact"


def test_a_later_run_splits_the_change_exactly(later, firm):
    orders = firm["orders"]
    year = orders[orders["ordered_at"].between("2025-01-01", "2025-12-31")]["amount"].sum()
    read = orders[orders["ordered_at"].between("2024-07-01", "2025-06-15")]["amount"].sum()
    late = orders[orders["ordered_at"].between("2025-06-16", "2025-06-30")]["amount"].sum()
    assert later.record["revenue_change"] == pytest.approx(year - read)
    assert later.record["revenue_known_late"] == pytest.approx(late)
    assert "what differs on the earlier year is late or corrected data" in later.text


def test_a_later_run_says_what_became_of_findings_and_figures(later):
    assert "still there Customer value There is room. $900.00 $700.00" in later.text
    assert "gone Customer churn It is so. $50.00" in later.text
    line = "Customer value value of the known customers $1,000 $1,500 50.0 % library or notebook"
    assert line in later.text and "expected loss" not in later.text
    assert not later.warned and "nan" not in later.text.lower().split()


def test_the_ledger_is_judged_and_late_actions_are_named(firm, tmp_path):
    head = "action_id,action,status,planned_on,started_on,metric,window_days,control_share\n"
    rows = ["L1,Write to them,running,,2025-05-01,buyers,60,0.5", "L2,Wait,accepted,2025-08-01,,,,"]
    arms = ["action_id,customer_id,arm,assigned_on"]
    arms += [f"L1,C{n:06d},{('treatment', 'control')[n % 2]},2025-04-30" for n in range(500)]
    ledger = {"actions.csv": head + "\n".join(rows), "action_arms.csv": "\n".join(arms)}
    page = page_of(tmp_path, {"orders": firm["orders"]}, ledger=ledger)
    assert (page.record["actions"], page.record["actions_judged"]) == (2, 1)
    (late,) = page.of_metric("actions_late")
    assert late["value"] == 1 and "Wait (L2)" in late["action"]
    assert "Write to them (L1)" in page.text


def alike(orders):
    return orders.assign(ordered_at="2025-01-05", amount=10.0, category="x")


THIN = {
    "orders_alone": lambda f: {"orders": f["orders"]},
    "actions_alone": lambda f: {"actions": f["actions"]},
    "one_row_of_each": lambda f: {name: table.head(1) for name, table in f.items()},
    "least": lambda f: {"actions": f["actions"][["action_id", "kind"]].head(3)},
    "one_customer": lambda f: {"orders": f["orders"][f["orders"]["customer_id"] == "C000001"]},
    "all_alike": lambda f: f | {"orders": alike(f["orders"])},
    "one_month": lambda f: f | {"orders": f["orders"][f["orders"]["ordered_at"] >= "2025-12-01"]},
    "long_ago": lambda f: f | {"orders": f["orders"][f["orders"]["ordered_at"] < "2023-03-01"]},
    "a_segment": lambda f: f | {"actions": f["actions"].head(1).assign(customer_id=None, segment="the good")},
    "no_words": lambda f: f | {"actions": f["actions"].assign(kind=" ", metric="smile", owner=None)},
}  # fmt: skip


@pytest.mark.parametrize("name", THIN)
def test_thin_data_give_sentences(name, firm, tmp_path):
    language = "zh" if name in ("actions_alone", "one_row_of_each", "one_month") else "en"
    outputs = tmp_path / "outputs"
    if name in ("one_customer", "long_ago"):
        earlier(outputs, firm["orders"])
    if name in ("orders_alone", "actions_alone"):
        leave(outputs / "firm" / THEN.isoformat())
    page = page_of(tmp_path, THIN[name](firm), language=language, outputs=outputs)
    assert not page.warned and not page.parts["untranslated"] and not page.problems
    json.dumps(page.parts, allow_nan=False)
    assert "nan" not in page.text.lower().split()
    if name == "orders_alone":
        assert "No action is on record" in page.text
        assert "no snapshot of the orders" in page.text
    if name == "a_segment":
        assert "no table says who is in the segment: Call (A1)" in page.text
        assert page.record["actions_judged"] == 0
    if name == "no_words":
        assert "no metric that can be counted" in page.text


def test_the_page_in_chinese(firm, tmp_path):
    outputs = tmp_path / "outputs"
    earlier(outputs, firm["orders"])
    page = page_of(tmp_path, firm, language="zh", outputs=outputs, results=now(outputs))
    assert not page.parts["untranslated"] and not page.warned
    assert "对照组" in page.text and page.record["forecasts_scored"] == 2
