"""Random numbers by name, so that a change in one process leaves every other one as it was."""

from __future__ import annotations

import zlib

import numpy as np
from scipy.special import gammaincinv, ndtri

__all__ = ["chosen", "exponential", "gamma", "lognormal", "normal", "pick", "stream", "uniform"]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def stream(seed: int, *names: object) -> np.random.Generator:
    """Generator that belongs to `seed` and to what it is drawn for."""
    return np.random.default_rng([seed, _number(*names)])


def uniform(seed: int, name: str, *keys) -> np.ndarray:
    """Uniform numbers in (0, 1) that belong to the keys of each row, such as customer and order.

    The same seed, name and keys always give the same number, in whatever order and company they
    are asked for: with and without a problem, everything the problem doesn't touch stays equal.
    `keys` are arrays of whole numbers, at least one of them. Mixing as in SplitMix64 (Steele,
    Lea, Flood 2014).
    """
    with np.errstate(over="ignore"):
        state = _mixed(np.uint64(seed) * _STEP + np.uint64(_number(name)))
        for key in keys:
            state = _mixed(state + (np.asarray(key).astype(np.uint64) + np.uint64(1)) * _STEP)
    return ((state >> np.uint64(11)).astype(float) + 0.5) * 2.0**-53


def normal(seed: int, name: str, *keys) -> np.ndarray:
    """Standard normal numbers, as `uniform`."""
    return ndtri(uniform(seed, name, *keys))


def exponential(seed: int, name: str, *keys) -> np.ndarray:
    """Exponential numbers of mean 1, as `uniform`."""
    return -np.log1p(-uniform(seed, name, *keys))


def gamma(shape, seed: int, name: str, *keys) -> np.ndarray:
    """Gamma numbers of scale 1, as `uniform`."""
    return gammaincinv(shape, uniform(seed, name, *keys))


def lognormal(median: float, sigma: float, seed: int, name: str, *keys) -> np.ndarray:
    """Lognormal numbers with a median, as `uniform`."""
    return median * np.exp(sigma * normal(seed, name, *keys))


def chosen(drawn: np.ndarray, weights: dict, tilt=None, rank=None) -> np.ndarray:
    """Keys of `weights`, one for each number of 0 to 1 in `drawn`.

    With `tilt` {key: strength} and `rank` (one number of 0 to 1 per row) a key's weight is
    multiplied by exp(tilt * (rank - 0.5)): the label says something about the rank, while the
    ranks themselves stay as they are.
    """
    keys = np.array(list(weights), dtype=object)
    base = np.array([weights[key] for key in keys], dtype=float)
    if tilt is None:
        return keys[np.searchsorted(np.cumsum(base / base.sum())[:-1], drawn, side="right")]
    lean = np.array([tilt.get(key, 0.0) for key in keys])
    odds = base * np.exp(np.outer(np.asarray(rank) - 0.5, lean))
    steps = np.cumsum(odds / odds.sum(axis=1, keepdims=True), axis=1)[:, :-1]
    return keys[(drawn[:, None] >= steps).sum(axis=1)]


def pick(drawn: np.ndarray, choices) -> np.ndarray:
    """Choices drawn with equal weight."""
    choices = np.asarray(list(choices), dtype=object)
    return choices[np.minimum((drawn * len(choices)).astype(int), len(choices) - 1)]


def _number(*names: object) -> int:
    return zlib.crc32("/".join(map(str, names)).encode())


def _mixed(state):
    state = (state ^ (state >> np.uint64(30))) * _FIRST
    state = (state ^ (state >> np.uint64(27))) * _SECOND
    return state ^ (state >> np.uint64(31))
