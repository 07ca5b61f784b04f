"""Volumes and waits as figures of the service report."""

import pandas as pd

from . import charts
from .service_words import hours, kind_name, missing, share_range, wait_range

__all__ = ["show_backlog", "show_kinds", "show_volumes", "show_wait"]

MOST_ROWS = 15


def show_volumes(report, service, monthly, kinds):
    """Tickets per month and kind; `monthly` from `ticket_volumes.monthly_kinds`, `kinds` by kind."""
    t, fmt = report.t, report.fmt
    why = missing(report, service)
    if why or kinds.empty:
        report.text(why or t("No ticket was opened in the last 12 months."))
        return
    table = kinds.assign(name=[kind_name(report, kind) for kind in kinds["kind"]])
    top = table.iloc[0]
    title = t(
        "{n} tickets in 12 months, {share} of them {kind}",
        n=fmt.count(table["tickets"].sum()),
        share=fmt.percent(top["share"], 0),
        kind=top["name"],
    )
    names = {c: kind_name(report, c) for c in monthly.columns if c != "month"}
    if len(monthly) >= 2:
        shown = dict(list(names.items())[:4])
        ax = charts.plot_lines(
            monthly, x="month", series=shown, title=title, xform=None,
            alt=t("One line per kind: tickets opened per month."),
            yform=fmt.count, ylabel=t("tickets opened per month"),
        )  # fmt: skip
        ax.set_ylim(bottom=0)
        charts.mark_months(ax, monthly["month"], fmt.month)
        report.figure(ax, subtitle=_span(report, monthly), numbers=table, columns=_columns(report, table))  # fmt: skip
    else:
        report.table(table, columns=_columns(report, table), caption=title)


def _span(report, monthly):
    return report.t(
        "Complete months, {period}",
        period=report.fmt.period(monthly["month"].iloc[0], monthly["month"].iloc[-1]),
    )


def _columns(report, table):
    t, fmt = report.t, report.fmt
    columns = {"name": t("Kind"), "tickets": (t("Tickets, 12 months"), fmt.count)}
    if table["before"].notna().any():
        columns["before"] = (t("12 months before"), fmt.count)
    columns["share"] = (t("Share"), fmt.percent)
    if table["customers"].any():  # none where tickets name nobody
        columns["customers"] = (t("Customers"), fmt.count)
    columns["open"] = (t("Open"), fmt.count)
    if table["reopened"].notna().any():
        columns["reopened"] = (t("Opened again"), fmt.percent)
    if table["satisfied"].notna().any():
        columns["satisfied"] = (t("Customer satisfied"), fmt.percent)
    return columns


def show_kinds(report, service, table, column, heading):
    """Tickets by kind and one more column; `table` from `ticket_volumes.volumes_by`."""
    t = report.t
    if missing(report, service):
        return  # the figure above has said why
    if table.empty:
        report.text(t("Tickets by {column}: not possible, nobody has written it down.", column=heading))  # fmt: skip
        return
    rows = table.head(MOST_ROWS).assign(name=[kind_name(report, kind) for kind in table.head(MOST_ROWS)["kind"]])  # fmt: skip
    columns = _columns(report, rows)
    first = {"name": columns.pop("name"), column: heading}
    report.table(
        rows,
        columns=first | columns,
        caption=t("The {n} largest groups of the last 12 months.", n=len(rows)),
    )


def show_backlog(report, service, table):
    """Tickets opened and closed per month and those open; `table` from `ticket_volumes.backlog`."""
    t, fmt = report.t, report.fmt
    if missing(report, service):
        return
    now = table["open"].iloc[-1]
    peak = table.loc[table["open"].idxmax()]
    if len(table) < 3:
        report.text(t("{n} tickets are open.", n=fmt.count(now)))
        return
    ax = charts.plot_lines(
        table,
        x="month",
        series={"open": t("open at the end")},
        title=t(
            "{n} tickets are open; the most were {peak}, at the end of {month}",
            n=fmt.count(now),
            peak=fmt.count(peak["open"]),
            month=fmt.month(peak["month"]),
        ),
        alt=t("A line: tickets open at the end of each month."),
        yform=fmt.count,
    )
    ax.set_ylim(bottom=0)
    charts.mark_months(ax, table["month"], fmt.month)
    report.figure(
        ax,
        subtitle=t("Tickets open at the end of the month"),
        numbers=table.tail(12),
        columns={
            "month": (t("Month"), fmt.month),
            "opened": (t("Opened"), fmt.count),
            "closed": (t("Closed"), fmt.count),
            "open": (t("Open at the end"), fmt.count),
        },
    )


