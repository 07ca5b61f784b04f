"""What each planted problem really costs a year: expected money with it against without it.

Means over 50 replicates of a company, the same with and without the problem, in which firms are
drawn more often and count less; expectations given the hidden rates are those of `expected`.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from workbook.intake.company.basket import lines
from workbook.intake.company.expected import (
    REPLICATES,
    SEED,
    SIZE,
    expected_revenue,
    population,
    stopping,
)
from workbook.intake.company.parameters import DAYS, PARAMETERS
from workbook.intake.company.people import ORDER_CHANNELS
from workbook.intake.company.problems import Problem, Problems
from workbook.intake.company.seasons import day_of
from workbook.intake.company.vocabulary import Vocabulary
from workbook.intake.company.winning import expected_customers, month_edges

__all__ = ["cost_of"]

_MONTH_DAYS = 30.4375


def cost_of(problem: Problem, customers: int) -> dict:
    """Money per year (with its standard error over replicates) that a problem costs a company.

    Keys: money_so_far (from its start to the end of the books), money_per_year (the same, per 365.25
    days), standard_error (of money_per_year), basis (revenue or cost), method, days.
    """
    per_replicate, basis, method = _LOSSES[problem.kind](problem)
    days = DAYS - day_of(problem.start)
    scaled = np.asarray(per_replicate, dtype=float) * customers / SIZE
    yearly = scaled * 365.25 / days
    error = yearly.std(ddof=1) / np.sqrt(len(yearly)) if len(yearly) > 1 else 0.0
    return {
        "money_so_far": round(float(scaled.mean()), 2),
        "money_per_year": round(float(yearly.mean()), 2),
        "standard_error": round(float(error), 2),
        "basis": basis,
        "days": days,
        "method": method,
    }


def _concerned(problem):
    """Customers the problem can concern, and the share of each one's orders that it does."""
    people = population()
    if "client_tier" in problem.where:  # tiers go with the money of orders
        people = people.assign(mean_value=people["own_value"])
    share = _share(problem, people)
    return people[share > 0], share[share > 0]


def _share(problem, people):
    """Share of each customer's orders, by place and channel."""
    where = {c: v for c, v in problem.where.items() if c in people}
    hit = np.ones(len(people), dtype=bool)
    for column, value in where.items():
        hit &= (people[column] == value).to_numpy()
    share = hit.astype(float)
    channel = problem.where.get("channel")
    if channel:
        own = PARAMETERS["own_channel_share"]
        rest = np.zeros(len(people))
        for type_, names in ORDER_CHANNELS.items():
            rest[(people["type"] == type_).to_numpy()] = (channel in names) * (1 - own) / len(names)
        share *= rest + own * (people["own_channel"] == channel).to_numpy()
    return share


def _by_replicate(people, money):
    return np.bincount(people["replicate"], money * people["weight"], minlength=REPLICATES)


def _lost_orders(problem, **sizes):
    """Revenue lost because customers stop sooner."""
    people, share = _concerned(problem)
    begin = day_of(problem.start)
    without = expected_revenue(people, begin, DAYS)
    with_it = expected_revenue(people, begin, DAYS, stop_after=stopping(people, share, **sizes))
    return _by_replicate(people, without - with_it)


_CLOSED = "expected orders in closed form, mean of 50 replicates, common random numbers"


def _delay(problem):
    return _lost_orders(problem, delay=problem.size), "revenue", _CLOSED


def _satisfaction(problem):
    felt = problem.where.get("touchpoint")
    return _lost_orders(problem, points=problem.size, felt=felt), "revenue", _CLOSED


def _churn(problem):
    orders = np.zeros(REPLICATES)
    if "product" not in problem.where:
        orders = _lost_orders(problem, churn=problem.size)
    return orders + _lost_plans(problem), "revenue", _CLOSED + "; service plans by the day they run"


def _lost_plans(problem):
    """Money of plans that no longer run, by the day."""
    given, (people, share) = PARAMETERS["contracts"], _concerned(problem)
    begin, start = day_of(problem.start), people["start"].to_numpy()
    share = share * people["type"].map(given["attached"]).to_numpy(dtype=float)
    since = start + 4.0
    before, after = np.maximum(begin - since, 0.0), np.maximum(DAYS - np.maximum(since, begin), 0.0)
    growth = 1 + np.mean(given["renewal_increase"])
    value = np.where(people["type"] == "consumer", 1.0, 6.0) * np.exp(0.15**2 / 2)
    value = value * growth ** np.floor((before + after / 2) / 365.25)
    lost = np.zeros(len(people))
    for plan, part in given["plans"].items():
        if problem.where.get("product", plan) != plan:
            continue
        for payment, paid in (
            ("monthly", given["monthly_payment"]),
            ("yearly", 1 - given["monthly_payment"]),
        ):
            ratio = given["log_hazard_ratio"]
            line = ratio["product"][plan] + ratio["trait_payment"][payment]
            pace = sum(given["hazard_per_month"].values()) * np.exp(line) / _MONTH_DAYS
            fast = pace * problem.size
            days = -np.expm1(-pace * after) / pace + np.expm1(-fast * after) / fast
            a_day = given["value_per_term"][plan] / (given["term_months"] * _MONTH_DAYS)
            lost += part * paid * np.exp(-pace * before) * days * a_day
    return _by_replicate(people, np.where(start < DAYS - 9, lost * share * value, 0.0))


