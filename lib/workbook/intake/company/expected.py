"""Expected purchases and revenue of customers whose hidden rates are known, in closed form.

With a rate l, a chance q to stop after each repeat purchase and s days of usual business,
(1 - exp(-l q s)) / q repeat purchases are expected (BG/NBD given its rates).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from workbook.intake.company.buying import late_share, member_from
from workbook.intake.company.parameters import PARAMETERS
from workbook.intake.company.people import drawn_people
from workbook.intake.company.seasons import arrival_weights, season_clock

__all__ = [
    "REPLICATES",
    "SEED",
    "SIZE",
    "expected_revenue",
    "population",
    "second_purchase",
    "stopping",
]

REPLICATES, SIZE, SEED = 50, 1000, 1_618_033
_STEPS = 12
#: Customers drawn for each replicate, by type
_DRAWN = {"consumer": 240, "business": 140, "dealer": 120}


@cache
def population() -> pd.DataFrame:
    """Customers of all replicates, with the day they join the programme and their mean order."""
    people = drawn_people(sum(_DRAWN.values()) * REPLICATES, SEED, types=_DRAWN)
    people["member_from"] = member_from(people, SEED)
    given = PARAMETERS["order_values"]
    people["own_value"] = (
        people["type"].map({t: g["p"] for t, g in given.items()}) / people["scale"]
    )
    mean = {t: g["p"] * g["gamma"] / (g["q"] - 1) for t, g in given.items()}
    people["mean_value"] = people["type"].map(mean)
    people["replicate"] = np.arange(len(people)) % REPLICATES
    # customers of a rare type stand for few, so that their large orders are known as well
    drawn = people["type"].value_counts()
    weight = {t: share * SIZE * REPLICATES / drawn[t] for t, share in PARAMETERS["types"].items()}
    people["weight"] = people["type"].map(weight)
    return people


def expected_revenue(
    people, begin, end, *, rate=1.0, stop_before=None, stop_after=None, changed=None
):
    """Expected gross revenue per customer from day `begin` to `end`, first purchases included.

    `rate` multiplies the rate of purchases from `begin` on; `stop_before` and `stop_after` are the
    chances to stop before and after `begin`; `changed`, a function of days since `begin`, is the
    share of order values that is counted.
    """
    start = people["start"].to_numpy()
    pace = people["rate"].to_numpy() / 7
    stop_before = stopping(people) if stop_before is None else stop_before
    stop_after = stop_before if stop_after is None else stop_after
    old = start < begin
    there = np.exp(-pace * stop_before * np.where(old, _usual(people, start, begin), 0.0))
    edges = np.linspace(begin, end, _STEPS + 1 if changed else 2)
    total = np.zeros(len(people))
    since = np.where(old, begin, start)
    for first, last in zip(edges[:-1], edges[1:], strict=True):
        low = _usual(people, since, np.maximum(first, since))
        high = _usual(people, since, np.maximum(last, since))
        repeats = np.exp(-pace * rate * stop_after * low) - np.exp(-pace * rate * stop_after * high)
        firsts = ~old & (start >= first) & (start < last)
        counted = repeats / stop_after * there + firsts
        total += counted * (1.0 if changed is None else changed((first + last) / 2 - begin))
    return np.where(np.isnan(start), 0.0, total * people["mean_value"].to_numpy())


def _usual(people, begin, end):
    """Days of usual business between two days; members live faster from the day they joined."""
    clock = season_clock()
    at = np.arange(len(clock))
    low, high = (np.interp(day, at, clock) for day in (begin, end))
    joined = np.interp(people["member_from"].to_numpy(), at, clock)
    faster = PARAMETERS["programme"]["rate_factor"] - 1
    member = np.isfinite(people["member_from"].to_numpy())
    more = np.maximum(high - np.maximum(joined, low), 0.0) * faster
    return np.maximum(high - low, 0.0) + np.where(member, more, 0.0)


def stopping(people, share=1.0, *, delay=1.0, recurrence=1.0, points=0.0, felt=None, churn=1.0):
    """Mean chance to stop after a repeat purchase, over everything that can happen to an order.

    The sizes act on a `share` of the customer's orders.
    """
    weight, complaints = PARAMETERS["stopping"], PARAMETERS["complaints"]
    stop = people["stop"].to_numpy()
    per_order, recurs = complaints["per_order"], complaints["recurs"]
    usual = (1 + weight["late"] * late_share()) * (
        1 + weight["recurring_complaint"] * per_order * recurs
    )

    def mean(delay, recurrence, points, churn):
        total = np.zeros(len(stop))
        for late, p_late in ((1, late_share(delay)), (0, 1 - late_share(delay))):
            for complains, again, p in (
                (0, 0, 1 - per_order),
                (1, 0, per_order * (1 - recurs * recurrence)),
                (1, 1, per_order * recurs * recurrence),
            ):
                here = felt is None or felt == ("service" if complains else "delivery")
                factor = (1 + weight["late"] * late) * (1 + weight["recurring_complaint"] * again)
                factor *= (1 + weight["per_csat_point"] * points * here) * churn / usual
                total += p_late * p * np.minimum(stop * factor, 1.0)
        return total

    with_it = mean(delay, recurrence, points, churn)
    return (1 - share) * mean(1.0, 1.0, 0.0, 1.0) + share * with_it


def second_purchase(days: int) -> float:
    """Share of consumers with a second purchase within so many days of the first, whatever day it
    fell on, without the programme: 1 - (alpha / (alpha + s))^r over the s weeks of usual business."""
    given = PARAMETERS["purchases"]["consumer"]
    clock, weights = season_clock(), arrival_weights()
    first = np.arange(len(weights)) + 0.5
    at = np.arange(len(clock))
    passed = np.interp(np.floor(first) + days + 1, at, clock) - np.interp(first, at, clock)
    gone = (given["alpha"] / (given["alpha"] + passed / 7)) ** given["r"]
    return float(weights @ (1 - gone))
