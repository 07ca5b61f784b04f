"""Gamma-Gamma: what customers spend per purchase, and how far their past mean may be trusted.

A customer's amounts are Gamma(p, nu), with nu differing between customers as Gamma(q, v); v is
often written gamma. Fader, Hardie, Lee (2005), Journal of Marketing Research 42(4).

Only repeat purchases enter (the first is the one that made the person a customer), and only
customers whose mean is above zero.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import digamma, gammaln

from workbook.analysis.likelihood import MESSAGES, Fit, distinct, grouped, maximise, parameter_array

__all__ = ["expected_value", "fit", "loglik", "simulate", "simulate_future"]

NAMES = ("p", "q", "v")
WORDS = {
    ("p", "high"): "no_variation",
    ("q", "high"): "same_value",
    ("v", "high"): "same_value",
}


def fit(table: pd.DataFrame, *, density: str = "total") -> Fit:
    """Maximum-likelihood estimates of p, q, v.

    Parameters
    ----------
    table : DataFrame
        ``x`` repeat purchases, ``mean_value`` their mean amount in currency, ``n`` customers with
        both (1 each if absent). Rows with x or mean_value not above zero are left out; ``Fit.n``
        is the number of customers kept.
    density : {"total", "mean"}
        What ``Fit.loglik`` is the density of: the total of a customer's repeat purchases or their
        mean. The estimates are the same.

    Returns
    -------
    Fit
        Degenerate data give a fit with ``converged`` False and a message, never an error.
    """
    rows = _usable(table)
    # The scale of v follows the currency: yen and pounds must start alike.
    unit = float(rows["mean_value"].median()) if len(rows) else 1.0
    trouble = "one_customer" if rows["n"].sum() == 1 else ""
    found = maximise(
        "Gamma-Gamma",
        NAMES,
        _loglik,
        rows,
        starts=[(5.0, 4.0, 0.6 * unit), (1.0, 3.0, 2.0 * unit), (30.0, 30.0, unit)],
        scale=(1.0, 1.0, unit),
        words=WORDS,
        trouble=trouble,
    )
    if density == "mean":
        found = replace(found, loglik=found.loglik + float(rows["n"] @ np.log(rows["x"])))
    if found.params["q"] <= 1 and not found.message:
        found = replace(found, message=MESSAGES["no_mean"])
    return found


def loglik(params: dict, table: pd.DataFrame, *, density: str = "total") -> float:
    """Log-likelihood of the customers in ``table`` (as for `fit`) at given parameters."""
    rows = _usable(table)
    value, _ = _loglik(rows)(parameter_array(params, NAMES))
    return value + (float(rows["n"] @ np.log(rows["x"])) if density == "mean" else 0.0)


def expected_value(params: dict, x, mean_value) -> np.ndarray:
    """Expected amount per future purchase, given ``x`` repeat purchases of mean ``mean_value``.

    p (v + x mean) / (p x + q - 1): the customer's mean, drawn towards that of all; for x = 0 the
    mean of all. Infinite where the spread between customers leaves no mean (p x + q <= 1).
    """
    p, q, v = parameter_array(params, NAMES)
    x, mean = np.asarray(x, dtype=float), np.asarray(mean_value, dtype=float)
    below = p * x + q - 1
    above = p * (v + x * np.where(x > 0, mean, 0.0))
    return np.where(below <= 0, np.inf, above / np.where(below <= 0, 1.0, below))


def simulate(params: dict, x, seed: int) -> pd.DataFrame:
    """Simulated customers with ``x`` repeat purchases each: columns x and mean_value (0 if none)."""
    p, q, v = parameter_array(params, NAMES)
    x = np.atleast_1d(np.asarray(x))
    rng = np.random.default_rng(seed)
    total = rng.gamma(p * x) / rng.gamma(q, 1 / v, len(x))
    return pd.DataFrame({"x": x, "mean_value": total / np.maximum(x, 1)})


def simulate_future(params: dict, purchases, x, mean_value, seed: int) -> np.ndarray:
    """Simulated total of ``purchases`` future purchases per customer, given the past ones.

    Arguments broadcast; the result is in the currency of ``mean_value``.
    """
    p, q, v = parameter_array(params, NAMES)
    purchases, x, mean = np.broadcast_arrays(
        *(np.asarray(value, dtype=float) for value in (purchases, x, mean_value))
    )
    rng = np.random.default_rng(seed)
    total = np.where(x > 0, x * mean, 0.0)
    return rng.gamma(p * purchases) * (v + total) / rng.gamma(p * x + q)


def _usable(table: pd.DataFrame) -> pd.DataFrame:
    x, mean = table["x"].to_numpy(dtype=float), table["mean_value"].to_numpy(dtype=float)
    return grouped(table[(x > 0) & (mean > 0)], ["x", "mean_value"])


def _loglik(rows: pd.DataFrame):
    """Function of (p, q, v): weighted log-likelihood of the totals and its gradient.

    All but log(v + total) are sums over the distinct x or sums taken once.
    """
    x, n = rows["x"].to_numpy(dtype=float), rows["n"].to_numpy(dtype=float)
    total = x * rows["mean_value"].to_numpy(dtype=float)
    (ux,), at_x = distinct(x)
    n_x, n_all = np.bincount(at_x, n), n.sum()
    nx, log_total = n * x, np.log(total)
    sum_log, sum_x_log = n @ log_total, nx @ log_total

    def evaluate(params: np.ndarray) -> tuple[float, np.ndarray]:
        p, q, v = params
        whole = v + total
        log_whole = np.log(whole)
        n_log, nx_log = n @ log_whole, nx @ log_whole
        inverse = 1 / whole
        by_x = gammaln(p * ux + q) - gammaln(p * ux) - gammaln(q)
        value = (
            n_x @ by_x + n_all * q * np.log(v) + p * sum_x_log - sum_log - p * nx_log - q * n_log
        )
        gain = digamma(p * ux + q)
        slope = [
            (n_x * ux) @ (gain - digamma(p * ux)) + sum_x_log - nx_log,
            n_x @ gain - n_all * (digamma(q) - np.log(v)) - n_log,
            n_all * q / v - p * (nx @ inverse) - q * (n @ inverse),
        ]
        return float(value), np.array(slope)

    return evaluate
