"""The import's page: every column with its meaning, nothing personal, both languages."""

import importlib.util
import re
from dataclasses import replace
from pathlib import Path

import pytest

from workbook.intake.matching.profiles import load_profile
from workbook.intake.matching.proposal import Reason
from workbook.intake.matching.propose import propose
from workbook.report.formats import Formats
from workbook.report.import_columns import shown
from workbook.report.import_page import import_page
from workbook.report.import_questions import questions
from workbook.report.import_words import SENTENCES, sentence
from workbook.report.language import Language

_spec = importlib.util.spec_from_file_location(
    "crm_exports", Path(__file__).parents[1] / "intake" / "exports.py"
)
exports = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(exports)


def data(tables, params_dir, profile="", language="en", **more):
    found = load_profile(profile, params_dir=params_dir) if profile else None
    proposal = replace(
        propose(tables, found),
        settings={
            "as_of": ("2024-02-01", 0.85, Reason("last_day", {"table": "orders", "ignored": 2}))
        },
    )
    made = {
        "table": "orders", "rows_read": 80, "rows_kept": 76, "first_on": "2023-01-01",
        "last_on": "2024-02-01", "ledger": [("no_customer", 4)],
    }  # fmt: skip
    given = {
        "client": "Acme", "language": language, "sibling": None, "currency": "EUR",
        "params": "params/acme/_shared.yml", "applied": True, "proposal": proposal,
        "tables": tables, "unread": {}, "replaced": {}, "failed": {}, "made": [made],
    }  # fmt: skip
    return given | more


def text_of(html):
    body = html.partition("<body>")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


@pytest.mark.parametrize(("name", "language"), [("zoho", "en"), ("fxiaoke", "zh"), ("zoho", "zh")])
def test_every_heading_of_every_file_is_on_the_page(tmp_path, name, language):
    tables = getattr(exports, name)()
    page = text_of(import_page(data(tables, tmp_path, name, language)))
    for table in tables:
        assert table.name in page
        assert all(heading in page for heading in table.headings)


def test_a_page_in_chinese_has_no_english_sentence(tmp_path):
    page = import_page(data(exports.fxiaoke(), tmp_path, "fxiaoke", "zh"))
    names = r"[a-z_]+\.[a-z_*]+|[\w.-]+\.(csv|xlsx|yml|md|html)|--yes|Acme|keep|data/README|utf"
    left = re.sub(names, "", text_of(page))
    assert re.findall(r"[A-Za-z]{3,}(?: [A-Za-z]{2,}){2,}", left) == []


def test_names_telephone_numbers_and_free_text_are_not_shown(tmp_path):
    page = import_page(data(exports.zoho(), tmp_path, "zoho"))
    assert "Firm 0" not in page and "Person 0" not in page and "p0@firm.test" not in page
    assert "13800" not in page.replace("*", "") and "it does not work" not in page
    assert "free text" in page and "Ann Li" not in page


def test_markup_in_a_cell_or_heading_is_text(tmp_path):
    columns = {"<script>alert(1)</script>": ["<b>x</b>", "y"], "Cost": ["1", "2"]}
    page = import_page(data([exports.raw("<i>.csv", columns)], tmp_path))
    assert "<script>" not in page and "<b>x" not in page and "<i>.csv" not in page


def test_what_is_open_comes_first_and_is_said_once(tmp_path):
    tables = exports.fxiaoke()
    given = data(
        tables,
        tmp_path,
        "fxiaoke",
        failed={"spend": "no usable row"},
        unread={"x.csv": "x.csv is empty"},
    )
    asked = questions(given, Language("en"), Formats(Language("en"), "EUR"))
    assert asked[0] == "spend table: no usable row"
    assert asked[1] == "x.csv can't be read: x.csv is empty"
    assert any("已作废" in question for question in asked) and len(set(asked)) == len(asked)


def test_a_proposal_says_that_nothing_is_applied(tmp_path):
    page = import_page(data(exports.zoho(), tmp_path, "zoho", applied=False))
    assert "Nothing is applied yet: params/acme/_shared.yml is a proposal." in text_of(page)


def test_files_that_were_not_used_say_why(tmp_path):
    tables = [*exports.zoho(), exports.raw("odd.csv", {"q": ["1"]})]
    given = data(tables, tmp_path, "zoho", replaced={"old.csv": "new.csv"})
    page = text_of(import_page(given))
    assert "odd.csv it is like no table of the codebook" in page
    assert "old.csv new.csv is the same export, made later" in page


@pytest.mark.parametrize("code", SENTENCES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_reason_is_a_sentence_in_both_languages(code, language):
    values = {
        "share": 0.5, "type": "date", "values": ["a", "b"], "unit": "万元", "example": "01.02.2024",
        "heading": "H", "word": "w", "file": "f.csv", "message": "m", "by": "n.csv", "code": "EUR",
        "table": "orders", "order": "dmy", "ignored": 2, "kind": "date",
    }  # fmt: skip
    speaker = Language(language)
    from workbook.report.terms import TABLES

    said = sentence(Reason(code, values), speaker, Formats(speaker, "EUR"), TABLES)
    assert said and "{" not in said and speaker.untranslated == set()


@pytest.mark.parametrize(
    ("heading", "cells", "example"),
    [
        ("Phone", ["13800138000"] * 3, "138****8000"),
        ("Anything", ["13800138000"] * 3, "138****8000"),
        ("Contact", ["a.b@firm.cn"], "a***@firm.cn"),
        ("Account Name", ["Firm"], "F**"),
        ("昵称", [f"王{c}芳" for c in "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑寅"], "王**"),
        ("Stage", ["Won", "Won"], "Won"),
        ("Empty", [None], ""),
        ("Long id", ["4876543100000002987"], "4876543100000002987"),
    ],
)
def test_examples_are_masked_where_they_may_be_somebody(heading, cells, example):
    content = exports.raw("a.csv", {heading: cells}).contents[heading]
    assert shown(heading, content, None, Language("en")) == example
