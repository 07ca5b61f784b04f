"""Group-time differences: what members bought after joining, against what others did meanwhile.

Rates are compared in proportion: members buy more before they join, and a customer who buys twice as
often also loses twice as much when business falls or customers leave.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

from workbook.analysis.comparison_days import Windows
from workbook.analysis.group_time_layout import calendar_groups, effects, laid_out
from workbook.analysis.intervals import interval

__all__ = ["FEWEST", "GroupTime", "group_time"]

FEWEST = 30  # joinings compared
DRAWS = 400


@dataclass(frozen=True)
class GroupTime:
    """Members against those who had not joined yet.

    Attributes
    ----------
    members, compared, others : int
        Joinings that could be looked at, those of them with a comparison and followed for a window,
        comparison days.
    by : str
        Length of the calendar groups: month, quarter, year.
    windows : DataFrame
        window (-1, -2, ... before; 0, 1, ... after joining), effect (relative: 0.1 is 10 % more
        than the comparison lets expect), low, high, joinings.
    effect, low, high : float
        Relative, over all windows after joining.
    gain, gain_low, gain_high, gain_low80, gain_high80 : float
        Per joining and year, in the unit of the value.
    expected : float
        What the comparison lets expect per joining and year.
    p : float
        Two-sided, of the effect.
    trend_p : float
        That windows before joining differ only by chance; NaN with fewer than two of them.
    before_after, without_purchase : float
        The naive change: year after over year before, with and without the joining purchase.
    robust : DataFrame
        allowed (violations after joining at most so many times the largest before), effect (against
        the last window before alone), low, high (relative).
    survives : float or None
        The largest `allowed` at which the interval still lies on one side of 0; None when it
        never does, or nothing before joining tells.
    """

    members: int
    compared: int
    others: int
    by: str
    windows: pd.DataFrame
    effect: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float
    gain_low80: float
    gain_high80: float
    expected: float
    p: float
    trend_p: float
    before_after: float
    without_purchase: float
    robust: pd.DataFrame
    survives: float | None


def group_time(
    sums: pd.DataFrame,
    counts: pd.DataFrame,
    *,
    windows: Windows,
    value: str = "amount",
    confidence: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> GroupTime | None:
    """The effect of joining by group-time differences in proportion.

    Parameters
    ----------
    sums, counts : DataFrame
        As `window_sums.window_sums` gives them.
    value : {"amount", "purchases"}

    Returns
    -------
    GroupTime or None
        None with fewer than 30 joinings that can be compared.

    Notes
    -----
    A group is a calendar month (or quarter, year, where comparison days are few) x band x windows
    known. Group g would have bought in window e what it bought in its windows before, times the
    change from those windows to e among the customers who had not joined by that day: ATT(g, e) of
    Callaway, Sant'Anna (2021) with parallel trends of logarithms (Wooldridge 2023), summed over
    groups. Joining mostly comes with a purchase, so those who leave the comparison by joining have
    bought more than those who stay in it; they are kept, and what they buy after joining counts as
    raised by the effect itself (g-estimation; Robins 1994). Customers are drawn again in blocks.
    Sensitivity: relative magnitudes of Rambachan, Roth (2023),
    change from window to window after joining at most M times the largest before, as a union of
    normal intervals, which is conservative.
    """
    by = calendar_groups(counts)
    joinings = int(counts.loc[counts["treated"], "events"].sum())
    layout = laid_out(sums, counts, by=by, windows=windows, value=value)
    if layout is None or layout.n[1].sum() < FEWEST:
        return None
    rng = np.random.default_rng(seed)
    blocks = layout.blocks.shape[0]
    weights = rng.multinomial(blocks, np.full(blocks, 1 / blocks), size=draws)
    flat = layout.blocks.reshape(blocks, -1)
    actual = effects(flat.sum(axis=0).reshape(1, *layout.shape), layout, windows)
    drawn = effects((weights @ flat).reshape(draws, *layout.shape), layout, windows)
    return _result(actual, drawn, layout, windows, by, joinings, confidence)


def _result(actual, drawn, layout, windows, by, joinings, confidence):
    z = norm.ppf(0.5 + confidence / 2)
    theta, spread = actual["theta"][0], _spread(drawn["theta"])
    if not np.isfinite(theta) or not spread > 0:
        return None
    rows = []
    for e in sorted(actual["leads"]):
        n = layout.n[0][layout.known >= max(-e, 2)].sum()
        rows.append((e, actual["leads"][e][0], _spread(drawn["leads"][e]), n))
    for e in range(windows.after):
        n = layout.n[1 + e].sum()
        rows.append((e, actual["lags"][0, e], _spread(drawn["lags"][:, e]), n))
    table = pd.DataFrame(rows, columns=["window", "log", "error", "joinings"])
    table = table[(table["joinings"] >= FEWEST) & table["log"].notna() & table["error"].notna()]
    table = table.assign(
        effect=np.expm1(table["log"]),
        low=np.expm1(table["log"] - z * table["error"]),
        high=np.expm1(table["log"] + z * table["error"]),
        joinings=table["joinings"].astype(int),
    ).drop(columns=["log", "error"])
    n = layout.n[1:].sum(axis=1)
    used = n > 0
    year = 365 / windows.days / used.sum()

    def per_year(values):
        return (values[:, used] / n[used]).sum(axis=1) * year

    gain = per_year(actual["actual"] - actual["expected"])[0]
    gains = per_year(drawn["actual"] - drawn["expected"])
    ends, ends80 = interval(gains, confidence=confidence), interval(gains, confidence=0.8)
    robust, survives = _robust(actual, drawn, n, confidence)
    base = per_year(actual["base"])[0]
    after = per_year(actual["actual"])[0]
    day = actual["day"][0] / layout.n[0].sum() * 365 / (windows.days * used.sum())
    return GroupTime(
        joinings, int(layout.n[1].sum()), layout.others, by,
        table[["window", "effect", "low", "high", "joinings"]].reset_index(drop=True),
        float(np.expm1(theta)), float(np.expm1(theta - z * spread)),
        float(np.expm1(theta + z * spread)),
        float(gain), *(float(np.minimum(e, gain) if i == 0 else np.maximum(e, gain))
                       for pair in (ends, ends80) for i, e in enumerate(pair)),
        float(per_year(actual["expected"])[0]), float(2 * norm.sf(abs(theta) / spread)),
        _trend_p(actual, drawn),
        float((after + day) / base - 1) if base > 0 else np.nan,
        float(after / base - 1) if base > 0 else np.nan,
        robust, survives,
    )  # fmt: skip


def _spread(draws):
    """Standard deviation of draws; NaN when more than a few can't be worked out."""
    known = draws[np.isfinite(draws)]
    return float(known.std()) if len(known) >= 0.95 * len(draws) else np.nan


