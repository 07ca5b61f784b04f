"""What the summary makes of the other themes' results."""

import datetime as dt
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from left_behind import claim, entry, leave
from sample_report import begin
from workbook.report import (
    action_plan,
    briefing,
    briefing_answer,
    briefing_gaps,
    briefing_kpis,
    briefing_sections,
    briefing_track,
)
from workbook.report.briefing_words import (
    DEPARTMENTS,
    DIRECTIONS,
    KPIS,
    department_of,
    direction_of,
)

ASK = {"action": "Ask them.", "owner": "Head of marketing", "review_on": "1998-09-30"}


@pytest.fixture
def told(tmp_path):
    """``told(findings, records=, themes=)``: (report, Briefing, what the report shows)."""

    def tell(findings=(), language="en", **left):
        leave(tmp_path / "left", findings, **left)
        shown = []
        report = begin(tmp_path, language, show=lambda kind, html, **_: shown.append(str(html)))
        report.theme, report.run = "summary", replace(report.run, results=tmp_path / "left")
        return report, briefing.brief(report), shown

    return tell


def words(shown):
    return " ".join(re.sub(r"<[^>]+>", " ", "\n".join(shown)).split())


def test_without_other_themes_it_says_so(told):
    report, brief, shown = told()
    assert brief.lines == brief.top == brief.problems == brief.planned == []
    (said,) = briefing_answer.briefing_answer(report, brief)
    assert said.startswith("No other theme has left a report yet")
    assert briefing_kpis.standings(brief) == [] and briefing_sections.directions(brief) == []
    briefing_sections.show_problems(report, brief)
    briefing_sections.show_stakes(report, brief)
    briefing_sections.show_directions(report, brief)
    briefing_kpis.show_kpis(report, brief, [])
    action_plan.actions(report, brief, [], planned_share=0.1)
    briefing_gaps.show_gaps(report, brief, briefing_gaps.gaps(report, brief))
    briefing_track.show_track(report, brief.results)
    text = words(shown)
    for sentence in (
        "No problem is established.",
        "Fewer than two findings carry money",
        "No finding points in a direction.",
        "No theme has recorded a key figure yet.",
        "No finding calls for an action.",
        "Not run so far: Data quality",
        "No forecast of an earlier run has fallen due yet",
    ):
        assert sentence in text


def test_the_answer_counts_problems_once_and_names_the_largest_stake(told):
    place = {"region": "East"}
    findings = [
        claim("problem_identification", "revenue_fall", 900.0, "problem", "Sales fell in the East.",
              place=place, start="1998-01-05"),
        claim("behavior", "sales_shift", 400.0, "problem", place=place, start="1998-01-20"),
        claim("clv", "headroom", 4_000.0, "opportunity", **ASK),
    ]  # fmt: skip
    skipped = {"market": entry("skipped", needs=["market|panel"], report_of=None)}
    report, brief, _ = told(findings, themes=skipped)
    assert briefing_answer.briefing_answer(report, brief) == [
        "One problem is established.",
        "The largest: Sales fell in the East.",
        "At stake: about $900.00 a year (80 % interval $450.00 to $1,800).",
        "The largest opportunity (Customer value): about $4,000 a year (80 % interval $2,000 to $8,000).",
        "One theme could not be looked at.",
    ]
    figures = {label: value for label, value, _ in briefing_answer.briefing_figures(report, brief)}
    assert figures["Problems established"] == "1" and figures["Opportunities"] == "1"
    assert figures["Largest problem, per year"] == "$900.00" and figures["Reports made"] == "3"
    assert figures["Largest opportunity, per year"] == "$4,000"
    assert "Forecasts that came true" not in figures


def test_the_answer_names_a_problem_without_money_and_no_money_where_none_is_sure(told):
    unsure = claim("clv", "headroom", 5.0, "opportunity", money_low=-5.0, money_high=9.0)
    report, brief, _ = told([claim("churn", "m", None, "problem", "Basic care leave."), unsure])
    assert briefing_answer.briefing_answer(report, brief) == [
        "One problem is established.",
        "The largest: Basic care leave.",
        "No opportunity has an amount that is clearly above zero.",
    ]
    chinese, brief, _ = told(
        [claim("churn", "m", 5.0, "problem", "基础服务客户流失。")], language="zh"
    )
    assert "基础服务客户流失。" in "".join(briefing_answer.briefing_answer(chinese, brief))


