"""A series by week with its levels."""

from .chart_style import INK, PALE, accent, describe, format_axis, new_axes

__all__ = ["plot_levels"]


def plot_levels(table, *, x, value, level, title, alt, xform=None, yform=None, ax=None):
    """A thin line of values under a thick line of levels; a dotted upright line where a level ends.

    Parameters
    ----------
    table : pandas.DataFrame
        Sorted by `x`.
    x, value, level : str
        Columns.
    title, alt : str
    xform, yform : callable, optional
        Number to text.
    """
    ax = new_axes(ax)
    ax.plot(table[x], table[value], color=PALE, linewidth=1.1)
    ax.plot(table[x], table[level], color=accent(), linewidth=2.6, drawstyle="steps-post")
    known = table[level].ffill()
    for place in table.index[known.ne(known.shift()) & known.shift().notna()]:
        ax.axvline(table.loc[place, x], color=INK, linewidth=1, linestyle=":")
    ax.grid(axis="y")
    format_axis(ax.xaxis, xform)
    format_axis(ax.yaxis, yform)
    return describe(ax, title=title, alt=alt)
