"""What incentives cost and bring: programme, offers, and discounts and rebates of business customers."""

from . import charts
from .loyalty_words import INCENTIVES, TYPES, absent_sentence, there, worded

__all__ = ["show_incentives", "show_return"]


def show_return(report, table):
    """What incentives cost and go with; `table` from `incentive_return.incentive_return`."""
    t, fmt = report.t, report.fmt
    if not len(table):
        report.text(
            t(
                "Cost and return: needs points and the param point_value, or offers with their cost, "
                "in the last 12 months."
            )
        )
        return
    names = {
        "programme": t("Points redeemed, per member and year"),
        "offers": t("Coupons and offers, per offer"),
    }
    report.table(
        table.assign(name=[names[code] for code in table["part"]]),
        columns={
            "name": t("Incentive"),
            "cost": (t("Cost"), fmt.money),
            "gain": (t("More spending"), fmt.money),
            "gain_low": (t("Interval from"), fmt.money),
            "gain_high": (t("to"), fmt.money),
            "break_even": (t("Pays from a margin of"), fmt.percent),
            "left": (t("Left after cost"), fmt.money),
            "left_low": (t("from"), fmt.money),
            "left_high": (t("up to"), fmt.money),
        },
        caption=t(
            "More spending is that of the members or offers compared above, if trends were parallel; "
            "a dash where the comparison gives no verdict, or the margin is not known. Points cost "
            "what they are worth when redeemed."
        ),
    )


def show_incentives(report, frame, by_type, growth):
    """Discounts and rebates of business customers; from `incentives` functions."""
    t, fmt = report.t, report.fmt
    if not there(frame):
        report.text(absent_sentence(report, frame, t("Incentives of business customers")))
        return
    table = worded(report, by_type, TYPES, "type", whole=t("All"))
    columns = {
        "name": t("Kind of customer"),
        "customers": (t("Customers"), fmt.count),
        "revenue": (t("Revenue"), fmt.money),
        "incentives": (t("Discounts and rebates"), fmt.money),
        "rate": (t("of list revenue"), fmt.percent),
        "rate_before": (t("the year before"), fmt.percent),
    }
    if table["contribution"].notna().any():
        columns |= {
            "contribution": (t("Contribution after rebates"), fmt.money),
            "contribution_rate": (t("of revenue"), fmt.percent),
            "contribution_rate_before": (t("the year before it"), fmt.percent),
        }
    else:
        report.text(t("Contribution after rebates: needs the column cost of the orders table."))
    report.table(table, columns=columns, caption=t("Last 12 months"))
    if not len(growth):
        report.text(
            t("Whether incentives go with growth can't be told: too few customers in each group.")
        )
        return
    growth = worded(report, growth, INCENTIVES, "group")
    report.figure(
        charts.plot_intervals(
            growth,
            label="name",
            value="growth",
            low="low",
            high="high",
            reference=1,
            reference_label=t("as before"),
            title=_growth_title(report, growth),
            alt=t("Revenue against the year before, by incentives of the year before."),
            form=lambda share: fmt.percent(share, 0),
        ),
        subtitle=t(
            "Revenue of the last 12 months as a share of the 12 before, by discounts and rebates of "
            "the 12 before"
        ),
        note=t(
            "Who gets more is chosen, often for being large or about to leave: the groups are not "
            "alike, and the difference is no effect of the incentive."
        ),
        numbers=growth,
        columns={
            "name": t("Discounts and rebates"),
            "customers": (t("Customers"), fmt.count),
            "rate": (t("of list revenue"), fmt.percent),
            "growth": (t("Revenue against the year before"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
        },
    )


def _growth_title(report, growth):
    t, fmt = report.t, report.fmt
    first, last = growth.iloc[0], growth.iloc[-1]
    if len(growth) < 2 or (first["low"] <= last["high"] and last["low"] <= first["high"]):
        return t("No difference in growth by incentives is established")
    return t(
        "Revenue stood at {last} of the year before with the highest incentives, at {first} with the "
        "lowest",
        last=fmt.percent(last["growth"]),
        first=fmt.percent(first["growth"]),
    )
