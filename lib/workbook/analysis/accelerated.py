"""Accelerated failure time: log durations as a line of traits plus an error of known shape."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, log_ndtr

__all__ = ["SHAPES", "AcceleratedFit", "accelerated_fit"]

STEPS = 60
HALF_LOG_2PI = 0.5 * np.log(2 * np.pi)


@dataclass(frozen=True)
class AcceleratedFit:
    """Estimates of one model.

    Attributes
    ----------
    coef, error : numpy.ndarray
        Of the columns, on the logarithm of the duration, and their standard errors.
    loglik : float
    parameters : int
        Columns, the level and the spread.
    """

    coef: np.ndarray
    error: np.ndarray
    loglik: float
    parameters: int

    @property
    def aic(self):
        """Akaike's criterion."""
        return 2 * self.parameters - 2 * self.loglik


def _extreme(z):
    grown = np.exp(np.minimum(z, 700.0))
    return (-grown, -grown, -grown), (z, np.ones_like(z), np.zeros_like(z))


def _normal(z):
    survival = log_ndtr(-z)
    hazard = np.exp(-0.5 * z**2 - HALF_LOG_2PI - survival)
    bend = hazard * (hazard - z)
    return (survival, -hazard, -bend), (-0.5 * z**2 - HALF_LOG_2PI - survival, hazard - z, bend - 1)


def _logistic(z):
    gone = expit(z)
    bend = -gone * (1 - gone)
    return (-np.logaddexp(0, z), -gone, bend), (-np.logaddexp(0, -z), 1 - gone, bend)


#: By model: logarithms of survival and of hazard of the standardised log duration, each with its
#: first and second derivative.
SHAPES = {"Weibull": _extreme, "log-normal": _normal, "log-logistic": _logistic}


def accelerated_fit(columns, duration, ended, entry, *, shape) -> AcceleratedFit | None:
    """Fit one model by maximum likelihood.

    Parameters
    ----------
    columns : array_like (rows, traits)
    duration, entry : array_like
        Months; `entry` from which a row was watched, 0 from its beginning.
    ended : array_like of bool
    shape : str
        Key of `SHAPES`.

    Returns
    -------
    AcceleratedFit or None
        None when the search doesn't settle or the data leave a parameter open.

    Notes
    -----
    log T = level + columns coef + spread W, W of the extreme value, normal or logistic law; Newton's
    method on exact derivatives (Kalbfleisch, Prentice 2002, chapter 3), rows that came late
    given that they had lasted so long.
    """
    raw = np.asarray(columns, float).reshape(len(duration), -1)
    centre, scale = raw.mean(axis=0), raw.std(axis=0)
    if (scale <= 0).any():
        return None
    x = np.column_stack([(raw - centre) / scale, np.ones(len(raw))])
    y, ended = np.log(np.asarray(duration, float)), np.asarray(ended, float)
    late = np.asarray(entry, float) > 0
    y0 = np.log(np.asarray(entry, float)[late])

    def measured(point):
        return _likelihood(point, x, y, ended, x[late], y0, SHAPES[shape])

    point = np.r_[np.zeros(x.shape[1] - 1), y.mean(), np.log(max(y.std(), 0.1))]
    with np.errstate(all="ignore"):
        value, slope, curve = measured(point)
        for _ in range(STEPS):
            step, gain = _step(slope, curve)
            for _ in range(30):
                trial = measured(point + step)
                if trial[0] >= value - 1e-12 * abs(value):
                    break
                step = step / 2
            else:
                return None
            point, (value, slope, curve) = point + step, trial
            if gain < 1e-11:
                break
        else:
            return None
        try:
            covariance = np.linalg.inv(-curve)
        except np.linalg.LinAlgError:
            return None
        error = np.sqrt(np.diag(covariance)[:-2]) / scale
    coef = point[:-2] / scale
    if not (np.isfinite(error).all() and np.isfinite(coef).all() and np.isfinite(value)):
        return None
    return AcceleratedFit(coef, error, float(value), len(point))


def _likelihood(point, x, y, ended, x0, y0, shape):
    """Log-likelihood, its gradient and its second derivatives; the last parameter is log spread."""
    spread = np.exp(point[-1])
    z, z0 = (y - x @ point[:-1]) / spread, (y0 - x0 @ point[:-1]) / spread
    (survival, q, r), (hazard, q_hazard, r_hazard) = shape(z)
    q, r = q + ended * q_hazard, r + ended * r_hazard
    before, q0, r0 = shape(z0)[0]
    value = survival.sum() + ended @ (hazard - y) - ended.sum() * point[-1] - before.sum()
    slope = np.r_[-(q @ x - q0 @ x0) / spread, -(z @ q) - ended.sum() + z0 @ q0]
    k = len(point)
    curve = np.empty((k, k))
    curve[:-1, :-1] = ((x.T * r) @ x - (x0.T * r0) @ x0) / spread**2
    curve[:-1, -1] = curve[-1, :-1] = ((r * z + q) @ x - (r0 * z0 + q0) @ x0) / spread
    curve[-1, -1] = z @ q + z**2 @ r - z0 @ q0 - z0**2 @ r0
    return value if np.isfinite(value) else -np.inf, slope, curve


def _step(slope, curve):
    """Newton's step uphill, shortened where the likelihood bends the other way."""
    values, vectors = np.linalg.eigh(-curve)
    values = np.maximum(np.abs(values), 1e-8 * max(np.abs(values).max(), 1e-300))
    step = vectors @ ((vectors.T @ slope) / values)
    return step, float(slope @ step)
