import datetime as dt

import numpy as np
import pytest

from workbook.report import finding
from workbook.report.findings import plain_value, rank_findings
from workbook.report.wording import WordingError


def claim(metric="m", **more):
    return finding(**{"metric": metric, "statement": "A claim.", "rung": "descriptive"} | more)


def money(low, **more):
    return claim(
        money_per_year=low * 2, money_low=low, money_high=low * 3, money_basis="revenue", **more
    )


def test_findings_rank_by_the_safe_end_of_their_money():
    ranked = rank_findings(
        [
            claim("none"),
            money(10, metric="small"),
            money(50, metric="large"),
            money(10, metric="surer", rung="causal"),
        ],
        "clv",
    )
    assert [item.metric for item in ranked] == ["large", "surer", "small", "none"]


def test_an_id_follows_from_theme_metric_and_place():
    one = rank_findings([claim(place={"segment": "111", "region": "华东"})], "clv")[0]
    again = rank_findings([claim(place={"region": "华东", "segment": "111"}, value=3)], "clv")[0]
    other = rank_findings([claim(place={"region": "华南", "segment": "111"})], "clv")[0]
    assert one.finding_id == again.finding_id != other.finding_id
    assert one.finding_id.startswith("clv.m.region-") and one.finding_id.endswith(".segment-111")
    assert one.finding_id.isascii()


def test_two_findings_of_one_id_are_refused():
    with pytest.raises(ValueError, match="two findings are called 'clv.m'"):
        rank_findings([claim(), claim()], "clv")


def test_overlaps_are_named_by_id():
    ranked = rank_findings([claim("a"), claim("b", overlaps_with=["a"])], "clv")
    assert ranked[1].overlaps_with == ["clv.a"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"rung": "proven"}, "rung 'proven' is not one of descriptive"),
        ({"kind": "alarm"}, "kind 'alarm'"),
        ({"money_per_year": 5}, "needs money_basis"),
        ({"value": 3, "low": 4, "high": 5}, "lies outside its interval"),
    ],
)
def test_a_wrong_finding_is_refused(more, message):
    with pytest.raises(ValueError, match=message):
        claim(**more)


def test_wording_follows_the_rung():
    said = "Revenue fell because of the price."
    with pytest.raises(WordingError):
        rank_findings([claim(statement=said, rung="diagnostic")], "clv")
    assert rank_findings([claim(statement=said, rung="causal")], "clv")


def test_values_become_plain():
    raw = {
        "a": np.float64(1.5),
        "b": np.int64(2),
        "c": float("nan"),
        "d": dt.date(2024, 3, 5),
        "e": np.inf,
    }
    assert plain_value(raw) == {"a": 1.5, "b": 2, "c": None, "d": "2024-03-05", "e": None}
    assert type(plain_value(np.bool_(True))) is bool
    assert list(claim().of_theme("clv").as_dict()) == [
        "finding_id", "theme", "kind", "statement", "rung", "metric", "value", "low", "high", "n",
        "where", "start", "money_per_year", "money_low", "money_high", "money_basis", "money_kind",
        "overlaps_with", "action", "owner", "review_on",
    ]  # fmt: skip
