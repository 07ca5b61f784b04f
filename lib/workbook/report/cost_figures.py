"""Cost per new customer, its change and the next customer's cost, as figures of the acquisition report."""

import numpy as np
import pandas as pd

from . import charts
from .acquisition_words import NEEDS_COST, channel_name, money_range, p_word

__all__ = ["show_changes", "show_costs", "show_marginal", "show_timing"]


def show_costs(report, study, costs):
    """Cost per new customer by channel; `costs` from `acquisition_cost.cac_table`."""
    t, fmt = report.t, report.fmt
    if costs.empty or not costs["cac"].notna().any():
        report.text(t(NEEDS_COST) if costs.empty else t("Cost per new customer: not enough data, no new customer of the months with spend."))  # fmt: skip
        return
    rows = costs.assign(name=[_row_name(report, study, row) for row in costs.itertuples()])
    rows["amount"] = rows["amount"].where(rows["row"] != "paid", rows["media"])
    whole = rows.iloc[0]
    drawn = rows[(rows["row"] == "channel") & rows["low"].notna() & np.isfinite(rows["high"]) & (rows["customers"] >= 10)]  # fmt: skip
    drawn = drawn.sort_values(["cac", "channel"])
    title = t(
        "A new customer costs {cac} ({interval}), all spend over all new customers",
        cac=fmt.money(whole["cac"]),
        interval=money_range(report, whole["low"], whole["high"]),
    )
    shown = {"numbers": rows, "columns": _columns(report, rows)}
    if len(drawn) >= 2:
        dear, cheap = drawn.iloc[-1], drawn.iloc[0]
        if dear["low"] > cheap["high"]:
            title = t(
                "A new customer costs {low} by {cheap} and {high} by {dear}",
                low=fmt.money(cheap["cac"]), cheap=cheap["name"],
                high=fmt.money(dear["cac"]), dear=dear["name"],
            )  # fmt: skip
        ax = charts.plot_intervals(
            drawn, label="name", value="cac", low="low", high="high", title=title,
            alt=t("Points with intervals: cost per new customer of each channel; a line at that of all."),
            reference=whole["cac"], reference_label=t("all"), form=fmt.money,
        )  # fmt: skip
        months = sorted(study.panel["month"].unique())
        report.figure(
            ax,
            subtitle=t(
                "All spend per new customer, {n} new customers, {period}",
                n=fmt.count(whole["customers"]),
                period=fmt.period(*(pd.Timestamp(m) for m in (months[-12:][0], months[-1]))),
            ),
            note=t("Media cost counts advertising alone, cost all kinds of spend. Channels without spend cost nothing here and stand in the table only."),
            **shown,
        )  # fmt: skip
    else:
        report.table(rows, columns=shown["columns"], caption=title)
    _claims(report, rows)


def _row_name(report, study, row):
    t = report.t
    if row.row == "blended":
        return t("all channels (blended)")
    return t("paid channels, media only") if row.row == "paid" else channel_name(report, study, row.channel)  # fmt: skip


def _columns(report, rows):
    t, fmt = report.t, report.fmt
    columns = {
        "name": t("Channel"),
        "amount": (t("Spend"), fmt.money),
        "customers": (t("New customers"), fmt.count),
        "cac": (t("Cost per new customer"), fmt.money),
        "low": (t("Interval from"), fmt.money),
        "high": (t("to"), fmt.money),
        "media_cac": (t("Media cost"), fmt.money),
    }
    if rows["before"].notna().any():
        columns["before"] = (t("12 months before"), fmt.money)
    return columns | {
        "amount_share": (t("Share of spend"), fmt.percent),
        "customer_share": (t("Share of new customers"), fmt.percent),
    }


def _claims(report, rows):
    """What platforms count beside what the books show."""
    t, fmt = report.t, report.fmt
    told = rows[(rows["row"] == "channel") & (rows["claimed"] > 0) & (rows["customers"] > 0)]
    if told.empty:
        return
    claimed, own = told["claimed"].sum(), told["customers"].sum()
    report.text(
        t(
            "The platforms count {claimed} new customers of these channels, the books show {own}: {ratio} "
            "times as many. Costs here rest on the books.",
            claimed=fmt.count(claimed), own=fmt.count(own), ratio=fmt.number(claimed / own, 2),
        )
    )  # fmt: skip


def show_timing(report, study, by_lag):
    """How customers are set against spend; `by_lag` from `spend_lag.cac_by_lag`."""
    t, fmt = report.t, report.fmt
    if study.panel.empty:
        return  # the figure above has said why
    if study.matched == "lead":
        waits = study.waits
        n = int(waits["customers"].sum()) if waits is not None else 0
        if n < 30:
            report.text(t("Each customer counts in the month of its lead; how long leads take to become customers cannot be told yet."))  # fmt: skip
            return
        days = np.repeat(waits["days"].to_numpy(), waits["customers"].to_numpy())
        report.text(
            t(
                "Each customer counts in the month of its lead, when the money was spent. Half become "
                "customers within {half}, nine in ten within {most}; those still to come from recent "
                "months are allowed for.",
                half=fmt.days(np.quantile(days, 0.5)), most=fmt.days(np.quantile(days, 0.9)),
            )
        )  # fmt: skip
        return
    said = (
        t("Nobody wrote down when customers were leads. Spend fits best with the customers {n} later, and is set against those.", n=fmt.months(study.lag))
        if study.lag_clear
        else t("Nobody wrote down when customers were leads, and no lag between spend and customers fits clearly better than none: spend is set against the customers of the same month. The column lead_on of customers would tell.")
    )  # fmt: skip
    report.text(said)
    if len(by_lag) >= 2:
        report.table(
            by_lag.assign(name=[fmt.months(lag) for lag in by_lag["lag"]]),
            columns={
                "name": t("Lag"),
                "customers": (t("New customers"), fmt.count),
                "cac": (t("Cost per new customer"), fmt.money),
            },
            caption=t("Cost per new customer under other lags"),
        )


