"""BG/BB: purchases at fixed opportunities (a yearly appeal, a monthly meeting).

At each opportunity a customer who still is one buys with a probability ~ Beta(alpha, beta); before
each opportunity the customer stops with a probability ~ Beta(gamma, delta). Fader, Hardie, Shang
(2010), Marketing Science 29(6).
"""

import numpy as np
import pandas as pd
from scipy.special import betaln, digamma

from workbook.analysis.likelihood import Fit, distinct, grouped, maximise, parameter_array

__all__ = [
    "expected_purchases",
    "expected_purchases_new",
    "fit",
    "probability_alive",
    "simulate",
    "simulate_future",
]

NAMES = ("alpha", "beta", "gamma", "delta")
WORDS = {
    ("gamma", "low"): "no_dropout",
    ("delta", "high"): "same_dropout",
    ("gamma", "high"): "same_dropout",
    ("alpha", "high"): "same_rate",
    ("beta", "high"): "same_rate",
}


def fit(counts: pd.DataFrame) -> Fit:
    """Maximum-likelihood estimates of alpha, beta, gamma, delta.

    Parameters
    ----------
    counts : DataFrame
        ``x`` purchases at opportunities after the first purchase, ``t_x`` the number of the last
        opportunity used (0 if none), ``n_opportunities`` opportunities there were, ``n`` customers
        with that history (1 each if absent).

    Returns
    -------
    Fit
        Degenerate data give a fit with ``converged`` False and a message, never an error.
    """
    rows = grouped(counts, ["x", "t_x", "n_opportunities"])
    trouble = ""
    if rows.empty:
        trouble = "no_customers"
    elif rows["n"].sum() == 1:
        trouble = "one_customer"
    elif not (rows["x"] > 0).any():
        trouble = "no_repeat"
    elif (rows["x"] == rows["n_opportunities"]).all():
        trouble = "all_events"
    return maximise(
        "BG/BB",
        NAMES,
        _loglik,
        rows,
        starts=[(1.0, 1.0, 0.7, 3.0), (2.0, 5.0, 0.3, 3.0), (0.5, 0.5, 2.0, 10.0)],
        scale=(1.0, 1.0, 1.0, 1.0),
        words=WORDS,
        trouble=trouble,
    )


def _last_seen(t_x: np.ndarray, opportunities: np.ndarray):
    """Row and number of opportunities a customer may have lived through, t_x to all of them."""
    lengths = (opportunities - t_x).astype(int) + 1
    row = np.repeat(np.arange(len(lengths)), lengths)
    begin = np.cumsum(lengths) - lengths
    return row, t_x[row] + np.arange(len(row)) - begin[row], begin


def _log_terms(values: np.ndarray, x: np.ndarray, lived: np.ndarray, all_lived: np.ndarray):
    """Log-probability of the purchases and of stopping right after ``lived`` opportunities (or of
    not having stopped, where ``all_lived``)."""
    alpha, beta, gamma, delta = values
    return (
        betaln(alpha + x, beta + lived - x) - betaln(alpha, beta)
        + betaln(gamma + ~all_lived, delta + lived) - betaln(gamma, delta)
    )  # fmt: skip


def _loglik(rows: pd.DataFrame):
    """Function of the four parameters: weighted log-likelihood of the rows and its gradient."""
    x, t_x, m, n = (
        rows[name].to_numpy(dtype=float) for name in ("x", "t_x", "n_opportunities", "n")
    )
    row, lived, begin = _last_seen(t_x, m)
    x, all_lived = x[row], lived == m[row]

    def evaluate(params: np.ndarray) -> tuple[float, np.ndarray]:
        alpha, beta, gamma, delta = params
        terms = _log_terms(params, x, lived, all_lived)
        top = np.maximum.reduceat(terms, begin)
        whole = np.add.reduceat(np.exp(terms - top[row]), begin)
        weight = n[row] * np.exp(terms - top[row]) / whole[row]
        buys = digamma(alpha + beta) - digamma(alpha + beta + lived)
        stops = digamma(gamma + delta) - digamma(gamma + delta + lived + ~all_lived)
        slope = np.array([
            weight @ (digamma(alpha + x) - digamma(alpha) + buys),
            weight @ (digamma(beta + lived - x) - digamma(beta) + buys),
            weight @ (digamma(gamma + ~all_lived) - digamma(gamma) + stops),
            weight @ (digamma(delta + lived) - digamma(delta) + stops),
        ])  # fmt: skip
        return float(n @ (np.log(whole) + top)), slope

    return evaluate


