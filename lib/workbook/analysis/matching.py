"""Rows compared with others that are alike: differences within strata, weighted to the first arm."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.clustered import cluster_variance

__all__ = ["Matched", "balance", "e_value", "matched_difference", "matched_groups"]

FEWEST = 30  # matched rows of either arm


@dataclass(frozen=True)
class Matched:
    """An outcome of one arm against what rows alike in the other arm show.

    `value` is the mean of the first arm, `expected` that of the other arm weighted to the first
    one's strata, `difference` value - expected with low, high, and low80, high80. `n`, `others`:
    rows of the two arms that have a counterpart; `unmatched`: rows of the first arm without one.
    `se` is the standard error, `p` two-sided.
    """

    value: float
    expected: float
    difference: float
    se: float
    low: float
    high: float
    low80: float
    high80: float
    p: float
    n: int
    others: int
    unmatched: int

    @property
    def ratio(self) -> float:
        """value / expected; NaN where nothing is expected."""
        return self.value / self.expected if self.expected > 0 else np.nan


def matched_difference(
    outcome, first, strata, *clusters, confidence=0.95, fewest=FEWEST
) -> Matched | None:
    """Mean of the first arm less that of rows of the other arm in the same strata.

    Parameters
    ----------
    outcome : array_like
        Number per row; missing ones are left out.
    first : array_like of bool
        The arm whose mean is to be told.
    strata : array_like
        Code per row; rows of equal code are alike.
    *clusters : array_like
        Up to two codes of rows that hang together, see `clustered.cluster_variance`.
    fewest : int
        Matched rows needed in either arm.

    Returns
    -------
    Matched or None
        None with too few matched rows.

    Notes
    -----
    Exact matching on strata, weights n1/n0 for the other arm (effect on the first arm; Iacus, King,
    Porro 2012); linearised variance.
    """
    y = np.asarray(outcome, float)
    known = ~np.isnan(y)
    y, first = y[known], np.asarray(first, bool)[known]
    codes = pd.factorize(np.asarray(strata)[known])[0]
    clusters = [np.asarray(cluster)[known] for cluster in clusters]
    cells = codes.max(initial=-1) + 1
    n1 = np.bincount(codes[first], minlength=cells)
    n0 = np.bincount(codes[~first], minlength=cells)
    both = (n1 > 0) & (n0 > 0)
    kept = both[codes] if len(codes) else np.zeros(0, bool)
    treated, others = int((first & kept).sum()), int((~first & kept).sum())
    if min(treated, others) < fewest:
        return None
    mean0 = np.bincount(codes[~first], weights=y[~first], minlength=cells) / np.maximum(n0, 1)
    value = float(y[first & kept].mean())
    expected = float((n1 * mean0)[both].sum() / treated)
    score = np.where(first, (y - mean0[codes] - (value - expected)) / treated, 0.0)
    weight = np.where(both, n1 / np.maximum(n0, 1), 0.0)[codes] / treated
    score = np.where(first, score, -weight * (y - mean0[codes])) * kept
    # a stratum's mean of few rows has taken part of their scatter with it
    shrunk = np.where(n0 > 1, n0 / np.maximum(n0 - 1, 1), 1.0)[codes]
    score = np.where(first, score, score * np.sqrt(shrunk))
    se = float(np.sqrt(cluster_variance(score, *clusters)))
    gap = value - expected
    half, half80 = float(norm.ppf(0.5 + confidence / 2)) * se, float(norm.ppf(0.9)) * se
    p = float(2 * norm.sf(abs(gap) / se)) if se > 0 else 1.0
    return Matched(value, expected, gap, se, gap - half, gap + half, gap - half80, gap + half80, p,
                   treated, others, int(n1.sum()) - treated)  # fmt: skip


def matched_groups(outcome, first, groups, strata, *clusters, confidence=0.95, fewest=FEWEST):
    """`matched_difference` for each group of the first arm, drawn towards their common mean.

    Parameters
    ----------
    groups : array_like
        Group of every row of the first arm.

    Returns
    -------
    pandas.DataFrame
        group, n, value, expected, difference, low, high, shrunk, shrunk_low80, shrunk_high80
        (empirical Bayes: groups as a draw from one normal distribution, DerSimonian, Laird 1986);
        most rows first.
    """
    first, groups = np.asarray(first, bool), np.asarray(groups, object)
    rows = []
    for group, size in pd.Series(groups[first]).value_counts().items():
        if size < fewest:
            continue
        kept = ~first | (groups == group)
        part = [np.asarray(x)[kept] for x in (outcome, first, strata, *clusters)]
        found = matched_difference(*part, confidence=confidence, fewest=fewest)
        if found is not None:
            rows.append((group, found.n, found.value, found.expected, found.difference, found.low,
                         found.high, found.se))  # fmt: skip
    columns = ["group", "n", "value", "expected", "difference", "low", "high", "se"]
    table = pd.DataFrame(rows, columns=columns)
    gap, within = table["difference"].to_numpy(), np.maximum(table["se"].to_numpy() ** 2, 1e-300)
    weights = 1 / within
    centre = (weights @ gap) / weights.sum() if len(table) else 0.0
    between = 0.0
    if len(table) > 1:
        room = weights.sum() - (weights**2).sum() / weights.sum()
        between = max((weights @ (gap - centre) ** 2 - (len(table) - 1)) / room, 0.0)
    # the centre is known better than any group, yet not for certain
    total = 1 / (1 / (within + between)).sum() if len(table) else 0.0
    share = between / (between + within)
    table["shrunk"] = centre + share * (gap - centre)
    spread = np.sqrt(share * within + (1 - share) ** 2 * total)
    table["shrunk_low80"] = table["shrunk"] - norm.ppf(0.9) * spread
    table["shrunk_high80"] = table["shrunk"] + norm.ppf(0.9) * spread
    return table.drop(columns="se")


def balance(frame: pd.DataFrame, first, strata, columns) -> pd.DataFrame:
    """How alike the arms are before and after matching.

    Returns
    -------
    pandas.DataFrame
        column, first, others (means before matching), kept, matched (means of the first arm with a
        counterpart, and of its counterparts), before, after (difference in standard deviations of
        the first arm; 0.1 is small).
    """
    first = np.asarray(first, bool)
    codes = pd.factorize(np.asarray(strata))[0]
    cells = codes.max(initial=-1) + 1
    n1, n0 = np.bincount(codes[first], minlength=cells), np.bincount(codes[~first], minlength=cells)
    both = ((n1 > 0) & (n0 > 0))[codes]
    weight = np.where(first, 1.0, (n1 / np.maximum(n0, 1))[codes]) * both
    rows = []
    for name in columns:
        x = frame[name].to_numpy(float)
        known = ~np.isnan(x)
        one, other = x[first & known], x[~first & known]
        if not len(one) or not len(other):
            continue
        spread = max(one.std(), 1e-12)
        kept1, kept0 = first & known & both, ~first & known & (weight > 0)
        if not kept1.any() or not kept0.any():
            continue
        matched1 = np.average(x[kept1])
        matched0 = np.average(x[kept0], weights=weight[kept0])
        rows.append((name, one.mean(), other.mean(), matched1, matched0, (one.mean() - other.mean()) / spread,
                     (matched1 - matched0) / spread))  # fmt: skip
    return pd.DataFrame(
        rows, columns=["column", "first", "others", "kept", "matched", "before", "after"]
    )


def e_value(ratio: float) -> float:
    """How strongly something unseen would have to go with both arm and outcome to make a ratio.

    Parameters
    ----------
    ratio : float
        Ratio of two chances.

    Returns
    -------
    float
        1: nothing is needed (VanderWeele, Ding 2017).
    """
    if not ratio > 0:
        return 1.0
    ratio = max(ratio, 1 / ratio)
    return float(ratio + np.sqrt(ratio * (ratio - 1)))
