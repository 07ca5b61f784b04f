"""The behaviour notebook: whole, thin and odd tables, both languages, never a traceback."""

import numpy as np
import pandas as pd
import pytest

from behavior_world import AS_OF, shop
from theme_pages import run_cells, write_client

THEME = "behavior"
CLIENT = {"theme": THEME, "as_of": AS_OF, "currency": "EUR"}
KEYS = {"median_days_between_purchases", "sessions", "conversion"}


@pytest.fixture(scope="module")
def tables():
    events, orders = shop()
    return {"events": events, "orders": orders}


@pytest.fixture(scope="module")
def few():
    events, orders = shop(customers=150)
    return {"events": events, "orders": orders}


@pytest.fixture(scope="module")
def whole(tables, tmp_path_factory):
    """The shop in both languages."""
    pages = {}
    for language in ("en", "zh"):
        folder = tmp_path_factory.mktemp(language)
        write_client(folder, tables, **CLIENT, language=language)
        with pytest.MonkeyPatch.context() as patch:
            pages[language] = run_cells(folder, patch, theme=THEME, language=language)
    return pages


def metrics(page):
    return {item["metric"] for item in page.findings}


def test_the_record_is_what_pandas_counts(whole, tables):
    record = whole["en"].record
    assert set(record) >= KEYS
    orders, events = tables["orders"], tables["events"]
    days = orders.assign(day=orders["ordered_at"].dt.normalize())[["customer_id", "day"]]
    days = days.drop_duplicates().sort_values(["customer_id", "day"])
    gaps = days.groupby("customer_id")["day"].diff().dt.days.dropna()
    assert record["median_days_between_purchases"] == np.quantile(gaps, 0.5, method="inverted_cdf")
    browsing = events[events["page"].notna()].sort_values(["visitor_id", "occurred_at"])
    pause = browsing.groupby("visitor_id")["occurred_at"].diff() > pd.Timedelta(minutes=30)
    first = ~browsing["visitor_id"].duplicated()
    assert record["sessions"] == (pause | first).sum()
    ordered = browsing.assign(number=(pause | first).cumsum()).groupby("number")["kind"]
    converted = ordered.apply(lambda kinds: (kinds == "paid").any()).mean()
    assert record["conversion"] == pytest.approx(converted)
    assert record["conversion_low"] < converted < record["conversion_high"]


def test_both_languages_say_the_same_and_nothing_is_untranslated(whole):
    assert whole["zh"].record == whole["en"].record
    assert whole["zh"].parts["untranslated"] == []
    assert metrics(whole["zh"]) == metrics(whole["en"])
    assert whole["en"].warned == [] and whole["zh"].warned == []


def test_every_section_has_its_answer(whole):
    text = whole["en"].text
    for words in (
        "Half of those who come back do so within",
        "10 minutes",
        "60 minutes",
        "Pain = journeys that leave a year × value of one that goes on × wait",
        "columns add up to one",
        "Most customers are in touch by",
        "1: as customers do that long after their first purchase",
        "No pair of products is bought together more often",
        "is seen by most",
        "Sales cycle of deals: not possible, needs the table deals",
        "Promotions and holidays: not possible, needs the table calendar",
        "Seasons and interest by region: not possible",
    ):
        assert words in text, words


def test_a_finding_names_money_and_how_it_was_reached(whole):
    pain = whole["en"].of_metric("pain_point")[0]
    assert pain["kind"] == "opportunity" and pain["money_basis"] == "revenue"
    assert 0 < pain["money_low"] < pain["money_per_year"] < pain["money_high"]
    assert pain["action"] and pain["owner"] and pain["review_on"] == "2025-03-16"
    assert "an assumed 10 % of them" in pain["statement"].replace("\xa0", " ")
    assert not whole["en"].problems


def test_every_finding_has_an_action_an_owner_and_a_day(whole):
    assert len(whole["en"].findings) > 2
    assert whole["en"].without_action == whole["zh"].without_action == []


