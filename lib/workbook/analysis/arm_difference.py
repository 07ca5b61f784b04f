"""The difference between two arms drawn by lot, freed of what already differed before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from workbook.analysis.matching import Matched

__all__ = ["FEWEST", "Difference", "adjusted_difference"]

FEWEST = 30  # customers of either arm


@dataclass(frozen=True)
class Difference(Matched):
    """As `matching.Matched`, `n` the treated and `others` the controls; `raw`: the plain difference of
    means; `uneven`: p of the arms' means before the start being alike, NaN where nothing is known."""

    raw: float
    uneven: float


def adjusted_difference(sums, *, confidence: float = 0.95, fewest: int = FEWEST):
    """Mean of the treated less that of the controls, each arm regressed on what was before.

    Parameters
    ----------
    sums : pandas.DataFrame
        As `arm_windows.arm_sums` gives them.
    fewest : int
        Customers needed in either arm.

    Returns
    -------
    Difference or None
        None with too few customers.

    Notes
    -----
    Interacted regression (Lin 2013): in each arm a line of the outcome on the outcome before, read
    at the mean of both arms. Variance: residuals of the arms over their sizes, for the slopes where
    the arms' means lie apart, and (b1 - b0)^2 var(x) / N for customers being a sample; Welch's
    degrees of freedom.
    """
    n = sums["n"].to_numpy(float)
    if n.min() < fewest:
        return None
    my, mx = sums["y"].to_numpy() / n, sums["x"].to_numpy() / n
    sxx = np.maximum(sums["xx"].to_numpy() - n * mx**2, 0.0)
    syy = np.maximum(sums["yy"].to_numpy() - n * my**2, 0.0)
    sxy = sums["xy"].to_numpy() - n * mx * my
    varies = sxx > 1e-9 * np.maximum(sums["xx"].to_numpy(), 1e-12)
    b = np.where(varies, sxy / np.where(varies, sxx, 1.0), 0.0)
    resid = np.maximum(syy - b * sxy, 0.0) / np.maximum(n - 1 - varies, 1)
    whole = (n * mx).sum() / n.sum()
    at = my + b * (whole - mx)
    each = resid * (1 / n + np.where(varies, (whole - mx) ** 2 / np.where(varies, sxx, 1), 0.0))
    all_xx = sums["xx"].sum() - n.sum() * whole**2
    variance = each.sum() + (b[1] - b[0]) ** 2 * max(all_xx, 0.0) / n.sum() ** 2
    gap, se = float(at[1] - at[0]), float(np.sqrt(variance))
    free = each.sum() ** 2 / max((each**2 / (n - 2)).sum(), 1e-300) if se > 0 else n.sum() - 4
    half, half80 = (float(student.ppf(0.5 + c / 2, free)) * se for c in (confidence, 0.8))
    p = float(2 * student.sf(abs(gap) / se, free)) if se > 0 else 1.0
    apart = np.sqrt((sxx / np.maximum(n - 1, 1) / n).sum())
    uneven = float(2 * student.sf(abs(mx[1] - mx[0]) / apart, n.sum() - 2)) if apart > 0 else np.nan
    value = float(my[1])
    return Difference(
        value, value - gap, gap, se, gap - half, gap + half, gap - half80, gap + half80, p,
        int(n[1]), int(n[0]), 0, float(my[1] - my[0]), uneven,
    )  # fmt: skip
