"""One problem stands in one line, however many themes see it."""

import pytest

from left_behind import claim
from workbook.report.problem_lines import decisions, lines_of, measure_family, same_matter


def problem(theme, metric, money=None, start="2025-04-01", place=None, **more):
    return claim(theme, metric, money, "problem", start=start, place=place or {}, **more)


EAST = {"region": "East"}


def test_the_same_measure_place_and_start_are_one_problem():
    seen = problem("problem_identification", "revenue_fall", 900.0, place=EAST)
    also = problem("behavior", "buying_shift", 500.0, "2025-05-10", EAST)
    (line,) = lines_of([also, seen])
    assert line.finding == seen and line.also == (also,)
    assert line.themes == ["problem_identification", "behavior"]


def test_different_measures_at_one_place_that_began_together_are_one_problem():
    returns = problem("problem_identification", "returns_rise", 900.0, place={"product": "P3"})
    scores = problem("satisfaction", "satisfaction_fall", None, "2025-04-30", {"product": "P3"})
    later = problem("satisfaction", "satisfaction_fall", None, "2025-09-30", {"product": "P3"})
    assert [line.also for line in lines_of([returns, scores])] == [(scores,)]
    assert len(lines_of([returns, later])) == 2


@pytest.mark.parametrize(
    ("narrow", "wide", "lines"),
    [(800.0, 1000.0, 1), (300.0, 1000.0, 2), (None, 1000.0, 1), (None, None, 1)],
)
def test_the_narrower_place_speaks_if_it_explains_the_wider(narrow, wide, lines):
    inside = problem("service", "complaints_rise", narrow, place=EAST)
    whole = problem("problem_identification", "complaints_up", wide)
    found = lines_of([whole, inside])
    assert len(found) == lines
    if lines == 1:
        assert found[0].finding == inside and found[0].also == (whole,)


@pytest.mark.parametrize(
    "other",
    [
        problem("service", "revenue_fall", 500.0, place={"region": "West"}),
        problem("service", "revenue_fall", 500.0, "2024-01-01", EAST),
        problem("service", "satisfaction_fall", 500.0),
        problem("problem_identification", "sales_fall", 500.0, place=EAST),
        claim("service", "revenue_fall", 500.0, "opportunity", place=EAST, start="2025-04-01"),
    ],
    ids=["another place", "another time", "another measure", "the same theme", "no problem"],
)
def test_what_differs_stays_apart(other):
    one = problem("problem_identification", "revenue_fall", 900.0, place=EAST)
    assert not same_matter(one, other) and not same_matter(other, one)
    assert len(lines_of([one, other])) == 2


def test_a_problem_may_name_another_as_its_own():
    one = problem("problem_identification", "late_delivery", 900.0, "2025-01-01")
    two = problem("satisfaction", "nps_fall", None, "2025-08-01", overlaps_with=[one.finding_id])
    assert same_matter(one, two) and same_matter(two, one)


def test_lines_keep_the_order_of_readers():
    findings = [claim("clv", f"m{n}", money) for n, money in enumerate([10.0, 900.0, None, 50.0])]
    assert [line.finding.metric for line in lines_of(findings)] == ["m1", "m3", "m0", "m2"]
    assert lines_of([]) == []


def test_decisions_are_what_can_be_lost_or_won():
    worth = claim("clv", "clv_total", 9_000.0, money_kind=None, action="Plan.")
    loss = claim("lifecycle", "gone", 800.0, action="Ask them.")
    fate = claim("lifecycle", "fate", 700.0)
    level = claim("segmentation", "returns_share", 950.0, action="List them.")
    chance = claim("clv", "headroom", 600.0, "opportunity")
    small = problem("problem_identification", "returns", 50.0)
    alarm = problem("churn", "contract_group")
    lines = lines_of([worth, loss, fate, level, chance, small, alarm])
    decided = ["returns", "contract_group", "headroom", "gone"]  # returns_share is told by returns
    assert [line.finding.metric for line in decisions(lines)] == decided
    assert [line.finding.metric for line in decisions(lines, 2)] == decided[:2]
    assert decisions(lines_of([worth]), 5) == lines_of([worth])
    assert decisions([], 5) == []


@pytest.mark.parametrize(
    ("metric", "family"),
    [
        ("revenue_fall", "sales"),
        ("returns_rise", "returns"),
        ("complaints_again", "complaints"),
        ("contract_ends", "contracts"),
        ("cac", "acquisition_cost"),
        ("days_late", "payment"),
        ("overdue_share", "payment"),
        ("overdue_tickets", "reply"),
        ("gini", None),
    ],
)
def test_families(metric, family):
    assert measure_family(metric) == family