def test_the_cycle_of_deals_has_its_interval_and_an_action(few, tmp_path, monkeypatch):
    opened = pd.date_range("2024-01-01", periods=60, freq="D")
    days = np.arange(60) % 40 + 5
    deals = {"deal_id": range(60), "opened_at": opened, "stage": "won", "won": "yes"}
    deals["closed_at"] = opened + pd.to_timedelta(days, unit="D")
    write_client(tmp_path, {"orders": few["orders"], "deals": pd.DataFrame(deals)}, **CLIENT)
    page = run_cells(tmp_path, monkeypatch, theme=THEME)
    cycle = page.of_metric("deal_cycle_days")[0]
    assert cycle["low"] < cycle["value"] == np.median(days) < cycle["high"]
    assert page.without_action == []


def one_customer(tables):
    name = tables["orders"]["customer_id"].mode()[0]
    return {table: rows[rows["customer_id"] == name] for table, rows in tables.items()}


def emptied(tables, share=0.99):
    """The same tables with 99 % of every optional column missing."""
    rng = np.random.default_rng(0)
    needed = {"customer_id", "ordered_at", "amount", "occurred_at", "kind", "visitor_id"}
    found = {}
    for name, table in tables.items():
        table = table.copy()
        for column in set(table.columns) - needed:
            table.loc[rng.random(len(table)) < share, column] = None
        found[name] = table
    found["events"].loc[rng.random(len(found["events"])) < share, "customer_id"] = None
    return found


THIN = {
    "orders_alone": lambda t: {"orders": t["orders"]},
    "events_empty": lambda t: {"orders": t["orders"], "events": t["events"].head(0)},
    "events_alone": lambda t: {"events": t["events"]},
    "least_columns": lambda t: {
        "orders": t["orders"][["customer_id", "ordered_at", "amount"]],
        "events": t["events"][["occurred_at", "kind"]],
    },
    "one_row": lambda t: {name: table.head(1) for name, table in t.items()},
    "one_customer": one_customer,
    "one_day": lambda t: {
        "orders": t["orders"].assign(ordered_at="2024-05-01"),
        "events": t["events"].assign(occurred_at="2024-05-01"),
    },
    "no_money": lambda t: {"orders": t["orders"].assign(amount=0), "events": t["events"]},
    "all_the_same": lambda t: {
        "orders": t["orders"].assign(product="tea", category="drink", channel="web", amount=5),
        "events": t["events"].assign(kind="view", page="home", product="tea", order_id=None),
    },
    "mostly_missing": emptied,
    "unknown_kinds": lambda t: {
        "events": t["events"][["occurred_at", "visitor_id"]].assign(kind="teleport")
    },
    "future": lambda t: {
        "orders": t["orders"],
        "events": t["events"].assign(occurred_at="2025-05-01"),
    },
    "visits": lambda t: {
        "visits": pd.DataFrame({"customer_id": ["a", "b"], "at": "2024-06-01", "kind": "call"})
    },
    "deals": lambda t: {
        "deals": pd.DataFrame(
            {"deal_id": ["1", "2"], "opened_at": "2024-06-01", "stage": ["won", "talk"],
             "closed_at": ["2024-07-01", None], "won": ["yes", None]}
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("case", THIN)
def test_thin_tables_give_sentences(case, few, tmp_path, monkeypatch):
    write_client(tmp_path, THIN[case](few), **CLIENT)
    page = run_cells(tmp_path, monkeypatch, theme=THEME)
    assert set(page.record) >= KEYS
    assert page.warned == []
    assert "nan" not in page.text.lower().split() and "None" not in page.text.split()
    assert page.text.count("not possible") >= 1
    assert not page.problems and page.without_action == []


def test_a_segment_without_its_column_is_named(few, tmp_path, monkeypatch):
    write_client(tmp_path, few, **CLIENT, params={"segment_by": "gender"})
    page = run_cells(tmp_path, monkeypatch, theme=THEME)
    assert "needs the column customers.gender" in page.text
