"""Customer value in sentences: a miss is said first, an unproven ranking is not to be used."""

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from sample_report import begin
from workbook.analysis.likelihood import MESSAGES
from workbook.report import value_findings, value_method, value_sentences, value_words

TOTAL = {"total": 1000.0, "low": 600.0, "high": 1500.0, "model_low": 900.0, "model_high": 1100.0}
TOTAL |= {"past_low": 600.0, "past_high": 1500.0, "wider": "past"}
TOLD = {"basis": "revenue", "horizon_months": 6, "review_on": "2025-03-31"}


def check(**changes):
    """A forecast that foresaw 90 to 110 purchases; by default 150 came."""
    given = {
        "calibration_end": date(2024, 6, 30),
        "weeks": 26.0,
        "model": "BG/NBD",
        "predicted": 100.0,
        "low": 90.0,
        "high": 110.0,
        "actual": 150.0,
        "rival": "past_spend",
        "advantage": {"difference": 0.02, "low": -0.01, "high": 0.05},
        "amounts": pd.DataFrame({"method": ["BG/NBD", "past_spend"], "captured": [0.52, 0.50]}),
        "outcomes": pd.DataFrame({"actual": [0.0] * 40}),
        "new": {"customers": 0, "amount": 0.0, "amount_share": 0.0},
    } | changes
    inside = given["low"] <= given["actual"] <= given["high"]
    better = given["advantage"]["low"] > 0
    return SimpleNamespace(**given, inside=inside, ranks_better=better)


@pytest.mark.parametrize(
    ("actual", "words"),
    [(150.0, "The forecast was too low"), (50.0, "was too high"), (100.0, "The forecast held")],
)
def test_the_verdict_says_a_miss_first(tmp_path, actual, words):
    text = value_findings.forecast_verdict(begin(tmp_path), check(actual=actual))
    assert words in text and "90 to 110" in text and "30 June 2024" in text


def test_an_unproven_ranking_is_not_to_be_used(tmp_path):
    report = begin(tmp_path)
    text = value_findings.ranking_verdict(report, check())
    assert text.startswith("Do not use this ranking") and "past spend" in text
    assert "past spend" in value_sentences.list_sentence(report, check())
    proven = check(advantage={"difference": 0.02, "low": 0.01, "high": 0.03})
    assert "better one" in value_findings.ranking_verdict(report, proven)
    assert value_findings.forecast_finding(report, proven, review_on=None).action.startswith("Cut")


def test_no_check_is_a_sentence(tmp_path):
    report = begin(tmp_path)
    assert "too short" in value_findings.forecast_verdict(report, None)
    assert "no model" in value_findings.forecast_verdict(report, check(model=None))
    assert value_findings.ranking_verdict(report, None) == ""
    assert value_findings.forecast_finding(report, None, review_on=None) is None


def test_money_is_brought_to_a_year_with_its_80_percent_interval(tmp_path):
    safe = TOTAL | {"low": 700.0, "high": 1300.0}
    found = value_findings.total_finding(begin(tmp_path), TOTAL, safe, customers=40, **TOLD)
    assert (found.money_per_year, found.money_low, found.money_high) == (2000, 1400, 2600)
    assert (found.value, found.low, found.high) == (1000, 600, 1500)
    room = {"customers": 4, "of": 8, "middle": 20.0, "amount": 50.0, "share": 0.1}
    found = value_findings.headroom_finding(begin(tmp_path), room, safe, TOTAL, **TOLD)
    assert found.kind == "opportunity" and found.money_low == pytest.approx(2 * 50 * 0.7)
    none = room | {"share": float("nan"), "amount": 0.0}
    assert value_findings.headroom_finding(begin(tmp_path), none, safe, TOTAL, **TOLD) is None


def test_a_share_of_few_customers_is_not_told(tmp_path):
    shares = pd.DataFrame({"top": [0.2], "share": [0.5], "low": [0.4], "high": [0.6]})
    tell = value_findings.concentration_finding
    assert tell(begin(tmp_path), shares, shares.head(0), customers=19) is None
    assert tell(begin(tmp_path), shares, shares.head(0), customers=20).value == 0.5


def test_the_correlation_is_judged_by_size(tmp_path):
    customers = pd.DataFrame(
        {"frequency": [1, 2, 3, 0], "gross_amount": [9.0] * 4, "returns_amount": [0.0, -1, 0, 0]}
    )
    history = pd.DataFrame({"x": [1.0, 2, 3], "mean_value": [5.0, 6, 9]})
    said = {"wanted_margin": True, "margin": None, "horizon_months": 12}
    past = pd.DataFrame(columns=["origin", "until", "error"])

    def told(n):
        fit = SimpleNamespace(model="BG/NBD", message="", n=n)
        texts = value_method.assumptions(
            begin(tmp_path), customers, history, fit, object(), past, **said
        )
        return " ".join(texts)

    text = told(4)
    assert value_method.fitted_part(begin(tmp_path), 3) in told(3)  # one of the four is left out
    assert value_method.fitted_part(begin(tmp_path), 4) not in text
    assert "but their correlation is 0.96" in text
    assert "left out are 1 who bought once and 0" in text
    assert "Returns, 2.8" in text and "Margin was asked for" in text


def test_sentences_stand_together_as_the_language_has_it(tmp_path):
    assert value_words.in_a_row(begin(tmp_path), "A.", "", "B.") == "A. B."
    assert value_words.in_a_row(begin(tmp_path, "zh"), "甲。", "乙。") == "甲。乙。"


def test_every_message_of_a_fit_can_be_translated():
    assert set(value_words.FIT_MESSAGES) == set(MESSAGES.values())
