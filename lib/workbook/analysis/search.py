"""The search for a maximum of a likelihood, and what its curvature says about it.

Points are logarithms of positive parameters; ``limits`` has a lower and an upper column.
"""

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize
from threadpoolctl import ThreadpoolController

__all__ = ["THREADS", "Evaluate", "best_point", "curvature"]

# From parameters to log-likelihood and gradient.
Evaluate = Callable[[np.ndarray], tuple[float, np.ndarray]]

# Vectors here are too short for threads: on a busy machine threads that wait for each other make a
# fit ten times slower.
THREADS = ThreadpoolController()

# A log-parameter with a standard error above this is not determined by the data.
FLAT_ERROR = 3.0


def best_point(
    evaluate: Evaluate, starts: list, limits: np.ndarray, hessian: np.ndarray | None = None
):
    """Best point (logarithms) over the starts, its log-likelihood, and gradient and Hessian of the
    negative log-likelihood; stops at the first start that leads to a clear maximum. With the
    ``hessian`` of a similar likelihood the first start is taken to be the best of all starts there:
    a boundary that it leads to again, and that nothing draws it away from, is enough."""

    def negative(point: np.ndarray) -> tuple[float, np.ndarray]:
        params = np.exp(point)
        value, slope = evaluate(params)
        if not np.isfinite(value):
            return 1e300, np.zeros_like(point)
        return -value, -slope * params

    best, known = None, hessian is not None
    for start in starts:
        point = np.clip(np.log(start), limits[:, 0], limits[:, 1])
        found = None
        if hessian is not None:
            found, hessian = _newton(negative, point, limits, hessian), None
        if found is None or not _clear(found, limits):
            # Every value of the search is divided by the first, as its tolerances expect order one.
            unit = max(abs(negative(point)[0]), 1.0)
            result = minimize(
                lambda at, unit=unit: tuple(part / unit for part in negative(at)),
                point,
                jac=True,
                method="L-BFGS-B",
                bounds=limits,
                options={"ftol": 1e-12, "gtol": 1e-8, "maxiter": 1000},
            )
            found = _newton(negative, result.x, limits)
        if best is None or found[1] < best[1]:
            best = found
        if _clear(found, limits) or (known and _stays(found, limits)):
            break
        known = False
    point, value, slope, hessian = best
    return point, -value, slope, hessian


def _newton(negative, point: np.ndarray, limits: np.ndarray, hessian: np.ndarray | None = None):
    """Newton steps from a near point; a Hessian is kept as long as it serves."""
    value, slope = negative(point)
    made_at, before = None, np.inf
    if hessian is None:
        hessian, made_at = _hessian(negative, point), point
    for _ in range(12):
        try:
            step = -np.linalg.solve(hessian, slope)
        except np.linalg.LinAlgError:
            break
        gain = -(slope @ step)
        if not gain > 1e-11 or np.max(np.abs(step)) > 1.0:
            break
        trial = np.clip(point + step, limits[:, 0], limits[:, 1])
        trial_value, trial_slope = negative(trial)
        if not trial_value < value:
            break
        point, value, slope = trial, trial_value, trial_slope
        if gain > 0.1 * before:
            hessian, made_at = _hessian(negative, point), point
        before = gain
    if made_at is None or np.max(np.abs(point - made_at)) > 1e-4:
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
    _, at_boundary, settled = curvature(point, slope, hessian, limits)
    return settled and not at_boundary


def _stays(found, limits: np.ndarray) -> bool:
    """Whether the rest is at its maximum and every flat direction still leads to its boundary."""
    point, _, slope, hessian = found
    if not curvature(point, slope, hessian, limits)[2]:
        return False
    values, vectors = np.linalg.eigh(hessian)
    flat = vectors[:, values < FLAT_ERROR**-2]
    inward = np.sign((limits.mean(axis=1) - point) @ flat)
    return bool((inward * (slope @ flat) > 0).all())


def curvature(point: np.ndarray, slope: np.ndarray, hessian: np.ndarray, limits: np.ndarray):
    """Covariance, places of undetermined parameters, and whether the rest is at its maximum.

    Two parameters that can only grow together are both undetermined; the covariance then holds one
    of them fixed (NaN), so that what they say together keeps its error.
    """
    k = len(point)
    covariance = np.full((k, k), np.nan)
    if not np.all(np.isfinite(hessian)):
        return covariance, list(range(k)), False
    at_limit = (point < limits[:, 0] + 1e-3) | (point > limits[:, 1] - 1e-3)
    values, vectors = np.linalg.eigh(hessian)
    flat = values < FLAT_ERROR**-2
    undetermined = at_limit | (np.abs(vectors[:, flat]) > 0.3).any(axis=1)
    settled = values.min() > -1.0
    free = ~at_limit
    while free.any():
        values, vectors = np.linalg.eigh(hessian[np.ix_(free, free)])
        if values[0] > FLAT_ERROR**-2:
            break
        free[np.flatnonzero(free)[np.argmax(np.abs(vectors[:, 0]))]] = False
    if free.any():
        inverse = np.linalg.inv(hessian[np.ix_(free, free)])
        covariance[np.ix_(free, free)] = inverse
        # Half of this is the log-likelihood still to be gained.
        settled = settled and slope[free] @ inverse @ slope[free] < 1e-4
    else:
        settled = False
    return covariance, np.flatnonzero(undetermined | ~free).tolist(), bool(settled)
