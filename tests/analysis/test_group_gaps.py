"""The group least satisfied: found where planted, nobody named where none differs."""

import pytest

from answer_sheets import read, sheets
from workbook.analysis.answers import survey_answers
from workbook.analysis.group_gaps import lowest_group


def answers(seed, lost=0.0):
    return read(*sheets(1200, seed, customers=600, waves=4, lost=lost, lost_from=0))


def test_a_lower_group_is_named_with_what_pandas_counts():
    read = answers(1, lost=1.0)
    found = lowest_group(read)
    frame = read.frame
    inside = frame["region"] == "b"
    gap = frame.loc[inside, "csat"].mean() - frame.loc[~inside, "csat"].mean()
    assert (found["column"], found["group"]) == ("region", "b")
    assert found["change"] == pytest.approx(gap, abs=0.02)
    assert found["low_80"] < gap < found["high_80"] < 0 and found["p"] < 0.002


def test_where_nothing_differs_nobody_is_named():
    assert [lowest_group(answers(seed)) for seed in range(15)] == [None] * 15


def test_without_answers_there_is_none():
    assert lowest_group(survey_answers(None)) is None
