"""When a customer is expected to order next, and how dates given in the past came out."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.clustered import cluster_variance
from workbook.analysis.likelihood import Fit
from workbook.analysis.still_customers import alive_now, silent_for

__all__ = ["AHEAD", "DatesCheck", "dates_check", "expected_dates"]

AHEAD = (14, 30, 60, 90, 180)
MOST_ORDERED = 3_000  # customers whose order is compared


@dataclass(frozen=True)
class DatesCheck:
    """Dates given on past days against what came.

    Attributes
    ----------
    n, customers : int
        Dates judged, and customers in them.
    by_day : DataFrame
        days, predicted, observed (share that had bought), low, high (of the observed share).
    own : DataFrame
        group (1: earliest dates, 2, 3), n, date (mean days to it), predicted, observed (share that
        had bought by the customer's own date), low, high; dates within the window only.
    order, order_low, order_high : float
        Chance that of two repeat customers the one with the higher chance to buy within the window
        bought first (0.5: no better than a coin).
    order_gap : float
        The same for last purchase plus own mean gap.
    gain_low, gain_high : float
        Interval of the difference between the two.
    verdict : str
        "use", "unclear" or "worse" against the own mean gap.
    """

    n: int
    customers: int
    by_day: pd.DataFrame
    own: pd.DataFrame
    order: float
    order_low: float
    order_high: float
    order_gap: float
    gain_low: float
    gain_high: float
    verdict: str


def expected_dates(fit: Fit | None, rows: pd.DataFrame) -> pd.DataFrame:
    """Days to the next order.

    Parameters
    ----------
    fit : Fit or None
        Modified BG/NBD of the same day.
    rows : DataFrame
        frequency, recency_days, T_days.

    Returns
    -------
    DataFrame
        Index as in `rows`: alive (chance of still being a customer), median, early, late (days until
        half, a tenth, nine tenths of such customers have ordered, of those who still are customers).
        Empty without a fit.

    Notes
    -----
    A customer of rate lambda ~ Gamma(r + x, alpha + T) orders after an exponential time, so that
    P(later than h) = ((alpha + T) / (alpha + T + h))^(r + x): a Lomax distribution.
    """
    if fit is None:
        return pd.DataFrame(columns=["alive", "median", "early", "late"])
    shape = fit.params["r"] + rows["frequency"].to_numpy(float)
    scale = fit.params["alpha"] * 7 + rows["T_days"].to_numpy(float)
    days = {
        name: scale * (np.power(1 - share, -1 / shape) - 1)
        for name, share in (("median", 0.5), ("early", 0.1), ("late", 0.9))
    }
    return pd.DataFrame({"alive": alive_now(fit, rows), **days}, index=rows.index)


def dates_check(rows: pd.DataFrame, fits: dict, days, *, window_days: int, confidence=0.95, seed=0):
    """Judge the dates that would have been given on past days.

    Parameters
    ----------
    rows : DataFrame
        customer_id, cut, frequency, recency_days, T_days, silence_days, next_days (days to the next
        purchase; NaN when none came within the window).
    fits : dict
        Day -> modified BG/NBD or None.
    days : sequence of date
    window_days : int
        How long each day was followed.

    Returns
    -------
    DatesCheck or None
        None when no day has a fit, or fewer than 30 customers bought.
    """
    parts = []
    for day in days:
        part = rows[rows["cut"] == pd.Timestamp(day)]
        fit = fits.get(day)
        if fit is None or not len(part):
            continue
        told = expected_dates(fit, part)
        for ahead in _ahead(window_days):
            told[f"by_{ahead}"] = 1 - silent_for(fit, part, ahead)
        parts.append(part.join(told))
    if not parts:
        return None
    table = pd.concat(parts, ignore_index=True)
    after = table["next_days"].to_numpy(float)
    if np.isfinite(after).sum() < 30:
        return None
    after = np.where(np.isfinite(after), after, np.inf)
    who = table["customer_id"].to_numpy()
    z = norm.ppf(0.5 + confidence / 2)
    by_day = [
        (ahead, *_shares(table[f"by_{ahead}"].to_numpy(), after <= ahead, who, z))
        for ahead in _ahead(window_days)
    ]
    median = table["median"].to_numpy()
    inside = np.flatnonzero(median <= window_days)
    own = []
    if len(inside) >= 30:
        third = pd.Series(median[inside]).rank(pct=True).to_numpy()
        group = np.ceil(third * 3).astype(int)
        for number in np.unique(group):
            at = inside[group == number]
            chance = table["alive"].to_numpy()[at] / 2
            found = _shares(chance, after[at] <= median[at], who[at], z)
            own.append((int(number), len(at), float(median[at].mean()), *found))
    order = _order(table, after, window_days, z, seed)
    columns = ["predicted", "observed", "low", "high"]
    return DatesCheck(
        len(table), int(table["customer_id"].nunique()),
        pd.DataFrame(by_day, columns=["days", *columns]),
        pd.DataFrame(own, columns=["group", "n", "date", *columns]), *order,
    )  # fmt: skip


def _ahead(window_days):
    return [days for days in AHEAD if days <= window_days]


def _shares(predicted, came, who, z):
    share = float(came.mean())
    half = z * np.sqrt(cluster_variance(came - share, who)) / len(came)
    return float(predicted.mean()), share, max(share - half, 0.0), min(share + half, 1.0)


def _order(table, after, window_days, z, seed):
    """Concordance of dates, and of last purchase plus mean gap, with intervals over customers.

    Customers are put in order by the chance to buy within the window: somebody who is probably gone
    has a date, but it comes last.
    """
    again = table[table["frequency"] > 0]
    chance = again[f"by_{_ahead(window_days)[-1]}"].to_numpy() if _ahead(window_days) else None
    nothing = (np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, "unclear")
    if chance is None or len(again) < 60:
        return nothing
    came = after[again.index.to_numpy()]
    gap = (again["recency_days"] / again["frequency"] - again["silence_days"]).to_numpy(float)
    late = np.where(gap < 0, -gap, gap)  # overdue for long is no sign of coming soon
    rng = np.random.default_rng(seed)
    place = rng.permutation(len(again))[:MOST_ORDERED]
    came, chance, late = came[place], chance[place], late[place]
    first = np.flatnonzero(came < np.inf)
    if len(first) < 30:
        return nothing
    own, other, pairs = np.zeros(len(came)), np.zeros(len(came)), np.zeros(len(came))
    for i in first:  # every pair counts for both of its customers
        later = np.flatnonzero(came > came[i])
        for sums, hit in (
            (own, np.sign(chance[i] - chance[later])),
            (other, np.sign(late[later] - late[i])),
        ):
            points = (hit + 1) / 2
            sums[later] += points
            sums[i] += points.sum()
        pairs[later] += 1
        pairs[i] += len(later)
    whole = pairs.sum() / 2
    if not whole:
        return nothing
    order, order_gap = own.sum() / 2 / whole, other.sum() / 2 / whole
    who = again["customer_id"].to_numpy()[place]
    half = z * np.sqrt(cluster_variance((own - order * pairs) / whole, who))
    gain = order - order_gap
    wide = z * np.sqrt(cluster_variance((own - other - gain * pairs) / whole, who))
    verdict = "use" if gain - wide > 0 else "unclear" if gain > 0 else "worse"
    return (float(order), float(order - half), float(order + half), float(order_gap),
            float(gain - wide), float(gain + wide), verdict)  # fmt: skip
