"""Do the segments hold? What their members bought afterwards, and who moved."""

import numpy as np
import pandas as pd

from workbook.analysis.intervals import customer_draws, interval, wilson
from workbook.analysis.rfm import SEGMENT_CODES

__all__ = [
    "check_cuts",
    "expected_per_year",
    "group_follow_up",
    "migration",
]


def check_cuts(first, as_of, *, months):
    """The two earlier dates at which segments are cut to be checked on what came after.

    Parameters
    ----------
    first, as_of : datetime.date
        First purchase in the data, and the last day that is read.
    months : int
        Longest period that is predicted; a short history gets a shorter one.

    Returns
    -------
    tuple, or None
        (earlier, cut, months): `cut` is `months` before `as_of`, `earlier` as long before `cut`,
        and at least half as long a history before `earlier`. None when not even one month fits.
    """
    as_of, first = pd.Timestamp(as_of), pd.Timestamp(first)
    for length in range(months, 0, -1):
        earlier, cut = _months_before(as_of, 2 * length), _months_before(as_of, length)
        if (earlier - first).days >= 15 * length:
            return earlier.date(), cut.date(), length
    return None


def _months_before(day, months):
    # 30 June minus six months is 31 December: month ends stay month ends
    if day.is_month_end:
        return day - pd.offsets.MonthEnd(months)
    return day - pd.DateOffset(months=months)


def group_follow_up(followed, groups, *, order=SEGMENT_CODES, confidence=0.95, draws=1000, seed=0):
    """What the members of each group bought in the period after the cut.

    Parameters
    ----------
    followed : pandas.DataFrame
        As `spend_periods.follow_up` gives it.
    groups : array_like
        Group of every row: the segment, or any other that was known at the cut.
    order : sequence
        The groups that get a row, whether anybody belongs to them or not.
    confidence : float
    draws, seed : int
        Of the bootstrap by customer.

    Returns
    -------
    pandas.DataFrame
        One row per group of `order` and a last one "all": group, customers, buyers,
        buying_share with buying_low, buying_high (Wilson), mean_before and mean_after (money per
        customer and period; before = the answer "nothing changes"), mean_low, mean_high, and
        money_low, money_high (80 %).
    """
    order, keys = list(order), np.asarray(groups, dtype=object)
    values = pd.DataFrame(
        {
            "buyers": (followed["days_after"] > 0).astype(float).to_numpy(),
            "before": followed["spent_before"].to_numpy(float),
            "after": followed["spent_after"].to_numpy(float),
            "customers": 1.0,
        }
    )
    table = values.groupby(keys).sum().reindex(order, fill_value=0.0)
    table.loc["all"] = values.sum()
    n = table["customers"].where(table["customers"] > 0)
    result = table[["customers", "buyers"]].astype(int)
    result["buying_share"] = table["buyers"] / n
    low, high = wilson(table["buyers"], table["customers"], confidence=confidence)
    result["buying_low"], result["buying_high"] = np.where(n.isna(), np.nan, [low, high])
    result["mean_before"], result["mean_after"] = table["before"] / n, table["after"] / n
    if len(followed):
        drawn = customer_draws(values[["after"]], keys, draws=draws, seed=seed)
        spent, count = (drawn[q].reindex(columns=order).copy() for q in ("after", "customers"))
        spent["all"], count["all"] = drawn["after"].sum(axis=1), drawn["customers"].sum(axis=1)
        means = spent / count.where(count > 0)
    else:
        means = np.full((1, len(result)), np.nan)
    result["mean_low"], result["mean_high"] = interval(means, confidence=confidence)
    result["money_low"], result["money_high"] = interval(means, confidence=0.80)
    return result.rename_axis("group").reset_index()


def expected_per_year(follow, members, *, months, past_ratio=1.0):
    """Money a year if today's members of each group buy as those of the same group did before.

    Parameters
    ----------
    follow : pandas.DataFrame
        As `group_follow_up` gives it.
    members : pandas.Series
        Customers today by group.
    months : int
        Length of the period that was followed.
    past_ratio : float
        Actual by predicted money of the same forecast made one period earlier. The forecast is
        corrected by it (within a half and the double).

    Returns
    -------
    pandas.DataFrame
        Index group: expected, low, high (money a year, 80 %): the wider of the bootstrap interval
        and the size of the correction. Missing for groups that nobody was in.
    """
    ratio = min(max(past_ratio, 0.5), 2.0)
    table = follow.set_index("group")
    scale = members.reindex(table.index).fillna(0) * 12 / months * ratio
    expected = table["mean_after"] * scale
    missed = min(abs(1 - ratio), 1.0)
    low = np.minimum(table["money_low"] * scale, expected * (1 - missed))
    high = np.maximum(table["money_high"] * scale, expected * (1 + missed))
    return pd.DataFrame({"expected": expected, "low": low, "high": high})


def migration(before, after):
    """Where the members of each segment stand one period later.

    Parameters
    ----------
    before, after : pandas.DataFrame
        As `rfm.rfm_scores` gives them at two cuts; customers known at both are followed.

    Returns
    -------
    matrix : pandas.DataFrame
        Rows: segment before; columns: segment after; shares of the row (missing where nobody
        was there), in the order of `rfm.SEGMENT_CODES`.
    stayed : pandas.DataFrame
        One row: customers, stayed (count), share with low, high (Wilson 95 %), and by_chance,
        the share that would stay if the two cuts had nothing to do with each other.
    """
    pair = before[["customer_id", "segment"]].merge(
        after[["customer_id", "segment"]], on="customer_id", suffixes=("_before", "_after")
    )
    codes = list(SEGMENT_CODES)
    counts = pd.crosstab(pair["segment_before"], pair["segment_after"])
    counts = counts.reindex(index=codes, columns=codes, fill_value=0).astype(float)
    n = int(counts.to_numpy().sum())
    same = int(np.trace(counts.to_numpy()))
    chance = float((counts.sum(axis=1) * counts.sum(axis=0)).sum() / max(n, 1) ** 2)
    low, high = wilson(same, n)
    stayed = {"customers": n, "stayed": same, "share": same / n if n else np.nan}
    stayed |= {"low": float(low), "high": float(high), "by_chance": chance}
    row_total = counts.sum(axis=1)
    return counts.div(row_total.where(row_total > 0), axis=0), pd.DataFrame([stayed])
