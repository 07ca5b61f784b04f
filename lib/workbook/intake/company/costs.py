"""What each planted problem really costs a year: expected money with it against without it.

Expectations are in closed form given a customer's hidden rates: with a rate l, a chance q to stop
after each repeat purchase and s days of usual business, (1 - exp(-l q s)) / q repeat purchases are
expected (BG/NBD given its rates). They are averaged over 50 replicates of a company, the same with
and without the problem, in which firms are drawn more often and count less.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from workbook.intake.company.basket import lines
from workbook.intake.company.buying import late_share, member_from
from workbook.intake.company.parameters import DAYS, PARAMETERS
from workbook.intake.company.people import ORDER_CHANNELS, drawn_people
from workbook.intake.company.problems import Problem, Problems
from workbook.intake.company.seasons import day_of, season_clock
from workbook.intake.company.vocabulary import Vocabulary
from workbook.intake.company.winning import expected_customers, month_edges

__all__ = ["REPLICATES", "cost_of", "expected_revenue", "population"]

REPLICATES, _SIZE, _SEED = 50, 1000, 1_618_033
_MONTH_DAYS = 30.4375
_STEPS = 12
#: Customers drawn for each replicate, by type
_DRAWN = {"consumer": 240, "business": 140, "dealer": 120}


@cache
def population() -> pd.DataFrame:
    """Customers of all replicates, with the day they join the programme and their mean order."""
    people = drawn_people(sum(_DRAWN.values()) * REPLICATES, _SEED, types=_DRAWN)
    people["member_from"] = member_from(people, _SEED)
    given = PARAMETERS["order_values"]
    people["own_value"] = (
        people["type"].map({t: g["p"] for t, g in given.items()}) / people["scale"]
    )
    mean = {t: g["p"] * g["gamma"] / (g["q"] - 1) for t, g in given.items()}
    people["mean_value"] = people["type"].map(mean)
    people["replicate"] = np.arange(len(people)) % REPLICATES
    # customers of a rare type stand for few, so that their large orders are known as well
    drawn = people["type"].value_counts()
    weight = {t: share * _SIZE * REPLICATES / drawn[t] for t, share in PARAMETERS["types"].items()}
    people["weight"] = people["type"].map(weight)
    return people


def cost_of(problem: Problem, customers: int) -> dict:
    """Money per year (with its standard error over replicates) that a problem costs a company.

    Keys: money_so_far (from its start to the end of the books), money_per_year (the same, per 365.25
    days), standard_error (of money_per_year), basis (revenue or cost), method, days.
    """
    per_replicate, basis, method = _LOSSES[problem.kind](problem)
    days = DAYS - day_of(problem.start)
    scaled = np.asarray(per_replicate, dtype=float) * customers / _SIZE
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
    stop_before = _stopping(people) if stop_before is None else stop_before
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


def _stopping(people, share=1.0, *, delay=1.0, recurrence=1.0, points=0.0, felt=None, churn=1.0):
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
    with_it = expected_revenue(people, begin, DAYS, stop_after=_stopping(people, share, **sizes))
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
    money = sum((expected_customers(_SIZE, c) * months).sum() * given[c]["cac"] for c in names)
    return [money * (problem.size - 1)], "cost", "expected spend in closed form"


def _recurrence(problem):
    (people, share), given = _concerned(problem), PARAMETERS["complaints"]
    begin = day_of(problem.start)
    stop = _stopping(people, share, recurrence=problem.size)
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
    table = lines(people, orders, Problems([]), Vocabulary("en"), _SEED)
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