def _usable(steps, draws):
    """Steps that can be worked out, in nearly every draw too."""
    return np.isfinite(steps) & (np.isfinite(draws).mean(axis=0) >= 0.95)


def _trend_p(actual, drawn):
    """Wald test that the steps between windows before joining are nil."""
    steps, draws = actual["steps"][0], drawn["steps"]
    good = _usable(steps, draws)
    if not good.any():
        return np.nan
    draws = draws[np.isfinite(draws[:, good]).all(axis=1)]
    covariance = np.atleast_2d(np.cov(draws[:, good], rowvar=False))
    statistic = steps[good] @ np.linalg.pinv(covariance, hermitian=True) @ steps[good]
    return float(chi2.sf(statistic, good.sum()))


def _robust(actual, drawn, n, confidence):
    """Intervals when trends may part after joining by M times their largest step before it."""
    z = norm.ppf(0.5 + confidence / 2)
    weight = np.where(np.isfinite(actual["from_last"][0]), n, 0.0)
    weight = weight / max(weight.sum(), 1)
    # steps that add up on average: one more than windows, for the look-back lies between
    reach = float(weight @ (2 + np.arange(len(weight))))
    theta = np.where(weight > 0, actual["from_last"], 0.0) @ weight
    thetas = np.where(weight > 0, drawn["from_last"], 0.0) @ weight
    steps, draws = actual["steps"][0], drawn["steps"]
    good = np.flatnonzero(_usable(steps, draws))
    columns = ["allowed", "effect", "low", "high"]
    if not len(good):
        return pd.DataFrame(columns=columns), None

    pairs = [(sign * steps[k], sign * draws[:, k]) for k in good for sign in (1, -1)]

    def ends(allowed):
        m = allowed * reach
        lows = [theta[0] - m * a - z * np.nanstd(thetas - m * d) for a, d in pairs]
        highs = [theta[0] + m * a + z * np.nanstd(thetas + m * d) for a, d in pairs]
        return min(lows), max(highs)

    rows = [(m, *np.expm1(ends(m))) for m in (0.0, 0.25, 0.5, 1.0, 1.5, 2.0)]
    survives = None
    for allowed in np.arange(0, 5.01, 0.05):
        low, high = ends(allowed)
        if low <= 0 <= high:
            break
        survives = float(round(allowed, 2))
    table = pd.DataFrame(rows, columns=["allowed", "low", "high"])
    return table.assign(effect=float(np.expm1(theta[0])))[columns], survives
