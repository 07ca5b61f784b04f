"""Renewals, their projection and what keeping contracts is worth, as figures."""

import pandas as pd

from . import charts
from .contract_words import MEASURES, missing

__all__ = ["show_money", "show_projection", "show_renewals"]


def show_renewals(report, study, rates, kept, lasted):
    """Ways to say "retention" side by side; `rates` from `renewal_study.year_due`."""
    t, fmt = report.t, report.fmt
    if study.design != "dates":
        report.text(
            missing(report, study)
            or t("Renewals: not possible, needs the days of single contracts.")
        )
        return
    rows = []
    if kept is not None:
        rows.append(
            (t("Customers kept: with a contract 12 months ago, and one now"), *kept.values())
        )
    if len(rates):
        known = rates[rates["due"] > 0].dropna(subset="rate")
        rows += [
            (t(MEASURES[r.measure]), r.rate, r.low, r.high, r.renewed, r.due)
            for r in known.itertuples()
        ]
    share, low, high = lasted.at(12)
    if share is not None:
        rows.append((t("Still there 12 months after the start (Kaplan-Meier)"), share, low, high,
                     None, lasted.curve.n))  # fmt: skip
    if not rows:
        report.text(t("No contract ran a year ago or fell due since: no rate can be shown."))
        return
    table = pd.DataFrame(rows, columns=["name", "rate", "low", "high", "numerator", "denominator"])
    report.table(
        table,
        columns={
            "name": t("What is often called retention"),
            "rate": (t("Rate"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "numerator": (t("Numerator"), fmt.count),
            "denominator": (t("Denominator"), fmt.count),
        },
        caption=t("By value, numerator and denominator are money; the others count."),
    )
    if not len(rates):
        report.text(t("Renewals: not possible, needs the column term_ends_on of contracts."))
    elif not rates["due"].iloc[0]:
        report.text(t("No term ended in the last 12 months: no renewal rate."))


def show_projection(report, study, projected):
    """A cohort's renewals and how they go on; `projected` from `renewal_study.projection`."""
    t, fmt = report.t, report.fmt
    if study.design == "dates" and projected is None:
        report.text(
            t(
                "Projection: too few customers have come to two renewals, or their ends are not known."
            )
        )
    if projected is None:
        return
    table = projected.table
    last = table.iloc[-1]
    report.figure(
        charts.plot_lines(
            table,
            x="period",
            series={"survival": t("model"), "actual": t("actual")},
            low="low",
            high="high",
            title=t(
                "{share} are expected to be left after {n} terms",
                share=fmt.percent(last["survival"]),
                n=fmt.count(last["period"]),
            ),
            alt=t("Share left after each term: actual, and projected with its interval."),
            yform=lambda value: fmt.percent(value, 0),
            xform=fmt.count,
            xlabel=t("terms since the start"),
        ),
        subtitle=t(
            "{n} customers followed for {periods} terms; {model} beyond",
            n=fmt.count(projected.customers),
            periods=fmt.count(projected.periods),
            model=projected.model,
        ),
        note=t(
            "Customers differ in how likely they are to stop, so those who stay longest are the most "
            "loyal; the band holds the outcome of a cohort of this size if nothing changes."
        ),
        numbers=table,
        columns={
            "period": (t("Terms"), fmt.count),
            "actual": (t("Actual"), fmt.percent),
            "survival": (t("Model"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
        },
    )


def show_money(report, study, money, *, cac=0.0):
    """What keeping longer is worth; `money` from `renewal_study.retention_money`."""
    t, fmt = report.t, report.fmt
    if money is None:
        if not missing(report, study):
            report.text(t("Worth of retention: not possible, needs the column value of contracts."))
        return
    report.text(
        t(
            "A new contract brings {value} of revenue ({interval}) within {months}, discounted, at "
            "{monthly} a month while it runs.",
            value=fmt.money(money.value),
            interval=fmt.interval(money.low, money.high, fmt.money),
            months=fmt.months(money.horizon),
            monthly=fmt.money(money.monthly_value),
        )
    )
    if len(money.worth):
        report.table(
            money.worth,
            columns={
                "points": (t("Kept more after 12 months"), fmt.points),
                "kept_12": (t("Kept after 12 months then"), fmt.percent),
                "gain": (t("More per new contract"), fmt.money),
                "per_year": (t("For the contracts won in a year"), fmt.money),
            },
            caption=t(
                "Arithmetic, not a promise: what more would be kept is worth, not how to keep it "
                "({n} contracts won in the last 12 months).",
                n=fmt.count(money.won),
            ),
        )
    if cac <= 0:
        report.text(t("Payback: not possible, needs the parameter cac (money to win a contract)."))
    elif money.payback is None:
        report.text(
            t("What it costs to win a contract ({cac}) is not paid back within the time followed.",
              cac=fmt.money(cac))
        )  # fmt: skip
    else:
        report.text(
            t(
                "A contract that costs {cac} to win has paid it back after {months}; over {horizon} it "
                "brings {ratio} times its cost.",
                cac=fmt.money(cac),
                months=fmt.months(money.payback),
                horizon=fmt.months(money.horizon),
                ratio=fmt.number(money.value / cac),
            )
        )
