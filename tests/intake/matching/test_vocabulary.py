import pytest

from workbook.intake.contract import TABLES
from workbook.intake.matching import vocabulary
from workbook.intake.matching.vocabulary import (
    canonical_value,
    headings_of,
    in_words,
    is_personal,
    table_likeness,
)

WORDS = vocabulary._vocabulary()


def test_every_word_list_belongs_to_a_column_of_the_contract():
    names = {name for table in TABLES.values() for name in table.names}
    assert set(WORDS["tables"]) == set(TABLES)
    assert set(WORDS["columns"]) == {"any", *TABLES}
    assert set(WORDS["columns"]["any"]) <= names
    for table, columns in WORDS["columns"].items():
        if table != "any":
            assert set(columns) <= set(TABLES[table].names), table


def test_values_lead_to_what_the_contract_allows():
    for place, values in WORDS["values"].items():
        if place == "flag":
            assert set(values) == {"true", "false"}
            continue
        table, column = place.split(".")
        spec = TABLES[table].column(column)
        assert set(values) <= set(spec.allowed or ("true", "false")), place


def test_every_allowed_value_is_understood_as_written():
    for table in TABLES.values():
        for column in table.columns:
            for value in column.allowed:
                assert canonical_value(table.name, column.name, column.type, value) == value


def test_required_columns_have_words_in_both_languages():
    for table in TABLES.values():
        for column in table.columns:
            if column.required:
                words = headings_of(table.name, column.name)
                assert any(w.isascii() for w in words) and not all(w.isascii() for w in words), (
                    table.name,
                    column.name,
                )


@pytest.mark.parametrize(
    ("text", "meant"), [("Closed Won", "true"), ("输单", "false"), ("Negotiation", None)]
)
def test_won_is_told_from_the_stage(text, meant):
    assert canonical_value("deals", "won", "flag", text) == meant


def test_groups_of_words():
    assert in_words("cancelled", "已作废") and in_words("closed", "Closed-Won")
    assert not in_words("cancelled", "Delivered")


@pytest.mark.parametrize("heading", ["Contact Name", "手机号码", "Mailing Street", "Account Owner"])
def test_personal_headings(heading):
    assert is_personal(heading)


@pytest.mark.parametrize("heading", ["Amount", "产品分类", "Stage", "Renamed"])
def test_other_headings(heading):
    assert not is_personal(heading)


def test_files_are_known_by_their_name():
    assert table_likeness("spend", "ad_spend") > 0.8 > table_likeness("orders", "ad_spend")
    assert table_likeness("orders", "销售订单") == 1.0