def test_the_problem_that_several_themes_see_leads_to_all_of_them(told):
    place = {"product": "P3"}
    findings = [
        claim(
            "problem_identification",
            "returns_rise",
            900.0,
            "problem",
            place=place,
            start="1998-01-05",
        ),
        claim(
            "satisfaction", "satisfaction_fall", None, "problem", place=place, start="1998-01-20"
        ),
    ]
    report, brief, shown = told(findings)
    report.findings([], others=brief.top)
    briefing_sections.show_problems(report, brief)
    assert "Every problem stands among the findings above." in words(shown)
    briefing_sections.show_problems(report, replace(brief, top=[]))
    assert sum("<td" in html for html in shown) == 1
    for html in shown:
        if "<td" in html or 'class="finding' in html:
            assert 'href="problem_identification.html#' + findings[0].finding_id in html
            assert 'href="satisfaction.html#' + findings[1].finding_id in html
    assert "1 problem is seen in several themes" in words(shown)
    assert report.parts["findings"] == []  # they stay the other themes'


def test_a_statement_cannot_bring_markup_or_claims_of_its_own(told):
    planted = "<script>x</script> Sales fell because of us"
    given = claim("clv", "m", 900.0, "problem", planted, rung="causal", **ASK)
    report, brief, shown = told([given])
    report.answer(*briefing_answer.briefing_answer(report, brief))
    report.findings([], others=brief.top)
    briefing_sections.show_problems(report, brief)
    action_plan.actions(
        report, brief, action_plan.plan_steps(report, brief, planned_share=0.1), planned_share=0.1
    )
    assert "<script>" not in "\n".join(shown) and "&lt;script&gt;" in "\n".join(shown)


def test_key_figures_take_the_interval_of_the_record_or_of_the_finding(told):
    findings = [
        claim("loyalty", "repurchase_rate", value=0.4, low=0.3, high=0.5, n=80),
        claim("service", "sla_share", value=0.9, low=0.8, high=0.95, n=7),
        claim("service", "complaints_again", place={"cause": "x"}, value=0.2, low=0.1, high=0.3),
    ]
    records = {
        "loyalty": {"repurchase_rate": 0.4},
        "satisfaction": {"nps": -3.0, "nps_low": -9.0, "nps_high": 2.0},
        "service": {"sla_share": 0.5, "complaints_again": 0.2},
        "clv": {"clv_total": None},
        "grading": {"strategic": True},
    }
    _, brief, _ = told(findings, records=records)
    found = {
        item.kpi.name: (item.value, item.low, item.high, item.n)
        for item in briefing_kpis.standings(brief)
    }
    assert found == {
        "repurchase_rate": (0.4, 0.3, 0.5, 80),
        "nps": (-3.0, -9.0, 2.0, None),
        "sla_share": (0.5, None, None, None),  # the finding speaks of another number
        "complaints_again": (0.2, None, None, None),  # the finding speaks of one place
    }


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ({"nps": 20.0, "nps_low": 15.0, "nps_high": 25.0}, "▼ 23.0, clearly worse"),
        ({"nps": -20.0, "nps_low": -25.0, "nps_high": -15.0}, "▲ 17.0, clearly better"),
        ({"nps": 0.0, "nps_low": -5.0, "nps_high": 5.0}, "▼ 3.0, unclear"),
        ({"nps": 0.0}, "▼ 3.0, no interval"),
        ({"nps": -3.0}, "unchanged"),
        ({}, "–"),
    ],
)
def test_directions_since_an_earlier_run(told, before, said):
    records = {"satisfaction": {"nps": -3.0, "nps_low": -9.0, "nps_high": 2.0}}
    report, brief, shown = told(records=records)
    past = SimpleNamespace(as_of=dt.date(1998, 3, 31), record={"satisfaction": before}, findings=[])
    briefing_kpis.show_kpis(report, brief, briefing_kpis.standings(brief, past), past)
    assert "Since 31 March 1998" in words(shown) and said in words(shown)


