"""Weighted maximum likelihood for the purchase, spend and renewal models.

Customers who look the same to a model share a row with a count, so a million customers cost as
much as their few thousand different histories. Parameters are positive and are estimated as
logarithms; that is also the scale of the covariance and of the intervals.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import ndtri

from workbook.analysis.search import THREADS, Evaluate, best_point, curvature

__all__ = ["MESSAGES", "Fit", "distinct", "grouped", "histories", "maximise", "parameter_array"]

MESSAGES = {
    "no_customers": "There is no customer to fit the model to.",
    "one_customer": "One customer is not enough to fit a model of how customers differ.",
    "no_time": "All customers are so new that no time has passed to observe them.",
    "no_repeat": "No customer bought a second time, so there is no rhythm to estimate.",
    "no_event": "Nothing was bought or ended in the period, so there is nothing to estimate.",
    "all_events": "Every customer did the same at every opportunity; the model has nothing to fit.",
    "same_rate": "Customers buy at nearly the same rate; how they differ cannot be estimated.",
    "no_dropout": "No sign that customers stop buying; the dropout part cannot be estimated.",
    "same_dropout": "Customers stop with nearly the same chance; how they differ cannot be estimated.",
    "same_value": "Customers spend nearly alike; how they differ cannot be estimated.",
    "no_variation": "A customer's amounts hardly vary from one purchase to the next.",
    "no_mean": "The spend per purchase varies so much that its average cannot be estimated.",
    "flat": "The data do not settle all parameters; some could take any large or small value.",
    "not_converged": "The search for the best parameters did not settle.",
}

# Parameters beyond these multiples of their scale act as zero or infinity in every formula.
LOWEST, HIGHEST = 1e-4, 1e4
# Undetermined parameters this far from their scale (a logarithm) are said to run off.
EXTREME = 3.0
# Many rows start from the estimates of a sample of them, a few Newton steps away.
SAMPLE_ROWS = (5_000, 50_000)


@dataclass(frozen=True)
class Fit:
    """Estimates of one model and how far they can be trusted.

    Attributes
    ----------
    model : str
        Name of the model.
    params : dict of str to float
        Estimates, accepted as ``params`` by the model's functions. NaN without customers.
    loglik : float
        Log-likelihood at the estimates.
    covariance : numpy.ndarray, shape (k, k)
        Covariance of the logarithms of the parameters, in the order of ``params``; NaN for
        parameters held fixed because the data do not determine them.
    n : float
        Customers the model was fitted to.
    converged : bool
        Whether the estimates are a maximum that may be used.
    at_boundary : list of str
        Parameters that run to zero or infinity: the model still predicts, but these have no
        interval.
    message : str
        What a reader has to know, one of ``MESSAGES``; empty when all is well.
    """

    model: str
    params: dict[str, float]
    loglik: float
    covariance: np.ndarray
    n: float
    converged: bool
    at_boundary: list[str] = field(default_factory=list)
    message: str = ""

    def interval(self, name: str, confidence: float = 0.95) -> tuple[float, float]:
        """Confidence interval of one parameter, symmetric on the log scale; NaN if undetermined."""
        if name in self.at_boundary:
            return (np.nan, np.nan)
        place = list(self.params).index(name)
        half = ndtri(0.5 + confidence / 2) * np.sqrt(self.covariance[place, place])
        return (
            float(self.params[name] * np.exp(-half)),
            float(self.params[name] * np.exp(half)),
        )

    def draws(self, size: int, seed: int) -> pd.DataFrame:
        """``size`` parameter sets from the normal approximation on the log scale.

        Undetermined parameters stay at their estimates.
        """
        centre = np.log(list(self.params.values()))
        spread = np.nan_to_num(self.covariance)
        rng = np.random.default_rng(seed)
        sample = rng.multivariate_normal(centre, spread, size=size, method="eigh")
        return pd.DataFrame(np.exp(sample), columns=list(self.params))


def distinct(*columns: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """Distinct combinations of equally long columns, and for each row the place of its own."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        codes, values = pd.factorize(np.asarray(column))
        key, _ = pd.factorize(key * max(len(values), 1) + codes)
    first = np.empty(key.max(initial=-1) + 1, dtype=np.int64)
    first[key[::-1]] = np.arange(len(key))[::-1]
    return [np.asarray(column)[first] for column in columns], key


