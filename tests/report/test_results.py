"""What other themes have left, as a report reads it."""

import datetime as dt
import json

import pytest

from left_behind import claim, entry
from workbook.report.language import Language
from workbook.report.results import Results


@pytest.fixture
def folder(tmp_path):
    """The published folder of a client whose language is English; two themes have run in Chinese."""
    themes = {
        "clv": entry(answer="Few carry it.", languages={"zh": entry(answer="少数客户支撑业务。")}),
        "churn": entry("failed", why="it broke", languages={"zh": entry("failed", report_of=None)}),
        "service": entry("skipped", why="not possible: needs tickets", needs=["tickets|visits"]),
        "summary": entry(),
    }
    findings = [
        claim("clv", "top_fifth_share"),
        claim("clv", "losing_the_top", 1_000.0, "problem"),
        claim("churn", "leavers", 5_000.0, "problem"),
        claim("summary", "own", 9_000.0),
    ]
    chinese = [claim("clv", "top_fifth_share", statement="如此。")]
    files = {"run.json": {"themes": themes}, "findings.json": [f.as_dict() for f in findings]}
    files |= {
        "findings.zh.json": [f.as_dict() for f in chinese],
        "record.json": {"clv": {"n": 7}, "summary": {"findings": 3}},
    }
    for name, content in files.items():
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    for name in ("clv.html", "clv.zh.html", "churn.html", "summary.html"):
        (tmp_path / name).write_text("page")
    return tmp_path


def results(folder, code="en", theme="summary"):
    return Results(folder, theme=theme, language=Language(code), own_language="en")


def test_findings_of_others_are_ranked_and_chosen(folder):
    found = results(folder)
    assert [item.metric for item in found.findings()] == [
        "leavers",
        "losing_the_top",
        "top_fifth_share",
    ]
    assert [item.metric for item in found.findings(kind="problem", theme="clv")] == [
        "losing_the_top"
    ]
    assert found.findings(kind="opportunity") == []
    assert [item.theme for item in results(folder, theme="clv").findings()] == ["summary", "churn"]


def test_a_theme_without_this_language_gives_the_clients_own(folder):
    found = results(folder, "zh").findings()
    # clv ran in Chinese, where it had one finding; churn has no good Chinese report
    assert [(item.metric, item.statement) for item in found] == [
        ("leavers", "It is so."),
        ("top_fifth_share", "如此。"),
    ]


def test_status_why_and_page(folder):
    found = results(folder)
    assert [found.status(name) for name in ("clv", "churn", "service", "market", "summary")] == [
        "done",
        "failed",
        "skipped",
        "absent",
        "absent",
    ]
    assert (found.why("clv"), found.why("churn")) == ("", "it broke")
    assert found.why("service") == "not possible: needs tickets or visits"
    assert found.needs("service") == ["tickets|visits"]
    assert (found.page("clv"), found.page("service")) == ("clv.html", None)
    assert found.page("summary") is None
    assert found.dated("clv") == dt.date(2026, 1, 5) and found.dated("market") is None
    assert (found.answer("clv"), found.answer("market")) == ("Few carry it.", "")
    chinese = results(folder, "zh")
    assert (chinese.page("clv"), chinese.page("churn")) == ("clv.zh.html", None)
    assert chinese.answer("clv") == "少数客户支撑业务。"
    assert chinese.status("service") == "skipped"


def test_records(folder):
    found = results(folder)
    assert found.record("clv") == {"n": 7}
    assert found.record("market") == found.record("summary") == {}
    assert found.themes[:3] == ["data_quality", "problem_identification", "segmentation"]
    assert "summary" not in found.themes


def test_nothing_there_or_cut_short_is_no_result(tmp_path):
    found = results(tmp_path / "nowhere")
    assert found.findings() == [] and found.status("clv") == "absent" and found.why("clv") == ""
    for name in ("run.json", "findings.json", "record.json"):
        (tmp_path / name).write_text('{"themes": {"cl')
    found = results(tmp_path)
    assert found.findings() == [] and found.record("clv") == {} and found.page("clv") is None


def test_a_finding_of_another_release_is_read(folder):
    old = claim("clv", "share").as_dict() | {"colour": "red"}
    del old["overlaps_with"]
    (folder / "findings.json").write_text(json.dumps([old]))
    assert [item.overlaps_with for item in results(folder).findings()] == [None]
