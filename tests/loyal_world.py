"""Shops with a loyalty programme whose effect is known, and points whose fate is known."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd

from workbook.analysis import lifecycle
from workbook.analysis.comparison_days import Windows
from workbook.analysis.group_time import group_time
from workbook.analysis.joining import joinings, programme_events
from workbook.analysis.joining_odds import joining_odds, with_selection
from workbook.analysis.window_sums import window_sums

FIRST, DAYS = pd.Timestamp("2022-01-01"), 3 * 365
AS_OF = (FIRST + pd.Timedelta(days=DAYS - 1)).date()
MONTH = 30.4375


def shop(customers, seed, *, effect=1.0, per_purchase=0.06, tilt=1.5, stay_days=400.0, willing=1.0):
    """Order lines and memberships; from the second year on, customers join with a purchase.

    Each purchase is the joining with the chance `per_purchase`, raised for frequent buyers by
    `tilt`, for the `willing` part of the customers; from then on the customer buys `effect` times
    as often. Customers stop at a common pace.
    """
    rng = np.random.default_rng(seed)
    rate = rng.gamma(1.2, 1 / 60, customers)
    rank = rate.argsort().argsort() / customers
    chance = per_purchase * np.exp(tilt * (rank - 0.5))
    chance = np.where(np.arange(customers) % 100 < 100 * willing, chance, 0.0)
    day = rng.uniform(0, DAYS, customers)
    stops = day + rng.exponential(stay_days, customers)
    joined = np.full(customers, np.inf)
    who, when = [], []
    active = np.arange(customers)
    while len(active):
        who.append(active)
        when.append(day[active].astype(int))
        open_ = np.isinf(joined[active]) & (day[active] > 365)
        joins = open_ & (rng.random(len(active)) < chance[active])
        joined[active[joins]] = day[active[joins]]
        faster = np.where(np.isfinite(joined[active]), effect, 1.0)
        day[active] += rng.exponential(1 / (rate[active] * faster))
        active = active[day[active] < np.minimum(stops[active], DAYS)]
    who, when = np.concatenate(who), np.concatenate(when)
    lines = pd.DataFrame({"customer_id": [f"c{c:05d}" for c in who]})
    lines["ordered_at"] = FIRST + pd.to_timedelta(when, unit="D")
    lines = lines.assign(amount=rng.lognormal(3, 0.5, len(lines)).round(2), is_return=False)
    member = np.flatnonzero(np.isfinite(joined))
    members = pd.DataFrame({"customer_id": [f"c{c:05d}" for c in member]})
    days = pd.to_timedelta(joined[member].astype(int), unit="D")
    return lines, members.assign(joined_on=(FIRST + days).date)


def purchase_days(lines):
    return lifecycle.purchase_days(ibis.memtable(lines)).cache()


def estimate(
    lines, members, *, value="purchases", confidence=0.95, drop_later=False, selection=True
):
    """The effect as the report measures it; `drop_later` leaves those who join later out instead,
    without `selection` earlier purchases are taken as they are."""
    days, windows = purchase_days(lines), Windows()
    joined = joinings(ibis.memtable(members)).cache()
    events = programme_events(days, joined, as_of=AS_OF, windows=windows).cache()
    odds = joining_odds(days, joined)
    events = with_selection(events, days, joined, odds)
    since = odds.since if selection else None
    sums, counts = window_sums(days, events, windows=windows, since=since)
    if drop_later:
        for name in ("amount", "purchases"):
            sums[name] -= sums[f"{name}_joined"]
            sums[f"{name}_joined"] = 0.0
    return group_time(sums, counts, windows=windows, value=value, confidence=confidence, draws=200)


def points_of_members(members, seed, *, months=48, life=24.0, pace=0.05):
    """One lot of points per member, redeemed at a pace per month or expired after `life` months;
    returns the bookings and the true share redeemed."""
    rng = np.random.default_rng(seed)
    earned, waits = rng.uniform(0, months, members), rng.exponential(1 / pace, members)
    ids = [f"m{i:05d}" for i in range(members)]
    left = earned + np.minimum(waits, life)
    kinds = np.where(waits < life, "redeem", "expire")
    gone = left < months
    frame = pd.DataFrame(
        {
            "customer_id": ids + [i for i, g in zip(ids, gone, strict=True) if g],
            "at": FIRST + pd.to_timedelta(np.r_[earned, left[gone]] * MONTH, unit="D"),
            "kind": ["earn"] * members + kinds[gone].tolist(),
            "points": 100.0,
        }
    )
    end = (FIRST + pd.Timedelta(days=months * MONTH)).date()
    return frame.assign(at=frame["at"].dt.floor("s")), end, 1 - np.exp(-pace * life)


def day(text):
    return dt.date.fromisoformat(text)
