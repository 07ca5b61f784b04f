"""Time at risk: months lived under observation, by age."""

import numpy as np
import pandas as pd

__all__ = ["event_table", "exposure_by_age"]


def exposure_by_age(entry, duration, breaks, weights=None):
    """Months spent under observation in each interval of age.

    Parameters
    ----------
    entry, duration : array_like
        Age in months at which watching began and stopped.
    breaks : array_like
        Ascending ages, one more than there are intervals.
    weights : array_like, optional

    Returns
    -------
    numpy.ndarray
        Months, one value per interval.

    Examples
    --------
    >>> exposure_by_age([0.0, 1.5], [2.5, 2.0], [0, 1, 2, 3]).tolist()
    [1.0, 1.5, 0.5]
    """
    upto = _total_below(duration, breaks, weights) - _total_below(entry, breaks, weights)
    return np.diff(upto)


def _total_below(values, breaks, weights):
    """Sum of min(value, break) for every break, from one sort."""
    values = np.asarray(values, dtype=float)
    weights = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=float)
    order = np.argsort(values)
    place = np.searchsorted(values[order], breaks)
    summed = np.concatenate([[0.0], np.cumsum((values * weights)[order])])
    counted = np.concatenate([[0.0], np.cumsum(weights[order])])
    return summed[place] + np.asarray(breaks, dtype=float) * (counted[-1] - counted[place])


def event_table(rows, *, times=None):
    """Numbers at risk and ended at every age at which somebody ended.

    Parameters
    ----------
    rows : pandas.DataFrame
        duration and entry (months; entry 0 if absent), ended (bool), n (rows it stands for,
        1 if absent). Rows that were never watched (duration not above entry) don't count.
    times : array_like, optional
        Ages to report instead of the observed ones, ascending.

    Returns
    -------
    pandas.DataFrame
        month, at_risk (watched just before that age), ended (at exactly that age).
    """
    duration = rows["duration"].to_numpy(dtype=float)
    entry = rows["entry"].to_numpy(dtype=float) if "entry" in rows else np.zeros(len(rows))
    weights = rows["n"].to_numpy(dtype=float) if "n" in rows else np.ones(len(rows))
    watched = duration > entry
    duration, entry, weights = duration[watched], entry[watched], weights[watched]
    ended = rows["ended"].to_numpy(dtype=bool)[watched]
    months, place = np.unique(duration[ended], return_inverse=True)
    counts = np.bincount(place, weights[ended], minlength=len(months))
    if times is not None:
        # Ends at other ages than those asked for are of no interest here.
        asked = np.asarray(times, dtype=float)
        found = np.searchsorted(months, asked)
        hit = (found < len(months)) & (np.append(months, np.nan)[found] == asked)
        counts = np.where(hit, np.append(counts, 0.0)[found], 0.0)
        months = asked
    at_risk = _before(entry, weights, months) - _before(duration, weights, months)
    return pd.DataFrame({"month": months, "at_risk": at_risk, "ended": counts})


def _before(values, weights, months):
    """Weight of the values below each month."""
    order = np.argsort(values)
    summed = np.concatenate([[0.0], np.cumsum(weights[order])])
    return summed[np.searchsorted(values[order], months, side="left")]
