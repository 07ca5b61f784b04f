"""Forecasts of what the customers known today will buy, in the form that a later run can judge."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from workbook.analysis.value_interval import total_draws, total_value

__all__ = ["known_forecasts", "purchase_chances"]

DAYS_PER_MONTH = 365.25 / 12


def known_forecasts(
    values: pd.DataFrame, bought, spent, errors, *, as_of: date, horizon_months, level=0.9
) -> list[dict]:
    """Revenue from all known customers over the horizon, not discounted.

    Parameters
    ----------
    values : pandas.DataFrame
        Rows of `customer_value.customer_values` over the same horizon.
    bought, spent : Fit or None
    errors : array
        log(actual / forecast) of past forecasts, as for `value_interval.past_error_interval`.

    Returns
    -------
    list of dict
        name, measure, start, end (days), value, low, high (outcome's interval: the wider of the
        model's own and that of past errors), level, customers ("known"). Empty without a model.
    """
    if bought is None or not len(values):
        return []
    money = values["expected_purchases"] * values["value_per_purchase"]
    plain = values.assign(clv=money, kept=1.0)
    period = {
        "start": as_of + timedelta(days=1),
        "end": as_of + timedelta(days=round(horizon_months * DAYS_PER_MONTH)),
    }
    total = money.sum(skipna=False)
    if not total > 0:
        return []
    draws = total_draws(plain, bought, spent, horizon_months=horizon_months, draws=300)
    found = total_value(float(total), draws["total"], errors, confidence=level)
    forecast = {"name": "revenue_of_known_customers", "measure": "revenue", "value": float(total)}
    forecast |= {"low": found["low"], "high": found["high"], "level": level}
    return [forecast | period | {"customers": "known"}]


def purchase_chances(losses) -> pd.DataFrame | None:
    """Chance of each customer not lost to buy within the days of silence that are judged.

    Parameters
    ----------
    losses : leaving_study.Losses or None

    Returns
    -------
    pandas.DataFrame or None
        customer_id, probability.
    """
    if losses is None or not len(losses.values):
        return None
    chance = 1 - losses.values["silent_chance"].clip(0, 1)
    return pd.DataFrame({"customer_id": losses.values["customer_id"], "probability": chance})
