"""Findings and recorded numbers of two runs."""

from types import SimpleNamespace

import pytest

from workbook.analysis.kept_findings import finding_changes, record_changes


def claim(name, theme="clv", kind="problem", value=1.0, money=None):
    return SimpleNamespace(
        finding_id=f"{theme}.{name}", theme=theme, kind=kind, statement=f"{name} {value}", value=value,
        money_per_year=money,
    )  # fmt: skip


def test_what_became_of_findings():
    before = [
        claim("a", money=5.0),
        claim("b", value=3.0),
        claim("f", kind="fact"),
        claim("x", "churn"),
    ]
    now = [claim("c", money=9.0), claim("d"), claim("b", value=4.0)]
    table = finding_changes(before, now, {"clv"})
    assert table["finding_id"].tolist() == ["clv.c", "clv.d", "clv.b", "clv.a"]
    assert table["change"].tolist() == ["new", "new", "still", "gone"]
    still = table[table["change"] == "still"].iloc[0]
    assert (still["value_then"], still["value_now"], still["statement"]) == (3.0, 4.0, "b 4.0")
    assert finding_changes([], [], set()).empty


def test_recorded_numbers_of_both_runs():
    names = [("clv", "a"), ("clv", "b"), ("clv", "none"), ("gone", "a"), ("clv", "flag")]
    before = {"clv": {"a": 2, "b": 0, "none": None, "flag": True}, "gone": {"a": 1}}
    now = {"clv": {"a": 3.0, "b": 1, "none": 4, "flag": False}}
    table = record_changes(before, now, names, code={"clv": True}, choices={})
    assert table["name"].tolist() == ["a", "b"]
    assert table["ratio"].iloc[0] == pytest.approx(0.5) and table["ratio"].isna().tolist() == [
        False,
        True,
    ]
    assert table["code"].tolist() == [True, True] and table["choices"].tolist() == [None, None]
