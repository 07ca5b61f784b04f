"""The probability of silence and the ranking by expected loss, put to the test on a later window."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit, logit

from workbook.analysis.cadence import population_cadence, silence_surprise
from workbook.analysis.customers import purchase_counts
from workbook.analysis.expected_loss import stay_values
from workbook.analysis.forecast_scores import capture_difference, scores
from workbook.analysis.intervals import wilson
from workbook.analysis.still_customers import alive_fit, silent_for

__all__ = ["RANKINGS", "SilenceCheck", "calibrated", "judged_states", "silence_check"]

#: Rankings of customers: the model's, and what they have to beat.
RANKINGS = ("at_stake", "past_spend", "silence")
THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
GROUPS = 8
FEWEST = 100  # customers and 10 of either outcome, below which nothing is calibrated


@dataclass(frozen=True)
class SilenceCheck:
    """A forecast of silence learned up to one cut and judged after a later one.

    Attributes
    ----------
    learned, cut, until : date
        Cut on whose following window the correction was learned, cut of the judged forecast, end.
    silent_days : int
        Length of both windows.
    rows : DataFrame
        `judged_states` at `cut`, without the lost, with chance (corrected P(no purchase in the
        window)) and at_stake (chance x stay).
    correction : tuple of float
        a, b of expit(a + b logit(P)) as learned on the first cut; today's is `correction_now`.
    correction_now : tuple of float
    calibration : DataFrame
        customers, predicted, actual, low, high (Wilson): groups by rising forecast.
    brier, brier_base : float
        Mean squared error of the forecast, and of the share known at the first cut for everybody.
    decision : DataFrame
        threshold, model, everybody: net benefit per customer of contacting those whose chance is
        at least the threshold, or everybody; nobody has 0 (Vickers, Elkin 2006).
    rankings : DataFrame
        ranking, captured: share that the top holds of the money which those who stopped had spent
        in the year before the cut.
    top : float
        Share of customers (0-1) in the top.
    advantage : dict
        difference, low, high of the model's ranking over `rival`, the best of the others.
    rival : str
    """

    learned: date
    cut: date
    until: date
    silent_days: int
    rows: pd.DataFrame
    correction: tuple
    correction_now: tuple
    calibration: pd.DataFrame
    brier: float
    brier_base: float
    decision: pd.DataFrame
    rankings: pd.DataFrame
    top: float
    advantage: dict
    rival: str

    @property
    def ranks_better(self) -> bool:
        """Whether the model's ranking beats every simple one beyond chance."""
        return bool(self.advantage["low"] > 0)

    @property
    def tells_better(self) -> bool:
        """Whether the probabilities beat one share for everybody."""
        return bool(self.brier < self.brier_base)


def judged_states(states, past_spend, *, silent_days, lost_below=0.02):
    """Customers who are not lost on a day, with forecasts made then and what came after.

    Parameters
    ----------
    states : DataFrame
        `purchase_state.purchase_states` at the day.
    past_spend : array_like
        Money in the year before it, per row.
    lost_below : float
        Customers whose silence only this share of such gaps outlasts count as lost already.

    Returns
    -------
    DataFrame
        The columns of `states` with leaves (no purchase in the silent_days after), past_spend,
        stage (first_purchase, repeat, loyal, dormant), lost (bool), raw (P(no purchase)) and stay
        (money over a year by staying), both NaN without a model. Lost customers are in it.
    """
    counts = purchase_counts(states)
    fit, cadence = alive_fit(counts), population_cadence(counts)
    surprise = silence_surprise(
        cadence, states["frequency"], states["recency_days"], states["silence_days"]
    )
    bought = states["purchase_days"].to_numpy()
    stage = np.select([surprise < 0.10, bought >= 4, bought >= 2], ["dormant", "loyal", "repeat"],
                      "first_purchase")  # fmt: skip
    table = states.assign(
        leaves=~(states["next_days"] <= silent_days).to_numpy(),
        past_spend=np.asarray(past_spend, float),
        stage=stage,
        lost=surprise < lost_below,
        raw=np.nan,
        stay=np.nan,
    )
    if fit is not None:
        stay = stay_values(fit, states)["stay"].to_numpy()
        table = table.assign(raw=silent_for(fit, states, silent_days), stay=stay)
    return table


