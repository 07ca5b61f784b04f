"""Do the segments hold? What their members bought afterwards, and who moved."""

import numpy as np
import pandas as pd

from workbook.analysis.intervals import customer_draws, interval, wilson
from workbook.analysis.rfm import SEGMENT_CODES

__all__ = [
    "check_cuts",
    "follow_up",
    "migration",
    "newcomers",
    "segment_follow_up",
    "spend_between",
]


def check_cuts(first, as_of, *, months):
    """The two earlier dates at which segments are cut to be checked on what came after.

    Parameters
    ----------
    first, as_of : datetime.date
        First purchase in the data, and the last day that is read.
    months : int
        Length of the period that is predicted.

    Returns
    -------
    tuple of datetime.date, or None
        (earlier, cut): `cut` is `months` before `as_of`, `earlier` as long before `cut`. None
        when less than a whole such period lies before `cut`: there is nothing to learn from.
    """
    as_of, first = pd.Timestamp(as_of), pd.Timestamp(first)
    # 30 June minus six months is 31 December: month ends stay month ends
    step = pd.offsets.MonthEnd if as_of.is_month_end else pd.DateOffset
    back = (lambda n: as_of - step(n)) if as_of.is_month_end else (lambda n: as_of - step(months=n))
    if back(2 * months) <= first:
        return None
    return back(2 * months).date(), back(months).date()


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
        customer_id, spent (sum of positive amounts, money), days (purchase days).
    """
    day = orders.ordered_at.cast("date")
    rows = orders.filter((day > after) & (day <= until) & ~orders.is_return)
    return (
        rows.group_by("customer_id")
        .aggregate(
            spent=rows.amount.clip(lower=0).sum().cast("float64"),
            days=rows.ordered_at.cast("date").nunique(),
        )
        .order_by("customer_id")
        .to_pandas()
    )


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


def segment_follow_up(followed, *, confidence=0.95, draws=1000, seed=0):
    """What the members of each segment bought in the period after the cut.

    Parameters
    ----------
    followed : pandas.DataFrame
        As `follow_up` gives it.
    confidence : float
    draws, seed : int
        Of the bootstrap by customer.

    Returns
    -------
    pandas.DataFrame
        One row per code of `rfm.SEGMENT_CODES` and a last one "all": segment, customers, buyers,
        buying_share with buying_low, buying_high (Wilson), mean_before and mean_after (money per
        customer and period; before = the answer "nothing changes"), mean_low, mean_high, and
        money_low, money_high (80 %).
    """
    rows = [(code, followed[followed["segment"] == code]) for code in SEGMENT_CODES]
    table = pd.DataFrame(
        [
            (code, len(part), int((part["days_after"] > 0).sum()),
             part["spent_before"].mean(), part["spent_after"].mean())
            for code, part in [*rows, ("all", followed)]
        ],
        columns=["segment", "customers", "buyers", "mean_before", "mean_after"],
    )  # fmt: skip
    n = table["customers"].where(table["customers"] > 0)
    table["buying_share"] = table["buyers"] / n
    low, high = wilson(table["buyers"], table["customers"], confidence=confidence)
    table["buying_low"], table["buying_high"] = np.where(n.isna(), np.nan, [low, high])
    if len(followed):
        drawn = customer_draws(
            followed[["spent_after"]], followed["segment"], draws=draws, seed=seed
        ).reindex(columns=[(q, s) for q in ("spent_after", "customers") for s in SEGMENT_CODES])
        spent, count = drawn["spent_after"].copy(), drawn["customers"].copy()
        spent["all"], count["all"] = spent.sum(axis=1), count.sum(axis=1)
        means = spent / count.where(count > 0)
    else:
        means = np.full((1, len(table)), np.nan)
    table["mean_low"], table["mean_high"] = interval(means, confidence=confidence)
    table["money_low"], table["money_high"] = interval(means, confidence=0.80)
    return table


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