def test_the_company_against_the_year_before(told):
    kpis = [
        {"kpi": "revenue", "form": "total", "worse": -1, "value": 2e6, "change": -0.1, "low": -0.15,
         "high": -0.05, "attained": 0.8},
        {"kpi": "nps", "form": "mean", "worse": -1, "value": 3.0, "change": 1.0, "low": -2.0, "high": 4.0,
         "attained": None},
        {"kpi": "days_late", "form": "mean", "worse": 1, "value": 3.0, "change": -1.0, "low": -2.0,
         "high": -0.5, "attained": None},
        {"kpi": "unheard_of", "value": 1.0},
        {"kpi": "csat", "value": None},
    ]  # fmt: skip
    report, brief, shown = told(records={"problem_identification": {"kpis": kpis}})
    briefing_kpis.show_company(report, brief.results)
    rows = [
        re.sub(r"<[^>]+>", "|", row) for row in re.findall(r"<tr>(.*?)</tr>", shown[0], re.S)[1:]
    ]
    assert len(rows) == 3
    assert "−10.0" in rows[0] and "clearly worse" in rows[0] and "80.0" in rows[0]
    assert "unclear" in rows[1] and "clearly better" in rows[2]


def test_the_plan_proposes_what_pays_at_the_lower_limit(told):
    findings = [
        claim("clv", "headroom", 1_000.0, "opportunity", **ASK),
        claim("churn", "leavers", None, "problem", action="Call them.", owner="Nobody's role"),
        claim("loyalty", "again", 500.0, "opportunity", **ASK),  # the same measure
        claim("service", "late", action="Look.", owner="Head of quality"),
    ]
    report, brief, shown = told(findings)
    steps = action_plan.plan_steps(report, brief, planned_share=0.1)
    assert [step.finding.metric for step in steps] == ["leavers", "headroom", "late"]
    second, first, _ = steps
    assert (first.effect, first.effect_low, first.budget) == (100.0, 50.0, 50.0)
    assert (first.department, first.person, first.due) == (
        "Marketing department",
        "Head of marketing",
        "1998-09-30",
    )
    assert (second.effect, second.budget, second.department) == (None, None, None)
    action_plan.actions(report, brief, steps, planned_share=0.1)
    text = words(shown)
    assert "2. Ask them. Customer value" in text and "at most $50.00 a year" in text
    assert "to be named" in text and "not known in money; to be measured" in text
    assert len(action_plan.plan_steps(report, brief, planned_share=0.1, most=1)) == 1


LEDGER = """action_id,finding_id,action,status,owner,department,due_on,cost
A1,clv.headroom,Ask them.,{status},Li Lei,Sales,1998-08-01,3
"""


@pytest.mark.parametrize("status", ["accepted", "running", "proposed", "dropped", "no such status"])
def test_people_go_before_proposals(told, tmp_path, status):
    report, brief, shown = told([claim("clv", "headroom", 1_000.0, "opportunity", **ASK)])
    ledger = tmp_path / "data/acme/review/actions.csv"
    ledger.parent.mkdir(parents=True)
    ledger.write_text(LEDGER.format(status=status))
    action_plan.actions(
        report, brief, action_plan.plan_steps(report, brief, planned_share=0.1), planned_share=0.1
    )
    taken_up = status in ("accepted", "running")
    for word in ("Li Lei", "Sales ", "1 August 1998", "$3.00 for each customer"):
        assert (word in words(shown)) == taken_up
    assert ("Marketing department" in words(shown)) != taken_up


