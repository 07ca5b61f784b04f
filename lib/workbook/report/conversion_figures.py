"""Leads, funnel and first steps, as figures of the acquisition report."""

import numpy as np
import pandas as pd

from . import charts
from .acquisition_words import KINDS, NEEDS_LEADS, STEPS, channel_name, share_range

__all__ = ["list_open_leads", "show_conversion", "show_first_purchases", "show_first_steps", "show_funnel"]  # fmt: skip


def show_conversion(report, study, conversion, curve, *, within_days):
    """Leads that become customers over time.

    `conversion` from `conversion_delay.conversion_by`, `curve` from `conversion_curve` of all leads.
    """
    t, fmt = report.t, report.fmt
    if conversion is None:
        report.text(t(NEEDS_LEADS))
        return
    whole = conversion.iloc[0]
    if whole["leads"] < 30 or whole["converted"] < 1:
        report.text(t("Conversion of leads: not enough data, {n} leads and {done} converted.", n=fmt.count(whole["leads"]), done=fmt.count(whole["converted"])))  # fmt: skip
        return
    title = t(
        "{share} of leads become customers within {days} ({interval})",
        share=fmt.percent(whole["share"]), days=fmt.days(within_days),
        interval=share_range(report, whole["low"], whole["high"]),
    )  # fmt: skip
    if pd.isna(whole["share"]):
        title = t("{done} of {n} leads have become customers so far", done=fmt.count(whole["converted"]), n=fmt.count(whole["leads"]))  # fmt: skip
    rows = conversion.assign(
        name=[t("all") if k is None or pd.isna(k) else channel_name(report, study, k) for k in conversion["channel"]],
        within=[_value(report, r["share"], r["low"], r["high"]) for _, r in conversion.iterrows()],
        ever_word=[_value(report, r["ever"], r["ever_low"], r["ever_high"]) for _, r in conversion.iterrows()],
    )  # fmt: skip
    columns = {
        "name": t("Channel"),
        "leads": (t("Leads"), fmt.count),
        "converted": (t("Converted so far"), fmt.count),
        "within": t("Within {days}", days=fmt.days(within_days)),
        "ever_word": t("Ever (cure model)"),
        "median_days": (t("Half of these within, days"), fmt.number),
        "ninety_days": (t("Nine in ten within, days"), fmt.number),
    }
    table = curve.table
    if len(table) < 3:
        report.table(rows, columns=columns, caption=title)
        return
    shown = table.assign(
        share=1 - table["survival"], low_=1 - table["high"], high_=1 - table["low"]
    )
    limit = max(4 * within_days, 30)
    shown = shown[shown["month"] <= limit]
    ax = charts.plot_lines(
        shown, x="month", series={"share": ""}, low="low_", high="high_", title=title,
        alt=t("A rising curve with its band: share of leads that have become customers by days since the lead came in."),
        yform=lambda share: fmt.percent(share, 0), xform=fmt.count, xlabel=t("days since the lead came in"),
    )  # fmt: skip
    ax.set_ylim(bottom=0)
    note = t("Leads that are still open count up to the reporting date (Kaplan-Meier).")
    if conversion["plateau"].iloc[0]:
        note = note + _gap(report) + t("The curve has come to rest, so that a share that never converts can be told (cure model, test of Maller and Zhou).")  # fmt: skip
    else:
        note = note + _gap(report) + t("The curve has not come to rest: how many will ever convert cannot be told yet.")  # fmt: skip
    report.figure(ax, subtitle=t("Share of {n} leads, {done} converted so far", n=fmt.count(whole["leads"]), done=fmt.count(whole["converted"])), note=note, numbers=rows, columns=columns)  # fmt: skip


def _gap(report):
    return "" if report.language.code == "zh" else " "


def _value(report, value, low, high, form=None):
    """A value with its interval in one form (a share by default); a dash without one."""
    form = form or report.fmt.percent
    if pd.isna(value):
        return "–"
    interval = report.fmt.interval(low, high, form)
    return report.t("{value} ({interval})", value=form(value), interval=interval)


def list_open_leads(report, study, leads, conversion, *, most):
    """The list of open leads, likeliest first; `leads` from `open_leads.open_leads`."""
    t, fmt = report.t, report.fmt
    if leads is None or conversion is None:
        return
    open_, stale = leads.attrs.get("open", 0), leads.attrs.get("stale", 0)
    if not open_:
        report.text(t("No lead is open: there is no list."))
        return
    report.text(
        t(
            "{n} leads are open; {stale} of them are older than the day by which nine in ten of those that "
            "convert have done so.",
            n=fmt.count(open_), stale=fmt.count(stale),
        )
    )  # fmt: skip
    rows = leads.assign(channel=[channel_name(report, study, key) for key in leads["channel"]])
    headings = {
        "lead_id": t("Lead"), "channel": t("Channel"), "status": t("Status"), "created_on": t("Came in"),
        "age_days": t("Age, days"), "chance": t("Chance to convert yet"),
    }  # fmt: skip
    file = report.customer_list("open_leads", rows.head(most), columns=headings, say=False)
    report.text(
        report.tn(
            "A list of {n} open lead is delivered apart, as {file}.",
            "A list of {n} open leads is delivered apart, as {file}, the likeliest first.",
            min(len(rows), most),
            file=file,
        )
    )


