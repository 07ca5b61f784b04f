"""Problems found in simulated companies, beside those that were planted."""

import datetime as dt
from functools import cache
from types import MappingProxyType

import numpy as np
from scipy.stats import norm, ttest_ind

from known_service import Books
from workbook.analysis import problem_list, problem_study, watch_tables
from workbook.analysis.place_start import shift_since
from workbook.intake.company.costs import cost_of
from workbook.intake.company.expected import REPLICATES, SIZE, expected_revenue, population
from workbook.intake.company.firm import simulated_company
from workbook.intake.company.parameters import DAYS
from workbook.intake.company.problems import Problem, Problems
from workbook.intake.company.vocabulary import WORDS_OF, Vocabulary

TABLES = ("customers", "orders", "contracts", "tickets", "surveys", "invoices", "spend")
WORDS = Vocabulary("en")
INTEREST = 0.08
#: p below which who knew place and start would see a problem in its own measure.
SEEN = 0.01
#: Noise of a company's revenue of a year, as a share, with 2,000 customers.
NOISE = 0.04
#: Kinds that show in a measure of their own, by the measure.
OWN = {
    "delivery_delay": "delivery_days", "satisfaction_drop": "satisfaction", "returns_rise": "returns",
    "cac_rise": "cac", "late_payment": "days_late", "complaint_recurrence": "complaints_again",
}  # fmt: skip
#: Places of at least 5 % of the customers (or of their orders) by kind, and sizes to draw from.
PLACES = {
    "region": ("east", "south", "north", "central", "southwest"), "type": ("business", "consumer"),
    "city": ("shanghai", "beijing", "hangzhou", "shenzhen", "guangzhou", "wuhan", "chengdu"),
    "province": ("zhejiang", "guangdong", "jiangsu", "shandong"), "gender": ("female", "male"),
    "acquired_by": ("search_ads", "short_video", "marketplace", "shop", "referral"),
    "channel": ("shop", "marketplace", "direct_sales"), "category": ("cleaning", "kitchen"),
}  # fmt: skip
KINDS = {
    "churn_rise": (("region", "province", "type", "acquired_by", "city"), 2.0, 8.0),
    "channel_decline": (("channel",), 0.3, 0.8),
    "tier_drift": (("region", "province"), 6.0, 40.0),
    "delivery_delay": (("region", "province", "city", "channel"), 1.5, 6.0),
    "satisfaction_drop": (("region", "province", "acquired_by"), 0.6, 2.0),
    "returns_rise": (("category", "region"), 2.0, 5.0),
    "cac_rise": (("channel",), 1.3, 2.5),
    "late_payment": (("type", "region"), 2.0, 6.0),
    "complaint_recurrence": (("region",), 3.0, 6.0),
}  # fmt: skip
SPEND_CHANNELS = ("search_ads", "short_video", "marketplace", "shop")


#: Kinds that can cost much, with the sizes from which loud problems are drawn, evenly over logarithms.
LOUD = {
    "churn_rise": (3.0, 20.0), "channel_decline": (0.05, 0.6), "tier_drift": (10.0, 50.0),
    "returns_rise": (3.0, 15.0), "delivery_delay": (3.0, 20.0), "satisfaction_drop": (1.0, 4.0),
}  # fmt: skip
TRIES = 500


def planted(kind, where, start, size, number=1):
    """A problem as a file would plant it."""
    words = {}
    for column, code in where.items():
        name = "plan" if (kind, column) == ("churn_rise", "product") else None
        name = name or WORDS_OF.get(("", "channel" if column == "acquired_by" else column))
        words[column] = WORDS.word(name, code) if name else code
    return Problem(f"P{number}", kind, where, words, start, size)


def drawn(seed, *, kinds=tuple(KINDS), number=1, sizes=MappingProxyType({})):
    """A problem drawn at random: kind, place, start at least six months before the end, size (from
    `sizes` {kind: (low, high)} where given)."""
    rng = np.random.default_rng([seed, number, 7])
    kind = str(rng.choice(kinds))
    columns, low, high = KINDS[kind]
    low, high = sizes.get(kind, (low, high))
    column = str(rng.choice(columns))
    values = SPEND_CHANNELS if kind == "cac_rise" else PLACES[column]
    if kind == "late_payment" and column == "type":
        values = ("business",)
    value = str(rng.choice(values))
    start = dt.date(2024, 1, 1) + dt.timedelta(days=int(rng.integers(0, 535)))
    if kind == "cac_rise" and start.day > 1:  # what is spent is known, and planted, by the month
        start = (start.replace(day=1) + dt.timedelta(days=31)).replace(day=1)
    size = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    return planted(kind, {column: value}, start, round(size, 2), number)


