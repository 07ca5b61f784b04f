"""Pareto/NBD: customers buy at their own rate and may stop at any moment.

Purchases follow a Poisson process with rate ~ Gamma(r, alpha); the time until a customer stops is
exponential with rate ~ Gamma(s, beta). Schmittlein, Morrison, Colombo (1987), Management Science
33(1).

The likelihood is usually written with two Gaussian hypergeometric functions whose arguments
depend on which of alpha and beta is larger and whose difference cancels. Here it is the integral
they stand for, over the time at which the customer stopped: one formula, exact gradients.
"""

import numpy as np
import pandas as pd
from scipy.special import digamma, expit, exprel, gammaln

from workbook.analysis.likelihood import Fit, distinct, histories, maximise, parameter_array

__all__ = [
    "expected_purchases",
    "expected_purchases_new",
    "fit",
    "probability_alive",
    "simulate",
    "simulate_future",
]

NAMES = ("r", "alpha", "s", "beta")
WORDS = {
    ("r", "high"): "same_rate",
    ("s", "low"): "no_dropout",
    ("s", "high"): "same_dropout",
    ("beta", "high"): "no_dropout",
}
# Gauss-Legendre nodes: eleven digits over a fall of the integrand by e**40, or by e**10.
MANY, FEW = np.polynomial.legendre.leggauss(32), np.polynomial.legendre.leggauss(12)
DEPTH = 40.0
# Rows integrated at once, so that memory stays small.
CHUNK = 20_000


def fit(counts: pd.DataFrame) -> Fit:
    """Maximum-likelihood estimates of r, alpha, s, beta.

    Parameters
    ----------
    counts : DataFrame
        ``x`` repeat purchases, ``t_x`` time from first to last purchase, ``T`` time from first
        purchase to the end of observation, in one unit (weeks in this project), and ``n``
        customers with that history (1 each if absent).

    Returns
    -------
    Fit
        Degenerate data give a fit with ``converged`` False and a message, never an error.
    """
    rows, unit, trouble = histories(counts)
    return maximise(
        "Pareto/NBD",
        NAMES,
        _loglik,
        rows,
        starts=[
            (0.6, 0.3 * unit, 0.6, 0.4 * unit),
            (3.0, 3.0 * unit, 0.3, unit),
            (1.0, unit, 3.0, 10.0 * unit),
        ],
        scale=(1.0, unit, 1.0, unit),
        words=WORDS,
        trouble=trouble,
    )


def _loglik(rows: pd.DataFrame):
    """Function of (r, alpha, s, beta): weighted log-likelihood of the rows and its gradient."""
    x, t_x, T, n = (rows[name].to_numpy(dtype=float) for name in ("x", "t_x", "T", "n"))
    (ux,), at_x = distinct(x)
    n_x = np.bincount(at_x, n)
    total = n_x.sum()

    def evaluate(params: np.ndarray) -> tuple[float, np.ndarray]:
        r, alpha, s, beta = params
        log_a, log_b = np.log(alpha + T), np.log(beta + T)
        still = -(r + x) * log_a - s * log_b
        gone, mean_log_a, mean_inv_a, mean_log_b, mean_inv_b = _in_chunks(params, x, t_x, T)
        gone += np.log(s)
        q = n * expit(gone - still)
        p = n - q
        by_x = gammaln(r + ux) - gammaln(r)
        value = (
            n_x @ by_x
            + total * (r * np.log(alpha) + s * np.log(beta))
            + n @ np.logaddexp(still, gone)
        )
        slope = np.array([
            n_x @ (digamma(r + ux) - digamma(r)) + total * np.log(alpha)
            - p @ log_a - q @ mean_log_a,
            total * r / alpha - (p * (r + x)) @ (1 / (alpha + T)) - (q * (r + x)) @ mean_inv_a,
            total * np.log(beta) - p @ log_b - q @ mean_log_b + q.sum() / s,
            total * s / beta - s * (p @ (1 / (beta + T))) - (s + 1) * (q @ mean_inv_b),
        ])  # fmt: skip
        return float(value), slope

    return evaluate


def _in_chunks(params: np.ndarray, *columns: np.ndarray) -> np.ndarray:
    starts = range(0, max(len(columns[0]), 1), CHUNK)
    parts = [_stopped(params, *(column[i : i + CHUNK] for column in columns)) for i in starts]
    return np.concatenate(parts, axis=1)


