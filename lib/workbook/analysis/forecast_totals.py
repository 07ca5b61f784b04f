"""Totals of a coming window with intervals for what will really come."""

import numpy as np
from scipy.stats import norm

from workbook.analysis.forecast_newcomers import expected_newcomers, newcomers_at
from workbook.analysis.sales_forecast import SalesForecast, SalesTask
from workbook.analysis.value_interval import past_error_interval

__all__ = ["buyers_with_interval", "total_with_interval"]


def total_with_interval(found: SalesForecast, measure: str, new: float, *, confidence=0.9) -> dict:
    """What known customers, and customers still to come, are expected to bring in the window.

    Parameters
    ----------
    found : SalesForecast
    measure : str
        A key of `MEASURES`.
    new : float
        Expected from customers still to come.

    Returns
    -------
    dict
        value, low, high (of both together), known, known_low, known_high.

    Notes
    -----
    Each is the wider of two intervals: what single customers' outcomes have differed from their
    forecasts, added up; and the errors of the totals forecast on past days (of a single one: that
    error either way).
    """
    part = found.past[found.past["measure"] == measure]
    totals = found.totals[found.totals["measure"] == measure]
    return _with_interval(
        float(found.today[measure].sum()), new, part["forecast"], part["actual"], totals, confidence
    )


def buyers_with_interval(buying, column: str, task: SalesTask, *, confidence=0.9) -> dict:
    """The number of customers who will buy; as `total_with_interval`.

    Parameters
    ----------
    buying : propensity_trial.Propensity
    column : str
        The chance that is used: "chance" or a simple forecast.
    task : SalesTask
        For customers still to come.
    """
    past = buying.past
    by_day = past.groupby("cut").agg(known=(column, "sum"), actual=("happened", "sum"))
    days = [day.date() for day in by_day.index]
    totals = by_day.assign(
        new=[expected_newcomers(task, day, "buyers") for day in days],
        actual_new=[newcomers_at(task, day, "buyers") for day in days],
    )
    coming = expected_newcomers(task, task.cuts.now.day, "buyers") * task.scale
    known = float(buying.today[column].sum())
    return _with_interval(known, coming, past[column], past["happened"], totals, confidence)


def _with_interval(known, new, forecast, actual, totals, confidence):
    rest = (actual - forecast).to_numpy(float)
    spread = float(np.sqrt(np.sum(rest**2) * known / max(float(forecast.sum()), 1e-9)))
    told = {}
    for name, value, came, said in (
        ("known", known, totals["actual"], totals["known"]),
        ("", known + new, totals["actual"] + totals["actual_new"], totals["known"] + totals["new"]),
    ):
        half = norm.ppf(0.5 + confidence / 2) * spread
        with np.errstate(all="ignore"):
            errors = np.log(came.to_numpy(float) / said.to_numpy(float))
        low, high = past_error_interval(value, errors, confidence=confidence)
        if len(errors) == 1 and np.isfinite(errors[0]):
            low, high = value * np.exp(-abs(errors[0])), value * np.exp(abs(errors[0]))
        low, high = np.fmin(low, value - half), np.fmax(high, value + half)
        told |= {name or "value": value, f"{name}_low".lstrip("_"): max(float(low), 0.0),
                 f"{name}_high".lstrip("_"): float(high)}  # fmt: skip
    return told
