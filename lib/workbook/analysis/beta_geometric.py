"""Formulas shared by BG/NBD and modified BG/NBD, which differ in one thing only.

Buying follows a Poisson process with rate ~ Gamma(r, alpha); after a purchase the customer stops
with probability ~ Beta(a, b). In the modified model the first purchase counts as such an
opportunity (``first=1``), in BG/NBD it doesn't (``first=0``). A customer alive after x repeat
purchases has therefore passed x + first opportunities.
"""

import numpy as np
import pandas as pd
from scipy.special import digamma, expit, gammaln

from workbook.analysis.likelihood import Fit, distinct, histories, maximise, parameter_array
from workbook.analysis.search import THREADS

__all__ = [
    "NAMES",
    "alive",
    "fit_model",
    "future",
    "loglik",
    "purchases",
    "purchases_new",
    "sample",
]

NAMES = ("r", "alpha", "a", "b")
WORDS = {
    ("r", "high"): "same_rate",
    ("a", "low"): "no_dropout",
    ("b", "high"): "same_dropout",
    ("a", "high"): "same_dropout",
}


def fit_model(model: str, counts: pd.DataFrame, first: int) -> Fit:
    """Fit to columns x, t_x, T and n (absent: 1 each)."""
    rows, unit, trouble = histories(counts)
    return maximise(
        model,
        NAMES,
        lambda part: loglik(part, first),
        rows,
        starts=[(0.5, 0.3 * unit, 0.8, 2.0), (3.0, 3.0 * unit, 0.2, 2.0), (0.2, unit, 3.0, 20.0)],
        scale=(1.0, unit, 1.0, 1.0),
        words=WORDS,
        trouble=trouble,
    )


def loglik(rows: pd.DataFrame, first: int):
    """Function of (r, alpha, a, b): weighted log-likelihood of the rows and its gradient.

    Gamma functions depend on x only and logarithms on T or t_x only, so each is taken once per
    distinct value; what is left per row is one exponential and one logarithm.
    """
    x, t_x, T, n = (rows[name].to_numpy(dtype=float) for name in ("x", "t_x", "T", "n"))
    may_be_gone = x + first > 0
    (ux,), at_x = distinct(x)
    (uT,), at_T = distinct(T)
    n_x = np.bincount(at_x, n)
    n_T, nx_T = np.bincount(at_T, n), np.bincount(at_T, n * x)
    x, n, at_x, at_T = x[may_be_gone], n[may_be_gone], at_x[may_be_gone], at_T[may_be_gone]
    (ut,), at_t = distinct(t_x[may_be_gone])

    def evaluate(params: np.ndarray) -> tuple[float, np.ndarray]:
        r, alpha, a, b = params
        passed = ux + first
        log_T, log_t = np.log(alpha + uT), np.log(alpha + ut)
        gap = log_T[at_T] - log_t[at_t]
        odds = np.where(passed > 0, np.log(a) - np.log(np.abs(b + passed - 1)), -np.inf)[at_x]
        odds += (r + x) * gap
        # The logistic function and log(1 + exp(odds)) from one exponential.
        small = np.exp(-np.abs(odds))
        gone = n * np.where(odds > 0, 1.0, small) / (1 + small)
        gone_x = np.bincount(at_x, gone, minlength=len(ux))
        by_x = (
            gammaln(r + ux) - gammaln(r) + r * np.log(alpha)
            + gammaln(b + passed) - gammaln(b) - gammaln(a + b + passed) + gammaln(a + b)
        )  # fmt: skip
        value = (
            n_x @ by_x - (r * n_T + nx_T) @ log_T + n @ (np.maximum(odds, 0.0) + np.log(1 + small))
        )
        rate = gone * (r + x)
        both = digamma(a + b) - digamma(a + b + passed)
        slope = np.array([
            n_x @ (digamma(r + ux) - digamma(r) + np.log(alpha)) - n_T @ log_T + gone @ gap,
            n_x.sum() * r / alpha - ((r * n_T + nx_T) / (alpha + uT)).sum()
            + np.bincount(at_T, rate, minlength=len(uT)) @ (1 / (alpha + uT))
            - np.bincount(at_t, rate, minlength=len(ut)) @ (1 / (alpha + ut)),
            n_x @ both + gone_x.sum() / a,
            n_x @ (both + digamma(b + passed) - digamma(b))
            - (gone_x[passed > 0] / (b + passed - 1)[passed > 0]).sum(),
        ])  # fmt: skip
        return float(value), slope

    return evaluate


def alive(params: dict, x, t_x, T, first: int) -> np.ndarray:
    """P(still a customer at T | x, t_x, T)."""
    r, alpha, a, b = parameter_array(params, NAMES)
    x, t_x, T = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (x, t_x, T)))
    passed = x + first
    with np.errstate(all="ignore"):
        odds = np.log(a) - np.log(np.abs(b + passed - 1))
        odds = odds + (r + x) * (np.log(alpha + T) - np.log(alpha + t_x))
    return np.where(passed > 0, expit(-odds), 1.0)


