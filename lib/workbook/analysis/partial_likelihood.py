"""Cox's partial likelihood with late entry and strata, from sums over risk sets.

lifelines fits a million rows in seconds as long as everybody is watched from the start; with entry
times it visits every risk set (77 s for 20,000 rows). Here a row adds its share when its first
risk set opens and takes it back after its last one, so a step costs one pass over the rows.
"""

from dataclasses import dataclass

import numpy as np

__all__ = ["CoxEstimate", "RiskSets", "maximise", "residuals"]


@dataclass(frozen=True)
class CoxEstimate:
    """coef (k,), covariance (k, k), log-likelihood at the estimate and at zero, converged."""

    coef: np.ndarray
    covariance: np.ndarray
    loglik: float
    loglik_null: float
    converged: bool


class RiskSets:
    """Who is at risk at which end.

    Parameters
    ----------
    entry, duration : numpy.ndarray
        Months; a row is at risk at ages above its entry and up to its duration.
    ended : numpy.ndarray of bool
    strata : numpy.ndarray of int, optional
        Codes from 0; risk sets never mix strata.
    """

    def __init__(self, entry, duration, ended, strata=None):
        strata = np.zeros(len(duration), dtype=int) if strata is None else np.asarray(strata)
        self.ended = np.asarray(ended, dtype=bool) & (duration > entry)
        self.opens = np.zeros(len(duration), dtype=int)
        self.closes = np.zeros(len(duration), dtype=int)
        months, owners, offset = [], [], 0
        for stratum in range(int(strata.max(initial=-1)) + 1):
            own = strata == stratum
            times = np.unique(duration[own & self.ended])
            self.opens[own] = offset + np.searchsorted(times, entry[own], side="right")
            self.closes[own] = offset + np.searchsorted(times, duration[own], side="right")
            # One slot more per stratum takes what its rows leave behind.
            months += [*times, np.nan]
            owners += [stratum] * (len(times) + 1)
            offset += len(times) + 1
        self.closes = np.maximum(self.closes, self.opens)
        self.months, self.strata = np.array(months), np.array(owners, dtype=int)
        self.leavers = np.flatnonzero(self.ended)
        self.slot = self.closes[self.leavers] - 1
        self.deaths = np.bincount(self.slot, minlength=len(self.months))
        self.tied = np.repeat(np.arange(len(self.months)), self.deaths)
        rank = np.arange(len(self.tied)) - np.repeat(
            np.cumsum(self.deaths) - self.deaths, self.deaths
        )
        self.fraction = rank / np.maximum(self.deaths[self.tied], 1)

    def total(self, values):
        """Sum of ``values`` over each risk set."""
        size = len(self.months) + 1
        joined = np.bincount(self.opens, values, minlength=size)
        left = np.bincount(self.closes, values, minlength=size)
        return np.cumsum(joined - left)[:-1]

    def at_end(self, values):
        """Sum of ``values`` over those who ended, per risk set."""
        return np.bincount(self.slot, values[self.leavers], minlength=len(self.months))

    def per_set(self, values):
        """Sum of values given per tied end, per risk set."""
        return np.bincount(self.tied, values, minlength=len(self.months))


def maximise(x, sets, *, start=None, steps=40):
    """Newton's method on the partial likelihood, ties by Efron (1977).

    Parameters
    ----------
    x : numpy.ndarray, shape (n, k)
    sets : RiskSets
    start : numpy.ndarray, optional
        Coefficients to begin with; a start at the maximum costs one step.
    steps : int

    Returns
    -------
    CoxEstimate
    """
    x = np.asarray(x, dtype=float)
    scale = np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
    z = (x - x.mean(axis=0)) / scale
    null = _loglik(z, sets, np.zeros(x.shape[1]))[0]
    coef = np.zeros(x.shape[1]) if start is None else np.asarray(start, dtype=float) * scale
    value, slope, bend = _evaluate(z, sets, coef)
    converged = False
    for _ in range(steps):
        if abs(slope @ np.linalg.lstsq(bend, slope, rcond=None)[0]) < 1e-8:
            converged = True
            break
        step = np.linalg.lstsq(bend, slope, rcond=None)[0]
        # At three standard deviations a term acts as infinite; longer leaps only overflow.
        step *= min(1.0, 3.0 / max(np.abs(step).max(initial=0.0), 1e-12))
        gain = -1.0
        for _ in range(20):
            new = _evaluate(z, sets, coef + step)
            gain = new[0] - value
            if np.isfinite(gain) and gain >= -1e-9 * max(1.0, abs(value)):
                break
            step = step / 2
        coef, (value, slope, bend) = coef + step, new
    covariance = np.linalg.pinv(bend, hermitian=True) / np.outer(scale, scale)
    return CoxEstimate(coef / scale, covariance, value, null, converged)


def _loglik(z, sets, coef):
    """Log-likelihood, and the relative risks and their sums that its derivatives need."""
    line = np.clip(z @ coef, -300, 300)
    risk = np.exp(line)
    total, tied = sets.total(risk), sets.at_end(risk)
    inside = np.maximum(total[sets.tied] - sets.fraction * tied[sets.tied], 1e-150)
    return float(line[sets.leavers].sum() - np.log(inside).sum()), risk, inside


def _evaluate(z, sets, coef):
    """Log-likelihood, its gradient, and minus its second derivative."""
    value, risk, inside = _loglik(z, sets, coef)
    once, shared = sets.per_set(1 / inside), sets.per_set(sets.fraction / inside)
    squares = [sets.per_set(sets.fraction**power / inside**2) for power in range(3)]
    k = z.shape[1]
    weighted = z * risk[:, None]
    first = np.array([sets.total(weighted[:, j]) for j in range(k)])
    first_tied = np.array([sets.at_end(weighted[:, j]) for j in range(k)])
    slope = z[sets.leavers].sum(axis=0) - first @ once + first_tied @ shared
    cross = (first * squares[1]) @ first_tied.T
    bend = -(first * squares[0]) @ first.T + cross + cross.T
    bend -= (first_tied * squares[2]) @ first_tied.T
    for j in range(k):
        for m in range(j, k):
            both = weighted[:, j] * z[:, m]
            second = sets.total(both) @ once - sets.at_end(both) @ shared
            bend[j, m] += second
            if m != j:
                bend[m, j] += second
    return value, slope, bend


def residuals(x, sets, coef):
    """Schoenfeld residuals and the baseline hazard.

    Parameters
    ----------
    x : numpy.ndarray, shape (n, k)
    sets : RiskSets
    coef : numpy.ndarray, shape (k,)

    Returns
    -------
    schoenfeld : numpy.ndarray, shape (ended, k)
        Per end, the leaver's terms less the average of those at risk.
    months : numpy.ndarray
        Age of each end, as in ``schoenfeld``.
    jumps : numpy.ndarray
        Increase of the cumulative baseline hazard (all terms zero) at each slot of ``sets``.
    """
    x = np.asarray(x, dtype=float)
    _, risk, inside = _loglik(x, sets, coef)
    deaths = np.maximum(sets.deaths, 1)
    mean = np.zeros((len(sets.months), x.shape[1]))
    for j in range(x.shape[1]):
        whole, own = sets.total(risk * x[:, j]), sets.at_end(risk * x[:, j])
        parts = (whole[sets.tied] - sets.fraction * own[sets.tied]) / inside
        mean[:, j] = sets.per_set(parts) / deaths
    jumps = sets.per_set(1 / inside)
    return x[sets.leavers] - mean[sets.slot], sets.months[sets.slot], jumps