def show_changes(report, study, problems):
    """What became dearer or worse; `problems` from `acquisition_problems`."""
    t, fmt = report.t, report.fmt
    table = problems.tables["cac"]
    if table.empty:
        report.text(t("Change of cost: not enough data, fewer than two comparable spans of six months with spend and 25 new customers."))  # fmt: skip
        return
    for rise in problems.rises:
        _rise_chart(report, study, rise)
    if not problems.rises:
        report.text(t("No channel has become dearer by more than chance allows (compared with the same months of the year before; {n} comparisons).", n=fmt.count(len(table))))  # fmt: skip
    rows = table.drop_duplicates(["measure", "channel"]).copy()
    rows["name"] = [t("all") if key is None or pd.isna(key) else channel_name(report, study, key) for key in rows["channel"]]  # fmt: skip
    rows["of"] = [
        t("a lead") if code == "lead" else t("a new customer") for code in rows["measure"]
    ]
    report.table(
        rows,
        columns={
            "name": t("Channel"),
            "of": t("Cost of"),
            "months": (t("Months compared"), fmt.count),
            "cac": (t("Cost now"), fmt.money),
            "cac_before": (t("a year before"), fmt.money),
            "ratio": (t("Ratio"), lambda value: fmt.number(value, 2)),
            "customers": (t("Customers or leads"), fmt.count),
            "p": (t("p, one-sided"), lambda value: p_word(report, value)),
        },
        caption=t("Cost of a customer and of a lead against the same months a year before"),
    )


def _rise_chart(report, study, rise):
    t, fmt = report.t, report.fmt
    sums = rise.months.assign(month=pd.to_datetime(rise.months["month"]))
    name = t("All channels") if rise.channel is None else channel_name(report, study, rise.channel)
    said = {"channel": name, "month": fmt.month(rise.start), "after": fmt.money(sums["level"].iloc[-1]), "before": fmt.money(sums["level"].iloc[0])}  # fmt: skip
    ax = charts.plot_lines(
        sums, x="month", series={"cost": t("cost"), "level": t("level")},
        title=t("{channel}: a lead costs {after} since {month}, {before} before", **said)
        if rise.by == "lead"
        else t("{channel}: a new customer costs {after} since {month}, {before} before", **said),
        alt=t("Two lines over time: the cost by month, and its level before and after the start."),
        yform=fmt.money,
    )  # fmt: skip
    ax.set_ylim(bottom=0)
    charts.mark_months(ax, sums["month"], fmt.month)
    report.figure(
        ax,
        subtitle=t("Spend per lead, by month")
        if rise.by == "lead"
        else t("Spend per new customer, sums of three months"),
    )
    if rise.split:
        split = rise.split
        report.text(
            t(
                "An exact split of this change: a lead costs {cost} instead of {cost_before}, and {share} of "
                "leads become customers instead of {share_before}. The cost of a lead makes up {part} of it (on the "
                "log scale; above 100 % where conversion moved the other way).",
                cost=fmt.money(split["lead_cost"]), cost_before=fmt.money(split["lead_cost_before"]),
                share=fmt.percent(split["conversion"]), share_before=fmt.percent(split["conversion_before"]),
                part=fmt.percent(split["lead_cost_part"], 0),
            )
        )  # fmt: skip


def show_marginal(report, marginal):
    """What the next customer would cost; `marginal` from `marginal_cost.marginal_cost`."""
    t, fmt = report.t, report.fmt
    if marginal is None:
        report.text(t("What the next customer would cost: not enough data, needs 12 months of spend of a channel with 30 new customers."))  # fmt: skip
        return
    if marginal.verdict == "still":
        report.text(t("What the next customer would cost cannot be told: beyond channel and month, spend moved by {swing} only. Raising it in some regions for a month and not in others would tell.", swing=fmt.percent(marginal.swing)))  # fmt: skip
        return
    said = {
        "share": fmt.percent(marginal.elasticity * 0.1),
        "interval": fmt.interval(marginal.low * 0.1, marginal.high * 0.1, fmt.percent),
        "months": fmt.months(marginal.months),
    }
    report.text(t("In months with a tenth more spend than usual for the channel and the month there were {share} more new customers ({interval}; {months}).", **said))  # fmt: skip
    money = {
        "cac": fmt.money(marginal.cac),
        "marginal": t("without limit") if marginal.marginal is None else fmt.money(marginal.marginal),
        "low": t("without limit") if marginal.marginal_low is None else fmt.money(marginal.marginal_low),
        "high": t("without limit") if marginal.marginal_high is None else fmt.money(marginal.marginal_high),
    }  # fmt: skip
    texts = {
        "less": t("The next customer would cost {marginal} ({low} to {high}), more than the average of {cac}.", **money),
        "proportional": t("Customers grow about in proportion with spend: the next one would cost {marginal} ({low} to {high}), the average is {cac}.", **money),
        "more": t("Customers grow more than in proportion with spend; more is probably spent when more demand is expected.", **money),
        "unclear": t("That does not tell what the next customer would cost: from {low} to {high}, the average is {cac}.", **money),
    }  # fmt: skip
    report.text(texts[marginal.verdict])
    report.text(t("Observed, no experiment: where more is spent when more demand is expected, the next customer looks cheaper than it is. A test settles it: raise the budget in regions drawn at random for six to eight weeks."))  # fmt: skip
