"""Flows, cohorts and the three measures, as figures of the lifecycle report."""

import numpy as np
import pandas as pd

from . import charts
from .stage_words import MOVES

__all__ = ["show_cohorts", "show_flows", "show_measures", "show_repeat"]

LINES = ("acquired", "silent", "awakened", "won_back")


def show_flows(report, moves):
    """Moves by month; `moves` from `lifecycle.moves_by_month`."""
    t, fmt = report.t, report.fmt
    whole = moves[moves["complete"]]
    if len(whole) < 2:
        report.text(t("Fewer than two complete months: no flow over time can be shown."))
        return
    last = whole.iloc[-1]
    came = int(last["acquired"] + last["awakened"] + last["won_back"])
    ax = charts.plot_lines(
        whole,
        x="month",
        series={name: t(MOVES[name][0]) for name in LINES},
        title=t(
            "{month}: {came} came or came back, {silent} fell silent",
            month=fmt.month(last["month"]),
            came=fmt.count(came),
            silent=fmt.count(last["silent"]),
        ),
        alt=t("Lines by month: new customers, fell silent, awakened, won back."),
        xform=lambda number: fmt.month(_date(number)),
        yform=fmt.count,
    )
    ax.set_xticks(whole["month"].iloc[:: -(-len(whole) // 5)])  # more would touch on a phone
    report.figure(
        ax,
        subtitle=t("Customers per month, complete months only"),
        note=t(
            "Awakened: bought again while dormant. Won back: bought again after being lost. Below "
            "24 complete months no seasonal adjustment is possible."
        )
        if len(whole) < 24
        else t("Awakened: bought again while dormant. Won back: bought again after being lost."),
        numbers=moves.assign(
            label=[
                fmt.month(month) if whole else t("{month} (incomplete)", month=fmt.month(month))
                for month, whole in zip(moves["month"], moves["complete"], strict=True)
            ]
        ),
        columns={"label": t("Month")}
        | {name: (t(word), fmt.count) for name, (word, _) in MOVES.items()},
    )


def _date(number):
    from matplotlib.dates import num2date

    return num2date(number).date()


def show_cohorts(report, triangle, pooled, *, shown=13):
    """The retention triangle; `triangle` from `cohorts.cohort_triangle`, newest cohorts last."""
    t, fmt = report.t, report.fmt
    later = triangle[(triangle["month"] >= 1) & (triangle["month"] <= 12)]
    if later.empty:
        report.text(t("No cohort is a month old yet: no later month can be shown."))
        return
    kept = sorted(later["cohort"].unique())[-shown:]
    rows = later[later["cohort"].isin(kept)]
    wide = rows[rows["complete"]].pivot(index="cohort", columns="month", values="share")
    if wide.empty:
        report.text(t("No cohort has completed a month after its first: nothing can be shown yet."))
        return
    wide.index = [fmt.month(month) for month in wide.index]
    if pooled["share"] is None:
        title = t("No cohort has completed its twelfth month yet")
    else:
        title = t(
            "{share} of a cohort buy in their twelfth month after the first purchase",
            share=fmt.percent(pooled["share"]),
        )
    sizes = triangle[triangle["month"] == 0].set_index("cohort")["size"]
    table = rows.pivot(index="cohort", columns="month", values="share").reset_index()
    open_cells = set(
        zip(*rows.loc[~rows["complete"], ["cohort", "month"]].T.to_numpy(), strict=True)
    )
    months = [month for month in table.columns if month != "cohort"]
    for month in months:
        table[month] = [
            ""
            if np.isnan(share)
            else fmt.percent(share) + ("*" if (cohort, month) in open_cells else "")
            for cohort, share in zip(table["cohort"], table[month], strict=True)
        ]
    table.insert(1, "size", table["cohort"].map(sizes))
    table.columns = [str(name) for name in table.columns]
    report.figure(
        charts.plot_heatmap(
            wide,
            title=title,
            alt=t("Triangle: share of each month's new customers who bought in each later month."),
            form=lambda share: fmt.number(100 * share, 0),
            xlabel=t("months after the first purchase"),
        ),
        subtitle=t("Percent of the cohort that bought in the month; rows: month of first purchase"),
        note=t(
            "Buying in a month is not staying a customer: who skips a month may buy in the next. "
            "Months that are not over are left out of the chart and carry an asterisk in the table."
        ),
        numbers=table,
        columns={
            "cohort": (t("Month of first purchase"), fmt.month),
            "size": (t("Customers"), fmt.count),
        }
        | {str(month): str(month) for month in months},
    )


def show_repeat(report, table):
    """Second purchase within days; `table` from `cohorts.repeat_within`."""
    t, fmt = report.t, report.fmt
    if table.empty:
        report.text(t("No customer has been followed for a month since the first purchase."))
        return
    report.table(
        table,
        columns={
            "days": (t("Within"), fmt.days),
            "share": (t("Bought a second time"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "n": (t("Customers"), fmt.count),
        },
        caption=t("Second purchase after the first, by Kaplan-Meier; late joiners are censored."),
    )


def show_measures(report, measures):
    """Three measures apart; `measures` {contract, repurchase, active: dict with share ... or None}."""
    t, fmt = report.t, report.fmt
    words = {
        "contract": t("Contract retention, 12 months"),
        "repurchase": t("Repurchase rate, 12 months"),
        "active": t("Still active (model)"),
    }
    known = {
        name: found for name, found in measures.items() if found and found["share"] is not None
    }
    table = pd.DataFrame(
        [{"name": words[name], **found} for name, found in known.items()],
        columns=["name", "share", "low", "high", "numerator", "denominator"],
    )
    if len(table):
        report.table(
            table,
            columns={
                "name": t("Measure"),
                "share": (t("Share"), fmt.percent),
                "low": (t("Interval from"), fmt.percent),
                "high": (t("to"), fmt.percent),
                "numerator": (t("Numerator"), fmt.count),
                "denominator": (t("Denominator"), fmt.count),
            },
        )
    missing = {
        "contract": t("Contract retention: not possible, needs the table contracts with ended_on."),
        "repurchase": t("Repurchase rate: nobody bought in the last 12 months."),
        "active": t("Still active: too few customers bought again for the model to be fitted."),
    }
    report.text("\n\n".join(text for name, text in missing.items() if name not in known) or " ")
