"""Money that goes with dissatisfaction: what satisfied customers bought more, in customers like them."""

import numpy as np
import pandas as pd

__all__ = ["dissatisfied_stake", "fall_stake", "group_spending", "group_stake", "low_share"]

_NEEDED = 0.05  # above this p no money is named: the link itself is not shown


def group_spending(orders, customers, *, as_of, column="", group=""):
    """Money spent in the 365 days to as_of, by all customers or by those of a group.

    Parameters
    ----------
    orders : ibis.Table or None
    customers : ibis.Table or None
    column, group : str
        Column of customers and its value; empty: all customers.

    Returns
    -------
    float or None
        None without orders, or when the column is none of customers.
    """
    if orders is None:
        return None
    day = orders.ordered_at.date()
    year = orders.filter(
        (day > (pd.Timestamp(as_of) - pd.Timedelta(days=365)).date()) & ~orders.is_return
    )
    if column:
        if customers is None or column not in customers.columns:
            return None
        year = year.semi_join(customers.filter(customers[column] == group), "customer_id")
    found = year.aggregate(money=year.amount.sum()).to_pandas().iloc[0, 0]
    return float(found) if found == found and found is not None else 0.0


def low_share(answers):
    """Share of answers (csat, else nps) in the worst two steps, detractors for nps; NaN without."""
    name = next((name for name in ("csat", "nps") if name in answers.scales), None)
    values = answers.frame[name].dropna() if name else pd.Series(dtype=float)
    if not len(values):
        return np.nan
    scale = answers.scales[name]
    return float((values <= (scale.bottom if name == "csat" else scale.high - 4)).mean())


def dissatisfied_stake(share, gap, spending):
    """Money per year by which the dissatisfied buy less than alike satisfied customers.

    Parameters
    ----------
    share : float
        Share of customers who are dissatisfied.
    gap : dict or None
        `later_purchases.adjusted_gap` of bought.
    spending : float or None
        `group_spending` of all customers.

    Returns
    -------
    dict or None
        money, low, high (80 %). None when the difference is not shown, or there is no money.

    Notes
    -----
    spending x share x (shortfall in the share who buy again / that of the satisfied). It takes the
    dissatisfied to spend their part of the money, and those who did not answer to be dissatisfied
    as often as those who did.
    """
    if not gap or not spending or not gap["gap"] < 0 or gap["p"] > _NEEDED or not share > 0:
        return None
    base = spending * share / gap["better"]
    money = base * -gap["gap"]
    return {"money": money, "low": max(base * -gap["high_80"], 0.0), "high": base * -gap["low_80"]}


def fall_stake(fall, slope, spending, *, draws=4000, seed=0):
    """Money per year that goes with a fall in satisfaction, by the link between answers and purchases.

    Parameters
    ----------
    fall : row
        change and se of the mean, from `waves.falls`.
    slope : dict or None
        `later_purchases.point_slope`.
    spending : float or None
        Of the customers concerned, per year.

    Returns
    -------
    dict or None
        money, low, high (80 %: errors of the fall and of the link). None when the link is not
        shown (p above 0.05) or there is no money.
    """
    if not slope or not spending or not slope["slope"] > 1.96 * slope["se"]:
        return None
    rng = np.random.default_rng(seed)
    points = rng.normal(-fall["change"], fall["se"], draws)
    steps = rng.normal(slope["slope"], slope["se"], draws)
    drawn = spending * np.clip(points * steps / slope["base"], 0, 1)
    money = spending * min(max(-fall["change"] * slope["relative"], 0.0), 1.0)
    low, high = np.quantile(drawn, [0.1, 0.9])
    return {"money": money, "low": float(min(low, money)), "high": float(max(high, money))}


def group_stake(lowest, slope, orders, customers, *, as_of):
    """Spending of `group_gaps.lowest_group` and what of it goes with its lower satisfaction.

    Returns
    -------
    tuple of float or None and dict or None
        `group_spending` and `fall_stake`; both None without a group.
    """
    if lowest is None:
        return None, None
    place = {"column": lowest["column"], "group": lowest["group"]}
    spending = group_spending(orders, customers, as_of=as_of, **place)
    return spending, fall_stake(lowest, slope, spending)
