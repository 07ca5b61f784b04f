"""Plots of service: Pareto bars, control chart, funnel of agents."""

import numpy as np

from .chart_style import GRID, INK, PALE, SOFT, WARNING, accent, describe, format_axis, new_axes

__all__ = ["mark_months", "plot_control", "plot_funnel", "plot_pareto"]


def mark_months(ax, months, form, *, most=5):
    """Name at most so many months of a time axis, in the reader's words (`form` of one month)."""
    step = max(1, -(-len(months) // most))
    shown = list(months)[::step]
    ax.set_xticks(shown, [form(month) for month in shown])
    return ax


def plot_pareto(
    table, *, label, share, cumulative, title, alt, low=None, high=None, form=None, cumulative_name="",
    ax=None,
):  # fmt: skip
    """Shares as bars, largest first, with the share that they add up to as a line of dots.

    Parameters
    ----------
    table : pandas.DataFrame
    label, share, cumulative : str
        Columns: names, shares (0-1) and running sums of the shares.
    low, high : str, optional
        Columns of the interval of each share, drawn as a thin line.
    form : callable, optional
        Share to text.
    cumulative_name : str
        What the line is called, beside its last dot.
    """
    rows = len(table)
    ax = new_axes(ax, height=max(1.9, 0.42 * rows + 0.8))
    places = np.arange(rows)
    form = form or "{:.0%}".format
    shares, sums = table[share].to_numpy(float), table[cumulative].to_numpy(float)
    ax.barh(places, shares, color=accent(), height=0.62)
    if low and high:
        ax.hlines(places, table[low], table[high], color=INK, linewidth=1.2)
    ax.plot(sums, places, color=SOFT, linewidth=1.2, marker="o", markersize=5, zorder=3)
    ends = np.maximum(shares, table[high].to_numpy(float)) if high else shares
    for place, length, end, total in zip(places, shares, ends, sums, strict=True):
        # the first dot lies at the end of the first bar
        gap = 11 if place == 0 else 5
        ax.annotate(
            form(length), (end, place), xytext=(gap, 0), textcoords="offset points", va="center",
            color=INK,
        )  # fmt: skip
        if place:
            ax.annotate(
                form(total), (total, place), xytext=(-7, 0), textcoords="offset points", va="center",
                ha="right", color=SOFT, fontsize=10.5,
                bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1},
            )  # fmt: skip
    if cumulative_name:
        ax.annotate(
            cumulative_name, (sums[-1], places[-1]), xytext=(0, -10), textcoords="offset points",
            ha="right", va="top", color=SOFT, fontsize=10.5, annotation_clip=False,
        )  # fmt: skip
    ax.set_yticks(places, table[label].astype(str), color=INK)
    ax.set_ylim(rows - 0.1 if cumulative_name else rows - 0.4, -0.6)
    ax.set_xlim(0, 1.02)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    return describe(ax, title=title, alt=alt)


def plot_control(
    table, *, x, rate, centre, low, high, outside, title, alt, xform=None, yform=None, names=None,
    ylabel="", ax=None,
):  # fmt: skip
    """A control chart: rates over time between limits, those beyond them marked.

    Parameters
    ----------
    table : pandas.DataFrame
        Sorted by `x` (dates).
    rate, centre, low, high : str
        Columns.
    outside : str
        Column that holds "above", "below" or an empty text.
    names : dict, optional
        "centre", "high": what the lines are called.
    """
    ax = new_axes(ax)
    ax.fill_between(
        table[x], table[low], table[high], color=GRID, alpha=0.7, linewidth=0, step="mid"
    )
    ax.plot(table[x], table[high], color=PALE, linewidth=1, drawstyle="steps-mid")
    ax.plot(table[x], table[low], color=PALE, linewidth=1, drawstyle="steps-mid")
    ax.plot(table[x], table[centre], color=SOFT, linewidth=1, linestyle="--")
    ax.plot(table[x], table[rate], color=accent(), linewidth=2, marker="o", markersize=4)
    far = table[table[outside] != ""]
    # filled squares stand out without their colour too
    ax.scatter(far[x], far[rate], color=WARNING, marker="s", s=64, zorder=4)
    for name, column in (("centre", centre), ("high", high)):
        if names and names.get(name):
            ax.annotate(
                names[name], (table[x].iloc[-1], table[column].iloc[-1]), xytext=(6, 0),
                textcoords="offset points", va="center", color=SOFT, fontsize=10.5,
                annotation_clip=False,
            )  # fmt: skip
    ax.set_ylim(bottom=0)
    ax.grid(axis="y")
    format_axis(ax.xaxis, xform)
    format_axis(ax.yaxis, yform)
    ax.set_ylabel(ylabel)
    return describe(ax, title=title, alt=alt)


def plot_funnel(
    table, limits, *, n, rate, outside, label, overall, title, alt, names=None, xform=None, yform=None,
    xlabel="", ylabel="", ax=None,
):  # fmt: skip
    """A funnel plot: rates over the number of cases within limits that narrow as it grows.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per unit.
    limits : pandas.DataFrame
        n, low, high (inner lines), low_far, high_far (outer lines).
    n, rate, outside, label : str
        Columns; only units with a text in `outside` are named.
    overall : float
        The line in the middle.
    names : dict, optional
        "inner", "outer": what the lines are called.
    """
    ax = new_axes(ax)
    ax.axhline(overall, color=SOFT, linewidth=1, linestyle="--")
    for ends, style, name in (
        (("low", "high"), ":", "inner"),
        (("low_far", "high_far"), "-", "outer"),
    ):
        for end in ends:
            ax.plot(limits["n"], limits[end], color=PALE, linewidth=1.4, linestyle=style)
        if names and names.get(name):
            ax.annotate(
                names[name], (limits["n"].iloc[-1], limits[ends[1]].iloc[-1]), xytext=(5, 0),
                textcoords="offset points", va="center", color=SOFT, fontsize=10.5,
                annotation_clip=False,
            )  # fmt: skip
    inside, far = table[table[outside] == ""], table[table[outside] != ""]
    ax.scatter(inside[n], inside[rate], color=accent(), s=34, alpha=0.75, linewidth=0)
    ax.scatter(far[n], far[rate], color=WARNING, marker="s", s=54, zorder=4)
    for x, y, text in zip(far[n], far[rate], far[label], strict=True):
        ax.annotate(
            str(text), (x, y), xytext=(7, 0), textcoords="offset points", va="center", color=INK
        )
    ax.set_ylim(bottom=0)
    ax.grid(axis="y")
    ax.locator_params(axis="x", nbins=6)
    format_axis(ax.xaxis, xform)
    format_axis(ax.yaxis, yform)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    return describe(ax, title=title, alt=alt)
