"""The problem report from end to end: a planted problem, thin data, both languages."""

import json
import re

import pytest

from left_behind import claim, leave
from problem_world import firm
from theme_pages import run_cells, write_client

THEME = "problem_identification"


def page_of(folder, tables, *, language="en", results=None):
    write_client(folder, tables, theme=THEME, language=language)
    with pytest.MonkeyPatch.context() as patch:
        return run_cells(folder, patch, theme=THEME, language=language, results=results)


@pytest.fixture(scope="module")
def tables():
    return firm(leave=0.45)


@pytest.fixture(scope="module")
def page(tables, tmp_path_factory):
    folder = tmp_path_factory.mktemp("firm")
    worth = claim("clv", "clv_total", 9000.0, n=60)
    records = {
        "market": {"market_share": 0.12, "market_share_ratio": 0.8},
        "clv": {"clv_total": 9000.0},
    }
    return page_of(folder, tables, results=leave(folder / "left", [worth], records=records))


def test_one_place_that_got_worse_in_several_measures_stands_once(page):
    slow = page.of_metric("delivery_days")
    assert [f["where"] for f in slow] == [{"region": "south"}]
    assert "satisfaction" in slow[0]["statement"]
    assert not page.of_metric("satisfaction") and not page.of_metric("purchases")
    assert "2024-01-01" <= slow[0]["start"] <= "2024-03-01"
    assert slow[0]["value"] == pytest.approx(4 / 3, rel=0.2)


def test_its_money_is_what_was_not_bought(page, tables):
    slow = page.of_metric("delivery_days")[0]
    orders, people = tables["orders"], tables["customers"]
    here = orders["customer_id"].isin(people.loc[people["region"] == "south", "customer_id"])
    late = here & ~orders["is_return"] & (orders["ordered_at"] >= "2024-02-01")
    lost = orders.loc[late, "amount"].sum() * 0.45 / 0.55 * 365.25 / 335
    assert slow["money_low"] < lost < slow["money_high"] or slow["money_per_year"] == pytest.approx(lost, rel=0.25)  # fmt: skip
    assert slow["money_basis"] == "revenue" and slow["money_kind"] == "loss_so_far"


def test_the_cost_of_a_channel(page):
    cac = page.of_metric("cac")[0]
    assert cac["where"] == {"channel": "ads"} and cac["start"] == "2024-01-01"
    assert cac["value"] == pytest.approx(0.6, abs=0.1)
    assert cac["money_per_year"] == pytest.approx(12 * 600, rel=0.15)


def test_figures_of_other_themes_and_what_is_known_of_customers_stand_beside(page):
    kpis = {row["kpi"]: row for row in page.record["kpis"]}
    assert kpis["market_share"]["value"] == 0.12
    assert kpis["market_share"]["before"] == pytest.approx(0.15)
    assert kpis["clv"]["value"] == 150 and kpis["clv"]["before"] is None
    assert "Market share 12.00 % −20.0 % –" in page.text
    assert "Expected value of a present customer (CLV) $150.00 –" in page.text
    assert "Basic: who they are customers" in page.text.replace("Customers", "customers")


def test_nothing_else_is_a_problem_and_each_is_complete(page):
    assert {f["metric"] for f in page.problems} == {"delivery_days", "cac"}
    assert all(f["action"] and f["owner"] and f["review_on"] and f["start"] for f in page.problems)
    assert page.record["problems"] == 2 and page.record["money_at_stake"] > 0
    json.dumps(page.parts, allow_nan=False)


def test_the_page_follows_the_place_and_hears_the_staff(page):
    assert "Worse together in south (region): days to delivery, satisfaction" in page.text
    assert "staff first" in page.text or "in the same half-year" in page.text
    assert "Target attained" in page.text and page.html.count("<figure") >= 3
    assert page.warned == [] and page.parts["untranslated"] == []
    assert not re.search(r"\bK\d{5}\b|\bnan\b", page.text)


def test_a_problem_of_another_theme_stands_once(tables, tmp_path):
    folder = tmp_path / "left"
    folder.mkdir()
    rows = []
    for metric, where in (("slow_parcels", {"region": "south"}), ("late", {"team": "night"})):
        rows.append({"finding_id": f"service.{metric}", "theme": "service", "kind": "problem",
                     "statement": f"{metric} is worse.", "rung": "diagnostic", "metric": metric,
                     "where": where})  # fmt: skip
    (folder / "findings.json").write_text(json.dumps(rows))
    status = {"themes": {"service": {"status": "done"}}}
    (folder / "run.json").write_text(json.dumps(status))
    page = page_of(tmp_path, tables, results=folder)
    assert "slow_parcels is worse." in page.text and "the same place as problem no. " in page.text
    # the register holds what is not here already
    assert page.text.count("late is worse.") == 2 and page.text.count("slow_parcels") == 1


def few(tables, **changes):
    return {name: frame for name, frame in (tables | changes).items() if frame is not None}


def alike(tables):
    orders = tables["orders"].assign(amount=10.0, category="x", channel="y", is_return=False)
    return {"orders": orders.assign(return_of=None), "customers": tables["customers"].assign(region="z", city="z", type="consumer", channel="y")}  # fmt: skip


THIN = {
    "orders_alone": lambda f: {"orders": f["orders"]},
    "no_orders": lambda f: few(f, orders=None),
    "tickets_alone": lambda f: {"tickets": f["tickets"]},
    "spend_alone": lambda f: {"spend": f["spend"]},
    "contracts_alone": lambda f: {"contracts": f["contracts"]},
    "one_row_each": lambda f: {name: frame.head(1) for name, frame in f.items()},
    "one_customer": lambda f: {n: x[x["customer_id"] == f["orders"]["customer_id"].iloc[0]] if "customer_id" in x else x.head(0) for n, x in f.items()},
    "all_alike": alike,
    "one_month": lambda f: {"orders": f["orders"][f["orders"]["ordered_at"] >= "2024-12-01"], "customers": f["customers"]},
    "least": lambda f: {"orders": f["orders"][["customer_id", "ordered_at", "amount"]]},
}  # fmt: skip


@pytest.mark.parametrize("name", THIN)
def test_thin_data_give_sentences(name, tables, tmp_path):
    language = "zh" if name in ("no_orders", "one_customer", "orders_alone") else "en"
    thin = {n: x for n, x in THIN[name](tables).items() if len(x)}
    page = page_of(tmp_path, thin, language=language)
    assert page.warned == [] and page.parts["untranslated"] == []
    json.dumps(page.parts, allow_nan=False)
    if name in (
        "orders_alone",
        "all_alike",
    ):  # without regions it is the whole company that is slow
        assert [(f["metric"], f["where"]) for f in page.problems] == [("delivery_days", {})]
    elif name not in ("no_orders", "spend_alone"):
        assert page.problems == [], page.problems
    if name in ("tickets_alone", "least"):
        assert "Not possible without" in page.text
    assert not re.search(r"\bnan\b|\bNone\b|Traceback", page.text)


def test_the_chinese_page(tables, tmp_path):
    page = page_of(tmp_path, tables, language="zh")
    assert page.parts["untranslated"] == [] and page.record["problems"] == 2
    assert "同比" in page.text and "环比" in page.text and "目标达成率" in page.text
