"""Forecasts of chances made on past days, each with what was known then, and the one made today."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from workbook.analysis.forecast_cuts import ForecastCuts, Origin
from workbook.analysis.propensity import (
    AT_ONCE,
    FEWEST,
    baseline_chances,
    calibrated,
    chosen_name,
    estimators,
)

__all__ = ["Propensity", "Task", "by_blocks", "one_thread", "propensity", "rows_of_days"]

LEARN_AT_MOST = 40_000  # rows that a model learns from


@dataclass(frozen=True)
class Task:
    """What is to be forecast.

    Attributes
    ----------
    rows : DataFrame
        customer_id, cut (datetime64) and figures, one row per customer (or contract) and day;
        `happened` (bool; only read on days whose window is over).
    cuts : forecast_cuts.ForecastCuts
    inputs : callable
        (day of the forecast, rows) -> figures for models; may use what was known on that day only.
    groups : callable
        rows -> groups for simple forecasts.
    model_column : str
        Figure that holds the log odds of a model fitted elsewhere ("" for none), and `model_name`.
    learners : tuple of str
        Of `propensity.estimators`.
    """

    rows: pd.DataFrame
    cuts: ForecastCuts
    inputs: Callable
    groups: Callable
    model_column: str = "model_chance"
    model_name: str = "purchase_model"
    learners: tuple = ("logistic", "boosting")

    def at(self, *days: date) -> pd.DataFrame:
        """The rows of these days."""
        return rows_of_days(self.rows, days)


def rows_of_days(rows: pd.DataFrame, days) -> pd.DataFrame:
    """The rows (with `cut`) of these days; no copy where they follow each other, as today's do."""
    at = np.flatnonzero(rows["cut"].isin(pd.to_datetime(list(days))).to_numpy())
    together = len(at) and at[-1] - at[0] + 1 == len(at)
    return rows.iloc[at[0] : at[-1] + 1] if together else rows.iloc[at]


def by_blocks(rows: pd.DataFrame, figures: Callable) -> pd.DataFrame:
    """`figures` of the rows, a frame per block of them, put together.

    Models read some dozen figures of every row: those of a million customers at once would be the
    largest table of a run.
    """
    starts = range(0, max(len(rows), 1), AT_ONCE)
    parts = [figures(rows.iloc[start : start + AT_ONCE]) for start in starts]
    return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True)
class Propensity:
    """Past forecasts with their outcome, and today's.

    Attributes
    ----------
    code : str
        "" or why there is nothing: "too_short", "too_few".
    past : DataFrame
        customer_id, cut, happened, chance (of the model chosen then), model (its name), and one
        column per candidate and simple forecast; all trials.
    today : DataFrame
        customer_id, chance, model, the simple forecasts and, of the candidates, the one chosen.
    model : propensity.Calibrated or None
        The one that made today's forecast.
    trial : tuple
        (model, inputs, happened) of the newest trial.
    learned : int
        Rows that today's model has learned from.
    """

    code: str
    past: pd.DataFrame
    today: pd.DataFrame
    model: object = None
    trial: tuple = ()
    learned: int = 0


def propensity(task: Task | None, *, seed: int = 0) -> Propensity:
    """Try the forecast on each past day, then make today's in the same way.

    Parameters
    ----------
    task : Task or None
    seed : int

    Returns
    -------
    Propensity
        "too_short" without a past day to try it on; "too_few" when fewer than 30 events, or
        customers without one, lie before the newest trial or in it.
    """
    if task is None or task.cuts.now is None:
        return Propensity("too_short", pd.DataFrame(), pd.DataFrame())
    with one_thread():
        return _tried(task, seed)


@contextmanager
def one_thread():
    """Models of this size lose more to waiting threads than they gain; and sums keep their order."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


def _tried(task, seed):
    nothing, past, newest = pd.DataFrame(), [], ()
    for trial in task.cuts.trials:
        found = _forecast(task, trial, seed)
        if found is None:
            continue
        table, model, _ = found
        rows = task.at(trial.day)
        happened = rows["happened"].to_numpy(bool)
        past.append(table.assign(cut=rows["cut"].to_numpy(), happened=happened))
        newest = newest or (model, task.inputs(trial.day, rows), happened)
    events = sum(int(part["happened"].sum()) for part in past)
    if not past or min(events, sum(map(len, past)) - events) < FEWEST:
        return Propensity("too_few", nothing, nothing)
    now = _forecast(task, task.cuts.now, seed)
    if now is None:
        return Propensity("too_few", nothing, nothing)
    table, model, learned = now
    return Propensity("", pd.concat(past, ignore_index=True), table, model, newest, learned)


def _forecast(task, origin: Origin, seed):
    """Chances of the rows on the origin's day; None with too little to learn from."""
    learned, window = task.at(*origin.learned), task.at(origin.calibration)
    rows = task.at(origin.day)
    if not len(rows) or not len(window):
        return None
    before = np.concatenate([learned["happened"], window["happened"]]).astype(bool)
    events = int(window["happened"].sum())
    if min(events, len(window) - events) < FEWEST:
        return None
    if len(learned) > LEARN_AT_MOST:
        learned = learned.iloc[:: -(-len(learned) // LEARN_AT_MOST)]
    given = [task.inputs(origin.day, part) for part in (learned, window)]
    known = window["happened"].to_numpy(bool)
    fitted = {}
    if len(learned):
        fitted = estimators(given[0], learned["happened"], learners=task.learners, seed=seed)
    models = {name: calibrated(name, model, given[1], known) for name, model in fitted.items()}
    if task.model_column in given[1]:
        models = {task.model_name: _own_model(task, given, learned, known), **models}
    name = chosen_name(models, given[1], known)
    if name is None:
        return None
    told = {name: models[name]} if origin is task.cuts.now else models

    def chances(part):
        inputs = task.inputs(origin.day, part)
        return pd.DataFrame({key: model.chances(inputs) for key, model in told.items()})

    table = by_blocks(rows, chances)
    groups = pd.concat([task.groups(task.at(*origin.learned)), task.groups(window)])
    simple = baseline_chances(groups, before, task.groups(rows))
    table = pd.concat([table, simple], axis=1)
    table.insert(0, "customer_id", rows["customer_id"].to_numpy())
    table = table.assign(chance=table[name], model=name)
    return table, models[name], len(learned)


def _own_model(task, given, learned, known):
    """The model fitted elsewhere; where seasons are known, told which one it forecasts."""
    season = [name for name in given[0] if name.startswith("season=")]
    columns = (task.model_column, *season)
    fitted = {}
    if season and len(learned):
        part = given[0][list(columns)]
        fitted = estimators(part, learned["happened"], learners=("logistic",))
    if not fitted:
        return calibrated(task.model_name, None, given[1], known, column=task.model_column)
    return calibrated(task.model_name, fitted["logistic"], given[1], known, columns=columns)
