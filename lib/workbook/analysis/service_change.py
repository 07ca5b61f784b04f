"""What has become worse: recent weeks against the same weeks a year before, by slices."""

import numpy as np
import pandas as pd
from scipy.stats import norm, t

from workbook.analysis.group_survival import holm

__all__ = ["BUDGET", "WINDOWS", "changed", "detectors", "first_bad_week", "weekly_cells"]

#: A fifth of the 1 % that a whole run may raise in a company without problems, for all of service.
BUDGET = 0.002
#: Weeks that are compared with the same weeks a year before.
WINDOWS = (13, 26, 52)
YEAR = 52
FEWEST = 25  # events in both windows together, or rows of either window for a share
BLOCK = 4  # weeks; slower swings than from week to week widen the limits too
MOST_FREEDOM = 60  # of the t distribution


def weekly_cells(rows: pd.DataFrame, events, base, columns) -> pd.DataFrame:
    """Events and their base per week: for all rows, and for each value of each column.

    Parameters
    ----------
    rows : pandas.DataFrame
        week and the columns; rows whose value is missing count in "all" only.
    events, base : array_like
        Per row: what is counted (for instance 1 for a complaint) and what it is counted against.

    Returns
    -------
    pandas.DataFrame
        column, value ("all", "" for all), week, events, base.
    """
    table = rows[["week", *columns]].assign(
        events=np.asarray(events, float), base=np.asarray(base, float)
    )
    parts = [table.groupby("week", as_index=False)[["events", "base"]].sum().assign(column="all", value="")]  # fmt: skip
    for column in columns:
        sums = table.groupby([column, "week"], observed=True)[["events", "base"]].sum()
        sums = sums.reset_index().rename(columns={column: "value"})
        parts.append(sums.assign(column=column, value=sums["value"].astype(object)))
    return pd.concat(parts, ignore_index=True)[["column", "value", "week", "events", "base"]]


def changed(
    cells: pd.DataFrame, *, last_week: int, share: bool, seasonal=True, confidence=0.95
) -> pd.DataFrame:
    """Which slices have more events than a year before.

    Parameters
    ----------
    cells : pandas.DataFrame
        From `weekly_cells`; events are what is bad.
    last_week : int
        The last complete week.
    share : bool
        Events are a share of the base (reopened of all tickets); else a rate (complaints per
        purchase).
    seasonal : bool
        Compare with the same weeks a year before; False: with all weeks before the last year.

    Returns
    -------
    pandas.DataFrame
        column, value, weeks (recent ones compared), events, base, rate, events_before,
        base_before, rate_before, ratio, difference, low, high, low80, high80 (of the difference),
        dispersion, seasonal (compared with the same weeks of the year before; else with the weeks
        just before), p (one-sided), q (Benjamini-Hochberg); smallest p first.

    Notes
    -----
    Score test with quasi-likelihood: variance times the dispersion, the mean Pearson statistic of
    neighbouring weeks, or of neighbouring blocks of four weeks where that is larger, over the
    slices of a column, at least 1; t distribution.
    """
    columns = ["column", "value", "weeks", "events", "base", "rate", "events_before", "base_before",
               "rate_before", "ratio", "difference", "low", "high", "low80", "high80", "dispersion",
               "seasonal", "p"]  # fmt: skip
    first = int(cells["week"].min()) if len(cells) else 0
    weeks = pd.RangeIndex(first, last_week + 1)
    rows = []
    for column, slices in cells.groupby("column", sort=True):
        series = {}
        for value, part in slices.groupby("value", sort=True, observed=True):
            sums = part.groupby("week")[["events", "base"]].sum().reindex(weeks, fill_value=0.0)
            series[value] = sums["events"].to_numpy(), sums["base"].to_numpy()
        dispersion, freedom = _dispersion(series.values(), share)
        for value, (events, base) in series.items():
            for length in WINDOWS:
                found = _compared(
                    events, base, length, share, seasonal, dispersion, freedom, confidence
                )
                if found:
                    rows.append((column, value, length, *found))
    table = pd.DataFrame(rows, columns=columns).sort_values("p", kind="stable", ignore_index=True)
    m, p = len(table), table["p"].to_numpy()
    q = np.minimum.accumulate((p * m / np.arange(1, m + 1))[::-1])[::-1] if m else p
    return table.assign(q=np.minimum(q, 1.0))


def _dispersion(series, share):
    """Mean Pearson statistic of neighbours over the slices of a column, and its freedom."""
    found = []
    for size in (1, BLOCK):
        statistics = np.concatenate([_pearson(e, b, size, share) for e, b in series])
        if len(statistics) >= 8:
            found.append((float(statistics.mean()), len(statistics)))
    largest = max(found, default=(1.0, MOST_FREEDOM))
    freedom = min(largest[1], MOST_FREEDOM) if largest[0] > 1 else MOST_FREEDOM
    return max(largest[0], 1.0), freedom


