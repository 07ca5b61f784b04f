"""Planning a trial of an action whose effect is unknown: how many, how long, how many left alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd

from workbook.analysis.experiment import detectable_difference, needed_per_group, power

__all__ = ["TrialPlan", "gain_of_test", "test_size", "trial_plan"]

WINDOWS = (30, 60, 90, 180)
SHARES = (0.1, 0.2, 0.3, 0.5)


@dataclass(frozen=True)
class TrialPlan:
    """`windows`: window_days, base (share of known customers who bought in the last so many days),
    needed (customers per arm to find `assumed` with 80 % power; NaN when none is), months (until
    enough customers have come, all known ones at once; NaN without newcomers); `shares`: window_days,
    control_share, control, contacted, detectable (smallest rise of the share that is found), power
    (for `assumed`); `customers` that can take part, `new_per_month`; `learn`: dict of `test_size`."""

    windows: pd.DataFrame
    shares: pd.DataFrame
    customers: int
    new_per_month: float
    assumed: float
    learn: dict


def trial_plan(
    days, *, as_of: date, assumed: float, spread: float, window_days: int
) -> TrialPlan | None:
    """What a trial among all known customers could show; None without a purchase.

    Parameters
    ----------
    days : ibis.Table or None
        As `bought_days.bought_days` gives it.
    assumed : float
        Rise of the share who buy that should be found (0.03: three points).
    spread : float
        How far effects of such actions differ, as standard deviation of that share.
    window_days : int
        Window that `shares` and `learn` are worked out for.
    """
    if days is None:
        return None
    people = days.group_by("customer_id").aggregate(
        first=days.first_on.min(), last=days.bought_on.max()
    )
    windows = tuple(sorted({*WINDOWS, window_days}))
    starts = {n: ibis.literal(as_of - timedelta(days=n - 1)).cast("date") for n in windows}
    year = ibis.literal(as_of - timedelta(days=364)).cast("date")
    sums = {f"n{n}": (people["first"] < day).sum() for n, day in starts.items()}
    sums |= {
        f"k{n}": ((people["first"] < day) & (people["last"] >= day)).sum()
        for n, day in starts.items()
    }
    sums |= {"all": people.count(), "new": (people["first"] >= year).sum()}
    seen = people.aggregate(**sums).execute().iloc[0]
    seen = seen.astype(float).fillna(0.0)
    customers, new = int(seen["all"]), float(seen["new"]) / 12
    if not customers:
        return None
    rows = []
    for n in windows:
        base = seen[f"k{n}"] / seen[f"n{n}"] if seen[f"n{n}"] else np.nan
        needed = None if base != base else needed_per_group(base, min(base + assumed, 1.0))
        lacking = np.nan if needed is None else max(2 * needed - customers, 0)
        months = lacking / new if new else (0.0 if lacking == 0 else np.nan)
        rows.append((n, base, np.nan if needed is None else needed, months + n / 30.4))
    table = pd.DataFrame(rows, columns=["window_days", "base", "needed", "months"])
    base = float(table.set_index("window_days").loc[window_days, "base"])
    shares = pd.DataFrame(
        [(window_days, share, *_arms(customers, share, base, assumed)) for share in SHARES],
        columns=["window_days", "control_share", "control", "contacted", "detectable", "power"],
    )
    noise = float(np.sqrt(base * (1 - base))) if base == base else np.nan
    return TrialPlan(table, shares, customers, new, assumed, test_size(customers, noise, spread))


def _arms(customers, share, base, assumed):
    control = round(customers * share)
    contacted = customers - control
    if base != base or not control or not contacted:
        return control, contacted, np.nan, np.nan
    smallest = detectable_difference(base, control, contacted)
    return control, contacted, smallest, power(base, min(base + assumed, 1.0), control, contacted)


def gain_of_test(n, customers: float, noise: float, spread: float):
    """Expected gain per customer of trying on n customers in each of two arms, then doing the better.

    Against choosing without a trial, in the unit of the outcome.

    Notes
    -----
    Means of both arms normal with standard deviation `spread`, outcomes with `noise`: the gain is
    (1 - 2 n / N) spread^2 / sqrt(pi (spread^2 + noise^2 / n)) (Feit, Berman 2019).
    """
    n = np.asarray(n, float)
    return (1 - 2 * n / customers) * spread**2 / np.sqrt(np.pi * (spread**2 + noise**2 / n))


def test_size(customers: int, noise: float, spread: float) -> dict:
    """Customers of each arm at which trying first gains most when the effect is unknown.

    Returns
    -------
    dict
        n (per arm, None when nothing is gained), left (customers who then get the better), gain (per
        customer, of all).

    Notes
    -----
    n = sqrt(N/4 r + (3/4 r)^2) - 3/4 r with r = (noise / spread)^2 (Feit, Berman 2019, Marketing
    Science 38, proposition 2).

    Examples
    --------
    >>> test_size(100_000, 0.466, 0.02)["n"]
    3275
    """
    if not spread > 0 or not noise > 0 or customers < 4:
        return {"n": None, "left": customers, "gain": 0.0}
    r = (noise / spread) ** 2
    n = int(round(np.sqrt(customers / 4 * r + (0.75 * r) ** 2) - 0.75 * r))
    n = min(max(n, 1), customers // 2)
    return {
        "n": n,
        "left": customers - 2 * n,
        "gain": float(gain_of_test(n, customers, noise, spread)),
    }
