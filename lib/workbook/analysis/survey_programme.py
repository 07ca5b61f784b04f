"""Satisfaction before and after a programme, against answers that it did not concern."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.levels import FEWEST, outcome
from workbook.analysis.waves import difference

__all__ = ["programme_change"]


def programme_change(
    answers, measure, *, started_on, touchpoint="", window_days=365, confidence=0.95
):
    """A measure in the time before and after a day.

    Parameters
    ----------
    answers : Answers
    measure : str
    started_on : date or str
        Empty: none.
    touchpoint : str
        Which answers the programme concerns; the others are compared with. Empty: all of them,
        and nothing to compare with.
    window_days : int
        Before the day, and from it on.

    Returns
    -------
    dict or None
        before, after, change, low, high, n_before, n_after; with a touchpoint also others_change,
        and beyond (change less that of the others) with beyond_low, beyond_high, where the others
        are enough. None with fewer than 30 customers before or after.
    """
    values = outcome(answers, measure)
    if values is None or not started_on:
        return None
    frame = answers.frame
    age = (frame["day"] - pd.Timestamp(started_on)).dt.days.to_numpy()
    later = np.where(
        age < -window_days, np.nan, np.where(age < 0, 0.0, np.where(age < window_days, 1.0, np.nan))
    )
    own = np.ones(len(frame), bool)
    if touchpoint:
        if "touchpoint" not in frame:
            return None
        own = (frame["touchpoint"].astype(object) == touchpoint).to_numpy()
    who, weights = frame["customer"].to_numpy(), frame["weight"].to_numpy(float)
    z = norm.ppf(0.5 + confidence / 2)
    told = difference(np.where(own, values, np.nan), who, later, weights)
    if told["customers"] < FEWEST or not told["se"] > 0:
        return None
    found = {name: told[name] for name in ("before", "after", "change", "n_before", "n_after")}
    found |= {"low": told["change"] - z * told["se"], "high": told["change"] + z * told["se"]}
    rest = difference(np.where(own, np.nan, values), who, later, weights) if touchpoint else None
    if rest and rest["customers"] >= FEWEST and rest["se"] > 0:
        beyond, half = told["change"] - rest["change"], z * np.hypot(told["se"], rest["se"])
        found |= {"others_change": rest["change"], "beyond": beyond, "beyond_low": beyond - half,
                  "beyond_high": beyond + half}  # fmt: skip
    return found
