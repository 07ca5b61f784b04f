"""Customers split by what a model expects of them, set against their segments."""

import pandas as pd

from workbook.analysis.customer_value import (
    choose_purchase_fit,
    customer_values,
    purchase_fits,
    spend_fit,
    spend_history,
)
from workbook.analysis.customers import purchase_counts
from workbook.analysis.rfm import SEGMENT_CODES
from workbook.analysis.value_groups import high_low_split, high_value

__all__ = ["value_classes"]


def value_classes(summary, scores, *, horizon_months=12, high_share=0.2, model="modified BG/NBD"):
    """High and low customers by expected revenue, and how many of each segment are high.

    Parameters
    ----------
    summary : pandas.DataFrame
        As `customers.customer_summary` gives it.
    scores : pandas.DataFrame
        As `rfm.rfm_scores` gives it.
    horizon_months : int
    high_share : float
        Share of customers called high, 0 to 1.
    model : str
        Of `customer_value.PURCHASE_MODELS`.

    Returns
    -------
    tuple, or None
        (split, segments): `split` as `value_groups.high_low_split` gives it; `segments` with
        segment, customers, high (customers among the highest), high_share (of the segment), clv
        and mean_clv (expected revenue, undiscounted, in total and per customer). None when the
        model cannot be fitted, as without any repeat purchase.
    """
    if len(summary) < 2 or not summary["frequency"].sum() > 0:
        return None
    fit = choose_purchase_fit(purchase_fits(purchase_counts(summary), (model,)))
    if fit is None:
        return None
    money = spend_fit(spend_history(summary))
    values = customer_values(
        summary, fit, money, horizon_months=horizon_months, discount_rate_annual=0.0
    )
    if not values["clv"].sum() > 0:
        return None
    values = values.sort_values("customer_id", ignore_index=True)
    high = high_value(values, share=high_share)
    segment = values["customer_id"].map(scores.set_index("customer_id")["segment"])
    table = (
        pd.DataFrame({"segment": segment, "high": high, "clv": values["clv"]})
        .groupby("segment")
        .agg(customers=("high", "size"), high=("high", "sum"), clv=("clv", "sum"))
        .reindex(list(SEGMENT_CODES), fill_value=0)
        .rename_axis("segment")
        .reset_index()
    )
    n = table["customers"].where(table["customers"] > 0)
    table["high_share"], table["mean_clv"] = table["high"] / n, table["clv"] / n
    return high_low_split(values, high), table
