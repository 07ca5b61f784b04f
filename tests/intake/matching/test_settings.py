from datetime import date

import duckdb
import pytest

from workbook.intake.matching import settings

TODAY = date(2024, 12, 31)


@pytest.fixture
def made(tmp_path):
    """Writes canonical tables with nothing but their moment; returns as_of of them."""

    def last(**tables):
        for name, (column, days) in tables.items():
            rows = ", ".join(f"(TIMESTAMP '{day}')" for day in days)
            duckdb.sql(
                f"COPY (SELECT * FROM (VALUES {rows}) AS t({column}))"
                f" TO '{tmp_path / name}.parquet' (FORMAT parquet)"
            )
        return settings.as_of(tmp_path, tables, TODAY)

    return last


def test_the_last_day_on_which_something_happened_in_any_table(made):
    day, confidence, reason = made(
        orders=("ordered_at", ["2024-01-05", "2024-02-07 23:59"]),
        tickets=("opened_at", ["2024-02-09"]),
    )
    assert day == "2024-02-09" and reason.values["table"] == "tickets" and confidence > 0.8


def test_days_after_today_and_plans_have_not_happened(made):
    found = made(
        orders=("ordered_at", ["2024-01-05", "2025-03-01"]), calendar=("date", ["2024-06-18"])
    )
    assert found[0] == "2024-01-05"


def test_a_day_far_behind_all_others_was_mistyped(made):
    days = [f"2023-{m:02d}-{d:02d}" for m in range(1, 13) for d in range(1, 29)] * 2
    day, confidence, reason = made(orders=("ordered_at", [*days, "2024-10-03"]))
    assert day == "2023-12-28" and reason.values["ignored"] == 1 and confidence < 0.8


def test_a_busy_day_after_a_pause_counts(made):
    days = [f"2023-01-{d:02d}" for d in range(1, 29)]
    assert made(orders=("ordered_at", [*days, *["2023-09-01"] * 5]))[0] == "2023-09-01"


def test_where_nothing_happened_there_is_no_day(made):
    assert made(orders=("ordered_at", ["2025-03-01"])) is None and made() is None


@pytest.mark.parametrize(("name", "code"), [("zoho", "en"), ("fxiaoke", "zh")])
def test_language_of_the_texts(exports, name, code):
    assert settings.language(getattr(exports, name)())[0] == code


def test_chinese_names_in_an_english_export_do_not_make_it_chinese(raw):
    table = raw("a.csv", {"Name": ["王芳", "李娜"], **{k: ["x y", "z"] for k in "ABCDEFGH"}})
    assert settings.language([table])[0] == "en"


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"Currency": ["EUR", "EUR", "USD"], "Amount": ["1", "2", "￥3"]}, "EUR"),
        ({"币种": ["人民币", "人民币", "美元"]}, "CNY"),
        ({"Amount": ["€5", "6 €", "7"]}, "EUR"),
        ({"Amount (GBP)": ["5", "6", "7"]}, "GBP"),
        ({"金额(元)": ["5", "6", "7"]}, "CNY"),
    ],
)
def test_currency_by_codes_then_signs_then_units(raw, columns, code):
    assert settings.currency([raw("a.csv", columns)], "en")[0] == code


def test_without_a_sign_only_the_language_speaks(raw):
    table = raw("a.csv", {"Amount": ["5", "6", "7"]})
    assert settings.currency([table], "zh")[0] == "CNY"
    assert settings.currency([table], "zh")[1] < 0.75
    assert settings.currency([table], "en") is None


def test_only_a_guess_is_replaced():
    text = 'as_of: "2024-01-01"   # guess: 0.85 why\ncurrency: EUR\n'
    changed = settings.with_guess(text, "as_of", 'as_of: "2024-02-01"  # guess: new')
    assert settings.written(changed, "as_of") == "2024-02-01"
    fixed = text.replace("# guess: 0.85 why", "# agreed")
    assert settings.with_guess(fixed, "as_of", "as_of: x") == fixed
    assert settings.written(fixed, "language") == ""
