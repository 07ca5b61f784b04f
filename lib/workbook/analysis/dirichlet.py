"""The NBD-Dirichlet: how often households buy a category, and which of its brands.

Goodhardt, Ehrenberg, Chatfield (1984), Journal of the Royal Statistical Society A 147: purchases of
the category are negative binomial with mean M and exponent K, the brands chosen are multinomial with
shares from a Dirichlet whose parameters sum to S; both are independent and nothing trends.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.special import gammaln
from scipy.stats import norm

__all__ = ["LIMIT", "Dirichlet", "choice_strength", "fit_dirichlet"]

LIMIT = 12.0  # |log| of K or S beyond which they are at their end


@dataclass(frozen=True)
class Dirichlet:
    """A fitted model.

    Attributes
    ----------
    mean, exponent : float
        M (purchases of the category per household of the panel) and K.
    alpha : numpy.ndarray
        One per brand; their sum is S, and alpha / S the shares.
    brands : list of str
    errors : dict
        Standard error of log M, log K, log S; NaN where at an end.
    n : int
        Households that bought.
    truncated : bool
        The households that bought nothing are not known and were estimated.
    message : str
        "" or why a parameter is at its end: "no_variation" (of S or K).
    """

    mean: float
    exponent: float
    alpha: np.ndarray
    brands: list
    errors: dict
    n: int
    truncated: bool
    message: str = ""

    @property
    def strength(self):
        """S, the sum of the Dirichlet's parameters: small where households are loyal."""
        return float(self.alpha.sum())

    @property
    def category_penetration(self):
        """Share of households that buy the category at all."""
        return float(1 - (1 + self.mean / self.exponent) ** -self.exponent)

    def interval(self, name, confidence=0.95):
        """(low, high) of "mean", "exponent" or "strength", on the log scale."""
        half = norm.ppf(0.5 + confidence / 2) * self.errors[name]
        value = getattr(self, name)
        return float(value * np.exp(-half)), float(value * np.exp(half))


def fit_dirichlet(counts, *, households=None):
    """The model by maximum likelihood.

    Parameters
    ----------
    counts : pandas.DataFrame
        Households x brands, whole numbers, every household with at least one purchase.
    households : int, optional
        All households, buyers or not; without it the negative binomial is fitted truncated at zero.

    Returns
    -------
    Dirichlet or None
        None with fewer than two households or two brands.

    Notes
    -----
    Purchases and choice separate in the likelihood: negative binomial, and `choice_strength`.
    """
    matrix = counts.to_numpy(np.int64)
    matrix = matrix[:, matrix.sum(axis=0) > 0]
    brands = [b for b, total in zip(counts.columns, counts.sum(), strict=True) if total > 0]
    whole = matrix.sum(axis=1)
    if len(matrix) < 2 or matrix.shape[1] < 2:
        return None
    mean, exponent, se_mean, se_k, end_k = _fit_purchases(whole, households)
    strength, se_s = choice_strength(matrix, whole)
    alpha = strength * matrix.sum(axis=0) / matrix.sum()
    errors = {"mean": se_mean, "exponent": se_k, "strength": se_s}
    return Dirichlet(
        mean, exponent, alpha, brands, errors, len(matrix), households is None,
        "no_variation" if end_k or np.isnan(se_s) else "",
    )  # fmt: skip


def _above(column, top):
    """How many exceed 0, 1, ... top - 1."""
    counts = np.bincount(column, minlength=top + 1)
    return counts[::-1].cumsum()[::-1][1:].astype(float)


def choice_strength(matrix, whole=None):
    """S of the Dirichlet by maximum likelihood, the shares those of all purchases.

    Parameters
    ----------
    matrix : numpy.ndarray of int
        Households x brands, every brand bought at all.
    whole : numpy.ndarray, optional
        Purchases per household.

    Returns
    -------
    strength, error : float
        The error is that of log S, NaN where S is at its end (households vary too little or too much).

    Notes
    -----
    Dirichlet-multinomial; the sum over households of log (alpha)_x only needs how many bought more than
    0, 1, 2 ... times. S is where the slope of the log-likelihood is 0.
    """
    whole = matrix.sum(axis=1) if whole is None else whole
    top = int(whole.max())
    shares = (matrix.sum(axis=0) / matrix.sum())[:, None]
    if top < 2:
        return float(np.exp(LIMIT)), np.nan
    over = np.array([_above(column, top) for column in matrix.T])
    over_all = _above(whole, top)
    steps = np.arange(top, dtype=float)

    def slope(log_s):
        s = np.exp(log_s)
        return s * float(
            (shares * over / (s * shares + steps)).sum() - (over_all / (s + steps)).sum()
        )

    ends = -8.0, 8.0
    if slope(ends[0]) <= 0:
        return float(np.exp(ends[0])), np.nan
    if slope(ends[1]) >= 0:
        return float(np.exp(ends[1])), np.nan
    place = float(brentq(slope, *ends, xtol=1e-8))
    bend = (slope(place + 1e-4) - slope(place - 1e-4)) / 2e-4
    return float(np.exp(place)), float(1 / np.sqrt(-bend)) if bend < 0 else np.nan


def _fit_purchases(whole, households):
    """(M, K, error of log M, of log K, whether K is at its end), over log odds M / K and log K."""
    sizes, counts = np.unique(whole, return_counts=True)
    n = counts.sum()
    total = float((sizes * counts).sum())

    def loss(point):
        odds, k = np.exp(point)
        rest = k * np.log1p(odds)
        each = gammaln(sizes + k) - gammaln(k) - rest + sizes * (point[0] - np.log1p(odds))
        value = float((counts * each).sum())
        if households is None:
            return -(value - n * np.log(-np.expm1(-rest))) / n
        return -(value - (households - n) * rest) / n

    mean = total / (households or n)
    ends = [(-LIMIT, LIMIT), (-7.0, 7.0)]
    found = minimize(loss, [np.log(mean), 0.0], method="L-BFGS-B", bounds=ends)
    point = found.x
    at_end = bool(abs(point[1]) > 6.9)
    with np.errstate(all="ignore"):
        covariance = np.linalg.pinv(_curvature(loss, point) * n)
        se_k = float(np.sqrt(covariance[1, 1]))
        se_mean = float(np.sqrt(covariance.sum()))
    at_end = at_end or not np.isfinite(se_k) or se_k > 3
    odds, k = np.exp(point)
    return float(odds * k), float(k), se_mean, (np.nan if at_end else se_k), at_end


def _curvature(function, point, step=1e-3):
    """Second derivatives by central differences."""
    size = len(point)
    result = np.zeros((size, size))
    for i in range(size):
        for j in range(size):
            a, b = np.eye(size)[i] * step, np.eye(size)[j] * step
            result[i, j] = (function(point + a + b) - function(point + a - b)
                            - function(point - a + b) + function(point - a - b)) / (4 * step**2)  # fmt: skip
    return result
