"""Who is next to leave: forecasts made at an earlier cut, judged by what happened after it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analysis.contracts import contract_rows
from workbook.analysis.duration_models import pace_by_period
from workbook.analysis.hazards import ended_within
from workbook.analysis.leaving_traits import settled_model
from workbook.analysis.survival_quality import brier, calibration, concordance

__all__ = [
    "HORIZONS",
    "REASONS",
    "Judgement",
    "chances_by_age",
    "chances_of_leaving",
    "judgement",
]

#: Months ahead for which a forecast is judged.
HORIZONS = (3, 6, 12)
#: Why there is no judgement.
REASONS = {
    "no_dates": "the days on which contracts ended are not known",
    "few_before": "too few contracts had ended by the earlier day to fit a model on",
    "few_after": "too few contracts have ended since the earlier day to judge a forecast by",
}
# Ends needed before and after the cut.
ENDS_BEFORE, ENDS_AFTER = 30, 10
# Ends that a stratum needs for a course of its own.
STRATUM_ENDS = 10
# Ages between which the pace of leaving may differ when no trait is used.
BREAKS = (3, 6, 12, 24, 36, 60)


@dataclass(frozen=True)
class Judgement:
    """Forecasts of an earlier day against what happened after it.

    Attributes
    ----------
    reason : str
        A key of ``REASONS``; empty when there is a judgement.
    cut : pandas.Timestamp or None
        The day up to which the model knew anything.
    n, ended : int
        Contracts running then, and those that ended since.
    model : {"traits", "age"}
        Cox's model with traits; by age alone when no trait could be used.
    calibration : pandas.DataFrame
        Of `survival_quality.calibration`.
    brier : pandas.DataFrame
        model (traits, age) and the columns of `survival_quality.brier`.
    concordance : pandas.DataFrame
        model, concordance, low, high, sampling_error, pairs, ended, horizon.
    error : tuple of float
        Observed by predicted at the longest horizon, lower and upper limit (80 %).
    """

    reason: str
    cut: pd.Timestamp | None = None
    n: int = 0
    ended: int = 0
    model: str = ""
    calibration: pd.DataFrame | None = None
    brier: pd.DataFrame | None = None
    concordance: pd.DataFrame | None = None
    error: tuple[float, float] = (1.0, 1.0)

    @property
    def score(self):
        """Row of ``concordance`` of the model in use, NaN without one."""
        names = ["model", "concordance", "low", "high", "sampling_error", "ended", "horizon"]
        if self.reason or not len(self.concordance):
            return pd.Series(np.nan, index=names)
        return self.concordance.set_index("model", drop=False).loc[self.model]

    @property
    def useful(self):
        """Whether the ranking is better than chance and no worse than by age alone."""
        score = self.score
        if not score["low"] > 0.5:
            return False
        age = self.concordance.loc[self.concordance["model"] == "age", "concordance"]
        return bool(score["concordance"] >= age.fillna(0).max())


def judgement(study, *, horizons=HORIZONS, back_months=12, confidence=0.95, seed=0):
    """Fit on contracts as they were known at a cut; judge on what became of those running then.

    Parameters
    ----------
    study : contract_study.Study
    horizons : sequence of int
        Months ahead.
    back_months : int
        How long before the last day the cut lies.
    confidence : float
    seed : int

    Returns
    -------
    Judgement
    """
    if study.design != "dates" or not study.timed:
        return Judgement("no_dates" if study.design != "dates" else "few_before")
    cut = (study.as_of - pd.DateOffset(months=back_months)).normalize()
    known = study.ends_known_from or None
    if known and pd.Timestamp(known) >= cut:
        return Judgement("few_before", cut)
    before = contract_rows(study.contracts, as_of=cut, observed_from=known, by=study.unit).rows
    if before["ended"].sum() < ENDS_BEFORE:
        return Judgement("few_before", cut)
    follow = contract_rows(
        study.contracts,
        as_of=study.as_of,
        observed_from=cut + pd.Timedelta(days=1),
        by=study.unit,
    ).rows
    key = "customer_id" if study.unit == "customer" else "contract_id"
    running = ~before["ended"].astype(bool)
    follow = follow[(follow["started_on"] <= cut) & (follow["duration"] > follow["entry"])]
    follow = follow[follow[key].isin(before.loc[running, key])].drop_duplicates(key)
    if follow["ended"].sum() < ENDS_AFTER:
        return Judgement("few_after", cut, len(follow), int(follow["ended"].sum()))
    model, chances = chances_of_leaving(before, study.traits, horizons)
    place = pd.Series(np.arange(len(before)), index=before[key])[lambda s: running.to_numpy()]
    place = place[follow[key]].to_numpy()
    predicted = {name: table.iloc[place].set_axis(follow.index) for name, table in chances.items()}
    longest = horizons[-1]
    scores, errors = [], []
    for name, table in predicted.items():
        found = concordance(
            follow, table[longest], horizon_months=longest, seed=seed, confidence=confidence
        )
        scores.append({"model": name, **found})
        errors.append(brier(follow, table, confidence=confidence).assign(model=name))
    return Judgement(
        "",
        cut,
        len(follow),
        int(follow["ended"].sum()),
        model,
        calibration(follow, predicted[model], confidence=confidence),
        pd.concat(errors, ignore_index=True),
        pd.DataFrame(scores),
        _past_error(calibration(follow, predicted[model][[longest]], confidence=0.8)),
    )


def chances_of_leaving(rows, traits, horizons, *, model=None):
    """Chance of each row that it ends within each horizon, given its age.

    Parameters
    ----------
    rows : pandas.DataFrame
        entry, duration, ended and the traits; the age of a running contract is its duration.
    traits : sequence of str
    horizons : sequence of int
        Months.
    model : leaving_traits.SettledModel, optional
        Of the same rows and traits, when it has been fitted already.

    Returns
    -------
    model : {"traits", "age"}
        The better informed of those that could be fitted.
    chances : dict of pandas.DataFrame
        For "age", and "traits" where fitted: one column per horizon.
    """
    age = rows["duration"].to_numpy(dtype=float)
    chances = {"age": chances_by_age(rows, horizons)}
    model = model or settled_model(rows, traits)
    if model.fit.message and not (model.strata and model.fit.message == "no_term"):
        return "age", chances
    told = chances["age"].copy()
    ends = rows["ended"].groupby(model.codes).sum()
    first = dict.fromkeys(model.codes)  # in order of appearance, as the model numbers them
    for place, code in enumerate(first):
        own = (model.codes == code).to_numpy()
        if ends[code] < STRATUM_ENDS:
            continue  # too few for a course of its own: by age alone
        frame = model.design.frame[own]
        if model.fit.message:
            told.loc[own] = chances_by_age(rows[own], horizons).to_numpy()
            continue
        for h in horizons:
            told.loc[own, h] = ended_within(model.fit, frame, h, age=age[own], stratum=place)
    return "traits", {"traits": told, **chances}


def chances_by_age(rows, horizons):
    """Chances by age alone: the pace of each period of age."""
    age = rows["duration"].to_numpy(dtype=float)
    breaks = [b for b in BREAKS if b < age.max(initial=0.0)] or [1.0]
    pace = pace_by_period(rows, breaks)
    told = {h: -np.expm1(_summed(pace, age) - _summed(pace, age + h)) for h in horizons}
    return pd.DataFrame(told, index=rows.index)


def _summed(pace, age):
    """Cumulative hazard; periods nobody was watched in go on at the pace before them."""
    edges = np.append(pace["from_month"], np.inf)
    rate = pace["pace"].ffill().bfill().fillna(0.0).to_numpy()
    inside = np.minimum(age[:, None], edges[1:]) - edges[:-1]
    return np.maximum(inside, 0.0) @ rate


def _past_error(table):
    """Observed by predicted of everybody, as limits around one."""
    row = table[table["group"] == 0].iloc[0]
    if not row["predicted"] > 0 or np.isnan(row["observed"]):
        return 1.0, 1.0
    return min(row["low"] / row["predicted"], 1.0), max(row["high"] / row["predicted"], 1.0)
