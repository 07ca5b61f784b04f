"""Who leaves sooner: Cox's proportional hazards, checked and put into words."""

import logging
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter
from lifelines.exceptions import ConvergenceError
from scipy.stats import chi2, norm

from workbook.analysis.covariates import Design
from workbook.analysis.group_survival import holm
from workbook.analysis.partial_likelihood import CoxEstimate, RiskSets, maximise, residuals

__all__ = ["MESSAGES", "HazardFit", "cox", "ended_within", "risk_sets"]

MESSAGES = {
    "no_event": "No contract ended under observation, so nothing can be said about who leaves.",
    "no_term": "No trait is left that a model could use.",
    "runs_away": "Some traits together order the leavers perfectly; their effects have no size.",
    "not_converged": "The search for the best estimates did not settle.",
}

# A log hazard ratio beyond this per standard deviation is no estimate any more.
RUNAWAY = 8.0
# From this many rows lifelines, whose steps are cheaper, finds the way and Newton only ends it.
LARGE = 100_000


@dataclass(frozen=True)
class HazardFit:
    """A fitted Cox model.

    Attributes
    ----------
    table : pandas.DataFrame
        term, column, level, reference, coef, se, hazard_ratio, low, high, p, p_holm,
        ratio_per_step (per standard deviation for numbers, else as hazard_ratio).
    n, ended : int
    loglik, loglik_null : float
        Logarithms of the partial likelihood.
    p : float
        Likelihood ratio test of all terms together.
    baseline : pandas.DataFrame
        stratum, month, hazard: cumulative baseline hazard at the terms' means, by risk sets that
        respect late entry.
    means : numpy.ndarray
        Of the terms.
    covariance : numpy.ndarray
        Of the coefficients, in the order of ``table``.
    message : str
        A key of ``MESSAGES``; empty when all is well. Without a fit the table has no rows.
    """

    table: pd.DataFrame
    n: int
    ended: int
    loglik: float
    loglik_null: float
    p: float
    baseline: pd.DataFrame
    means: np.ndarray
    covariance: np.ndarray
    message: str


def cox(rows, design: Design, *, strata=None, confidence=0.95):
    """Hazard ratios of the terms.

    Parameters
    ----------
    rows : pandas.DataFrame
        entry, duration (months), ended.
    design : Design
        Of `covariates.design_matrix`, which has found what can't be estimated.
    strata : str, optional
        Column of ``rows``: each of its values has a baseline of its own and no hazard ratio.
    confidence : float

    Returns
    -------
    HazardFit

    Notes
    -----
    Cox (1972), ties by Efron. Large data go through lifelines first, and Newton's method ends the
    search: with nearly collinear terms lifelines can stop six units of log-likelihood short of the
    maximum, and with late entry it takes minutes.
    """
    terms, x = design.terms, design.frame.to_numpy(dtype=float)
    sets = risk_sets(rows, strata)
    events = int(sets.ended.sum())
    message = "no_event" if not events else "" if x.shape[1] else "no_term"
    if message:
        empty = CoxEstimate(np.zeros(0), np.zeros((0, 0)), np.nan, np.nan, False)
        return _result(
            empty, terms.iloc[:0], x[:, :0], sets, len(rows), events, message, confidence
        )
    late = "entry" in rows and (rows["entry"] > 0).any()
    start = _by_lifelines(rows, x, strata) if len(rows) >= LARGE and not late else None
    fit = maximise(x, sets, start=start)
    runs = np.abs(fit.coef) * terms["sd"].to_numpy() > RUNAWAY
    message = "runs_away" if runs.any() else "" if fit.converged else "not_converged"
    return _result(fit, terms, x, sets, len(rows), events, message, confidence)


def risk_sets(rows, strata=None):
    """Risk sets of rows with entry (0 if absent), duration, ended; strata: a column."""
    duration = rows["duration"].to_numpy(dtype=float)
    entry = rows["entry"].to_numpy(dtype=float) if "entry" in rows else np.zeros(len(rows))
    codes = None if strata is None else pd.factorize(rows[strata], use_na_sentinel=False)[0]
    return RiskSets(entry, duration, rows["ended"].to_numpy(dtype=bool), codes)


