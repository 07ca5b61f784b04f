"""Charts of service draw what they are given, named for readers."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

mpl.use("agg")

from workbook.report import charts

charts.set_style()


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_pareto():
    table = pd.DataFrame(
        {"cause": ["a", "b", "c"], "share": [0.5, 0.3, 0.2], "sum": [0.5, 0.8, 1.0],
         "low": [0.4, 0.2, 0.1], "high": [0.6, 0.4, 0.3]}
    )  # fmt: skip
    ax = charts.plot_pareto(
        table, label="cause", share="share", cumulative="sum", low="low", high="high", title="T", alt="A",
        cumulative_name="added up",
    )  # fmt: skip
    assert [bar.get_width() for bar in ax.patches] == [0.5, 0.3, 0.2]
    assert ax.lines[0].get_xdata().tolist() == [0.5, 0.8, 1.0]
    assert {"50%", "80%", "100%", "added up"} <= set(texts(ax))
    assert ax.workbook_title == "T" and ax.workbook_alt == "A"


def test_control_chart_marks_months_outside():
    table = pd.DataFrame(
        {"month": pd.date_range("2024-01-01", periods=4, freq="MS"), "rate": [1.0, 1.1, 3.0, 1.0],
         "centre": 1.0, "low": 0.2, "high": 2.0, "outside": ["", "", "above", ""]}
    )  # fmt: skip
    ax = charts.plot_control(
        table, x="month", rate="rate", centre="centre", low="low", high="high", outside="outside",
        title="T", alt="A", names={"centre": "base", "high": "limit"},
    )  # fmt: skip
    marked = ax.collections[-1].get_offsets()
    assert len(marked) == 1 and marked[0][1] == 3.0
    assert texts(ax) == ["base", "limit"] and ax.get_ylim()[0] == 0
    charts.mark_months(ax, table["month"], lambda month: f"{month:%m}", most=2)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["01", "03"]


def test_funnel_names_only_units_outside():
    table = pd.DataFrame(
        {"agent": ["x", "y", "z"], "n": [40, 80, 120], "rate": [0.2, 0.5, 0.2], "outside": ["", "above", ""]}
    )  # fmt: skip
    limits = pd.DataFrame(
        {"n": [40.0, 120.0], "low": 0.1, "high": 0.3, "low_far": 0.05, "high_far": 0.4}
    )
    ax = charts.plot_funnel(
        table, limits, n="n", rate="rate", outside="outside", label="agent", overall=0.2, title="T",
        alt="A", names={"inner": "95 %", "outer": "far"},
    )  # fmt: skip
    assert texts(ax) == ["95 %", "far", "y"]
    inside, outside = ax.collections
    assert len(inside.get_offsets()) == 2 and np.allclose(outside.get_offsets(), [[80, 0.5]])


@pytest.mark.parametrize("title", ["", None])
def test_a_chart_needs_its_answer(title):
    table = pd.DataFrame({"cause": ["a"], "share": [1.0], "sum": [1.0]})
    with pytest.raises(ValueError, match="title"):
        charts.plot_pareto(
            table, label="cause", share="share", cumulative="sum", title=title, alt="A"
        )
