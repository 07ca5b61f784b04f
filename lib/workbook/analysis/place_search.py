"""Where a measure got worse: every slice of one or two columns against all others over time."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from workbook.analysis.place_chance import contrast, worse_tail
from workbook.analysis.watched import BLOCKS, Watched

__all__ = ["WINDOWS", "place_tests", "split_sums"]

#: Weeks before the end that are compared with all weeks before them: every quarter of two years, as a
#: window that misses the start by half a quarter loses little, and surveys are often asked in quarters.
WINDOWS = (13, 26, 39, 52, 65, 78, 91, 104)
#: Comparisons that the overlapping windows amount to, 4.5 standard errors out (Worsley 1982).
WINDOW_TESTS = 7
FEWEST_BEFORE = 26
FEWEST = 20  # rows of a place of one column
LARGE = 0.1  # share of the rows of a place for which the smallest change is told
ROUGH = 2.0  # standard errors
COARSE = 5  # blocks put together for the rough look
LEAST_SHARE = 0.01  # of all rows, for a place of two columns
#: Columns that are too fine to be crossed with others.
FINE = ("province", "city", "product", "brand", "industry", "company_size", "store")


#: Measures in which today's tier of a customer is no place of its own.
FOLLOWED = ("new_customers", "purchases", "channel_purchases", "order_value")


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
        change over the others' change; positive is more), se, free, rows, p (one-sided: worse); places
        that a rough look shows as clearly not worse are left out; `attrs["tests"]` {number of columns:
        comparisons made} and `attrs["error"]` (median standard error of the change of a year in places
        of one column with at least a tenth of the rows).

    Notes
    -----
    The change of a place over that of all others in the same strata and months (difference in
    differences of levels): seasons and growth that all share fall out. Standard error by leaving
    out one of 100 blocks of customers at a time (delete-a-group jackknife; Kott 2001), t with as many
    degrees of freedom as blocks that have rows, less one; where happenings are counted, at least that
    of Poisson, and p as `place_chance.worse_tail` has it.
    """
    first = int(watched.week.min(initial=0))
    windows = [w for w in WINDOWS if watched.last_week + 1 - w >= first + FEWEST_BEFORE]
    rows, tests, errors = [], {1: 0, 2: 0}, []
    if not len(watched) or not windows:
        return _frame(rows, tests)
    edges = sorted(watched.last_week + 1 - w for w in windows)
    segment = np.searchsorted(edges, watched.week, side="right")
    names = [c for c in watched.codes if c in watched.labels]
    if watched.name in FOLLOWED:  # a tier as it is today follows what was bought
        names = [c for c in names if c != "client_tier"]
    crossed = [c for c in names if c not in FINE] if pairs else []
    for columns in [(c,) for c in names] + list(combinations(crossed, 2)):
        if watched.name == "channel_purchases" and not {"channel", "store"} & set(columns):
            continue  # places of customers alone are those of the measure purchases
        found = _slices(watched.across(columns), columns, segment, len(edges) + 1)
        if found is None:
            continue
        labels, sums, count = found
        # a rough look with fewer, larger blocks leaves out places that are clearly not worse
        rough, rough_se, _ = contrast([_coarse(part) for part in sums], watched)
        with np.errstate(all="ignore"):
            near = watched.worse * rough / rough_se
        known = np.isfinite(near)
        tests[len(columns)] += int(known.any(axis=1).sum())
        if len(columns) == 1 and 52 in windows:
            large = count >= LARGE * len(watched)
            errors += list(rough_se[large, edges.index(watched.last_week + 1 - 52)])
        at = np.flatnonzero((np.where(known, near, -np.inf) > ROUGH).any(axis=1))
        if not len(at):
            continue
        kept = [p if p is None or len(p) == 1 else p[at] for p in sums]
        effect, se, free = contrast(kept, watched)
        p = worse_tail(kept, watched, effect, se, free)
        good = np.isfinite(effect) & (se > 0)
        for i, g in zip(*np.nonzero(good), strict=True):
            rows.append((columns, labels[at[i]], watched.last_week + 1 - edges[g], effect[i, g],
                         se[i, g], free[i, g], count[at[i]], p[i, g]))  # fmt: skip
    frame = _frame(rows, tests)
    errors = [e for e in errors if np.isfinite(e)]
    frame.attrs["error"] = float(np.median(errors)) if errors else float("nan")
    return frame


def _coarse(part):
    """Sums of neighbouring blocks."""
    if part is None:
        return None
    return part.reshape(part.shape[0], -1, COARSE, part.shape[2]).sum(axis=2)


def _frame(rows, tests):
    numbers = ["window", "effect", "se", "free", "rows", "p"]
    frame = pd.DataFrame(rows, columns=["columns", "values", *numbers])
    frame = frame.astype(dict.fromkeys(numbers, float))
    frame.attrs["error"] = float("nan")
    frame.attrs["tests"] = {k: n * WINDOW_TESTS for k, n in tests.items()}
    return frame


def _slices(watched, columns, segment, segments):
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
    sums = split_sums(watched, mine, len(at), segment, segments)
    labels = [tuple(watched.labels[c][i] for c, i in zip(columns, index, strict=True))
              for index in zip(*np.unravel_index(at, sizes), strict=True)]  # fmt: skip
    if len(at) == 1 and (mine >= 0).all():
        return None
    return labels, sums, rows[at]


def split_sums(watched, mine, places, segment, segments):
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

    if watched.form != "part":
        above = by_place(watched.above)
        expected = watched.expected
        wanted, below = by_place(expected), by_place(watched.below)
        others = (all_of(watched.above) - above, all_of(expected) - wanted, all_of(watched.below) - below)  # fmt: skip
        return above, wanted, below, *others
    above, wanted = np.zeros(shape), np.zeros(shape)
    for group in np.unique(watched.stratum):
        of = watched.stratum == group
        own = np.bincount(
            mine[inside & of] * (BLOCKS * segments) + cell[inside & of],
            watched.above[inside & of], minlength=int(np.prod(shape)),
        ).reshape(shape).astype(float)  # fmt: skip
        rest = all_of(np.where(of, watched.above, 0.0)) - own
        size, left = (x.sum(axis=(1, 2)).astype(float) for x in (own, rest))
        # a group of which nobody is elsewhere can't be compared
        weight = np.divide(size, left, out=np.zeros_like(size), where=left > 0)
        wanted += rest * weight[:, None, None]
        above += own * (left > 0)[:, None, None]
    return above, wanted, above.copy(), None, None, None
