"""Service findings: a problem only when it is clear, money only where it is, words without a cause."""

import dataclasses
from types import SimpleNamespace

import pandas as pd
import pytest

from sample_report import begin
from workbook.analysis.agent_funnel import Funnel
from workbook.analysis.matching import Matched
from workbook.analysis.service_problems import Problems
from workbook.report import complaint_findings, service_findings
from workbook.report.service_words import hours, kind_name, slice_name

REVIEW = "1998-09-30"
STOPS = Matched(0.30, 0.20, 0.10, 0.02, 0.06, 0.14, 0.07, 0.13, 1e-6, 400, 2000, 10)
SPENDS = Matched(50.0, 70.0, -20.0, 5.0, -30.0, -10.0, -26.4, -13.6, 1e-4, 400, 2000, 10)


def followup(amount=SPENDS):
    return SimpleNamespace(stops=STOPS, amount=amount, follow_days=180)


def causes():
    table = pd.DataFrame(
        {"cause": ["late", "dirty"], "tickets": [80, 40], "customers": [60, 30], "share": [2 / 3, 1 / 3],
         "low": [0.6, 0.25], "high": [0.75, 0.4]}
    )  # fmt: skip
    table.attrs["customers"] = 85
    return table


def costs(clear=True):
    cost = 1200.0 + (800.0 if clear else 0.0)
    table = pd.DataFrame(
        {"cause": ["late"], "tickets": [80], "customers": [60], "handling": [800.0], "cost": [cost],
         "cost_low": [cost - 300], "cost_high": [cost + 300]}
    )  # fmt: skip
    table.attrs["clear"] = clear
    return table


def told(report, **given):
    values = {"causes": causes(), "costs": costs(), "followup": followup(),
              "improved": pd.DataFrame(columns=["ratio"]), "trained": []}  # fmt: skip
    values |= given
    rest = (values[name] for name in ("causes", "costs", "followup", "improved", "trained"))
    found = complaint_findings.complaint_findings(report, *rest, review_on=REVIEW)
    return {item.metric: item for item in found if item is not None}


def test_the_gap_in_money_per_year(tmp_path):
    found = told(begin(tmp_path))["complaint_gap"]
    # 85 customers of the year, 20 each
    assert found.money_per_year == pytest.approx(1700)
    assert found.money_low == pytest.approx(85 * 13.6) and found.money_high == pytest.approx(
        85 * 26.4
    )
    assert found.rung == "diagnostic" and "drawn at random" in found.action


def test_a_gap_that_may_be_none_is_no_money(tmp_path):
    unclear = dataclasses.replace(SPENDS, high=1.0)
    found = told(begin(tmp_path), followup=followup(unclear), costs=costs(clear=False))
    assert found["complaint_gap"].money_per_year is None and found["complaint_gap"].kind == "fact"
    assert "established" not in found["complaint_gap"].statement  # more of them stopped: that is
    neither = SimpleNamespace(
        stops=dataclasses.replace(STOPS, low=-0.01), amount=unclear, follow_days=180
    )
    neither = told(begin(tmp_path), followup=neither)["complaint_gap"]
    assert neither.statement.endswith("Neither difference is established.")
    assert neither.rung == "descriptive"  # so that it does not lead the page
    cause = found["cause_cost"]
    assert cause.money_basis == "contribution" and cause.money_kind == "loss_so_far"
    assert "of those named, 60.0" in cause.statement
    assert "to handle" in cause.statement and cause.rung == "descriptive"
    assert "complaint_gap" not in told(begin(tmp_path), followup=None, costs=costs(clear=False))


def test_the_dearest_cause_names_its_overlap(tmp_path):
    found = told(begin(tmp_path))["cause_cost"]
    assert found.where == {"cause": "late"} and found.overlaps_with == ["complaint_gap"]
    assert found.money_low <= found.money_per_year <= found.money_high


def problems(found=True, **changes):
    row = {"column": "region", "value": "east", "weeks": 26, "events": 60.0, "base": 100.0, "rate": 0.6,
           "rate_before": 0.3, "difference": 0.3, "low": 0.2, "high": 0.4, "low80": 0.24,
           "high80": 0.36}  # fmt: skip
    weeks = pd.DataFrame(
        {"column": "region", "value": "east", "week": range(200),
         "events": [3.0] * 170 + [6.0] * 30, "base": 10.0}
    )  # fmt: skip
    table = pd.DataFrame({"detector": ["again"], "slices": [9], "p": [1e-5], "p_holm": [1e-5], "found": [found]})  # fmt: skip
    return Problems({"again": pd.DataFrame([row | changes])}, {"again": weeks}, table, {"again": 199}, None)  # fmt: skip


