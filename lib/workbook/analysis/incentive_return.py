"""What an incentive costs per head, what spending goes with it, and at which margin it would pay."""

import numpy as np
import pandas as pd

__all__ = ["incentive_return"]

LEVEL = 0.05


def incentive_return(
    programme=None,
    *,
    points_cost: float | None = None,
    offers=None,
    offer_cost: dict | None = None,
    offer_days: int = 28,
    margin: float | None = None,
) -> pd.DataFrame:
    """Cost and return of programme and offers, per member and year and per offer.

    Parameters
    ----------
    programme : programme.ProgrammeStudy, optional
    points_cost : float, optional
        Money of the points redeemed in the last 12 months.
    offers : group_time.GroupTime, optional
        As `offers.offer_effect` gives it.
    offer_cost : dict, optional
        As `offers.offer_cost` gives it.
    offer_days : int
        Length of an offer's windows.
    margin : float, optional
        Gross margin, share of revenue.

    Returns
    -------
    DataFrame
        part (programme: per member and year; offers: per offer), units (members or offers of the 12
        months), cost, gain, gain_low, gain_high (money per unit; 95 % or the confidence of the
        study), break_even (margin at which gain pays cost), left, left_low, left_high (gain x margin
        - cost), verdict (of the comparison: "few", "wide", "trends_differ", "unclear", "more",
        "less"). Gain is NaN with the first three. Parts without a known cost are left out.
    """
    rows = []
    if programme is not None and points_cost is not None and programme.reasons["members"]:
        members = programme.reasons["members"]
        rows.append(("programme", members, points_cost / members,
                     *_gain(programme.spending, programme.verdict, 1.0), programme.verdict))  # fmt: skip
    if offer_cost and offer_cost["cost"] is not None and offer_cost["offers"]:
        n = offer_cost["offers"]
        verdict = _verdict(offers)
        followed = 0 if offers is None else int((offers.windows["window"] >= 0).sum())
        share = followed * offer_days / 365  # of a year, for which the gain is given
        rows.append(("offers", n, offer_cost["cost"] / n, *_gain(offers, verdict, share), verdict))
    columns = ["part", "units", "cost", "gain", "gain_low", "gain_high", "verdict"]
    table = pd.DataFrame(rows, columns=columns)
    gain = table["gain"].astype(float)
    table["break_even"] = table["cost"] / gain.where(gain > 0)
    for name in ("", "_low", "_high"):
        worth = np.nan if margin is None else margin
        table[f"left{name}"] = worth * table[f"gain{name}"].astype(float) - table["cost"]
    return table


def _verdict(found):
    if found is None:
        return "few"
    if found.trend_p < LEVEL:
        return "trends_differ"
    if found.low <= 0 <= found.high:
        return "unclear"
    return "more" if found.effect > 0 else "less"


def _gain(found, verdict, share):
    if found is None or verdict in ("few", "wide", "trends_differ"):
        return (np.nan, np.nan, np.nan)
    return tuple(share * gain for gain in (found.gain, found.gain_low, found.gain_high))
