"""What became of those who answered: later purchases, ended contracts, the closed loop."""

import pandas as pd

from . import charts
from .voice_words import CLASSES

__all__ = ["show_ended", "show_later", "show_loop", "show_waiting"]


def show_later(report, followed, table, gap, *, follow_days):
    """Later purchases by class of answer.

    Parameters
    ----------
    followed : DataFrame
        From `later_purchases.followed_answers`.
    table : DataFrame
        From `later_purchases.by_class`.
    gap : dict or None
        From `later_purchases.adjusted_gap`.
    """
    t, fmt = report.t, report.fmt
    large = table[table["enough"]] if len(table) else table
    if not len(followed):
        report.text(
            t(
                "Satisfaction and later purchases: not possible, needs answers with a customer that are "
                "older than {days}, and orders.",
                days=fmt.days(follow_days),
            )
        )
        return
    if len(large) < 2:
        report.text(
            t(
                "Satisfaction and later purchases: not enough data, {n} customers were followed for "
                "{days} and two classes of 30 are needed.",
                n=fmt.count(len(followed)),
                days=fmt.days(follow_days),
            )
        )
        return
    rows = large.assign(name=[t(CLASSES[code]) for code in large["kind"]])
    report.figure(
        charts.plot_intervals(
            rows,
            label="name",
            value="share",
            low="low",
            high="high",
            form=fmt.percent,
            title=_later_title(report, large, gap),
            alt=t(
                "Share of customers who bought again after their answer, by how satisfied they were."
            ),
        ),  # fmt: skip
        subtitle=t(
            "Share of customers with a purchase within {days} of their last answer that old, n = {n}",
            days=fmt.days(follow_days),
            n=fmt.count(len(followed)),
        ),
        note=_later_note(report, gap),
        numbers=table.assign(name=[t(CLASSES[code]) for code in table["kind"]]),
        columns={
            "name": t("Customers"),
            "customers": (t("Number"), fmt.count),
            "share": (t("bought again"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
        },
    )


def _later_title(report, large, gap):
    t, fmt = report.t, report.fmt
    if gap and gap["high"] < 0:
        return t(
            "Dissatisfied customers bought again less often: {worse} against {better} of alike ones",
            worse=fmt.percent(gap["worse"], 0),
            better=fmt.percent(gap["better"], 0),
        )
    return t(
        "No difference in buying again is established between satisfied and dissatisfied customers"
    )


def _later_note(report, gap):
    t, fmt = report.t, report.fmt
    note = t(
        "Customers who answer are not all customers, and the dissatisfied may differ in more than "
        "their answer."
    )
    if not gap:
        return note
    return note + t(
        " Among customers with as many purchases in the year before and as long a silence, the "
        "difference between dissatisfied and satisfied is {gap} ({interval}).",
        gap=fmt.points(gap["gap"]),
        interval=fmt.interval(gap["low"], gap["high"], fmt.points),
    )


def show_ended(report, ended, *, follow_days):
    """Contracts ended after an answer; `ended` from `later_purchases.by_class`."""
    t, fmt = report.t, report.fmt
    large = ended[ended["enough"]] if len(ended) else ended
    if len(large) < 2:
        report.text(
            t("Satisfaction and ended contracts: not enough data, or no contracts with both dates.")
        )
        return
    report.table(
        ended.assign(name=[t(CLASSES[code]) for code in ended["kind"]])[ended["enough"]],
        columns={
            "name": t("Customers with a contract"),
            "customers": (t("Number"), fmt.count),
            "share": (
                t("without a contract {days} later", days=fmt.days(follow_days)),
                fmt.percent,
            ),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
        },
    )


def show_loop(report, sheets, feedback):
    """Closed loop of dissatisfied sheets and of feedback; both from `closed_loop.closed_loop`."""
    t, fmt = report.t, report.fmt
    names = {
        "sheets": {
            "followed_up_on": t("dissatisfied: followed up"),
            "closed_on": t("dissatisfied: closed"),
        },
        "feedback": {"closed_on": t("reviews and other feedback: closed")},
    }
    parts = [
        part.assign(source=source, name=[names[source][step] for step in part["step"]])
        for source, part in (("sheets", sheets), ("feedback", feedback))
        if len(part)
    ]
    rows = (
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["recorded", "due"])
    )
    kept = rows[rows["recorded"].astype(bool) & (rows["due"] > 0)]
    if kept.empty:
        report.text(
            t(
                "Closed loop: not possible, needs followed_up_on or closed_on in surveys or feedback, filled in."
            )
        )
        return
    first = kept.iloc[0]
    report.figure(
        charts.plot_bars(
            kept,
            label="name",
            value="share",
            low="low",
            high="high",
            form=fmt.percent,
            title=_loop_title(report, first),
            alt=t(
                "Share of feedback that was followed up and closed within its time, with intervals."
            ),
        ),  # fmt: skip
        subtitle=t(
            "Share done within its time, of feedback older than that, n = {n}",
            n=fmt.count(first["due"]),
        ),
        note=t(
            "Open and overdue counts as missed, not yet due is left out. The median counts open ones as longer."
        ),
        numbers=kept,
        columns={
            "name": t("Step"),
            "limit_days": (t("time limit"), fmt.days),
            "due": (t("due"), fmt.count),
            "in_time": (t("in time"), fmt.count),
            "share": (t("Closed-loop rate"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "overdue": (t("never done"), fmt.count),
            "median_days": (t("Median"), fmt.days),
        },
    )


def _loop_title(report, row):
    t, fmt = report.t, report.fmt
    said = {"days": fmt.days(row["limit_days"]), "share": fmt.percent(row["share"], 0)}
    if row["step"] == "followed_up_on":
        return t("{share} of the dissatisfied were followed up within {days}", **said)
    if row["source"] == "sheets":
        return t("{share} of the matters of the dissatisfied were closed within {days}", **said)
    return t("{share} of reviews and other feedback were closed within {days}", **said)


def show_waiting(report, waiting):
    """The list of those who still wait; `waiting` from `closed_loop.call_back`."""
    t = report.t
    if waiting.empty:
        report.text(
            t("No dissatisfied customer known by id has waited unanswered in the last half-year.")
        )
        return
    columns = {
        "customer_id": t("Customer"),
        "answered_on": t("Answered on"),
        "score": t("Score"),
        "waiting_days": t("Days of waiting"),
    }
    if "gross_amount" in waiting:
        columns |= {"gross_amount": t("Spent in all"), "last_on": t("Last purchase")}
    report.customer_list("call_back", waiting, columns=columns)