def test_a_problem_has_place_start_and_money(tmp_path):
    report = begin(tmp_path)
    given = {"cost_per_ticket": 10.0, "review_on": REVIEW}
    (found,) = complaint_findings.problem_findings(report, problems(), followup(), **given)
    assert found.kind == "problem" and found.where == {"region": "east"}
    assert found.statement.startswith("Worse: complaints of the same matter")
    # 30 of 100 in half a year are 60 a year; each 10 to handle and 20 less spent
    assert found.money_per_year == pytest.approx(60 * 30)
    assert 0 < found.money_low < found.money_per_year < found.money_high
    # the rate doubles in week 170
    assert found.start == (pd.Timestamp("1970-01-01") + pd.Timedelta(days=170 * 7 - 3)).date()
    alone = complaint_findings.problem_findings(report, problems(), None, **given)[0]
    assert alone.money_per_year == pytest.approx(600) and alone.money_basis == "contribution"
    free = complaint_findings.problem_findings(report, problems(), None, cost_per_ticket=0.0, review_on=REVIEW)  # fmt: skip
    assert free[0].money_per_year is None
    assert complaint_findings.problem_findings(report, problems(False), followup(), **given) == []


def test_an_improvement_says_when_nothing_is_established(tmp_path):
    row = {"improvement_id": "I1", "cause": "late", "on": pd.Timestamp("1998-01-01"), "days": 180,
           "before": 50, "after": 20, "ratio": 0.4, "low": 0.2, "high": 0.8}  # fmt: skip
    report = begin(tmp_path)
    clear = told(report, improved=pd.DataFrame([row]))["improvement_ratio"]
    assert clear.statement.startswith("Since improvement I1")
    chance = told(report, improved=pd.DataFrame([row | {"high": 1.3}]))["improvement_ratio"]
    assert chance.statement.startswith("No change is established")


def funnel(outside):
    table = pd.DataFrame({"agent": list("abcde"), "n": 100, "outside": outside, "enough": True})
    return Funnel("late", table, 0.2, 0.0, 1.0, 0.5)


def agents(report, funnels):
    promise = {"share": None, "n": 0, "overdue": 0}
    wait = SimpleNamespace(median=None, n=100, open=0)
    service = SimpleNamespace(known=True, tickets=range(100))
    found = service_findings.service_findings(
        report, service, wait, wait, promise, {"share": None, "n": 0}, funnels, None, days=60,
        review_on=REVIEW,
    )  # fmt: skip
    return [item for item in found if item is not None]


def test_agents_are_never_named_in_a_finding(tmp_path):
    report = begin(tmp_path)
    (found,) = agents(report, [funnel(["above", "", "", "", "below"])])
    assert found.value == 1 and found.where == {"measure": "late"} and found.action
    (none,) = agents(report, [funnel([""] * 5)])
    assert none.value == 0 and none.owner and none.statement.startswith("No agent")
    assert agents(report, []) == []


@pytest.mark.parametrize(
    ("value", "like", "said"),
    [(0.5, None, "30 min"), (3.14, None, "3.1 h"), (72, None, "3.0 days"), (47, 50, "2.0 days"),
     (None, None, "not reached"), (float("nan"), 3, "not reached"), (0.5, 3.0, "0.5 h")],
)  # fmt: skip
def test_waits_in_their_unit(tmp_path, value, like, said):
    assert hours(begin(tmp_path), value, like).replace("\xa0", " ") == said


def test_words_for_codes(tmp_path):
    report = begin(tmp_path)
    assert kind_name(report, "after_sales") == "after-sales" and kind_name(report, "Own") == "Own"
    assert slice_name(report, {"column": "all", "value": ""}) == "all"
    assert slice_name(report, {"column": "kind", "value": "return"}) == "kind: returns"


@pytest.mark.parametrize(("high", "advised"), [(0.55, True), (0.97, False)])
def test_a_promise_that_is_not_kept_has_an_action(tmp_path, high, advised):
    promise = {"share": high - 0.03, "low": high - 0.06, "high": high, "n": 400, "overdue": 0}
    found = service_findings._promise(begin(tmp_path), promise, REVIEW)
    assert (found.action is not None) == (found.owner is not None) == advised
