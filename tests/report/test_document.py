"""What the report object shows, keeps and writes."""

import json

import numpy as np
import pandas as pd
import pytest

from sample_report import begin, sample_findings, write_sample
from workbook.intake.errors import InputError
from workbook.report import charts, finding
from workbook.report.wording import WordingError


def parts(folder, language="en"):
    return json.loads((folder / f"parts/clv.{language}.json").read_text(encoding="utf-8"))


def test_the_parts_hold_what_the_runner_collects(tmp_path):
    write_sample(tmp_path, staging=tmp_path / "s")
    kept = parts(tmp_path / "s")
    assert kept["record"] == {"customers": 23_570} and kept["rows"] == 69_659
    assert [item["metric"] for item in kept["findings"]] == [
        "top_tenth_share",
        "second_purchase",
        "best_product",
    ]
    assert kept["lists"] == [{"name": "risk", "file": "lists/clv_risk.csv", "rows": 2}]
    assert kept["answer"].startswith("Few carry") and len(kept["key_figures"]) == 4
    assert (tmp_path / "s/lists/clv_risk.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_nothing_is_written_in_jupyterlab(tmp_path):
    write_sample(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["params"]


def test_both_languages_carry_the_same_numbers(tmp_path):
    for language in ("en", "zh"):
        write_sample(tmp_path, language, staging=tmp_path / "s")
    english, chinese = parts(tmp_path / "s"), parts(tmp_path / "s", "zh")
    words = ("statement", "action", "owner")
    for one, other in zip(english["findings"], chinese["findings"], strict=True):
        assert {k: v for k, v in one.items() if k not in words} == {
            k: v for k, v in other.items() if k not in words
        }
    assert chinese["untranslated"] == []


def test_a_hidden_finding_is_gone_and_the_method_block_says_so(tmp_path):
    shown = []
    report = begin(
        tmp_path,
        hide={"clv.second_purchase": "known <b>"},
        show=lambda kind, html, **_: shown.append((kind, str(html))),
    )
    report.findings(sample_findings(report))
    report.data_and_method()
    findings, method = (
        next(html for kind, html in shown if kind == wanted) for wanted in ("findings", "method")
    )
    assert "first day" not in findings
    assert "clv.second_purchase: known &lt;b&gt;" in method
    assert report.parts["hidden"] == {"clv.second_purchase": "known <b>"}
    assert "clv.second_purchase" not in [item["finding_id"] for item in report.parts["findings"]]


def test_a_misspelt_hide_is_refused_and_an_old_one_is_not(tmp_path):
    report = begin(tmp_path, hide={"clv.second_purchas": "known"})
    with pytest.raises(InputError, match="did you mean 'clv.second_purchase'"):
        report.findings(sample_findings(report))
    report = begin(
        tmp_path, hide={"clv.zzz": "gone", "segmentation.second_purchase": "other theme"}
    )
    report.findings(sample_findings(report))


def test_causal_words_are_refused_in_findings_answer_and_titles(tmp_path):
    report = begin(tmp_path)
    with pytest.raises(WordingError):
        report.findings(
            [finding(metric="m", rung="predictive", statement="It fell because of the price.")]
        )
    with pytest.raises(WordingError):
        report.answer("Discounts drive revenue.")
    table = pd.DataFrame({"a": ["x"], "b": [1.0]})
    with pytest.raises(WordingError):
        report.figure(
            charts.plot_bars(table, label="a", value="b", title="Price affects sales", alt="Bars.")
        )


def test_a_figure_needs_title_and_alternative_text(tmp_path):
    from matplotlib import pyplot as plt

    with pytest.raises(ValueError, match="needs a title"):
        begin(tmp_path).figure(plt.subplots()[1])
    plt.close("all")


def test_lists_stay_in_their_folder_and_are_written_once(tmp_path):
    frame = pd.DataFrame({"customer_id": ["1"]})
    with pytest.raises(ValueError, match="plain word"):
        begin(tmp_path, staging=tmp_path / "s").customer_list("../x", frame)
    # the other language's run must not write the client's list again
    report = begin(tmp_path, "zh", staging=tmp_path / "s")
    object.__setattr__(
        report, "client", type(report.client)(**vars(report.client) | {"language": "en"})
    )
    report.customer_list("risk", frame)
    assert not (tmp_path / "s").exists()


def test_records_are_plain_numbers(tmp_path):
    report = begin(tmp_path, staging=tmp_path / "s")
    report.record(a=np.float64(2.5), b=np.int64(3), c=np.nan)
    report.footer()
    assert parts(tmp_path / "s")["record"] == {"a": 2.5, "b": 3, "c": None}


def test_no_action_and_empty_findings_are_sentences(tmp_path):
    shown = []
    report = begin(tmp_path, show=lambda kind, html, **_: shown.append(str(html)))
    report.findings([None])
    report.actions()
    assert "No finding calls for an action." in shown[-1]
