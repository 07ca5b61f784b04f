"""Totals of the coming window, dates, experiments and offers, each from the study in one call."""

import numpy as np

from workbook.analysis.contact_limits import contact_limits
from workbook.analysis.customer_value import gross_margin_rate
from workbook.analysis.forecast_newcomers import expected_newcomers
from workbook.analysis.forecast_totals import buyers_with_interval, total_with_interval
from workbook.analysis.offer_plan import offer_plan
from workbook.analysis.order_dates import dates_check
from workbook.analysis.past_experiments import past_experiments, pooled_uplift
from workbook.analysis.prediction_scores import method_used
from workbook.analysis.sales_forecast import MEASURES

__all__ = ["dates_of", "experiments_of", "margin_of", "plan_of", "window_totals"]

RECENT_OFFER_DAYS = 30


def window_totals(buying, check, sales, task, *, confidence=0.9) -> dict:
    """Buyers, purchases and revenue of the coming window.

    Parameters
    ----------
    buying : propensity_trial.Propensity
    check : propensity_check.PropensityCheck or None
    sales : sales_forecast.SalesForecast or None
    task : sales_forecast.SalesTask or None

    Returns
    -------
    dict
        measure -> value, low, high, known, known_low, known_high; {} without a forecast.
    """
    if check is None or task is None:
        return {}
    told = {"buyers": buyers_with_interval(buying, method_used(check), task, confidence=confidence)}
    if sales is None:
        return told
    for measure, column in MEASURES.items():
        new = expected_newcomers(task, task.cuts.now.day, column) * task.scale
        told[measure] = total_with_interval(sales, measure, new, confidence=confidence)
    return told


def dates_of(study, *, confidence=0.95):
    """`order_dates.dates_check` on the past days of the study; None without any."""
    if study is None or study.buying.now is None:
        return None
    days = [trial.day for trial in study.buying.trials]
    window = study.window_days(study.buying)
    return dates_check(study.rows, study.fits, days, window_days=window, confidence=confidence)


def margin_of(tables, *, given: float = 0.0) -> tuple[float, bool]:
    """Share of revenue that is kept, and whether it is known; 1 when it is not."""
    if not tables.has("orders", "amount", "is_return"):
        return 1.0, False
    rate = given or gross_margin_rate(tables["orders"])
    return (float(rate), True) if rate > 0 else (1.0, False)


def experiments_of(study, *, confidence=0.95):
    """`past_experiments.past_experiments` of the client's actions."""
    if study is None or "actions" not in study.tables:
        return past_experiments(None, None, as_of=None)
    return past_experiments(
        study.tables["actions"], study.days, as_of=study.as_of, confidence=confidence
    )


def plan_of(study, scores, experiments, **options):
    """`offer_plan.offer_plan` for these scores; None without chances."""
    if scores is None or not scores["chance"].notna().any():
        return None
    limits = contact_limits(study.tables, scores, as_of=study.as_of, recent_days=RECENT_OFFER_DAYS)
    # the model's value of a customer seen once leans on the mean of all, large accounts included
    seen = scores["gross_amount"] / scores["purchase_days"]
    kept = ["customer_id", "chance", "product"]
    table = scores[kept].join(limits).assign(value=np.minimum(scores["value"], seen))
    return offer_plan(table, pooled=pooled_uplift(experiments), **options)
