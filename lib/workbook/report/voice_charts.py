"""Plots of answers: parts of a scale on either side of the middle, measures over time, the map."""

import numpy as np

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
)

__all__ = ["plot_map", "plot_parts", "plot_waves"]


def plot_parts(table, *, label, values, title, alt, form=None, ax=None):
    """Diverging bars: the first part left of the middle, the last right of it, what is between halved.

    `values` is {column: name} of exactly three columns of shares, the worst first.
    """
    (worst, worst_name), (middle, middle_name), (best, best_name) = values.items()
    rows = len(table)
    ax = new_axes(ax, height=max(2.0, 0.46 * rows + 1.1))
    places = np.arange(rows)
    low, half, high = (table[name].to_numpy(float) for name in (worst, middle, best))
    half = half / 2
    form = form or "{:.0%}".format
    for left, width, colour, name, ink in (
        (-half - low, low, WARNING, worst_name, "white"),
        (-half, 2 * half, GRID, middle_name, INK),
        (half, high, accent(), best_name, "white"),
    ):
        ax.barh(places, width, left=left, color=colour, height=0.62, label=name)
        for place, start, length in zip(places, left, width, strict=True):
            if length >= 0.07:  # narrower ones would not hold their figure
                ax.annotate(
                    form(length), (start + length / 2, place), ha="center", va="center",
                    color=ink, fontsize=10.5,
                )  # fmt: skip
    ax.axvline(0, color=SOFT, linewidth=1)
    ax.set_yticks(places, table[label].astype(str), color=INK)
    ax.set_ylim(rows - 0.4, -0.6)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    ax.legend(
        loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0, handlelength=0.9,
        columnspacing=1.0, handletextpad=0.4,
    )  # fmt: skip
    return describe(ax, title=title, alt=alt)


def plot_waves(table, *, x, value, low, high, title, alt, mark=None, form=None, ylabel="", ax=None):
    """A measure over named periods with its intervals; `mark` is the period from which it is marked."""
    ax = new_axes(ax)
    names = table[x].astype(str).tolist()
    places = np.arange(len(names))
    colours = [accent()] * len(names)
    if mark in names:
        colours[names.index(mark) :] = [WARNING] * (len(names) - names.index(mark))
        ax.axvline(names.index(mark) - 0.5, color=SOFT, linewidth=1, linestyle="--")
    ax.plot(places, table[value], color=PALE, linewidth=1.6, zorder=1)
    ax.vlines(places, table[low], table[high], color=colours, linewidth=3, alpha=0.4)
    ax.scatter(places, table[value], color=colours, s=42, zorder=3)
    step = max(1, -(-len(names) // 8))
    ax.set_xticks(places[::step], names[::step])
    ax.set_xlim(-0.6, len(names) - 0.4)
    format_axis(ax.yaxis, form)
    ax.locator_params(axis="y", nbins=6)
    ax.grid(axis="y")
    ax.set_ylabel(ylabel)
    return describe(ax, title=title, alt=alt)


def plot_map(
    table, *, label, x, y, x_low, x_high, y_low, y_high, corners, title, alt, highlight=None,
    xform=None, yform=None, xlabel="", ylabel="", ax=None,
):  # fmt: skip
    """Points with intervals both ways and lines at the means; `corners` names the four fields.

    `corners` is {"improve", "keep", "later", "extra"} to their names: high and left, high and
    right, low and left, low and right.
    """
    ax = new_axes(ax, height=SIZE[1] * 1.3)
    names = table[label].astype(str).tolist()
    colours = [WARNING if highlight and name in highlight else accent() for name in names]
    ax.axvline(table[x].mean(), color=SOFT, linewidth=1, linestyle="--")
    ax.axhline(1 / max(len(table), 1), color=SOFT, linewidth=1, linestyle="--")
    ax.hlines(table[y], table[x_low], table[x_high], color=colours, linewidth=2, alpha=0.35)
    ax.vlines(table[x], table[y_low], table[y_high], color=colours, linewidth=2, alpha=0.35)
    ax.scatter(table[x], table[y], color=colours, s=46, zorder=3)
    for name, at_x, at_y in zip(names, table[x], table[y], strict=True):
        ax.annotate(
            name, (at_x, at_y), xytext=(6, 5), textcoords="offset points", color=INK, fontsize=10.5
        )
    ax.margins(0.16, 0.14)
    for corner, (at, level, across, up) in {
        "improve": (0.01, 0.99, "left", "top"), "keep": (0.99, 0.99, "right", "top"),
        "later": (0.01, 0.01, "left", "bottom"), "extra": (0.99, 0.01, "right", "bottom"),
    }.items():  # fmt: skip
        ax.text(
            at, level, corners[corner], transform=ax.transAxes, ha=across, va=up, color=SOFT,
            fontsize=10.5, style="italic",
        )  # fmt: skip
    format_axis(ax.xaxis, xform)
    format_axis(ax.yaxis, yform)
    ax.locator_params(nbins=6)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    return describe(ax, title=title, alt=alt)