def _by_lifelines(rows, x, strata):
    """lifelines' coefficients, or None where it does not get to any."""
    names = [f"x{place}" for place in range(x.shape[1])]
    table = pd.DataFrame(x, columns=names)
    table["duration"], table["ended"] = rows["duration"].to_numpy(), rows["ended"].to_numpy(bool)
    options = {}
    if strata is not None:
        table["stratum"] = pd.factorize(rows[strata], use_na_sentinel=False)[0]
        options = {"strata": ["stratum"]}
    logging.getLogger("lifelines").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        # What lifelines warns of has been looked for beforehand, or ends as a message.
        warnings.simplefilter("ignore")
        try:
            model = CoxPHFitter().fit(table, "duration", "ended", **options)
        except (ConvergenceError, np.linalg.LinAlgError, ValueError):
            return None
    coef = model.params_.to_numpy()
    return coef if np.isfinite(coef).all() else None


def _result(fit, terms, x, sets, n, events, message, confidence):
    se = np.sqrt(np.clip(np.diag(fit.covariance), 0, None))
    z = norm.ppf(0.5 + confidence / 2)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        table = terms.drop(columns=["sd", "step"]).assign(
            coef=fit.coef,
            se=se,
            hazard_ratio=np.exp(fit.coef),
            low=np.exp(fit.coef - z * se),
            high=np.exp(fit.coef + z * se),
            p=2 * norm.sf(np.abs(fit.coef) / se),
        )
        table["p_holm"] = holm(table["p"])
        table["ratio_per_step"] = np.exp(fit.coef * terms["step"].to_numpy())
    means = x.mean(axis=0) if len(x) else np.zeros(x.shape[1])
    jumps = residuals(x - means, sets, fit.coef)[2] if events else np.zeros(0)
    baseline = pd.DataFrame({"stratum": sets.strata, "month": sets.months})
    baseline["jump"] = jumps if events else 0.0
    baseline = baseline[baseline["month"].notna()].reset_index(drop=True)
    baseline["hazard"] = baseline.groupby("stratum")["jump"].cumsum()
    p = float(chi2.sf(2 * (fit.loglik - fit.loglik_null), max(len(fit.coef), 1)))
    baseline = baseline.drop(columns="jump")
    return HazardFit(
        table,
        n,
        events,
        fit.loglik,
        fit.loglik_null,
        p,
        baseline,
        means,
        fit.covariance,
        message,
    )


def ended_within(fit, frame, horizon_months, *, age=0.0, stratum=0):
    """Chance that a contract of a given age ends within the next months.

    Parameters
    ----------
    fit : HazardFit
    frame : pandas.DataFrame
        Terms as in the design the model was fitted to.
    horizon_months : float
    age : float or array_like
        Months the contract has run.
    stratum : int
        Code of the stratum, in order of appearance.

    Returns
    -------
    numpy.ndarray
        Probability; beyond the last end seen the average pace of the last third goes on.
    """
    base = fit.baseline[fit.baseline["stratum"] == stratum]
    if not len(base):
        return np.full(len(frame), np.nan)
    month = np.concatenate([[0.0], base["month"]])
    hazard = np.concatenate([[0.0], base["hazard"]])
    two_thirds = 2 * month[-1] / 3
    late = hazard[-1] - hazard[np.searchsorted(month, two_thirds, side="right") - 1]
    pace = late / (month[-1] - two_thirds)

    def cumulative(at):
        at = np.asarray(at, dtype=float)
        step = hazard[np.searchsorted(month, at, side="right") - 1]
        return step + pace * np.maximum(at - month[-1], 0.0)

    age = np.broadcast_to(np.asarray(age, dtype=float), len(frame))
    coef = fit.table["coef"].to_numpy()
    line = (frame[list(fit.table["term"])].to_numpy(dtype=float) - fit.means) @ coef
    added = cumulative(age + horizon_months) - cumulative(age)
    return -np.expm1(-added * np.exp(np.clip(line, -50, 50)))
