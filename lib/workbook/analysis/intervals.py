"""Intervals for shares, for medians and for anything summed over customers."""

import numpy as np
import pandas as pd
from scipy.stats import binom, norm

__all__ = ["customer_draws", "interval", "median_interval", "wilson"]

BLOCKS = 2000


def wilson(successes, n, *, confidence=0.95):
    """Interval for a share of independent answers.

    Parameters
    ----------
    successes, n : array_like
        Counts; ``n`` may be 0, whose interval is all of 0 to 1.
    confidence : float

    Returns
    -------
    low, high : numpy.ndarray
        Shares, 0 to 1.

    Notes
    -----
    Wilson (1927), the score interval.

    Examples
    --------
    >>> low, high = wilson(12054, 23570)
    >>> round(float(low), 3), round(float(high), 3)
    (0.505, 0.518)
    """
    successes, n = np.asarray(successes, float), np.asarray(n, float)
    z2 = norm.ppf(0.5 + confidence / 2) ** 2
    safe = np.maximum(n, 1e-12)
    share = successes / safe
    centre = (share + z2 / (2 * safe)) / (1 + z2 / safe)
    half = np.sqrt(z2 * (share * (1 - share) / safe + z2 / (4 * safe**2))) / (1 + z2 / safe)
    # exact at the ends, where rounding would leave the share just outside
    low = np.where(successes > 0, np.clip(centre - half, 0, 1), 0.0)
    high = np.where(successes < n, np.clip(centre + half, 0, 1), 1.0)
    return np.where(n > 0, low, 0.0), np.where(n > 0, high, 1.0)


def median_interval(values, *, confidence=0.95):
    """Interval for the median of independent values, whatever their distribution.

    Parameters
    ----------
    values : array_like
        Without missing ones.
    confidence : float

    Returns
    -------
    low, high : float
        Two of the values; NaN where there are too few (below 6 at 95 %).

    Notes
    -----
    Order statistics: the number of values below the median is binomial with chance one half
    (Thompson 1936).

    Examples
    --------
    >>> median_interval(range(1, 11))
    (2.0, 9.0)
    """
    ordered = np.sort(np.asarray(values, float))
    place = int(binom.ppf((1 - confidence) / 2, len(ordered), 0.5)) if len(ordered) else 0
    if place < 1:
        return np.nan, np.nan
    return float(ordered[place - 1]), float(ordered[-place])


def customer_draws(values, groups=None, *, draws=1000, seed=0, blocks=BLOCKS):
    """Totals of per-customer values when customers are drawn again with replacement.

    Above ``blocks`` customers, random blocks of customers are drawn in their place: customers
    are exchangeable, so the blocks' totals vary as the customers' own, at a fixed cost.

    Parameters
    ----------
    values : pandas.DataFrame
        One row per customer, one column per quantity that can be summed. A column
        ``customers`` that counts them is added.
    groups : array_like, optional
        The group of every customer; totals are then taken within each group.
    draws, seed, blocks : int

    Returns
    -------
    pandas.DataFrame
        One row per draw. Columns are the quantities, or (quantity, group) pairs.
    """
    rng = np.random.default_rng(seed)
    table = values.assign(customers=1.0).reset_index(drop=True)
    n = len(table)
    used = max(min(n, blocks), 1)
    block = rng.permutation(n) % used
    if groups is None:
        totals = table.groupby(block).sum()
    else:
        # categories would otherwise multiply out the combinations nobody belongs to
        keys = pd.Series(np.asarray(groups, dtype=object), name="group")
        totals = table.groupby([block, keys]).sum().unstack(fill_value=0.0)
    if not len(totals):
        return pd.DataFrame(np.zeros((draws, table.shape[1])), columns=table.columns)
    totals = totals.reindex(range(used), fill_value=0.0)
    # a tenth of the time of as many multinomial draws over so many blocks
    drawn = rng.integers(used, size=(draws, used), dtype=np.int32)
    weights = np.stack([np.bincount(places, minlength=used) for places in drawn])
    return pd.DataFrame(weights @ totals.to_numpy(float), columns=totals.columns)


def interval(draws, *, confidence=0.95):
    """Percentile interval of draws, column by column.

    Parameters
    ----------
    draws : array_like
        Shape (draws,) or (draws, columns); draws that are not a number are left out.
    confidence : float

    Returns
    -------
    low, high : float or numpy.ndarray
    """
    edge = (1 - confidence) / 2
    values = np.asarray(draws, float)
    empty = np.isnan(values).all(axis=0)
    low, high = np.nanquantile(np.where(empty, 0.0, values), [edge, 1 - edge], axis=0)
    return np.where(empty, np.nan, low)[()], np.where(empty, np.nan, high)[()]
