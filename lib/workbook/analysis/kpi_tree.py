"""Key figures of a company over a year and the last period, each against what was before."""

from __future__ import annotations

from datetime import date

import ibis
import numpy as np
import pandas as pd
from scipy.stats import t

from workbook.analysis.kpi_sums import kpi_sums
from workbook.analysis.kpi_windows import kpi_windows

__all__ = ["KPIS", "kpi_table"]

#: Key figure: (form, 1 where more is worse, 0 where neither). "total": a sum; "ratio": one sum over
#: another, compared as a factor; "mean": the same, compared as a difference.
KPIS = {
    "revenue": ("total", -1), "buyers": ("total", -1), "frequency": ("ratio", -1),
    "purchase_value": ("ratio", -1), "new_customers": ("total", -1), "kept_buyers": ("mean", -1),
    "contract_ends": ("mean", 1), "cac": ("ratio", 1), "csat": ("mean", -1), "nps": ("mean", -1),
    "complaints": ("ratio", 1), "returns": ("mean", 1), "delivery_days": ("mean", 1),
    "reply_share": ("mean", -1), "days_late": ("mean", 1),
}  # fmt: skip
MEANS = ("csat", "nps", "reply_share", "returns", "contract_ends", "delivery_days", "days_late")


def kpi_table(tables, *, as_of: date, confidence: float = 0.95) -> pd.DataFrame:
    """Key figures with their change against the year and the period before.

    Parameters
    ----------
    tables : workbook.intake.tables.Tables
    as_of : datetime.date
    confidence : float

    Returns
    -------
    pandas.DataFrame
        kpi, form, worse, n (rows or customers of the year), value, before (12 months before), change with
        low and high (a share of the value before, or a difference for means), period, on_year (同比:
        against the same period of the year before), on_period (环比: against the period before),
        target (of the year), attained (value over target). Only key figures that the tables allow.

    Notes
    -----
    Intervals by leaving out one of 50 blocks of customers at a time.
    """
    windows = kpi_windows(as_of)
    sums = kpi_sums(tables, windows)
    targets = _targets(tables, windows)
    rows = []
    for name, (form, worse) in KPIS.items():
        if name not in sums:
            continue
        above, below, n = sums[name]
        value = _values(above.sum(axis=0), below.sum(axis=0), form)
        change, low, high = _change(above, below, form, confidence)
        target = targets.get(name, np.nan)
        rows.append(
            (name, form, worse, n, value[0], value[1], change, low, high, value[2],
             _gap(value[2], value[4], form), _gap(value[2], value[3], form), target,
             value[0] / target if target > 0 else np.nan)
        )  # fmt: skip
    columns = ["kpi", "form", "worse", "n", "value", "before", "change", "low", "high", "period",
               "on_year", "on_period", "target", "attained"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _values(above, below, form):
    if form == "total":
        return np.where(below > 0, above, np.nan)
    with np.errstate(all="ignore"):
        return np.where(below > 0, above / below, np.nan)


def _gap(now, then, form):
    if form == "mean":
        return now - then
    return now / then - 1 if then > 0 else np.nan


def _change(above, below, form, confidence):
    """Change of the year and its interval."""
    whole = _values(above.sum(axis=0), below.sum(axis=0), form)
    change = _gap(whole[0], whole[1], form)
    blocks = len(above)
    if blocks < 10 or change != change:
        return change, np.nan, np.nan
    left = _values(above.sum(axis=0) - above, below.sum(axis=0) - below, form)
    with np.errstate(all="ignore"):
        gaps = left[:, 0] - left[:, 1] if form == "mean" else left[:, 0] / left[:, 1] - 1
    # a total loses a block's worth by itself: the ratio of both years does not
    se = np.sqrt((blocks - 1) / blocks * np.nansum((gaps - np.nanmean(gaps)) ** 2))
    half = t.ppf(0.5 + confidence / 2, blocks - 1) * se
    return change, change - half, change + half


def _targets(tables, windows):
    """{kpi: target of the year}: sums of totals, means of scores; the whole firm only."""
    if not tables.has("targets", "period", "measure", "value"):
        return {}
    rows, (first, last) = tables["targets"], windows.spans["year"]
    rows = rows.filter(rows.period.cast("date").between(ibis.date(first.isoformat()), ibis.date(last.isoformat())))  # fmt: skip
    if "scope" in rows.columns:
        rows = rows.filter(rows.scope.isnull() | (rows.scope == ""))
    frame = rows.select("measure", "value").to_pandas()
    return {
        str(name): float(part.mean() if str(name) in (*MEANS, "cac") else part.sum())
        for name, part in frame.groupby("measure")["value"]
    }
