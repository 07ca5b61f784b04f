"""Findings of the problem report: each problem once, with its start, money, action and owner."""

import numpy as np

from workbook.analysis.watch_reader import place_in_tables

from .findings import finding
from .language import N_
from .problem_words import (
    KPIS,
    SENTENCES,
    amount,
    kpi_change,
    kpi_value,
    measure_name,
    place_text,
)

__all__ = ["answer_sentences", "key_figures", "problem_findings"]

#: What to do about a measure, and whose it is.
ACTIONS = {
    "delivery_days": (N_("Find with the carrier and the warehouse where the days are lost in {place}; promise there only what is kept, and test a faster service on half of the orders drawn at random."), N_("Head of logistics")),
    "satisfaction": (N_("Ask dissatisfied customers of {place} what changed, read their comments since then, and repair the point named most; watch the next two survey waves."), N_("Head of customer experience")),
    "returns": (N_("Inspect what came back from {place} since then by reason, batch and supplier; stop the worst item until it is cleared."), N_("Head of quality")),
    "contract_ends": (N_("Call customers of {place} whose contract ends in the next 90 days, half of them drawn at random, and compare how many stay."), N_("Head of customer service")),
    "days_late": (N_("Agree on a dunning calendar for {place}, call the largest open items first, and settle deliveries against payment where it stays overdue."), N_("Head of finance")),
    "complaints_again": (N_("Let one person own each complaint of {place} until the customer confirms that it is solved; review those that came again every week."), N_("Head of customer service")),
    "complaints": (N_("Read the complaints of {place} since then by cause and settle the first cause with the department concerned."), N_("Head of quality")),
    "reply_hours": (N_("Compare staffing and the intake of tickets in {place} before and since, and move hours to where tickets wait."), N_("Head of customer service")),
    "solution_days": (N_("Follow ten cases of {place} step by step and remove the step at which they wait longest."), N_("Head of customer service")),
    "channel_purchases": (N_("Check range, prices, opening and traffic of {place} before and since, and test one remedy in half of the places."), N_("Head of sales")),
    "order_value": (N_("Compare prices, discounts and the items in the orders of {place} before and since."), N_("Head of sales")),
    "purchases": (N_("Ask customers of {place} who stopped why, and test a contact on half of those who grow silent, drawn at random."), N_("Head of marketing")),
    "new_customers": (N_("Check spend, leads and conversion for {place} step by step since then."), N_("Head of marketing")),
    "cac": (N_("Hold the budget of {place} at what the earlier cost of a new customer pays for, and move the rest to the cheapest channel as a test."), N_("Head of marketing")),
}  # fmt: skip
#: What the money of a problem stands for.
KIND = "loss_so_far"


def problem_findings(report, problems, *, review_on):
    """One finding per problem; `problems` from `problem_list`, ranked."""
    return [_finding(report, problem, problems, review_on) for problem in problems]


def _finding(report, problem, problems, review_on):
    t, fmt = report.t, report.fmt
    shift, place = problem.shift, place_text(report, problem.where)
    said = {
        "place": place,
        "date": fmt.month(problem.start),
        "measure": measure_name(report, problem.measure),
        "after": amount(report, problem.measure, shift.after),
        "usual": amount(report, problem.measure, shift.usual),
    }
    parts = [
        t(SENTENCES[problem.measure], **said)
        if problem.where
        else t("Whole company, {measure}: {after} in the last months, {usual} in the same months a year before.", **said)
    ]  # fmt: skip
    if problem.others:
        names = t(", ").join(measure_name(report, other) for other in problem.others)
        parts.append(t("Worse there since the same time as well: {names}.", names=names))
    money = problem.money
    if money is not None and money.value <= 0:
        parts.append(t("No loss of purchases can be told so far ({interval}, 80 %).", interval=fmt.interval(money.low, money.high, fmt.money)))  # fmt: skip
        money = None
    elif money is None:
        parts.append(t("What it costs can't be told from these data."))
    action, owner = ACTIONS[problem.measure]
    value, low, high = shift.effect, *shift.interval()
    if problem.measure not in ("satisfaction", "days_late"):  # as a share of the usual
        value, low, high = (float(np.expm1(x)) for x in (value, low, high))
    return finding(
        metric=problem.measure,
        kind="problem",
        place=place_in_tables(problem.where),
        statement=("" if report.language.code == "zh" else " ").join(str(p) for p in parts),
        rung="diagnostic",
        value=value,
        low=low,
        high=high,
        n=problem.customers or None,
        start=problem.start.isoformat(),
        money_per_year=money and money.value,
        money_low=money and money.low,
        money_high=money and money.high,
        money_basis=money and money.basis,
        money_kind=money and KIND,
        overlaps_with=_overlaps(problem, problems),
        action=t(action, place=place),
        owner=t(owner),
        review_on=review_on,
    )


def _overlaps(problem, problems):
    """Measures of other problems that count purchases of some of the same customers."""
    if problem.money is None or "purchases" not in problem.money.parts:
        return None
    found = []
    for other in problems:
        if other is problem or other.money is None or "purchases" not in other.money.parts:
            continue
        apart = any(problem.where[c] != other.where[c] for c in problem.where if c in other.where)
        if not apart:
            found.append(other.measure)
    return list(dict.fromkeys(found)) or None


def answer_sentences(report, problems, tests, stake):
    """The report's answer in two sentences."""
    t, fmt = report.t, report.fmt
    if tests.empty:
        return [t("There is not enough data to say whether anything got worse.")]
    looked = t("{n} measures were searched in {places} comparisons.", n=fmt.count(len(tests)),
               places=fmt.count(tests["places"].sum()))  # fmt: skip
    if not problems:
        return [t("No problem is established."), looked]
    first = problems[0]
    lead = t("The first problem: {measure}, {place}, since about {date}.",
             measure=measure_name(report, first.measure), place=place_text(report, first.where),
             date=fmt.month(first.start))  # fmt: skip
    number = report.tn("{n} problem is established", "{n} problems are established", len(problems))
    money = t("with about {money} a year at stake", money=fmt.money(stake))
    counted = t("{number}, {money}.", number=number, money=money) if stake > 0 else t("{number}.", number=number)  # fmt: skip
    return [lead, counted]


def key_figures(report, problems, tests, stake, kpis):
    """Up to five figures on top of the page."""
    t, fmt = report.t, report.fmt
    searched = t("{n} measures searched", n=fmt.count(len(tests)))
    figures = [(t("Problems established"), fmt.count(len(problems)), searched)]
    if problems:
        figures.append((t("Money at stake a year"), fmt.money(stake), t("each customer's purchases counted once")))  # fmt: skip
    for row in kpis.itertuples():
        if row.kpi in ("revenue", "buyers", "purchase_value") and row.change == row.change:
            note = t(
                "{change} on the year before",
                change=kpi_change(report, row.kpi, row.form, row.change),
            )
            if row.low == row.low:
                span = fmt.interval(row.low, row.high, fmt.percent)
                note = t("{note} ({span})", note=note, span=span)
            figures.append((t(KPIS[row.kpi]), kpi_value(report, row.kpi, row.value), note))
    return figures[:5]
