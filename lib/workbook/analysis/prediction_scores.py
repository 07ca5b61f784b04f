"""One row per customer: the scores that go to the CRM, each by the method that earned it."""

import numpy as np
import pandas as pd

from workbook.analysis.customer_value import spend_fit, spend_history, value_per_purchase
from workbook.analysis.order_dates import expected_dates
from workbook.analysis.propensity_trial import rows_of_days

__all__ = ["LEVELS", "customer_scores", "method_used"]

#: How likely a purchase is beside the mean of all: at least twice it, at least half of it, less.
LEVELS = ("high", "medium", "low")


def method_used(check) -> str:
    """Column of past and today's forecasts to use: "chance", or the simple one that it did not beat."""
    if check is None:
        return ""
    return "chance" if check.verdict == "use" else check.rival


def customer_scores(
    study, buying, check, *, sales=None, silence=None, silence_check=None, contracts=None,
    contracts_check=None, categories=None, suggestions=None,
) -> pd.DataFrame | None:  # fmt: skip
    """Scores of every customer with a purchase; None without a forecast of buying.

    Parameters
    ----------
    study : prediction_study.PredictionStudy
    buying, silence, contracts : propensity_trial.Propensity, optional
    check, silence_check, contracts_check : propensity_check.PropensityCheck, optional
    sales : sales_forecast.SalesForecast, optional
    categories : category_propensity.CategoryForecast, optional
    suggestions : DataFrame, optional
        customer_id, product.

    Returns
    -------
    DataFrame
        customer_id, silence_days, purchase_days, gross_amount, chance (to buy in the window), level
        (`LEVELS`; None without a chance), purchases, revenue (expected in the window), value (money
        per purchase), order_on (datetime64: by when half of such customers have ordered, if still a
        customer), early_on, late_on (a tenth, nine tenths), alive (chance of still being one),
        silent_chance, contract_chance (NaN where it does not apply), category, category_chance,
        product. Most likely buyers first.
    """
    if study is None or buying.code:
        return None
    rows = rows_of_days(study.rows, [study.as_of]).reset_index(drop=True)
    table = rows[["customer_id", "silence_days", "purchase_days", "gross_amount"]].copy()
    ids = pd.Index(table["customer_id"])

    def joined(frame, column):
        if frame is None or not len(frame) or column not in frame:
            return np.nan
        place = ids.get_indexer(frame["customer_id"])[::-1]  # of two rows the first counts
        values = frame[column].to_numpy()[::-1]
        found = np.full(len(ids), np.nan if values.dtype.kind == "f" else None, values.dtype)
        found[place[place >= 0]] = values[place >= 0]
        return found

    table["chance"] = joined(buying.today, method_used(check))
    known = table["chance"].notna()
    mean = table["chance"].mean()
    ratio = table["chance"] / mean if mean > 0 else table["chance"]
    place = np.select([ratio >= 2, ratio >= 0.5], [0, 1], 2)
    table["level"] = np.where(known, np.array(LEVELS, object)[place], None)
    for name in ("purchases", "revenue"):
        table[name] = joined(sales.today if sales else None, name)
    table["value"] = np.nan_to_num(value_per_purchase(rows, spend_fit(spend_history(rows))))
    told = expected_dates(study.fits.get(study.as_of), rows)
    table["alive"] = told["alive"] if len(told) else np.nan
    for name, column in (("order_on", "median"), ("early_on", "early"), ("late_on", "late")):
        table[name] = _dates(told[column], study.as_of) if len(told) else None
    table["silent_chance"] = joined(silence and silence.today, method_used(silence_check))
    if study.leaving.months >= study.buying.months:  # silent later means not bought sooner
        table["silent_chance"] = np.minimum(table["silent_chance"], 1 - table["chance"])
    table["contract_chance"] = joined(contracts and contracts.today, method_used(contracts_check))
    if categories is not None:
        names = np.array(list(categories.checks), object)
        chances = np.column_stack([joined(categories.today, name) for name in names])
        table["category"] = names[chances.argmax(axis=1)]
        # forecasts made apart may contradict each other: a category is no likelier than a purchase
        table["category_chance"] = np.fmin(chances.max(axis=1), table["chance"])
    else:
        table["category"], table["category_chance"] = None, np.nan
    table["product"] = joined(suggestions, "product") if suggestions is not None else None
    # rows come in the order of ids, which is that of equals
    order = np.lexsort((-table["gross_amount"].to_numpy(), -table["chance"].to_numpy(float)))
    return table.iloc[order].reset_index(drop=True)


def _dates(days, as_of):
    """Days ahead as dates; none beyond ten years, where a date says nothing."""
    ahead = np.maximum(np.ceil(days.to_numpy(float)), 1)
    dates = np.datetime64(as_of, "D") + np.minimum(ahead, 3651).astype("timedelta64[D]")
    return np.where(ahead <= 3650, dates, np.datetime64("NaT")).astype("datetime64[s]")
