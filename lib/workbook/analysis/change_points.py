"""When behaviour changed: shifts of the level of a weekly series, told from its ordinary course."""

import numpy as np
import pandas as pd

from workbook.analysis.weekly_series import WeeklySeries

__all__ = ["change_points", "shift_test"]

MOST = 3  # shifts looked for in one series
FEWEST = 8  # weeks on either side of a shift
FEWEST_WEEKS = 24
DRAWS = 9999
LOOK = 999  # draws that tell most series without a shift


def change_points(
    series: WeeklySeries, *, level: float = 0.002, draws: int = DRAWS, seed: int = 0
) -> pd.DataFrame:
    """Shifts of the level of a series.

    Parameters
    ----------
    series : WeeklySeries
    level : float
        Chance to call any shift in a series that has none; at least 1 / (draws + 1) can be told.

    Returns
    -------
    DataFrame
        start (first week of the new level), before, after (levels on either side), change (after /
        before - 1) with low80, high80 (blocks drawn again), weeks_before, weeks_after, p; in order of
        time. No rows when nothing shifts, or with fewer than 24 weeks.

    Notes
    -----
    Binary segmentation by `shift_test`.
    """
    above, below = series.above, series.below
    width = above.shape[1]
    found, waiting = [], [(0, width)] if width >= FEWEST_WEEKS else []
    while waiting and len(found) < MOST:
        low, high = waiting.pop(0)
        part = above[:, low:high], below[:, low:high]
        place, p = shift_test(*part, draws=min(draws, LOOK), seed=seed)
        if place is not None and p < 10 * level and draws > LOOK:
            place, p = shift_test(*part, draws=draws, seed=seed)
        if place is None or p >= level:
            continue
        found.append((low + place, p))
        waiting += [(a, b) for a, b in ((low, low + place), (low + place, high))
                    if b - a >= 2 * FEWEST]  # fmt: skip
    found.sort()
    edges = [0, *(place for place, _ in found), width]
    rows = []
    for (place, p), first, last in zip(found, edges, edges[2:], strict=False):
        sides = (slice(first, place), slice(place, last))
        sums = [part[:, side].sum(axis=1) for side in sides for part in (above, below)]
        before, after = sums[0].sum() / sums[1].sum(), sums[2].sum() / sums[3].sum()
        low80, high80 = _change_interval(np.column_stack(sums), seed)
        rows.append((series.weeks[place], before, after, after / before - 1, low80, high80,
                     place - first, last - place, p))  # fmt: skip
    columns = ["start", "before", "after", "change", "low80", "high80", "weeks_before",
               "weeks_after", "p"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _change_interval(sums, seed):
    """80 % interval of the change when blocks are drawn again."""
    rng = np.random.default_rng(seed)
    blocks = len(sums)
    drawn = rng.multinomial(blocks, np.full(blocks, 1 / blocks), size=1000) @ sums
    with np.errstate(all="ignore"):
        change = (drawn[:, 2] / drawn[:, 3]) / (drawn[:, 0] / drawn[:, 1]) - 1
    return np.nanquantile(change, [0.1, 0.9])


def shift_test(above, below, *, draws: int = DRAWS, seed: int = 0):
    """Where the level of a ratio most looks shifted, and the chance of that without a shift.

    Parameters
    ----------
    above, below : numpy.ndarray
        Shape (blocks of customers, weeks).

    Returns
    -------
    place : int or None
        Index of the first week after the shift, at least 8 from either end; None when the series is
        too short or does not vary.
    p : float
        At least 1 / (draws + 1).

    Notes
    -----
    The statistic is the largest cumulative sum of (above - r below), r the ratio of the whole. Two
    things move it without a shift. Customers differ and stay a while, so that a week resembles those
    long after it: the sums of the blocks, each multiplied by a standard normal number, show by how
    much (multiplier bootstrap; van der Vaart, Wellner 1996). Whatever strikes all customers at once is
    what the weeks vary by beyond that, over a few weeks (Bartlett weights, Newey, West 1987): a
    Brownian bridge of that variance, on the clock of `below`, is added to each draw.
    """
    blocks, n = above.shape
    total = below.sum()
    if n < 2 * FEWEST or not total > 0 or not (above.sum(axis=0) > 0).any():
        return None, 1.0
    rest = above - above.sum() / total * below
    clock = below.sum(axis=0).cumsum() / total
    sums = rest.sum(axis=0).cumsum()
    if not np.abs(sums).max() > 1e-9 * max(above.sum(), 1e-300):
        return None, 1.0
    inside = slice(FEWEST - 1, n - FEWEST)
    place = int(np.abs(sums[inside]).argmax()) + FEWEST
    # deviations from each side's own level: a shift must not count as its own noise
    own = np.empty_like(rest)
    for side in (slice(0, place), slice(place, n)):
        mine = below[:, side].sum()
        level = above[:, side].sum() / mine if mine > 0 else 0.0
        own[:, side] = above[:, side] - level * below[:, side]
    curves = own.cumsum(axis=1)
    curves = curves - clock * curves[:, -1:]  # each draw has a level of its own
    rng = np.random.default_rng(seed)
    scale = np.sqrt(blocks / max(blocks - 1, 1))
    drawn = scale * rng.standard_normal((draws, blocks)) @ curves
    whole, chance = _variances(own, below, place)
    # the variance of the whole is itself an estimate, with about this many degrees of freedom
    free = 1.5 * n / (_reach(n) + 1)
    shared = np.maximum(whole * free / rng.chisquare(free, (draws, 1)) - chance, 0.0)
    steps = np.diff(clock, prepend=0.0)
    walk = (rng.standard_normal((draws, n)) * np.sqrt(shared * total * steps)).cumsum(axis=1)
    drawn = drawn + walk - clock * walk[:, -1:]
    largest = np.abs(drawn[:, inside]).max(axis=1)
    beyond = (largest >= np.abs(sums[inside]).max()).sum()
    return place, float((1 + beyond) / (draws + 1))


def _variances(own, below, place):
    """Long-run variance of the weeks, and the part of it that is the customers' own chance, per unit
    of `below`."""
    n = own.shape[1]
    width = np.sqrt(np.maximum(below.sum(axis=0), 1e-12))
    reach = _reach(n)

    def long_run(rows):
        each = rows / width
        found = (each * each).sum()
        for lag in range(1, reach + 1):
            found += 2 * (1 - lag / (reach + 1)) * (each[:, lag:] * each[:, :-lag]).sum()
        return found / n

    # two levels are taken off, each over the neighbours as well: of the whole already, here of every
    # block, so that what is compared are ups and downs around the own level
    apart = np.empty_like(own)
    for side in (slice(0, place), slice(place, n)):
        mine = below[:, side].sum(axis=1, keepdims=True)
        level = own[:, side].sum(axis=1, keepdims=True) / np.where(mine > 0, mine, 1)
        apart[:, side] = own[:, side] - level * below[:, side]
    lost = n / (n - 2 * (reach + 1))
    return max(long_run(own.sum(axis=0, keepdims=True)) * lost, 0.0), long_run(apart) * lost


def _reach(n):
    """Weeks within which neighbours may resemble each other, of `n` in all."""
    return int(np.floor(4 * (n / 100) ** (2 / 9))) + 1
