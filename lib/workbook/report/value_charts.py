"""Charts that only the customer-value report needs; they draw finished numbers."""

from . import charts

__all__ = ["plot_calibration"]


def plot_calibration(
    table, *, title, alt, forecast_name, outcome_name, form=None, xlabel="", ylabel="", ax=None
):
    """Mean forecast as a line and mean outcome as points with intervals, by group.

    Parameters
    ----------
    table : pandas.DataFrame
        label, predicted, actual, low, high: one row per group, in order.
    title, alt : str
    forecast_name, outcome_name : str
        What the line and the points are called.
    form : callable, optional
        Number to text, for the upright axis.
    """
    ax = charts.new_axes(ax)
    places = range(len(table))
    ax.vlines(places, table["low"], table["high"], color=charts.accent(), linewidth=3, alpha=0.4)
    ax.scatter(places, table["actual"], color=charts.accent(), s=42, zorder=3, label=outcome_name)
    ax.plot(
        places, table["predicted"], color=charts.WARNING, linewidth=1.6, marker="_", markersize=14,
        label=forecast_name,
    )  # fmt: skip
    ax.set_xticks(list(places), table["label"])
    charts.format_axis(ax.yaxis, form)
    ax.set_ylim(bottom=0)
    ax.grid(axis="y")
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    ax.legend(loc="upper left")
    return charts.describe(ax, title=title, alt=alt)
