"""Since when a place is worse, and by how much since then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, t

from workbook.analysis.place_chance import contrast
from workbook.analysis.place_search import split_sums
from workbook.analysis.watched import BUCKET, Watched

__all__ = ["Shift", "shift_since", "start_of"]

FEWEST_BEFORE, FEWEST_AFTER = 13, 4  # weeks
RAMP = 52  # weeks over which what customers stop doing adds up


@dataclass(frozen=True)
class Shift:
    """A change of a place against all others from a week on.

    `week`, `early` and `late` (90 % interval of it), `effect` (log ratio, or difference) with `se`
    and `free`, `p` of the four-week means alone (NaN: too few), `before` and `after` (level of the
    place), `usual` (level it would have had after), `wanted` (what `above` would have been after).
    """

    week: int
    early: int
    late: int
    effect: float
    se: float
    free: float
    p_time: float
    before: float
    after: float
    usual: float
    above: float
    wanted: float
    below: float
    customers: int

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Interval of `effect`."""
        half = t.ppf(0.5 + confidence / 2, self.free) * self.se
        return self.effect - half, self.effect + half


def _weekly(watched, inside):
    """Above, expected and below per week of the place and of all others."""
    weeks = watched.last_week + 1

    if watched.form != "part":
        side = np.where(inside, watched.week, watched.week + weeks)
        parts = (watched.above, watched.expected, watched.below)
        sums = [np.bincount(side, part, minlength=2 * weeks) for part in parts]
        return [tuple(s[:weeks] for s in sums), tuple(s[weeks:] for s in sums)]
    above, wanted = np.zeros(weeks), np.zeros(weeks)
    for group in np.unique(watched.stratum):
        of = watched.stratum == group
        own = np.bincount(watched.week[inside & of], watched.above[inside & of], minlength=weeks)
        rest = np.bincount(watched.week[~inside & of], watched.above[~inside & of], minlength=weeks)
        if rest.sum() > 0:
            above += own
            wanted += rest * (own.sum() / rest.sum())
    return [(above, wanted, above.copy()), None]


def start_of(watched: Watched, inside: np.ndarray, *, around: int | None = None):
    """Week from which the rows `inside` are worse, with the weeks it may also be (90 %).

    Returns
    -------
    week, early, late : int
        None when there are too few weeks.

    Notes
    -----
    Weighted least squares of the weekly level over what it would be; a step, and for what customers
    stop doing little by little (`watched.slow`) a ramp over a year, whichever leaves less. Weeks
    without rows tell nothing: the middle of those that fit alike. The interval are the weeks whose
    fit is worse by less than 2.7 residual variances.
    """
    mine, others = _weekly(watched, inside)
    weeks = len(mine[0])
    y, weight = _course(mine, watched.form)
    if others is not None:
        rest, rest_weight = _course(others, watched.form)
        y = y - np.where(rest_weight > 0, rest, 0.0)
    used = np.flatnonzero(weight > 0)
    if len(used) < 8:
        return None
    first = max(int(used[0]) + FEWEST_BEFORE, 1)
    places = np.arange(first, weeks - FEWEST_AFTER + 1)
    if not len(places):
        return None
    at = np.arange(weeks)
    shapes = [(at[None] >= places[:, None]).astype(float)]
    if watched.slow:
        shapes.append(np.clip((at[None] - places[:, None] + 1) / RAMP, 0, 1))
    best = None
    for shape in shapes:
        gain, slope = _gain(y, weight, shape)
        gain = np.where(watched.worse * slope > 0, gain, -np.inf)
        if best is None or gain.max() > best.max():
            best = gain
    if not np.isfinite(best.max()):
        return None
    mean = np.average(y, weights=weight)
    rest = (weight * (y - mean) ** 2).sum() - best.max()
    noise = max(rest / max((weight > 0).sum() - 3, 1), 1e-12)
    same = places[best >= best.max() - 1e-9 * max(best.max(), 1e-12)]
    near = places[best >= best.max() - norm.ppf(0.95) ** 2 * noise]
    return int(round((same[0] + same[-1]) / 2)), int(near[0]), int(near[-1])


def _course(parts, form):
    above, wanted, below = parts
    weight = below if form == "mean" else wanted
    with np.errstate(all="ignore"):
        y = np.where(weight > 0, (above - wanted) / weight, 0.0)
    return y, np.maximum(weight, 0.0)


def _gain(y, weight, shape):
    """Reduction of the weighted squares by each shape besides a constant, and its slope."""
    total = weight.sum()
    centred = shape - (shape @ weight / total)[:, None]
    size = (centred**2) @ weight
    cross = centred @ (weight * y)
    with np.errstate(all="ignore"):
        slope = np.where(size > 0, cross / size, 0.0)
    return slope * cross, slope


def shift_since(watched: Watched, inside: np.ndarray, week: int) -> Shift | None:
    """How the rows `inside` changed against all others from a week on; None where too few are there."""
    if not inside.any() or inside.all():
        return None
    segment = (watched.week >= week).astype(np.int64)
    mine = np.where(inside, 0, -1)
    sums = split_sums(watched, mine, 1, segment, 2)
    effect, se, free = (float(part[0, 0]) for part in contrast(sums, watched))
    if not np.isfinite(effect) or not np.isfinite(se) or se <= 0:
        return None
    above, wanted, below = (part[0].sum(axis=0) for part in sums[:3])
    # what the place would have had: the others' change applied to its own earlier level
    if watched.form == "mean":
        before, after = above[0] / below[0], above[1] / below[1]
        usual = after - effect
        should = usual * below[1]
    else:
        should = above[1] / np.exp(effect)
        if watched.form == "part":
            spans = week - int(watched.week.min()), watched.last_week + 1 - week
            before, after, usual = above[0] / spans[0], above[1] / spans[1], should / spans[1]
        else:
            before, after, usual = above[0] / below[0], above[1] / below[1], should / below[1]
    customers = len(np.unique(watched.who[inside & (watched.who >= 0)]))
    return Shift(week, week, week, effect, se, free, _time_test(watched, inside, week),
                 before, after, usual, above[1], should, below[1], customers)  # fmt: skip


def _time_test(watched, inside, week):
    """p that the four-week levels after are no worse than those before, whichever four weeks are left out:
    what rests on a single month is a shock. NaN with fewer than two on a side.

    Weighted least squares, one noise for both sides: that of two or three levels alone tells nothing.
    """
    mine, others = _weekly(watched, inside)
    weeks = np.arange(len(mine[0]))
    bucket = np.where(weeks >= week, (weeks - week) // BUCKET, -1 - (week - 1 - weeks) // BUCKET)

    def course(parts):
        keys, index = np.unique(bucket, return_inverse=True)
        sums = [np.bincount(index, part) for part in parts]
        return keys, *_course(sums, watched.form)

    keys, y, weight = course(mine)
    if others is not None:
        _, rest, rest_weight = course(others)
        y = y - np.where(rest_weight > 0, rest, 0.0)
    y, weight, after = (part[weight > 0] for part in (watched.worse * y, weight, keys >= 0))
    if min(after.sum(), (~after).sum()) < 2 or len(y) < 5:
        return float("nan")
    left = weight * (1 - np.eye(len(y)))  # one row for each four weeks left out
    size, other = left @ after, left @ ~after
    mean, usual = left @ (y * after) / size, left @ (y * ~after) / other
    apart = y - np.where(after, mean[:, None], usual[:, None])
    free = len(y) - 3
    se = np.sqrt((left * apart**2).sum(axis=1) / free * (1 / size + 1 / other))
    with np.errstate(all="ignore"):
        return float(t.sf((mean - usual) / se, free).max())
