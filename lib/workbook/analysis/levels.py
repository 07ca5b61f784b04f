"""CSAT, NPS and effort with intervals that know who answered more than once."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.intervals import wilson

__all__ = [
    "FEWEST", "MEASURES", "clustered", "level", "levels", "nps_points", "numbered", "outcome",
]  # fmt: skip

FEWEST = 30  # customers who answered; smaller groups are named, their figures not shown
#: Measures and the column each is made of.
MEASURES = {"csat_top2": "csat", "csat_mean": "csat", "nps": "nps", "ces_mean": "ces"}


def nps_points(scores, scale=None):
    """+100 for promoters (9, 10), -100 for detractors (6 and below), 0 between; NaN stays.

    On a scale that ends at 10; with another `scale` the same places from its upper end.
    """
    scores = np.asarray(scores, float)
    top = 10.0 if scale is None else scale.high
    points = np.where(scores >= top - 1, 100.0, np.where(scores <= top - 4, -100.0, 0.0))
    return np.where(np.isnan(scores), np.nan, points)


def outcome(answers, measure):
    """The values whose mean is the measure: 0/1, points, or steps of the scale; NaN: no answer.

    None when the column could not be read, or NPS was asked on another scale than to 10.
    """
    column = MEASURES[measure]
    if column not in answers.scales:
        return None
    scale, values = answers.scales[column], answers.frame[column].to_numpy(float)
    if measure == "csat_top2":
        return np.where(np.isnan(values), np.nan, values >= scale.top)
    if measure == "nps":
        return nps_points(values, scale) if scale.high - scale.low >= 9 else None
    return values


def clustered(values, customers, weights=None):
    """Mean with its standard error when customers, not answers, are independent.

    Parameters
    ----------
    values : array_like
        NaN is left out.
    customers : array_like of int
    weights : array_like, optional

    Returns
    -------
    dict
        n (answers), customers, mean, se (missing with one customer), n_effective (answers of independent customers that would
        be as precise), sum_weights, and influence, index: each answer's part in the mean's error
        and its place.

    Notes
    -----
    Linearised: var = G / (G - 1) sum over customers of (sum of w (y - mean) / sum of w)^2.
    """
    values = np.asarray(values, float)
    weights = np.ones(len(values)) if weights is None else np.asarray(weights, float)
    index = np.flatnonzero(~np.isnan(values) & (weights > 0))
    y, w, who = values[index], weights[index], np.asarray(customers)[index]
    if not len(y):
        return {"n": 0, "customers": 0, "mean": np.nan, "se": np.nan, "n_effective": 0.0,
                "sum_weights": 0.0, "influence": y, "index": index}  # fmt: skip
    total = w.sum()  # sums, not products: a product this long would wake BLAS on every core
    mean = float((w * y).sum() / total)
    influence = w * (y - mean) / total
    code, number = numbered(who)
    groups = np.bincount(code, weights=influence, minlength=number)
    se = np.sqrt(number / max(number - 1, 1) * (groups**2).sum()) if number > 1 else np.nan
    spread = float((w * (y - mean) ** 2).sum() / total)
    # all alike, or one customer: as precise as so many customers
    effective = spread / se**2 if se > 1e-12 else min(float(number), total**2 / (w**2).sum())
    return {"n": len(y), "customers": number, "mean": mean, "se": float(se),
            "n_effective": float(min(effective, len(y))), "sum_weights": float(total),
            "influence": influence, "index": index}  # fmt: skip


def numbered(codes):
    """Codes as 0, 1, 2 ... and how many there are; without sorting where they are small already."""
    if not len(codes):
        return codes, 0
    top = int(codes.max()) + 1
    if top <= 4 * len(codes) + 1000:
        seen = np.zeros(top, bool)
        seen[codes] = True
        place = np.cumsum(seen) - 1
        return place[codes], int(seen.sum())
    unique, place = np.unique(codes, return_inverse=True)
    return place, len(unique)


def level(values, customers, weights=None, *, measure="csat_mean", confidence=0.95):
    """A measure with its interval.

    Returns
    -------
    dict
        n, customers, value, low, high, se, n_effective; value missing without an answer.

    Notes
    -----
    Shares: Wilson on the effective number (Korn, Graubard 1998). NPS: the standard error
    sqrt((p + d - (p - d)^2) / n), its clustered form where customers answered more than once;
    all alike, the Wilson limits of the one share that there is. Means: normal.

    Examples
    --------
    >>> points = np.repeat([100.0, -100.0, 0.0], [50, 10, 40])
    >>> found = level(points, np.arange(100), measure="nps")
    >>> round(found["value"]), round((found["high"] - found["low"]) / 2, 1)
    (40, 13.0)
    """
    found = clustered(values, customers, weights)
    result = {name: found[name] for name in ("n", "customers", "se", "n_effective")}
    mean, se, effective = found["mean"], found["se"], found["n_effective"]
    if not found["n"]:
        return result | {"value": np.nan, "low": np.nan, "high": np.nan}
    half = norm.ppf(0.5 + confidence / 2) * se
    low, high = mean - half, mean + half
    if measure == "csat_top2":
        low, high = wilson(mean * effective, effective, confidence=confidence)
    elif measure == "nps":
        # the textbook standard error has no n - 1 in it
        half *= np.sqrt(max(found["customers"] - 1, 1) / found["customers"])
        low, high = max(mean - half, -100.0), min(mean + half, 100.0)
        if not se > 1e-12:
            least, most = wilson([effective, 0.0], effective, confidence=confidence)
            slack = 200 * (1 - float(least[0]))
            low, high = max(mean - slack, -100.0), min(mean + slack, 100.0)
    elif not se > 1e-12:
        low = high = np.nan  # one answer, or all alike: the spread is not known
    return result | {"value": mean, "low": float(low), "high": float(high)}


def levels(answers, measure, by=None, *, weights=None, confidence=0.95, rows=None):
    """A measure, whole or by group.

    Parameters
    ----------
    answers : Answers
    measure : str
        One of `MEASURES`.
    by : str, optional
        Column of ``answers.frame``.
    weights : array_like, optional
        In place of the client's own.
    rows : array_like of bool, optional
        Which answers count.

    Returns
    -------
    pandas.DataFrame
        group ("" for the whole), n, customers, value, low, high, se, n_effective, enough (30
        customers or more); in the order of the groups' names, empty without the measure.
    """
    columns = ["group", "n", "customers", "value", "low", "high", "se", "n_effective", "enough"]
    values = outcome(answers, measure)
    if values is None or (by is not None and by not in answers.frame):
        return pd.DataFrame(columns=columns)
    frame = answers.frame
    weights = frame["weight"].to_numpy(float) if weights is None else np.asarray(weights, float)
    if rows is not None:
        values = np.where(rows, values, np.nan)
    who = frame["customer"].to_numpy()
    if by is None:
        places = {"": slice(None)}
    else:
        groups = frame.groupby(by, observed=True, sort=True).indices
        places = {str(name): place for name, place in groups.items()}
    found = [
        {"group": name}
        | level(values[at], who[at], weights[at], measure=measure, confidence=confidence)
        for name, at in places.items()
    ]
    table = pd.DataFrame(found, columns=columns[:-1])
    table = table[table["n"] > 0]
    return table.assign(enough=table["customers"] >= FEWEST).reset_index(drop=True)[columns]
