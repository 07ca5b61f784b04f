"""Flow, freshness and agreement of the tables, as figures of the data quality report.

Each function takes the report and finished results, and shows one chart or table with its answer,
or says in a sentence why there is none.
"""

import numpy as np

from . import charts
from .quality_words import CHECKS, table_word

__all__ = [
    "show_billed",
    "show_contradictions",
    "show_flow",
    "show_freshness",
    "show_keys",
]


def show_flow(report, flows, gaps, *, level):
    """Rows over time of one table, and the gaps of all of them.

    The first table with a gap is drawn, without one the orders, else the largest.
    """
    t, fmt = report.t, report.fmt
    long = {name: counts for name, (counts, _) in flows.items() if len(counts) > 3}
    if not long:
        report.text(t("No table reaches over enough days for its flow to be judged."))
        return
    gappy = gaps["table"].iloc[0] if len(gaps) else None
    largest = max(long, key=lambda name: long[name]["rows"].sum())
    name = gappy or ("orders" if "orders" in long else largest)
    counts, length = flows[name]
    weeks = _weekly(counts, length)
    if len(gaps):
        first = gaps.iloc[0]
        title = t(
            "{table}: hardly any row from {start} to {end}",
            table=table_word(report, name),
            start=fmt.date(first["start"]),
            end=fmt.date(first["end"]),
        )
    else:
        title = t("No gap in the flow of {n} tables", n=fmt.count(len(long)))
    ax = charts.plot_lines(
        weeks,
        x="end",
        series={"rows": table_word(report, name)},
        title=title,
        alt=t("Line: rows of a table over time."),
        xform=_month_of(report),
        yform=fmt.count,
    )
    _few_ticks(ax, weeks["end"])
    report.figure(
        ax,
        subtitle=t(
            "{table}: rows per {days}, {period}",
            table=table_word(report, name),
            days=fmt.days(max(length, 7)),
            period=fmt.period(counts["start"].iloc[0], counts["end"].iloc[-1]),
        ),
        note=t(
            "A gap is a stretch with at most a tenth of the rows that the same days before and after "
            "let expect, so long that chance makes one in {n} data sets without gaps. From 20 December "
            "to 5 March firms close for holidays that move: there a gap is named, but no problem.",
            n=fmt.count(1 / level),
        ),
        numbers=weeks.assign(start=weeks["start"].dt.date),
        columns={"start": (t("From"), fmt.date), "rows": (t("Rows"), fmt.count)},
    )
    if len(gaps):
        report.table(
            gaps.assign(name=[table_word(report, table) for table in gaps["table"]]),
            columns={
                "name": t("Table"),
                "start": (t("Gap from"), fmt.date),
                "end": (t("to"), fmt.date),
                "rows": (t("Rows"), fmt.count),
                "expected": (t("Rows to be expected"), fmt.count),
                "season": (
                    t("In the season of holidays"),
                    lambda yes: t("yes") if yes else t("no"),
                ),
            },
        )


def _month_of(report):
    from matplotlib.dates import num2date

    return lambda number: report.fmt.month(num2date(number).date())


def _few_ticks(ax, days):
    """At most five days named: more would touch on a phone."""
    ax.set_xticks(days.iloc[:: max(1, -(-len(days) // 5))])


def _weekly(counts, length):
    """Days summed to weeks, counted back from the last: days alone would hide the flow."""
    if length > 1:
        return counts
    place = np.arange(len(counts))[::-1] // 7
    weeks = counts.groupby(place).agg(
        start=("start", "min"), end=("end", "max"), rows=("rows", "sum"), days=("rows", "size")
    )
    return weeks[weeks["days"] == 7].sort_values("end").reset_index(drop=True)


def show_freshness(report, overview):
    """Last day of each table, and how late rows become known."""
    t, fmt = report.t, report.fmt
    dated = overview[overview["last"].notna()]
    if dated.empty:
        return
    columns = {
        "name": t("Table"),
        "last": (t("Last day"), fmt.date),
        "age_days": (t("Days before the reporting date"), fmt.count),
    }
    if dated["median_delay_days"].notna().any():
        columns |= {
            "median_delay_days": (t("Becomes known after, median"), fmt.days),
            "late_share": (t("after more than a week"), fmt.percent),
        }
    else:
        report.text(
            t("How late rows become known can't be said: no table has the column recorded_at.")
        )
    report.table(
        dated.assign(name=[table_word(report, name) for name in dated["table"]]).sort_values(
            "age_days", ascending=False, kind="stable"
        ),
        columns=columns,
    )


def show_keys(report, keys):
    """Keys that should lead to a row of another table."""
    t, fmt = report.t, report.fmt
    if keys.empty:
        report.text(t("No table refers to another one that is there, so no key can be checked."))
        return
    lost = keys[keys["unmatched"] > 0]
    if lost.empty:
        report.text(
            report.tn(
                "The {n} key between tables finds its row every time.",
                "All {n} keys between tables find their row every time.",
                len(keys),
            )
        )
        return
    report.table(
        lost.assign(
            name=[table_word(report, name) for name in lost["table"]],
            other=[table_word(report, name) for name in lost["refers_to"]],
        ).sort_values("share", ascending=False, kind="stable"),
        columns={
            "name": t("Table"),
            "column": t("Column"),
            "other": t("refers to"),
            "rows": (t("Rows with a key"), fmt.count),
            "unmatched": (t("without their row"), fmt.count),
            "share": (t("Share"), lambda share: fmt.percent(share, 2)),
        },
    )


def show_contradictions(report, contrary):
    """Rows that contradict another table or another column."""
    t, fmt = report.t, report.fmt
    if contrary.empty:
        report.text(t("No two tables hold days that could contradict each other."))
        return
    report.table(
        contrary.assign(name=[t(CHECKS[check]) for check in contrary["check"]]),
        columns={
            "name": t("Contradiction"),
            "rows": (t("Rows looked at"), fmt.count),
            "contrary": (t("Rows that contradict"), fmt.count),
            "share": (t("Share"), lambda share: fmt.percent(share, 2)),
        },
    )


def show_billed(report, billed):
    """Orders against invoices, month by month."""
    t, fmt = report.t, report.fmt
    if billed is None or len(billed) < 3:
        report.text(
            t("Orders against invoices: not possible, needs three whole months of both tables.")
        )
        return
    ratio = billed["billed"].sum() / billed["ordered"].sum()
    ax = charts.plot_lines(
        billed,
        x="month",
        series={"ordered": t("orders"), "billed": t("invoices")},
        title=t("Invoices come to {share} of the orders", share=fmt.percent(ratio)),
        alt=t("Two lines: money of orders and of invoices per month."),
        xform=_month_of(report),
        yform=fmt.money,
    )
    _few_ticks(ax, billed["month"])
    report.figure(
        ax,
        subtitle=t(
            "Money per month, {period}",
            period=fmt.period(billed["month"].iloc[0], billed["month"].iloc[-1]),
        ),
        note=t(
            "An order of the end of a month is often invoiced in the next one, and some customers "
            "pay at the till without an invoice: what counts is the sum over the period."
        ),
        numbers=billed,
        columns={
            "month": (t("Month"), fmt.month),
            "ordered": (t("Orders"), fmt.money),
            "billed": (t("Invoices"), fmt.money),
            "ratio": (t("Share invoiced"), fmt.percent),
        },
    )
