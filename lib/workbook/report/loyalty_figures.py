"""Repurchase, what customers say and what they do, as figures."""

import numpy as np
import pandas as pd

from . import charts
from .loyalty_words import GROUPS, MEASURES, absent_sentence, there, worded

__all__ = ["show_rates", "show_said_and_done", "show_years"]

FEWEST = 30


def show_rates(report, rates):
    """The three rates side by side; `rates` from `loyalty_parts.rates_of`."""
    t, fmt = report.t, report.fmt
    rows = [
        (code, *(rate[c] for c in ("share", "low", "high", "numerator", "denominator")))
        for code, rate in rates.items()
        if there(rate) and rate["share"] is not None
    ]
    columns = ["measure", "share", "low", "high", "numerator", "denominator"]
    table = worded(report, pd.DataFrame(rows, columns=columns), MEASURES, "measure")
    if len(table):
        said = {row["measure"]: fmt.percent(row["share"]) for _, row in table.iterrows()}
        report.figure(
            charts.plot_intervals(
                table,
                label="name",
                value="share",
                low="low",
                high="high",
                title=_rates_title(report, said),
                alt=t("One point with its interval per rate."),
                form=lambda share: fmt.percent(share, 0),
            ),
            subtitle=t("Shares in the 12 months to {date}", date=fmt.date(report.tables.as_of)),
            note=t(
                "Three shares of three different groups: of those who bought, of those who answered, "
                "of those who are new. They are not to be added or compared in size."
            ),
            numbers=table,
            columns={
                "name": t("Measure"),
                "numerator": (t("Numerator"), fmt.count),
                "denominator": (t("Denominator"), fmt.count),
                "share": (t("Share"), fmt.percent),
                "low": (t("Interval from"), fmt.percent),
                "high": (t("to"), fmt.percent),
            },
        )
    for code, rate in rates.items():
        if not there(rate):
            report.text(_rate_missing(report, code, rate))
        elif rate["share"] is None:
            report.text(t("{what}: nobody to count in the 12 months.", what=t(MEASURES[code])))


def _rates_title(report, said):
    t = report.t
    if len(said) == 3:
        return t("{repurchase} buy again, {recommendation} say they recommend, {referral} of new "
                 "customers came by one", **said)  # fmt: skip
    if "repurchase" in said:
        return t("{repurchase} buy again within 12 months", **said)
    if "recommendation" in said:
        return t("{recommendation} of those asked would recommend", **said)
    return t("{referral} of new customers came by a customer", **said)


def _rate_missing(report, code, rate):
    t = report.t
    if rate is None and code == "repurchase":
        return t(
            "Repurchase rate: the orders are a sample of lines, so how often a customer buys is not "
            "known."
        )
    if rate is None and code == "recommendation":
        return t(
            "Recommendation rate: needs answers on a scale from 0 or 1 to 10 (params: scales)."
        )
    if rate is None:
        return t("Referral rate: no customer is marked as referred, so referrals are not recorded.")
    return absent_sentence(report, rate, t(MEASURES[code]))


def show_years(report, years):
    """The repurchase rate by year; `years` from `repurchase.repurchase_by_year`."""
    t, fmt = report.t, report.fmt
    if years is None or not len(years) or not years["buyers"].sum():
        return
    report.table(
        years,
        columns={
            "ends_on": (t("12 months to"), fmt.date),
            "buyers": (t("Customers who bought"), fmt.count),
            "again": (t("on two days or more"), fmt.count),
            "share": (t("Repurchase rate, 12 months"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
        },
        caption=t(
            "A year with many new customers has a lower rate: those who came late had less time to "
            "buy again. The finding compares like with like."
        ),
    )


def show_said_and_done(report, table):
    """What promoters and others did after answering; `table` from `loyalty_parts.said_and_done_of`."""
    t, fmt = report.t, report.fmt
    what = t("What customers said against what they did")
    follow_days = report.params["follow_days"]
    if not there(table):
        report.text(absent_sentence(report, table, what))
        return
    large = table[table["customers"] >= FEWEST] if len(table) else table
    if not len(large):
        report.text(
            t(
                "{what}: too few customers answered {days} ago or earlier and can be followed.",
                what=what,
                days=fmt.days(follow_days),
            )
        )
        return
    large = worded(report, large, GROUPS, "group")
    known = bool(large["referrer_share"].notna().any())

    def form(share):
        return fmt.percent(share, 0)

    if known:
        ax = charts.plot_pairs(
            large,
            label="name",
            values={"referrer_share": t("brought a customer"), "again_share": t("bought again")},
            title=_said_title(report, large),
            alt=t("Per group of answers, the share that brought a customer and that bought again."),
            form=form,
        )
    else:
        ax = charts.plot_intervals(
            large,
            label="name",
            value="again_share",
            low="again_low",
            high="again_high",
            title=_said_title(report, large),
            alt=t("Per group of answers, the share that bought again, with intervals."),
            form=form,
        )
    columns = {
        "name": t("Said they would recommend"),
        "customers": (t("Customers"), fmt.count),
        "again_share": (t("bought again"), fmt.percent),
        "again_low": (t("Interval from"), fmt.percent),
        "again_high": (t("to"), fmt.percent),
    }
    if known:
        columns |= {
            "referrer_share": (t("brought a customer"), fmt.percent),
            "referrer_low": (t("from"), fmt.percent),
            "referrer_high": (t("up to"), fmt.percent),
            "brought": (t("Customers brought"), fmt.count),
        }
    report.figure(
        ax,
        subtitle=t("Within {days} of a customer's first answer", days=fmt.days(follow_days)),
        note=t(
            "Only customers who answered at least {days} before the reporting date. Those who answer "
            "are not all customers; referrals are those that were written down.",
            days=fmt.days(follow_days),
        ),
        numbers=large,
        columns=columns,
    )
    if not known:
        report.text(
            t(
                "Actual referrals: not possible, needs the column referred_by of the customers table."
            )
        )


def _said_title(report, large):
    t, fmt = report.t, report.fmt
    by = large.set_index("group")
    if "promoter" in by.index:
        row = by.loc["promoter"]
        if np.isfinite(row["referrer_share"]):
            return t("Of the promoters, {brought} brought a customer and {again} bought again",
                     brought=fmt.percent(row["referrer_share"]), again=fmt.percent(row["again_share"]))  # fmt: skip
        return t("Of the promoters, {again} bought again", again=fmt.percent(row["again_share"]))
    row = large.iloc[0]
    return t(
        "{group}: {again} bought again", group=row["name"], again=fmt.percent(row["again_share"])
    )