def _stopped(params: np.ndarray, x: np.ndarray, t_x: np.ndarray, T: np.ndarray) -> np.ndarray:
    """Logarithm of the integral of (alpha + t) ** -(r + x) * (beta + t) ** -(s + 1) over t from
    t_x to T, and its means of log(alpha + t), 1 / (alpha + t) and the same with beta: five rows.

    In u = log(t + the smaller of alpha and beta) the integrand is smooth whatever the two are.
    """
    r, alpha, s, beta = params
    low, extra = min(alpha, beta), abs(alpha - beta)
    near, far = (r + x, s + 1 + 0 * x) if alpha <= beta else (s + 1 + 0 * x, r + x)
    start, stop = np.log(low + t_x), np.log(low + T)

    def fall(u: np.ndarray) -> np.ndarray:
        return (near - 1) * (u - start) + far * np.log((extra + np.exp(u)) / (extra + low + t_x))

    # With many purchases the integrand is spent long before T. The fall is convex, so Newton steps
    # from the right approach the point where e**-DEPTH is left without passing it.
    for _ in range(6):
        excess = fall(stop) - DEPTH
        if not (excess > 0).any():
            break
        slope = near - 1 + far * np.exp(stop) / (extra + np.exp(stop))
        stop = np.where(excess > 0, stop - excess / np.where(slope > 0, slope, np.inf), stop)
    result = np.empty((5, len(x)))
    easy = (fall(stop) < 10) & (stop - start < 3)
    for group, (node, share) in ((easy, FEW), (~easy, MANY)):
        u = start[group, None] + (stop - start)[group, None] / 2 * (node + 1)
        in_low = np.exp(u)
        in_high = in_low + extra
        log_high = np.log(in_high)
        height = -(near[group, None] - 1) * u - far[group, None] * log_high
        top = height.max(axis=1, initial=-np.inf)
        mass = np.exp(height - top[:, None]) * share
        whole = mass.sum(axis=1)
        means = [
            np.einsum("ij,ij->i", mass, part) / whole
            for part in (u, 1 / in_low, log_high, 1 / in_high)
        ]
        order = (0, 1, 2, 3) if alpha <= beta else (2, 3, 0, 1)
        with np.errstate(divide="ignore"):  # nothing to integrate when t_x is T
            result[0, group] = np.log(whole * (stop - start)[group] / 2) + top
        result[1:, group] = np.array(means)[list(order)]
    return result


def probability_alive(params: dict, x, t_x, T) -> np.ndarray:
    """Probability of still being a customer at T, given the history; arguments broadcast."""
    values = parameter_array(params, NAMES)
    r, alpha, s, beta = values
    x, t_x, T = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (x, t_x, T)))
    rows, place = distinct(x.ravel(), t_x.ravel(), T.ravel())
    with np.errstate(all="ignore"):
        gone = _in_chunks(values, *rows)[0]
        odds = (
            gone + np.log(s) + (r + rows[0]) * np.log(alpha + rows[2]) + s * np.log(beta + rows[2])
        )
    return expit(-odds)[place].reshape(x.shape)


def _while_alive(params: dict, horizon, x, T) -> np.ndarray:
    """E[purchases in the horizon | alive at T]; exprel keeps s = 1 from being a special case."""
    r, alpha, s, beta = parameter_array(params, NAMES)
    x, T, horizon = (np.asarray(v, dtype=float) for v in (x, T, horizon))
    ahead = np.log1p(horizon / (beta + T))
    return (r + x) / (alpha + T) * (beta + T) * ahead * exprel((1 - s) * ahead)


def expected_purchases(params: dict, horizon, x, t_x, T) -> np.ndarray:
    """Expected purchases in the ``horizon`` after T, given the history; arguments broadcast."""
    return probability_alive(params, x, t_x, T) * _while_alive(params, horizon, x, T)


def expected_purchases_new(params: dict, t) -> np.ndarray:
    """Expected repeat purchases of a customer in the time ``t`` after the first purchase."""
    return _while_alive(params, t, 0.0, 0.0)


def simulate(params: dict, T, horizon: float, seed: int) -> pd.DataFrame:
    """One simulated customer per element of ``T`` (time observed since the first purchase).

    Returns columns x, t_x, T, ``future`` (purchases in the horizon after T) and ``alive`` (at T).
    """
    r, alpha, s, beta = parameter_array(params, NAMES)
    T = np.atleast_1d(np.asarray(T, dtype=float))
    rng = np.random.default_rng(seed)
    rate = rng.gamma(r, 1 / alpha, len(T))
    stop = _lifetime(rng, rng.gamma(s, 1 / beta, len(T)))
    seen = np.minimum(T, stop)
    x = rng.poisson(rate * seen)
    t_x = seen * np.where(x > 0, rng.beta(np.maximum(x, 1), 1.0), 0.0)
    left = np.clip(stop - T, 0.0, horizon)
    return pd.DataFrame(
        {"x": x, "t_x": t_x, "T": T, "future": rng.poisson(rate * left), "alive": stop > T}
    )


def simulate_future(params: dict, horizon, x, t_x, T, seed: int) -> np.ndarray:
    """One simulated number of purchases in the horizon after T per customer, given the history."""
    r, alpha, s, beta = parameter_array(params, NAMES)
    x, t_x, T, horizon = np.broadcast_arrays(
        *(np.asarray(v, dtype=float) for v in (x, t_x, T, horizon))
    )
    rng = np.random.default_rng(seed)
    is_alive = rng.random(x.shape) < probability_alive(params, x, t_x, T)
    left = np.minimum(_lifetime(rng, rng.gamma(s, 1 / (beta + T))), horizon)
    return np.where(is_alive, rng.poisson(rng.gamma(r + x, 1 / (alpha + T)) * left), 0)


def _lifetime(rng: np.random.Generator, rate: np.ndarray) -> np.ndarray:
    # A gamma draw can be exactly zero: such a customer never stops.
    return rng.standard_exponential(rate.shape) / np.maximum(rate, 1e-300)
