"""Brands beside the line that their size lets expect."""

from .chart_style import INK, SOFT, WARNING, accent, describe, format_axis, new_axes

__all__ = ["plot_norm"]


def plot_norm(
    table, *, x, y, norm_x, norm_y, label, title, alt, highlight=(), norm_label="", xform=None,
    yform=None, xlabel="", ylabel="", ax=None,
):  # fmt: skip
    """Points with their names, and a line through what the norm gives for each.

    Parameters
    ----------
    table : pandas.DataFrame
    x, y : str
        Columns observed.
    norm_x, norm_y : str
        Columns of the norm.
    label : str
        Column of names.
    highlight : list
        Names drawn in the warning colour as squares.
    norm_label : str
        Stands at the beginning of the line.
    """
    ax = new_axes(ax)
    line = table.dropna(subset=[norm_x, norm_y]).sort_values(norm_x)
    ax.plot(line[norm_x], line[norm_y], color=SOFT, linewidth=1.4, linestyle="--")
    if len(line) and norm_label:
        ax.annotate(
            norm_label, (line[norm_x].iloc[0], line[norm_y].iloc[0]), xytext=(-4, -14), ha="right",
            textcoords="offset points", color=SOFT, fontsize=10.5, annotation_clip=False,
        )  # fmt: skip
    for name, at_x, at_y in zip(table[label], table[x], table[y], strict=True):
        ours = name in highlight
        ax.plot(at_x, at_y, "s" if ours else "o", color=WARNING if ours else accent(), markersize=8)
        ax.annotate(
            str(name), (at_x, at_y), xytext=(7, 5), textcoords="offset points", fontsize=10.5, color=INK,
        )  # fmt: skip
    ax.margins(x=0.14, y=0.18)
    ax.set_ylim(bottom=0)
    ax.grid(axis="y")
    format_axis(ax.xaxis, xform)
    format_axis(ax.yaxis, yform)
    ax.locator_params(axis="x", nbins=6)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    return describe(ax, title=title, alt=alt)
