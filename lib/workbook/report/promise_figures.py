"""Attainment of the service level, as figures of the service report."""

import pandas as pd

from . import charts
from .service_words import COLUMNS, hours, kind_name, missing, share_range

__all__ = ["show_promise", "show_reply_targets"]


def show_promise(report, service, whole, months, groups, *, due_event):
    """Share done when due: by month, and by the groups of `groups` {column: table}.

    `whole` from `service_level.attainment`, `months` from `attainment_by_month`, tables of `groups`
    from `attainment_by`.
    """
    t, fmt = report.t, report.fmt
    why = missing(report, service)
    if why or whole["share"] is None:
        report.text(why or t("Attainment: not possible, needs the column due_at of tickets, or the parameter promised_hours."))  # fmt: skip
        return
    done = t("answered") if due_event == "reply" else t("solved")
    title = t(
        "{share} of tickets were {done} when due ({interval})",
        share=fmt.percent(whole["share"]),
        done=done,
        interval=fmt.interval(whole["low"], whole["high"], fmt.percent),
    )
    subtitle = t(
        "{n} tickets judged, {overdue} of them open and overdue; {not_yet} open and not yet due are "
        "left out, {none} carry no promise",
        n=fmt.count(whole["n"]),
        overdue=fmt.count(whole["overdue"]),
        not_yet=fmt.count(whole["not_yet"]),
        none=fmt.count(whole["none"]),
    )
    if len(months) >= 3:
        ax = charts.plot_lines(
            months,
            x="month",
            series={"share": ""},
            low="low",
            high="high",
            title=title,
            alt=t("A line with a band: share of tickets done when due, by month of opening."),
            yform=lambda share: fmt.percent(share, 0),
            ylabel=t("share done when due"),
        )
        ax.set_ylim(top=min(1.02, months["high"].max() + 0.05))
        charts.mark_months(ax, months["month"], fmt.month)
        report.figure(
            ax,
            subtitle=subtitle,
            note=t("Months of opening with 30 judged tickets and more."),
            numbers=_words(report, months.assign(name=[fmt.month(m) for m in months["month"]])),
            columns=_heads(report, t("Month")),
        )
    else:
        report.text(title + t(".") + "\n\n" + subtitle + t("."))
    for column, table in groups.items():
        if len(table) < 2:
            continue
        names = [kind_name(report, g) if column == "kind" else str(g) for g in table["group"]]
        report.table(
            _words(report, table.head(12).assign(name=names[:12])),
            columns=_heads(report, t("By {column}", column=t(COLUMNS[column]))),
        )


def _words(report, table):
    return table.assign(interval=[share_range(report, row) for _, row in table.iterrows()])


def _heads(report, first):
    t, fmt = report.t, report.fmt
    return {
        "name": first,
        "n": (t("Tickets judged"), fmt.count),
        "share": (t("Done when due"), fmt.percent),
        "interval": t("Interval"),
    }


def show_reply_targets(report, service, targets):
    """Shares answered within usual promises; `targets` from `service_level.reply_targets`."""
    t, fmt = report.t, report.fmt
    if missing(report, service) or not targets["share"].gt(0).any():
        return
    report.table(
        targets.assign(
            within=[hours(report, h) for h in targets["hours"]],
            interval=[
                "–" if pd.isna(row["share"]) else share_range(report, row)
                for _, row in targets.iterrows()
            ],
        ),
        columns={
            "within": t("First reply within"),
            "share": (t("Share"), fmt.percent),
            "interval": t("Interval"),
            "n": (t("Tickets"), fmt.count),
        },
        caption=t("Clock hours at any time of day and week, as a promise of 7 x 24 hours would count."),
    )  # fmt: skip
