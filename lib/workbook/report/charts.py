"""Charts for notebooks: the style, and plots that draw finished numbers and never compute.

Every plot takes a table first, then keywords; `title` (the answer) and `alt` (what the chart shows)
are required, `ax` comes last, and the axes come back. ``charts.ACCENT`` is the accent colour in force.
"""

from .chart_curves import plot_curve, plot_lines, plot_scatter
from .chart_rows import plot_bars, plot_columns, plot_heatmap, plot_intervals, plot_pairs
from .chart_service import mark_months, plot_control, plot_funnel, plot_pareto
from .chart_style import (
    GRID,
    INK,
    PALE,
    SIZE,
    SOFT,
    WARNING,
    accent,
    describe,
    format_axis,
    new_axes,
    set_style,
)

__all__ = [
    "GRID", "INK", "PALE", "SIZE", "SOFT", "WARNING",
    "accent", "describe", "format_axis", "mark_months", "new_axes", "set_style",
    "plot_bars", "plot_columns", "plot_control", "plot_curve", "plot_funnel", "plot_heatmap",
    "plot_intervals", "plot_lines", "plot_pairs", "plot_pareto", "plot_scatter",
]  # fmt: skip


def __getattr__(name):
    if name == "ACCENT":
        return accent()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
