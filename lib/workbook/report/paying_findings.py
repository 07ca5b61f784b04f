"""What the grading report finds about open invoices and customers who pay later."""

from .findings import finding
from .grading_words import slice_name

__all__ = ["paying_findings"]


def paying_findings(report, paying, *, capital_cost_annual, review_on):
    """Findings on DSO, overdue money and later payment; None where one can't be made.

    `paying` from `paying_study.paying_of`.
    """
    owed, changes = paying.owed, paying.changes
    found = [_dso(report, owed), _overdue(report, owed, capital_cost_annual, review_on)]
    if changes is not None:
        found += [_later(report, row, capital_cost_annual, review_on) for _, row in changes.found.iterrows()]  # fmt: skip
    return found


def _dso(report, owed):
    t, fmt = report.t, report.fmt
    if not owed or owed["days"] is None or owed["low"] is None or owed["customers"] < 10:
        return None
    return finding(
        metric="dso_days",
        statement=t(
            "Invoices are outstanding for {days} ({interval}; DSO), of which {best} would stay if nothing "
            "were overdue.",
            days=fmt.days(owed["days"]),
            interval=fmt.interval(owed["low"], owed["high"], fmt.days),
            best=fmt.days(owed["best"]),
        ),
        rung="descriptive",
        value=owed["days"],
        low=owed["low"],
        high=owed["high"],
        n=owed["customers"],
    )


def _overdue(report, owed, capital, review_on):
    t, fmt = report.t, report.fmt
    if not owed or not owed["overdue"] or owed["overdue_low"] is None:
        return None
    cost = owed["overdue"] * capital
    money = {}
    if cost > 0:
        money = {
            "kind": "opportunity",
            "money_per_year": cost,
            "money_low": owed["overdue_low"] * owed["open"] * capital,
            "money_high": owed["overdue_high"] * owed["open"] * capital,
            "money_basis": "contribution",
            "money_kind": "opportunity",
            "overlaps_with": ["pays_later"],
        }
    return finding(
        metric="overdue_share",
        statement=t(
            "{money} of {open} open are overdue ({share}, {interval}); at {rate} a year the capital tied up "
            "costs {cost}.",
            money=fmt.money(owed["overdue"]),
            open=fmt.money(owed["open"]),
            share=fmt.percent(owed["overdue_share"], 0),
            interval=fmt.interval(owed["overdue_low"], owed["overdue_high"], lambda v: fmt.percent(v, 0)),
            rate=fmt.percent(capital, 0),
            cost=fmt.money(cost),
        ),
        rung="descriptive",
        value=owed["overdue_share"],
        low=owed["overdue_low"],
        high=owed["overdue_high"],
        n=owed["customers"],
        action=t("Work through the list of overdue customers, the largest amounts first, before anything more is delivered on credit."),
        owner=t("Head of credit control"),
        review_on=review_on,
        **money,
    )  # fmt: skip


def _later(report, row, capital, review_on):
    t, fmt = report.t, report.fmt
    name = slice_name(report, row["column"], row["value"])
    money = {}
    if row["money"] > 0:
        money = {
            "money_per_year": row["money"],
            "money_low": row["money_low"],
            "money_high": row["money_high"],
            "money_basis": "contribution",
            "money_kind": "expected_loss",
            "overlaps_with": ["overdue_share"],
        }
    place = {} if row["column"] == "all" else {row["column"]: row["value"]}
    return finding(
        metric="pays_later",
        kind="problem",
        place=place,
        statement=t(
            "{slice} pay later: {after} after the due date on average against {before} the year before "
            "(60 at most each), since {start}; the capital tied up costs {cost} a year.",
            slice=name[:1].upper() + name[1:],
            after=fmt.days(row["after"], 1),
            before=fmt.days(row["before"], 1),
            start=fmt.month(row["start"]),
            cost=fmt.money(row["money"]),
        ),
        rung="descriptive",
        value=row["difference"],
        low=row["difference"] - 1.96 * row["se"],
        high=row["difference"] + 1.96 * row["se"],
        n=int(row["customers"]),
        start=row["start"],
        action=t("Shorten the terms of these customers or ask for part of the money in advance, and have reminders sent on the due date; half of them first, drawn at random."),
        owner=t("Head of credit control"),
        review_on=review_on,
        **money,
    )  # fmt: skip
