"""Time to the next purchase as survival analysis: who still waits is censored, not gone."""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import norm

__all__ = ["AFTER", "PurchaseTimes", "gap_counts", "purchase_times", "times_of"]

AFTER = (30, 90, 180)
BLOCKS = 100  # groups of customers that are left out in turn


@dataclass(frozen=True)
class PurchaseTimes:
    """Time from a purchase to the next one, by the number of the purchase.

    Attributes
    ----------
    table : DataFrame
        number ("1", "2", "3+"), gaps, customers_waiting (censored), median, median_low,
        median_high (days; NaN where half have not bought within the time followed).
    shares : DataFrame
        number, days, share (bought again within them), low, high, followed (still waiting and
        watched on that day, or back before); only days that somebody was followed.
    curves : DataFrame
        days, then one column per number: share that has bought again.
    """

    table: pd.DataFrame
    shares: pd.DataFrame
    curves: pd.DataFrame


def gap_counts(days: ir.Table, *, as_of: date) -> pd.DataFrame:
    """Gaps counted in the engine.

    Parameters
    ----------
    days : ibis.Table
        As `lifecycle.purchase_days` gives it.

    Returns
    -------
    DataFrame
        number (1, 2, 3 for the third and later purchases), block (0 to 99, of the customer),
        gap (days, to as_of while nothing followed), again (bool), n.
    """
    end = ibis.date(as_of.isoformat())
    rows = days.select(
        number=ibis.least(days.place, 3),
        block=days.customer_id.hash().abs() % BLOCKS,
        gap=days.next_on.fill_null(end).delta(days.bought_on, unit="day"),
        again=days.next_on.notnull(),
    )
    keys = ("number", "block", "gap", "again")
    return rows.group_by(*keys).aggregate(n=rows.count()).order_by(*keys).to_pandas()


def purchase_times(days: ir.Table, *, as_of: date, after=AFTER, confidence=0.95) -> PurchaseTimes:
    """Time to the next purchase after the first, the second, and the third or a later one."""
    return times_of(gap_counts(days, as_of=as_of), after=after, confidence=confidence)


def times_of(counts: pd.DataFrame, *, after=AFTER, confidence=0.95) -> PurchaseTimes:
    """As `purchase_times`, from `gap_counts`.

    Notes
    -----
    Kaplan-Meier by lifelines, interval by Greenwood on the log-log scale. A customer has many gaps
    after the third purchase, which resemble each other: there the variance is that of the estimate
    when blocks of customers are left out in turn (grouped jackknife).
    """
    from lifelines import KaplanMeierFitter

    rows, shares, curves = [], [], {}
    z = norm.ppf(0.5 + confidence / 2)
    for number, part in counts.groupby("number"):
        name = "3+" if number == 3 else str(number)
        merged = part.groupby(["gap", "again"], as_index=False)["n"].sum()
        km = KaplanMeierFitter(alpha=1 - confidence)
        km.fit(merged["gap"], merged["again"], weights=merged["n"])
        stay = km.survival_function_.iloc[:, 0]
        limits = km.confidence_interval_.set_axis(["low", "high"], axis=1)
        if number == 3:
            limits = _jackknife_limits(part, stay, z)
        median = _first_below(stay)
        ends = [_first_below(limits[end]) for end in ("low", "high")]
        waiting = int(part.loc[~part["again"], "n"].sum())
        rows.append((name, int(part["n"].sum()), waiting, median, *ends))
        risk = km.event_table["at_risk"]
        for day in after:
            if day > merged["gap"].max():
                continue
            at = stay.index[stay.index <= day][-1]
            back = merged.loc[merged["again"] & (merged["gap"] <= day), "n"].sum()
            still = risk[risk.index > day].iloc[0] if (risk.index > day).any() else 0
            low, high = sorted(1 - limits.loc[at].to_numpy(float))
            share = 1 - float(stay[at])
            low, high = np.fmin(low, share), np.fmax(high, share)
            shares.append((name, day, share, low, high, int(back + still)))
        curves[name] = 1 - stay
    names = ["number", "gaps", "customers_waiting", "median", "median_low", "median_high"]
    columns = ["number", "days", "share", "low", "high", "followed"]
    return PurchaseTimes(
        pd.DataFrame(rows, columns=names), pd.DataFrame(shares, columns=columns), _joined(curves)
    )


def _first_below(curve):
    """The first day on which half or fewer are left; NaN when more are left to the end."""
    below = curve.index[curve.to_numpy() <= 0.5]
    return float(below[0]) if len(below) else np.nan


def _jackknife_limits(part, stay, z):
    """Limits of the curve by leaving out blocks of customers in turn, on the log-log scale."""
    size = int(part["gap"].max()) + 1
    blocks, place = np.unique(part["block"], return_inverse=True)
    kept, again = np.zeros((len(blocks), size)), np.zeros((len(blocks), size))
    gap, n = part["gap"].to_numpy(int), part["n"].to_numpy(float)
    np.add.at(kept, (place, gap), n)
    np.add.at(again, (place, gap), n * part["again"].to_numpy(float))
    risk = kept[:, ::-1].cumsum(axis=1)[:, ::-1]
    with np.errstate(all="ignore"):
        left = np.maximum(risk.sum(axis=0) - risk, 1e-9)
        loglog = np.log(-np.log(np.cumprod(1 - (again.sum(axis=0) - again) / left, axis=1)))
        count = len(blocks)
        spread = np.sqrt((count - 1) / count * ((loglog - loglog.mean(axis=0)) ** 2).sum(axis=0))
        factor = np.exp(z * spread[stay.index.to_numpy(int)])
        low, high = stay.to_numpy() ** factor, stay.to_numpy() ** (1 / factor)
    return pd.DataFrame({"low": low, "high": high}, index=stay.index)


def _joined(curves):
    """Curves over all days, each up to the last day that it was followed."""
    if not curves:
        return pd.DataFrame({"days": []})
    days = np.arange(int(max(curve.index.max() for curve in curves.values())) + 1)
    table = pd.DataFrame({"days": days})
    for name, curve in curves.items():
        full = curve.reindex(days).ffill()
        table[name] = full.where(days <= curve.index.max()).to_numpy()
    return table