def silence_check(earlier, later, *, learned, cut, until, silent_days, top) -> SilenceCheck | None:
    """Learn the correction on the earlier cut, judge on the later one.

    Parameters
    ----------
    earlier, later : DataFrame
        From `judged_states` at `learned` and `cut`.
    top : float
        Share of customers that the list holds.

    Returns
    -------
    SilenceCheck, or None when there is no model or too little to judge
    """
    sets = [frame[~frame["lost"]].reset_index(drop=True) for frame in (earlier, later)]
    for rows in sets:
        either = min(rows["leaves"].sum(), (~rows["leaves"]).sum())
        if len(rows) < FEWEST or either < 10 or rows["raw"].isna().any():
            return None
    first, rows = sets
    correction = _correction(first["raw"], first["leaves"])
    rows["chance"] = calibrated(rows["raw"], correction)
    rows["at_stake"] = rows["chance"] * rows["stay"]
    leaves = rows["leaves"].to_numpy(float)
    stopped = np.where(rows["leaves"], rows["past_spend"], 0.0)
    ranked = pd.DataFrame({"at_stake": rows["at_stake"], "past_spend": rows["past_spend"],
                           "silence": rows["silence_days"].astype(float)})  # fmt: skip
    captured = scores(ranked, stopped, top=top)[["method", "captured"]]
    captured = captured.rename(columns={"method": "ranking"})
    others = captured[captured["ranking"] != "at_stake"]
    rival = others.sort_values("captured", ascending=False, kind="stable")["ranking"].iloc[0]
    return SilenceCheck(
        learned, cut, until, silent_days, rows, correction,
        _correction(rows["raw"], rows["leaves"]), _calibration(rows["chance"], leaves),
        float(np.mean((rows["chance"] - leaves) ** 2)),
        float(np.mean((first["leaves"].mean() - leaves) ** 2)),
        _decision(rows["chance"].to_numpy(), leaves), captured, top,
        capture_difference(ranked["at_stake"], ranked[rival], stopped, top=top), rival,
    )  # fmt: skip


def calibrated(raw, correction):
    """Probabilities after the correction (Platt 1999 on the logit of the model's own)."""
    a, b = correction
    return expit(a + b * logit(np.clip(np.asarray(raw, float), 1e-6, 1 - 1e-6)))


def _correction(raw, leaves):
    z = logit(np.clip(np.asarray(raw, float), 1e-6, 1 - 1e-6))
    y = np.asarray(leaves, float)

    def cost(point):
        eta = point[0] + point[1] * z
        miss = expit(eta) - y
        return np.mean(np.logaddexp(0, eta) - y * eta), np.array([miss.mean(), (miss * z).mean()])

    return tuple(float(v) for v in minimize(cost, [0.0, 1.0], jac=True, method="BFGS").x)


def _calibration(chance, leaves):
    """Forecast and outcome in groups of equal size by forecast, equals together."""
    order = pd.Series(chance).rank(method="average", pct=True)
    group = np.minimum((order * GROUPS).to_numpy().astype(int), GROUPS - 1)
    table = pd.DataFrame({"predicted": chance, "actual": leaves}).groupby(group).agg(
        customers=("actual", "size"), predicted=("predicted", "mean"),
        leavers=("actual", "sum"), actual=("actual", "mean"),
    )  # fmt: skip
    table["low"], table["high"] = wilson(table["leavers"], table["customers"])
    return table.reset_index(drop=True)


def _decision(chance, leaves):
    rows = []
    for threshold in THRESHOLDS:
        odds = threshold / (1 - threshold)
        chosen = chance >= threshold
        right = (leaves * chosen).mean()
        rows.append((threshold, right - odds * ((1 - leaves) * chosen).mean(),
                     leaves.mean() - odds * (1 - leaves).mean()))  # fmt: skip
    return pd.DataFrame(rows, columns=["threshold", "model", "everybody"])
