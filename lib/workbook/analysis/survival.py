"""Survival curves with late entry: Kaplan-Meier, median, restricted mean."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.exposure import event_table

__all__ = [
    "SurvivalCurve",
    "median_months",
    "restricted_mean",
    "survival_at",
    "survival_curve",
]

# A curve is not drawn from ages at which fewer were watched while more joined later.
THIN = 5


@dataclass(frozen=True)
class SurvivalCurve:
    """Kaplan-Meier estimate.

    Attributes
    ----------
    table : pandas.DataFrame
        month, at_risk, ended, survival, low, high: one row per age at which somebody ended.
    n, ended : float
        Rows that were watched, and how many of them ended.
    start : float
        Months; above 0 the curve holds for those who got that old, because hardly anybody was
        watched before (late entry).
    last : float
        The longest time watched; nothing is known beyond it.
    confidence : float
    months_watched : float
        Sum over all rows, from the curve's start.
    """

    table: pd.DataFrame
    n: float
    ended: float
    start: float
    last: float
    confidence: float
    months_watched: float


def survival_curve(rows, *, confidence=0.95):
    """Share still there by age, with an interval.

    Parameters
    ----------
    rows : pandas.DataFrame
        entry, duration (months), ended, optionally n; see `contracts.contract_rows`.
    confidence : float

    Returns
    -------
    SurvivalCurve

    Notes
    -----
    Kaplan, Meier (1958); at risk are those who entered before and were still watched. Interval by
    Greenwood's variance of log(-log S), which stays between 0 and 1.
    """
    table = event_table(rows)
    entry = rows["entry"].to_numpy(dtype=float) if "entry" in rows else np.zeros(len(rows))
    duration = rows["duration"].to_numpy(dtype=float)
    weights = rows["n"].to_numpy(dtype=float) if "n" in rows else np.ones(len(rows))
    start = _reliable_from(table, entry, duration)
    table = table[table["month"] > start].reset_index(drop=True)
    watched = (duration > entry) & (duration > start)
    with np.errstate(divide="ignore", invalid="ignore"):
        table["survival"] = np.cumprod(1 - table["ended"] / table["at_risk"])
        hazard_sum = table["ended"] / (table["at_risk"] * (table["at_risk"] - table["ended"]))
        log_s = np.log(table["survival"])
        half = norm.ppf(0.5 + confidence / 2) * np.sqrt(hazard_sum.cumsum()) / -log_s
        low = table["survival"] ** np.exp(half)
        high = table["survival"] ** np.exp(-half)
    # Nobody left: Greenwood breaks down, the last upper limit still holds.
    gone = table["survival"] <= 0
    table["low"] = low.where(~gone, 0.0)
    table["high"] = high.where(~gone).ffill().fillna(1.0)
    last = float(duration[watched].max()) if watched.any() else 0.0
    lived = (duration - np.maximum(entry, start))[watched] @ weights[watched]
    n, ended = float(weights[watched].sum()), float(table["ended"].sum())
    return SurvivalCurve(table, n, ended, start, last, confidence, float(lived))


def _reliable_from(table, entry, duration):
    """The age from which the risk set is not thin any more; 0 when it never was at the beginning."""
    if not len(table) or not (entry > 0).any():
        return 0.0
    at_risk = table["at_risk"].to_numpy()
    peak = int(at_risk.argmax())
    thin = np.flatnonzero(at_risk[:peak] < THIN)
    if not len(thin):
        return 0.0
    month = float(table["month"].iloc[thin[-1]])
    joined = np.sort(entry[duration > month])
    return max(month, float(joined[min(THIN, len(joined)) - 1]))


def survival_at(curve, months):
    """The curve at chosen ages.

    Returns
    -------
    pandas.DataFrame
        month, survival, low, high; NaN before the curve's start and beyond the time watched.

    Notes
    -----
    Before the first end Greenwood says nothing. There the lower limit is that of a constant pace
    under which no end at all in the months watched has probability alpha/2.
    """
    months = np.atleast_1d(np.asarray(months, dtype=float))
    table = curve.table
    place = np.searchsorted(table["month"], months, side="right")
    known = (months >= curve.start) & (months <= curve.last) & (curve.n > 0)
    values = {
        name: np.where(known, np.append(1.0, table[name])[place], np.nan)
        for name in ("survival", "low", "high")
    }
    lived = np.maximum(months - curve.start, 0.0) / max(curve.months_watched, 1e-9)
    none_yet = known & (place == 0)
    values["low"] = np.where(none_yet, (0.5 - curve.confidence / 2) ** lived, values["low"])
    return pd.DataFrame({"month": months, **values})


def median_months(curve):
    """Age by which half are gone, with its interval.

    Returns
    -------
    median, low, high : float or None
        Months; None where half have not gone within the time watched (Brookmeyer, Crowley 1982).
    """

    def crossing(name):
        below = curve.table.loc[curve.table[name] <= 0.5 + 1e-12, "month"]
        return float(below.iloc[0]) if len(below) else None

    return crossing("survival"), crossing("low"), crossing("high")


def restricted_mean(curve, horizon_months):
    """Expected months up to a horizon: the area under the curve.

    Parameters
    ----------
    curve : SurvivalCurve
    horizon_months : float
        Cut at the longest time watched.

    Returns
    -------
    mean, low, high, horizon : float
        Months, NaN without anybody watched. A curve that starts late counts the months before
        its start as lived.

    Notes
    -----
    Variance: sum of (area to the right of t)^2 d / (n (n - d)) over the ages t of ends.
    """
    horizon = float(min(horizon_months, curve.last))
    if not curve.n or horizon <= curve.start:
        return np.nan, np.nan, np.nan, horizon
    table = curve.table[curve.table["month"] <= horizon]
    edges = np.concatenate([[curve.start], table["month"], [horizon]])
    areas = np.diff(edges) * np.append(1.0, table["survival"])
    right = np.cumsum(areas[::-1])[::-1][1:]
    left = np.maximum(table["at_risk"] - table["ended"], 1e-300)
    terms = np.where(right > 0, right**2 * table["ended"] / (table["at_risk"] * left), 0.0)
    half = norm.ppf(0.5 + curve.confidence / 2) * np.sqrt(terms.sum())
    mean = curve.start + float(areas.sum())
    return mean, max(mean - half, 0.0), min(mean + half, horizon), horizon
