"""How often and for how much customers will buy: per customer, in total, and tried on the past."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analysis import mbgnbd
from workbook.analysis.customer_value import spend_fit, spend_history, value_per_purchase
from workbook.analysis.forecast_cuts import ForecastCuts
from workbook.analysis.forecast_newcomers import expected_newcomers, newcomers_at
from workbook.analysis.forecast_scores import capture_difference, scores
from workbook.analysis.likelihood import distinct
from workbook.analysis.propensity_trial import by_blocks, one_thread, rows_of_days

__all__ = ["MEASURES", "SalesForecast", "SalesTask", "sales_forecast"]

#: Measure -> the column of its outcome.
MEASURES = {"purchases": "days_after", "revenue": "amount_after"}
SIMPLE = ("nothing_changes", "past_rate", "rfm_cell")
LEARN_AT_MOST = 40_000


@dataclass(frozen=True)
class SalesTask:
    """`rows`: customer_id, cut, features, days_after, amount_after; `cuts`; `inputs`: (day, rows) ->
    figures; `groups`: rows -> groups with rfm_cell; `fits`: day -> modified BG/NBD or None; `days`:
    length of a window; `window`: its name in `purchase_features.WINDOWS`; `new`: cut, days_after,
    amount_after, buyers of customers who first bought after the cut; `scale`: by how much all
    customers are more than those studied."""

    rows: pd.DataFrame
    cuts: ForecastCuts
    inputs: Callable
    groups: Callable
    fits: dict
    days: int
    window: str
    new: pd.DataFrame
    scale: float = 1.0


@dataclass(frozen=True)
class SalesForecast:
    """Purchases and money of one window ahead.

    Attributes
    ----------
    past : DataFrame
        measure, customer_id, cut, actual, forecast, and one column per method; all trials.
    today : DataFrame
        customer_id, purchases, revenue.
    judged : DataFrame
        measure and the columns of `forecast_scores.scores` (forecast and all methods), all trials
        together.
    rivals : dict
        measure -> (the simple method whose top tenth held most, `capture_difference` over it).
    methods : dict
        measure -> method used today.
    totals : DataFrame
        measure, cut, known, new (forecast of known customers, and of those still to come), actual,
        actual_new; one row per trial.
    """

    past: pd.DataFrame
    today: pd.DataFrame
    judged: pd.DataFrame
    rivals: dict
    methods: dict
    totals: pd.DataFrame


def sales_forecast(task: SalesTask, *, confidence: float = 0.95) -> SalesForecast | None:
    """Forecast purchases and money on each past day as on that day, and today.

    Parameters
    ----------
    task : SalesTask
    confidence : float

    Returns
    -------
    SalesForecast or None
        None when there is no past day to try it on.

    Notes
    -----
    Candidates are a Poisson regression of purchases on all figures, and the purchase model; each is
    scaled to the number of purchases in the calibration window (the purchase model, which knows no
    season, to those of the same window in earlier years where there are any). Money is purchases times
    Gamma-Gamma's value per purchase. For each measure the candidate with the smaller deviance in the
    calibration window is chosen (Poisson; Tweedie of power 1.5 for money). Simple forecasts: what the last window of this
    length brought; the customer's own rate so far; the mean of the RFM cell in earlier windows.
    """
    if task.cuts.now is None:
        return None
    with one_thread():
        return _tried(task, confidence)


def _tried(task, confidence):
    past, totals, methods, today = [], [], {}, {}
    for origin in (*task.cuts.trials, task.cuts.now):
        for measure, (table, name) in _forecast(task, origin).items():
            if origin is task.cuts.now:
                today[measure], methods[measure] = table.set_index("customer_id")["forecast"], name
                continue
            rows = _at(task, [origin.day])
            actual = rows[MEASURES[measure]].to_numpy(float)
            past.append(table.assign(measure=measure, cut=rows["cut"].to_numpy(), actual=actual))
            column = MEASURES[measure]
            coming = expected_newcomers(task, origin.day, column)
            came = newcomers_at(task, origin.day, column)
            totals.append((measure, origin.day, float(table["forecast"].sum()), coming,
                           float(actual.sum()), came))  # fmt: skip
    if not past or set(today) != set(MEASURES):
        return None
    past = pd.concat(past, ignore_index=True)
    judged, rivals = [], {}
    for measure, part in past.groupby("measure", sort=False):
        names = [c for c in part if c not in ("customer_id", "measure", "cut", "actual")]
        names = [name for name in names if not part[name].isna().any()]
        table = scores(part[names], part["actual"]).assign(measure=measure)
        judged.append(table)
        simple = table[table["method"].isin(SIMPLE)].sort_values("captured", kind="stable")
        rival = simple["method"].iloc[-1]
        gain = capture_difference(
            part["forecast"], part[rival], part["actual"], confidence=confidence
        )
        rivals[measure] = (rival, gain)
    columns = ["measure", "cut", "known", "new", "actual", "actual_new"]
    return SalesForecast(past, pd.DataFrame(today).rename_axis("customer_id").reset_index(),
                         pd.concat(judged, ignore_index=True), rivals, methods,
                         pd.DataFrame(totals, columns=columns))  # fmt: skip


def _at(task, days):
    return rows_of_days(task.rows, days)


def _forecast(task, origin):
    """Forecasts by every method for the rows of a day: {measure: (table, method)}; {} without one."""
    from sklearn.metrics import mean_tweedie_deviance

    rows, window = _at(task, [origin.day]), _at(task, [origin.calibration])
    known = window["days_after"].to_numpy(float)
    if not len(rows) or not known.sum() > 0:
        return {}
    candidates = {}
    regression = _regression(task, origin)
    if regression is not None:
        candidates["regression"] = [regression(part) for part in (window, rows)]
    fit = task.fits.get(origin.day)
    if fit is not None:
        candidates["purchase_model"] = [_by_model(fit, part, task.days) for part in (window, rows)]
    plain = rows.reset_index(drop=True)
    spend = spend_fit(spend_history(plain))
    value, value_before = (
        np.nan_to_num(value_per_purchase(part, spend))
        for part in (plain, window.reset_index(drop=True))
    )
    paid = window["amount_after"].to_numpy(float)
    scaled, losses = {}, {measure: {} for measure in MEASURES}
    for name, (before, now) in candidates.items():
        factor = known.sum() / max(before.sum(), 1e-9)
        if name == "purchase_model":
            factor = _season_factor(task, origin, factor)
        scaled[name] = now * factor
        before = np.maximum(before * factor, 1e-6)
        losses["purchases"][name] = mean_tweedie_deviance(known, before, power=1)
        money = np.maximum(before * value_before, 1e-6)
        losses["revenue"][name] = mean_tweedie_deviance(paid, money, power=1.5)
    told = {}
    for measure in MEASURES:
        own = {name: n * value if measure == "revenue" else n for name, n in scaled.items()}
        table = pd.DataFrame(
            {
                "customer_id": rows["customer_id"].to_numpy(),
                **own,
                **_simple(task, origin, rows, measure),
            }
        )
        chosen = min(losses[measure], key=losses[measure].get, default="rfm_cell")
        told[measure] = (table.assign(forecast=table[chosen]), chosen)
    return told


def _regression(task, origin):
    """A fitted Poisson regression of purchases as a function of rows; None with too few purchases."""
    from sklearn.linear_model import PoissonRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    learned = _at(task, origin.learned)
    if (learned["days_after"] > 0).sum() < 50:
        return None
    if len(learned) > LEARN_AT_MOST:
        learned = learned.iloc[:: -(-len(learned) // LEARN_AT_MOST)]
    inputs, actual = task.inputs(origin.day, learned), learned["days_after"].to_numpy(float)
    model = make_pipeline(
        StandardScaler(),
        FunctionTransformer(np.nan_to_num),
        PoissonRegressor(alpha=0.01, solver="newton-cholesky", max_iter=100),
    )
    model.fit(inputs.to_numpy(float), actual)
    most = actual.max()

    def forecast(rows):
        inputs = task.inputs(origin.day, rows).to_numpy(float)
        return pd.Series(np.clip(model.predict(inputs), 0.0, most))

    return lambda rows: by_blocks(rows, forecast).to_numpy()


def _season_factor(task, origin, factor):
    """What the purchase model was off by in the same window of earlier years, where that is known."""
    if not task.cuts.seasonal:
        return factor
    per_year = 12 // task.cuts.months
    rows = _at(task, (origin.calibration, *origin.learned)[per_year - 1 :: per_year])
    before = _by_model(task.fits[origin.day], rows, task.days).sum() if len(rows) else 0.0
    return float(rows["days_after"].sum()) / before if before > 0 else factor


def _by_model(fit, rows, days):
    x = rows["frequency"].to_numpy(float)
    t_x, T = (rows[name].to_numpy(float) / 7 for name in ("recency_days", "T_days"))
    histories, place = distinct(x, t_x, T)
    return mbgnbd.expected_purchases(fit.params, days / 7, *histories)[place]


def _simple(task, origin, rows, measure):
    """Forecasts without a model."""
    outcome, prefix = MEASURES[measure], "days" if measure == "purchases" else "amount"
    column = "frequency" if prefix == "days" else "repeat_amount"
    known = np.maximum(rows["T_days"].to_numpy(float), task.days)
    earlier = _at(task, [origin.calibration, *origin.learned])
    cells = pd.Series(earlier[outcome].to_numpy(float)).groupby(
        task.groups(earlier)["rfm_cell"].to_numpy()
    )
    mean = cells.mean().reindex(task.groups(rows)["rfm_cell"]).fillna(earlier[outcome].mean())
    return {
        "nothing_changes": rows[f"{prefix}_{task.window}"].to_numpy(float),
        "past_rate": rows[column].to_numpy(float) / known * task.days,
        "rfm_cell": mean.to_numpy(float),
    }
