"""The last 12 months of a series of periods against the 12 before, and where a step lies."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

__all__ = ["YearChange", "step_start", "year_change", "year_values"]


@dataclass(frozen=True)
class YearChange:
    """The last 12 months against the 12 before, on a relative scale.

    Attributes
    ----------
    ratio, low, high : float
        Level of the last year over that of the year before, with its interval.
    low80, high80 : float
        The 80 % interval.
    p : float
        Chance of a change this large (either way) without one.
    n : int
        Periods used.
    """

    ratio: float
    low: float
    high: float
    low80: float
    high80: float
    p: float
    n: int


def year_change(values, *, per_year, confidence=0.95):
    """The last year of a series against the year before, with the scatter of its periods as error.

    Parameters
    ----------
    values : array_like
        Positive values of consecutive periods, the last ones last.
    per_year : int

    Returns
    -------
    YearChange or None
        None with fewer than two years, fewer than three values more than means are estimated, or
        values without any scatter of their own (yearly figures spread over quarters).

    Notes
    -----
    Least squares of log(value) on years (counted back from the end) and seasons; the change is the
    contrast of the last two years, its error from the residuals with Student's t. Where neighbours
    resemble each other beyond chance (lag-1 correlation r of the residuals above 2 / sqrt(n)), the
    variance is multiplied by (1 + r) / (1 - r).
    """
    values = np.asarray(values, float)
    n = len(values)
    if per_year < 1 or n < 2 * per_year or not (values > 0).all():
        return None
    back = np.arange(n)[::-1]
    year, season = back // per_year, back % per_year
    design = np.column_stack(
        [year == k for k in range(year.max() + 1)] + [season == k for k in range(1, per_year)]
    ).astype(float)
    rank = np.linalg.matrix_rank(design)
    free = n - rank
    if free < 3:
        return None
    y = np.log(values)
    inverse = np.linalg.pinv(design.T @ design)
    beta = inverse @ design.T @ y
    residual = y - design @ beta
    contrast = np.zeros(design.shape[1])
    contrast[0], contrast[1] = 1.0, -1.0
    variance = float(residual @ residual) / free * float(contrast @ inverse @ contrast)
    spread = float(residual @ residual)
    if not spread > 1e-12 * n:
        return None
    r = float(residual[1:] @ residual[:-1]) / spread
    if r > 2 / np.sqrt(n):
        variance *= (1 + min(r, 0.9)) / (1 - min(r, 0.9))
    change, se = float(contrast @ beta), float(np.sqrt(variance))
    half, half80 = (student.ppf(0.5 + c / 2, free) * se for c in (confidence, 0.8))
    p = float(2 * student.sf(abs(change) / se, free))
    ends = [change - half, change + half, change - half80, change + half80]
    return YearChange(float(np.exp(change)), *(float(np.exp(e)) for e in ends), p, n)


def step_start(values, *, per_year):
    """Place of the first period after the step that best fits a series; None with too few periods.

    Least squares of log(value) on seasons and one step, at least half a year from either end.
    """
    y = np.log(np.asarray(values, float))
    n, away = len(y), max(per_year // 2, 1)
    if per_year < 1 or n < 2 * per_year or n < 2 * away + 2 or not np.isfinite(y).all():
        return None
    seasons = np.eye(per_year)[np.arange(n) % per_year]
    best = (np.inf, None)
    for place in range(away, n - away + 1):
        design = np.column_stack([seasons, np.arange(n) >= place])
        rest = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
        best = min(best, (float(rest @ rest), place))
    return best[1]


def year_values(series, *, per_year):
    """Sums of the last 12 months and the 12 before; NaN where a period is missing."""
    values = np.asarray(series, float)
    now, before = values[-per_year:], values[-2 * per_year : -per_year]
    whole = [v.sum() if len(v) == per_year and per_year else np.nan for v in (now, before)]
    return float(whole[0]), float(whole[1])
