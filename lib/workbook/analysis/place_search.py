"""Where a measure got worse: every slice of one or two columns against all others over time."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import t

from workbook.analysis.watched import BLOCKS, Watched

__all__ = ["WINDOWS", "contrast", "place_tests", "split_sums"]

#: Weeks before the end that are compared with all weeks before them.
WINDOWS = (13, 26, 39, 52, 78, 104)
#: Comparisons that the overlapping windows amount to.
WINDOW_TESTS = 4
FEWEST_BEFORE = 26
FEWEST = 20  # happenings, or rows of a mean, on either side
FEWEST_CUSTOMERS = 20
LEAST_SHARE = 0.01  # of all rows, for a place of two columns
#: Columns that are too fine to be crossed with others.
FINE = ("province", "city", "product", "brand", "industry", "company_size", "store")


def place_tests(watched: Watched, *, pairs: bool = True) -> pd.DataFrame:
    """Compare every place with all others, recent weeks with earlier ones.

    Parameters
    ----------
    watched : Watched
    pairs : bool
        Look at places of two columns too.

    Returns
    -------
    pandas.DataFrame
        columns and values (tuples), window (weeks), effect (log ratio, or difference, of the place's
        change over the others' change; positive is more), se, p (one-sided: worse), customers,
        rows; `attrs["tests"]` {number of columns: comparisons made}.

    Notes
    -----
    The change of a place over that of all others in the same strata and months (difference in
    differences of levels): seasons and growth that all share fall out. Standard error by leaving
    out one of 100 blocks of customers at a time (delete-a-group jackknife; Kott 2001), t with as many
    degrees of freedom as blocks that have rows, less one; where happenings are counted, at least that
    of Poisson.
    """
    first = int(watched.week.min(initial=0))
    windows = [w for w in WINDOWS if watched.last_week + 1 - w >= first + FEWEST_BEFORE]
    rows, tests = [], {1: 0, 2: 0}
    if not len(watched) or not windows:
        return _frame(rows, tests)
    edges = sorted(watched.last_week + 1 - w for w in windows)
    segment = np.searchsorted(edges, watched.week, side="right")
    names = [c for c in watched.codes if c in watched.labels]
    crossed = [c for c in names if c not in FINE] if pairs else []
    expected = watched.expected() if watched.form != "part" else None
    for columns in [(c,) for c in names] + list(combinations(crossed, 2)):
        found = _slices(watched, columns, segment, len(edges) + 1, expected)
        if found is None:
            continue
        labels, sums, customers, count = found
        effect, se, free = contrast(sums, watched)
        worse = watched.worse * effect
        with np.errstate(all="ignore"):
            p = t.sf(worse / se, free)
        good = np.isfinite(p) & (se > 0)
        tests[len(columns)] += int(good.any(axis=1).sum())
        for i, g in zip(*np.nonzero(good), strict=True):
            rows.append((columns, labels[i], watched.last_week + 1 - edges[g], effect[i, g], se[i, g],
                         p[i, g], customers[i], count[i]))  # fmt: skip
    return _frame(rows, tests)


def _frame(rows, tests):
    columns = ["columns", "values", "window", "effect", "se", "p", "customers", "rows"]
    frame = pd.DataFrame(rows, columns=columns)
    frame.attrs["tests"] = {k: n * WINDOW_TESTS for k, n in tests.items()}
    return frame


def _slices(watched, columns, segment, segments, expected):
    """Sums of every place of the columns by block and segment, and of all rows."""
    sizes = [len(watched.labels[c]) for c in columns]
    code = watched.codes[columns[0]].astype(np.int64)
    known = code >= 0
    if len(columns) == 2:
        other = watched.codes[columns[1]]
        known = known & (other >= 0)
        code = code * sizes[1] + other
    if not known.any():
        return None
    values = int(np.prod(sizes))
    rows = np.bincount(code[known], minlength=values)
    if len(columns) == 2:  # a place that is all of one of its columns is none of its own
        table = rows.reshape(sizes)
        whole = (table == table.sum(axis=0)) | (table == table.sum(axis=1, keepdims=True))
        kept = (rows >= LEAST_SHARE * len(watched)) & ~whole.ravel()
    else:
        kept = rows >= FEWEST
    at = np.flatnonzero(kept)
    if not len(at):
        return None
    place = np.full(values, -1)
    place[at] = np.arange(len(at))
    mine = np.where(known, place[np.maximum(code, 0)], -1)
    sums = split_sums(watched, mine, len(at), segment, segments, expected)
    inside = mine >= 0
    who = np.unique(
        mine[inside].astype(np.int64) * (watched.who.max() + 2) + watched.who[inside] + 1
    )
    customers = np.bincount(who // (watched.who.max() + 2), minlength=len(at))
    labels = [tuple(watched.labels[c][i] for c, i in zip(columns, index, strict=True))
              for index in zip(*np.unravel_index(at, sizes), strict=True)]  # fmt: skip
    if len(at) == 1 and not (~inside).any():
        return None
    few = customers < FEWEST_CUSTOMERS
    for part in sums[:3]:
        part[few] = 0.0
    return labels, sums, customers, rows[at]


def split_sums(watched, mine, places, segment, segments, expected):
    """Sums of above, expected and below of each place, and of all the others, by block and segment.

    `mine` is the place of each row, -1 for none. Returns six arrays (place, block, segment).
    """
    shape = (places, BLOCKS, segments)
    cell = watched.block.astype(np.int64) * segments + segment
    inside = mine >= 0
    at = mine[inside] * (BLOCKS * segments) + cell[inside]

    def by_place(weights):
        return np.bincount(at, weights[inside], minlength=int(np.prod(shape))).reshape(shape)

    def all_of(weights):
        return np.bincount(cell, weights, minlength=BLOCKS * segments).reshape(shape[1:])[None]

    above = by_place(watched.above)
    if watched.form != "part":
        wanted, below = by_place(expected), by_place(watched.below)
        others = (all_of(watched.above) - above, all_of(expected) - wanted, all_of(watched.below) - below)  # fmt: skip
        return above, wanted, below, *others
    wanted = np.zeros(shape)
    for group in np.unique(watched.stratum):
        of = watched.stratum == group
        own = np.bincount(
            mine[inside & of] * (BLOCKS * segments) + cell[inside & of],
            watched.above[inside & of], minlength=int(np.prod(shape)),
        ).reshape(shape)  # fmt: skip
        rest = all_of(np.where(of, watched.above, 0.0)) - own
        size, left = (x.sum(axis=(1, 2)).astype(float) for x in (own, rest))
        weight = np.divide(size, left, out=np.zeros_like(size), where=left > 0)
        wanted += rest * weight[:, None, None]
    return above, wanted, above.copy(), None, None, None


def contrast(sums, watched):
    """Effect, standard error and degrees of freedom for each place and each edge between segments.

    Parameters
    ----------
    sums : tuple of numpy.ndarray
        From `split_sums`.
    watched : Watched

    Returns
    -------
    effect, se, free : numpy.ndarray
        Shape (places, segments - 1); NaN where too little stands on either side.
    """
    mine, others = sums[:3], sums[3:]
    totals = [part.sum(axis=1, keepdims=True) for part in mine]
    whole = _level(totals, watched.form)
    left = _level([tot - part for tot, part in zip(totals, mine, strict=True)], watched.form)
    if others[0] is not None:
        rest = [part.sum(axis=1, keepdims=True) for part in others]
        whole = whole - _level(rest, watched.form)
        left = left - _level([tot - p for tot, p in zip(rest, others, strict=True)], watched.form)
    effect = whole[:, 0]
    variance = (BLOCKS - 1) / BLOCKS * ((left - left.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    few, chance = _sizes(totals, watched.counted)
    if others[0] is not None:
        rest_few, rest_chance = _sizes(rest, watched.counted)
        few, chance = few | rest_few, chance + rest_chance
    variance = np.maximum(variance, chance)
    busy = (mine[2].sum(axis=2) > 0).sum(axis=1, keepdims=True)
    free = np.broadcast_to(np.clip(busy - 1, 1, BLOCKS - 1), effect.shape)
    return np.where(few, np.nan, effect), np.where(few, np.nan, np.sqrt(variance)), free


def _sides(part):
    """Sums after and before each edge between segments."""
    return part[..., ::-1].cumsum(axis=-1)[..., ::-1][..., 1:], part.cumsum(axis=-1)[..., :-1]


def _sizes(totals, counted):
    """Where too little stands on either side, and the chance of counts as a variance of the log."""
    above, wanted, below = (part[:, 0] for part in totals)
    if not counted:
        after, before = _sides(below)
        return (after < FEWEST) | (before < FEWEST), 0.0
    after, before = _sides(above)
    should = _sides(wanted)[0]
    few = (np.maximum(after, should) < FEWEST) | (before < FEWEST) | (should < FEWEST / 2)
    return few, 1 / (after + 0.5) + 1 / (before + 0.5)


def _level(parts, form):
    """Level after each edge less that before it."""
    above, wanted, below = (np.asarray(part, float) for part in parts)

    with np.errstate(all="ignore"):
        if form == "mean":
            (a1, a0), (n1, n0) = _sides(above - wanted), _sides(below)
            return a1 / n1 - a0 / n0
        (a1, a0), (e1, e0) = _sides(above), _sides(wanted)
        small = 0.5 * (form == "part" or not (above < 0).any())
        return np.log((a1 + small) / (e1 + small)) - np.log((a0 + small) / (e0 + small))
