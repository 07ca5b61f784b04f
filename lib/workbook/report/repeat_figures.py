"""Complaints that come again, month by month, and what got worse, as figures."""

from workbook.analysis.service_change import BUDGET

from . import charts
from .service_words import COLUMNS, DETECTORS, hours, missing, share_range, slice_name

__all__ = ["show_changes", "show_control", "show_improvements", "show_repeats"]


def _no_complaints(report, service):
    t = report.t
    why = missing(report, service)
    if why:
        return why
    if service.complaints.empty:
        return t("Complaints: not possible, no ticket is of the kind complaint (column kind of tickets).")  # fmt: skip
    return ""


def show_repeats(report, service, whole, same, reopened, groups, *, days):
    """Complaints that come again; `whole` and `same` (about the same matter) from `repeat_share`,
    `reopened` from `reopened_share`.

    `groups` {column: table of `repeats_by`}; `days` within which one counts.
    """
    t, fmt = report.t, report.fmt
    why = _no_complaints(report, service)
    if why or whole["share"] is None:
        report.text(why or t("Not enough data: no complaint has been followed for {days}.", days=fmt.days(days)))  # fmt: skip
        return
    said = t(
        "{share} of complaints ({interval}) are followed by another one of the same customer within "
        "{days}; n = {n}.",
        share=fmt.percent(whole["share"]),
        interval=fmt.interval(whole["low"], whole["high"], fmt.percent),
        days=fmt.days(days),
        n=fmt.count(whole["n"]),
    )
    if same["share"] is not None:
        said += "\n\n" + t(
            "About the same order or, where tickets name none, with the same cause: {share} ({interval}).",
            share=fmt.percent(same["share"]),
            interval=fmt.interval(same["low"], same["high"], fmt.percent),
        )
    if reopened["share"] is not None:
        said += "\n\n" + t(
            "Of all closed tickets {share} were opened again ({interval}); n = {n}.",
            share=fmt.percent(reopened["share"]),
            interval=fmt.interval(reopened["low"], reopened["high"], fmt.percent),
            n=fmt.count(reopened["n"]),
        )
    report.text(said)
    shown = {column: table for column, table in groups.items() if len(table) > 1}
    for column, table in shown.items():
        report.table(
            table.head(12).assign(
                interval=[share_range(report, row) for _, row in table.head(12).iterrows()]
            ),
            columns={
                "group": t("By {column}", column=t(COLUMNS[column])),
                "n": (t("Complaints"), fmt.count),
                "share": (t("Came again"), fmt.percent),
                "interval": t("Interval"),
            },
        )


def show_control(report, service, chart):
    """The control chart of complaints; `chart` from `complaint_repeats.control_chart`."""
    t, fmt = report.t, report.fmt
    why = _no_complaints(report, service)
    if why or chart.empty:
        report.text(why or t("Control chart: not enough data, it takes 13 complete months."))
        return
    per_purchase = service.days is not None
    above = chart[chart["outside"] == "above"]
    later = above[~above["base"]]
    if len(later):
        title = t(
            "Complaints above their limit since {month}: {n} of the months after the base",
            month=fmt.month(later["month"].iloc[0]),
            n=fmt.count(len(later)),
        )
    else:
        title = t("Complaints stay within their limits in the months after the base")
    unit = t("complaints per 1,000 purchases") if per_purchase else t("complaints per 30 days")
    ax = charts.plot_control(
        chart,
        x="month",
        rate="rate",
        centre="centre",
        low="low",
        high="high",
        outside="outside",
        title=title,
        alt=t("A line of monthly rates between control limits; months beyond them are marked."),
        names={"centre": t("base"), "high": t("limit")},
        yform=lambda n: fmt.number(n, 1),
        ylabel=unit,
    )
    charts.mark_months(ax, chart["month"], fmt.month)
    report.figure(
        ax,
        subtitle=t(
            "Laney u' chart; centre and limits from {period}, spread {sigma} times that of counts",
            period=fmt.period(
                chart.loc[chart["base"], "month"].iloc[0],
                chart.loc[chart["base"], "month"].iloc[-1],
            ),
            sigma=fmt.number(chart["sigma_z"].iloc[0], 2),
        ),
        note=t(
            "About one month in 300 lies beyond the limits by chance. Purchases are those of the month "
            "and the one before. Months with very few purchases are left out."
        ),
        numbers=chart.tail(12).assign(limit=chart["high"]),
        columns={
            "month": (t("Month"), fmt.month),
            "tickets": (t("Complaints"), fmt.count),
            "rate": (unit, lambda n: fmt.number(n, 1)),
            "limit": (t("Upper limit"), lambda n: fmt.number(n, 1)),
        },
    )


