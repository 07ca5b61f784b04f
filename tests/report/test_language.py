import pytest

from workbook.report.language import Language, markdown_blocks


def test_english_is_the_message_itself():
    english = Language("en")
    assert english.t("to {date}", date="{x}") == "to {x}"
    assert english.tn("{n} customer", "{n} customers", 1) == "1 customer"
    assert english.tn("{n} customer", "{n} customers", 2_357) == "2,357 customers"
    assert english.untranslated == set()


def test_chinese_comes_from_the_catalog_and_gaps_are_kept():
    chinese = Language("zh")
    assert chinese.t("Metric definitions") == "指标口径"
    assert chinese.t("to {date}", date="1998年6月30日") == "截至1998年6月30日"
    assert chinese.t("No such message {x}", x=1) == "No such message 1"
    assert chinese.untranslated == {"No such message {x}"}


def test_another_language_is_refused():
    with pytest.raises(ValueError, match="'fr' is not one of en, zh"):
        Language("fr")


def test_markdown_is_translated_by_block():
    text = "# Findings\n\nOne\ntwo\n\n\n## What to do"
    assert markdown_blocks(text) == [("# ", "Findings"), ("", "One\ntwo"), ("## ", "What to do")]
    assert Language("zh").markdown("## Findings\n\nunknown") == "## 核心结论\n\nunknown"
