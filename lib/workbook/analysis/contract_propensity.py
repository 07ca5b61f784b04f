"""Which running contracts will end within the coming months, tried on the past."""

from datetime import date

import numpy as np
import pandas as pd

from workbook.analysis.context_features import figures_at
from workbook.analysis.contracts import MONTH_DAYS, contract_rows
from workbook.analysis.forecast_cuts import ForecastCuts
from workbook.analysis.leaving_forecast import chances_of_leaving
from workbook.analysis.model_inputs import class_figures, family_of, model_inputs
from workbook.analysis.propensity_trial import Task

__all__ = ["contract_ends", "contract_task"]

#: Families of a customer's figures that may tell something about a contract.
FAMILIES_USED = ("recency", "frequency", "contact", "service", "satisfaction", "traits")


def contract_ends(
    study, cuts: ForecastCuts, ends: dict[date, date], *, as_of: date | None = None, chosen=None
) -> pd.DataFrame:
    """Contracts running on each day, what was known of them, and which ended in the window.

    Parameters
    ----------
    study : contract_study.Study
        With the days on which contracts ended.
    cuts : forecast_cuts.ForecastCuts
    ends : dict
        Day -> last day of its window, for days whose window is over.
    as_of : date, optional
        The reporting day, and `chosen` the customers looked at on all days but that one (array of
        ids; None: all).

    Returns
    -------
    DataFrame
        customer_id, contract_id, cut (datetime64), happened (bool), contract_age (months),
        contract_value, contract_due_days (to the end of the term; NaN unknown), traits and measures
        under their own names, contract_survival (log odds by the survival model of that day).
    """
    key = "customer_id" if study.unit == "customer" else "contract_id"
    known = study.ends_known_from or None
    parts, own = [], study.contracts
    if chosen is not None:
        own = own[own["customer_id"].isin(chosen)]
    for cut in cuts.days:
        if known and pd.Timestamp(cut) < pd.Timestamp(known):
            continue
        contracts = study.contracts if cut == as_of else own
        before = contract_rows(contracts, as_of=cut, observed_from=known, by=study.unit).rows
        running = ~before["ended"].astype(bool).to_numpy()
        if not running.any():
            continue
        odds = _log_odds(before, study.traits, cuts.months)
        rows = before[running].assign(cut=pd.Timestamp(cut), contract_survival=odds[running])
        rows["contract_age"] = rows["duration"]
        rows["contract_due_days"] = _days_to_term(contracts, rows, key, cut)
        rows["happened"] = False
        if cut in ends:
            after = contract_rows(
                contracts, as_of=ends[cut], by=study.unit,
                observed_from=pd.Timestamp(cut) + pd.Timedelta(days=1),
            ).rows  # fmt: skip
            gone = after.loc[after["ended"].astype(bool), key]
            rows["happened"] = rows[key].isin(gone).to_numpy()
        parts.append(rows)
    if not parts:
        return pd.DataFrame()
    table = pd.concat(parts, ignore_index=True)
    if "value" in table:
        table["contract_value"] = pd.to_numeric(table["value"], errors="coerce")
    return table


def contract_task(study, cuts: ForecastCuts, table: pd.DataFrame, customers: pd.DataFrame):
    """The task of forecasting ends of contracts; None without contracts on the days needed.

    Parameters
    ----------
    study : contract_study.Study
    table : DataFrame
        Of `contract_ends`.
    customers : DataFrame
        customer_id, cut and figures of customers on the same days; may be empty.

    Returns
    -------
    propensity_trial.Task or None
    """
    if not len(table) or cuts.now is None:
        return None
    own = _own_figures(study, table)
    figures = [own]
    if len(customers):
        rows = figures_at(table, [customers]).fillna(0.0)
        rows["purchase_days"] = np.maximum(rows["purchase_days"], 1)
        told = model_inputs(rows, days=round(cuts.months * MONTH_DAYS))
        kept = [name for name in told if family_of(name) in FAMILIES_USED and name not in own]
        figures.append(told[kept])
    whole = pd.concat(figures, axis=1)
    age = pd.cut(table["contract_age"], [-1, 3, 6, 12, 18, 24, 36, 60, np.inf], labels=False)
    groups = pd.DataFrame({"by_age": age.to_numpy()})
    if "product" in table:
        groups["by_product"] = table["product"].fillna("").astype(str).to_numpy()

    def inputs(day, part):
        return whole.loc[part.index].reset_index(drop=True)

    return Task(
        table, cuts, inputs, lambda part: groups.loc[part.index].reset_index(drop=True),
        model_column="contract_survival", model_name="survival_model", learners=("logistic",),
    )  # fmt: skip


def _own_figures(study, table):
    figures = {
        "contract_age": np.log1p(table["contract_age"].to_numpy(float)),
        "contract_survival": table["contract_survival"].to_numpy(float),
    }
    due = table["contract_due_days"].to_numpy(float)
    if np.isfinite(due).any():
        figures["contract_due"] = np.clip(np.nan_to_num(due, nan=400.0), -30, 400)
        figures["contract_due_soon"] = (due <= 92).astype(float)
    if "contract_value" in table:
        figures["contract_value"] = np.log1p(table["contract_value"].clip(lower=0)).to_numpy()
    for name in study.traits:
        if name == "value":
            continue
        if name.startswith("measure_"):
            figures[f"contract_{name}"] = pd.to_numeric(table[name], errors="coerce").to_numpy()
        elif table[name].astype(str).nunique() <= 200:
            figures |= class_figures(f"contract_{name}", table[name].fillna("").astype(str))
    return pd.DataFrame(figures)


def _log_odds(before, traits, months):
    """Log odds of ending by the survival model of that day, or by age alone."""
    model, chances = chances_of_leaving(before, traits, (months,))
    chance = np.clip(chances[model][months].to_numpy(float), 1e-6, 1 - 1e-6)
    return np.nan_to_num(np.log(chance / (1 - chance)))


def _days_to_term(contracts, rows, key, cut):
    """Days from the cut to the latest end of term that was agreed by then."""
    if "term_ends_on" not in contracts:
        return np.nan
    started = pd.to_datetime(contracts["started_on"], errors="coerce") <= pd.Timestamp(cut)
    terms = pd.to_datetime(contracts["term_ends_on"], errors="coerce")
    latest = terms[started].groupby(contracts.loc[started, key]).max()
    return (rows[key].map(latest) - pd.Timestamp(cut)).dt.days.to_numpy(float)
