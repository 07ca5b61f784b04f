"""The summary from end to end: on what others left, on nothing, in both languages, last in a run."""

import json
import re

import pandas as pd
import pytest

from batch_project import Project
from conftest import ROOT
from left_behind import claim, entry, leave
from theme_pages import run_cells, write_client

ASK = {"action": "Ask them.", "owner": "Head of marketing", "review_on": "2030-01-01"}
FINDINGS = [
    claim("problem_identification", "returns_rise", 90_000.0, "problem", "Returns rose.",
          place={"product": "P3"}, start="2020-01-06", n=70, **ASK),
    claim("satisfaction", "satisfaction_fall", None, "problem", "Answers fell.",
          place={"product": "P3"}, start="2020-01-20", n=70, **ASK),
    claim("clv", "headroom", 40_000.0, "opportunity", "Some could spend more.", **ASK),
    claim("clv", "clv_total", 900_000.0, statement="All are worth much.", money_kind=None),
    claim("loyalty", "repurchase_rate", value=0.4, low=0.35, high=0.45, n=900),
]  # fmt: skip
RECORDS = {
    "loyalty": {"repurchase_rate": 0.4},
    "clv": {"clv_total": 900_000.0, "holdout_actual": 90, "holdout_predicted": 80.0},
    "monitoring": {"forecasts_scored": 20, "intervals_hit": 18},
}
LEFT_OUT = {"market": entry("skipped", needs=["market"], report_of=None)}


@pytest.fixture
def summary(tmp_path, monkeypatch):
    """``summary(language, findings=, records=, themes=)``: the `Page` of the notebook on them."""

    def run(language="en", **left):
        orders = pd.DataFrame({"customer_id": ["A"], "ordered_at": ["2024-12-31"], "amount": [1.0]})
        write_client(tmp_path, {"orders": orders}, theme="summary")
        results = tmp_path / "results"
        leave(results, **left)
        return run_cells(tmp_path, monkeypatch, theme="summary", language=language, results=results)

    return run


def test_the_page_tells_what_the_others_left(summary):
    page = summary(findings=FINDINGS, records=RECORDS, themes=LEFT_OUT)
    record = page.record
    assert (record["findings"], record["problems"], record["opportunities"]) == (4, 1, 1)
    assert record["on_top"] == [FINDINGS[0].finding_id, FINDINGS[2].finding_id]
    assert (record["forecasts_scored"], record["intervals_hit"], record["themes_told"]) == (
        20,
        18,
        5,
    )
    assert page.parts["findings"] == [] and page.warned == [] and page.lists == {}
    assert page.parts["answer"].startswith(
        "One problem is established. The largest: Returns rose. At stake:"
    )
    for link in (
        f"problem_identification.html#{FINDINGS[0].finding_id}",
        f"satisfaction.html#{FINDINGS[1].finding_id}",
        f"clv.html#{FINDINGS[2].finding_id}",
        "loyalty.html",
    ):
        assert f'href="{link}"' in page.html
    assert "market.html" not in page.html and "provide: market table" in page.text
    assert page.text.index("Returns rose.") < page.text.index("Some could spend more.")
    assert "All are worth much." not in page.text  # worth is nothing to decide


def test_without_results_each_section_is_a_sentence(summary):
    page = summary()
    assert page.record["findings"] == 0 and page.warned == []
    assert page.parts["answer"].startswith("No other theme has left a report yet")
    assert page.parts["untranslated"] == []


def test_in_chinese_nothing_of_its_own_is_left_in_english(summary):
    findings = [
        claim("clv", "headroom", 40_000.0, "problem", "退货上升。", owner="市场负责人", n=3,
              review_on="2030-01-01", action="抽样询问。")
    ]  # fmt: skip
    page = summary("zh", findings=findings, records=RECORDS, themes=LEFT_OUT)
    assert page.parts["untranslated"] == []
    assert re.findall(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", page.text.partition("workbook ")[0]) == []


@pytest.mark.parametrize(
    "findings",
    [
        [claim("clv", "m", statement="A fact.")],
        [claim("clv", "m", None, "problem", "A problem without money.")],
        [claim("clv", f"m{n}", 5.0, "opportunity", "Equal.") for n in range(12)],
        [claim("clv", "m", 0.0, "opportunity", "Nothing at stake.")],
    ],
    ids=["one fact", "no money", "all the same", "zero money"],
)
def test_thin_results(summary, findings):
    page = summary(findings=findings)
    assert page.record["findings"] == len(findings) and len(page.record["on_top"]) <= 5
    assert page.warned == []


def test_it_runs_last_and_reads_this_run(tmp_path):
    project = Project(tmp_path)
    project.client()
    text = (ROOT / "notebooks/summary.ipynb").read_text(encoding="utf-8")
    (tmp_path / "notebooks/summary.ipynb").write_text(text.replace('\\"demo\\"', '\\"acme\\"'))
    project.theme(
        "zeta",
        "report.findings([finding(metric='m', rung='descriptive', statement='It is so.')])",
    )
    project.theme("broken", "1 / 0")
    assert project.run().code == 1
    assert project.read("record.json")["summary"]["findings"] == 1
    page = (project.target() / "summary.html").read_text(encoding="utf-8")
    assert 'href="zeta.html#zeta.m"' in page and "the run stopped and no report stands" in page
    index = (project.target() / "index.html").read_text(encoding="utf-8")
    assert index.index('href="summary.html"') < index.index('href="zeta.html')
    # a theme that runs again has the summary told anew
    project.theme("zeta", "x = 1")
    assert "acme summary: done" in project.run().said
    assert project.read("record.json")["summary"]["findings"] == 0
    assert (
        json.loads((project.target() / "run.json").read_text())["themes"]["summary"]["status"]
        == "done"
    )
