"""What customers bought in periods one after the other, read in a single pass of the orders."""

from datetime import timedelta

import ibis
import numpy as np
import pandas as pd

__all__ = ["follow_up", "newcomers", "spend_periods", "summary_at"]


def spend_periods(orders, ends, *, money="gross"):
    """Every customer's purchases in the period up to each of some days and after the one before.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, ordered_at, amount, is_return.
    ends : sequence of datetime.date
        Last days of the periods, in order; each counts whole. The first period has no beginning.
    money : {"gross", "net"}
        What `amount_i` sums.

    Returns
    -------
    pandas.DataFrame
        One row per customer with a purchase up to the last day, by customer_id; first (days from
        the first purchase to the last of `ends`) and for period i: last_i (the same of the last
        purchase in it, missing without one), days_i (purchase days), gross_i and amount_i
        (money, as `customers.customer_summary` sums it).
    """
    after = ibis.timestamp((ends[-1] + timedelta(days=1)).isoformat())
    rows = orders.filter(orders.ordered_at < after)
    sums = {"gross": ibis.greatest(ibis.ifelse(rows.is_return, 0.0, rows.amount), 0.0).sum()}
    if money == "net":
        sums["amount"] = rows.amount.sum()
    days = rows.group_by("customer_id", on=rows.ordered_at.date())
    days = days.aggregate(bought=(~rows.is_return).any(), **sums)
    found = {"first": days.on.min(where=days.bought)}
    for i, end in enumerate(ends):
        here = days.on <= ibis.date(end.isoformat())
        if i:
            here &= days.on > ibis.date(ends[i - 1].isoformat())
        found[f"last_{i}"] = days.on.max(where=here & days.bought)
        found[f"days_{i}"] = days.count(where=here & days.bought)
        found |= {f"{name}_{i}": days[name].sum(where=here) for name in sums}
    table = days.group_by("customer_id").aggregate(**found)
    table = table.filter(table["first"].notnull())
    # days are counted per customer: per line it would cost as much as all the rest
    today = ibis.date(ends[-1].isoformat())
    dates = ["first", *(f"last_{i}" for i in range(len(ends)))]
    table = table.mutate(**{name: today.delta(table[name], unit="day") for name in dates})
    frame = table.order_by("customer_id").to_pandas()
    for i in range(len(ends)):
        frame[f"gross_{i}"] = frame[f"gross_{i}"].fillna(0.0)
        frame[f"amount_{i}"] = frame[f"{'amount' if money == 'net' else 'gross'}_{i}"].fillna(0.0)
    return frame


def summary_at(periods, ends, place, *, money="gross"):
    """What was known of the customers at the end of one of the periods.

    Parameters
    ----------
    periods : pandas.DataFrame
        As `spend_periods` gives it for `ends` and `money`.
    ends : sequence of datetime.date
    place : int
        Of the period, from 0.
    money : {"gross", "net"}

    Returns
    -------
    pandas.DataFrame
        One row per customer with a purchase by then, in the order of `periods`: the columns of
        `customers.customer_summary` that `rfm.rfm_scores` needs for this money.
    """
    read = range(place + 1)
    table = pd.DataFrame({"customer_id": periods["customer_id"]})
    table["purchase_days"] = sum(periods[f"days_{i}"] for i in read)
    table[f"{money}_amount"] = sum(periods[f"amount_{i}"] for i in read)
    last = np.fmin.reduce([periods[f"last_{i}"].to_numpy(float) for i in read])
    table["recency_days"] = periods["first"] - last
    table["T_days"] = periods["first"] - (ends[-1] - ends[place]).days
    table = table[table["purchase_days"] > 0]
    return table.astype({"recency_days": "int64"})


def follow_up(scores, periods, place):
    """Scores at the end of a period joined with the spend in it and in the one after it.

    Parameters
    ----------
    scores : pandas.DataFrame
        As `rfm.rfm_scores` gives it for `summary_at` the same period.
    periods : pandas.DataFrame
        As `spend_periods` gives it.
    place : int
        Of the period, from 0.

    Returns
    -------
    pandas.DataFrame
        `scores` with spent_before, spent_after (money) and days_after (purchase days).
    """
    known = periods[_known(periods, place)]
    return scores.assign(
        spent_before=known[f"gross_{place}"].to_numpy(float),
        spent_after=known[f"gross_{place + 1}"].to_numpy(float),
        days_after=known[f"days_{place + 1}"].to_numpy(int),
    )


def newcomers(periods, place):
    """Customers who first bought in the period after one, whom no segment could foresee.

    Returns
    -------
    customers : int
    spent : float
        Their spend in that period (money).
    """
    new = periods[~_known(periods, place) & (periods[f"days_{place + 1}"] > 0)]
    return len(new), float(new[f"gross_{place + 1}"].sum())


def _known(periods, place):
    return sum(periods[f"days_{i}"] for i in range(place + 1)) > 0
