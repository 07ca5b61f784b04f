"""What a customer will buy: the chance of each category in the coming window, tried on the past."""

from dataclasses import dataclass
from datetime import date

import ibis
import numpy as np
import pandas as pd

from workbook.analysis.forecast_cuts import ForecastCuts, Origin
from workbook.analysis.propensity_check import PropensityCheck, propensity_check
from workbook.analysis.propensity_trial import Task, propensity
from workbook.analysis.purchase_features import cut_table, hashed_part

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


def category_days(orders, categories, cuts, ends: dict[date, date], *, part=None) -> pd.DataFrame:
    """How often each customer bought each category up to each day, and whether after it.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, ordered_at, is_return, category.
    categories : sequence of str
    cuts : sequence of date
    ends : dict
        Day -> last day of the window after it, for days whose window is over.
    part : float, optional
        See `purchase_features.hashed_part`.

    Returns
    -------
    DataFrame
        customer_id, category, cut (datetime64), bought (days up to it), since (days since the last),
        after (bool: bought in the window). Pairs without any row are left out.
    """
    rows = hashed_part(orders, part)
    rows = rows.filter(~rows.is_return & rows.category.isin(list(categories)))
    days = rows.group_by("customer_id", "category", bought_on=rows.ordered_at.date()).aggregate(
        lines=rows.count()
    )
    table = days.cross_join(cut_table(cuts, [ends.get(cut, cut) for cut in cuts]))
    before = table.bought_on <= table.cut
    age = table.cut.delta(table.bought_on, unit="day")
    grouped = table.group_by("customer_id", "category", "cut").aggregate(
        bought=before.sum(),
        since=age.min(where=before),
        after=((~before) & (table.bought_on <= table.until)).any(),
    )
    frame = grouped.order_by("cut", "category", "customer_id").to_pandas()
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
    wanted = pd.to_datetime(list(cuts.days))
    rows = base.rows[base.rows["cut"].isin(wanted)]  # under their own index: figures go by it
    whole = {}
    for day in (trial.day, now.day):
        known = rows[rows["cut"] <= pd.Timestamp(day)]
        whole[day] = base.inputs(day, known).set_axis(known.index)
    checks, today, models = {}, {}, {}
    for category in categories:
        own = history[history["category"] == category].drop(columns="category")
        joined = rows[["customer_id", "cut"]].merge(own, how="left", on=["customer_id", "cut"])
        bought = joined["bought"].fillna(0.0).to_numpy(float)
        since = np.where(bought > 0, joined["since"].fillna(0.0), rows["T_days"]).astype(float)
        figures = pd.DataFrame(
            {
                "category_bought": np.log1p(bought),
                "category_share": bought / rows["purchase_days"].to_numpy(float),
                "category_since": np.log1p(np.maximum(since, 0)),
            },
            index=rows.index,
        )
        after = joined["after"].eq(True).to_numpy()
        found = propensity(
            _task(base, rows.assign(happened=after), cuts, whole, figures), seed=seed
        )
        check = propensity_check(found.past, confidence=confidence)
        if check is None:
            continue
        checks[category] = check
        models[category] = "forecast" if check.verdict == "use" else check.rival
        column = "chance" if check.verdict == "use" else check.rival
        today[category] = found.today.set_index("customer_id")[column]
    if not checks:
        return None
    return CategoryForecast(
        checks, pd.DataFrame(today).rename_axis("customer_id").reset_index(), models
    )


def _short(origin):
    return Origin(origin.day, origin.calibration, origin.learned[:MOST_CUTS])


def _task(base, rows, cuts, whole, figures):
    """The same customers and days, with what is known of one category."""

    def inputs(day, part):
        both = [whole[day].loc[part.index], figures.loc[part.index]]
        return pd.concat(both, axis=1).reset_index(drop=True)

    def groups(part):
        cells = base.groups(part)[["rfm_cell"]]
        before = (figures.loc[part.index, "category_bought"] > 0).to_numpy()
        return cells.assign(bought_before=before)

    return Task(rows, cuts, inputs, groups, model_column="", learners=("logistic",))