def probability_alive(params: dict, x, t_x, n_opportunities) -> np.ndarray:
    """Probability of not having stopped up to the last opportunity, given the history."""
    values = parameter_array(params, NAMES)
    x, t_x, m = np.broadcast_arrays(
        *(np.asarray(v, dtype=float) for v in (x, t_x, n_opportunities))
    )
    (ux, ut, um), place = distinct(x.ravel(), t_x.ravel(), m.ravel())
    if not len(place):
        return np.empty(x.shape)
    row, lived, begin = _last_seen(ut, um)
    all_lived = lived == um[row]
    terms = _log_terms(values, ux[row], lived, all_lived)
    whole = np.logaddexp.reduceat(terms, begin)
    return np.exp(terms[all_lived] - whole)[place].reshape(x.shape)


def expected_purchases(params: dict, horizon: int, x, t_x, n_opportunities) -> np.ndarray:
    """Expected purchases in the next ``horizon`` opportunities, given the history."""
    alpha, beta, gamma, delta = parameter_array(params, NAMES)
    x, m = (np.asarray(v, dtype=float)[..., None] for v in (x, n_opportunities))
    ahead = np.arange(1, int(horizon) + 1)
    stays = np.exp(betaln(gamma, delta + m + ahead) - betaln(gamma, delta + m)).sum(axis=-1)
    chance = ((alpha + x) / (alpha + beta + m))[..., 0]
    return probability_alive(params, x[..., 0], t_x, m[..., 0]) * chance * stays


def expected_purchases_new(params: dict, horizon: int) -> np.ndarray:
    """Expected purchases of a new customer in the first ``horizon`` opportunities."""
    return expected_purchases(params, horizon, 0, 0, 0)


def simulate(params: dict, n_opportunities, horizon: int, seed: int) -> pd.DataFrame:
    """One simulated customer per element of ``n_opportunities``.

    Returns columns x, t_x, n_opportunities, ``future`` (purchases at the next ``horizon``
    opportunities) and ``alive``.
    """
    alpha, beta, gamma, delta = parameter_array(params, NAMES)
    m = np.atleast_1d(np.asarray(n_opportunities, dtype=int))
    rng = np.random.default_rng(seed)
    last = rng.geometric(np.clip(rng.beta(gamma, delta, len(m)), 1e-12, 1.0)) - 1
    chance = rng.beta(alpha, beta, len(m))
    number = np.arange(1, m.max(initial=0) + int(horizon) + 1)
    buys = (rng.random((len(m), len(number))) < chance[:, None]) & (number <= last[:, None])
    seen = buys & (number <= m[:, None])
    future = buys & (number > m[:, None]) & (number <= m[:, None] + horizon)
    return pd.DataFrame({
        "x": seen.sum(axis=1),
        "t_x": (seen * number).max(axis=1, initial=0),
        "n_opportunities": m,
        "future": future.sum(axis=1),
        "alive": last >= m,
    })  # fmt: skip


def simulate_future(params: dict, horizon: int, x, t_x, n_opportunities, seed: int) -> np.ndarray:
    """One simulated number of purchases at the next ``horizon`` opportunities per customer."""
    alpha, beta, gamma, delta = parameter_array(params, NAMES)
    x, t_x, m = np.broadcast_arrays(
        *(np.asarray(v, dtype=float) for v in (x, t_x, n_opportunities))
    )
    rng = np.random.default_rng(seed)
    is_alive = rng.random(x.shape) < probability_alive(params, x, t_x, m)
    lives = rng.geometric(np.clip(rng.beta(gamma, delta + m), 1e-12, 1.0)) - 1
    chance = rng.beta(alpha + x, beta + m - x)
    return np.where(is_alive, rng.binomial(np.minimum(lives, int(horizon)), chance), 0)
