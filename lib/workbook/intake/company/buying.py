"""Orders as they come: BG/NBD in days of usual business, with what happens to each order."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import gammaincc, gammaincinv

from workbook.intake.company.draws import exponential, uniform
from workbook.intake.company.parameters import DAYS, PARAMETERS
from workbook.intake.company.people import ORDER_CHANNELS
from workbook.intake.company.problems import Problems
from workbook.intake.company.seasons import BEYOND, day_of, season_clock

__all__ = ["bought", "late_share", "member_from"]

_MOST = 1200  # orders of one customer; never reached with the rates of the company


def late_share(factor=1.0):
    """Share of orders delivered after the promised day, with delivery slower by `factor`."""
    given = PARAMETERS["delivery"]
    room = given["promised"] + 1 - given["handling"]
    return gammaincc(given["shape"], room / (given["scale"] * np.asarray(factor, dtype=float)))


def bought(people: pd.DataFrame, problems: Problems, seed: int) -> pd.DataFrame:
    """One row per order: customer (row of `people`), day (and part of it), nth (0: first), channel,
    delivery_days, late, complains, recurs, leaves (nothing is bought after it); one more year than
    the books hold.

    Every draw belongs to a customer and the number of its order, so that a problem changes
    nothing but what it acts on.
    """
    clock, end = season_clock(), float(DAYS + BEYOND)
    columns = {name: people[name].to_numpy() for name in _KNOWN if name in people}
    rate, stop = people["rate"].to_numpy() / 7, people["stop"].to_numpy()
    day = people["start"].to_numpy().copy()
    usual = _programme_clock(people, seed)
    found = []
    active = np.flatnonzero(~np.isnan(day))
    nth = 0
    while len(active) and nth < _MOST:
        u = {name: uniform(seed, f"orders {name}", active, nth) for name in _DRAWS}
        rows = {name: column[active] for name, column in columns.items()}
        rows["channel"] = _channel(rows["type"], people["own_channel"].to_numpy()[active], u)
        placed = _placed(problems, rows, day[active], u["lost"]) | (nth == 0)
        made = _order(problems, rows, day[active], u)
        leaves = np.zeros(len(active), dtype=bool)
        if nth:
            leaves = placed & (u["stop"] < np.minimum(stop[active] * made.pop("stopping"), 1.0))
        else:
            made.pop("stopping")
        number = np.full(len(active), nth)
        orders = {"customer": active, "day": day[active], "nth": number, "channel": rows["channel"]}
        made["leaves"] = leaves
        found.append({name: column[placed] for name, column in (orders | made).items()})
        gap = usual(active, day[active], exponential(seed, "gaps", active, nth) / rate[active])
        passed = np.interp(day[active], np.arange(len(clock)), clock) + gap
        day[active] = np.interp(passed, clock, np.arange(len(clock)), right=end)
        active = active[~leaves & (day[active] < end)]
        nth += 1
    orders = pd.DataFrame({c: np.concatenate([part[c] for part in found]) for c in found[0]})
    return orders.sort_values(["day", "customer"], ignore_index=True)


_KNOWN = ("type", "region", "province", "city", "gender", "client_tier", "acquired_by")
_DRAWS = ("stop", "lost", "own", "channel", "delivery", "complains", "recurs")


def _channel(kind, own, u):
    """Mostly the customer's own channel."""
    channel = np.asarray(own, dtype=object).copy()
    other = u["own"] >= PARAMETERS["own_channel_share"]
    for type_, names in ORDER_CHANNELS.items():
        at = np.flatnonzero(other & (kind == type_))
        place = (u["channel"][at] * len(names)).astype(int)
        channel[at] = np.array(names, dtype=object)[place]
    return channel


def _placed(problems, rows, day, u):
    """Orders that a declining channel doesn't lose."""
    return u < problems.factor("channel_decline", rows, day)


def _order(problems, rows, day, u):
    """What happens to the order, and the factor on the chance to stop after it."""
    given, complaints = PARAMETERS["delivery"], PARAMETERS["complaints"]
    slower = problems.factor("delivery_delay", rows, day)
    days = given["handling"] + gammaincinv(given["shape"], u["delivery"]) * given["scale"] * slower
    late = days >= given["promised"] + 1
    complains = u["complains"] < complaints["per_order"]
    again = complaints["recurs"] * problems.factor("complaint_recurrence", rows, day)
    recurs = complains & (u["recurs"] < again)
    # an order is felt through its delivery, and through the service where something went wrong
    felt = np.where(complains, "service", "delivery").astype(object)
    points = problems.points("satisfaction_drop", rows | {"touchpoint": felt}, day)
    weight = PARAMETERS["stopping"]
    recurring = complaints["per_order"] * complaints["recurs"]
    stopping = (
        (1 + weight["late"] * late) / (1 + weight["late"] * late_share())
        * (1 + weight["recurring_complaint"] * recurs)
        / (1 + weight["recurring_complaint"] * recurring)
        * (1 + weight["per_csat_point"] * points)
        * problems.factor("churn_rise", rows, day)
    )  # fmt: skip
    return {"delivery_days": days, "late": late, "complains": complains, "recurs": recurs,
            "stopping": stopping}  # fmt: skip


def member_from(people: pd.DataFrame, seed: int) -> np.ndarray:
    """Day on which each customer joins the loyalty programme; infinity when it doesn't."""
    given = PARAMETERS["programme"]
    who = np.arange(len(people))
    rank = people.groupby("type")["rate"].rank(pct=True).to_numpy()
    odds = given["joins"] / (1 - given["joins"]) * np.exp(given["tilt"] * (rank - 0.5))
    joins = uniform(seed, "programme", who) < odds / (1 + odds)
    since = np.fmax(people["start"].to_numpy(), day_of(given["start"]))
    since = since + 60.0 * exponential(seed, "programme wait", who)
    eligible = (
        joins & (people["type"] == "consumer").to_numpy() & people["start"].notna().to_numpy()
    )
    return np.where(eligible, since, np.inf)


def _programme_clock(people, seed):
    """Days of usual business that `gap` own days take: members live through them faster."""
    clock = season_clock()
    joined = member_from(people, seed)
    at_joining = np.interp(joined, np.arange(len(clock)), clock)
    member, faster = np.isfinite(joined), PARAMETERS["programme"]["rate_factor"]

    def usual(active, day, gap):
        now = np.interp(day, np.arange(len(clock)), clock)
        before = np.where(member[active], np.maximum(at_joining[active] - now, 0.0), gap)
        return np.where(gap <= before, gap, before + (gap - before) / faster)

    return usual
