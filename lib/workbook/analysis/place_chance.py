"""How far chance goes: what a place changed against all others, its error, and its p."""

from __future__ import annotations

import numpy as np
from scipy.special import betainc
from scipy.stats import norm, t

__all__ = ["contrast", "worse_tail"]

FEWEST = 20  # rows of a mean on either side
#: Happenings: before, that should have been after, and the larger of those after and that should.
FEWEST_COUNTED = (6, 4, 12)
FEWEST_BLOCKS = 12  # blocks of customers that a place has


def worse_tail(sums, watched, effect, se, free):
    """One-sided p that a place is no worse than the others, for each edge between segments.

    Parameters
    ----------
    sums : tuple of numpy.ndarray
        From `place_search.split_sums`.
    watched : Watched
    effect, se, free : numpy.ndarray
        From `contrast`.

    Returns
    -------
    numpy.ndarray

    Notes
    -----
    Means: t. Happenings: given how many there are before and after together, those after are binomial
    with the share that the others' change leaves them (Przyborowski, Wilenski 1940), on as many
    happenings as are independent: their number over the variance of the logarithm relative to
    Poisson's (at least 1), through t where that was estimated. The normal distribution of the
    logarithm understates clear rises, most where happenings are few.
    """
    with np.errstate(all="ignore"):
        if not watched.counted:
            return t.sf(watched.worse * effect / se, free)
        after, before = _sides(sums[0].sum(axis=1))
        spread = np.maximum(se**2 / (1 / (after + 0.5) + 1 / (before + 0.5)), 1.0)
        odds = (after + 0.5) / (before + 0.5) * np.exp(-effect)
        usual = odds / (1 + odds)
        late, early = np.maximum(after / spread, 1e-9), np.maximum(before / spread, 1e-9)
        rise = watched.worse > 0
        p = betainc(late, early + 1, usual) if rise else betainc(early, late + 1, 1 - usual)
        return np.where(spread > 1, t.sf(norm.isf(p), free), p)


def contrast(sums, watched):
    """Effect, standard error and degrees of freedom for each place and each edge between segments.

    Parameters
    ----------
    sums : tuple of numpy.ndarray
        From `place_search.split_sums`.
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
    blocks = mine[0].shape[1]
    variance = (blocks - 1) / blocks * ((left - left.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    few, chance = _sizes(totals, watched.counted)
    if others[0] is not None:
        rest_few, rest_chance = _sizes(rest, watched.counted)
        few, chance = few | rest_few, chance + rest_chance
    variance = np.maximum(variance, chance)
    busy = (mine[2].sum(axis=2) > 0).sum(axis=1, keepdims=True)
    few = few | (busy < min(FEWEST_BLOCKS, blocks // 2))
    free = np.broadcast_to(np.clip(busy - 1, 1, blocks - 1), effect.shape)
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
    least = FEWEST_COUNTED
    few = (before < least[0]) | (should < least[1]) | (np.maximum(after, should) < least[2])
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
