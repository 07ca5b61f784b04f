"""A file with tenure and a churn flag on one day: durations, and what nobody can know from it."""

import numpy as np
import pandas as pd

from workbook.analysis.contracts import ContractRows
from workbook.analysis.survival import survival_at, survival_curve

__all__ = ["RULES", "design", "snapshot_bounds", "snapshot_rows"]

#: What `checks` and `design` can hold, in the reader's words.
RULES = {
    "negative_tenure": "row with a negative tenure: set aside",
    "no_tenure": "row without a readable tenure: set aside",
    "no_flag": "row that doesn't say whether the customer has left: set aside",
    "no_time_watched": "row with tenure zero: it has not been watched for any time yet",
    "dates": "start and end of each contract are known: survival analysis from the start",
    "snapshot": "tenure and a flag on one day: customers who had left before the observation "
    "window are not in the file, so each one enters at the tenure less the window",
    "snapshot_window_unknown": "tenure and a flag on one day, and nobody knows how long leavers "
    "stay in the file: only bounds can be shown, no headline",
    "outcome_window": "traits from one period, leaving observed in a later one: a yes or no for "
    "each customer, so a logistic model with tenure as one of its traits, not survival from day one",
    "nothing": "neither dates nor tenure with a flag: needs contracts",
}

# Half of the smallest unit: somebody who left in the first month stayed half of it on average.
FIRST_MONTH = 0.5


def design(columns, *, feature_window_months=0.0, window_months=0.0):
    """Which analysis the columns allow: a key of ``RULES``.

    Parameters
    ----------
    columns : iterable of str
        Of the contracts table; started_on with ended_on, or tenure_months with churned.
    feature_window_months : float
        Above 0: the traits were measured over that many months and leaving came after them.
    window_months : float
        Above 0: leavers of that many months before the day of the file are still in it.
    """
    columns = set(columns)
    if {"started_on", "ended_on"} <= columns:
        return "dates"
    if "churned" in columns and feature_window_months > 0:
        return "outcome_window"
    if {"tenure_months", "churned"} <= columns:
        return "snapshot" if window_months > 0 else "snapshot_window_unknown"
    return "nothing"


def snapshot_rows(table, *, window_months, leavers="expected"):
    """Durations from tenure and flag, with entry at tenure less the observation window.

    Parameters
    ----------
    table : pandas.DataFrame
        tenure_months, churned; customer_id and traits, optional.
    window_months : float
        How long leavers stayed in the file: whoever left earlier isn't in it. ``numpy.inf``
        ignores that, as if every customer there ever was were in the file.
    leavers : {"expected", "whole_window"}
        Those still there were watched for the whole window. When in it the others left is not in
        the file: by default they are taken to have been watched as long as somebody is on average
        who leaves on any day of the window alike. "whole_window" treats them as the others, as if
        all had left on its last day; that counts months nobody was at risk and shows too little
        leaving.

    Returns
    -------
    ContractRows
        As of `contracts.contract_rows`; reason is None, started_on is missing.

    Raises
    ------
    ValueError
        If the window is not above 0.
    """
    if not window_months > 0:
        raise ValueError(f"window_months must be above 0, it is {window_months}")
    tenure = pd.to_numeric(table["tenure_months"], errors="coerce").replace(np.inf, np.nan)
    left = table["churned"]
    masks = {
        "no_tenure": tenure.isna(),
        "negative_tenure": tenure < 0,
        "no_flag": left.isna(),
    }
    aside = np.zeros(len(table), dtype=bool)
    checks = []
    for rule, mask in masks.items():
        mask = mask.to_numpy(dtype=bool) & ~aside
        aside |= mask
        checks.append((rule, int(mask.sum())))
    kept = table[~aside]
    ended = left[~aside].astype(bool)
    duration = tenure[~aside].astype(float)
    checks.append(("no_time_watched", int(((duration == 0) & ~ended).sum())))
    duration = duration.mask((duration == 0) & ended, FIRST_MONTH)
    entry = (duration - window_months).clip(lower=0.0)
    if leavers == "expected" and np.isfinite(window_months):
        within = duration.clip(upper=window_months)
        watched = within - within**2 / (2 * window_months)
        entry = entry.mask(ended, duration - watched)
    rows = kept.drop(columns=["tenure_months", "churned"]).assign(
        entry=entry,
        duration=duration,
        ended=ended,
        reason=None,
    )
    if "customer_id" not in rows:
        rows["customer_id"] = np.arange(len(rows)).astype(str)
    found = [(rule, n, n, "") for rule, n in checks if n]
    return ContractRows(
        rows.reset_index(drop=True),
        pd.DataFrame(found, columns=["rule", "rows", "customers", "detail"]),
    )


def snapshot_bounds(
    table, months, *, windows=(1, 3, 6, 12, 24), leavers="expected", confidence=0.95
):
    """Survival under several observation windows, when nobody knows the true one.

    Parameters
    ----------
    table : pandas.DataFrame
        tenure_months, churned.
    months : sequence of float
        Ages to report.
    windows : sequence of float
        Months; "everybody is in the file" (infinity) is added.
    leavers : {"expected", "whole_window"}
        As for `snapshot_rows`.
    confidence : float

    Returns
    -------
    pandas.DataFrame
        window_months, month, survival, low, high. The truth lies between the smallest and the
        largest survival of a month only if the true window is among those tried.
    """
    parts = []
    for window in (*windows, np.inf):
        rows = snapshot_rows(table, window_months=window, leavers=leavers).rows
        curve = survival_curve(rows, confidence=confidence)
        parts.append(survival_at(curve, months).assign(window_months=window))
    columns = ["window_months", "month", "survival", "low", "high"]
    return pd.concat(parts, ignore_index=True)[columns]
