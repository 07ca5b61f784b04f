"""Expected value by group of customers: segments, the most valuable, and their headroom."""

import numpy as np
import pandas as pd

from workbook.analysis.value_interval import total_value

__all__ = ["at_rank", "headroom", "high_low_split", "high_value", "value_by_group"]


def high_value(values: pd.DataFrame, *, share=0.2) -> np.ndarray:
    """Whether each customer is among the most valuable.

    Parameters
    ----------
    values : DataFrame
        clv (money), one row per customer.
    share : float
        Share of customers (0-1), at least one; customers of equal value keep their order.

    Returns
    -------
    array of bool, in the order of `values`
    """
    high = np.zeros(len(values), dtype=bool)
    order = np.argsort(-values["clv"].to_numpy(), kind="stable")
    high[order[: max(1, round(share * len(values)))]] = True
    return high


def high_low_split(values: pd.DataFrame, high) -> pd.DataFrame:
    """The most valuable customers against all others: how often, and how much each time.

    Parameters
    ----------
    values : DataFrame
        From `customer_value.customer_values`.
    high : array of bool
        From `high_value`.

    Returns
    -------
    DataFrame
        Rows "high" and "low" (if there are any): group, customers, clv, clv_share, mean_clv,
        past_share, purchases (expected, per customer), value_per_purchase (money per expected
        purchase). The ratio of mean_clv is the ratio of purchases times that of
        value_per_purchase, but for a little discount.
    """
    table = pd.DataFrame(
        {
            "customers": 1,
            "clv": values["clv"],
            "past": values["gross_amount"],
            "expected": values["expected_purchases"],
            "money": values["expected_purchases"] * values["value_per_purchase"],
        }
    )
    table = table.groupby(np.where(high, "high", "low")).sum()
    whole = table.sum()
    return (
        pd.DataFrame(
            {
                "customers": table["customers"],
                "clv": table["clv"],
                "clv_share": table["clv"] / whole["clv"],
                "mean_clv": table["clv"] / table["customers"],
                "past_share": table["past"] / whole["past"],
                "purchases": table["expected"] / table["customers"],
                "value_per_purchase": table["money"] / table["expected"],
            }
        )
        .rename_axis("group")
        .reset_index()
    )


def value_by_group(values: pd.DataFrame, draws: pd.DataFrame, groups, errors, *, confidence=0.95):
    """Expected value of each group, with an interval for the group's total.

    Parameters
    ----------
    values : DataFrame
        clv (money), one row per customer.
    draws : DataFrame
        From `value_interval.total_draws` with these groups.
    groups : array
        A label per customer.
    errors : array
        As for `value_interval.past_error_interval`.

    Returns
    -------
    DataFrame
        group, customers, clv, low, high, share (of all, 0-1), mean_clv; the most valuable first.
    """
    table = values.groupby(np.asarray(groups))["clv"].agg(["size", "sum"])
    rows = []
    for group, size, clv in table.itertuples():
        total = total_value(clv, draws[group], errors, confidence=confidence)
        rows.append((group, size, clv, total["low"], total["high"]))
    frame = pd.DataFrame(rows, columns=["group", "customers", "clv", "low", "high"])
    whole = frame["clv"].sum()
    frame["share"] = frame["clv"] / whole if whole > 0 else np.nan
    frame["mean_clv"] = frame["clv"] / frame["customers"]
    return frame.sort_values("clv", ascending=False, kind="stable", ignore_index=True)


def headroom(values: pd.DataFrame, high) -> dict:
    """What it would be worth if high-value customers below their group's middle rose to it.

    The step is in money per purchase, at the purchases that are expected anyway. Both sides are
    the model's estimates, in which a customer's lucky or unlucky baskets are already pulled
    towards the mean: gaps in plain averages would count that luck as headroom. It is arithmetic,
    not a forecast: nothing here says that anybody can be moved.

    Parameters
    ----------
    values : DataFrame
        From `customer_value.customer_values`.
    high : array of bool
        From `high_value`.

    Returns
    -------
    dict
        customers (below the middle), of (high-value customers), middle (money per purchase),
        amount (discounted money over the horizon), share (of the group's value, 0-1).
    """
    group = values[np.asarray(high)]
    middle = float(group["value_per_purchase"].median()) if len(group) else np.nan
    gap = np.maximum(middle - group["value_per_purchase"], 0)
    amount = float((group["expected_purchases"] * group["kept"] * gap).sum())
    clv = float(group["clv"].sum())
    return {
        "customers": int((gap > 0).sum()),
        "of": len(group),
        "middle": middle,
        "amount": amount,
        "share": amount / clv if clv > 0 else np.nan,
    }


def at_rank(values: pd.DataFrame, shares=(0.01, 0.05, 0.10, 0.25, 0.50)) -> pd.DataFrame:
    """The customers who stand at given ranks by value: single examples, not means.

    Returns
    -------
    DataFrame
        Rows of `values` with top (the share of customers that is worth at least as much).
    """
    order = np.argsort(-values["clv"].to_numpy(), kind="stable")
    places = [min(len(order) - 1, int(share * len(order))) for share in shares]
    return values.iloc[order[places]].assign(top=list(shares)).reset_index(drop=True)
