import pytest

from workbook.analysis.habits import FIRST
from workbook.analysis.profiles import CUTS as PROFILE_CUTS
from workbook.analysis.rfm import SEGMENT_CODES
from workbook.report.language import Language
from workbook.report.segment_actions import LIST_NAMES
from workbook.report.segment_words import (
    CUTS,
    SEGMENT_ACTIONS,
    SEGMENTS,
    chart_label,
    value_word,
)
from workbook.report.wording import causal_words


def test_every_segment_has_a_name_an_action_and_a_list():
    assert list(SEGMENTS) == list(SEGMENT_ACTIONS) == list(LIST_NAMES) == list(SEGMENT_CODES)
    assert len(set(SEGMENTS.values())) == 8


def test_the_eight_chinese_classes():
    names = [Language("zh").t(SEGMENTS[code]) for code in SEGMENT_CODES]
    kinds = ("价值", "发展", "保持", "挽留")
    assert names == [f"{rank}{kind}客户" for rank in ("重要", "一般") for kind in kinds]


def test_every_cut_has_a_word():
    made = {"first_weekpart", "first_daypart"}
    assert set(CUTS) == set(PROFILE_CUTS) | set(FIRST) | made


@pytest.mark.parametrize("code", ["en", "zh"])
def test_actions_promise_nothing(code):
    t = Language(code).t
    for action, _ in SEGMENT_ACTIONS.values():
        assert causal_words(t(action)) == [] and not any(c.isdigit() for c in t(action))


def test_values_of_the_client_stay_as_they_are():
    t = Language("zh").t
    assert value_word(t, "first_weekpart", "weekend") == "周末"
    assert value_word(t, "region", "weekend") == "weekend"


def test_a_label_is_short_and_no_formula():
    assert chart_label("$5 & $6 isles") == r"\$5 & \$6 isles"
    assert len(chart_label("x" * 80)) == 26
    assert chart_label("two\n  lines") == "two lines"