def show_improvements(report, service, table):
    """Complaints of a cause before and after its improvement; `table` from `improvements`."""
    t, fmt = report.t, report.fmt
    if _no_complaints(report, service):
        return
    if table.empty:
        report.text(
            t(
                "Whether an improvement made a cause rarer: not possible, no complaint names the "
                "improvement it led to (column improvement_id of tickets), or none is 30 days old."
            )
        )
        return
    report.table(
        table.assign(
            since=[fmt.date(day) if known else t("about {date}", date=fmt.date(day)) for day, known in zip(table["on"], table["known"], strict=True)],
            interval=[fmt.interval(a, b, lambda n: fmt.number(n, 2)) if a == a else t("too few") for a, b in zip(table["low"], table["high"], strict=True)],
        ),
        columns={
            "improvement_id": t("Improvement"),
            "cause": t("Cause"),
            "since": t("Since"),
            "days": (t("Days on either side"), fmt.count),
            "before": (t("Complaints before"), fmt.count),
            "after": (t("after"), fmt.count),
            "ratio": (t("After against before, other causes taken off"), lambda n: fmt.number(n, 2)),
            "interval": t("Interval"),
        },
        caption=t(
            "Below 1: the cause became rarer against the others. Before and after, not proof: other "
            "things may have changed on the same day."
        ),
    )  # fmt: skip


def show_changes(report, service, problems):
    """What the detectors looked at; `problems` from `service_problems.service_problems`."""
    t, fmt = report.t, report.fmt
    why = missing(report, service)
    if why or problems.found.empty:
        report.text(why or t("Not enough data to compare the last weeks with those before."))
        return
    tables = problems.tables
    rows = problems.found.assign(
        name=[t(DETECTORS[d]) for d in problems.found["detector"]],
        slice=[slice_name(report, tables[d].iloc[0]) for d in problems.found["detector"]],
        now=[_rate(report, d, tables[d].iloc[0]["rate"]) for d in problems.found["detector"]],
        then=[_rate(report, d, tables[d].iloc[0]["rate_before"]) for d in problems.found["detector"]],
        weeks=[fmt.count(tables[d].iloc[0]["weeks"]) for d in problems.found["detector"]],
        p_word=[_p(fmt, p) for p in problems.found["p_holm"]],
        verdict=[t("worse") if found else t("no change established") for found in problems.found["found"]],
    )  # fmt: skip
    report.table(
        rows,
        columns={
            "name": t("Watched"),
            "slices": (t("Comparisons"), fmt.count),
            "slice": t("Clearest in"),
            "weeks": t("Last weeks"),
            "now": t("Now"),
            "then": t("Before"),
            "p_word": t("p (Holm)"),
            "verdict": t(
                "Verdict (worse: p below the budget of {budget})", budget=fmt.number(BUDGET, 3)
            ),
        },
    )
    seasonal = all(tables[d].iloc[0]["seasonal"] for d in problems.found["detector"])
    compared = (
        t("The last 13, 26 and 52 weeks are compared with the same weeks a year before.")
        if seasonal
        else t("Less than two years of tickets: recent weeks are compared with those just before, so no seasonal adjustment is possible.")
    )  # fmt: skip
    report.text(
        compared
        + " "
        + t(
            "Each line weighs all its comparisons together (Simes), the lines share one budget of "
            "false alarms of 0.2 % (Holm); weeks vary more than counts do by chance, and that is "
            "allowed for."
        )
        + (
            " " + t("Slower than usual: longer than {hours}.", hours=hours(report, problems.usual_hours))
            if problems.usual_hours
            else ""
        )
    )  # fmt: skip


def _rate(report, detector, rate):
    if detector in ("complaints", "returns"):
        return report.fmt.number(rate, 3)
    return report.fmt.percent(rate)


def _p(fmt, p):
    return "< 0.001" if p < 0.001 else fmt.number(p, 3)
