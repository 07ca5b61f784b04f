"""Who pays later than the year before, as a figure of the grading report."""

from . import charts
from .grading_words import slice_name

__all__ = ["show_changes"]


def show_changes(report, paying):
    """Who pays later than the year before; `paying` from `paying_study.paying_of`."""
    t, fmt = report.t, report.fmt
    changes = paying.changes
    if changes is None:
        report.text(
            t("Later payment: not possible, needs the columns due_on and paid_on of invoices.")
        )
        return
    if changes.tested.empty:
        report.text(
            t(
                "Later payment: not enough data; it takes 8 customers and 20 invoices due in two years, on either side."
            )
        )
        return
    if changes.found.empty:
        report.text(t("No group of customers pays later than the year before by more than chance."))
    window = changes.tested[changes.tested["window"] == changes.tested["window"].max()]
    rows = window.head(12).sort_values(
        ["difference", "column", "value"], ascending=[False, True, True]
    )
    named = (
        set(zip(changes.found["column"], changes.found["value"], strict=True))
        if len(changes.found)
        else set()
    )
    rows = rows.assign(
        name=[slice_name(report, c, v) for c, v in zip(rows["column"], rows["value"], strict=True)],
        low=rows["difference"] - 1.96 * rows["se"],
        high=rows["difference"] + 1.96 * rows["se"],
        found=[
            t("yes") if key in named else "–"
            for key in zip(rows["column"], rows["value"], strict=True)
        ],
    )
    first = rows.iloc[0]
    title = (
        t(
            "{slice}: paid {days} later than the year before",
            slice=first["name"][:1].upper() + first["name"][1:],
            days=fmt.days(first["difference"], 1),
        )
        if len(changes.found)
        else t("No group pays later than the year before by more than chance")
    )
    report.figure(
        charts.plot_intervals(
            rows,
            label="name",
            value="difference",
            low="low",
            high="high",
            highlight=[n for n, f in zip(rows["name"], rows["found"], strict=True) if f != "–"],
            reference=0,
            reference_label=t("no change"),
            title=title,
            alt=t("Points with intervals: change of the mean days late, by group of customers."),
            form=lambda v: fmt.number(v, 0),
            xlabel=t("days later than the year before"),
        ),
        subtitle=t("Mean days from due date to payment, 60 at most; {n} comparisons, one budget of error", n=fmt.count(len(changes.tested))),
        note=t("A group is named a problem only beyond what chance would show anywhere in one of 500 sound firms; groups whose change goes with a named one are not named again."),
        numbers=rows,
        columns={
            "name": t("Group of customers"),
            "customers": (t("Customers"), fmt.count),
            "invoices": (t("Invoices"), fmt.count),
            "before": (t("Days late before"), lambda v: fmt.number(v, 1)),
            "after": (t("Days late now"), lambda v: fmt.number(v, 1)),
            "difference": (t("Later by"), lambda v: fmt.number(v, 1)),
            "found": t("Established"),
        },
    )  # fmt: skip
