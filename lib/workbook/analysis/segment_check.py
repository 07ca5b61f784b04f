"""Segments made at earlier dates, judged by what happened afterwards."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from workbook.analysis.next_period import check_cuts, group_follow_up, migration
from workbook.analysis.ranking import ranking_check
from workbook.analysis.rfm import rfm_scores
from workbook.analysis.spend_periods import follow_up, newcomers, spend_periods, summary_at

__all__ = ["SegmentCheck", "segment_check"]


@dataclass(frozen=True)
class SegmentCheck:
    """What segments were worth afterwards.

    Attributes
    ----------
    earlier, cut : datetime.date
        The two dates at which customers were scored from what was known then.
    months : int
        Length of the period after each.
    follow : pandas.DataFrame
        By segment at `cut` (see `next_period.group_follow_up`).
    once : pandas.DataFrame
        The same by purchase days at `cut`: "once" and "more".
    ranking : pandas.DataFrame
        See `ranking.ranking_check`.
    matrix, stayed : pandas.DataFrame
        See `next_period.migration`, from `cut` to today.
    new_customers : int
    new_spent : float
        Customers first seen after `cut`, and their money.
    past_ratio : float
        Actual by predicted money of the segments' means, from `earlier` to `cut`.
    """

    earlier: date
    cut: date
    months: int
    follow: pd.DataFrame
    once: pd.DataFrame
    ranking: pd.DataFrame
    matrix: pd.DataFrame
    stayed: pd.DataFrame
    new_customers: int
    new_spent: float
    past_ratio: float


def segment_check(orders, scores, *, first, as_of, months, money="gross", bins=5, seed=0):
    """Score customers at two earlier dates and see what they bought afterwards.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, ordered_at, amount, is_return.
    scores : pandas.DataFrame
        Today's, as `rfm.rfm_scores` gives them.
    first, as_of : datetime.date
        First purchase in the data; last day that counts.
    months : int
        Longest period that is followed.
    money, bins
        As for `rfm.rfm_scores`.
    seed : int

    Returns
    -------
    SegmentCheck, or None
        None when the history is shorter than two months and a half.
    """
    cuts = check_cuts(first, as_of, months=months)
    if cuts is None:
        return None
    earlier, cut, months = cuts
    ends = (earlier, cut, as_of)
    periods = spend_periods(orders, ends, money=money)
    then = [
        rfm_scores(summary_at(periods, ends, i, money=money), money=money, bins=bins)
        for i in (0, 1)
    ]
    learned, followed = (follow_up(scored, periods, i) for i, scored in enumerate(then))
    new_customers, new_spent = newcomers(periods, 1)
    ranking = ranking_check(learned, followed, seed=seed)
    matrix, stayed = migration(then[1], scores)
    once = np.where(followed["purchase_days"] == 1, "once", "more")
    predicted = ranking.set_index("ranking")["predicted"].get("segment", 0.0)
    return SegmentCheck(
        earlier=earlier,
        cut=cut,
        months=months,
        follow=group_follow_up(followed, followed["segment"], seed=seed),
        once=group_follow_up(followed, once, order=("once", "more"), seed=seed),
        ranking=ranking,
        matrix=matrix,
        stayed=stayed,
        new_customers=new_customers,
        new_spent=new_spent,
        past_ratio=followed["spent_after"].sum() / predicted if predicted > 0 else 1.0,
    )
