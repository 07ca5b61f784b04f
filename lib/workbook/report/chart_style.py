"""The one chart style: colours, font, sizes, number formats on axes."""

import re
from functools import cache
from importlib.resources import files

import matplotlib as mpl
from matplotlib import pyplot as plt

__all__ = [
    "GRID", "INK", "PALE", "SIZE", "SOFT", "WARNING",
    "accent", "describe", "format_axis", "new_axes", "set_style",
]  # fmt: skip

DEFAULT_ACCENT = "#0b6e74"
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

    first = accent or DEFAULT_ACCENT
    _register_font()
    sns.set_theme(
        style="white",
        palette=[first, WARNING, SOFT, PALE],
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
            "text.parse_math": False,  # two $ in a name are no formula
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


def accent():
    """The accent colour in force: the brand's, or our own."""
    return mpl.colors.to_hex(mpl.rcParams["axes.prop_cycle"].by_key()["color"][0])


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
    ax.workbook_title, ax.workbook_alt = title, alt  # Matplotlib's own copy is a plain string
    return ax


class Ticks(mpl.ticker.Formatter):
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


def format_axis(axis, form):
    """Give an axis the reader's number format."""
    if form is not None:
        axis.set_major_formatter(Ticks(form))
