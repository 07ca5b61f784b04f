"""When behaviour changed: shifts of the level of a series, told from its ordinary ups and downs."""

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.purchase_timing import SEASONS

__all__ = ["buying_series", "change_points", "shift_test", "without_seasons"]

MOST = 3  # shifts looked for in one series
FEWEST = 8  # periods on either side of a shift
FEWEST_PERIODS = 24
YEARS_2 = 104  # weeks
#: Upper ends, in weeks since the first purchase, of the classes of age that are compared.
AGES = (1, 2, 4, 8, 13, 26, 39, 52, 78, 104, 156)


def buying_series(days: ir.Table, *, as_of: date) -> pd.DataFrame:
    """Repeat purchases per week against what customers of their age bought on average.

    A young shop's customers are new, and everybody buys less as time passes since the first
    purchase: that alone would look like a fall. So the repeat purchases of a week are divided by
    those expected from the age of every customer known in it.

    Parameters
    ----------
    days : ibis.Table
        As `lifecycle.purchase_days` gives it.

    Returns
    -------
    DataFrame
        week (its first day), customers (known at its start), purchases (repeat purchase days),
        expected, value (purchases / expected; 1: as customers of that age do over the whole span),
        amount (money per purchase day of the week, first purchases included), bought (those days).
        Whole weeks only.

    Notes
    -----
    Indirect standardisation: the rate of an age class is that of the whole span.
    """
    first, end = days.bought_on.min(), pd.Timestamp(as_of) + pd.Timedelta(days=1)
    first = first.to_pandas()
    columns = ["week", "customers", "purchases", "expected", "value", "amount", "bought"]
    if pd.isna(first):
        return pd.DataFrame(columns=columns)
    start = pd.Timestamp(first)
    weeks = int((end - start).days // 7)
    origin = ibis.date(start.date().isoformat())
    week = (days.bought_on.delta(origin, unit="day") // 7).cast("int64")
    born = (days.first_on.delta(origin, unit="day") // 7).cast("int64")
    rows = days.select(week=week, born=born, repeat=days.place > 1, amount=days.amount)
    counts = rows.group_by("week", "born").aggregate(
        purchases=rows.repeat.sum(), all=rows.count(), amount=rows.amount.sum(),
        new=(~rows.repeat).sum(),
    ).to_pandas()  # fmt: skip
    counts = counts[(counts["week"] < weeks) & (counts["born"] < weeks)]
    if weeks < 2 or not len(counts):
        return pd.DataFrame(columns=columns)
    new = np.bincount(counts["born"], counts["new"], weeks)
    age = np.arange(weeks)[:, None] - np.arange(weeks)[None, :]  # week, born
    group = np.searchsorted(AGES, age, side="left")
    known = np.where(age >= 1, new[None, :], 0.0)
    seen = np.zeros((weeks, weeks))
    np.add.at(seen, (counts["week"].to_numpy(), counts["born"].to_numpy()), counts["purchases"])
    seen[age < 1] = 0.0
    size = len(AGES) + 1
    inside = np.clip(group, 0, size - 1)
    exposure = np.bincount(inside.ravel(), known.ravel(), size)
    bought = np.bincount(inside.ravel(), seen.ravel(), size)
    rate = np.divide(bought, exposure, out=np.zeros(size), where=exposure > 0)
    expected = (known * rate[inside]).sum(axis=1)
    by_week = counts.groupby("week")[["amount", "all"]].sum().reindex(range(weeks), fill_value=0)
    table = pd.DataFrame(
        {
            "week": start + pd.to_timedelta(7 * np.arange(weeks), unit="D"),
            "customers": known.sum(axis=1),
            "purchases": seen.sum(axis=1),
            "expected": expected,
            "amount": (by_week["amount"] / by_week["all"].where(by_week["all"] > 0)).to_numpy(),
        }
    )
    table["bought"] = by_week["all"].to_numpy()
    table["value"] = table["purchases"] / table["expected"].where(table["expected"] >= 1)
    return table[columns]


def without_seasons(series: pd.DataFrame, *, value: str = "value") -> pd.DataFrame:
    """The series with the usual ups and downs of the year taken off.

    Returns
    -------
    DataFrame
        The series and adjusted: `value` over the effect of its season (months; January and February
        together, as the spring festival moves). NaN throughout below two years: a season can't then be
        told from a shift.

    Notes
    -----
    Least squares of the logarithm on seasons and a trend that may bend every half year, so that a
    shift is left to the trend and not taken for a season.
    """
    table = series.assign(adjusted=np.nan)
    known = table[value].notna() & (table[value] > 0)
    weeks = np.flatnonzero(known)
    if len(weeks) < YEARS_2 or np.ptp(weeks) < YEARS_2:
        return table
    middle = table.loc[known, "week"] + pd.Timedelta(days=3)
    season = middle.dt.month.map(SEASONS).to_numpy()
    names = np.unique(season)
    own = (season[:, None] == names[None, 1:]).astype(float)
    knots = np.arange(weeks[0], weeks[-1] + 26, 26)
    bends = np.maximum(1 - np.abs(weeks[:, None] - knots[None, :]) / 26, 0)
    y = np.log(table.loc[known, value].to_numpy(float))
    coef = np.linalg.lstsq(np.hstack([bends, own]), y, rcond=None)[0][-own.shape[1] :]
    effect = own @ coef
    table.loc[known, "adjusted"] = np.exp(y - effect + effect.mean())
    return table


def change_points(
    series: pd.DataFrame, *, value: str = "value", weight: str | None = None, level: float = 0.002
) -> pd.DataFrame:
    """Shifts of the level of a series.

    Parameters
    ----------
    series : DataFrame
        week (or any period, in order), `value` and `weight`; periods without a value are left out.
    weight : str, optional
        What each value rests on, such as purchases or sessions: its noise is taken to shrink with it.
    level : float
        Chance to call any shift in a series that has none.

    Returns
    -------
    DataFrame
        start (first period of the new level), before, after (mean levels), change (after / before
        - 1) with low80, high80, periods_before, periods_after, p; in order of time. No rows when
        nothing shifts, or with fewer than 24 periods.

    Notes
    -----
    Binary segmentation. In each segment the largest weighted cumulative sum of deviations from the
    mean, over its long-run standard deviation, is compared with the supremum of a Brownian bridge
    (Kolmogorov), whose clock the weights are; neighbouring periods may resemble each other (Bartlett
    weights, Newey, West 1987).
    """
    kept = series.dropna(subset=[value])
    w = np.ones(len(kept)) if weight is None else kept[weight].to_numpy(float)
    kept, w = kept[w > 0].reset_index(drop=True), w[w > 0]
    y = kept[value].to_numpy(float)
    found, waiting = [], [(0, len(y))] if len(y) >= FEWEST_PERIODS else []
    while waiting and len(found) < MOST:
        low, high = waiting.pop(0)
        place, p, variance = shift_test(y[low:high], w[low:high])
        if place is None or p >= level:
            continue
        found.append((low + place, p, variance))
        waiting += [(a, b) for a, b in ((low, low + place), (low + place, high))
                    if b - a >= 2 * FEWEST]  # fmt: skip
    found.sort()
    edges = [0, *(row[0] for row in found), len(y)]
    rows = []
    for (place, p, variance), first, last in zip(found, edges, edges[2:], strict=False):
        earlier, later = slice(first, place), slice(place, last)
        before, after = (np.average(y[part], weights=w[part]) for part in (earlier, later))
        ratio = after / before if before else np.nan
        # delta method for a ratio of two means
        spread = variance * (1 / w[later].sum() + ratio**2 / w[earlier].sum())
        half = norm.ppf(0.9) * np.sqrt(spread) / abs(before)
        rows.append((kept["week"][place], before, after, ratio - 1, ratio - 1 - half,
                     ratio - 1 + half, place - first, last - place, p))  # fmt: skip
    columns = ["start", "before", "after", "change", "low80", "high80", "periods_before",
               "periods_after", "p"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def shift_test(y, w=None):
    """Where the level of a series most looks shifted, and the chance of that without a shift.

    Parameters
    ----------
    y, w : array_like
        Values, and what each of them rests on (1 each when not given).

    Returns
    -------
    place : int or None
        Index of the first value after the shift, at least 8 from either end; None when the series
        is too short or does not vary.
    p : float
    variance : float
        Long-run variance of a value of weight 1 around its level.
    """
    n = len(y)
    if n < 2 * FEWEST or not np.ptp(y) > 0:
        return None, 1.0, 0.0
    w = np.ones(n) if w is None else np.asarray(w, float)
    sums = np.abs((w * (y - np.average(y, weights=w))).cumsum())[FEWEST - 1 : n - FEWEST]
    place = int(sums.argmax()) + FEWEST
    # deviations from each side's own mean: a shift must not count as its own noise
    sides = (slice(0, place), slice(place, n))
    rest = np.concatenate([y[side] - np.average(y[side], weights=w[side]) for side in sides])
    rest = rest * np.sqrt(w)
    reach = int(np.floor(4 * (n / 100) ** (2 / 9))) + 1
    own = rest @ rest / n
    variance = own + 2 * sum(
        (1 - lag / (reach + 1)) * (rest[lag:] @ rest[:-lag]) / n for lag in range(1, reach + 1)
    )
    # negative neighbours must not make a series look calmer than it is; degrees of freedom of two
    # means and of the search for the place are given back
    variance = max(variance, own) * n / (n - 4)
    if not variance > 0:
        return place, 0.0, 0.0
    x = sums.max() / np.sqrt(variance * w.sum())
    k = np.arange(1, 101)
    p = 2 * ((-1.0) ** (k - 1) * np.exp(-2 * (k * x) ** 2)).sum()
    return place, float(np.clip(p, 0, 1)) if x > 0.2 else 1.0, float(variance)
