"""What changed since the last run, as figures: money, rows, findings, recorded numbers."""

from . import charts, terms
from .monitoring_words import CAUSES, FINDING_CHANGES, PARTS
from .recorded_words import recorded_form, recorded_name

__all__ = ["first_run", "show_change", "show_kept", "show_numbers", "show_rows"]

SHOWN = 20


def first_run(report):
    """The sentence of a first run."""
    return report.t(
        "This is the first run on record for this client: from the next reporting date on, this "
        "section says what changed since."
    )


def show_change(report, change):
    """The change of a year's revenue since the last run, split without a rest."""
    t, fmt = report.t, report.fmt
    if change is None:
        report.text(first_run(report))
        return
    if change.parts is None:
        report.text(
            t("Not possible: the last run has left no snapshot of the orders it read.")
            if "orders" in report.tables
            else t("Not possible: needs orders.")
        )
        return
    then, now = change.revenue
    table = change.parts[(change.parts["revenue"].abs() > 0.005) | (change.parts["customers"] > 0)]
    if table.empty:
        report.text(t("The year's revenue is what the last run said; nothing has changed."))
        return
    table = table.assign(name=[t(PARTS[part]) for part in table["part"]])
    largest = table.loc[table["revenue"].abs().idxmax()]
    days = (report.tables.as_of - change.earlier.as_of).days
    ax = charts.plot_bars(
        table,
        label="name",
        value="revenue",
        highlight=[largest["name"]],
        title=t(
            "Revenue of a year {moved} by {amount} since the last run; largest part: {part}",
            moved=t("rose") if now >= then else t("fell"),
            amount=fmt.money(abs(now - then)),
            part=largest["name"],
        ),
        alt=t("One bar per part of the change in revenue; together they give the whole change."),
        form=fmt.money,
    )
    report.figure(
        ax,
        subtitle=t(
            "365 days to {now} ({money_now}) less 365 days to {then} ({money_then}), as read by each run",
            now=fmt.date(report.tables.as_of),
            then=fmt.date(change.earlier.as_of),
            money_now=fmt.money(now),
            money_then=fmt.money(then),
        ),
        note=t(
            "In the order shown, each part taken off before the next; the last two by Shapley. They add "
            "up exactly: arithmetic, not causes."
        ),
        numbers=table.assign(
            interval=[
                fmt.interval(low, high, fmt.money) if low == low else "–"
                for low, high in zip(table["low"], table["high"], strict=True)
            ]
        ),
        columns={
            "name": t("Part"),
            "revenue": (t("Revenue"), fmt.money),
            "interval": t("Interval"),
            "buyers": (t("Buying customers"), fmt.count),
            "purchases": (t("Purchase days"), fmt.count),
            "customers": (t("Customers concerned"), fmt.count),
        },
    )
    if days < 365:
        report.text(
            t(
                "The two years share all but {days}: a customer who buys rarely may be gone from one and "
                "back in the next by chance.",
                days=fmt.days(days),
            )
        )


def show_rows(report, change):
    """Rows known only now on days the last run read already."""
    t, fmt = report.t, report.fmt
    if change is None:
        return
    said = [t(CAUSES[change.cause])] if change.cause else []
    moved = change.rows[change.rows["added"] != 0]
    if moved.empty:
        said.append(
            t(
                "Every table holds as many rows up to {date} as then.",
                date=fmt.date(change.earlier.as_of),
            )
        )
        report.text("\n\n".join(said))
        return
    if said:
        report.text("\n\n".join(said))
    report.table(
        moved.assign(
            name=[terms.term(report.language, terms.TABLES, name) for name in moved["table"]]
        ),
        columns={
            "name": t("Table"),
            "then": (t("Rows read then"), fmt.count),
            "today": (t("Rows up to the same day today"), fmt.count),
            "added": (t("More today"), fmt.count),
        },
    )  # fmt: skip


def show_kept(report, change):
    """What became of the last run's problems and opportunities."""
    t, fmt = report.t, report.fmt
    if change is None:
        return
    table = change.findings.head(SHOWN)
    if table.empty:
        report.text(t("Neither run has found a problem or an opportunity in these themes."))
        return
    report.table(
        table.assign(
            became=[t(FINDING_CHANGES[name]) for name in table["change"]],
            where=[terms.term(report.language, terms.THEMES, name) for name in table["theme"]],
        ),
        columns={
            "became": t("Since then"),
            "where": t("Theme"),
            "statement": t("Finding"),
            "money_then": (t("At stake per year, then"), fmt.money),
            "money_now": (t("At stake per year, now"), fmt.money),
        },
    )
    report.text(
        t(
            "A finding that is gone may have been solved, or may just miss its limit this time: its "
            "number says which."
        )
    )


def show_numbers(report, change):
    """Recorded numbers then and now, with what else changed."""
    t, fmt = report.t, report.fmt
    if change is None or change.numbers.empty:
        return
    rows = change.numbers.to_dict("records")
    forms = [
        [recorded_form(report, row["theme"], row["name"], row[when]) for row in rows]
        for when in ("then", "now")
    ]
    report.table(
        change.numbers.assign(
            where=[terms.term(report.language, terms.THEMES, row["theme"]) for row in rows],
            what=[recorded_name(report, row["theme"], row["name"]) for row in rows],
            before=forms[0],
            today=forms[1],
            also=[_also(report, row) for row in rows],
        ),
        columns={
            "where": t("Theme"),
            "what": t("Figure"),
            "before": t("Then"),
            "today": t("Now"),
            "ratio": (t("Change"), fmt.percent),
            "also": t("Changed beside the data"),
        },
    )


def _also(report, row):
    t = report.t
    words = [t("library or notebook")] if row["code"] else []
    words += [t("params")] if row["choices"] else []
    if words:
        return t(", ").join(words)
    return t("not known") if row["code"] is None else t("nothing")
