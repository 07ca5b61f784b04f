"""Which parts of the service go with satisfaction: shares of the explained variance.

An association: what a part would bring when it is changed, only a trial can say.
"""

from dataclasses import dataclass
from math import comb

import numpy as np
import pandas as pd

from workbook.analysis.intervals import BLOCKS, interval

__all__ = ["Factors", "johnson_weights", "key_factors", "lmg_shares"]

MOST = 14  # items: each one more doubles the subsets
_FEWEST = 50  # complete answers, and five per item
_CUSTOMERS = 30
_TINY = 1e-9


@dataclass(frozen=True)
class Factors:
    """Importance and performance of items.

    Attributes
    ----------
    table : pandas.DataFrame
        item, importance (share of the explained variance, 0-1), low, high, johnson (the same by
        relative weights), correlation, performance (mean, 0-1 of the scale) with
        performance_low, performance_high, on_top (share of draws in which it is first),
        quadrant ("improve", "keep", "later", "extra": important or not, by the mean importance;
        performing or not, by the mean performance), settled (share of draws in that quadrant);
        the most important first.
    r_squared : float
        With its interval: (value, low, high).
    n, answers : int
        Complete sheets used, and sheets with the target answered.
    target : str
    left_out : tuple of str
        Items answered on fewer than half of the sheets, or always alike.
    method : str
        "lmg" or "johnson" (too many items for all orders).
    """

    table: pd.DataFrame
    r_squared: tuple
    n: int
    answers: int
    target: str
    left_out: tuple
    method: str


def lmg_shares(covariances):
    """Shares of R squared by averaging over all orders of entry (Shapley, LMG).

    Parameters
    ----------
    covariances : array_like
        Shape (draws, items + 1, items + 1), or one matrix; the target last.

    Returns
    -------
    shares : numpy.ndarray
        (draws, items), summing to R squared.

    Notes
    -----
    Lindeman, Merenda, Gold (1980); Grömping (2006). Each subset is swept once from the one
    before it, for all draws together. An item that the subset tells exactly adds nothing.
    """
    matrices = np.atleast_3d(np.asarray(covariances, float))
    if np.ndim(covariances) == 2:
        matrices = np.asarray(covariances, float)[None]
    draws, size = matrices.shape[0], matrices.shape[1] - 1
    total = matrices[:, -1, -1]
    explained = np.zeros((2**size, draws), np.float64)

    def sweep(matrix, subset, items):
        for place, item in enumerate(items):
            pivot = matrix[:, place, place]
            column = matrix[:, :, place]
            usable = pivot > _TINY * np.maximum(scale[:, item], _TINY)
            safe = np.where(usable, pivot, 1.0)
            part = np.where(usable, column[:, -1] ** 2 / safe, 0.0)
            larger = subset | (1 << item)
            explained[larger] = explained[subset] + part
            if place + 1 < len(items):
                rest = np.arange(place + 1, matrix.shape[1])
                own = np.where(usable[:, None], column[:, rest] / safe[:, None], 0.0)
                swept = matrix[:, rest][:, :, rest] - own[:, :, None] * column[:, None, rest]
                sweep(swept, larger, items[place + 1 :])

    scale = np.einsum("dii->di", matrices)
    sweep(matrices, 0, list(range(size)))
    subsets = np.arange(2**size)
    members = np.array([bin(s).count("1") for s in subsets])
    shares = np.zeros((draws, size))
    for item in range(size):
        without = subsets[(subsets >> item) & 1 == 0]
        weight = 1.0 / (size * np.array([comb(size - 1, k) for k in range(size)]))[members[without]]
        shares[:, item] = weight @ (explained[without | (1 << item)] - explained[without])
    return shares / np.where(total > 0, total, np.nan)[:, None]


def johnson_weights(covariances):
    """Relative weights: shares of R squared through the nearest uncorrelated items.

    Shapes as in `lmg_shares`. Johnson (2000).
    """
    matrices = np.asarray(covariances, float)
    matrices = matrices[None] if matrices.ndim == 2 else matrices
    sd = np.sqrt(np.maximum(np.einsum("dii->di", matrices), _TINY))
    correlation = matrices / sd[:, :, None] / sd[:, None, :]
    inner, outer = correlation[:, :-1, :-1], correlation[:, :-1, -1]
    values, vectors = np.linalg.eigh(inner)
    root = np.sqrt(np.maximum(values, 0.0))
    link = np.einsum("dij,dj,dkj->dik", vectors, root, vectors)
    inverse = np.where(root > 1e-6, 1 / np.maximum(root, 1e-6), 0.0)
    beta = np.einsum("dij,dj,dkj,dk->di", vectors, inverse, vectors, outer)
    return np.einsum("dij,dj->di", link**2, beta**2)


