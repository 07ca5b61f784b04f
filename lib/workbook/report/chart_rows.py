"""Plots with one mark per row or cell: bars, columns, intervals, pairs, heatmap."""

import matplotlib as mpl
import numpy as np

from .chart_style import GRID, INK, PALE, SOFT, WARNING, accent, describe, format_axis, new_axes

__all__ = ["plot_bars", "plot_columns", "plot_heatmap", "plot_intervals", "plot_pairs"]


def plot_bars(
    table,
    *,
    label,
    value,
    title,
    alt,
    low=None,
    high=None,
    highlight=None,
    form=None,
    xlabel="",
    ax=None,
):
    """Horizontal bars with their values beside them, one row each, in the table's order.

    Parameters
    ----------
    table : pandas.DataFrame
    label, value : str
        Columns of the bars' names and lengths.
    title, alt : str
    low, high : str, optional
        Columns of the interval, drawn as a thin line.
    highlight : list, optional
        Labels in the accent colour; the others are pale. Without it all are accented.
    form : callable, optional
        Number to text, for instance ``fmt.percent``.
    """
    rows = len(table)
    ax = new_axes(ax, height=max(1.6, 0.42 * rows + 0.5))
    names = table[label].astype(str).tolist()
    lengths = table[value].to_numpy(float)
    colours = [accent() if highlight is None or name in highlight else PALE for name in names]
    places = np.arange(rows)
    ax.barh(places, lengths, color=colours, height=0.62)
    ends = np.nan_to_num(np.maximum(lengths, 0))
    if low and high:
        ax.hlines(places, table[low], table[high], color=INK, linewidth=1.2)
        ends = np.nan_to_num(np.maximum(ends, table[high].to_numpy(float)))
    form = form or "{:,.0f}".format
    for place, end, length in zip(places, ends, lengths, strict=True):
        ax.annotate(
            form(length),
            (end, place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=INK,
        )
    ax.set_yticks(places, names, color=INK)
    ax.invert_yaxis()
    ax.margins(x=0.16)
    ax.xaxis.set_visible(bool(xlabel))
    ax.set_xticks([])
    ax.set_xlabel(xlabel)
    ax.spines["bottom"].set_visible(False)
    return describe(ax, title=title, alt=alt)


def plot_columns(
    table,
    *,
    x,
    value,
    title,
    alt,
    highlight=None,
    form=None,
    labels=True,
    xlabel="",
    ylabel="",
    ax=None,
):
    """Upright bars over an ordered scale (counts, classes, periods), values on top."""
    ax = new_axes(ax)
    names = table[x].astype(str).tolist()
    heights = table[value].to_numpy(float)
    colours = [accent() if highlight is None or name in highlight else PALE for name in names]
    places = np.arange(len(names))
    ax.bar(places, heights, color=colours, width=0.74)
    if labels:
        form_text = form or "{:,.0f}".format
        for place, height in zip(places, heights, strict=True):
            ax.annotate(
                form_text(height), (place, max(height, 0)), xytext=(0, 3),
                textcoords="offset points", ha="center", fontsize=10.5,
            )  # fmt: skip
        ax.set_yticks([])
    else:
        format_axis(ax.yaxis, form)
        ax.grid(axis="y")
    step = max(1, -(-len(names) // 14))  # at most 14 names fit on a phone
    ax.set_xticks(places[::step], names[::step])
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    return describe(ax, title=title, alt=alt)


def plot_heatmap(matrix, *, title, alt, form=None, xlabel="", ylabel="", ax=None):
    """A small matrix as shaded cells with their numbers; index and columns name its sides."""
    values = matrix.to_numpy(float)
    ax = new_axes(ax, height=max(2.2, 0.46 * len(matrix) + 1.0))
    shades = mpl.colors.LinearSegmentedColormap.from_list("accent", ["#f2f6f7", accent()])
    top = np.nanmax(values) if np.isfinite(values).any() else 1.0
    ax.pcolormesh(values, cmap=shades, vmin=0, vmax=top or 1.0, edgecolors="white", linewidth=2)
    form = form or "{:,.0f}".format
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            colour = "white" if value > 0.55 * top else INK
            ax.text(
                column + 0.5,
                row + 0.5,
                form(value),
                ha="center",
                va="center",
                color=colour,
                fontsize=10.5,
            )
    ax.set_xticks(np.arange(values.shape[1]) + 0.5, matrix.columns.astype(str))
    ax.set_yticks(np.arange(values.shape[0]) + 0.5, matrix.index.astype(str))
    ax.invert_yaxis()
    ax.spines["bottom"].set_visible(False)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    return describe(ax, title=title, alt=alt)


def plot_intervals(
    table, *, label, value, low, high, title, alt, highlight=None, reference=None, reference_label="",
    form=None, xlabel="", ax=None,
):  # fmt: skip
    """Points with their intervals, one row each; `reference` is an upright line to compare with."""
    rows = len(table)
    ax = new_axes(ax, height=max(1.8, 0.42 * rows + 0.9))
    names = table[label].astype(str).tolist()
    places = np.arange(rows)
    colours = [WARNING if highlight and name in highlight else accent() for name in names]
    if reference is not None:
        ax.axvline(reference, color=SOFT, linewidth=1, linestyle="--")
        ax.annotate(
            reference_label, (reference, -0.6), xytext=(4, 0), textcoords="offset points", color=SOFT,
            va="bottom", fontsize=10.5,
        )  # fmt: skip
    ax.hlines(places, table[low], table[high], color=colours, linewidth=3, alpha=0.4)
    ax.scatter(table[value], places, color=colours, s=42, zorder=3)
    format_axis(ax.xaxis, form)
    ax.locator_params(axis="x", nbins=6)  # more labels touch on a phone
    ax.grid(axis="x")
    ax.set_yticks(places, names, color=INK)
    ax.set_ylim(rows - 0.4, -0.6)
    ax.set_xlabel(xlabel)
    return describe(ax, title=title, alt=alt)


def plot_pairs(table, *, label, values, title, alt, form=None, xlabel="", ax=None):
    """Two measures per row as two points on one line, for instance share of customers and of revenue.

    `values` is {column: name} of exactly two columns; the second is in the accent colour.
    """
    (first, first_name), (second, second_name) = values.items()
    rows = len(table)
    ax = new_axes(ax, height=max(1.9, 0.42 * rows + 1.0))
    places = np.arange(rows)
    ax.hlines(places, table[first], table[second], color=GRID, linewidth=3)
    ax.scatter(table[first], places, color=PALE, s=60, zorder=3, label=first_name)
    ax.scatter(table[second], places, color=accent(), s=60, zorder=3, label=second_name)
    ax.set_yticks(places, table[label].astype(str), color=INK)
    ax.set_ylim(rows - 0.4, -0.6)
    format_axis(ax.xaxis, form)
    ax.locator_params(axis="x", nbins=6)  # more labels touch on a phone
    ax.grid(axis="x")
    ax.set_xlabel(xlabel)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0, handletextpad=0.3)
    return describe(ax, title=title, alt=alt)
