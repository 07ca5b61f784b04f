"""A channel that has become dearer: since when, by how much, and what that costs."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.acquisition_cost import dispersion
from workbook.analysis.cac_change import lead_panel, monthly_series

__all__ = ["CacRise", "cac_rise", "cost_split"]

YEAR = 12  # months
LEAST = 3  # months on either side of a start


@dataclass(frozen=True)
class CacRise:
    """A channel whose customers have become dearer.

    Attributes
    ----------
    channel : str or None
        Key; None for all channels together.
    by : str
        "lead": told from the cost of a lead, where most of the change lies; else "customer".
    start : date
        First month of the higher cost.
    before, after : float
        Money per new customer on either side of the start.
    ratio, low, high : float
        How many times as much a lead (by "lead") or a customer costs since, with the interval.
    customers : int
        New customers since the start.
    money, money_low, money_high : float
        What they cost more a year than at the cost before; 80 % interval.
    p : float
        One-sided, of the comparison with the year before.
    split : dict or None
        From `cost_split`.
    months : pandas.DataFrame
        month, cost (money per lead, or per customer over three months), level (before, after).
    """

    channel: str | None
    by: str
    start: date
    before: float
    after: float
    ratio: float
    low: float
    high: float
    customers: int
    money: float
    money_low: float
    money_high: float
    p: float
    split: dict | None
    months: pd.DataFrame


def cost_split(panel: pd.DataFrame, key, start, leads: pd.DataFrame | None = None) -> dict | None:
    """A change of cost per customer as cost per lead times leads per customer, exactly.

    Parameters
    ----------
    leads : pandas.DataFrame, optional
        channel (key), month, leads: from the client's own leads; without them the platforms' count
        in the panel serves.

    Returns
    -------
    dict or None
        lead_cost_before, lead_cost (money per lead), conversion_before, conversion (customers per
        lead), lead_cost_part (share of the change of log cost), own (leads are the client's own).
        None without leads on both sides.
    """
    part = panel if key is None else panel[panel["channel"] == key]
    own = leads is not None and len(leads) > 0
    if own:
        used = leads if key is None else leads[leads["channel"] == key]
        counts = part["month"].map(used.groupby("month")["leads"].sum()).fillna(0.0)
        # of all channels together each month stands once per channel
        counts = counts / part.groupby("month")["month"].transform("size")
    else:
        counts = part["leads"].fillna(0.0)
    part = part.assign(counted=counts, money=part["amount"] * part["seen"])
    late = part["month"] >= pd.Timestamp(start)
    sums = [
        part.loc[side, ["amount", "money", "counted", "customers"]].sum() for side in (~late, late)
    ]
    if any((side <= 0).any() for side in sums):
        return None
    lead_cost = [side["amount"] / side["counted"] for side in sums]
    cac = [side["money"] / side["customers"] for side in sums]
    change = np.log(cac[1] / cac[0])
    if abs(change) < 1e-9:
        return None
    return {
        "lead_cost_before": lead_cost[0], "lead_cost": lead_cost[1],
        "conversion_before": lead_cost[0] / cac[0], "conversion": lead_cost[1] / cac[1],
        "lead_cost_part": float(np.log(lead_cost[1] / lead_cost[0]) / change), "own": bool(own),
    }  # fmt: skip


def cac_rise(
    panel: pd.DataFrame, row, leads: pd.DataFrame | None = None, *, confidence=0.95
) -> CacRise | None:
    """Start, size and money of a rise.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `acquisition_cost.matched_months`.
    row : mapping
        A row of `cac_change.cac_changes`: channel, p.
    leads : pandas.DataFrame, optional
        channel (key), month, leads: the client's own.

    Returns
    -------
    CacRise or None
        None when no split of the months shows a rise.

    Notes
    -----
    The start is the split with the highest Poisson likelihood of customers per money. Where at least
    half of the change lies in the cost of a lead, leads take the place of customers, for they are
    more. Money: spend since the start less what as many would have cost at the cost before, error by
    the delta method.
    """
    key = row["channel"] if isinstance(row["channel"], str) else None
    months = np.sort(panel["month"].unique())
    used, by = panel, "customer"
    place = _best_split(*monthly_series(panel, key))
    split = None if place is None else cost_split(panel, key, months[place], leads)
    if (
        leads is not None
        and len(leads)
        and (place is None or (split and split["lead_cost_part"] >= 0.5))
    ):
        used, by = lead_panel(panel, leads), "lead"
        place = _best_split(*monthly_series(used, key))
    if place is None:
        return None
    split = cost_split(panel, key, months[place], leads)
    sides = []
    for frame in (panel, used):
        n, money = monthly_series(frame, key)
        sides.append([n[:place].sum(), money[:place].sum(), n[place:].sum(), money[place:].sum()])
    n0, m0, n1, m1 = sides[0]
    u0, s0, u1, s1 = sides[1]
    if min(n0, n1, u0, u1) <= 0 or m1 / n1 <= m0 / n0 or s1 / u1 <= s0 / u0:
        return None
    error = np.sqrt(dispersion(used) * (1 / u0 + 1 / u1))
    z = norm.ppf(0.5 + confidence / 2)
    years = (len(months) - place) / YEAR
    usual = u1 * s0 / u0
    extra, half = (s1 - usual) / years, norm.ppf(0.9) * usual * error / years
    ratio = s1 / usual
    return CacRise(
        key, by, pd.Timestamp(months[place]).date(), m0 / n0, m1 / n1, float(ratio),
        float(ratio * np.exp(-z * error)), float(ratio * np.exp(z * error)), int(n1), float(extra),
        max(float(extra - half), 0.0), float(extra + half), float(row["p"]), split, _months(used, key, by, place, (s0 / u0, s1 / u1)),
    )  # fmt: skip


def _months(used, key, by, place, levels):
    """The course of the cost, with its two levels."""
    n, money = monthly_series(used, key)
    table = pd.DataFrame({"month": np.sort(used["month"].unique()), "n": n, "money": money})
    sums = (
        table[["n", "money"]]
        if by == "lead"
        else table[["n", "money"]].rolling(3, min_periods=1).sum()
    )
    table["cost"] = sums["money"] / sums["n"].where(sums["n"] > 0)
    table["level"] = np.where(np.arange(len(n)) >= place, levels[1], levels[0])
    return table[["month", "cost", "level"]]


def _best_split(n, money):
    """The first month of the later side, as many per money before and fewer after."""
    later_n, later_m = n[::-1].cumsum()[::-1], money[::-1].cumsum()[::-1]
    early_n, early_m = n.sum() - later_n, money.sum() - later_m
    places = np.arange(len(n))
    inside = (places >= LEAST) & (places <= len(n) - LEAST) & (later_m > 0) & (early_m > 0)
    dearer = inside & (later_n * early_m < early_n * later_m)
    if not dearer.any():
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = _fit(later_n, later_m) + _fit(early_n, early_m)
    return int(np.where(dearer, gain, -np.inf).argmax())


def _fit(n, money):
    """Poisson log-likelihood of one rate per money, up to what doesn't change."""
    return np.where(n > 0, n * np.log(np.maximum(n, 1e-300) / money), 0.0)
