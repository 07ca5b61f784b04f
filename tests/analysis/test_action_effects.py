"""Actions against their control group, or others alike."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import monitoring_world as w
from workbook.analysis.action_book import action_book, metric_of
from workbook.analysis.action_effects import action_effects
from workbook.analysis.bought_days import bought_days
from workbook.intake.action_ledger import Action

START = dt.date(2025, 3, 1)


def judged(tables, ledger=(), arms=(), as_of=w.AS_OF):
    tables = w.Books(tables)
    days = bought_days(tables["orders"]).cache() if "orders" in tables else None
    book = action_book(tables, list(ledger), list(arms), days)
    return action_effects(tables, days, book, as_of=as_of).table


def ledger_row(**changes):
    given = {
        "action_id": "L1", "finding_id": "churn.x", "theme": "churn", "action": "Call them",
        "reason": "", "place": {}, "customers": "", "owner": "", "department": "",
        "status": "accepted", "planned_on": None, "started_on": START, "due_on": None,
        "metric": "buyers", "window_days": 60, "expected": None, "cost": 2.0, "control_share": 0.5,
    }  # fmt: skip
    return Action(**given | changes)


def test_an_action_with_a_lot_is_told_with_its_effect():
    (row,) = judged(w.firm(2000)).to_dict("records")
    assert (row["design"], row["state"], row["metric"]) == ("drawn", "better", "purchases")
    assert row["low"] < 0.3 < row["high"]
    assert row["value"] - row["expected"] == pytest.approx(row["difference"])
    assert row["treated"] + row["controls"] == 1000
    assert row["cost_total"] == pytest.approx(3 * row["treated"])
    assert row["revenue_low80"] < 30 * row["treated"] < row["revenue_high80"]
    assert row["ends_on"] == START + dt.timedelta(days=59)


def test_the_window_ends_when_it_says():
    tables = w.firm(400)
    inside = judged(tables, as_of=START + dt.timedelta(days=59))
    assert inside["state"].iloc[0] not in ("waiting", "planned")
    before = judged(tables, as_of=START + dt.timedelta(days=58))
    assert before["state"].iloc[0] == "waiting" and before["difference"].isna().all()
    early = judged(tables, as_of=dt.date(2025, 2, 1))
    assert early["state"].iloc[0] in ("planned", "waiting")


def test_an_action_without_effect_shows_none_and_says_when_hope_is_ruled_out():
    base = w.orders(3000, 4)
    rows, _ = w.action(np.arange(3000), START, expected=0.2)
    (row,) = judged({"orders": base, "actions": rows}).to_dict("records")
    assert row["state"] == "less" and row["low"] < 0 < row["high"] < 0.2


def test_without_a_lot_others_alike_are_compared():
    base = w.orders(2000, 5)
    rows, extra = w.action(np.arange(0, 400), START, extra=0.4, treated=1.0, randomised=False)
    tables = {"orders": pd.concat([base, extra], ignore_index=True), "actions": rows}
    (row,) = judged(tables).to_dict("records")
    assert (row["design"], row["state"]) == ("others", "better")
    assert row["low"] < 0.4 < row["high"] and row["controls"] > 1000
    # picked for having bought a lot: the plain mean of the others would be far off
    counts = base[base["ordered_at"] < str(START)].groupby("customer_id").size()
    best = [int(name[1:]) for name in counts[counts >= counts.quantile(0.85)].index]
    rows, _ = w.action(best, START, treated=1.0, randomised=False)
    (row,) = judged({"orders": base, "actions": rows}).to_dict("records")
    assert row["state"] in ("unclear", "less") and row["low"] < 0 < row["high"]


def test_a_control_group_not_drawn_by_lot_is_matched():
    tables = w.firm(2000)
    tables["actions"] = tables["actions"].assign(randomised=False)
    assert judged(tables)["design"].tolist() == ["control"]


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"metric": "smiles"}, "no_metric"),
        ({"metric": None}, "no_metric"),
        ({"metric": "complaints"}, "no_table"),
        ({"metric": "churn"}, "no_table"),
        ({"status": "dropped"}, "dropped"),
        ({"status": "accepted"}, "planned"),
        ({"started_on": pd.NaT}, "waiting"),
        ({"customer_id": None, "segment": "East"}, "no_segment"),
        ({"customer_id": None, "segment": "region=East"}, "no_segment"),
        ({"customer_id": None, "segment": None}, "no_customers"),
    ],
)
def test_what_can_not_be_judged_says_why(change, state):
    tables = w.firm(200)
    tables["actions"] = tables["actions"].assign(**change)
    table = judged(tables)
    assert table["state"].tolist() == [state] and table["difference"].isna().all()


def test_few_customers_are_not_judged():
    tables = w.firm(600)
    tables["actions"] = tables["actions"].head(40)
    assert judged(tables)["state"].tolist() == ["few"]


@pytest.mark.parametrize("rows", [0, 1])
def test_hardly_any_rows(rows):
    tables = w.firm(100)
    tables["actions"] = tables["actions"].head(rows)
    assert len(judged(tables)) == rows
    assert judged({"orders": tables["orders"]}).empty
    least = tables["actions"][["action_id", "kind"]]
    assert len(judged({"actions": least})) == rows


def test_ends_of_contracts_and_complaints_are_counted_and_less_is_better():
    rng = np.random.default_rng(3)
    rows, _ = w.action(np.arange(1000), START, metric="churn", expected=0.1)
    quit_ = np.where(rows["arm"] == "treatment", 0.05, 0.25) > rng.random(1000)
    ended = pd.to_datetime(np.where(quit_, "2025-03-20", None))
    contracts = pd.DataFrame({"customer_id": rows["customer_id"], "ended_on": ended})
    tickets = pd.DataFrame(
        {"customer_id": rows["customer_id"], "kind": "complaint", "opened_at": ended}
    )
    for metric, table in (("churn", "contracts"), ("complaints", "tickets")):
        tables = {"orders": w.orders(50), "actions": rows.assign(metric=metric)}
        tables |= {table: {"contracts": contracts, "tickets": tickets.dropna()}[table]}
        (row,) = judged(tables).to_dict("records")
        assert row["state"] == "better" and row["low"] < -0.2 < row["high"] < 0
        assert row["value"] == pytest.approx(quit_[rows["arm"] == "treatment"].mean())


def test_the_ledger_is_read_once_people_have_taken_an_action_up():
    base = w.orders(1000, 6)
    arms = [
        {"action_id": "L1", "customer_id": f"C{n:06d}", "arm": arm, "assigned_on": None}
        for n in range(400)
        for arm in [("treatment", "control")[n % 2]]
    ]
    table = judged({"orders": base}, [ledger_row()], arms)
    assert table["state"].tolist() == ["unclear"] and table["design"].tolist() == ["drawn"]
    assert table["treated"].tolist() == [200]
    assert judged({"orders": base}, [ledger_row(status="proposed")], arms).empty
    waiting = judged({"orders": base}, [ledger_row(started_on=None)], arms)
    assert waiting["state"].tolist() == ["planned"]
    assert judged({"orders": base}, [ledger_row()], [])["state"].tolist() == ["no_customers"]
    both = judged(w.firm(1000), [ledger_row()], arms)
    assert both["action_id"].tolist() == ["A1", "L1"]


@pytest.mark.parametrize("named", ["region=East", "East"])
def test_a_segment_stands_for_its_customers_who_had_bought_before(named):
    base = w.orders(2000, 7)
    rows, extra = w.action(np.arange(0, 400), START, extra=0.4, treated=1.0, randomised=False)
    lines = pd.concat([base, extra], ignore_index=True)
    people = pd.DataFrame({"customer_id": [f"C{n:06d}" for n in range(2000)]})
    people["region"] = np.where(people.index < 400, "East", "West")
    said = rows.head(1).assign(customer_id=None, segment=named)
    tables = {"orders": lines, "actions": said, "customers": people}
    (row,) = judged(tables).to_dict("records")
    before = set(base.loc[base["ordered_at"] < str(START), "customer_id"])
    assert row["treated"] == len(before & set(people["customer_id"][:400]))
    assert (row["design"], row["state"]) == ("others", "better") and row["low"] < 0.4 < row["high"]
    # a ledger's place speaks where no arms were drawn
    asked = ledger_row(place={"region": "East"})
    (told,) = judged({"orders": lines, "customers": people}, [asked]).to_dict("records")
    assert told["treated"] == row["treated"] and told["state"] == "better"
    # the other segment left alone is the control group
    said = said.assign(randomised=True)
    alone = said.assign(segment="West", arm="control")
    both = judged(tables | {"actions": pd.concat([said, alone])}).to_dict("records")[0]
    assert both["design"] == "control"  # a lot among two segments is none among customers
    assert 1400 < both["controls"] <= len(before) - row["treated"]


def test_words_for_metrics():
    assert metric_of("Purchase days") == "purchases" and metric_of("churn") == "contract_ends"
    assert metric_of("csat") == metric_of(None) == ""
