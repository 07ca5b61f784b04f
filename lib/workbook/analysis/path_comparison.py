"""Two kinds of customers' paths compared by permutation: what one kind does more often than the other."""

import ibis
import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.journeys import Journeys

__all__ = ["first_paths", "path_differences"]

READ_AT_MOST = 20_000  # paths
FEWEST = 30  # paths of either kind
RARE = 10  # paths that must hold a step, and not hold it


def first_paths(journeys: Journeys, *, steps: int = 4) -> pd.DataFrame:
    """The beginning of everybody's first decided journey.

    One path per visitor, as several of one visitor would not be independent, and its first `steps`
    touchpoints alone: a won journey is longer, and its last steps are the buying itself.

    Returns
    -------
    DataFrame
        who, customer_id, won, path (tuple of touchpoints), length (of the whole journey, at most
        `steps`). At most 20,000 visitors, chosen by hash.
    """
    table = journeys.steps.filter(journeys.steps.decided & (journeys.steps.place <= steps))
    first = ibis._.journey.min().over(ibis.window(group_by="who"))
    table = table.mutate(first=first).filter(ibis._.journey == ibis._.first)
    chosen = table.select("who", "block").distinct()
    chosen = chosen.order_by("block", "who").limit(READ_AT_MOST)
    rows = table.semi_join(chosen, "who").order_by("who", "place")
    named = rows.mutate(who=rows.who.cast("string"))
    frame = named.select("who", "customer_id", "won", "touchpoint").to_pandas()
    found = frame.groupby("who", sort=True).agg(
        customer_id=("customer_id", "first"), won=("won", "first"), path=("touchpoint", tuple)
    )
    found["length"] = found["path"].map(len) if len(found) else pd.Series(dtype=int)
    return found.reset_index()


def path_differences(
    paths, label: str, *, within=None, confidence=0.95, permutations: int = 1999, seed: int = 0
) -> pd.DataFrame:
    """Which touchpoints and moves are more frequent in one kind of path than in the other.

    Parameters
    ----------
    paths : DataFrame
        path (tuple of touchpoints), `label` (bool) and `within`.
    label : str
        True and False are the two kinds.
    within : str, optional
        Only paths alike in this column are compared, for instance length.
    permutations : int

    Returns
    -------
    DataFrame
        step (a touchpoint), following (the touchpoint right after it; None for the touchpoint
        alone), share_true, share_false (of paths that hold it, each stratum weighted as n1 n0 / n),
        difference, low, high, p (of so large a difference anywhere when labels are dealt at random
        within strata), n_true, n_false; smallest p first. No rows with fewer than 30 paths of a kind.

    Notes
    -----
    Statistic: the stratified difference over its standard error under permutation; p by the largest
    over all steps (Westfall, Young 1993), so that the chance of any false one is p.
    """
    columns = ["step", "following", "share_true", "share_false", "difference", "low", "high", "p",
               "n_true", "n_false"]  # fmt: skip
    kind = paths[label].to_numpy(bool) if len(paths) else np.zeros(0, bool)
    if min(kind.sum(), (~kind).sum()) < FEWEST:
        return pd.DataFrame(columns=columns)
    stratum = np.zeros(len(paths), int) if within is None else pd.factorize(paths[within])[0]
    kept = _mixed(kind, stratum)
    kind, stratum = kind[kept], pd.factorize(stratum[kept])[0]
    if min(kind.sum(), (~kind).sum()) < FEWEST:
        return pd.DataFrame(columns=columns)
    names, marks = _features(paths["path"].to_numpy()[kept])
    if not names:
        return pd.DataFrame(columns=columns)
    n = np.bincount(stratum).astype(float)
    n1 = np.bincount(stratum, kind)
    weight = n1 * (n - n1) / n
    weight = weight / weight.sum()
    held = np.array([np.bincount(stratum, mark, len(n)) for mark in marks.T])  # step, stratum
    # variance of a difference of means when labels are dealt at random: S^2 n / (n1 n0)
    among = held * (n - held) / (n * np.maximum(n - 1, 1))
    spread = np.sqrt((weight**2 * among * n / (n1 * (n - n1))).sum(axis=1))
    per_true, per_false = weight / n1, weight / (n - n1)
    row_true, row_false = per_true[stratum], per_false[stratum]
    share_true = np.where(kind, row_true, 0) @ marks
    share_false = np.where(kind, 0, row_false) @ marks
    score = (share_true - share_false) / np.where(spread > 0, spread, np.inf)
    largest = _largest_scores(kind, stratum, marks, row_true, row_false, spread, permutations, seed)
    p = (1 + (largest[:, None] >= np.abs(score)[None, :] - 1e-12).sum(axis=0)) / (permutations + 1)
    error = _error(kind, stratum, marks, weight, n1, n - n1)
    half = norm.ppf(0.5 + confidence / 2) * error
    table = pd.DataFrame({
        "step": [name[0] for name in names], "following": [name[1] for name in names],
        "share_true": share_true, "share_false": share_false,
        "difference": share_true - share_false, "low": share_true - share_false - half,
        "high": share_true - share_false + half, "p": p,
        "n_true": int(kind.sum()), "n_false": int((~kind).sum()), "size": np.abs(score),
    })  # fmt: skip
    table = table.sort_values(["p", "size"], ascending=[True, False], kind="stable")
    return table[columns].reset_index(drop=True)


def _mixed(kind, stratum):
    """Rows of strata that hold both kinds."""
    n1 = np.bincount(stratum, kind)
    n = np.bincount(stratum)
    return ((n1 > 0) & (n1 < n))[stratum]


def _features(paths):
    """Touchpoints and moves that neither nearly all nor hardly any paths hold, as a 0-1 matrix."""
    held = [
        {(step, None) for step in path} | set(zip(path, path[1:], strict=False)) for path in paths
    ]
    counts = pd.Series([name for names in held for name in names]).value_counts()
    often = counts[(counts >= RARE) & (counts <= len(paths) - RARE)]
    names = sorted(often.index, key=lambda name: (-often[name], str(name)))[:80]
    place = {name: number for number, name in enumerate(names)}
    marks = np.zeros((len(paths), len(names)), np.float32)
    for row, mine in enumerate(held):
        marks[row, [place[name] for name in mine if name in place]] = 1
    return names, marks


def _largest_scores(kind, stratum, marks, row_true, row_false, spread, permutations, seed):
    """The largest score over all steps, for labels dealt at random within strata."""
    rng = np.random.default_rng(seed)
    order = np.argsort(stratum, kind="stable")
    dealt = kind[order]
    largest, safe = np.zeros(permutations), np.where(spread > 0, spread, np.inf)
    plain, sizes = np.arange(len(order)), np.bincount(stratum)
    starts = np.r_[0, sizes.cumsum()[:-1]]
    for turn in range(permutations):
        places = plain.copy()
        for start, size in zip(starts, sizes, strict=True):
            rng.shuffle(places[start : start + size])
        labels = np.empty(len(kind), bool)
        labels[order] = dealt[places]
        weights = np.where(labels, row_true, -row_false).astype(np.float32)
        largest[turn] = np.abs((weights @ marks) / safe).max()
    return largest


def _error(kind, stratum, marks, weight, n1, n0):
    """Standard error of the stratified difference of shares, not assuming that there is none."""
    total = 0.0
    for flag, sizes in ((True, n1), (False, n0)):
        held = np.array(
            [np.bincount(stratum[kind == flag], mark[kind == flag], len(sizes)) for mark in marks.T]
        )
        share = held / sizes
        total = total + (weight**2 * share * (1 - share) / sizes).sum(axis=1)
    return np.sqrt(total)
