"""How many running contracts will end, and whose: forecasts in the form that a later run judges."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.contracts import contract_rows
from workbook.analysis.leaving_forecast import chances_by_age, chances_of_leaving
from workbook.analysis.value_interval import past_error_interval

__all__ = ["HORIZONS", "ending_chances", "ending_forecasts", "last_day"]

#: Months ahead -> months back to the days from which the same was tried.
HORIZONS = {3: (3, 6, 9, 12), 12: (12, 24)}
ENDS_BEFORE, ENDS_AFTER = 30, 10  # ends known on such a day, and ends in all windows together


def last_day(as_of, months: int):
    """Last day of a window of so many months that begins the day after `as_of`."""
    return (pd.Timestamp(as_of) + pd.DateOffset(months=months)).date()


def ending_forecasts(study, *, level: float = 0.9) -> list[dict]:
    """Of the contracts running today, how many end without being renewed.

    Parameters
    ----------
    study : contract_study.Study
    level : float
        Chance that the interval holds the outcome.

    Returns
    -------
    list of dict
        As `report.forecasts.forecast_entry` takes them: one for each of `HORIZONS` that could be tried
        on the past; empty where the days of ends are not known.

    Notes
    -----
    Chances by age alone are added up, times what came of the same sum on earlier days: that settles the
    level, whatever counts as one contract. Interval: the wider of Poisson's, with the error of that
    factor, and that of the errors of the earlier days.
    """
    if study.design != "dates" or not study.timed:
        return []
    ends = _ends(study.contracts)
    back = sorted({0, *(m for tried in HORIZONS.values() for m in tried)})
    spans = _spans(study.contracts)
    sums = {months: _expected(study, spans, months) for months in back}
    found = []
    for horizon, tried in HORIZONS.items():
        pairs = [
            (sums[m][horizon], _came(ends, _day(study, m), _day(study, m - horizon)))
            for m in tried
            if sums[m] is not None
        ]
        said, came = np.array(pairs, dtype=float).reshape(-1, 2).T
        if sums[0] is None or came.sum() < ENDS_AFTER or not said.min(initial=np.inf) > 0:
            continue
        factor = came.sum() / said.sum()
        value = float(sums[0][horizon] * factor)
        half = norm.ppf(0.5 + level / 2) * np.sqrt(value + value**2 / came.sum())
        with np.errstate(divide="ignore"):
            errors = np.log(came / (said * factor))
        errors *= np.sqrt(len(came) / max(len(came) - 1, 1))  # the factor is of the same days
        low, high = past_error_interval(value, errors, confidence=level)
        found.append({
            "name": f"ended_contracts_{horizon}", "measure": "ended_contracts", "value": value,
            "start": (_day(study, 0) + pd.Timedelta(days=1)).date(), "end": last_day(study.as_of, horizon),
            "low": max(float(np.fmin(low, value - half)), 0.0), "high": float(np.fmax(high, value + half)),
            "level": level, "customers": "known",
        })  # fmt: skip
    return found


def ending_chances(study, judged, traits=None, *, months: int = 3) -> pd.DataFrame | None:
    """Chance of each customer with a running contract that one ends within so many months.

    Parameters
    ----------
    study : contract_study.Study
    judged : leaving_forecast.Judgement
        Without one that holds, there are no chances.
    traits : leaving_traits.TraitStudy, optional
        Of the same study: its model is used in place of one fitted anew.

    Returns
    -------
    pandas.DataFrame or None
        customer_id, probability (of several contracts, that any ends).
    """
    if judged.reason or not judged.useful:
        return None
    model, chances = chances_of_leaving(
        study.rows, study.traits, (months,), model=traits and traits.model
    )
    running = ~study.rows["ended"].astype(bool)
    kept = (1 - chances[model].loc[running, months].clip(0, 1)).groupby(
        study.rows.loc[running, "customer_id"]
    )
    return (1 - kept.prod()).rename("probability").reset_index()


def _day(study, months):
    return (study.as_of - pd.DateOffset(months=months)).normalize()


def _spans(contracts):
    """What durations need of the contracts, each contract once, and numbers for customers' ids."""
    if "contract_id" in contracts:
        ids = contracts["contract_id"]
        contracts = contracts[ids.isna() | ~ids.duplicated(keep="last")]
    spans = contracts[["customer_id", "started_on", "ended_on"]]
    return spans.assign(customer_id=pd.factorize(spans["customer_id"])[0])


def _expected(study, spans, months):
    """{horizon: ends expected by age of what ran so many months ago}; None with too few ends by then."""
    cut, known = _day(study, months), study.ends_known_from or None
    if known and pd.Timestamp(known) >= cut:
        return None
    rows = contract_rows(spans, as_of=cut, observed_from=known, by=study.unit).rows
    ended = rows["ended"].astype(bool)
    if ended.sum() < ENDS_BEFORE:
        return None
    return chances_by_age(rows, tuple(HORIZONS))[~ended].sum().to_dict()


def _ends(contracts):
    """started_on, ended_on of contracts that ended and were not renewed."""
    days = contracts[["started_on", "ended_on"]].apply(pd.to_datetime, errors="coerce")
    if "renewed" in contracts:
        days = days[~contracts["renewed"].eq(True).fillna(False).astype(bool)]
    return days.dropna()


def _came(ends, cut, until):
    """How many of the contracts begun by `cut` ended from the day after to `until`."""
    return int(((ends["started_on"] <= cut) & ends["ended_on"].between(cut, until, "right")).sum())
