"""Cohorts by month of first purchase: who bought again, and when."""

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.intervals import wilson
from workbook.analysis.retention import share_of

__all__ = ["cohort_month", "cohort_triangle", "repeat_curve", "repeat_within"]


def cohort_triangle(days: ir.Table, *, as_of: date) -> pd.DataFrame:
    """Share of each month's new customers who bought in every later month.

    Parameters
    ----------
    days : ibis.Table
        As `lifecycle.purchase_days` gives it.
    as_of : date
        Last day of the data.

    Returns
    -------
    pandas.DataFrame
        cohort (first day of the month of the first purchase), month (0 in that month, then 1, 2,
        ... by calendar month), size (customers of the cohort), customers (those who bought in the
        month), share, low, high (Wilson, 95 %), complete (the month is over at as_of). Months
        without a buyer are there with 0.
    """
    columns = ["cohort", "month", "size", "customers", "share", "low", "high", "complete"]
    at = _month(days.bought_on)
    # the first purchase day of a month stands for the month
    firsts = days.filter(days.previous_on.isnull() | (_month(days.previous_on) < at))
    counts = firsts.group_by(cohort=_month(firsts.first_on), at=_month(firsts.bought_on))
    counts = counts.aggregate(customers=firsts.count()).to_pandas()
    if not len(counts):
        return pd.DataFrame(columns=columns)
    last = as_of.year * 12 + as_of.month - 1
    counts["month"] = counts["at"] - counts["cohort"]
    wide = counts.pivot(index="cohort", columns="month", values="customers")
    wide = wide.reindex(columns=range(int(last - wide.index.min()) + 1)).fillna(0)
    table = wide.rename_axis(columns="month").stack().rename("customers").reset_index()
    table = table[table["cohort"] + table["month"] <= last].astype("int64")
    table["size"] = table["cohort"].map(wide[0].astype(int))
    table["share"] = table["customers"] / table["size"]
    table["low"], table["high"] = wilson(table["customers"], table["size"])
    over = last if _is_month_end(as_of) else last - 1
    table["complete"] = table["cohort"] + table["month"] <= over
    table["cohort"] = [pd.Timestamp(n // 12, n % 12 + 1, 1) for n in table["cohort"]]
    return table[columns].reset_index(drop=True)


def _month(day):
    return day.year() * 12 + day.month() - 1


def _is_month_end(day):
    return pd.Timestamp(day).is_month_end


def cohort_month(triangle: pd.DataFrame, month: int = 12) -> dict:
    """Share of customers who bought in their month `month`, over all cohorts that completed it.

    Returns ``{"share", "low", "high", "customers", "cohorts"}``, share and interval None when no
    cohort is that old; customers is the number it rests on.
    """
    whole = triangle[(triangle["month"] == month) & triangle["complete"].astype(bool)]
    n = int(whole["size"].sum())
    found = {"share": None, "low": None, "high": None, "customers": n, "cohorts": len(whole)}
    if n:
        pooled = share_of(whole["customers"].sum(), n)
        found |= {name: pooled[name] for name in ("share", "low", "high")}
    return found


def repeat_within(
    days: ir.Table, *, as_of: date, after=(30, 90, 180, 365), confidence=0.95
) -> pd.DataFrame:
    """Share of customers with a second purchase day within some days of the first.

    Customers whose first purchase is more recent than that are censored (Kaplan-Meier, interval by
    Greenwood on the log-log scale).

    Returns
    -------
    pandas.DataFrame
        days, share, low, high, n (customers followed that long, or back before); empty rows are
        left out when nobody was followed that long.
    """
    firsts = days.filter(days.place == 1)
    end = ibis.literal(as_of).cast("date")
    gaps = firsts.mutate(
        returned=firsts.next_on.notnull(),
        gap=firsts.next_on.fill_null(end).delta(firsts.bought_on, unit="day"),
    )
    counts = gaps.group_by("gap", "returned").aggregate(n=gaps.count()).to_pandas()
    return repeat_curve(
        counts["gap"], counts["returned"], counts["n"], after=after, confidence=confidence
    )


def repeat_curve(gap, returned, n=None, *, after=(30, 90, 180, 365), confidence=0.95):
    """As `repeat_within`, from gaps (days to the second purchase, or followed without one)."""
    columns = ["days", "share", "low", "high", "n"]
    gap, returned = np.asarray(gap, int), np.asarray(returned, bool)
    n = np.ones(len(gap)) if n is None else np.asarray(n, float)
    if not len(gap):
        return pd.DataFrame(columns=columns)
    size = int(gap.max()) + 1
    back = np.bincount(gap[returned], n[returned], size)
    risk = np.bincount(gap, n, size)[::-1].cumsum()[::-1]
    stay = np.cumprod(1 - back / risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(back / (risk * (risk - back)))) / np.log(stay)
    z = norm.ppf(0.5 + confidence / 2)
    rows = []
    for day in after:
        if day >= size:
            continue
        left, error = stay[day], spread[day]
        if 0 < left < 1 and np.isfinite(error):
            low, high = sorted(1 - left ** np.exp(z * error * np.array([-1, 1])))
        else:
            low, high = (
                float(v) for v in wilson((1 - left) * risk[0], risk[0], confidence=confidence)
            )
        followed = int(risk[day] + back[:day].sum())
        rows.append((day, float(1 - left), float(low), float(high), followed))
    return pd.DataFrame(rows, columns=columns)
