"""The forecast put to the test on the client's own past."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from workbook.analysis.customer_value import (
    WEEKS_PER_MONTH,
    choose_purchase_fit,
    customer_values,
    purchase_fits,
    spend_fit,
    spend_history,
)
from workbook.analysis.customers import purchase_counts
from workbook.analysis.forecast_scores import calibration_by_group, capture_difference, scores
from workbook.analysis.holdout import (
    BASELINES,
    forecasts,
    holdout_dates,
    holdout_outcomes,
    newcomers,
    rolling_origins,
)
from workbook.analysis.past_summaries import past_summaries
from workbook.analysis.value_interval import total_draws

__all__ = ["ForecastCheck", "forecast_check", "past_forecasts"]


@dataclass(frozen=True)
class ForecastCheck:
    """A forecast from the end of the calibration period against what came after it.

    Attributes
    ----------
    calibration_end, until : date
    weeks : float
        Length of the holdout.
    outcomes : DataFrame
        From `holdout.holdout_outcomes`.
    fits, spend : dict of Fit, Fit or None
        All purchase models and the Gamma-Gamma model, fitted to the calibration period.
    model : str or None
        The one that is judged; None when none may be used.
    predicted, low, high : float
        Its repeat purchases in the holdout, with the interval of the model itself.
    actual : float
        Repeat purchases that came.
    purchases, amounts : DataFrame
        `forecast_scores.scores` of purchases and of money; amounts also rank by past_spend.
    groups : DataFrame
        `forecast_scores.calibration_by_group`.
    rival : str
        The baseline whose top tenth held most money.
    advantage : dict
        `forecast_scores.capture_difference` of the model over it.
    new : dict
        `holdout.newcomers`.
    """

    calibration_end: date
    until: date
    weeks: float
    outcomes: pd.DataFrame
    fits: dict
    spend: object
    model: str | None
    predicted: float
    low: float
    high: float
    actual: float
    purchases: pd.DataFrame
    amounts: pd.DataFrame
    groups: pd.DataFrame
    rival: str
    advantage: dict
    new: dict

    @property
    def inside(self) -> bool:
        """Whether what came lies in the model's own interval."""
        return bool(self.low <= self.actual <= self.high)

    @property
    def ranks_better(self) -> bool:
        """Whether the model's ranking beats every baseline's beyond chance."""
        return bool(self.advantage["low"] > 0)


def forecast_check(
    orders, first_on, calibration_end, as_of, *, wanted="auto", include_zero_amounts=True,
    confidence=0.95,
) -> ForecastCheck | None:  # fmt: skip
    """Fit up to `calibration_end`, forecast to `as_of`, and compare.

    Parameters
    ----------
    orders : ibis.Table
    first_on, calibration_end, as_of : date
        First purchase, last day that the forecast knows, last day of the holdout.
    wanted : str
        The purchase model to judge, or "auto" for the likeliest one.

    Returns
    -------
    ForecastCheck, or None when one of the periods is too short (`holdout.holdout_dates`)
    """
    days = holdout_dates(first_on, calibration_end, as_of)
    if days is None:
        return None
    summaries = past_summaries(
        orders, list(days.values()), include_zero_amounts=include_zero_amounts
    )
    seen = dict(zip(days, summaries, strict=True))
    # Simulated intervals draw customers by their place: the same order gives the same interval.
    known = seen["calibration"]
    fits = purchase_fits(purchase_counts(known))
    spend = spend_fit(spend_history(known))
    fit = choose_purchase_fit(fits, wanted) or choose_purchase_fit(fits)
    length = (as_of - calibration_end).days
    outcomes = holdout_outcomes(known, seen["until"])
    purchases, amounts = forecasts(outcomes, seen, fits, spend, days=length)
    amounts["past_spend"] = outcomes["gross_amount"]
    actual = outcomes["actual"].to_numpy()
    predicted, low, high, groups = (np.nan, np.nan, np.nan, pd.DataFrame())
    months = length / 7 / WEEKS_PER_MONTH
    if fit is not None:
        values = customer_values(known, fit, spend, horizon_months=months)
        draws = total_draws(values, fit, spend, measure="purchases", horizon_months=months)
        edges = [(1 - confidence) / 2, (1 + confidence) / 2]
        low, high = (float(edge) for edge in np.quantile(draws["total"], edges))
        predicted = float(values["expected_purchases"].sum())
        groups = calibration_by_group(outcomes, purchases[fit.model], confidence=confidence)
    judged = scores(amounts, outcomes["actual_amount"])
    rivals = judged[judged["method"].isin([*BASELINES, "past_spend"])]
    rival = rivals.sort_values("captured", ascending=False, kind="stable")["method"].iloc[0]
    return ForecastCheck(
        calibration_end, as_of, length / 7, outcomes, fits, spend,
        fit.model if fit is not None else None, predicted, low, high, float(actual.sum()),
        scores(purchases, actual), judged, groups, rival,
        capture_difference(
            amounts[fit.model if fit is not None else rival], amounts[rival],
            outcomes["actual_amount"], confidence=confidence,
        ),
        newcomers(known, seen["until"]),
    )  # fmt: skip


def past_forecasts(
    orders, first_on, as_of, *, model, horizon_months, include_zero_amounts=True
) -> pd.DataFrame:
    """Forecasts of known customers' money made from several past days, with what came.

    Parameters
    ----------
    model : str
        Key of `customer_value.PURCHASE_MODELS`.

    Returns
    -------
    DataFrame
        origin, until (dates), customers, predicted, actual (money, not discounted), error
        (log(actual / predicted)). Days from which the model can't be fitted are left out.
    """
    rows = []
    spans = rolling_origins(first_on, as_of, horizon_months=horizon_months)
    days = [day for span in spans for day in span]
    seen = iter(past_summaries(orders, days, include_zero_amounts=include_zero_amounts))
    for origin, until in spans:
        known, later = next(seen), next(seen)
        grown = later.set_index("customer_id")["gross_amount"].loc[known["customer_id"]]
        actual = float((grown.to_numpy() - known["gross_amount"].to_numpy()).sum())
        fit = purchase_fits(purchase_counts(known), (model,))[model]
        if not fit.converged:
            continue
        months = (until - origin).days / 7 / WEEKS_PER_MONTH
        spend = spend_fit(spend_history(known))
        values = customer_values(known, fit, spend, horizon_months=months, discount_rate_annual=0)
        rows.append((origin, until, len(known), values["clv"].sum(), actual))
    columns = ["origin", "until", "customers", "predicted", "actual"]
    frame = pd.DataFrame(rows, columns=columns)
    with np.errstate(all="ignore"):
        ratio = frame["actual"].to_numpy(float) / frame["predicted"].to_numpy(float)
        return frame.assign(error=np.where(ratio > 0, np.log(ratio), np.nan))
