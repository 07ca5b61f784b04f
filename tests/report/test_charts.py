import base64

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from workbook.report import charts
from workbook.report.figures import figure_source

SAID = {"title": "The answer", "alt": "What it shows."}


@pytest.fixture(autouse=True)
def style():
    charts.set_style()
    yield
    plt.close("all")


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "name": ["甲", "乙", "丙"],
            "x": [0.0, 0.5, 1.0],
            "a": [1.0, np.nan, 3.0],
            "b": [3.0, 2.0, 1.0],
            "low": [0.5, 1, 0.5],
            "high": [4.0, 3, 4],
        }  # fmt: skip
    )


PLOTS = {
    "plot_bars": {"label": "name", "value": "b", "low": "low", "high": "high", "highlight": ["甲"]},
    "plot_columns": {"x": "name", "value": "b"},
    "plot_lines": {"x": "x", "series": {"a": "one", "b": "两"}, "low": "low", "high": "high"},
    "plot_curve": {"x": "x", "y": "x", "mark": (0.2, 0.5), "mark_label": "前 20%", "diagonal_label": "d"},
    "plot_intervals": {"label": "name", "value": "b", "low": "low", "high": "high", "reference": 1, "highlight": ["乙"]},
    "plot_pairs": {"label": "name", "values": {"a": "one", "b": "two"}},
    "plot_scatter": {"x": "x", "y": "b", "label": "name", "size": "b", "diagonal": True},
}  # fmt: skip


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_draws_and_returns_its_axes(name, table):
    ax = getattr(charts, name)(table, **PLOTS[name], **SAID)
    source, width, height = figure_source(ax.figure)
    assert source.startswith("data:image/svg+xml;base64,") and width > height > 100
    assert ax.get_title(loc="left") == "The answer" and ax.workbook_alt == "What it shows."
    given = plt.subplots()[1]
    assert getattr(charts, name)(table, **PLOTS[name], **SAID, ax=given) is given


def test_a_heatmap_of_missing_cells_draws():
    charts.plot_heatmap(pd.DataFrame([[1.0, np.nan], [3.0, 4.0]], index=["a", "b"]), **SAID)
    charts.plot_heatmap(pd.DataFrame([[np.nan]]), **SAID)


def test_title_and_alternative_text_are_required(table):
    with pytest.raises(ValueError, match="needs a title"):
        charts.plot_bars(table, label="name", value="b", title="x", alt="")


def test_the_same_chart_gives_the_same_bytes_and_shows_no_markup(table):
    table.loc[0, "name"] = "<script>alert(1)</script>"

    def draw():
        return figure_source(charts.plot_bars(table, label="name", value="b", **SAID).figure)[0]

    assert draw() == draw()
    svg = base64.b64decode(draw().partition(",")[2]).decode()
    assert "script" not in svg and "<text" not in svg and "Date" not in svg


def test_many_marks_become_a_png(table):
    many = pd.DataFrame({"x": np.arange(9_000) / 9_000, "b": np.arange(9_000) % 97})
    source, *_ = figure_source(charts.plot_scatter(many, x="x", y="b", **SAID).figure)
    assert source.startswith("data:image/png;base64,") and len(source) < 400_000


def test_the_brand_sets_the_accent_and_ticks_lose_empty_decimals(table):
    charts.set_style("#123abc")
    assert charts.ACCENT == "#123abc"
    ax = charts.plot_scatter(table, x="x", y="b", yform="{:.1f} %".format, **SAID)
    ax.set_yticks([0, 10])
    ax.figure.canvas.draw()
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["0 %", "10 %"]