def _pearson(events, base, size, share):
    """Squared difference of neighbouring blocks over its variance by chance, pair by pair."""
    pairs = len(events) // size // 2
    keep = 2 * pairs * size
    e = events[len(events) - keep :].reshape(pairs, 2, size).sum(axis=2)
    b = base[len(base) - keep :].reshape(pairs, 2, size).sum(axis=2)
    kept = (b > 0).all(axis=1) & (e.sum(axis=1) > 0)
    if share:
        kept &= e.sum(axis=1) < b.sum(axis=1)
    e, b = e[kept], b[kept]
    rate = e.sum(axis=1) / b.sum(axis=1)
    variance = rate * (1 - rate) if share else rate
    gap = e[:, 1] / b[:, 1] - e[:, 0] / b[:, 0]
    return gap**2 / (variance * (1 / b).sum(axis=1))


def _compared(events, base, length, share, seasonal, dispersion, freedom, confidence):
    year_before = len(events) >= length + YEAR
    back = YEAR if year_before else length
    if len(events) < length + back:
        return None
    now, before = slice(len(events) - length, None), slice(-length - back, len(events) - back)
    if year_before and not seasonal:
        before = slice(0, len(events) - YEAR)
    e1, b1, e0, b0 = events[now].sum(), base[now].sum(), events[before].sum(), base[before].sum()
    if min(b0, b1) <= 0 or (min(b0, b1) < FEWEST if share else e0 + e1 < FEWEST):
        return None
    r1, r0, rate = e1 / b1, e0 / b0, (e1 + e0) / (b1 + b0)
    pooled = (rate * (1 - rate) if share else rate) * (1 / b1 + 1 / b0) * dispersion
    own = _variance(r1, b1, share) + _variance(r0, b0, share)
    p = float(t.sf((r1 - r0) / np.sqrt(pooled), freedom)) if pooled > 0 else 1.0
    difference, se = r1 - r0, np.sqrt(own * dispersion)
    half, half80 = norm.ppf(0.5 + confidence / 2) * se, norm.ppf(0.9) * se
    ratio = r1 / r0 if r0 > 0 else np.nan
    return (e1, b1, r1, e0, b0, r0, ratio, difference, difference - half, difference + half,
            difference - half80, difference + half80, dispersion, year_before, p)  # fmt: skip


def _variance(rate, base, share):
    if share:
        rate = (rate * base + 0.5) / (base + 1)
        return rate * (1 - rate) / base
    return max(rate, 0.5 / base) / base


def detectors(tables: dict) -> pd.DataFrame:
    """Which detectors found something: one p each (Simes over its slices), Holm over all.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        From `changed`; detectors without a row are not counted.

    Returns
    -------
    pandas.DataFrame
        detector, slices, p, p_holm, found (p_holm below `BUDGET`).
    """
    rows = []
    for name, table in tables.items():
        if len(table):
            p = np.sort(table["p"].to_numpy())
            simes = float(np.min(p * len(p) / np.arange(1, len(p) + 1)))
            rows.append((name, len(p), min(simes, 1.0)))
    found = pd.DataFrame(rows, columns=["detector", "slices", "p"])
    found["p_holm"] = holm(found["p"])
    return found.assign(found=found["p_holm"] < BUDGET)


def first_bad_week(cells: pd.DataFrame, row, *, last_week: int) -> int:
    """The week from which a slice is worse: the split that parts before and after best.

    Parameters
    ----------
    cells : pandas.DataFrame
        From `weekly_cells`.
    row : mapping
        A row of `changed`: column, value, rate_before.
    """
    part = cells[(cells["column"] == row["column"]) & (cells["value"] == row["value"])]
    weeks = pd.RangeIndex(last_week - 2 * YEAR + 1, last_week + 1)
    series = part.groupby("week")[["events", "base"]].sum().reindex(weeks, fill_value=0.0)
    e, b = series["events"].to_numpy(), series["base"].to_numpy()
    later_e, later_b = e[::-1].cumsum()[::-1], b[::-1].cumsum()[::-1]
    early_e, early_b = e.sum() - later_e, b.sum() - later_b
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = _fit(later_e, later_b) + _fit(early_e, early_b)
    gain = np.where((later_b > 0) & (early_b > 0), gain, -np.inf)
    worse = later_e * early_b > early_e * later_b
    return int(weeks[int(np.where(worse, gain, -np.inf).argmax())])


def _fit(events, base):
    """Poisson log-likelihood of a constant rate, up to constants."""
    return np.where(events > 0, events * np.log(np.maximum(events, 1e-300) / base), 0.0)