def purchases(params: dict, horizon, x, t_x, T, first: int) -> np.ndarray:
    """E[purchases in (T, T + horizon] | x, t_x, T]."""
    return alive(params, x, t_x, T, first) * _while_alive(params, horizon, x, T, first)


def purchases_new(params: dict, t, first: int) -> np.ndarray:
    """E[repeat purchases of a new customer in (0, t]]."""
    _, _, a, b = parameter_array(params, NAMES)
    return (
        b / (a + b) * _while_alive(params, t, 0, 0, 1)
        if first
        else _while_alive(params, t, 0, 0, 0)
    )


def _while_alive(params: dict, horizon, x, T, first: int) -> np.ndarray:
    """E[purchases in the horizon | alive at T]: the mean over p ~ Beta(a, b + x + first) of
    (1 - (1 + p z) ** -(r + x)) / p with z = horizon / (alpha + T).

    Integrated by Gauss-Jacobi quadrature. The closed form with 2F1 is 0/0 at a = 1 and overflows
    for large x; this has no special case.
    """
    r, alpha, a, b = parameter_array(params, NAMES)
    horizon, x, T = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (horizon, x, T)))
    (ux, uz), place = distinct(x.ravel(), (horizon / (alpha + T)).ravel())
    if not len(place) or not np.all(np.isfinite([r, alpha, a, b])):
        return np.full(x.shape, np.nan)
    (dx,), at_x = distinct(ux)
    # Nodes for about eleven digits; the integrand bends more the farther the horizon.
    bend = uz.max() * max(1.0, ((r + dx) / (b + dx)).max())
    nodes = int(np.clip(np.ceil(16 / np.log1p(2 / max(bend, 1e-9))), 12, 64))
    p, weight = _beta_nodes(a, b + dx + first, nodes)
    p, weight = p[at_x], weight[at_x]
    mean = (weight * -np.expm1(-(r + ux)[:, None] * np.log1p(p * uz[:, None])) / p).sum(axis=1)
    return mean[place].reshape(x.shape)


def _beta_nodes(a: float, b: np.ndarray, nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss nodes and weights for the means over Beta(a, b), one row per b (Golub, Welsch 1969)."""
    A, B = b[:, None] - 1, a - 1
    k = np.arange(nodes)[None, :]
    total = 2 * k + A + B
    with np.errstate(all="ignore"):
        middle = (B**2 - A**2) / (total * (total + 2))
        middle[:, 0] = ((B - A) / (A + B + 2))[:, 0]
        square = 4 * k * (k + A) * (k + B) * (k + A + B) / (total**2 * (total**2 - 1))
        square[:, 1] = (4 * (A + 1) * (B + 1) / ((A + B + 2) ** 2 * (A + B + 3)))[:, 0]
    matrix = np.zeros((len(b), nodes, nodes))
    at = np.arange(nodes)
    matrix[:, at, at] = middle
    matrix[:, at[1:], at[:-1]] = np.sqrt(square[:, 1:])
    with THREADS.limit(limits=1, user_api="blas"):
        values, vectors = np.linalg.eigh(matrix)
    return np.clip((1 + values) / 2, 1e-15, 1.0), vectors[:, 0, :] ** 2


def sample(params: dict, T, horizon, seed: int, first: int) -> pd.DataFrame:
    """Simulated new customers: x, t_x, T, future and alive (at T)."""
    r, alpha, a, b = parameter_array(params, NAMES)
    T = np.atleast_1d(np.asarray(T, dtype=float))
    rng = np.random.default_rng(seed)
    rate = rng.gamma(r, 1 / alpha, len(T))
    last = _purchases_until_stop(rng, rng.beta(a, b, len(T))) - first
    wanted = rng.poisson(rate * T)
    x = np.minimum(wanted, last)
    # The j-th of m uniform times is Beta(j, m - j + 1).
    t_x = T * np.where(x > 0, rng.beta(np.maximum(x, 1), np.maximum(wanted - x, 0) + 1), 0.0)
    is_alive = wanted < last
    future = np.where(is_alive, np.minimum(rng.poisson(rate * horizon), last - x), 0)
    return pd.DataFrame({"x": x, "t_x": t_x, "T": T, "future": future, "alive": is_alive})


def future(params: dict, horizon, x, t_x, T, seed: int, first: int) -> np.ndarray:
    """One simulated number of purchases in (T, T + horizon] per customer, given the history."""
    r, alpha, a, b = parameter_array(params, NAMES)
    x, t_x, T, horizon = np.broadcast_arrays(
        *(np.asarray(v, dtype=float) for v in (x, t_x, T, horizon))
    )
    rng = np.random.default_rng(seed)
    is_alive = rng.random(x.shape) < alive(params, x, t_x, T, first)
    wanted = rng.poisson(rng.gamma(r + x, 1 / (alpha + T)) * horizon)
    until_stop = _purchases_until_stop(rng, rng.beta(a, b + x + first))
    return np.where(is_alive, np.minimum(wanted, until_stop), 0)


def _purchases_until_stop(rng: np.random.Generator, p: np.ndarray) -> np.ndarray:
    # Beta draws can be exactly zero, for which the geometric distribution isn't defined.
    return rng.geometric(np.clip(p, 1e-12, 1.0))
