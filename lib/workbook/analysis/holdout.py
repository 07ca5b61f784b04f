"""What a forecast had not seen: dates, outcomes, and forecasts with and without a model."""

from datetime import timedelta

import numpy as np
import pandas as pd

from workbook.analysis.customer_value import PURCHASE_MODELS, value_per_purchase
from workbook.analysis.rfm import rfm_scores

__all__ = [
    "BASELINES",
    "default_calibration_end",
    "forecasts",
    "holdout_dates",
    "holdout_outcomes",
    "newcomers",
    "rolling_origins",
]

BASELINES = ("nothing_changes", "past_rate", "rfm_cell")
SHORTEST_DAYS = 28


def default_calibration_end(first_on, as_of):
    """Last day of the first two thirds of the span from the first purchase to `as_of`."""
    return first_on + timedelta(days=(as_of - first_on).days * 2 // 3)


def holdout_dates(first_on, calibration_end, as_of) -> dict | None:
    """The days at which customers are summarised to judge a forecast from `calibration_end`.

    Returns
    -------
    dict or None
        calibration, until, before (a holdout's length before the calibration ends), learned (the
        RFM cells learn from here to the calibration's end; at most a third of it). None when
        either part is shorter than four weeks.
    """
    length = (as_of - calibration_end).days
    known = (calibration_end - first_on).days
    if min(length, known) < SHORTEST_DAYS:
        return None
    return {
        "calibration": calibration_end,
        "until": as_of,
        "before": calibration_end - timedelta(days=length),
        "learned": calibration_end - timedelta(days=min(length, known // 3)),
    }


def rolling_origins(first_on, as_of, *, horizon_months, origins=4) -> list:
    """Past days to forecast from: pairs (origin, until), the last at two thirds of the span.

    Each forecast reaches as far as the horizon, or to `as_of` when that comes first. Empty when
    the span is shorter than a year's quarter.
    """
    span = (as_of - first_on).days
    if span < 3 * SHORTEST_DAYS:
        return []
    horizon = timedelta(days=round(horizon_months * 365.25 / 12))
    starts = [
        first_on + timedelta(days=round(span * s)) for s in np.linspace(2 / 5, 2 / 3, origins)
    ]
    return [(start, min(as_of, start + horizon)) for start in starts]


def holdout_outcomes(calibration: pd.DataFrame, until: pd.DataFrame) -> pd.DataFrame:
    """What the customers known at the calibration's end bought after it.

    Parameters
    ----------
    calibration, until : DataFrame
        Per-customer summaries up to the two days: customer_id, purchase_days, gross_amount, ...

    Returns
    -------
    DataFrame
        `calibration` with actual (purchases after it) and actual_amount (money).
    """
    later = until.set_index("customer_id").reindex(calibration["customer_id"])
    frame = calibration.reset_index(drop=True)
    frame["actual"] = later["purchase_days"].to_numpy(float) - frame["purchase_days"]
    # Adding up floats in another order leaves dust; money bought can't be negative.
    grown = later["gross_amount"].to_numpy(float) - frame["gross_amount"].to_numpy(float)
    frame["actual_amount"] = np.where(frame["actual"] > 0, np.maximum(grown, 0), 0.0)
    return frame


def newcomers(calibration: pd.DataFrame, until: pd.DataFrame) -> dict:
    """Customers who first bought in the holdout, which no forecast of known customers covers.

    Returns
    -------
    dict
        customers, amount (money), amount_share (of all money in the holdout, 0-1).
    """
    new = until[~until["customer_id"].isin(calibration["customer_id"])]
    grown = float(until["gross_amount"].sum() - calibration["gross_amount"].sum())
    amount = float(new["gross_amount"].sum())
    return {
        "customers": len(new),
        "amount": amount,
        "amount_share": amount / grown if grown > 0 else float("nan"),
    }


def forecasts(outcomes, summaries, fits, spend_fit, *, days) -> tuple:
    """Forecasts of purchases and of money for each customer, by models and by baselines.

    Parameters
    ----------
    outcomes : DataFrame
        From `holdout_outcomes`.
    summaries : dict of DataFrame
        Per-customer summaries: "before" and "learned" of `holdout_dates`, "calibration" too.
    fits : dict of str to Fit
        Purchase models fitted to the calibration period.
    spend_fit : Fit or None
        Gamma-Gamma fit of the calibration period.
    days : int
        Length of the holdout.

    Returns
    -------
    purchases, amounts : DataFrame
        One column per usable model and per baseline; rows as in `outcomes`.

    Notes
    -----
    nothing_changes: the repeat purchases of the period before, of the same length. past_rate:
    repeat purchases per day known, times the days. rfm_cell: the mean of the customer's RFM cell
    (thirds) in the last third of the calibration period, scaled to the length of the holdout.
    """
    x, t_x, T = (
        outcomes[c].to_numpy(float) / d
        for c, d in (("frequency", 1), ("recency_days", 7), ("T_days", 7))
    )
    value = value_per_purchase(outcomes, spend_fit)
    purchases, amounts = {}, {}
    for name, fit in fits.items():
        if fit.converged:
            module = PURCHASE_MODELS[fit.model]
            purchases[name] = module.expected_purchases(fit.params, days / 7, x, t_x, T)
            amounts[name] = purchases[name] * value
    past = _earlier(outcomes, summaries["before"], ["frequency", "repeat_amount"])
    purchases["nothing_changes"] = outcomes["frequency"] - past["frequency"]
    amounts["nothing_changes"] = np.maximum(outcomes["repeat_amount"] - past["repeat_amount"], 0)
    known = np.maximum(outcomes["T_days"].to_numpy(float), 1)
    purchases["past_rate"] = x / known * days
    amounts["past_rate"] = outcomes["repeat_amount"] / known * days
    cells = _cell_means(outcomes, summaries["learned"], days)
    purchases["rfm_cell"], amounts["rfm_cell"] = cells["purchases"], cells["amount"]
    return pd.DataFrame(purchases), pd.DataFrame(amounts)


def _earlier(outcomes, summary, columns):
    return (
        summary.set_index("customer_id")[columns]
        .reindex(outcomes["customer_id"])
        .fillna(0.0)
        .reset_index(drop=True)
    )


def _cell_means(outcomes, learned, days):
    """Purchases and money per customer of each RFM cell after `learned`, scaled to `days`."""
    window = (outcomes["T_days"].max() - learned["T_days"].max()) if len(learned) else 0
    if not window > 0:
        return {"purchases": np.zeros(len(outcomes)), "amount": np.zeros(len(outcomes))}
    # scores come by customer_id, so that what came after must too
    after = holdout_outcomes(learned.sort_values("customer_id"), outcomes)
    old = rfm_scores(after, bins=3)
    old["purchases"], old["amount_after"] = after["actual"], after["actual_amount"]
    means = old.groupby("cell")[["purchases", "amount_after"]].mean() * days / window
    rows = means.reindex(rfm_scores(outcomes, bins=3)["cell"])
    rest = after[["actual", "actual_amount"]].mean().to_numpy() * days / window
    return {
        "purchases": rows["purchases"].fillna(rest[0]).to_numpy(),
        "amount": rows["amount_after"].fillna(rest[1]).to_numpy(),
    }
