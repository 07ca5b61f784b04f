"""Those who did not answer: bounds, the bias that would flip a verdict, answers needed."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.intervals import wilson
from workbook.analysis.levels import outcome

__all__ = [
    "answers_needed",
    "bounds",
    "response_rates",
    "silent_verdict",
    "tipping_share",
]


def response_rates(invites, surveys, by=None, *, as_of: date, wait_days=14, confidence=0.95):
    """Share of invitations that were answered.

    Parameters
    ----------
    invites : ibis.Table or None
        survey_invites.
    surveys : ibis.Table or None
    by : str, optional
        wave, touchpoint, or a column of the invitations.
    wait_days : int
        Invitations younger than this are not counted: their answer may still come.

    Returns
    -------
    pandas.DataFrame
        group ("" for all), invited, answered, rate, low, high (Wilson); empty when invitations
        and answers can't be told to belong together.
    """
    columns = ["group", "invited", "answered", "rate", "low", "high"]
    nothing = pd.DataFrame(columns=columns)
    if invites is None or surveys is None or (by is not None and by not in invites.columns):
        return nothing
    key = _join_key(invites, surveys)
    if key is None:
        return nothing
    given = surveys.select(*key).distinct().mutate(answered=True)
    due = invites.filter(invites.invited_on.cast("date") <= as_of - timedelta(days=wait_days))
    rows = due.left_join(given, key)
    rows = rows.mutate(answered=rows.answered.fill_null(False))
    if by is None:
        found = rows.aggregate(invited=rows.count(), answered=rows.answered.sum()).to_pandas()
        found.insert(0, "group", "")
    else:
        found = rows.group_by(group=rows[by].fill_null("")).aggregate(
            invited=rows.count(), answered=rows.answered.sum()
        )
        found = found.order_by("group").to_pandas()
    found = found[found["invited"] > 0].fillna({"answered": 0})
    found["rate"] = found["answered"] / found["invited"]
    found["low"], found["high"] = wilson(found["answered"], found["invited"], confidence=confidence)
    return found.reset_index(drop=True)[columns]


def _join_key(invites, surveys):
    """What tells an invitation's answer: its id, or the customer and the wave."""
    for key in (["invite_id"], ["customer_id", "wave"]):
        if set(key) <= set(invites.columns) & set(surveys.columns):
            known = surveys.filter(surveys[key[0]].notnull()).count().execute()
            if known:
                return key
    return None


def bounds(share, rate):
    """A share among all invited if none, or all, of those who did not answer were satisfied.

    Examples
    --------
    >>> bounds(0.6, 0.5)
    (0.3, 0.8)
    """
    return share * rate, share * rate + 1 - rate


def tipping_share(share, rate, verdict):
    """The share among those who did not answer at which the whole is exactly at `verdict`.

    None when no share could do it: the verdict stands whatever they think.

    Examples
    --------
    >>> round(tipping_share(0.6, 0.5, 0.5), 3)
    0.4
    >>> tipping_share(0.9, 0.8, 0.5) is None
    True
    """
    if not 0 < rate < 1:
        return None
    needed = (verdict - share * rate) / (1 - rate)
    return float(needed) if 0 <= needed <= 1 else None


def silent_verdict(table, rates, *, target=0.0):
    """Whether those who did not answer could turn the verdict on the share of the satisfied.

    Parameters
    ----------
    table : pandas.DataFrame
        `levels.levels` of csat_top2.
    rates : pandas.DataFrame
        `response_rates` of all.
    target : float
        Share aimed at; 0: half of the customers.

    Returns
    -------
    dict or None
        share, rate, verdict (the share it is held against), above (share lies above it), bounds
        (`bounds`), tipping (`tipping_share`). None without answers or invitations.
    """
    if not len(table) or not len(rates):
        return None
    share, rate = float(table.iloc[0]["value"]), float(rates.iloc[0]["rate"])
    verdict = target or 0.5
    return {
        "share": share,
        "rate": rate,
        "verdict": verdict,
        "above": share > verdict,
        "bounds": bounds(share, rate),
        "tipping": tipping_share(share, rate, verdict),
    }


def answers_needed(answers, measure, *, margin, confidence=0.95, power=0.80):
    """How many answers a decision needs.

    Parameters
    ----------
    answers : Answers
    measure : str
        csat_top2 (margin as a share) or nps (points).
    margin : float
        Half-width wanted, and change between two waves to be found.

    Returns
    -------
    dict or None
        for_level (answers so that the interval is +- margin), for_change (answers per wave so that
        a change of the size of the margin is found with the given power), spread (standard
        deviation of an answer). None without an answer.

    Notes
    -----
    n = z^2 s^2 / margin^2, and n = 2 (z_confidence + z_power)^2 s^2 / margin^2 per wave.
    """
    values = outcome(answers, measure)
    if values is None or np.isnan(values).all():
        return None
    # nearly all alike so far is not counted on
    spread = max(float(np.nanstd(values)), 0.3 if measure == "csat_top2" else 30.0)
    z = norm.ppf(0.5 + confidence / 2)
    return {
        "for_level": int(np.ceil((z * spread / margin) ** 2)),
        "for_change": int(np.ceil(2 * ((z + norm.ppf(power)) * spread / margin) ** 2)),
        "spread": spread,
    }
