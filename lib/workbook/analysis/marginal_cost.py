"""What the next customer would cost: how customers follow spend from month to month."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import t as student

__all__ = ["MarginalCost", "marginal_cost"]

FEWEST_MONTHS = 12
LEAST_SWING = 0.10  # standard deviation of log spend beyond channel and month
ROUNDS = 50


@dataclass(frozen=True)
class MarginalCost:
    """How many more customers go with more spend.

    Attributes
    ----------
    elasticity, low, high : float
        Per cent more customers with one per cent more spend; 1: in proportion.
    cac : float
        Average money per new customer of the same months.
    marginal, marginal_low, marginal_high : float or None
        cac / elasticity: money for one more customer; None: without limit.
    swing : float
        By how much spend moved beyond channel and month (standard deviation of the log).
    months, channels, customers : int
    verdict : str
        "less" (interval below 1), "proportional" (holds 1 and lies above 1/2), "more" (above 1),
        "unclear", or "still" (spend hardly moved: nothing can be told).
    """

    elasticity: float
    low: float
    high: float
    cac: float
    marginal: float | None
    marginal_low: float | None
    marginal_high: float | None
    swing: float
    months: int
    channels: int
    customers: int
    verdict: str


def marginal_cost(
    panel: pd.DataFrame, *, breaks: dict | None = None, confidence: float = 0.95
) -> MarginalCost | None:
    """Customers against spend, each channel and each month on a level of its own.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `acquisition_cost.matched_months`.
    breaks : dict, optional
        {channel key: first month of a dearer price}: before and after have levels of their own, so
        that a higher price does not count as more spend.

    Returns
    -------
    MarginalCost or None
        None with fewer than 12 months, without a channel with spend and customers in most months, or
        when the fit finds no end. With one channel the month has no level of its own; a straight trend takes its place.

    Notes
    -----
    Poisson regression of customers on log spend with levels of channel and month (so that what moves
    all channels at once, such as the season, does not count), errors clustered by channel x quarter.
    Observation, no experiment: where more is spent because more demand is expected, the next
    customer looks cheaper than it is.
    """
    rows = panel[(panel["amount"] > 0) & panel["channel"].notna()]
    months = rows["month"].nunique()
    sizes = rows.groupby("channel").agg(n=("month", "size"), customers=("customers", "sum"))
    keys = sizes.index[
        (sizes["n"] >= max(FEWEST_MONTHS, 0.7 * months)) & (sizes["customers"] >= 30)
    ]
    rows = rows[rows["channel"].isin(keys)].reset_index(drop=True)
    if months < FEWEST_MONTHS or not len(keys):
        return None
    x = np.log(rows["amount"].to_numpy())
    y, offset = rows["customers"].to_numpy(), np.log(rows["seen"].to_numpy())
    since = rows["channel"].map(breaks or {}).astype("datetime64[ns]")
    level = rows["channel"] + np.where(rows["month"] >= since, " after", "")
    channel, month = pd.factorize(level)[0], pd.factorize(rows["month"], sort=True)[0]
    levels = [channel[:, None] == np.arange(channel.max() + 1)[None, :]]
    if len(keys) > 1:
        levels.append(month[:, None] == np.arange(1, month.max() + 1)[None, :])
    else:
        levels.append((month - month.mean())[:, None])
    design = np.hstack(levels).astype(float)
    weight = np.maximum(y, 0.5)
    swing = float(np.sqrt(np.average(_residual(x, design, weight) ** 2, weights=weight)))
    cac = float((rows["amount"] * rows["seen"]).sum() / y.sum())
    counts = (int(months), len(keys), int(y.sum()))
    if swing < LEAST_SWING:
        return MarginalCost(np.nan, np.nan, np.nan, cac, None, None, None, swing, *counts, "still")
    slope, error, clusters = _slope(x, y, offset, design, channel * 10_000 + month // 3)
    if not np.isfinite(error):
        return None
    z = student.ppf(0.5 + confidence / 2, max(clusters - 1, 1))
    low, high = slope - z * error, slope + z * error
    ends = [cac / value if value > 0 else None for value in (slope, high, low)]
    if high < 1:
        verdict = "less"
    elif low > 1:
        verdict = "more"
    else:
        verdict = "proportional" if low > 0.5 else "unclear"
    return MarginalCost(slope, low, high, cac, *ends, swing, *counts, verdict)


def _residual(x, design, weight):
    root = np.sqrt(weight)
    fitted = np.linalg.lstsq(design * root[:, None], x * root, rcond=None)[0]
    return x - design @ fitted


def _slope(x, y, offset, design, clusters):
    """Slope of log x, its clustered error and the number of clusters, by weighted least squares in turn."""
    both = np.column_stack([x, design])
    mean = np.maximum(y, 0.5)
    beta = np.zeros(both.shape[1])
    for _ in range(ROUNDS):
        working = np.log(mean) - offset + (y - mean) / mean
        root = np.sqrt(mean)
        new = np.linalg.lstsq(both * root[:, None], working * root, rcond=None)[0]
        mean = np.exp(np.clip(both @ new + offset, -30, 30))
        done, beta = np.abs(new - beta).max() < 1e-8, new
        if done:
            break
    inverse = np.linalg.pinv((both * mean[:, None]).T @ both, hermitian=True)
    codes = pd.factorize(clusters)[0]
    used = codes.max() + 1
    scores = np.zeros((used, both.shape[1]))
    np.add.at(scores, codes, both * (y - mean)[:, None])
    variance = inverse @ (scores.T @ scores) @ inverse
    free = max(len(y) - both.shape[1], 1)
    error = np.sqrt(max(variance[0, 0], 0.0) * len(y) / free * used / max(used - 1, 1))
    return float(beta[0]), float(error), int(used)
