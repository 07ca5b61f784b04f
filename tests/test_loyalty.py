"""The loyalty report on a club with every table, in both languages, and on thin data."""

import csv
import re

import pytest

from loyal_world import AS_OF
from loyalty_pages import club, thin
from theme_pages import run_cells, write_client

THEME = "loyalty"
CLIENT = {"theme": THEME, "as_of": str(AS_OF), "currency": "EUR"}
PARAMS = {"point_value": 0.02, "follow_days": 180}


@pytest.fixture(scope="module")
def tables():
    return club()


@pytest.fixture(scope="module")
def page(tables, tmp_path_factory):
    folder = tmp_path_factory.mktemp("club")
    write_client(folder, tables, **CLIENT, params=PARAMS)
    with pytest.MonkeyPatch.context() as patch:
        return run_cells(folder, patch, theme=THEME)


def found(page):
    return {row["metric"]: row for row in page.parts["findings"]}


def test_the_record_holds_the_three_rates(page, tables):
    record = page.record
    lines = tables["orders"].assign(day=tables["orders"]["ordered_at"].dt.date)
    year = lines[lines["ordered_at"] > "2023-12-30"].groupby("customer_id")["day"].nunique()
    assert record["repurchase_rate"] == pytest.approx((year >= 2).mean())
    first = lines.groupby("customer_id")["ordered_at"].min()
    new = first.index[first > "2023-12-30"]
    people = tables["customers"].set_index("customer_id").loc[new]
    assert record["referral_rate"] == pytest.approx(people["referred_by"].notna().mean())
    answers = tables["surveys"][tables["surveys"]["answered_on"] > "2023-12-30 23:59"]
    last = answers.sort_values(["answered_on", "nps"]).groupby("customer_id")["nps"].last()
    assert record["recommendation_rate"] == pytest.approx((last >= 9).mean(), abs=0.01)
    assert record["members"] == len(tables["memberships"])


def test_the_programme_is_judged_with_its_limits(page):
    row = found(page)["programme_effect"]
    assert row["rung"] == "diagnostic"  # no experiment, so nothing is called an effect
    assert row["low"] <= 0.4 <= row["high"]
    assert "If trends were parallel" in row["statement"]
    assert 0 < row["money_low"] < row["money_per_year"] < row["money_high"]
    assert "Members against other customers" in page.text
    assert page.record["programme_effect"] == pytest.approx(row["value"])


def test_every_finding_has_an_action_an_owner_and_a_day(page):
    rows = found(page)
    assert {"repurchase_rate", "referral_rate", "points_breakage", "offer_redemption",
            "points_cost", "business_incentives"} <= set(rows)  # fmt: skip
    assert page.without_action == []
    assert not [row for row in rows.values() if row["kind"] == "problem"]


def test_points_cost_what_they_are_worth(page, tables):
    row = found(page)["points_cost"]
    points = tables["points"]
    used = points[(points["kind"] == "redeem") & (points["at"] > "2023-12-31")]["points"].sum()
    assert row["value"] == pytest.approx(used * 0.02)
    assert "liability" in found(page)["points_breakage"]["statement"]


def test_losing_business_customers_are_listed_with_their_loss(page):
    row = found(page)["business_incentives"]
    with page.lists["loyalty_unprofitable.csv"].open(encoding="utf-8-sig") as file:
        listed = list(csv.DictReader(file))
    loss = -sum(float(line["Contribution after rebates"]) for line in listed)
    assert row["money_per_year"] == pytest.approx(loss) and row["money_basis"] == "contribution"


def test_lists_of_promoters_and_referrers(page, tables):
    with page.lists["loyalty_promoters.csv"].open(encoding="utf-8-sig") as file:
        promoters = {line["Customer"] for line in csv.DictReader(file)}
    referrers = set(tables["customers"]["referred_by"].dropna())
    assert promoters and not promoters & referrers
    assert "loyalty_referrers.csv" in page.lists


def test_nothing_warns_and_no_customer_is_on_the_page(page):
    assert page.warned == []
    assert not re.search(r"\bc\d{5}\b", page.text)


def test_the_chinese_page_holds_no_english_sentence(tables, tmp_path, monkeypatch):
    write_client(tmp_path, tables, **CLIENT | {"currency": "CNY"}, language="zh", params=PARAMS)
    page = run_cells(tmp_path, monkeypatch, theme=THEME, language="zh")
    assert page.parts["untranslated"] == []
    assert "复购率" in page.text and "积分" in page.text and "双重差分" in page.text
    words = page.text.split("Callaway")[0]
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+", words)


CASES = ("bare", "empty", "one_row", "one_customer", "nothing_yet", "same_answer", "nearly_empty")


@pytest.mark.parametrize("case", CASES)
def test_thin_data_give_sentences(case, tables, tmp_path, monkeypatch):
    small = club(400, 5)
    write_client(tmp_path, thin(small)[case], **CLIENT)
    page = run_cells(tmp_path, monkeypatch, theme=THEME)
    assert page.warned == []
    assert not page.problems and page.without_action == []
    assert not re.search(r"\bnan\b|\bNone\b|\binf\b", page.text), page.text
    assert page.record["programme_effect"] is None or case == "nearly_empty"
    if case == "bare":
        for table in ("memberships", "points", "offers", "surveys", "customers"):
            assert f"{table} table" in page.text
    if case == "nothing_yet":
        assert "has no row that tells" in page.text


def test_a_sample_of_lines_tells_nothing_of_frequency(tmp_path, monkeypatch):
    write_client(tmp_path, club(400, 5), **CLIENT, params={"orders_are": "sample"})
    page = run_cells(tmp_path, monkeypatch, theme=THEME)
    assert page.record["repurchase_rate"] is None
    assert "how often a customer buys is not known" in page.text
    assert "repurchase_rate" not in found(page)
    assert page.record["redemption_rate"] > 0
