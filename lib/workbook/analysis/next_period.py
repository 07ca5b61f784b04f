"""Do the segments hold? What their members bought afterwards, and who moved."""

from datetime import timedelta

import ibis
import numpy as np
import pandas as pd

from workbook.analysis.intervals import customer_draws, interval, wilson
from workbook.analysis.rfm import SEGMENT_CODES

__all__ = [
    "check_cuts",
    "expected_per_year",
    "follow_up",
    "group_follow_up",
    "migration",
    "newcomers",
    "spend_between",
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


def spend_between(orders, *, after, until):
    """What every customer bought after one day and up to another.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, ordered_at, amount, is_return.
    after, until : datetime.date
        The first day is left out, the last counts whole.

    Returns
    -------
    pandas.DataFrame
        customer_id, spent (sum of positive amounts, money), days (purchase days, at least 1).
    """
    start, end = (ibis.timestamp((d + timedelta(days=1)).isoformat()) for d in (after, until))
    rows = orders.filter((orders.ordered_at >= start) & (orders.ordered_at < end))
    spent = rows.group_by("customer_id").aggregate(
        spent=ibis.greatest(rows.amount, 0.0).sum(),
        days=rows.ordered_at.date().nunique(where=~rows.is_return),
    )
    return spent.filter(spent.days > 0).order_by("customer_id").to_pandas()


def follow_up(scores, before, after):
    """Scores at a cut joined with the spend in the periods before and after it.

    Parameters
    ----------
    scores : pandas.DataFrame
        As `rfm.rfm_scores` gives it, made at the cut.
    before, after : pandas.DataFrame
        As `spend_between` gives them, for the period to the cut and the one from it.

    Returns
    -------
    pandas.DataFrame
        `scores` with spent_before, spent_after (money) and days_after (purchase days).
    """
    by_id = before.set_index("customer_id"), after.set_index("customer_id")
    ids = scores["customer_id"]
    return scores.assign(
        spent_before=ids.map(by_id[0]["spent"]).fillna(0.0),
        spent_after=ids.map(by_id[1]["spent"]).fillna(0.0),
        days_after=ids.map(by_id[1]["days"]).fillna(0).astype(int),
    )


def newcomers(scores, after):
    """Customers who first bought after the cut, whom no segment could foresee.

    Returns
    -------
    customers : int
    spent : float
        Their spend in the period (money).
    """
    new = after[~after["customer_id"].isin(scores["customer_id"])]
    return len(new), float(new["spent"].sum())


def group_follow_up(followed, groups, *, order=SEGMENT_CODES, confidence=0.95, draws=1000, seed=0):
    """What the members of each group bought in the period after the cut.

    Parameters
    ----------
    followed : pandas.DataFrame
        As `follow_up` gives it.
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
