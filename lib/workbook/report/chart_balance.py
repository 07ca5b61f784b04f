"""The tornado chart of the acquisition report; it draws finished numbers."""

import numpy as np

from .chart_style import INK, PALE, SOFT, accent, describe, new_axes

__all__ = ["plot_tornado"]


def plot_tornado(table, *, label, low, high, base, title, alt, base_label="", form=None, ax=None):
    """Bars to both sides of a base, one row per factor, in the table's order.

    Parameters
    ----------
    table : pandas.DataFrame
    label, low, high : str
        Columns: name, and the result at the worse and at the better end.
    base : float
        The result as it is, an upright line.
    base_label : str
        Beside that line.
    form : callable, optional
        Number to text.
    """
    rows = len(table)
    ax = new_axes(ax, height=max(2.0, 0.5 * rows + 1.0))
    places = np.arange(rows)
    lows, highs = table[low].to_numpy(float), table[high].to_numpy(float)
    # hatching tells the sides apart without colour
    ax.barh(
        places,
        lows - base,
        left=base,
        color=PALE,
        height=0.6,
        hatch="///",
        edgecolor="white",
        linewidth=0,
    )
    ax.barh(places, highs - base, left=base, color=accent(), height=0.6)
    ax.axvline(base, color=INK, linewidth=1)
    form = form or "{:,.0f}".format
    for place, left, right in zip(places, lows, highs, strict=True):
        for value, side, shift in ((left, "right", -4), (right, "left", 4)):
            ax.annotate(
                form(value), (value, place), xytext=(shift, 0), textcoords="offset points", va="center",
                ha=side, color=INK, fontsize=10.5,
            )  # fmt: skip
    ax.annotate(
        base_label, (base, -0.6), xytext=(4, 0), textcoords="offset points", color=SOFT, va="bottom",
        fontsize=10.5,
    )  # fmt: skip
    ax.set_yticks(places, table[label].astype(str), color=INK)
    ax.set_ylim(rows - 0.4, -0.6)
    span = max(np.nanmax(highs) - np.nanmin(lows), 1e-9)
    ax.set_xlim(np.nanmin(lows) - 0.38 * span, np.nanmax(highs) + 0.38 * span)
    ax.spines["bottom"].set_visible(False)
    ax.set_xticks([])
    return describe(ax, title=title, alt=alt)
