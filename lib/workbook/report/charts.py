"""Chart style and plots that several themes use; they draw finished numbers and never compute."""

import re
from functools import cache
from importlib.resources import files

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

__all__ = [
    "ACCENT", "GRID", "INK", "SOFT", "WARNING",
    "describe", "new_axes", "set_style",
    "plot_bars", "plot_columns", "plot_curve", "plot_heatmap", "plot_intervals", "plot_lines",
    "plot_pairs", "plot_scatter",
]  # fmt: skip

ACCENT = "#0b6e74"
WARNING = "#c8402f"
INK = "#16202c"
SOFT = "#5d6b7a"
GRID = "#e3e8ec"
PALE = "#b9c6cc"
FAMILY = "Noto Sans SC"
SIZE = (6.0, 3.5)  # inches; drawn at 12 points it stays readable on a phone of 360 px


@cache
def _register_font():
    """Make the font that holds both Latin and Chinese known to Matplotlib; it ships with zhplot."""
    path = files("zhplot") / "fonts" / "NotoSansSC-Regular.ttf"
    mpl.font_manager.fontManager.addfont(str(path))


def set_style(accent=None):
    """Set the one chart style; `accent` is the brand's colour, already checked."""
    import seaborn as sns

    global ACCENT
    ACCENT = accent or "#0b6e74"
    _register_font()
    sns.set_theme(
        style="white",
        palette=[ACCENT, WARNING, SOFT, PALE],
        rc={
            "font.family": [FAMILY],
            "font.size": 12,
            "axes.labelsize": 12,
            "axes.titlesize": 13,
            "xtick.labelsize": 11,
            "ytick.labelsize": 11,
            "axes.edgecolor": PALE,
            "axes.labelcolor": SOFT,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.spines.left": False,
            "axes.unicode_minus": True,
            "axes.grid": False,
            "grid.color": GRID,
            "text.color": INK,
            "xtick.color": SOFT,
            "ytick.color": SOFT,
            "figure.figsize": SIZE,
            "figure.constrained_layout.use": True,
            "figure.facecolor": "white",
            "legend.frameon": False,
            "lines.linewidth": 2.4,
            "figure.max_open_warning": 0,
        },
    )


def new_axes(ax=None, *, height=None):
    """The given axes, or those of a new figure of the usual size (height in inches)."""
    if ax is not None:
        return ax
    return plt.subplots(figsize=(SIZE[0], height or SIZE[1]))[1]


def describe(ax, *, title, alt):
    """Give axes their title (the answer, a sentence) and alternative text (what the chart shows)."""
    if not title or not alt:
        raise ValueError("a chart needs a title and an alternative text")
    ax.set_title(title, loc="left")
    ax.workbook_alt = alt
    return ax


class _Ticks(mpl.ticker.Formatter):
    """Tick labels in the reader's format, without decimals that are all zero."""

    def __init__(self, form):
        self.form = form

    def __call__(self, value, pos=None):
        return self.form(value)

    def format_ticks(self, values):
        texts = [self.form(value) for value in values]
        bare = [re.sub(r"\.0+(?!\d)", "", text) for text in texts]
        whole = len(set(bare)) == len(set(texts)) and not any("." in text for text in bare)
        return bare if whole else texts


def _axis(axis, form):
    if form is not None:
        axis.set_major_formatter(_Ticks(form))


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
    colours = [ACCENT if highlight is None or name in highlight else PALE for name in names]
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
    colours = [ACCENT if highlight is None or name in highlight else PALE for name in names]
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
        _axis(ax.yaxis, form)
        ax.grid(axis="y")
    step = max(1, -(-len(names) // 14))  # at most 14 names fit on a phone
    ax.set_xticks(places[::step], names[::step])
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    return describe(ax, title=title, alt=alt)


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
    colours = [ACCENT, WARNING, SOFT, PALE]
    if low and high:
        ax.fill_between(table[x], table[low], table[high], color=ACCENT, alpha=0.16, linewidth=0)
    ends = []
    for index, (column, name) in enumerate(series.items()):
        colour = colours[min(index, 3)]
        ax.plot(table[x], table[column], color=colour, linewidth=2.4 if index < 2 else 1.6)
        known = table[[x, column]].dropna()
        if len(known):
            ends.append([known[x].iloc[-1], float(known[column].iloc[-1]), name, colour])
    ax.grid(axis="y")
    _axis(ax.xaxis, xform)
    _axis(ax.yaxis, yform)
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
    ax.fill_between(table[x], table[x], table[y], color=ACCENT, alpha=0.08, linewidth=0)
    ax.plot(table[x], table[y], color=ACCENT)
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
    _axis(ax.xaxis, xform)
    _axis(ax.yaxis, yform)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    return describe(ax, title=title, alt=alt)


def plot_heatmap(matrix, *, title, alt, form=None, xlabel="", ylabel="", ax=None):
    """A small matrix as shaded cells with their numbers; index and columns name its sides."""
    values = matrix.to_numpy(float)
    ax = new_axes(ax, height=max(2.2, 0.46 * len(matrix) + 1.0))
    shades = mpl.colors.LinearSegmentedColormap.from_list("accent", ["#f2f6f7", ACCENT])
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
    colours = [WARNING if highlight and name in highlight else ACCENT for name in names]
    if reference is not None:
        ax.axvline(reference, color=SOFT, linewidth=1, linestyle="--")
        ax.annotate(
            reference_label, (reference, -0.6), xytext=(4, 0), textcoords="offset points", color=SOFT,
            va="bottom", fontsize=10.5,
        )  # fmt: skip
    ax.hlines(places, table[low], table[high], color=colours, linewidth=3, alpha=0.4)
    ax.scatter(table[value], places, color=colours, s=42, zorder=3)
    _axis(ax.xaxis, form)
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
    ax.scatter(table[second], places, color=ACCENT, s=60, zorder=3, label=second_name)
    ax.set_yticks(places, table[label].astype(str), color=INK)
    ax.set_ylim(rows - 0.4, -0.6)
    _axis(ax.xaxis, form)
    ax.grid(axis="x")
    ax.set_xlabel(xlabel)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0, handletextpad=0.3)
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
    ax.scatter(table[x], table[y], s=sizes, color=ACCENT, alpha=0.75, linewidth=0)
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
    _axis(ax.xaxis, xform)
    _axis(ax.yaxis, yform)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    return describe(ax, title=title, alt=alt)
