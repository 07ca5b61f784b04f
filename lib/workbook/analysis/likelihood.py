"""Weighted maximum likelihood for the purchase, spend and renewal models.

Customers who look the same to a model share a row with a count, so a million customers cost as
much as their few thousand different histories. Parameters are positive and are estimated as
logarithms; that is also the scale of the covariance and of the intervals.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.stats import norm

__all__ = ["MESSAGES", "Fit", "distinct", "grouped", "maximise", "parameter_array"]

MESSAGES = {
    "no_customers": "There is no customer to fit the model to.",
    "one_customer": "One customer is not enough to fit a model of how customers differ.",
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
# A log-parameter with a standard error above this is not determined by the data.
FLAT_ERROR = 3.0
# Above this many rows the start comes from a sample of them.
SAMPLE_ROWS = 20_000


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
        Covariance of the logarithms of the parameters, in the order of ``params``; NaN rows for
        parameters that the data do not determine.
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
        place = list(self.params).index(name)
        half = norm.ppf(0.5 + confidence / 2) * np.sqrt(self.covariance[place, place])
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


def parameter_array(params: dict[str, float], names: tuple[str, ...]) -> np.ndarray:
    """Values of ``params`` in the order of ``names``."""
    return np.array([params[name] for name in names], dtype=float)


Evaluate = Callable[[np.ndarray], tuple[float, np.ndarray]]


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
        return Fit(model, params, 0.0, nothing, 0.0, False, [], MESSAGES["no_customers"])
    limits = np.log(np.outer(scale, (LOWEST, HIGHEST)))
    with np.errstate(all="ignore"):
        if len(rows) > 2 * SAMPLE_ROWS:
            sample = rows.iloc[:: len(rows) // SAMPLE_ROWS]
            starts = [np.exp(_search(build(sample), starts, limits)[0]), *starts]
        point, value, slope, hessian = _search(build(rows), starts, limits)
        covariance, at_boundary, settled = _inspect(point, slope, hessian, limits)
    params = dict(zip(names, np.exp(point).tolist(), strict=True))
    message = ""
    if at_boundary:
        sides = {(names[i], "high" if point[i] > np.log(scale[i]) else "low") for i in at_boundary}
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


def _search(evaluate: Evaluate, starts: list[tuple[float, ...]], limits: np.ndarray):
    """Best point (logarithms) over the starts, its log-likelihood, and gradient and Hessian of the
    negative log-likelihood; stops at the first start that leads to a clear maximum."""

    def negative(point: np.ndarray) -> tuple[float, np.ndarray]:
        params = np.exp(point)
        value, slope = evaluate(params)
        if not np.isfinite(value):
            return 1e300, np.zeros_like(point)
        return -value, -slope * params

    best = None
    for start in starts:
        point = np.clip(np.log(start), limits[:, 0], limits[:, 1])
        # A start from a sample is usually one Newton step away; a search would waste passes.
        found = _newton(negative, point, limits)
        if not _clear(found, limits):
            # Every value of the search is divided by the first, as its tolerances expect order one.
            unit = max(abs(negative(point)[0]), 1.0)
            result = minimize(
                lambda at, unit=unit: tuple(part / unit for part in negative(at)),
                point,
                jac=True,
                method="L-BFGS-B",
                bounds=limits,
                options={"ftol": 1e-15, "gtol": 1e-11, "maxiter": 1000},
            )
            found = _newton(negative, result.x, limits)
        if best is None or found[1] < best[1]:
            best = found
        if _clear(found, limits):
            break
    point, value, slope, hessian = best
    return point, -value, slope, hessian


def _newton(negative, point: np.ndarray, limits: np.ndarray):
    """Newton steps from a near point, with one Hessian until the end."""
    value, slope = negative(point)
    hessian = _hessian(negative, point)
    begin = point
    for _ in range(12):
        try:
            step = -np.linalg.solve(hessian, slope)
        except np.linalg.LinAlgError:
            break
        if not -1.0 < slope @ step < -1e-12 and not np.max(np.abs(step)) < 0.5:
            break
        trial = np.clip(point + step, limits[:, 0], limits[:, 1])
        trial_value, trial_slope = negative(trial)
        if not trial_value < value:
            break
        point, value, slope = trial, trial_value, trial_slope
    if np.max(np.abs(point - begin)) > 1e-4:
        hessian = _hessian(negative, point)
    return point, value, slope, hessian


def _hessian(negative, point: np.ndarray) -> np.ndarray:
    """Central differences of the exact gradient: about nine correct digits."""
    step = 1e-4
    rows = [
        (negative(point + shift)[1] - negative(point - shift)[1]) / (2 * step)
        for shift in step * np.eye(len(point))
    ]
    hessian = np.array(rows)
    return (hessian + hessian.T) / 2


def _clear(found, limits: np.ndarray) -> bool:
    point, _, slope, hessian = found
    _, at_boundary, settled = _inspect(point, slope, hessian, limits)
    return settled and not at_boundary


def _inspect(point: np.ndarray, slope: np.ndarray, hessian: np.ndarray, limits: np.ndarray):
    """Covariance, places of undetermined parameters, and whether the rest is at its maximum."""
    k = len(point)
    covariance = np.full((k, k), np.nan)
    if not np.all(np.isfinite(hessian)):
        return covariance, list(range(k)), False
    free = (point > limits[:, 0] + 1e-3) & (point < limits[:, 1] - 1e-3)
    settled = True
    while free.any():
        values, vectors = np.linalg.eigh(hessian[np.ix_(free, free)])
        flat = values < FLAT_ERROR**-2
        if not flat.any():
            break
        settled = settled and values.min() > -1.0
        involved = np.max(np.abs(vectors[:, flat]), axis=1) > 0.3
        free[np.flatnonzero(free)[involved]] = False
    if free.any():
        inverse = np.linalg.inv(hessian[np.ix_(free, free)])
        covariance[np.ix_(free, free)] = inverse
        # Half of this is the log-likelihood still to be gained.
        settled = settled and slope[free] @ inverse @ slope[free] < 1e-4
    return covariance, np.flatnonzero(~free).tolist(), bool(settled)