def show_funnel(report, study, costs, conversion, again):
    """From click to second purchase, by channel."""
    t, fmt = report.t, report.fmt
    if costs.empty and conversion is None:
        return
    rows = {}
    for row in costs[costs["row"] == "channel"].itertuples() if len(costs) else ():
        rows[row.channel] = {"clicks": row.clicks, "leads": row.leads, "customers": row.customers}
    if conversion is not None:
        for row in conversion[conversion["channel"].notna()].itertuples():
            rows.setdefault(row.channel, {})["share"] = row.share
    if again is not None:
        for row in again[again["channel"].notna()].itertuples():
            rows.setdefault(row.channel, {})["again"] = row.share
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("channel").reset_index()
    if table.empty:
        return
    for name in ("clicks", "leads", "customers", "share", "again"):
        table[name] = table[name].astype(float) if name in table else np.nan
    table["per_click"] = table["leads"] / table["clicks"].where(table["clicks"] > 0)
    table["name"] = [channel_name(report, study, key) for key in table["channel"]]
    table = table.sort_values(["customers", "name"], ascending=[False, True])
    columns = {
        "clicks": (t("Clicks"), fmt.count),
        "per_click": (t("Leads per click"), fmt.percent),
        "leads": (t("Leads (platform)"), fmt.count),
        "share": (t("Leads that convert"), fmt.percent),
        "customers": (t("New customers"), fmt.count),
        "again": (t("Buy again within 180 days"), fmt.percent),
    }
    shown = {name: said for name, said in columns.items() if table[name].notna().any()}
    report.table(
        table,
        columns={"name": t("Channel")} | shown,
        caption=t("From click to second purchase, by channel; counts of the last 12 months"),
    )


def show_first_purchases(report, table):
    """First purchases with a promotion, discount or coupon; `table` from `first_incentives`."""
    t, fmt = report.t, report.fmt
    if table is None or table.empty:
        report.text(t("Coupons at the first purchase: not possible, needs the column promotion or discount of orders, or the table offers with redeemed_on."))  # fmt: skip
        return
    rows = table.assign(
        name=[t(KINDS[kind]) for kind in table["kind"]],
        gap_word=[_value(report, r["gap"], r["gap_low"], r["gap_high"], fmt.points) for _, r in table.iterrows()],
        money_word=[_value(report, r["money_gap"], r["money_low"], r["money_high"], fmt.money) for _, r in table.iterrows()],
    )  # fmt: skip
    report.table(
        rows,
        columns={
            "name": t("First purchase"),
            "customers": (t("Customers"), fmt.count),
            "share": (t("Share"), fmt.percent),
            "again": (t("Buy again in the first year"), fmt.percent),
            "again_others": (t("others alike"), fmt.percent),
            "gap_word": t("Difference"),
            "money_word": t("Later money per customer, difference"),
        },
        caption=t("First purchases with an incentive, against those of the same channel, type and quarter without"),
    )  # fmt: skip
    report.text(t("Who buys first in a promotion may be another kind of customer: an association. A dash: fewer than 30 customers on either side can be compared."))  # fmt: skip


def show_first_steps(report, table, *, landmark_days, follow_days):
    """What prospects got before their first purchase; `table` from `first_incentives.first_steps`."""
    t, fmt = report.t, report.fmt
    if table is None or table.empty:
        report.text(t("Coupons, trials and talks before the first purchase: not possible, needs prospects with joined_on or lead_on, and events or offers that name them."))  # fmt: skip
        return
    if not (table["compared"] > 0).any():
        n = t(", ").join(
            f"{t(STEPS[row.step])} {fmt.count(row.customers)}" for row in table.itertuples()
        )
        report.text(t("Coupons, trials and talks before the first purchase: not enough data, fewer than 30 prospects had one in their first {days} ({n}).", days=fmt.days(landmark_days), n=n))  # fmt: skip
        return
    rows = table.assign(
        name=[t(STEPS[step]) for step in table["step"]],
        gap_word=[_value(report, r["gap"], r["low"], r["high"], fmt.points) for _, r in table.iterrows()],
    )  # fmt: skip
    report.table(
        rows,
        columns={
            "name": t("Step"),
            "customers": (t("Prospects"), fmt.count),
            "share": (t("Bought"), fmt.percent),
            "expected": (t("others alike"), fmt.percent),
            "gap_word": t("Difference"),
        },
        caption=t("First purchase within {days} after the first {first}, by what prospects got in these", days=fmt.days(follow_days), first=fmt.days(landmark_days)),
    )  # fmt: skip
    report.text(t("Only prospects who had not bought by then are compared; steps may go to those who are interested anyway."))  # fmt: skip
