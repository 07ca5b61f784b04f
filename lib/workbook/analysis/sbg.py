"""Contracts that are renewed or not: shifted beta-geometric (sBG) and beta-discrete-Weibull (BdW).

Each customer has a chance of leaving at a renewal that differs between customers as
Beta(alpha, beta). sBG: Fader, Hardie (2007), Journal of Interactive Marketing 21(1). In BdW a
customer's chance also changes with tenure, by the exponent c (c = 1 is sBG): Fader, Hardie, Liu,
Davin, Steenburgh (2018), Journal of Interactive Marketing 43.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import digamma, gammaln

from workbook.analysis.likelihood import Fit, maximise

__all__ = ["discounted_residual_lifetime", "fit_bdw", "fit_sbg", "simulate", "survival"]

WORDS = {
    ("alpha", "low"): "no_dropout",
    ("beta", "high"): "same_dropout",
    ("alpha", "high"): "same_dropout",
}


def fit_sbg(survivors: Sequence[float], customers: float) -> Fit:
    """Maximum-likelihood estimates of alpha and beta.

    Parameters
    ----------
    survivors
        Customers left after the 1st, 2nd, ... renewal date, of one cohort.
    customers
        Customers at the start of the cohort.

    Raises
    ------
    ValueError
        If the survivors increase, are negative or exceed the customers.
    """
    return _fit("sBG", ("alpha", "beta"), survivors, customers)


def fit_bdw(survivors: Sequence[float], customers: float) -> Fit:
    """As `fit_sbg`, with the exponent c of tenure: estimates of alpha, beta and c."""
    return _fit("BdW", ("alpha", "beta", "c"), survivors, customers)


def survival(params: dict, t) -> np.ndarray:
    """Share of a cohort left after ``t`` renewal dates."""
    alpha, beta = params["alpha"], params["beta"]
    passed = np.asarray(t, dtype=float) ** params.get("c", 1.0)
    return np.exp(_log_survival(alpha, beta, passed))


def discounted_residual_lifetime(params: dict, discount: float, renewals) -> np.ndarray:
    """Expected discounted number of periods still to be paid, just before a renewal is due.

    Parameters
    ----------
    params
        Of `fit_sbg` or `fit_bdw`.
    discount
        Rate per contract period, above 0 (0.10: 10 %).
    renewals
        Renewals made so far, 0 or more. The payment due now is not discounted.

    Raises
    ------
    ValueError
        If the discount is not above 0: the sum need not be finite then.

    Notes
    -----
    Sum over t > m of S(t) / S(m) / (1 + d)^(t - m - 1) with m the renewals made (Fader, Hardie
    2010, Marketing Science 29(1)).
    """
    if not discount > 0:
        raise ValueError(f"discount must be above 0 per period, it is {discount}")
    made = np.asarray(renewals, dtype=float)
    # Terms beyond these are below 1e-17 of the first.
    ahead = np.arange(min(int(40 / np.log1p(discount)) + 2, 1_000_000), dtype=float)
    worth = np.exp(-np.log1p(discount) * ahead)
    total = [(survival(params, m + 1 + ahead) / survival(params, m)) @ worth for m in made.ravel()]
    return np.reshape(total, made.shape)


def simulate(params: dict, customers: int, periods: int, seed: int) -> np.ndarray:
    """Survivors after 1 to ``periods`` renewal dates of one simulated cohort."""
    left = survival(params, np.arange(periods + 1))
    chances = np.append(-np.diff(left), left[-1])
    lost = np.random.default_rng(seed).multinomial(customers, chances / chances.sum())
    return customers - np.cumsum(lost[:-1])


def _fit(model: str, names: tuple[str, ...], survivors: Sequence[float], customers: float) -> Fit:
    path = np.concatenate([[customers], np.asarray(survivors, dtype=float)])
    if not np.all(np.isfinite(path)) or np.any(np.diff(path) > 0) or path[-1] < 0:
        raise ValueError(
            "survivors must be counts that never increase and never exceed the customers"
        )
    # One row per period: customers lost in it, and those left at the end.
    rows = pd.DataFrame({"t": np.arange(len(path)), "n": np.append(-np.diff(path), path[-1])})
    trouble = ""
    if customers == 1:
        trouble = "one_customer"
    elif len(path) == 1 or path[-1] == customers:
        trouble = "no_event"
    elif path[1] == 0:
        trouble = "all_events"
    starts = [(1.0, 2.0, 1.0), (0.3, 3.0, 1.0), (5.0, 30.0, 1.0)]
    return maximise(
        model,
        names,
        _loglik,
        rows,
        starts=[start[: len(names)] for start in starts],
        scale=(1.0,) * len(names),
        words=WORDS,
        trouble=trouble,
    )


def _log_survival(alpha: float, beta: float, passed: np.ndarray) -> np.ndarray:
    return (
        gammaln(beta + passed)
        - gammaln(beta)
        + gammaln(alpha + beta)
        - gammaln(alpha + beta + passed)
    )


def _loglik(rows: pd.DataFrame):
    """Function of (alpha, beta[, c]): log-likelihood of losses by period, and its gradient."""
    n = rows["n"].to_numpy(dtype=float)
    t = np.arange(len(n), dtype=float)
    with np.errstate(divide="ignore"):
        log_t = np.where(t > 0, np.log(t), 0.0)

    def evaluate(params: np.ndarray) -> tuple[float, np.ndarray]:
        alpha, beta, c = (*params, 1.0)[:3]
        passed = t**c
        log_s = _log_survival(alpha, beta, passed)
        both = digamma(alpha + beta) - digamma(alpha + beta + passed)
        by_passed = digamma(beta + passed) - digamma(alpha + beta + passed)
        slopes = np.array(
            [both, both + digamma(beta + passed) - digamma(beta), by_passed * passed * log_t]
        )[: len(params)]
        # log of S(t) - S(t + 1), without losing digits where hardly anyone leaves.
        kept = np.diff(log_s)
        share = -np.expm1(kept)
        lost = log_s[:-1] + np.log(share)
        slope_lost = (slopes[:, :-1] - np.exp(kept) * slopes[:, 1:]) / share
        happened = n[:-1] > 0
        value = n[:-1][happened] @ lost[happened] + n[-1] * log_s[-1]
        slope = slope_lost[:, happened] @ n[:-1][happened] + n[-1] * slopes[:, -1]
        return float(value), slope

    return evaluate
