"""Problems, what was searched, and causes followed across tables, as figures of the problem report."""

import numpy as np
import pandas as pd

from . import charts
from .problem_words import amount, change_text, measure_name, place_text

__all__ = ["show_course", "show_followed", "show_ranked", "show_searched"]

MOST = 12
#: Measures of which less is worse.
WORSE = dict.fromkeys(("purchases", "channel_purchases", "order_value", "new_customers", "satisfaction"), -1)  # fmt: skip
CLEAR = 0.01  # of a measure that is only followed, not searched


def show_ranked(report, problems):
    """The problems in the order of the money that is safely at stake."""
    t, fmt = report.t, report.fmt
    if not problems:
        report.text(t("No problem is established: nothing got worse by more than chance, and what may have stays below what these data can tell."))  # fmt: skip
        return
    rows = pd.DataFrame(
        [
            {
                "name": t("{measure}, {place}", measure=measure_name(report, p.measure), place=place_text(report, p.where)),
                "start": fmt.date(p.start),
                "span": fmt.interval(p.early, p.late, fmt.date) if p.early != p.late else fmt.date(p.start),
                "usual": amount(report, p.measure, p.shift.usual),
                "after": amount(report, p.measure, p.shift.after),
                "change": change_text(report, p.measure, p.shift.effect),
                "money": p.money.value if p.money else np.nan,
                "low": p.money.low if p.money else np.nan,
                "high": p.money.high if p.money else np.nan,
            }
            for p in problems
        ]
    )  # fmt: skip
    columns = {
        "name": t("Problem"),
        "start": t("Began about"),
        "span": t("between (90 %)"),
        "usual": t("Usual"),
        "after": t("Now"),
        "change": t("Change"),
        "money": (t("Money a year"), fmt.money),
        "low": (t("80 % interval from"), fmt.money),
        "high": (t("to"), fmt.money),
    }
    known = rows[rows["money"].notna()].head(MOST)
    if len(known) < 2:
        report.table(rows, columns=columns)
        return
    first = known.iloc[0]
    ax = charts.plot_intervals(
        known,
        label="name",
        value="money",
        low="low",
        high="high",
        form=fmt.money,
        reference=0.0,
        title=t(
            "First: {name}, {money} a year", name=first["name"], money=fmt.money(first["money"])
        ),
        alt=t("One point per problem: money a year with its interval."),
        xlabel=t("money a year"),
    )
    ax.locator_params(axis="x", nbins=4)
    report.figure(
        ax,
        subtitle=t("Money a year against what would have been, 80 % interval; n = {n} problems", n=fmt.count(len(problems))),
        note=t("Ranked by the lower end of the interval: what is safely at stake. Seasons and growth that all places share are taken off."),
        numbers=rows,
        columns=columns,
    )  # fmt: skip


def show_searched(report, books, tests):
    """Every measure that was searched with its p, and what can't be searched."""
    t, fmt = report.t, report.fmt
    if tests.empty:
        report.text(t("No measure could be searched: at least a year of orders, tickets, answers, invoices, contracts or spend is needed."))  # fmt: skip
    else:
        rows = tests.assign(
            name=[measure_name(report, m) for m in tests["measure"]],
            verdict=[_verdict(t, row) for row in tests.itertuples()],
            least=[_least(report, row) for row in tests.itertuples()],
            p_word=["< 0.001" if p < 0.001 else fmt.number(p, 3) for p in tests["p_holm"]],
        )
        report.table(
            rows,
            columns={"name": t("Searched"), "places": (t("Comparisons"), fmt.count),
                     "p_word": t("p (all comparisons and measures)"), "verdict": t("Verdict"),
                     "least": t("Smallest change of a year that would be found")},
            caption=t("Every place of one or two columns over eight windows, a quarter more each; one budget of false alarms of 1 % for all. The smallest change is that of a place of at least a tenth of the rows."),
        )  # fmt: skip
    lacking = {}
    for measure, unlock in books.missing.items():
        lacking.setdefault(unlock, []).append(measure_name(report, measure))
    for unlock, names in lacking.items():
        report.text(
            t("Not possible without {column}: {names}.", column=unlock, names=t(", ").join(names))
        )
    if books.people.share < 1:
        report.text(
            t("Searched in {n} customers drawn at random by their id ({share} of all); money is for all.",
              n=fmt.count(len(books.people.ids)), share=fmt.percent(books.people.share))
        )  # fmt: skip


def _verdict(t, row):
    if not row.places:
        return t("too few rows")
    return t("worse") if row.found else t("no change established")


def _least(report, row):
    """The smallest change that a search would find, in its unit."""
    if row.least != row.least:
        return "–"
    return change_text(report, row.measure, WORSE.get(row.measure, 1) * row.least)


def show_course(report, course, problem):
    """The first problem over time: the place beside what it would be.

    `course` from `problem_course.course`; None or empty when it can't be drawn.
    """
    t, fmt = report.t, report.fmt
    if course is None or len(course) < 6:
        return
    place, measure = place_text(report, problem.where), measure_name(report, problem.measure)
    days = (pd.to_datetime(course["on"]) - pd.Timestamp(0)).dt.days
    ax = charts.plot_lines(
        course.assign(on=days),
        x="on",
        series={"place": place, "usual": t("as elsewhere")},
        xform=lambda day: fmt.month(pd.Timestamp(day, unit="D")),
        title=t("{measure}, {place}: worse since about {date}", measure=measure, place=place, date=fmt.month(problem.start)),
        alt=t("Two lines over time: the place, and what it would be at the change of all others."),
    )  # fmt: skip
    ax.locator_params(axis="x", nbins=4)
    report.figure(
        ax,
        subtitle=t(
            "Twelve weeks each, share of the level before {date}", date=fmt.date(problem.start)
        ),
        note=t("What would be: the level of the place before, moved as all others moved."),
    )


def show_followed(report, problems, followed):
    """Causes followed across tables: every measure in the place of each problem since it began.

    `followed` {index of problem: frame from `problem_list.followed`}.
    """
    t, fmt = report.t, report.fmt
    shown = 0
    for index, frame in followed.items():
        if len(frame) < 2:
            continue
        problem = problems[index]
        bad = (frame["p"] < CLEAR) & (frame["worse"] * frame["effect"] > 0)
        rows = frame.assign(
            name=[measure_name(report, m) for m in frame["measure"]],
            usual_word=[amount(report, r.measure, r.usual) for r in frame.itertuples()],
            after_word=[amount(report, r.measure, r.after) for r in frame.itertuples()],
            change=[change_text(report, r.measure, r.effect) for r in frame.itertuples()],
            span=[fmt.interval(r.low, r.high, lambda v, m=r.measure: change_text(report, m, v)) for r in frame.itertuples()],
            verdict=[t("worse") if b else t("no clear change") for b in bad],
        )  # fmt: skip
        report.table(
            rows,
            columns={"name": t("Measure"), "usual_word": t("As elsewhere"), "after_word": t("Since then"),
                     "change": t("Change"), "span": t("95 % interval"), "verdict": t("Verdict")},
            caption=t("{place}, since {date}", place=place_text(report, problem.where), date=fmt.date(problem.start)),
        )  # fmt: skip
        names = [measure_name(report, m) for m in frame.loc[bad, "measure"]]
        if len(names) > 1:
            report.text(t("Worse together in {place}: {names}. They go together in place and time; which comes from which is not proven.", place=place_text(report, problem.where), names=t(", ").join(names)))  # fmt: skip
        shown += 1
    if not shown:
        report.text(t("There is no problem in a place that several tables know, so nothing can be followed across them."))  # fmt: skip
