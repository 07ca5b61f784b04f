"""Coupons and offers as figures: how many are used, and what goes with them."""

from . import charts
from .loyalty_words import absent_sentence, there, worded

__all__ = ["show_offer_effect", "show_redemption"]

FEWEST = 30


def show_redemption(report, part):
    """Redemption by campaign; `part` from `loyalty_parts.offers_of`."""
    t, fmt = report.t, report.fmt
    if not there(part):
        report.text(absent_sentence(report, part, t("Coupons and offers")))
        return
    table, days, _, _ = part
    if not len(table):
        report.text(
            t(
                "Redemption: needs the column redeemed_on of the offers table, and offers old enough."
            )
        )
        return
    table = worded(report, table, {}, "group", whole=t("All offers"))
    whole = table.iloc[0]
    large = table[table["offers"] >= FEWEST]
    columns = {
        "name": t("Campaign"),
        "offers": (t("Offers"), fmt.count),
        "customers": (t("Customers"), fmt.count),
        "redeemed": (t("Used"), fmt.count),
        "share": (t("Redemption rate"), fmt.percent),
        "low": (t("Interval from"), fmt.percent),
        "high": (t("to"), fmt.percent),
    }
    if table["cost"].notna().any():
        columns |= {
            "cost": (t("Cost of those used"), fmt.money),
            "cost_each": (t("Cost each"), fmt.money),
        }
    if len(large) < 2:
        report.table(table, columns=columns)
    else:
        report.figure(
            charts.plot_intervals(
                large,
                label="name",
                value="share",
                low="low",
                high="high",
                title=t("{share} of the offers were used", share=fmt.percent(whole["share"])),
                alt=t("Redemption rate in all and by campaign, with intervals."),
                form=lambda share: fmt.percent(share, 0),
            ),
            subtitle=t("Redemption rate, n = {n} offers", n=fmt.count(whole["offers"])),
            note=_used_after(report, days),
            numbers=table,
            columns=columns,
        )


def _used_after(report, days):
    if not len(days):
        return None
    half = days.loc[days["share"] >= 0.5, "days"]
    return report.t(
        "Half of the offers that are used are used within {days}. Intervals count customers, who may "
        "hold several offers.",
        days=report.fmt.days(half.iloc[0]),
    )


def show_offer_effect(report, part):
    """Spending after an offer against that of customers without one."""
    t, fmt = report.t, report.fmt
    if not there(part):
        return
    found = part[3]
    if found is None:
        report.text(
            t(
                "What offers go with can't be told: too few customers got one and too few like them "
                "did not in the same weeks."
            )
        )
        return
    table = found.windows
    named = table.assign(
        name=[
            t("{n} before", n=fmt.count(-w)) if w < 0 else t("{n} after", n=fmt.count(w + 1))
            for w in table["window"]
        ]
    )
    said = {"interval": fmt.interval(found.low, found.high, fmt.percent)}
    title = t("After an offer no difference in spending is established ({interval})", **said)
    if found.trend_p < 0.05:
        title = t("Customers with an offer already differed before it: no verdict on the offers")
    elif found.low > 0 or found.high < 0:
        title = t(
            "Customers with an offer spend {effect} against expectation ({interval})",
            effect=fmt.percent(found.effect),
            **said,
        )
    report.figure(
        charts.plot_intervals(
            named,
            label="name",
            value="effect",
            low="low",
            high="high",
            reference=0,
            title=title,
            alt=t("Differences in spending before and after an offer, with intervals."),
            form=lambda share: fmt.percent(share, 0),
        ),
        subtitle=t(
            "Windows of {days} around an offer; {n} offers against {others} days of customers "
            "without one",
            days=fmt.days(report.params["offer_window_days"]),
            n=fmt.count(found.compared),
            others=fmt.count(found.others),
        ),
        note=t(
            "Who gets an offer is chosen. Windows before it should lie at nil; where they do not, "
            "those chosen were on another way already. Only an offer withheld from a random part "
            "tells what offers do."
        ),
        numbers=named,
        columns={
            "name": t("Window"),
            "effect": (t("Difference"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "joinings": (t("Offers followed"), fmt.count),
        },
    )
