"""The satisfaction notebook: whole, thin and real answers, both languages; simulated companies."""

import csv
import datetime as dt
import re
from functools import cache

import ibis
import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from answer_sheets import SCALES, sheets
from theme_pages import run_cells, write_client
from workbook.analysis.answers import survey_answers
from workbook.analysis.comments import read_comments
from workbook.analysis.key_factors import key_factors
from workbook.analysis.waves import falls
from workbook.intake.company.firm import simulated_company
from workbook.intake.company.problems import Problem, Problems
from workbook.intake.company.voice import driver_shares

THEME = "satisfaction"
KEYS = {"n", "nps", "nps_low", "nps_high", "csat_top2", "csat_top2_low", "csat_top2_high",
        "top_driver", "sentiment_accuracy"}  # fmt: skip
STATED = {name: list(scale) for name, scale in SCALES.items()}
SAID = {1: ["The parcel came late and the box was dented", "送货太慢,外箱压坏了"],
        3: ["it is all right", "一般般"], 5: ["friendly staff, fair price", "客服耐心,价格实惠"]}  # fmt: skip


def answers(n=1500, seed=0, **options):
    """Sheets to the end of 2024 with comments, follow-up and invitations."""
    table, people = sheets(n, seed, customers=n // 2, waves=6, **options)
    table["answered_on"] = table["answered_on"] + pd.Timedelta(days=200)
    rng = np.random.default_rng(seed)
    kind = np.select([table["csat"] <= 2, table["csat"] >= 4], [1, 5], 3)
    texts = [SAID[k][i % 2] for i, k in enumerate(kind)]
    table["comment"] = np.where(rng.random(n) < 0.5, texts, None)
    back = table["answered_on"] + pd.to_timedelta(rng.integers(1, 20, n), unit="D")
    table["followed_up_on"] = back.where((table["csat"] <= 2) & (rng.random(n) < 0.7))
    table["invite_id"] = [f"i{i}" for i in range(n)]
    return table, people


def orders_of(table, seed=0, n=4000):
    rng = np.random.default_rng(seed)
    who = rng.choice(table["customer_id"].unique(), n)
    day = pd.Timestamp("2022-06-01") + pd.to_timedelta(rng.integers(0, 940, n), unit="D")
    return pd.DataFrame({"customer_id": who, "ordered_at": day, "amount": rng.lognormal(3, 1, n)})


def invitations(table):
    asked = table[["invite_id", "customer_id", "wave", "touchpoint"]].copy()
    asked["invited_on"] = table["answered_on"] - pd.Timedelta(days=3)
    more = asked.assign(invite_id=asked["invite_id"] + "x")
    return pd.concat([asked, more])


FEEDBACK = pd.DataFrame(
    {"given_on": ["2024-11-01"] * 40, "source": ["review", "interview"] * 20, "rating": [2, 5] * 20,
     "text": ["too expensive for what it does", "the technician explained it well"] * 20}
)  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A company with a fall in region b, in both languages."""
    table, people = answers(4000, 1, lost=0.9)
    tables = {"surveys": table, "customers": people, "orders": orders_of(table),
              "survey_invites": invitations(table), "feedback": FEEDBACK}  # fmt: skip
    pages = {}
    for language in ("en", "zh"):
        folder = tmp_path_factory.mktemp(language)
        told = {"csat_target": 0.9, "programme_on": "2024-03-01", "programme_touchpoint": "web"}
        write_client(folder, tables, theme=THEME, language=language, scales=STATED, params=told)
        with pytest.MonkeyPatch.context() as patch:
            pages[language] = run_cells(folder, patch, theme=THEME, language=language)
    return pages, table


def test_the_record_is_counted_again(whole):
    pages, table = whole
    record = pages["en"].record
    assert set(record) >= KEYS
    year = table[table["answered_on"] > pd.Timestamp("2024-12-31") - pd.Timedelta(days=365)]
    assert record["n"] == len(year)
    assert record["csat_top2"] == pytest.approx((year["csat"] >= 4).mean())
    points = (year["nps"] >= 9).mean() - (year["nps"] <= 6).mean()
    assert record["nps"] == pytest.approx(100 * points)
    assert record["nps_low"] < record["nps"] < record["nps_high"]
    assert record["top_driver"] == "quality" and record["response_rate"] == pytest.approx(0.5)
    assert 0.8 < record["sentiment_accuracy"] < 0.9
    assert pages["zh"].record == record


def test_every_part_is_told_in_both_languages(whole):
    pages, _ = whole
    said = {
        "en": ("Effort score", "Least satisfied: Region: b", "Cronbach", "Importance-performance map",
               "bought again", "of those invited answered", "Of all who were invited", "Weighted to the",
               "still needed", "Typical words", "reviews of airline seats", "Forman", "interviews",
               "Closed-loop rate", "Other touchpoints changed", "short of the target"),
        "zh": ("客户费力度", "满意度最低", "Cronbach", "重要性-表现矩阵", "再次购买", "受邀者中", "全部受邀者", "加权",
               "尚缺", "典型原话", "航空座椅评论", "Forman", "访谈", "闭环率", "其他触点变化", "未达到"),
    }  # fmt: skip
    for language, page in pages.items():
        for words in said[language]:
            assert words in page.text, (language, words)
        assert page.parts["untranslated"] == [] and page.warned == []
    bare = re.sub(r"“[^”]*”", "", pages["zh"].text.split("指标口径")[0])
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+", bare)


def test_the_fall_and_the_missed_target_are_the_problems(whole):
    pages, _ = whole
    problems = pages["en"].problems
    assert {(f["metric"], *f["where"].values()) for f in problems} == {
        ("satisfaction_fall", "b"), ("csat_top2",)}  # fmt: skip
    fall = pages["en"].of_metric("satisfaction_fall")[0]
    assert fall["start"]
    assert fall["money_per_year"] is None and "spent $" in fall["statement"]  # no link was planted
    told = pages["en"].parts["findings"]
    assert len(told) > 5
    assert not [f["metric"] for f in told if not (f["action"] and f["owner"] and f["review_on"])]
    rungs = {f["rung"] for f in told}
    assert rungs <= {"descriptive", "diagnostic", "predictive"}


def test_the_list_holds_who_waits(whole):
    pages, table = whole
    with pages["en"].lists["satisfaction_call_back.csv"].open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    late = table[(table["csat"] <= 2) & table["followed_up_on"].isna()]
    late = late[late["answered_on"] >= pd.Timestamp("2024-12-31") - pd.Timedelta(days=180)]
    assert {row["Customer"] for row in rows} == set(late["customer_id"])
    ids = re.findall(r"c\d{5}", pages["en"].text)
    assert ids == []


def thin(name):
    table, _ = answers(600, 3)
    bare = {"csat", "nps", "ces", "comment", "wave", "touchpoint", "followed_up_on"}
    bare |= {n for n in table if n.startswith("item_")}
    return {
        "missing": lambda: {"orders": orders_of(table)},
        "feedback_alone": lambda: {"feedback": FEEDBACK},
        "empty": lambda: {"surveys": table[:0], "orders": orders_of(table)},
        "one_row": lambda: {"surveys": table[:1], "orders": orders_of(table)},
        "one_customer": lambda: {"surveys": table.assign(customer_id="c1")},
        "one_wave": lambda: {"surveys": table.assign(wave="w1", answered_on="2024-06-01")},
        "all_alike": lambda: {"surveys": table.assign(
            csat=5, nps=10, ces=3, comment="ok", item_quality=4, item_staff=4, item_price=4)},
        "nearly_empty": lambda: {"surveys": table.assign(
            **{n: table[n].where(table.index % 100 == 0) for n in bare})},
        "keys_alone": lambda: {"surveys": table[["response_id", "answered_on"]]},
        "wide": lambda: {"surveys": table.assign(csat=table["csat"] * 20, nps=None, ces=None)},
    }[name]()  # fmt: skip


SENTENCES = {
    "missing": "needs answers in the table surveys",
    "empty": "needs answers in the table surveys",
    "feedback_alone": "online reviews",
    "one_row": "not enough data, fewer than two waves",
    "one_customer": "Every group has fewer than 30 customers",
    "one_wave": "not enough data, fewer than two waves",
    "all_alike": "Key factors: not enough data",
    "nearly_empty": "Key factors: not enough data",
    "keys_alone": "no column csat, nps or ces",
    "wide": "csat: not read, its scale is neither stated nor plain",
}


@pytest.mark.parametrize("name", SENTENCES)
def test_thin_answers_run_and_say_what_they_are(tmp_path, monkeypatch, name):
    write_client(tmp_path, thin(name), theme=THEME)
    page = run_cells(tmp_path, monkeypatch, theme=THEME)
    assert SENTENCES[name] in page.text, page.text
    assert page.warned == [] and "Traceback" not in page.html and " nan" not in page.text
    assert set(page.record) >= KEYS
    assert page.problems == []


def test_codes_are_left_out_and_said(tmp_path, monkeypatch):
    """Of the scores intake empties what lies beyond the scale, of the items the report does."""
    table, _ = answers(600, 4)
    table.loc[5, "nps"] = 11
    table["item_price"] = table["item_price"].where(table.index % 9 > 0, 9)
    write_client(tmp_path, {"surveys": table}, theme=THEME, scales=STATED)
    page = run_cells(tmp_path, monkeypatch, theme=THEME)
    assert "impossible values, left empty" in page.text
    assert "Price: the value 9 was given 67 times and left out as no answer" in page.text
    assert page.record["set_aside"] == 67


def test_the_real_mobile_survey(tmp_path, monkeypatch, real_data):
    """All items run from 1 to 10, as the params say; nine is an answer."""
    data = pd.read_csv(real_data / "surveys/ecsi_mobi.csv.gz")
    names = {n: f"item_{n.lower()}" for n in data if n.startswith(("IMAG", "PERQ", "PERV"))}
    table = data.rename(columns=names | {"CUSA1": "csat", "CUSL3": "nps"})
    table = table[["csat", "nps", *names.values()]].assign(
        response_id=[f"r{i}" for i in range(len(table))], answered_on="2024-06-01"
    )
    scales = {name: [1, 10, "up"] for name in ("csat", "nps", "item")}
    write_client(tmp_path, {"surveys": table}, theme=THEME, scales=scales)
    page = run_cells(tmp_path, monkeypatch, theme=THEME)
    assert page.record["n"] == 250 and page.record["set_aside"] == 0
    assert page.record["csat_top2"] == pytest.approx((data["CUSA1"] >= 9).mean())
    points = (data["CUSL3"] >= 9).mean() - (data["CUSL3"] <= 6).mean()
    assert page.record["nps"] == pytest.approx(100 * points)
    assert "detractors are 1 to 6" in page.text


@cache
def truth_of_factors():
    shares = driver_shares()
    shares.pop("r_squared")
    return shares


def company(seed, customers, problems=None):
    made = simulated_company(
        customers, seed=seed, problems=problems or Problems([]), only=("customers", "surveys")
    )
    return made.tables["surveys"], made.tables["customers"]


def company_answers(seed, customers, problems=None):
    surveys, people = company(seed, customers, problems)
    scales = {
        "csat": (1, 5, "up"),
        "nps": (0, 10, "up"),
        "ces": (1, 7, "down"),
        "item": (1, 5, "up"),
    }
    return survey_answers(
        ibis.memtable(surveys), scales=scales, customers=ibis.memtable(people)
    ), surveys


def test_factors_of_simulated_companies_hold_their_truth():
    inside = []
    for seed in range(20):
        found = key_factors(company_answers(seed, 1000)[0], confidence=0.9, draws=200)
        for row in found.table.itertuples():
            truth = truth_of_factors()[row.item.removeprefix("item_")]
            inside.append(row.low <= truth <= row.high)
    assert 0.80 <= np.mean(inside) <= 0.97 and len(inside) == 100


def test_companies_where_nothing_fell_are_silent():
    alarms = sum(len(falls(company_answers(seed, 1000)[0])) > 0 for seed in range(40))
    assert alarms <= binom.isf(0.0005, 40, 0.002)


def test_a_planted_fall_is_named_with_its_region():
    where = {"region": "central"}
    drop = Problem("P", "satisfaction_drop", where, where, dt.date(2025, 1, 1), 1.0)
    answers, surveys = company_answers(5, 6000, Problems([drop], even=True))
    found = falls(answers).iloc[0]
    assert (found["column"], found["group"]) == ("region", "Central")
    assert found["wave"] in ("2025Q1", "2025Q2") and found["change"] < -0.5


@pytest.mark.parametrize(("language", "least"), [("en", 0.6), ("zh", 0.75)])
def test_topics_and_sentiment_against_the_simulators_labels(language, least):
    """Its sentences were not used to train anything; they are few, so the limits are wide."""
    made = simulated_company(
        3000, seed=7, problems=Problems([]), only=("customers", "surveys"), language=language
    )
    sheets_said = made.tables["surveys"].dropna(subset="comment")
    labels = pd.DataFrame(
        [made.comments[r] for r in sheets_said["response_id"]], columns=["topic", "mood"]
    ).assign(text=sheets_said["comment"].to_numpy())
    comments = read_comments(survey_answers(ibis.memtable(sheets_said)))
    both = labels.merge(comments.drop_duplicates("text"), on="text")
    for topic in ("price", "delivery", "app"):
        assert both.loc[both["topic"] == topic, f"topic_{topic}"].mean() > 0.95
        assert (both.loc[both[f"topic_{topic}"], "topic"] == topic).mean() > 0.9
    told = both[both["mood"] != "neutral"]
    assert (told["negative"] == (told["mood"] == "negative")).mean() > least
    assert told.loc[told["mood"] == "negative", "score"].mean() < 0.35
