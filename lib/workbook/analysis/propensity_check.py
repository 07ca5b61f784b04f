"""How good chances were: ranking, size, calibration, and what acting on them would have been worth."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import norm, rankdata

from workbook.analysis.clustered import cluster_variance, clustered_share
from workbook.analysis.propensity import BASELINES

__all__ = ["PropensityCheck", "area_under_curve", "captured_share", "propensity_check"]

TOP = 0.10
GROUPS = 10


@dataclass(frozen=True)
class PropensityCheck:
    """Past chances against what happened.

    Attributes
    ----------
    n, customers, events : int
        Forecasts judged, customers in them, and those to whom it happened.
    methods : DataFrame
        method, auc, auc_low, auc_high, brier, brier_low, brier_high, captured (share of the events
        held by the tenth with the highest chance, days taken apart), captured_low, captured_high.
        "chance" is the forecast that was made, the others its candidates and simple forecasts.
    rival : str
        The simple forecast with the smallest Brier score.
    gain : dict
        value, low, high: by how much the forecast's Brier score is below the rival's.
    capture_gain : dict
        value, low, high: captured share above that of ranking by past spend.
    calibration : DataFrame
        group (1: lowest chance), n, predicted, observed, low, high.
    slope, slope_low, slope_high : float
        Of the log odds; 1 when chances are neither too bold nor too timid.
    offset, offset_low, offset_high : float
        Mean chance less share that happened.
    verdict : str
        "use": better than every simple forecast beyond chance; "unclear": ahead, but not beyond
        chance; "worse".
    """

    n: int
    customers: int
    events: int
    methods: pd.DataFrame
    rival: str
    gain: dict
    capture_gain: dict
    calibration: pd.DataFrame
    slope: float
    slope_low: float
    slope_high: float
    offset: float
    offset_low: float
    offset_high: float
    verdict: str

    def score(self, name: str, method: str = "chance"):
        """One number of `methods`."""
        return self.methods.set_index("method").at[method, name]


def propensity_check(past: pd.DataFrame, *, confidence: float = 0.95) -> PropensityCheck | None:
    """Judge the forecasts of `propensity_trial.propensity`; None without any.

    Parameters
    ----------
    past : DataFrame
        customer_id, cut, happened, chance and one column per other method.
    confidence : float

    Notes
    -----
    Every interval is linearised with the customer as the unit, who may stand in several trials.
    """
    if not len(past) or not 0 < past["happened"].sum() < len(past):
        return None
    y = past["happened"].to_numpy(float)
    who = past["customer_id"].to_numpy()
    names = [c for c in past if c not in ("customer_id", "cut", "happened", "model")]
    names = ["chance", *(name for name in names if name != "chance")]
    z = norm.ppf(0.5 + confidence / 2)
    rows, captured = [], {}
    for name in names:
        p = past[name].to_numpy(float)
        if np.isnan(p).any():
            continue
        area, area_scores = area_under_curve(y, p)
        loss = (p - y) ** 2
        share, share_scores = captured_share(y, p, past["cut"].to_numpy())
        captured[name] = (share, share_scores)
        parts = [name]
        for value, scores, top in (
            (area, area_scores, 1.0),
            (loss.mean(), (loss - loss.mean()) / len(y), np.inf),
            (share, share_scores, 1.0),
        ):
            half = z * np.sqrt(cluster_variance(scores, who))
            parts += [value, max(value - half, 0.0), min(value + half, top)]
        rows.append(parts)
    columns = ["method", *(f"{m}{end}" for m in ("auc", "brier", "captured")
                           for end in ("", "_low", "_high"))]  # fmt: skip
    methods = pd.DataFrame(rows, columns=columns)
    simple = methods[methods["method"].isin(BASELINES)].sort_values("brier", kind="stable")
    rival = simple["method"].iloc[0]
    apart = (past[rival].to_numpy(float) - y) ** 2 - (past["chance"].to_numpy(float) - y) ** 2
    gain = _with_error(apart.mean(), (apart - apart.mean()) / len(y), who, z)
    spend = "past_spend" if "past_spend" in captured else rival
    capture_gain = _with_error(
        captured["chance"][0] - captured[spend][0],
        captured["chance"][1] - captured[spend][1],
        who,
        z,
    )
    slope = _slope(past["chance"].to_numpy(float), y, who, z)
    off = past["chance"].to_numpy(float) - y
    offset = _with_error(off.mean(), (off - off.mean()) / len(y), who, z)
    verdict = "use" if gain["low"] > 0 else "unclear" if gain["value"] > 0 else "worse"
    return PropensityCheck(
        len(y), len(pd.unique(who)), int(y.sum()), methods, rival, gain, capture_gain,
        _calibration(past, who, confidence), *slope, *offset.values(), verdict,
    )  # fmt: skip


def area_under_curve(happened, score):
    """Chance that somebody to whom it happened had the higher score (ties half).

    Returns
    -------
    area : float
    scores : ndarray
        What each row adds to the estimate's error; their clustered variance is that of the area.

    Notes
    -----
    DeLong, DeLong, Clarke-Pearson (1988); summed by customer: Obuchowski (1997).
    """
    y = np.asarray(happened, bool)
    score = np.asarray(score, float)
    n1, n0 = int(y.sum()), int((~y).sum())
    if not n1 or not n0:
        return np.nan, np.zeros(len(y))
    ranks = rankdata(score)
    place = np.empty(len(y))
    place[y] = (ranks[y] - rankdata(score[y])) / n0
    place[~y] = 1 - (ranks[~y] - rankdata(score[~y])) / n1
    area = float(place[y].mean())
    return area, (place - area) / np.where(y, n1, n0)


def captured_share(happened, score, cut, *, top: float = TOP):
    """Share of the events that the top tenth of each day holds, ties in part.

    Returns
    -------
    share : float
    scores : ndarray
        As of `area_under_curve`; the size of the top is fixed, so that a customer at its edge
        weighs against the mean of those there.
    """
    y, score = np.asarray(happened, float), np.asarray(score, float)
    member, edge = np.zeros(len(y)), np.zeros(len(y))
    for day in pd.unique(cut):
        rows = np.flatnonzero(cut == day)
        levels, at, counts = np.unique(-score[rows], return_inverse=True, return_counts=True)
        above = np.concatenate([[0], counts.cumsum()[:-1]])
        member[rows] = np.clip((top * len(rows) - above) / counts, 0, 1)[at]
        ordered = np.sort(score[rows])[::-1]
        ends = np.clip(np.array([0.8, 1.2]) * top * len(rows), 0, len(rows) - 1).astype(int)
        near = (score[rows] <= ordered[ends[0]]) & (score[rows] >= ordered[ends[1]])
        edge[rows] = y[rows][near].mean()
    whole = y.sum()
    share = float(member @ y / whole)
    return share, (y * (member - share) - edge * (member - top)) / whole


def _with_error(value, scores, who, z):
    half = z * np.sqrt(cluster_variance(scores, who))
    return {"value": float(value), "low": float(value - half), "high": float(value + half)}


def _slope(chance, y, who, z):
    """Logistic slope of what happened on the log odds, with a clustered interval."""
    p = np.clip(chance, 1e-6, 1 - 1e-6)
    raw = np.log(p / (1 - p))
    if np.ptp(raw) < 1e-9:
        return np.nan, np.nan, np.nan
    x = np.column_stack([np.ones(len(y)), raw])
    coef = np.array([0.0, 1.0])
    for _ in range(30):
        q = expit(x @ coef)
        bend = x.T @ (x * (q * (1 - q))[:, None])
        step = np.linalg.lstsq(bend, x.T @ (y - q), rcond=None)[0]
        coef = coef + step * min(1.0, 2.0 / max(np.abs(step).max(), 1e-12))
        if np.abs(step).max() < 1e-8:
            break
    influence = (x * (y - expit(x @ coef))[:, None]) @ np.linalg.pinv(bend)[:, 1]
    half = z * np.sqrt(cluster_variance(influence, who))
    return float(coef[1]), float(coef[1] - half), float(coef[1] + half)


def _calibration(past, who, confidence):
    """Tenths by chance; equal chances stay together."""
    chance = past["chance"].to_numpy(float)
    place = pd.Series(chance).rank(method="average", pct=True).to_numpy()
    group = pd.factorize(np.ceil(place * GROUPS - 1e-9), sort=True)[0] + 1
    rows = []
    for number in np.unique(group):
        inside = group == number
        found = clustered_share(
            past["happened"].to_numpy()[inside], who[inside], confidence=confidence
        )
        rows.append((int(number), found["n"], float(chance[inside].mean()), found["share"],
                     found["low"], found["high"]))  # fmt: skip
    return pd.DataFrame(rows, columns=["group", "n", "predicted", "observed", "low", "high"])
