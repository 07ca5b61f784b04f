"""The steps of monitoring that tables alone decide, each None or empty where they don't allow it."""

from __future__ import annotations

from workbook.analysis import control_limits, drift, drift_traits
from workbook.analysis.bought_days import bought_days

__all__ = ["control_charts", "drifted", "purchase_days"]


def purchase_days(tables):
    """Purchase days, cached (`bought_days.bought_days`); None without orders."""
    return bought_days(tables["orders"]).cache() if "orders" in tables else None


def control_charts(tables, days) -> dict:
    """{figure: table of `control_limits.charted`} of the figures with enough months."""
    monthly = control_limits.monthly_figures(tables, days, as_of=tables.as_of)
    found = {
        name: control_limits.charted(control_limits.year_changes(table))
        for name, table in monthly.items()
    }
    return {name: table for name, table in found.items() if table is not None}


def drifted(tables, days, *, seed: int = 0):
    """The two tables of `drift.drift_table` for every trait the tables hold."""
    return drift.drift_table(drift_traits.drift_traits(tables, days, as_of=tables.as_of), seed=seed)
