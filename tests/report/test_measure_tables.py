"""NPS and effort by group and wave: every value with its interval, small groups left out."""

import numpy as np
import pandas as pd
import pytest

from sample_report import begin
from workbook.report import later_figures, measure_tables


@pytest.fixture
def report(tmp_path):
    """A report that keeps what it is asked to show."""
    report = begin(tmp_path)
    report.shown = []
    report.table = lambda frame, columns=None, caption="": report.shown.append((frame, columns))
    return report


def groups(values):
    return pd.DataFrame(
        {"group": ["east", "west", "tiny"], "n": [1200, 40, 9], "value": values,
         "low": np.array(values) - 5, "high": np.array(values) + 5, "enough": [True, True, False]}
    )  # fmt: skip


def test_one_row_per_group_and_one_column_per_measure(report):
    effort = groups([4.0, 5.0, 6.0]).drop(index=1)  # nobody in the west was asked
    tables = {"nps": {"region": groups([10.0, -20.0, 50.0])}, "ces_mean": {"region": effort}}
    measure_tables.show_other_groups(report, tables)
    frame, columns = report.shown[0]
    assert list(frame["name"]) == ["Region: east", "Region: west"]
    assert frame["nps"].iloc[0] == "10.0 (5.0 to 15.0; n = 1,200)"
    assert frame["ces_mean"].tolist() == ["4.00 (−1.00 to 9.00; n = 1,200)", "–"]
    assert list(columns) == ["name", "nps", "ces_mean"]


def test_waves_tell_their_change(report):
    waves = groups([10.0, 30.0, 0.0]).rename(columns={"group": "wave"})
    waves = waves.assign(change=[np.nan, 20.0, 0.0], change_low=[np.nan, 3.0, 0], change_high=37.0)
    measure_tables.show_other_waves(report, {"nps": waves})
    frame, _ = report.shown[0]
    assert frame["nps_change"].tolist() == ["–", "20.0 (3.0 to 37.0)"]


def test_nothing_to_show_shows_nothing(report):
    measure_tables.show_other_groups(report, {"nps": {"region": groups([1.0, 2.0, 3.0]).tail(1)}})
    measure_tables.show_other_waves(report, {})
    assert not report.shown


@pytest.mark.parametrize(
    ("step", "source", "start"),
    [
        ("followed_up_on", "sheets", "68\u00a0% of the dissatisfied were followed up within"),
        ("closed_on", "sheets", "68\u00a0% of the matters of the dissatisfied were closed"),
        ("closed_on", "feedback", "68\u00a0% of reviews and other feedback were closed"),
    ],
)
def test_the_closed_loop_is_titled_with_a_sentence(report, step, source, start):
    row = pd.Series({"step": step, "source": source, "share": 0.679, "limit_days": 7})
    assert later_figures._loop_title(report, row).startswith(start)
