"""Charts that only the churn report of customers without a contract needs; they never compute."""

from . import charts

__all__ = ["plot_strip"]


def plot_strip(table, *, kinds, stable, fragile, title, alt, form=None, ax=None):
    """Points on one strip per kind of definition, filled where the verdict is stable.

    Parameters
    ----------
    table : pandas.DataFrame
        kind, share, verdict ("stable" or "fragile").
    kinds : dict
        Kind to its name, in the order of the strips.
    stable, fragile : str
        What the marks are called.
    """
    ax = charts.new_axes(ax, height=2.6)
    places = {kind: place for place, kind in enumerate(kinds)}
    for verdict, name, colour in (
        ("stable", stable, charts.accent()),
        ("fragile", fragile, charts.WARNING),
    ):
        rows = table[table["verdict"] == verdict]
        ax.scatter(
            rows["share"],
            rows["kind"].map(places).astype(float),
            s=60,
            facecolor=colour if verdict == "stable" else "none",
            edgecolor=colour,
            linewidth=1.8,
            zorder=3,
            label=name,
        )
    ax.set_yticks(list(places.values()), list(kinds.values()), color=charts.INK)
    ax.set_ylim(len(places) - 0.4, -0.6)
    ax.set_xlim(0, 1)
    charts.format_axis(ax.xaxis, form)
    ax.grid(axis="x")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0, handletextpad=0.3)
    return charts.describe(ax, title=title, alt=alt)