def key_factors(answers, target="csat", *, confidence=0.95, draws=400, seed=0, rows=None):
    """Importance of the items for a target, with a bootstrap by customer.

    Parameters
    ----------
    answers : Answers
    target : str
        csat or nps.
    confidence, draws, seed :
        Of the bootstrap; above 2,000 customers random blocks of them are drawn.
    rows : array_like of bool, optional

    Returns
    -------
    Factors, or None
        None with fewer than two usable items, or too few complete sheets (50 of 30
        customers, and five per item).
    """
    if target not in answers.scales or len(answers.items) < 2:
        return None
    frame = answers.frame if rows is None else answers.frame[np.asarray(rows, bool)]
    frame = frame[frame[target].notna() & (frame["weight"] > 0)]
    given = frame[list(answers.items)].notna().mean()
    items = [n for n in answers.items if given[n] >= 0.5 and frame[n].nunique() > 1]
    whole = frame[["customer", "weight", target, *items]].dropna()
    # rarely filled together: what is left out may be another kind of customer, so drop items first
    while len(items) > 2 and len(whole) < max(_FEWEST, 0.5 * len(frame)):
        items.remove(given[items].idxmin())
        whole = frame[["customer", "weight", target, *items]].dropna()
    items = [n for n in items if whole[n].nunique() > 1]
    if len(items) < 2 or len(whole) < max(_FEWEST, 5 * len(items)) or whole[target].nunique() < 2:
        return None
    if whole["customer"].nunique() < _CUSTOMERS:
        return None
    scales = [answers.scales[name] for name in items]
    scaled = np.column_stack(
        [s.percent(whole[n].to_numpy(float)) for n, s in zip(items, scales, strict=True)]
    )
    y = whole[target].to_numpy(float)
    moments = _block_moments(np.column_stack([scaled, y]), whole, seed)
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(len(moments), np.full(len(moments), 1 / len(moments)), size=draws)
    drawn = np.einsum("db,bij->dij", weights.astype(float), moments)
    point = moments.sum(axis=0)[None]
    method = "lmg" if len(items) <= MOST else "johnson"
    shares_of = lmg_shares if method == "lmg" else johnson_weights
    found, spread = (np.nan_to_num(shares_of(_covariances(m))) for m in (point, drawn))
    johnson = np.nan_to_num(johnson_weights(_covariances(point)))[0]
    table = _factor_table(items, found[0], spread, point, drawn, confidence)
    table["johnson"] = johnson / max(johnson.sum(), _TINY)
    table["correlation"] = np.corrcoef(np.column_stack([scaled, y]).T)[-1, :-1]
    table = table.sort_values("importance", ascending=False, kind="stable", ignore_index=True)
    r_squared = float(found[0].sum())
    low, high = interval(spread.sum(axis=1), confidence=confidence)
    left_out = tuple(n for n in answers.items if n not in items)
    return Factors(table, (r_squared, float(min(low, r_squared)), float(max(high, r_squared))),
                   len(whole), len(frame), target, left_out, method)  # fmt: skip


def _block_moments(columns, whole, seed):
    """Sums of products (with 1, weighted) per block of customers: all that the shares need."""
    code, _ = pd.factorize(whole["customer"])
    number = code.max() + 1
    block = np.random.default_rng(seed).permutation(number)[code] % min(number, BLOCKS)
    design = np.column_stack([np.ones(len(columns)), columns])
    order = np.argsort(block, kind="stable")
    design, weights = design[order], whole["weight"].to_numpy(float)[order]
    edges = np.searchsorted(block[order], np.arange(block.max() + 2))
    moments = np.zeros((len(edges) - 1, design.shape[1], design.shape[1]))
    for place, (first, last) in enumerate(zip(edges[:-1], edges[1:], strict=True)):
        part = design[first:last]
        moments[place] = (part * weights[first:last, None]).T @ part
    return moments


def _covariances(moments):
    total = np.maximum(moments[:, :1, :1], _TINY)
    mean = moments[:, 0, 1:] / total[:, 0]
    return moments[:, 1:, 1:] / total - mean[:, :, None] * mean[:, None, :]


def _factor_table(items, point, spread, moments, drawn, confidence):
    """Importance, performance and place on the map, with what the draws say of each."""

    def relative(shares):
        return shares / np.maximum(shares.sum(axis=-1, keepdims=True), _TINY)

    def performance(sums):
        return sums[:, 0, 1:-1] / np.maximum(sums[:, :1, 0], _TINY)

    def corner(importance, level):
        strong = importance >= 1 / len(items)
        well = level >= level.mean(axis=-1, keepdims=True)
        return np.where(strong, np.where(well, 1, 0), np.where(well, 3, 2))

    importance, importances = relative(point), relative(spread)
    level, levels = performance(moments)[0], performance(drawn)
    place, places = corner(importance, level), corner(importances, levels)
    low, high = interval(importances, confidence=confidence)
    level_low, level_high = interval(levels, confidence=confidence)
    names = np.array(["improve", "keep", "later", "extra"])
    return pd.DataFrame(
        {
            "item": items,
            "importance": importance,
            "low": np.minimum(low, importance),
            "high": np.maximum(high, importance),
            "performance": level,
            "performance_low": np.minimum(level_low, level),
            "performance_high": np.maximum(level_high, level),
            "on_top": (importances.argmax(axis=1)[:, None] == np.arange(len(items))).mean(axis=0),
            "quadrant": names[place],
            "settled": (places == place).mean(axis=0),
        }
    )