def noise(customers):
    """Standard deviation of a company's revenue of a year."""
    money = expected_revenue(population(), DAYS - 365, DAYS) * population()["weight"]
    return NOISE * np.sqrt(2000 / customers) * money.sum() / (SIZE * REPLICATES) * customers


def loud(seed, customers, *, least):
    """The first problem drawn that costs at least so many times the noise of the revenue: chosen by
    what was planted, never by what is found."""
    for number in range(1, TRIES):
        problem = drawn(seed, kinds=tuple(LOUD), number=number, sizes=LOUD)
        if cost_of(problem, customers)["money_per_year"] >= least * noise(customers):
            return problem
    raise ValueError(f"no problem of {TRIES} is as loud as {least}")


@cache
def _company(seed, customers, problems):
    made = simulated_company(customers, seed=seed, problems=Problems(list(problems), even=True), only=TABLES)  # fmt: skip
    return Books({name: frame for name, frame in made.tables.items() if len(frame)})


def looked_at(seed, customers, problems=()):
    """Books, problems found and tests of a company with these problems."""
    tables = _company.__wrapped__(seed, customers, tuple(problems))
    books = watch_tables.open_books(tables)
    places, tests = problem_study.found_places(books)
    found = problem_list.all_problems(books, places, tests, interest_per_year=INTEREST)
    return books, found, tests


def same_place(books, found, where):
    """Whether a place found is the one planted: the same values, or the same customers."""
    if found == where:
        return True
    sets = [problem_list.members(books, place) for place in (found, where)]
    return bool(
        sets[0] is not None and sets[1] is not None and found and (sets[0] == sets[1]).all()
    )


def _own(books, problem):
    """Change of the problem's own measure over its standard error, in the place and since the day
    that were planted; NaN where it has none or too little happened."""
    if problem.kind == "cac_rise":
        return _own_cost(books.spend, problem)
    other = "channel_purchases" if "channel" in problem.words else "purchases"
    name = OWN.get(problem.kind, "order_value" if problem.kind == "tier_drift" else other)
    watched = books.measures.get(name)
    if watched is None or not all(c in watched.codes for c in problem.words):
        return np.nan
    week = int(books.clock.week(np.array([problem.start], dtype="datetime64[D]"))[0])
    shift = shift_since(watched.across(problem.words), watched.within(problem.words), week)
    return watched.worse * shift.effect / shift.se if shift else np.nan


def _own_cost(spend, problem):
    """The same for what a new customer costs: monthly logarithms over the median of other channels."""
    sums = spend.groupby(["month", "channel"])[["amount", "new_customers"]].sum()
    cost = np.log(sums["amount"] / sums["new_customers"]).unstack("channel")
    channel = problem.words["channel"]
    y = cost.pop(channel) - cost.median(axis=1)
    late = y.index >= np.datetime64(problem.start)
    return float(ttest_ind(y[late], y[~late]).statistic)


def outcome(seed, customers, problem):
    """What became of one planted problem: found in place, start and money, and how loud it was."""
    books, found, _ = looked_at(seed, customers, [problem])
    cost = cost_of(problem, customers)
    here = [p for p in found if same_place(books, p.where, problem.words)]
    best = here[0] if here else None
    money = best.money.value if best and best.money else np.nan
    own = _own(books, problem)
    truth = cost["money_per_year"]
    return {
        "seed": seed, "kind": problem.kind, "where": str(problem.words), "start": problem.start,
        "size": problem.size, "truth": truth,
        "snr": truth / noise(customers),
        "own": own, "seen": bool(own > norm.isf(SEEN)), "found": best is not None, "measure": best.measure if best else "",
        "days_off": (best.start - problem.start).days if best else np.nan,
        "money": money, "ratio": money / truth if best and truth > 0 else np.nan,
        "covered": bool(best.money.low <= truth <= best.money.high) if best and best.money else None,
        "others": len(found) - len(here), "elsewhere": "; ".join(f"{p.measure} {p.where}" for p in found if p not in here),
    }  # fmt: skip
