"""What a customer will buy: the chance of each category in the coming window, tried on the past."""

from dataclasses import dataclass
from datetime import date

import ibis
import numpy as np
import pandas as pd

from workbook.analysis.context_features import figures_at
from workbook.analysis.forecast_cuts import ForecastCuts, Origin
from workbook.analysis.propensity_check import PropensityCheck, propensity_check
from workbook.analysis.propensity_trial import Task, propensity, rows_of_days
from workbook.analysis.purchase_features import cut_table

__all__ = ["CategoryForecast", "category_days", "category_propensity", "top_categories"]

MOST_CUTS = 4  # days that are learned from


@dataclass(frozen=True)
class CategoryForecast:
    """`checks`: category -> `PropensityCheck`; `today`: customer_id and one column per category
    (chance); `models`: category -> "forecast" where it beats the simple ones, else the simple one."""

    checks: dict[str, PropensityCheck]
    today: pd.DataFrame
    models: dict[str, str]


def top_categories(orders, *, most: int) -> list[str]:
    """The categories that most customers bought, by name for ties; empty without the column."""
    if "category" not in orders.columns:
        return []
    rows = orders.filter(~orders.is_return & orders.category.notnull())
    sizes = rows.group_by("category").aggregate(n=rows.customer_id.nunique())
    return sizes.order_by(ibis.desc("n"), "category").limit(most).to_pandas()["category"].tolist()


def category_days(days, categories, cuts, ends: dict[date, date]) -> pd.DataFrame:
    """How often each customer bought each category up to each day, and whether after it.

    Parameters
    ----------
    days : ibis.Table
        Of `purchase_features.bought_days` with these categories, or with more after them.
    categories : sequence of str
    cuts : sequence of date
    ends : dict
        Day -> last day of the window after it, for days whose window is over.

    Returns
    -------
    DataFrame
        customer_id, cut (datetime64) and for each category bought_<place> (days up to it),
        since_<place> (days since the last; NaN without one), after_<place> (bool: bought in the
        window); customers who never bought one of them are left out.
    """
    table = days.filter(days.bought > 0)
    table = table.cross_join(cut_table(cuts, [ends.get(cut, cut) for cut in cuts]))
    table = table.filter(table.bought_on <= table.until)
    age, sums = table.cut.delta(table.bought_on, unit="day"), {}
    for place in range(len(categories)):
        own = (table.bought & 2**place) > 0
        before = own & (table.bought_on <= table.cut)
        sums[f"bought_{place}"] = before.sum().cast("float32")
        sums[f"since_{place}"] = age.min(where=before).cast("float32")
        sums[f"after_{place}"] = (own & (table.bought_on > table.cut)).any()
    frame = table.group_by("customer_id", "cut").aggregate(**sums).to_pandas()
    frame["cut"] = pd.to_datetime(frame["cut"])
    return frame


def category_propensity(
    base: Task, history: pd.DataFrame, categories, *, confidence=0.95, seed=0
) -> CategoryForecast | None:
    """Chance that a customer buys each category in the window.

    Parameters
    ----------
    base : propensity_trial.Task
        Of buying anything; its rows and figures are used.
    history : DataFrame
        Of `category_days`.
    categories : sequence of str

    Returns
    -------
    CategoryForecast or None
        Categories with too few purchases are left out; None when none is left.

    Notes
    -----
    Judged on the newest window that is over. Simple forecasts: the share of all customers, of those
    who bought the category before or not, and of the RFM cell.
    """
    if base is None or base.cuts.now is None:
        return None
    trial, now = base.cuts.trials[0], base.cuts.now
    cuts = ForecastCuts(base.cuts.months, _short(now), (_short(trial),), base.cuts.seasonal)
    rows = rows_of_days(base.rows, cuts.days)  # under their own index: figures go by it
    told = figures_at(rows, [history])
    checks, today, models = {}, {}, {}
    for place, category in enumerate(categories):
        bought = told[f"bought_{place}"].fillna(0.0).to_numpy(float)
        since = np.where(bought > 0, told[f"since_{place}"].fillna(0.0), rows["T_days"])
        figures = pd.DataFrame(
            {
                "category_bought": np.log1p(bought),
                "category_share": bought / rows["purchase_days"].to_numpy(float),
                "category_since": np.log1p(np.maximum(since.astype(float), 0)),
            },
            index=rows.index,
        )
        own = rows.copy(deep=False)  # nobody's figures are held twice
        own["happened"] = told[f"after_{place}"].eq(True).to_numpy()
        found = propensity(_task(base, own, cuts, figures), seed=seed)
        check = propensity_check(found.past, confidence=confidence)
        if check is None:
            continue
        checks[category] = check
        models[category] = "forecast" if check.verdict == "use" else check.rival
        column = "chance" if check.verdict == "use" else check.rival
        today |= {"customer_id": found.today["customer_id"], category: found.today[column]}
    if not checks:
        return None
    return CategoryForecast(checks, pd.DataFrame(today), models)


def _short(origin):
    return Origin(origin.day, origin.calibration, origin.learned[:MOST_CUTS])


def _task(base, rows, cuts, figures):
    """The same customers and days, with what is known of one category."""

    def inputs(day, part):
        own = figures.loc[part.index].reset_index(drop=True)
        return pd.concat([base.inputs(day, part), own], axis=1)

    def groups(part):
        cells = base.groups(part)[["rfm_cell"]]
        before = (figures.loc[part.index, "category_bought"] > 0).to_numpy()
        return cells.assign(bought_before=before)

    return Task(rows, cuts, inputs, groups, model_column="", learners=("logistic",))
