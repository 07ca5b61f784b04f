"""Open invoices, later payment, limits and statements, as figures of the grading report."""

import pandas as pd

from . import charts
from .grading_words import AGES, share_range

__all__ = ["show_ageing", "show_limits", "show_owed"]


def show_owed(report, paying):
    """DSO by month, and how soon invoices are paid.

    `paying` from `paying_study.paying_of`.
    """
    t, fmt = report.t, report.fmt
    invoices, owed, monthly, paid = paying.invoices, paying.owed, paying.monthly, paying.paid
    if invoices is None:
        report.text(
            t(
                "Not possible: needs the table invoices with invoice_id, customer_id, issued_on and amount."
            )
        )
        return
    if not invoices.has_paid:
        report.text(
            t(
                "How long invoices are outstanding: not possible, needs the column paid_on of invoices, or payments with invoice_id."
            )
        )
        return
    if owed["days"] is None:
        report.text(
            t(
                "Days sales outstanding: not enough data, nothing was invoiced in the last 12 months."
            )
        )
        return
    title = t(
        "Invoices are outstanding for {days}; {best} would stay if nothing were overdue",
        days=fmt.days(owed["days"]),
        best=fmt.days(owed["best"]),
    )
    if len(monthly) >= 3:
        ax = charts.plot_lines(
            monthly,
            x="month",
            series={"days": t("DSO"), "best": t("without overdue")},
            title=title,
            alt=t(
                "Two lines by month: days sales outstanding, and the same without what is overdue."
            ),
            yform=fmt.count,
            ylabel=t("days"),
        )
        ax.set_ylim(bottom=0)
        charts.mark_months(ax, monthly["month"], fmt.month)
        ends = "–" if owed["low"] is None else fmt.interval(owed["low"], owed["high"], fmt.days)
        report.figure(
            ax,
            subtitle=t(
                "Open receivables at the end of the month over what was invoiced in the 365 days before, times 365; now {interval}",
                interval=ends,
            ),
            note=t(
                "DSO falls when much was invoiced long ago and little of late; the ageing below is not moved by that."
            ),
            numbers=monthly.tail(13),
            columns={
                "month": (t("Month"), fmt.month),
                "days": (t("DSO, days"), lambda v: fmt.number(v, 1)),
                "best": (t("Without overdue"), lambda v: fmt.number(v, 1)),
                "open": (t("Money open"), fmt.money),
                "overdue": (t("Overdue"), fmt.money),
            },
        )
    else:
        report.text(title + t("."))
    if len(paid):
        report.table(
            paid.assign(
                within=[t("by the due date") if d == 0 else t("within {days} after it", days=fmt.days(d)) for d in paid["days"]],
                interval=[share_range(report, row) for _, row in paid.iterrows()],
            ),
            columns={
                "within": t("Paid"),
                "share": (t("Share of invoices"), fmt.percent),
                "interval": t("Interval"),
                "invoices": (t("Invoices"), fmt.count),
                "customers": (t("Customers"), fmt.count),
            },
            caption=t("Invoices due in a year of which every one has been watched that long; several of one customer hang together."),
        )  # fmt: skip


def show_ageing(report, paying):
    """Open receivables by age; `paying` from `paying_study.paying_of`."""
    t, fmt = report.t, report.fmt
    invoices, table = paying.invoices, paying.ages
    if invoices is None or not invoices.has_paid:
        return
    total = table["open"].sum()
    if not total > 0:
        report.text(t("No invoice is open."))
        return
    if not invoices.has_due:
        report.text(t("Ageing: not possible, needs the column due_on of invoices."))
        return
    rows = table.assign(name=[t(AGES[code]) for code in table["age"]])
    late = table.loc[~table["age"].isin(["not_due", "no_due"]), "open"].sum()
    old = table.loc[table["age"] == "over_90", "open"].sum()
    report.figure(
        charts.plot_bars(
            rows,
            label="name",
            value="open",
            highlight=rows["name"].iloc[1:5].tolist(),
            title=t(
                "{share} of {open} open are overdue, {old} by more than 90 days",
                share=fmt.percent(late / total, 0), open=fmt.money(total), old=fmt.money(old),
            ),
            alt=t("Bars: money open by days past the due date."),
            form=fmt.money,
        ),
        subtitle=t("Open receivables by age on the reporting date, part payments taken off"),
        numbers=rows,
        columns={
            "name": t("Days past due"),
            "invoices": (t("Invoices"), fmt.count),
            "customers": (t("Customers"), fmt.count),
            "open": (t("Money open"), fmt.money_exact),
            "share": (t("Share"), fmt.percent),
        },
    )  # fmt: skip


def show_limits(report, grading):
    """Use of credit limits, ratings and statements of strategic and important customers."""
    t, fmt = report.t, report.fmt
    if grading is None or not grading.enough:
        return
    table = grading.key
    rows = []
    if "limit" in table and table["limit"].notna().any():
        known = table[table["limit"] > 0]
        used = (
            known["open"].fillna(0.0) / known["limit"]
            if "open" in known
            else pd.Series(dtype=float)
        )
        rows += [
            (t("customers with a credit limit"), fmt.count(len(known))),
            (t("of them above 80 % of it"), fmt.count((used > 0.8).sum())),
            (t("of them above it"), fmt.count((used > 1.0).sum())),
        ]
    if "rating" in table and table["rating"].notna().any():
        counts = table["rating"].dropna().astype(str).value_counts().sort_index()
        rows += [
            (t("customers rated {rating}", rating=name), fmt.count(n))
            for name, n in counts.head(8).items()
        ]
    if "statement_on" in table and table["statement_on"].notna().any():
        weak = table["ability_statements"] < 50
        rows += [
            (t("customers with statements"), fmt.count(table["statement_on"].notna().sum())),
            (t("of them with weak ones (below 50 points)"), fmt.count(weak.sum())),
        ]
        if "stated_revenue" in table:
            part = table["revenue"] / table["stated_revenue"].where(table["stated_revenue"] > 0)
            rows.append(
                (
                    t("of them who buy from us for more than 10 % of their own revenue"),
                    fmt.count((part > 0.10).sum()),
                )
            )
    if not rows:
        report.text(
            t(
                "Limits, ratings and statements: not possible, needs the tables credit and financials."
            )
        )
        return
    report.table(
        pd.DataFrame(rows, columns=["what", "n"]),
        columns={"what": t("Strategic and important customers"), "n": t("Number")},
        caption=t("A customer who lives on what it sells of ours has little else to pay from."),
    )  # fmt: skip