def test_what_is_not_known(told):
    findings = [
        claim("clv", "headroom", None, "opportunity", "Some gap."),
        claim("churn", "maybe", -1.0, "problem", money_low=-5.0, money_high=3.0),
        claim(
            "data_quality",
            "missing_column",
            statement="events.staff is missing.",
            action="Fill it.",
        ),
        claim("data_quality", "customers", statement="There are customers."),
    ]
    themes = {
        "market": entry("skipped", needs=["market|panel"], report_of=None),
        "service": entry("failed", why="it broke", report_of=None),
        "loyalty": entry("failed", why="it broke"),
        "lifecycle": entry(report_of="2025-12-24T08:00:00+00:00"),
    }
    records = {
        "prediction": {"brier": 0.2, "brier_baseline": 0.19},
        "clv": {"holdout_inside": False},
    }
    report, brief, shown = told(findings, records=records, themes=themes)
    found = briefing_gaps.gaps(report, brief)
    assert [(gap.theme, gap.what) for gap in found] == [
        ("service", "Customer service and complaints"),
        ("loyalty", "Customer loyalty"),
        ("market", "Market and competition"),
        ("lifecycle", "Customer lifecycle"),
        ("churn", "It is so."),
        ("clv", "Some gap."),
        ("churn", "What the measures of the plan will bring"),
        ("prediction", "Who will buy next"),
        ("clv", "What customers will buy in future"),
        ("data_quality", "events.staff is missing."),
    ]
    briefing_gaps.show_gaps(report, brief, found)
    text = words(shown)
    assert "provide: market table or panel table" in text and "Fill it." in text
    assert "the run stopped and no report stands" in text
    assert "the report of 5 January 2026 stands" in text
    assert "its report is of 24 December 2025, others are of 5 January 2026" in text
    assert "Not run so far:" in text and "Customer acquisition" in text


@pytest.mark.parametrize(
    ("scored", "hit", "said"),
    [
        (30, 27, "27 lay inside their interval (90.0 %, 74.4 % to 96.5 %): as many"),
        (100, 70, "fewer than the 90 % they promise"),
    ],
)
def test_the_track_record(told, scored, hit, said):
    record = {"monitoring": {"forecasts_scored": scored, "intervals_hit": hit}}
    record["monitoring"] |= {"actions_judged": 4, "actions_better": 1, "actions_worse": 2}
    record |= {"prediction": {"auc": 0.71, "brier": 0.1, "brier_baseline": 0.2}}
    report, brief, shown = told(records=record)
    briefing_track.show_track(report, brief.results)
    text = words(shown).replace("\u00a0", " ")
    assert said in text and "0.710" in text and "0.1000" in text
    assert "1 of 4" in text and "worse: 2" in text and 'href="monitoring.html"' in "".join(shown)


def test_directions_put_what_can_be_lost_or_won_first(told):
    findings = [
        claim("clv", "clv_total", 9_000.0, money_kind=None, action="Plan."),
        claim("lifecycle", "dormant_stake", 300.0, "opportunity", **ASK),
        claim("service", "late", None, "problem", **ASK),
        claim("data_quality", "noted"),
    ]
    report, brief, _ = told(findings)
    found = briefing_sections.directions(brief)
    assert [(one.code, one.problems, one.chances) for one in found] == [
        ("win_back", 0, 1),
        ("serve", 1, 0),
        ("value", 0, 0),
    ]


def test_the_chart_of_stakes_numbers_its_lines_as_they_stand_on_top(told):
    findings = [
        claim("churn", "m", None, "problem", "No money."),
        claim("clv", "headroom", 400.0, "opportunity"),
        claim("market", "under_served", 900.0, "opportunity", place={"region": "East"}),
        claim("grading", "pays_later", 50.0, "problem", place={"type": "dealer"}),
    ]
    report, brief, shown = told(findings)
    briefing_sections.show_stakes(report, brief)
    text = words(shown)
    assert "Most is at stake in finding 3: $450.00 a year even at the lower end" in text
    labels = [text.index(x) for x in ("1 dealer", "3 East", "4 Customer value")]
    assert labels == sorted(labels)


def test_every_direction_role_and_figure_has_words():
    report_like = claim("problem_identification", "days_to_pay", None, "problem")
    assert direction_of(report_like) == "cash"
    assert direction_of(claim("acquisition", "cac_rise", None, "problem")) == "acquire"
    assert (
        direction_of(claim("problem_identification", "revenue_fall", None, "problem")) == "activate"
    )
    assert direction_of(claim("churn", "contract_group", None, "problem")) == "retain"
    assert direction_of(claim("custom", "thing")) == "know"
    assert {direction_of(claim(kpi.theme, kpi.name)) for kpi in KPIS} <= set(DIRECTIONS)
    assert all(DEPARTMENTS.values())


def test_departments_are_known_in_both_languages(told):
    for language in ("en", "zh"):
        report, *_ = told(language=language)
        owner = str(report.t("Head of customer service"))
        assert department_of(report, owner) == report.t("Customer service department")
    assert department_of(report, "somebody") is None
