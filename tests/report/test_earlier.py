"""What a run leaves for later ones, and how later ones read it."""

import datetime as dt
import json

import pandas as pd
import pytest

from workbook.report.earlier import earlier_runs
from workbook.report.forecasts import forecast_entry, score_file

GIVEN = {
    "name": "revenue", "measure": "revenue", "start": dt.date(2025, 1, 1),
    "end": dt.date(2025, 6, 30), "value": 5, "low": 4, "high": 7.5,
}  # fmt: skip


def run_folder(home, day, **files):
    folder = home / day
    (folder / "tables").mkdir(parents=True)
    for name, content in {"run": {}, **files}.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / f"{name}.json").write_text(text)
    return folder


def claim(**changes):
    names = ("value", "low", "high", "n", "start", "money_per_year", "money_low", "money_high")
    return {
        "finding_id": "clv.x", "theme": "clv", "kind": "fact", "statement": "One.",
        "rung": "descriptive", "metric": "x", "where": {}, **dict.fromkeys(names), **changes,
    }  # fmt: skip


def test_earlier_runs_newest_first_without_this_one_and_what_is_no_run(tmp_path):
    for day in ("2024-06-30", "2024-12-31", "2025-06-30"):
        run_folder(tmp_path, day)
    (tmp_path / "lab").mkdir()
    (tmp_path / ".2024-03-31.staging").mkdir()
    (tmp_path / "2024-03-31").mkdir()  # holds no run.json
    found = earlier_runs(tmp_path, dt.date(2025, 6, 30))
    assert [run.as_of.isoformat() for run in found] == ["2024-12-31", "2024-06-30"]
    assert earlier_runs(None, dt.date(2025, 1, 1)) == []
    assert earlier_runs(tmp_path / "nobody", dt.date(2025, 1, 1)) == []


def test_what_an_earlier_run_left_is_read_back(tmp_path):
    folder = run_folder(
        tmp_path, "2024-12-31", record={"clv": {"clv_total": 5.0}}, findings=[claim()],
        forecasts=[{"theme": "clv", **forecast_entry(**GIVEN)}],
    )  # fmt: skip
    frame = pd.DataFrame({"customer_id": ["0017", "b"], "probability": [0.25, 1.0]})
    start, end = GIVEN["start"], GIVEN["end"]
    path = folder / "tables" / "scores_prediction_purchase.parquet"
    path.write_bytes(score_file("purchase", frame, start=start, end=end))
    (folder / "tables" / "snapshot.json").write_text(json.dumps({"rows": {"orders": 3}}))
    (run,) = earlier_runs(tmp_path, dt.date(2025, 1, 31))
    assert run.record["clv"]["clv_total"] == 5.0
    assert run.findings[0].statement == "One." and run.findings[0].where == {}
    (forecast,) = run.forecasts
    assert forecast["end"] == end and forecast["made_on"] == run.as_of
    assert (forecast["theme"], forecast["customers"], forecast["level"]) == ("clv", "all", 0.9)
    (scores,) = run.scores
    assert (scores.theme, scores.event, scores.start, scores.end) == (
        "prediction", "purchase", start, end,
    )  # fmt: skip
    assert scores.read().to_dict("list") == frame.to_dict("list")
    assert run.snapshot.info["rows"] == {"orders": 3} and run.snapshot.customers is None


def test_findings_in_the_language_of_the_page_where_there_are_any(tmp_path):
    run_folder(tmp_path, "2024-12-31", **{
        "findings": [claim()], "findings.zh": [claim(statement="一。")],
    })  # fmt: skip
    for language, statement in (("zh", "一。"), ("en", "One.")):
        (run,) = earlier_runs(tmp_path, dt.date(2025, 1, 31), language=language)
        assert run.findings[0].statement == statement


def test_files_that_are_cut_short_or_of_another_make_read_as_empty(tmp_path):
    folder = run_folder(
        tmp_path, "2024-12-31", run="[", record="[1]", findings='[{"theme": "clv"}, 3]',
        forecasts='[{"start": "x"}, 7, {"start": "2025-01-01"}]',
    )  # fmt: skip
    (folder / "tables" / "scores_clv_purchase.parquet").write_bytes(b"PAR1")
    (folder / "tables" / "scores_clv_other.parquet").write_bytes(b"")
    (run,) = earlier_runs(tmp_path, dt.date(2025, 1, 31))
    assert (run.run, run.record, run.findings, run.forecasts) == ({}, {}, [], [])
    assert run.scores == [] and run.snapshot is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"measure": "profit"}, "measure 'profit'"),
        ({"customers": "mine"}, "customers 'mine'"),
        ({"end": dt.date(2024, 1, 1)}, "before it starts"),
        ({"level": 90}, "level 90"),
        ({"low": 5.5}, "outside its interval"),
    ],
)
def test_a_forecast_that_nobody_could_judge_is_refused(changes, said):
    with pytest.raises(ValueError, match=said):
        forecast_entry(**GIVEN | changes)


@pytest.mark.parametrize(
    ("event", "frame", "said"),
    [
        ("win", {"customer_id": ["a"], "probability": [0.5]}, "event 'win'"),
        ("purchase", {"customer_id": ["a"], "probability": [1.5]}, "outside 0 to 1"),
        ("purchase", {"customer_id": ["a", "a"], "probability": [0.5, 0.5]}, "two rows"),
    ],
)
def test_chances_that_nobody_could_judge_are_refused(event, frame, said):
    with pytest.raises(ValueError, match=said):
        score_file(event, pd.DataFrame(frame), start=GIVEN["start"], end=GIVEN["end"])


def test_a_report_leaves_forecasts_and_chances(sample, tmp_path):
    from sample_report import begin

    folder = tmp_path / "staging"
    report = begin(tmp_path, staging=folder, show=lambda *a, **k: None)
    report.forecast(**GIVEN)
    report.forecast(**GIVEN | {"name": "none", "value": None})
    report.forecast(**GIVEN | {"name": "nan", "low": float("nan")})
    with pytest.raises(ValueError, match="two forecasts"):
        report.forecast(**GIVEN)
    assert [row["name"] for row in report.parts["forecasts"]] == ["revenue"]
    frame = pd.DataFrame({"customer_id": ["a"], "probability": [0.5]})
    days = {"start": GIVEN["start"], "end": GIVEN["end"]}
    report.scores("purchase", frame, **days)
    report.scores("contract_end", frame.head(0), **days)
    left = [path.name for path in (folder / "tables").iterdir()]
    assert left == [f"scores_{report.theme}_purchase.parquet"]
    assert report.earlier_runs() == []
