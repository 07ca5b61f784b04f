"""The flow of rows over time, and the gaps in it that chance does not make."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from scipy.stats import nbinom, poisson

__all__ = ["FEWEST_EXPECTED", "flow_counts", "flow_gaps"]

FEWEST_EXPECTED = 8  # rows per period: below it an empty one says nothing
_NEARLY_EMPTY = 0.1  # share of the expected rows up to which a period counts as a gap
_BLOCKS = (1, 7, 28)  # days
_NEIGHBOURS = 8  # periods before, and after, that say what to expect


def flow_counts(table, moment: str, *, as_of: date) -> tuple[pd.DataFrame, int]:
    """Rows per period of 1, 7 or 28 days, counted back from the end of `as_of`.

    Returns a frame (start, end: first and last day; rows), oldest first, whole periods only, and the
    days in a period: the shortest in which at least half of the periods hold 8 rows or more.
    A day is compared with the same day of other weeks, so days need no season of the week.
    """
    days = table.select(day=table[moment].cast("date"))
    days = days.filter(days.day.notnull())
    counted = days.group_by("day").aggregate(rows=days.count()).execute()
    if counted.empty:
        return pd.DataFrame({"start": [], "end": [], "rows": []}), _BLOCKS[-1]
    days = pd.Series(counted["rows"].to_numpy(float), pd.DatetimeIndex(counted["day"]))
    whole = pd.date_range(days.index.min(), pd.Timestamp(as_of))
    days = days.reindex(whole, fill_value=0.0)
    for length in _BLOCKS:
        blocks = len(days) // length
        last = days.to_numpy()[len(days) - blocks * length :].reshape(blocks, length).sum(axis=1)
        if blocks and np.median(last) >= FEWEST_EXPECTED:
            break
    ends = pd.Timestamp(as_of) - pd.to_timedelta(np.arange(blocks)[::-1] * length, unit="D")
    starts = ends - pd.Timedelta(days=length - 1)
    return pd.DataFrame({"start": starts, "end": ends, "rows": last.astype(int)}), length


def flow_gaps(counts: pd.DataFrame, length: int, *, tests: int = 1, level: float = 0.01):
    """Stretches of periods with hardly any row where rows were to be expected.

    Parameters
    ----------
    counts : pandas.DataFrame
        start, end, rows, from `flow_counts`.
    length : int
        Days in a period; a day is expected to be like the same day of the weeks around it.
    tests : int
        Tables looked at together: the level holds for all of them (Bonferroni, periods included).
    level : float
        Chance that a flow without gaps shows one anywhere.

    Returns
    -------
    pandas.DataFrame
        start, end (days), periods, rows, expected (rows), p (adjusted); one row per stretch.

    Notes
    -----
    What to expect is the median of the eight like periods before and the eight after, zeros that are
    themselves part of a stretch included, so a business that closes for good is no gap until it has
    traded again or for eight periods. Counts vary more than a Poisson law lets them: its variance is
    multiplied by the dispersion of the series (negative binomial), measured by the median of the
    squared Pearson residuals.
    """
    rows = counts["rows"].to_numpy(float)
    step = 7 if length == 1 else 1
    expected = _expected(rows, step)
    testable = expected >= FEWEST_EXPECTED
    if not testable.any():
        return pd.DataFrame(columns=["start", "end", "periods", "rows", "expected", "p"])
    residual = (rows - expected)[testable] ** 2 / expected[testable]
    dispersion = max(1.0, float(np.median(residual)) / 0.455)
    p = np.ones(len(rows))
    if dispersion > 1.02:
        size = expected[testable] / (dispersion - 1)
        p[testable] = nbinom.cdf(rows[testable], size, 1 / dispersion)
    else:
        p[testable] = poisson.cdf(rows[testable], expected[testable])
    empty = testable & (rows <= _NEARLY_EMPTY * expected)
    stretches = []
    for at in np.flatnonzero(empty):
        # a day on which nothing is ever to be expected doesn't end a stretch
        between = slice(stretches[-1][-1] + 1, at) if stretches else slice(0, 0)
        if stretches and not testable[between].any() and not rows[between].any():
            stretches[-1].append(at)
        else:
            stretches.append([at])
    found = []
    for part in stretches:
        together = float(np.clip(np.exp(np.log(np.maximum(p[part], 1e-300)).sum()), 1e-300, 1))
        adjusted = min(1.0, together * testable.sum() * tests)
        if adjusted < level:
            found.append(
                {
                    "start": counts["start"].iloc[part[0]],
                    "end": counts["end"].iloc[part[-1]],
                    "periods": len(part),
                    "rows": int(rows[part].sum()),
                    "expected": float(expected[part].sum()),
                    "p": adjusted,
                }
            )
    return pd.DataFrame(found, columns=["start", "end", "periods", "rows", "expected", "p"])


def _expected(rows: np.ndarray, step: int) -> np.ndarray:
    """Median of the like periods around each, itself left out; NaN-free, 0 where there are fewer
    than four."""
    shifts = [k * step for k in range(-_NEIGHBOURS, _NEIGHBOURS + 1) if k]
    around = np.full((len(shifts), len(rows)), np.nan)
    for line, shift in zip(around, shifts, strict=True):
        if shift > 0:
            line[: len(rows) - shift] = rows[shift:]
        else:
            line[-shift:] = rows[: len(rows) + shift]
    enough = np.isfinite(around).sum(axis=0) >= 4
    expected = np.zeros(len(rows))
    if enough.any():
        expected[enough] = np.nanmedian(around[:, enough], axis=0)
    return expected