def show_wait(report, service, wait, groups, *, reply):
    """How long it takes to the first reply (`reply`) or to the solution, and by kind.

    `wait` from `ticket_times.reply_wait` or `resolution_wait`, `groups` from `waits_by`.
    """
    t, fmt = report.t, report.fmt
    why = missing(report, service)
    if why or not wait.done:
        nothing = t("No ticket carries the time of its first reply: needs the column first_reply_at of tickets.")  # fmt: skip
        nothing = nothing if reply else t("No ticket has been closed: needs the column closed_at of tickets.")  # fmt: skip
        report.text(why or nothing)
        return
    if len(wait.curve) >= 3:
        _wait_curve(report, wait, reply=reply)
    else:
        report.text(_median_sentence(report, wait, reply=reply))
    rows = groups.assign(
        name=[kind_name(report, kind) for kind in groups["group"]],
        median_word=[hours(report, m) if n >= 30 else "–" for m, n in zip(groups["median"], groups["n"], strict=True)],
        range_word=[_range(report, row) for _, row in groups.iterrows()],
        day_word=[
            "–" if pd.isna(row["day_share"]) else t("{value} ({interval})", value=fmt.percent(row["day_share"]), interval=share_range(report, row, "day_low", "day_high"))
            for _, row in groups.iterrows()
        ],
    )  # fmt: skip
    report.table(
        rows,
        columns={
            "name": t("Kind"),
            "n": (t("Tickets"), fmt.count),
            "open": (t("Still waiting"), fmt.count),
            "median_word": t("Half done within"),
            "range_word": t("Interval"),
            "day_word": t("Within 24 hours"),
        },
    )


def _range(report, row):
    if row["n"] < 30 or pd.isna(row["low"]):
        return "–"
    return wait_range(report, row)


def _median_sentence(report, wait, *, reply):
    t, fmt = report.t, report.fmt
    said = {
        "median": hours(report, wait.median),
        "interval": wait_range(report, vars(wait)),
    }
    if wait.median is None:
        done = fmt.percent(wait.done / wait.n, 0)
        if reply:
            return t("Fewer than half of the tickets have had a reply ({share})", share=done)
        return t("Fewer than half of the tickets have been solved ({share})", share=done)
    if reply:
        return t("Half of all tickets have a first reply within {median} ({interval})", **said)
    return t("Half of all tickets are solved within {median} ({interval})", **said)


def _wait_curve(report, wait, *, reply):
    t, fmt = report.t, report.fmt
    curve = wait.curve[wait.curve["hours"] > 0]
    ax = charts.plot_lines(
        curve,
        x="hours",
        series={"share": ""},
        low="low",
        high="high",
        title=_median_sentence(report, wait, reply=reply),
        alt=t("Rising curve: share of tickets done by hours since the opening, with its interval."),
        yform=lambda share: fmt.percent(share, 0),
        xlabel=t("time since the opening; below: tickets that still wait then"),
    )
    ax.set_xscale("log")
    ax.set_ylim(0, 1.02)
    ticks = wait.table[wait.table["hours"].isin([1, 4, 24, 72, 168, 720])]
    first = float(curve["hours"].min())
    ticks = ticks[ticks["hours"] >= first]
    names = [f"{_tick(report, h)}\n{fmt.count(n)}" for h, n in zip(ticks["hours"], ticks["waiting"], strict=True)]  # fmt: skip
    ax.set_xticks(ticks["hours"], names)
    ax.minorticks_off()
    kinds = {"n": fmt.count(wait.n), "done": fmt.count(wait.done), "open": fmt.count(wait.open)}
    subtitle = (
        t("{n} tickets, {done} replied to, {other} closed without a reply, {open} waiting", other=fmt.count(wait.other), **kinds)
        if reply
        else t("{n} tickets, {done} closed, {open} open", **kinds)
    )  # fmt: skip
    note = (
        t("A ticket closed without a reply never gets one and stays in the denominator; those that still wait count up to the reporting date.")
        if reply
        else t("Kaplan-Meier: open tickets count up to the reporting date, so slow ones are not left out. All times are clock hours, nights and weekends included.")
    )  # fmt: skip
    report.figure(
        ax,
        subtitle=subtitle,
        note=note,
        numbers=wait.table.assign(
            within=[hours(report, h) for h in wait.table["hours"]],
            interval=[share_range(report, row) for _, row in wait.table.iterrows()],
        ),
        columns={
            "within": t("Done within"),
            "share": (t("Share"), fmt.percent),
            "interval": t("Interval"),
            "waiting": (t("Still waiting"), fmt.count),
        },
    )


def _tick(report, value):
    t, fmt = report.t, report.fmt
    if value < 24:
        return t("{n} h", n=fmt.count(value))
    return fmt.days(value / 24)
