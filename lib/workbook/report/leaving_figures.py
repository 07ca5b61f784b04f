"""Which contracts end sooner, and what is named when they end, as figures of the churn report.

They stand beside `contract_figures.show_lasting`, which says what is missing.
"""

import numpy as np

from . import charts
from .contract_words import missing, trait_name

__all__ = ["p_value", "show_groups", "show_reasons"]

GROUPS_SHOWN = 12


def show_groups(report, study, tests, shares, *, month=12):
    """Which groups stay longer; `tests` and `shares` from `contract_stay.trait_groups`."""
    t, fmt = report.t, report.fmt
    if missing(report, study):
        return  # said by show_lasting, beside which this stands
    if not len(tests) or not len(shares):
        report.text(t("No trait with two groups large enough is in the table."))
        return
    first = tests["column"].iloc[0]
    rows = shares[shares["column"] == first].head(GROUPS_SHOWN)
    rows = rows.sort_values("survival").assign(group=lambda table: table["group"].astype(str))
    clear = tests["p_holm"].iloc[0] < 0.05
    name = trait_name(report, first)
    title = (
        t(
            "{trait}: {low} to {high} still there after {months}",
            trait=name,
            low=fmt.percent(rows["survival"].iloc[0]),
            high=fmt.percent(rows["survival"].iloc[-1]),
            months=fmt.months(month),
        )
        if clear
        else t("No trait tells clearly apart who stays longer")
    )
    ax = charts.plot_intervals(
        rows,
        label="group",
        value="survival",
        low="low",
        high="high",
        title=title,
        alt=t("Share still there after a year, by group, with intervals."),
        form=lambda share: fmt.percent(share, 0),
    )
    report.figure(
        ax,
        subtitle=t(
            "By {trait}, share still there after {months}", trait=name, months=fmt.months(month)
        ),
        note=t(
            "Groups differ in other ways too: the figure says what goes together. The p-value holds "
            "for the whole course of leaving (log-rank) and is corrected for the number of traits "
            "tried (Holm)."
        ),
        numbers=rows,
        columns={
            "group": name,
            "n": (t("Contracts") if study.unit == "contract" else t("Customers"), fmt.count),
            "ended": (t("Ended"), fmt.count),
            "survival": (t("Still there"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
        },
    )
    report.table(
        tests.assign(name=[trait_name(report, column) for column in tests["column"]]),
        columns={
            "name": t("Trait"),
            "groups": (t("Groups compared"), fmt.count),
            "n": (t("Contracts") if study.unit == "contract" else t("Customers"), fmt.count),
            "ended": (t("Ended"), fmt.count),
            "p": (t("p (log-rank)"), lambda p: p_value(report, p)),
            "p_holm": (t("p (Holm)"), lambda p: p_value(report, p)),
        },
    )


def p_value(report, p):
    """A p-value as readers want it."""
    if not np.isnan(p) and p < 0.001:
        return "< 0.001"
    return report.fmt.number(p, 3)


def show_reasons(report, study, reasons, *, month=12):
    """Why contracts end, by reason; `reasons` from `contract_stay.leaving_reasons`."""
    t, fmt = report.t, report.fmt
    if missing(report, study):
        return
    if not len(reasons):
        report.text(
            t("Reasons of leaving: not possible, needs the column end_reason of contracts.")
        )
        return
    known = reasons.dropna(subset="incidence")
    if not len(known):
        return  # nobody has been followed for a month, which show_lasting has said
    month = month if (known["month"] == month).any() else known["month"].max()
    rows = known[known["month"] == month].sort_values("incidence", ascending=False)
    rows = rows.assign(name=[t("other") if r == "other" else str(r) for r in rows["reason"]])
    first = rows.iloc[0]
    unknown = float(first["unknown"])
    report.figure(
        charts.plot_intervals(
            rows,
            label="name",
            value="incidence",
            low="low",
            high="high",
            title=t(
                "Most frequent reason: {reason}, {share} have left naming it after {months}",
                reason=first["name"],
                share=fmt.percent(first["incidence"]),
                months=fmt.months(month),
            ),
            alt=t(
                "Share that has left for each reason, with the limits unknown reasons leave open."
            ),
            form=lambda share: fmt.percent(share, 0),
        ),
        subtitle=t(
            "Share of all that has left for the reason within {months} (Aalen-Johansen)",
            months=fmt.months(month),
        ),
        note=t(
            "Who leaves for one reason can no longer leave for another, so the shares add up to all "
            "who left. {unknown} of the ends have no reason: the line spans from none to all of them "
            "having had this one, sampling error added.",
            unknown=fmt.percent(unknown),
        ),
        numbers=rows,
        columns={
            "name": t("Reason"),
            "ended": (t("Ended for it so far"), fmt.count),
            "incidence": (t("Unknown ones shared out"), fmt.percent),
            "at_least": (t("At least"), fmt.percent),
            "at_most": (t("At most"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
        },
    )
