"""Blocks of customers: what lets sums made in the engine carry an interval.

Customers are put into blocks at random (by a hash of their id), the engine sums per block, and the
blocks are drawn again in place of the customers, who are exchangeable: the cost does not grow with
the number of rows.
"""

import ibis
import ibis.expr.datatypes as dt
import numpy as np
import pandas as pd

__all__ = [
    "BLOCKS",
    "block_draws",
    "block_of",
    "in_part",
    "key_in_part",
    "key_of",
    "ratio_interval",
]

BLOCKS = 100
PARTS = 1_000_003  # prime, so that parts and blocks have nothing to do with each other
LARGEST = 2**63 - 25  # the engine's hashes have no sign, its whole numbers have


@ibis.udf.scalar.builtin(name="hash")
def _hash(key: str) -> dt.uint64: ...  # Ibis's own goes through a string of bits, ten times as slow


def key_of(text):
    """A text column as whole numbers, equal for equal texts and null for none: windows and groups by them cost far less.

    Two texts share a number by chance once in 10 billion pairs of a million; nothing is read back.
    """
    # Ibis takes the remainder for int64 already; uncast, the engine counts in 128 bits, slowly
    number = (_hash(text) % LARGEST).cast("uint64").cast("int64")
    return ibis.ifelse(text.notnull(), number, ibis.null("int64"))


def block_of(key, *, blocks=BLOCKS):
    """The block, 0 to `blocks` - 1, of an Ibis text column; equal keys share one."""
    return _hash(key) % blocks


def in_part(text, share):
    """True for about this share (0-1) of the values of an Ibis text column, chosen by their hash."""
    return _hash(text) % PARTS < int(share * PARTS)


def key_in_part(key, share):
    """The same for a column of `key_of`: a part of its own, not that of `in_part`."""
    return key % PARTS < int(share * PARTS)


def block_draws(totals: pd.DataFrame, *, draws=1000, seed=0) -> np.ndarray:
    """Sums over all blocks when blocks are drawn again with replacement.

    Parameters
    ----------
    totals : DataFrame
        One row per block that has any rows, one column per quantity.
    draws, seed : int

    Returns
    -------
    numpy.ndarray
        Shape (draws, columns); zeros without a block.
    """
    rng = np.random.default_rng(seed)
    values = totals.to_numpy(float)
    used = len(values)
    if not used:
        return np.zeros((draws, values.shape[1]))
    return rng.multinomial(used, np.full(used, 1 / used), size=draws) @ values


def ratio_interval(totals: pd.DataFrame, above: str, below: str, *, confidence=0.95, seed=0):
    """A ratio of two sums with its interval.

    Parameters
    ----------
    totals : DataFrame
        One row per block, with the columns `above` and `below`.

    Returns
    -------
    value, low, high : float
        NaN where the sum below is zero; low and high NaN with fewer than two blocks.

    Notes
    -----
    Percentile interval of `block_draws`; the ratio is that of the sums, never a mean of ratios.
    """
    below_sum = totals[below].sum()
    if not below_sum > 0:
        return np.nan, np.nan, np.nan
    value = float(totals[above].sum() / below_sum)
    if len(totals) < 2:
        return value, np.nan, np.nan
    drawn = block_draws(totals[[above, below]], seed=seed)
    with np.errstate(all="ignore"):
        ratios = drawn[:, 0] / drawn[:, 1]
    edge = (1 - confidence) / 2
    low, high = np.nanquantile(ratios, [edge, 1 - edge])
    return value, float(min(low, value)), float(max(high, value))
