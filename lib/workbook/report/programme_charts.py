"""Charts that only the loyalty report needs; they never compute."""

from . import charts

__all__ = ["plot_around_joining"]


def plot_around_joining(table, *, title, alt, before, after, form=None, xlabel="", ax=None):
    """Effects per window before and after joining, with intervals and the line of no difference.

    Parameters
    ----------
    table : pandas.DataFrame
        window (-1, -2, ... before, 0, 1, ... after), effect, low, high.
    before, after : str
        What the two sides are called.
    """
    ax = charts.new_axes(ax)
    early = table["window"] < 0
    # the look-back, which is not measured, lies between the two sides
    place = table["window"].where(early, table["window"] + 1)
    ax.axhline(0, color=charts.SOFT, linewidth=1)
    ax.axvline(0.25, color=charts.PALE, linewidth=1.2, linestyle="--")
    for side, colour, marker, name in (
        (early, charts.SOFT, "s", before),
        (~early, charts.accent(), "o", after),
    ):
        ax.vlines(place[side], table["low"][side], table["high"][side], color=colour, linewidth=2.6,
                  alpha=0.5)  # fmt: skip
        ax.plot(place[side], table["effect"][side], marker, color=colour, markersize=7, label=name)
    labels = [f"{w}" if w < 0 else f"{w + 1}" for w in table["window"]]
    ax.set_xticks(place, [label.replace("-", "\u2212") for label in labels])
    charts.format_axis(ax.yaxis, form)
    ax.grid(axis="y")
    ax.set_xlabel(xlabel)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0, handletextpad=0.3)
    return charts.describe(ax, title=title, alt=alt)
