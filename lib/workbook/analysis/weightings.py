"""Every weighting of the factors at once: under which share of them a customer stays in its tier."""

import numpy as np
import pandas as pd

__all__ = ["TIERS", "share_reaching", "tier_of", "tier_shares", "weighting_table", "weightings"]

#: Best first.
TIERS = ("strategic", "important", "ordinary")


def share_reaching(points, limit) -> np.ndarray:
    """Share of all weightings under which a weighted mean reaches a limit, in closed form.

    Parameters
    ----------
    points : array_like, shape (customers, factors)
        Points of each factor; none missing.
    limit : float

    Returns
    -------
    numpy.ndarray
        0 to 1 per customer: the part of the weights' simplex (each at least 0, their sum 1) where
        the weighted mean is `limit` or more.

    Notes
    -----
    The limit of drawing weightings uniformly from the simplex (SMAA: Lahdelma, Hokkanen, Salminen
    1998). The volume of a simplex on one side of a plane follows the recursion of Varsi (1973): with
    x_j the points not above the limit and y_k those above it, both less the limit, A_0 = 1, and for
    each j in turn A_k = (y_k A_k - x_j A_(k-1)) / (y_k - x_j); the last A is the part below.

    Examples
    --------
    >>> share_reaching([[100.0, 0.0], [80.0, 60.0]], 75.0).round(2).tolist()
    [0.25, 0.25]
    """
    over = np.atleast_2d(np.asarray(points, float)) - limit
    share = np.empty(len(over))
    codes = (over > 0) @ (1 << np.arange(over.shape[1]))
    for code in np.unique(codes):
        rows = np.flatnonzero(codes == code)
        above = [j for j in range(over.shape[1]) if code >> j & 1]
        below = [j for j in range(over.shape[1]) if not code >> j & 1]
        part = [np.ones(len(rows))] + [np.zeros(len(rows)) for _ in above]
        for j in below:
            x = over[rows, j]
            for place, k in enumerate(above, start=1):
                y = over[rows, k]
                part[place] = (y * part[place] - x * part[place - 1]) / (y - x)
        share[rows] = 1.0 - part[-1]
    # points right at the limit everywhere reach it under every weighting
    share[(over >= 0).all(axis=1)] = 1.0
    return np.clip(share, 0.0, 1.0)


def tier_of(points, weights, *, strategic_from, important_from, weakest=0.0) -> np.ndarray:
    """Tier of each customer under one weighting.

    Parameters
    ----------
    points : array_like, shape (customers, factors)
    weights : array_like
        One per factor; only their proportions count.
    strategic_from, important_from : float
        Weighted mean, 0 to 100, from which the tier begins.
    weakest : float
        Points that the weakest factor of a strategic customer must reach.

    Returns
    -------
    numpy.ndarray of str
    """
    top, some = _reached(points, weights, strategic_from, important_from, weakest)
    names = np.array(TIERS, object)
    return names[np.where(top, 0, np.where(some, 1, 2))]


def _reached(points, weights, strategic_from, important_from, weakest=0.0):
    """Who is strategic, and who has the points of an important customer."""
    points = np.atleast_2d(np.asarray(points, float))
    weights = np.asarray(weights, float)
    # a hair's breadth below a limit is rounding
    score = points @ (weights / weights.sum()) + 1e-9
    held = points.min(axis=1, initial=np.inf) < weakest
    return (score >= strategic_from) & ~held, score >= important_from


def tier_shares(points, *, strategic_from, important_from, weakest=0.0) -> pd.DataFrame:
    """Share of all weightings that put each customer into each tier.

    Parameters are those of `tier_of`. Returns strategic, important, ordinary (sum 1), in the order
    of `points`.
    """
    points = np.atleast_2d(np.asarray(points, float))
    top = share_reaching(points, strategic_from)
    top = np.where(points.min(axis=1, initial=np.inf) < weakest, 0.0, top)
    some = np.maximum(share_reaching(points, important_from), top)
    return pd.DataFrame({"strategic": top, "important": some - top, "ordinary": 1.0 - some})


def weightings(factors, weights) -> dict:
    """Weightings that people would try: the chosen one, equal ones, each factor doubled or left out.

    Returns name -> list of weights; names "chosen", "equal", "more_<factor>", "without_<factor>".
    """
    weights = np.asarray(weights, float)
    equal = np.ones(len(factors))
    found = {"chosen": weights, "equal": equal}
    for place, factor in enumerate(factors):
        step = np.zeros(len(factors))
        step[place] = 1.0
        found[f"more_{factor}"] = weights + step * weights.sum()
        if weights.sum() > weights[place]:
            found[f"without_{factor}"] = weights * (1 - step)
    return {name: list(values) for name, values in found.items()}


def weighting_table(points, factors, weights, **limits) -> pd.DataFrame:
    """How the tiers come out under single weightings.

    Parameters
    ----------
    points : array_like, shape (customers, factors)
    factors : sequence of str
    weights : sequence of float
        The chosen ones.
    **limits
        As for `tier_of`.

    Returns
    -------
    DataFrame
        weighting (names of `weightings`), strategic, important (customers), kept (share of the
        strategic customers under the chosen weighting who are strategic here too; NaN without any).
    """
    chosen = _reached(points, weights, **limits)[0]
    rows = []
    for name, values in weightings(factors, weights).items():
        top, some = _reached(points, values, **limits)
        kept = (top & chosen).sum() / chosen.sum() if chosen.any() else np.nan
        rows.append((name, int(top.sum()), int((some & ~top).sum()), kept))
    return pd.DataFrame(rows, columns=["weighting", "strategic", "important", "kept"])
