"""Whether complaints of a cause became fewer after the improvement they had led to."""

from datetime import date

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.tickets import day_number

__all__ = ["improvements"]

FEWEST = 20  # complaints of the cause before and after together
LEAST_DAYS = 30  # since the improvement


def improvements(
    tickets: pd.DataFrame, started: pd.Series, *, as_of: date, window_days=180, confidence=0.95
) -> pd.DataFrame:
    """Complaints of a cause before and after its improvement, against complaints of other causes.

    Parameters
    ----------
    tickets : pandas.DataFrame
        As `tickets.encoded_tickets` gives them, of one kind; improvement_id names the improvement
        that a ticket led to.
    started : pandas.Series
        Day an improvement began, by improvement_id. Where it isn't known, the day after the last
        ticket that led to it is taken.
    window_days : int
        Days compared on either side, equally many.

    Returns
    -------
    pandas.DataFrame
        improvement_id, cause (of most of its tickets), on (day), known (the day is on file),
        days (on either side), before, after (complaints of the cause), others_before,
        others_after, ratio (after / before over the same of other causes), low, high, p; by day.
        Ratio and limits are NaN with fewer than 20 complaints.

    Notes
    -----
    Ratio of ratios on the log scale, variance of counts times the dispersion of weekly counts.
    Other causes stand for what would have come without the improvement: before and after, not
    proof.
    """
    columns = ["improvement_id", "cause", "on", "known", "days", "before", "after", "others_before",
               "others_after", "ratio", "low", "high", "p"]  # fmt: skip
    named = tickets[(tickets["improvement_id"].notna() & tickets["cause"].notna()).to_numpy()]
    rows, end = [], day_number(as_of)
    for name, part in named.groupby("improvement_id", observed=True):
        known = name in started.index and pd.notna(started.get(name))
        first = day_number(started[name]) if known else int(part["day"].max()) + 1
        days = min(window_days, end - first + 1, first - int(tickets["day"].min()))
        if days < LEAST_DAYS:
            continue
        cause = part["cause"].value_counts().index[0]
        mine = (tickets["cause"] == cause).to_numpy()
        day = tickets["day"].to_numpy()
        later = (day >= first) & (day < first + days)
        early = (day < first) & (day >= first - days)
        counts = [int((side & own).sum()) for own in (mine, ~mine) for side in (early, later)]
        dispersion = _dispersion(day[(early | later) & mine], first, days)
        rows.append((name, cause, pd.Timestamp("1970-01-01") + pd.Timedelta(days=first), known, days,
                     *counts, *_ratio(counts, dispersion, confidence)))  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("on", kind="stable", ignore_index=True)


def _ratio(counts, dispersion, confidence):
    before, after, others_before, others_after = counts
    if before + after < FEWEST or min(others_before, others_after) < FEWEST:
        return (np.nan,) * 4
    log = np.log((after + 0.5) / (before + 0.5)) - np.log(others_after / others_before)
    se = np.sqrt(dispersion * sum(1 / (n + 0.5) for n in counts))
    half = norm.ppf(0.5 + confidence / 2) * se
    p = 2 * norm.sf(abs(log) / se)
    return tuple(float(x) for x in (np.exp(log), np.exp(log - half), np.exp(log + half), p))


def _dispersion(day, first, days):
    """Variance of weekly counts over their mean, within each side; at least 1."""
    found = []
    for low, high in ((first - days, first), (first, first + days)):
        inside = day[(day >= low) & (day < high)]
        weeks = np.bincount((inside - low) // 7, minlength=days // 7)[: days // 7]
        if weeks.sum() >= 10:
            found.append(weeks.var(ddof=1) / weeks.mean())
    return max([1.0, *found])
