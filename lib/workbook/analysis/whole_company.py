"""Whether a measure got worse in the whole company: recent weeks against the same a year before."""

from __future__ import annotations

import numpy as np
from scipy.stats import t

from workbook.analysis.place_start import Shift
from workbook.analysis.watched import BLOCKS, BUCKET, Watched

__all__ = ["whole_shift"]

WINDOWS = (26, 52)
YEAR = 52
FEWEST = 50


def whole_shift(watched: Watched) -> tuple[float, Shift] | None:
    """The clearer of the last 26 and 52 weeks against the same weeks a year before.

    Returns
    -------
    (p, Shift) or None
        p one-sided, for both windows together. None with less than a window more than a year.

    Notes
    -----
    The larger of two variances is taken: of customers (blocks left out one at a time) and of the
    four-week differences to the year before, which everything that strikes all at once widens.
    """
    found = []
    end = watched.last_week + 1
    first = int(watched.week.min(initial=end))
    for window in WINDOWS:
        if end - window - YEAR < first:
            continue
        shift = _compared(watched, end, window)
        if shift is not None:
            found.append((float(t.sf(watched.worse * shift.effect / shift.se, shift.free)), shift))
    if not found:
        return None
    p, shift = min(found, key=lambda pair: pair[0])
    return min(p * len(found), 1.0), shift


def _compared(watched, end, window):
    late = (watched.week >= end - window) & (watched.week < end)
    early = (watched.week >= end - window - YEAR) & (watched.week < end - YEAR)
    sums = [
        np.bincount(watched.block[side], values[side], minlength=BLOCKS)
        for side in (late, early) for values in (watched.above, watched.below)
    ]  # fmt: skip
    size = [watched.above[s].sum() if watched.counted else watched.below[s].sum() for s in (late, early)]  # fmt: skip
    if min(size) < FEWEST or min(sums[1].sum(), sums[3].sum()) <= 0:
        return None

    def level(parts):
        with np.errstate(all="ignore"):
            one, two = parts[0] / parts[1], parts[2] / parts[3]
            return one - two if watched.form == "mean" else np.log(one / two)

    effect = float(level([part.sum() for part in sums]))
    left = level([part.sum() - part for part in sums])
    variance = (BLOCKS - 1) / BLOCKS * np.nansum((left - np.nanmean(left)) ** 2)
    monthly = _monthly(watched, end, window)
    free = BLOCKS - 1.0
    if monthly is not None and monthly[0] > variance:
        variance, free = monthly
    if not np.isfinite(effect) or not variance > 0:
        return None
    after, before = (sums[i].sum() / sums[i + 1].sum() for i in (0, 2))
    week = end - window
    customers = len(np.unique(watched.who[late & (watched.who >= 0)]))
    return Shift(week, week, week, effect, float(np.sqrt(variance)), free, float("nan"), before, after,
                 before, sums[0].sum(), before * sums[1].sum(), sums[1].sum(), customers)  # fmt: skip


def _monthly(watched, end, window):
    """Variance of the mean of the four-week differences to the year before, and its freedom."""
    use = (watched.week >= end - window - YEAR) & (watched.week < end)
    bucket = (end - 1 - watched.week[use]) // BUCKET
    above = np.bincount(bucket, watched.above[use])
    below = np.bincount(bucket, watched.below[use])
    n, back = window // BUCKET, YEAR // BUCKET
    if len(below) < n + back:
        return None
    with np.errstate(all="ignore"):
        y = above / below
        gap = y[:n] - y[back : n + back] if watched.form == "mean" else np.log(y[:n] / y[back : n + back])  # fmt: skip
    gap = gap[np.isfinite(gap)]
    return (float(gap.var(ddof=1) / len(gap)), len(gap) - 1.0) if len(gap) >= 3 else None
