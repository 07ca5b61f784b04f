"""Losses, stakes and care in findings: a problem only when it is clear, money with its interval."""

from types import SimpleNamespace

import pandas as pd
import pytest

from sample_report import begin
from workbook.report import stage_findings, stake_findings

REVIEW = "2025-03-31"
LOST = {"customers": 50, "amount": 5000.0, "low": 4000.0, "high": 6000.0}


def change(p, difference=0.1):
    return {
        "share": 0.3, "share_before": 0.2, "difference": difference, "low": difference - 0.06,
        "high": difference + 0.06, "low80": difference - 0.04, "high80": difference + 0.04, "p": p,
        "customers": 400, "excess": 400 * difference,
    }  # fmt: skip


def test_a_rise_in_losses_is_a_problem_only_when_it_is_clear(tmp_path):
    report = begin(tmp_path)
    clear = stake_findings.loss_finding(report, change(0.0001), LOST, review_on=REVIEW)
    assert clear.kind == "problem" and clear.statement.startswith("More customers are lost")
    # a tenth of 400 customers, 100 each
    assert clear.money_per_year == pytest.approx(4000)
    assert clear.money_low == pytest.approx(2400) and clear.money_high == pytest.approx(5600)
    assert clear.action and clear.owner and clear.review_on == REVIEW
    chance = stake_findings.loss_finding(report, change(0.02), LOST, review_on=REVIEW)
    assert chance.kind == "fact" and chance.statement.startswith("No rise in losses")
    assert chance.money_per_year is None and chance.action is None
    without = stake_findings.loss_finding(
        report, change(0.0001), LOST | {"amount": 0.0}, review_on=REVIEW
    )
    assert without.kind == "problem" and without.money_per_year is None
    assert stake_findings.loss_finding(report, None, LOST, review_on=REVIEW) is None


def test_the_stake_says_that_its_remedy_is_unknown(tmp_path):
    stake = {
        "customers": 120, "amount": 9000.0, "kept_active": 0.9, "kept_dormant": 0.3,
        "stake": 5400.0, "low": 4000.0, "high": 7000.0,
    }  # fmt: skip
    report = begin(tmp_path)
    found = stake_findings.stake_finding(report, stake, review_on=REVIEW)
    assert found.kind == "opportunity" and found.money_kind == "opportunity"
    assert "is not known" in found.statement and "drawn at random" in found.action
    assert stake_findings.stake_finding(report, stake | {"customers": 29}, review_on=REVIEW) is None
    assert stake_findings.stake_finding(report, None, review_on=REVIEW) is None


def test_care_that_misses_the_valuable(tmp_path):
    report = begin(tmp_path)
    care = SimpleNamespace(upper=200, missed=50, missed_interval=(0.19, 0.31), within_days=90)
    found = stake_findings.care_finding(report, care, review_on=REVIEW)
    assert found.value == 0.25 and found.kind == "fact" and found.n == 200
    assert "25.0 %" in found.statement.replace("\xa0", " ")
    few = SimpleNamespace(upper=20, missed=5, missed_interval=(0.1, 0.5))
    for care in (few, None):
        assert stake_findings.care_finding(report, care, review_on=REVIEW) is None


def test_one_finding_alone_says_what_to_do_with_the_dormant(tmp_path):
    table = pd.DataFrame(
        [(91, "dormant", "active", 0.1, 0.08, 0.12, 500)],
        columns=["days", "stage", "next_stage", "probability", "low", "high", "n"],
    )
    report = begin(tmp_path)

    def found(**options):
        return stage_findings.reactivation_finding(
            report, table, days=91, review_on=REVIEW, **options
        )

    assert "most valuable first" in found().action
    assert "most frequent buyers first" in found(valued=False).action
    assert found(act=False).action is None and found(act=False).owner is None


def test_lost_customers_are_asked_whether_or_not_money_is_known(tmp_path):
    report = begin(tmp_path)
    found = stage_findings.lost_finding(report, LOST, review_on=REVIEW)
    assert found.money_per_year == 5000 and found.action
    plain = stage_findings.lost_finding(report, LOST | {"amount": 0.0}, review_on=REVIEW)
    assert plain.money_per_year is None and plain.action == found.action
    nobody = LOST | {"customers": 0}
    assert stage_findings.lost_finding(report, nobody, review_on=REVIEW) is None
