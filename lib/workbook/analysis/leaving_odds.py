"""Leaving as a yes or no after a feature window: logistic regression with tenure as a trait."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, xlogy
from scipy.stats import chi2, norm, rankdata

from workbook.analysis.covariates import Design
from workbook.analysis.group_survival import holm
from workbook.analysis.intervals import wilson

__all__ = ["MESSAGES", "OddsFit", "leaving_odds", "odds_quality"]

MESSAGES = {
    "no_event": "Nobody left in the outcome window, so nothing can be said about who leaves.",
    "all_events": "Everybody left in the outcome window, so nothing can be said about who stays.",
    "no_term": "No trait is left that a model could use.",
    "runs_away": "Some traits together tell leavers and stayers apart perfectly; "
    "their effects have no size.",
    "not_converged": "The search for the best estimates did not settle.",
    "no_dates": "One feature window and one outcome window: the model is checked on customers it "
    "has not seen, not on a later period; how it holds up over time is unknown.",
}

# A log odds ratio beyond this per standard deviation is no estimate any more.
RUNAWAY = 8.0


@dataclass(frozen=True)
class OddsFit:
    """A fitted logistic model.

    Attributes
    ----------
    table : pandas.DataFrame
        term, column, level, reference, coef, se, odds_ratio, low, high, p, p_holm,
        ratio_per_step (per standard deviation for numbers), points (average change of the chance
        of leaving, -1 to 1: from no to yes, or one standard deviation up).
    intercept : float
    n, ended : int
    loglik, p : float
        Log-likelihood; likelihood ratio test of all terms together.
    chance : numpy.ndarray
        Fitted chance of leaving, row by row.
    message : str
        A key of ``MESSAGES``; empty when all is well. Without a fit the table has no rows.
    """

    table: pd.DataFrame
    intercept: float
    n: int
    ended: int
    loglik: float
    p: float
    chance: np.ndarray
    message: str


def leaving_odds(rows, design: Design, *, confidence=0.95):
    """Odds ratios of leaving in the outcome window.

    Parameters
    ----------
    rows : pandas.DataFrame
        ended: left in the outcome window (bool). No durations: time runs from the end of the
        feature window for everybody, and customers who had left before are not in the file, so a
        survival curve from day one can't be drawn; tenure belongs among the traits.
    design : Design
        Of `covariates.design_matrix`.
    confidence : float

    Returns
    -------
    OddsFit

    Notes
    -----
    Maximum likelihood by Newton's method, Wald intervals. An odds ratio says what goes with
    leaving, not what it is caused by.
    """
    left = rows["ended"].to_numpy(dtype=float)
    n, ended = len(left), int(left.sum())
    x, terms = design.frame.to_numpy(dtype=float), design.terms
    share = ended / n if n else np.nan
    null = float(n * (xlogy(share, share) + xlogy(1 - share, 1 - share))) if n else np.nan
    message = "no_event" if not ended else "all_events" if ended == n else ""
    message = message or ("" if len(terms) else "no_term")
    if message:
        table = _table(terms.iloc[:0], np.zeros(0), np.zeros(0), confidence, np.zeros(0))
        return OddsFit(table, np.nan, n, ended, null, np.nan, np.full(n, share), message)
    mean, scale = x.mean(axis=0), terms["sd"].to_numpy()
    coef, covariance, loglik, converged = _newton((x - mean) / scale, left)
    message = "runs_away" if (np.abs(coef[1:]) > RUNAWAY).any() else ""
    message = message or ("" if converged else "not_converged")
    slopes, errors = coef[1:] / scale, np.sqrt(np.diag(covariance)[1:].clip(0)) / scale
    line = coef[0] + (x - mean) / scale @ coef[1:]
    points = _points(x, line, slopes, terms["step"].to_numpy())
    table = _table(terms, slopes, errors, confidence, points)
    p = float(chi2.sf(2 * (loglik - null), len(terms)))
    intercept = float(coef[0] - mean @ slopes)
    return OddsFit(table, intercept, n, ended, loglik, p, expit(line), message)


def odds_quality(rows, design, *, folds=5, groups=10, seed=0, confidence=0.95):
    """How good the chances are for customers the model has not seen.

    Parameters
    ----------
    rows, design
        As for `leaving_odds`.
    folds : int
        Each customer's chance comes from the others' data (rows that are equal stay together).
    groups : int
    seed : int
    confidence : float

    Returns
    -------
    scores : dict
        area (probability that a leaver has the higher chance), low, high, brier, brier_same
        (everybody gets the average), top_decile (share of leavers among the tenth with the
        highest chance).
    table : pandas.DataFrame
        group, n, predicted, observed, low, high.

    Notes
    -----
    Interval of the area by DeLong, DeLong, Clarke-Pearson (1988).
    """
    left = rows["ended"].to_numpy(dtype=bool)
    names = ["area", "low", "high", "brier", "brier_same", "top_decile"]
    columns = ["group", "n", "predicted", "observed", "low", "high"]
    if left.sum() < folds or (~left).sum() < folds or not len(design.terms):
        return dict.fromkeys(names, np.nan), pd.DataFrame(columns=columns)
    x = design.frame.to_numpy(dtype=float)
    fold = pd.factorize(pd.util.hash_pandas_object(design.frame, index=False))[0]
    fold = (np.random.default_rng(seed).permutation(fold.max() + 1) % folds)[fold]
    chance = np.full(len(left), left.mean())
    for held in range(folds):
        train = fold != held
        mean, sd = x[train].mean(axis=0), x[train].std(axis=0)
        scale = np.where(sd > 0, sd, 1.0)
        coef = _newton((x[train] - mean) / scale, left[train].astype(float))[0]
        chance[~train] = expit(coef[0] + (x[~train] - mean) / scale @ coef[1:])
    ranks, own, others = rankdata(chance), rankdata(chance[left]), rankdata(chance[~left])
    above = (ranks[left] - own) / (~left).sum()
    below = 1 - (ranks[~left] - others) / left.sum()
    area = float(above.mean())
    se = np.sqrt(above.var(ddof=1) / left.sum() + below.var(ddof=1) / (~left).sum())
    half = norm.ppf(0.5 + confidence / 2) * se
    top = np.argsort(-chance, kind="stable")[: max(len(left) // 10, 1)]
    values = [area, max(area - half, 0.0), min(area + half, 1.0)]
    values += [
        float(((chance - left) ** 2).mean()),
        float(left.var()),
        left[top].sum() / left.sum(),
    ]
    group = np.ceil(pd.Series(chance).rank(method="first", pct=True) * groups)
    table = pd.DataFrame({"group": group.astype(int), "chance": chance, "left": left})
    table = table.groupby("group").agg(
        n=("left", "size"), predicted=("chance", "mean"), k=("left", "sum")
    )
    table["observed"] = table["k"] / table["n"]
    table["low"], table["high"] = wilson(table["k"], table["n"], confidence=confidence)
    return dict(zip(names, values, strict=True)), table.reset_index()[columns]


def _newton(z, left):
    """Coefficients with the intercept first, covariance, log-likelihood, converged."""
    z = np.column_stack([np.ones(len(z)), z])
    coef = np.zeros(z.shape[1])
    coef[0] = np.log((left.sum() + 0.5) / ((1 - left).sum() + 0.5))
    value, converged = _loglik(z, left, coef), False
    for _ in range(50):
        chance = expit(z @ coef)
        slope = z.T @ (left - chance)
        bend = z.T @ (z * (chance * (1 - chance))[:, None])
        step = np.linalg.lstsq(bend, slope, rcond=None)[0]
        if slope @ step < 1e-9:
            converged = True
            break
        step *= min(1.0, 3.0 / np.abs(step).max())
        while _loglik(z, left, coef + step) < value - 1e-9 and np.abs(step).max() > 1e-10:
            step = step / 2
        coef = coef + step
        value = _loglik(z, left, coef)
    return coef, np.linalg.pinv(bend, hermitian=True), value, converged


def _loglik(z, left, coef):
    line = z @ coef
    return float(left @ line - np.logaddexp(0.0, line).sum())


def _points(x, line, slopes, steps):
    """Average change of the chance, term by term, the others left as they are."""
    changes = []
    for column, slope, step in zip(x.T, slopes, steps, strict=True):
        yes_no = step == 1.0 and set(np.unique(column)) <= {0.0, 1.0}
        low = line - slope * column if yes_no else line
        changes.append(float((expit(low + slope * step) - expit(low)).mean()))
    return np.array(changes)


def _table(terms, coef, se, confidence, points):
    z = norm.ppf(0.5 + confidence / 2)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        table = terms.drop(columns=["sd", "step"]).assign(
            coef=coef,
            se=se,
            odds_ratio=np.exp(coef),
            low=np.exp(coef - z * se),
            high=np.exp(coef + z * se),
            p=2 * norm.sf(np.abs(coef) / se),
            ratio_per_step=np.exp(coef * terms["step"].to_numpy()),
            points=points,
        )
    table["p_holm"] = holm(table["p"])
    return table
