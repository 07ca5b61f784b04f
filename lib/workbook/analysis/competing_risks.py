"""Leaving by reason: each reason's share over age, where the reasons compete."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.exposure import event_table

__all__ = ["OTHER", "cumulative_incidence", "incidence_at"]

#: Code for reasons too rare for a curve of their own.
OTHER = "other"


def cumulative_incidence(rows, *, most=8, minimum=5, confidence=0.95):
    """Share that has left for each reason, by age.

    Parameters
    ----------
    rows : pandas.DataFrame
        entry, duration (months), ended, reason (None where unknown).
    most : int
        Reasons that get a curve; the rarer ones are put together.
    minimum : int
        Ends a reason needs for a curve of its own.
    confidence : float

    Returns
    -------
    pandas.DataFrame
        reason, month, ended (cases of the reason so far), incidence, at_least, at_most, low,
        high; the most frequent reason first. ``at_least`` holds if no unknown reason was this
        one, ``at_most`` if all were; ``incidence`` shares the unknown ones out as the known ones;
        low and high are the outer limits of the intervals of both. Without an end: no rows.

    Notes
    -----
    Aalen, Johansen (1978) with risk sets that respect late entry; variance by the delta method
    (Marubini, Valsecchi 1995), interval on the log(-log) scale.
    """
    ended = rows["ended"].to_numpy(dtype=bool)
    columns = ["reason", "month", "ended", "incidence", "at_least", "at_most", "low", "high"]
    base = event_table(rows)
    reason = rows["reason"].astype(object).where(rows["ended"].astype(bool), None)
    known = reason[reason.notna()]
    if not len(base) or not len(known):
        return pd.DataFrame(columns=columns)
    counts = known.value_counts()
    own = list(counts.index[counts >= minimum][:most])
    merged = reason.where(reason.isna() | reason.isin(own), OTHER)
    names = own + ([OTHER] if (merged == OTHER).any() and OTHER not in own else [])
    unknown = ended & merged.isna().to_numpy()
    parts = []
    for name in names:
        mine = (merged == name).to_numpy()
        least = _incidence(base, _cases(rows, mine, base), confidence)
        whole = _incidence(base, _cases(rows, mine | unknown, base), confidence)
        share = mine.sum() / len(known)
        parts.append(
            pd.DataFrame(
                {
                    "reason": name,
                    "month": base["month"],
                    "ended": least["cases"],
                    "incidence": least["value"] + share * (whole["value"] - least["value"]),
                    "at_least": least["value"],
                    "at_most": whole["value"],
                    "low": least["low"],
                    "high": whole["high"],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)[columns]


def incidence_at(table, months, last):
    """Rows of `cumulative_incidence` at chosen ages.

    Parameters
    ----------
    table : pandas.DataFrame
    months : sequence of float
    last : float
        The longest time watched; NaN beyond it.

    Returns
    -------
    pandas.DataFrame
        As ``table``, one row per reason and month.
    """
    parts = []
    for name, part in table.groupby("reason", sort=False):
        place = np.searchsorted(part["month"], months, side="right") - 1
        found = part.iloc[np.maximum(place, 0)].reset_index(drop=True)
        numbers = list(found.columns.drop(["reason", "month"]))
        found[numbers] = found[numbers].astype(float)
        found.loc[place < 0, numbers] = 0.0
        found.loc[np.asarray(months, dtype=float) > last, numbers] = np.nan
        parts.append(found.assign(reason=name, month=np.asarray(months, dtype=float)))
    return pd.concat(parts, ignore_index=True) if parts else table.copy()


def _cases(rows, mask, base):
    return event_table(rows.assign(ended=mask), times=base["month"])["ended"].to_numpy()


def _incidence(base, cases, confidence):
    n, d = base["at_risk"].to_numpy(), base["ended"].to_numpy()
    before = np.concatenate([[1.0], np.cumprod(1 - d / n)[:-1]])
    value = np.cumsum(before * cases / n)
    # Where nobody is left the last term is undefined and no curve moves after it.
    left = n - d
    spread = np.where(left > 0, d / (n * np.maximum(left, 1e-300)), 0.0)
    own = before**2 * (n - cases) * cases / n**3
    mixed = before * cases / n**2
    variance = value**2 * np.cumsum(spread) - 2 * value * np.cumsum(value * spread)
    variance += np.cumsum(value**2 * spread) + np.cumsum(own)
    variance -= 2 * (value * np.cumsum(mixed) - np.cumsum(value * mixed))
    with np.errstate(divide="ignore", invalid="ignore"):
        half = norm.ppf(0.5 + confidence / 2) * np.sqrt(np.maximum(variance, 0.0))
        half = half / np.abs(value * np.log(value))
        low, high = value ** np.exp(half), value ** np.exp(-half)
    inside = (value > 0) & (value < 1)
    return {
        "cases": np.cumsum(cases),
        "value": value,
        "low": np.where(inside, low, np.where(value >= 1, 1.0, 0.0)),
        "high": np.where(inside, high, np.where(value >= 1, 1.0, 0.0)),
    }