def grouped(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Rows with equal ``columns`` put together and their count ``n`` (1 each if absent) added up."""
    arrays = [table[name].to_numpy(dtype=float) for name in columns]
    weight = table["n"].to_numpy(dtype=float) if "n" in table else np.ones(len(table))
    values, key = distinct(*arrays)
    rows = pd.DataFrame(dict(zip(columns, values, strict=True)))
    rows["n"] = np.bincount(key, weight, minlength=len(rows))
    return rows[rows["n"] > 0].reset_index(drop=True)


def histories(counts: pd.DataFrame) -> tuple[pd.DataFrame, float, str]:
    """Distinct (x, t_x, T) with counts, the mean T as unit of time, and the trouble with them."""
    rows = grouped(counts, ["x", "t_x", "T"])
    if rows.empty:
        return rows, 1.0, "no_customers"
    unit = float(np.average(rows["T"], weights=rows["n"]))
    if unit == 0:
        return rows.iloc[:0], 1.0, "no_time"
    if rows["n"].sum() == 1:
        return rows, unit, "one_customer"
    return rows, unit, "" if (rows["x"] > 0).any() else "no_repeat"


def parameter_array(params: dict[str, float], names: tuple[str, ...]) -> np.ndarray:
    """Values of ``params`` in the order of ``names``."""
    return np.array([params[name] for name in names], dtype=float)


def maximise(
    model: str,
    names: tuple[str, ...],
    build: Callable[[pd.DataFrame], Evaluate],
    rows: pd.DataFrame,
    *,
    starts: list[tuple[float, ...]],
    scale: tuple[float, ...],
    words: dict[tuple[str, str], str],
    trouble: str = "",
) -> Fit:
    """Fit a model by maximum likelihood.

    Parameters
    ----------
    model, names
        Name of the model and of its (positive) parameters.
    build
        From rows to a function of the parameters that returns the log-likelihood and its gradient.
    rows
        Distinct histories with their count ``n``.
    starts
        Starting values; the next one is tried when the search from the one before fails.
    scale
        Natural size of each parameter; the search stays within 1e-4 and 1e4 times of it.
    words
        (parameter, "low" or "high") -> key of ``MESSAGES`` said when it runs to its boundary.
    trouble
        Key of ``MESSAGES`` known beforehand: estimates are made, but never called converged.
    """
    n = float(rows["n"].sum())
    if n == 0:
        k = len(names)
        nothing = np.full((k, k), np.nan)
        params = dict.fromkeys(names, np.nan)
        message = MESSAGES[trouble or "no_customers"]
        return Fit(model, params, 0.0, nothing, 0.0, False, [], message)
    limits = np.log(np.outer(scale, (LOWEST, HIGHEST)))
    with np.errstate(all="ignore"), THREADS.limit(limits=1, user_api="blas"):
        hessian = None
        for size in SAMPLE_ROWS:
            if len(rows) > 2 * size:
                part = build(_sample(rows, size))
                point, _, _, hessian = best_point(part, starts, limits, hessian)
                starts = [np.exp(point), *starts]
        point, value, slope, hessian = best_point(build(rows), starts, limits, hessian)
        covariance, at_boundary, settled = curvature(point, slope, hessian, limits)
    params = dict(zip(names, np.exp(point).tolist(), strict=True))
    message = ""
    if at_boundary:
        size = {
            i: point[i] - np.log(scale[i])
            for i in at_boundary
            if abs(point[i] - np.log(scale[i])) > EXTREME
        }
        sides = {(names[i], "high" if size[i] > 0 else "low") for i in size}
        message = next((key for place, key in words.items() if place in sides), "flat")
    if not settled:
        message = "not_converged"
    return Fit(
        model,
        params,
        float(value),
        covariance,
        n,
        settled and not trouble,
        [names[i] for i in at_boundary],
        MESSAGES.get(trouble or message, ""),
    )


def _sample(rows: pd.DataFrame, size: int) -> pd.DataFrame:
    """Systematic sample of rows in proportion to their counts; frequent ones are always in it."""
    n = rows["n"].to_numpy()
    chance = np.minimum(n * size / n.sum(), 1.0)
    place = np.cumsum(chance)
    taken = np.floor(place) > np.floor(place - chance)
    return rows[taken].assign(n=(n / chance)[taken])
