"""The market report on a firm in three countries, in both languages, and on thin data."""

import re

import pytest

from market_pages import AS_OF, firm, thin
from theme_pages import run_cells, write_client


@pytest.fixture(scope="module")
def tables():
    return firm()


def page_of(folder, tables, name="firm", *, language="en", **params):
    shared = {"client": "Acme Foods", "currency": "EUR", "as_of": str(AS_OF)}
    write_client(
        folder, tables, theme="market", name=name, language=language, params=params, **shared
    )
    with pytest.MonkeyPatch.context() as patch:
        return run_cells(folder, patch, theme="market", name=name, language=language)


@pytest.fixture(scope="module")
def page(tables, tmp_path_factory):
    return page_of(tmp_path_factory.mktemp("firm"), tables)


def found(page):
    return {row["metric"]: row for row in page.parts["findings"]}


def test_the_share_is_that_of_the_figures(page, tables):
    market = tables["market"]
    year = market[(market["period"] >= "2025-01-01") & market["segment"].notna()]
    own = year[year["entity"] == "Acme"]["value"].sum()
    size = year[year["measure"] == "market size"]["value"].sum()
    assert page.record["market_share"] == pytest.approx(own / size)
    assert found(page)["market_share"]["kind"] == "fact"
    assert page.record["firms"] == 4


def test_the_panel_shows_its_model(page):
    assert 0.8 < page.record["dirichlet_strength"] < 1.8
    assert page.record["panel_share"] == pytest.approx(0.2, abs=0.05)
    assert "brand_norm" in found(page) and "panel_share" in found(page)


def test_the_place_served_less_is_named_with_its_money(page):
    row = found(page)["under_served"]
    assert row["where"] == {"country": "China"} and row["kind"] == "opportunity"
    assert 0 < row["money_low"] <= row["money_per_year"] <= row["money_high"]
    assert row["action"] and row["owner"] and row["review_on"]


def test_the_group_with_the_smaller_share_of_wallet_is_named(page):
    row = found(page)["wallet_share"]
    assert row["where"] == {"gender": "f"} and row["low"] < 0.3 < row["high"] + 0.05


def test_countries_stand_in_one_currency(page):
    assert "In purchasing power at home" in page.text and "At constant exchange rates" in page.text
    assert "No currency is known" not in page.text


def test_what_localisation_must_answer_is_named(page):
    row = found(page)["place_difference"]
    assert row["where"]["country"] == "Japan" and row["where"]["measure"] == "late"
    assert "share of sales, category: tea" in page.text
    assert (
        "Germany</td>"
        not in page.text.split("What localisation would have")[1].split("</table>")[0]
    )


def test_new_products_make_a_part_of_sales(page, tables):
    orders = tables["orders"]
    year = orders[orders["ordered_at"] >= "2025-01-01"]
    share = year.loc[year["product"] == "novelty", "amount"].sum() / year["amount"].sum()
    assert page.record["new_product_share"] == pytest.approx(share)


def test_no_problem_without_one_and_no_customer_on_the_page(page):
    assert not [row for row in page.parts["findings"] if row["kind"] == "problem"]
    assert page.warned == []
    assert not re.search(r"\bc\d{5}\b|\bh\d{5}\b", page.text)


def test_a_fall_of_the_share_is_a_problem_where_it_fell(tmp_path):
    page = page_of(tmp_path, firm(fall=0.4, later=(0.06, 0.48, 0.3, 0.16), households=1500))
    row = found(page)["market_share_fall"]
    assert row["kind"] == "problem" and row["where"] == {"segment": "online"}
    assert row["start"] == "2025-01-01"
    online = 400e6 * sum(1.01**i * s for i, s in enumerate((0.9, 1.0, 1.0, 1.1), 8))
    assert row["money_per_year"] == pytest.approx(0.1 * 0.4 * online, rel=0.1)
    assert row["money_low"] < row["money_per_year"] < row["money_high"]
    assert found(page)["panel_share"]["kind"] == "problem"
    assert page.warned == []


def test_a_name_given_is_the_own_one(tables, tmp_path):
    page = page_of(tmp_path, tables, own_names=["Bolt"])
    assert page.record["market_share"] == pytest.approx(0.3, abs=0.02)


def test_the_chinese_page_holds_no_english_sentence(tables, tmp_path):
    page = page_of(tmp_path, tables, language="zh")
    assert page.parts["untranslated"] == []
    assert "市场份额" in page.text and "渗透率" in page.text and "购买力" in page.text
    words = page.text.split("Goodhardt")[0]
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+", words)


CASES = ("orders_and_customers", "market_only", "panel_only", "customers_only", "one_row", "one_customer",
         "all_the_same", "nothing_own", "no_columns", "later")  # fmt: skip
SAID = {
    "orders_and_customers": ("needs the market table", "needs the panel table", "needs the exchange rates table"),
    "market_only": ("needs the panel table", "needs the customers table"),
    "panel_only": ("needs the market table", "nobody has measured"),
    "customers_only": ("needs the orders table",),
    "nothing_own": ("name it in the parameter own_names",),
    "no_columns": ("needs the column", "needs the column ppp"),
    "all_the_same": ("nothing to compare",),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_thin_data_give_sentences(case, tables, tmp_path):
    page = page_of(tmp_path, thin(tables)[case], case)
    assert page.warned == []
    assert not [row for row in page.parts["findings"] if row["kind"] == "problem"]
    assert not re.search(r"\bnan\b|\bNone\b|\binf\b|∞", page.text), page.text
    for words in SAID.get(case, ()):
        assert words in page.text, page.text