def _cac(problem):
    given, first = PARAMETERS["channels"], day_of(problem.start)
    months = np.array(month_edges()[:-1]) >= first
    names = [c for c in given if problem.where.get("channel", c) == c]
    money = sum((expected_customers(SIZE, c) * months).sum() * given[c]["cac"] for c in names)
    return [money * (problem.size - 1)], "cost", "expected spend in closed form"


def _recurrence(problem):
    (people, share), given = _concerned(problem), PARAMETERS["complaints"]
    begin = day_of(problem.start)
    stop = stopping(people, share, recurrence=problem.size)
    money = expected_revenue(people, begin, DAYS, stop_after=stop)
    orders = _by_replicate(people, money / people["mean_value"].to_numpy() * share)
    improved = PARAMETERS["tickets"]["improvement"]
    after = (DAYS - max(day_of(improved["start"]), begin)) / (DAYS - begin)
    still = 1 - after * PARAMETERS["tickets"]["causes"][improved["cause"]] * (
        1 - improved["factor"]
    )
    more = (
        given["per_order"] * given["recurs"] * (problem.size - 1) * given["cost_per_ticket"] * still
    )
    lost = _lost_orders(problem, recurrence=problem.size)
    return lost + orders * more, "revenue and cost", _CLOSED + "; and tickets handled"


def _returns(problem):
    people, share = _concerned(problem)
    part = (
        people["type"].map(_line_share(tuple(sorted(problem.where.items())))).to_numpy(dtype=float)
    )
    revenue = expected_revenue(people, day_of(problem.start), DAYS) * share * part
    more = PARAMETERS["returns"]["rate"] * (problem.size - 1)
    return _by_replicate(people, revenue * more), "revenue", _CLOSED + "; by the day of the order"


@cache
def _line_share(where):
    """Share of the revenue of each type of customer that the products make up."""
    wanted = {c: v for c, v in where if c in ("product", "category", "brand")}
    people = population()
    orders = pd.DataFrame({"customer": np.arange(len(people)), "nth": 0, "day": 100.0,
                           "channel": people["own_channel"], "delivery_days": 2.0})  # fmt: skip
    table = lines(people, orders, Problems([]), Vocabulary("en"), SEED)
    hit = np.ones(len(table), dtype=bool)
    for column, value in wanted.items():
        hit &= (table[column] == value).to_numpy()
    kind = people["type"].to_numpy()[table["customer"]]
    found = pd.DataFrame({"type": kind, "all": table["amount"], "hit": table["amount"] * hit})
    found = found.groupby("type").sum()
    return (found["hit"] / found["all"]).to_dict()


def _late(problem):
    (people, share), given = _concerned(problem), PARAMETERS["payment"]
    money = np.zeros(len(people))
    for type_, terms in given["terms"].items():
        first = max(day_of(problem.start) - terms - 2, 0)
        revenue = expected_revenue(people, first, DAYS - terms - 2)
        money += np.where(people["type"] == type_, revenue, 0.0)
    days = given["delay_shape"] * given["delay_scale"] * (problem.size - 1)
    cost = money * share * days * given["interest_per_year"] / 365.25
    return _by_replicate(people, cost), "cost", _CLOSED + "; interest on what is paid later"


def _drift(problem):
    (people, share), given = _concerned(problem), PARAMETERS["tiers"]
    pace = given["falls_per_year"] / 365.25 * (problem.size - 1)
    lost = expected_revenue(
        people, day_of(problem.start), DAYS,
        changed=lambda passed: given["value_lost"] * -np.expm1(-pace * passed),
    )  # fmt: skip
    return _by_replicate(people, lost * share), "revenue", _CLOSED


def _decline(problem):
    (people, share), begin = _concerned(problem), day_of(problem.start)
    rate = 1 - share * (1 - problem.size)
    lost = expected_revenue(people, begin, DAYS) - expected_revenue(people, begin, DAYS, rate=rate)
    return _by_replicate(people, lost), "revenue", _CLOSED


def _nothing(problem):
    return [0.0], "revenue", "fewer answers lose no money"


_LOSSES = {
    "delivery_delay": _delay, "satisfaction_drop": _satisfaction, "churn_rise": _churn,
    "cac_rise": _cac, "complaint_recurrence": _recurrence, "returns_rise": _returns,
    "late_payment": _late, "tier_drift": _drift, "channel_decline": _decline,
    "survey_nonresponse": _nothing,
}  # fmt: skip
