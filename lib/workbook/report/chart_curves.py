"""Plots over a continuous x: lines, concentration curves, scatter."""

import numpy as np

from .chart_style import INK, PALE, SIZE, SOFT, WARNING, accent, describe, format_axis, new_axes

__all__ = ["plot_curve", "plot_lines", "plot_scatter"]


def plot_lines(
    table,
    *,
    x,
    series,
    title,
    alt,
    low=None,
    high=None,
    xform=None,
    yform=None,
    xlabel="",
    ylabel="",
    ax=None,
):
    """Lines over a common x, each named at its end.

    Parameters
    ----------
    table : pandas.DataFrame
        Sorted by `x`.
    series : dict
        Column to its name; the first is in the accent colour, the second in the warning colour, the
        rest grey.
    low, high : str, optional
        Columns of a band around the first line.
    """
    ax = new_axes(ax)
    colours = [accent(), WARNING, SOFT, PALE]
    if low and high:
        ax.fill_between(table[x], table[low], table[high], color=accent(), alpha=0.16, linewidth=0)
    ends = []
    for index, (column, name) in enumerate(series.items()):
        colour = colours[min(index, 3)]
        ax.plot(table[x], table[column], color=colour, linewidth=2.4 if index < 2 else 1.6)
        known = table[[x, column]].dropna()
        if len(known):
            ends.append([known[x].iloc[-1], float(known[column].iloc[-1]), name, colour])
    ax.grid(axis="y")
    format_axis(ax.xaxis, xform)
    format_axis(ax.yaxis, yform)
    _name_ends(ax, ends)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    return describe(ax, title=title, alt=alt)


def _name_ends(ax, ends):
    """Names at the lines' ends, moved apart where they would touch."""
    bottom, top = ax.get_ylim()
    gap = 0.085 * (top - bottom)
    last = -np.inf
    for x, y, name, colour in sorted(ends, key=lambda end: end[1]):
        last = max(y, last + gap)
        shift = (last - y) / (top - bottom) * SIZE[1] * 72 * 0.8
        ax.annotate(
            name, (x, y), xytext=(6, shift), textcoords="offset points", va="center", color=colour,
            annotation_clip=False,
        )  # fmt: skip


def plot_curve(
    table, *, x, y, title, alt, mark=None, mark_label="", diagonal_label="", xform=None, yform=None,
    xlabel="", ylabel="", ax=None,
):  # fmt: skip
    """A concentration or gain curve over its diagonal, one point marked.

    `mark` is the (x, y) of the marked point; `mark_label` stands beside it.
    """
    ax = new_axes(ax)
    ax.plot([0, 1], [0, 1], color=PALE, linewidth=1.2)
    ax.fill_between(table[x], table[x], table[y], color=accent(), alpha=0.08, linewidth=0)
    ax.plot(table[x], table[y], color=accent())
    if diagonal_label:
        ax.annotate(
            diagonal_label,
            (0.72, 0.72),
            xytext=(8, -8),
            textcoords="offset points",
            va="top",
            color=SOFT,
        )
    if mark is not None:
        ax.plot(
            [mark[0], mark[0], 0],
            [0, mark[1], mark[1]],
            color=WARNING,
            linewidth=1.1,
            linestyle="--",
        )
        ax.plot(*mark, "o", color=WARNING, markersize=7)
        ax.annotate(
            mark_label, mark, xytext=(14, -8), textcoords="offset points", va="top", color=INK,
            bbox={"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 1.5},
        )  # fmt: skip
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1.02)
    ax.grid(axis="y")
    format_axis(ax.xaxis, xform)
    format_axis(ax.yaxis, yform)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    return describe(ax, title=title, alt=alt)


def plot_scatter(
    table, *, x, y, title, alt, label=None, size=None, diagonal=False, xform=None, yform=None,
    xlabel="", ylabel="", ax=None,
):  # fmt: skip
    """Points, named beside them when `label` is given; `diagonal` draws the line of equality."""
    ax = new_axes(ax)
    sizes = 46 if size is None else 30 + 500 * table[size] / table[size].max()
    if diagonal:
        top = float(np.nanmax([table[x].max(), table[y].max()]))
        ax.plot([0, top], [0, top], color=PALE, linewidth=1.2)
    ax.scatter(table[x], table[y], s=sizes, color=accent(), alpha=0.75, linewidth=0)
    if label:
        for text, at_x, at_y in zip(table[label], table[x], table[y], strict=True):
            ax.annotate(
                str(text),
                (at_x, at_y),
                xytext=(7, 4),
                textcoords="offset points",
                fontsize=10.5,
                color=INK,
            )
    ax.grid(axis="y")
    format_axis(ax.xaxis, xform)
    format_axis(ax.yaxis, yform)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    return describe(ax, title=title, alt=alt)
