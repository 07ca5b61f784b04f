"""Problems: what got worse in one place in several measures stands once, with its money and rank."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import t

from workbook.analysis.money_range import TENTH, Money
from workbook.analysis.place_start import Shift, shift_since
from workbook.analysis.problem_money import place_money, shortfall
from workbook.analysis.problem_study import FURTHER, MEASURES, Place, spend_places
from workbook.analysis.watch_tables import Books

__all__ = ["FEE", "Problem", "all_problems", "followed", "money_at_stake", "problems_of",
           "spend_problems"]  # fmt: skip

ALIKE = 0.8  # share of customers of both places that are in each
SAME_WEEKS = 26
#: Measures that cost money of their own, besides what customers stop buying.
FEE = ("returns", "days_late", "contract_ends", "order_value", "new_customers")


@dataclass(frozen=True)
class Problem:
    """One problem: the measure it is named after, others that got worse in the same place, since when.

    `early` and `late` are the days between which it began (90 %); `money` may be None.
    """

    measure: str
    where: dict
    shift: Shift
    others: tuple
    start: object
    early: object
    late: object
    money: Money | None
    p: float
    customers: int


def problems_of(books: Books, places: list[Place], *, interest_per_year: float) -> list[Problem]:
    """Problems of places found, with money; places with the same customers stand once, under the
    measure that stands first in `MEASURES`, dated by the one that tells the start best."""
    order = list(MEASURES)
    groups: list[list[Place]] = []
    for place in sorted(places, key=lambda p: (order.index(p.measure), p.p)):
        for group in groups:
            if _same(books, place, group[0]):
                group.append(place)
                break
        else:
            groups.append([place])
    found = []
    for group in groups:
        sharp = min(group, key=lambda p: (p.shift.late - p.shift.early, order.index(p.measure)))
        week, lead = sharp.shift.week, group[0]
        day = books.clock.day
        money = _money_since(books, group, sharp.shift, interest_per_year)
        found.append(
            Problem(lead.measure, lead.where, lead.shift, tuple(p.measure for p in group[1:]), day(week),
                    day(sharp.shift.early), day(sharp.shift.late), money, lead.p,
                    round(lead.shift.customers / books.people.share))
        )  # fmt: skip
    return _ranked(found)


def all_problems(
    books: Books, places: list[Place], tests: pd.DataFrame, *, interest_per_year: float
) -> list[Problem]:
    """Problems of places found and of channels whose cost of a new customer rose, ranked by the lower
    limit of their money; `places` and `tests` from `problem_study.found_places`."""
    found = problems_of(books, places, interest_per_year=interest_per_year)
    cac = tests[(tests["measure"] == "cac") & tests["found"]] if len(tests) else tests
    if len(cac):
        found += spend_problems(books, spend_places(books)[2], level=FURTHER)
    return _ranked(found)


def _ranked(problems):
    def stake(problem):
        low = None if problem.money is None else problem.money.low
        return (low is None, -(low or 0.0), problem.p)

    return sorted(problems, key=stake)


def spend_problems(books: Books, table: pd.DataFrame, *, level: float) -> list[Problem]:
    """Channels whose cost of a new customer rose, from `watched_voice.spend_shifts`."""
    found = []
    for row in table.itertuples():
        if row.p * len(table) > level or row.effect < 0.10:
            continue
        span = row.months / 12
        half = t.ppf(0.9, row.free) * row.se
        ends = [row.amount / span * -np.expm1(-(row.effect + d)) for d in (-half, 0.0, half)]
        money = Money(ends[1], ends[0], ends[2], "contribution", {"cac": ends[1]})
        shift = Shift(0, 0, 0, row.effect, row.se, row.free, row.p, row.before, row.after,
                      row.after / np.exp(row.effect), row.amount, row.amount / np.exp(row.effect),
                      row.months, 0)  # fmt: skip
        start = row.month.date()
        found.append(Problem("cac", {"channel": row.channel}, shift, (), start, start, start, money,
                             row.p, 0))  # fmt: skip
    return found


def _same(books, one, other):
    if (
        abs(one.shift.week - other.shift.week) > SAME_WEEKS
        and min(one.shift.late, other.shift.late)
        < max(one.shift.early, other.shift.early) - SAME_WEEKS
    ):
        return False
    if one.where == other.where:
        return True
    sets = [members(books, p.where) for p in (one, other)]
    if any(s is None for s in sets):
        return False
    both = (sets[0] & sets[1]).sum()
    return both >= ALIKE * max(sets[0].sum(), sets[1].sum(), 1)


def members(books: Books, where: dict) -> np.ndarray | None:
    """Which customers are in a place; None when it is not a place of customers."""
    people = books.people
    if not all(c in people.codes for c in where):
        return None
    hit = np.ones(len(people.ids), dtype=bool)
    for column, value in where.items():
        hit &= people.codes[column] == people.labels[column].index(value)
    return hit


def _money_since(books, group, shift, interest):
    """Money since the start, its interval with what another start within its own interval would give."""
    money = _money(books, group, shift.week, interest)
    ends = [
        _money(books, group, week, interest) for week in {shift.early, shift.late} - {shift.week}
    ]
    # the interval of the start is one of 90 %, that of the money one of 80 %
    apart = [(end.value - money.value) * TENTH / 1.645 for end in ends if end is not None] if money else []  # fmt: skip
    return money.widened(min([0.0, *apart]), max([0.0, *apart])) if apart else money


def _money(books, group, week, interest):
    where = group[0].where
    total = None
    names = [p.measure for p in group]
    for name in names:
        if name in FEE:
            part = place_money(books, name, where, week, interest_per_year=interest)
            total = part if total is None else total.plus(part)
    bought = [n for n in names if n not in FEE] or (["contract_ends"] if "contract_ends" in names else [])  # fmt: skip
    if bought and books.orders is not None:
        part = shortfall(books, where, week)
        if part is not None and (total is None or part.low > 0):
            total = part if total is None else total.plus(part)
    return total


def followed(books: Books, problem: Problem) -> pd.DataFrame:
    """Every measure in the place of a problem since its start, against all others.

    Returns
    -------
    pandas.DataFrame
        measure, before, usual, after, effect, low, high (95 %), worse (1: more is worse), p (one-sided),
        form; measures that know the place and have enough rows.
    """
    week = int(books.clock.week(np.array([problem.start], dtype="datetime64[D]"))[0])
    rows = []
    for name in MEASURES:
        watched = books.measures.get(name)
        if (
            watched is None
            or not problem.where
            or not all(c in watched.codes for c in problem.where)
        ):
            continue
        if problem.measure == "cac":
            continue
        if name == "channel_purchases" and not {"channel", "store"} & set(problem.where):
            continue
        shift = shift_since(watched.across(problem.where), watched.within(problem.where), week)
        if shift is not None:
            low, high = shift.interval()
            p = float(t.sf(watched.worse * shift.effect / shift.se, shift.free))
            rows.append((name, shift.before, shift.usual, shift.after, shift.effect, low, high,
                         watched.worse, p, watched.form))  # fmt: skip
    columns = ["measure", "before", "usual", "after", "effect", "low", "high", "worse", "p", "form"]
    return pd.DataFrame(rows, columns=columns)


def money_at_stake(books: Books, problems: list[Problem]) -> float:
    """Money a year of all problems over the union of customers: what customers of two places stopped
    buying counts once, under the larger; refunds, fees, interest and spend are apart."""
    total, seen = 0.0, np.zeros(len(books.people.ids), dtype=bool)
    size = lambda p: p.money.value if p.money else 0.0  # noqa: E731
    for problem in sorted(problems, key=size, reverse=True):
        if problem.money is None:
            continue
        who = members(books, problem.where) if problem.measure != "cac" else None
        for part, money in problem.money.parts.items():
            new = 1.0
            if part in ("purchases", "order_value") and who is not None and who.any():
                new = 1 - (who & seen).sum() / who.sum()
            total += max(money, 0.0) * new
        if who is not None and {"purchases", "order_value"} & set(problem.money.parts):
            seen |= who
    return total
