"""Value, payback and balance of channels, as figures of the acquisition report."""

import pandas as pd

from . import charts
from .acquisition_words import (
    FACTORS,
    NEEDS_COST,
    NEEDS_VALUE,
    VERDICTS,
    WEAK,
    basis_word,
    channel_name,
    money_range,
    payback_range,
    payback_word,
    share_range,
)
from .chart_balance import plot_tornado

__all__ = ["show_balance", "show_payback", "show_tornado", "show_values"]


def show_values(report, study, values):
    """What customers of each channel bring; `values` from `acquisition_study.Acquisition.values`."""
    t, fmt = report.t, report.fmt
    if not values:
        report.text(t(NEEDS_VALUE))
        return
    alike, again, kept = values["alike"], values["again"], values["kept"]
    basis = basis_word(report, study)
    of_all = kept[kept["type"].isna() & kept["channel"].notna()]
    back = again.set_index("channel")
    rows = of_all.assign(
        name=[channel_name(report, study, key) for key in of_all["channel"]],
        interval=[money_range(report, low, high) for low, high in zip(of_all["low"], of_all["high"], strict=True)],
        again=[back["share"].get(key) for key in of_all["channel"]],
        again_range=[share_range(report, back["low"].get(key), back["high"].get(key)) for key in of_all["channel"]],
        index=[alike.set_index("channel")["index"].get(key) for key in of_all["channel"]],
    )  # fmt: skip
    columns = {
        "name": t("Channel"),
        "customers": (t("New customers followed for a year"), fmt.count),
        "mean": (t("First year, {basis} per customer", basis=basis), fmt.money),
        "interval": t("Interval"),
        "index": (t("Like for like (all = 1)"), lambda value: fmt.number(value, 2)),
        "again": (t("Buy again within 180 days"), fmt.percent),
        "again_range": t("Interval"),
    }
    if len(alike) < 2:
        if rows.empty:
            report.text(t("Value by channel: not possible, needs the column channel of customers or leads."))  # fmt: skip
        else:
            report.table(rows, columns=columns, caption=t("Value of new customers by channel"))
    else:
        best, worst = alike.iloc[0], alike.iloc[-1]
        clear = (alike["p_holm"] < 0.05).any()
        title = (
            t("New customers by {best} bring {high} times, those by {worst} {low} times what is usual for their type",
              best=channel_name(report, study, best["channel"]), worst=channel_name(report, study, worst["channel"]),
              high=fmt.number(best["index"], 2), low=fmt.number(worst["index"], 2))
            if clear
            else t("No channel's new customers differ clearly in value from others of their type")
        )  # fmt: skip
        ax = charts.plot_intervals(
            alike.assign(name=[channel_name(report, study, key) for key in alike["channel"]]),
            label="name", value="index", low="low", high="high", title=title, reference=1.0,
            reference_label=t("usual"), form=lambda value: fmt.number(value, 1),
            alt=t("Points with intervals: value of the first year of each channel's customers over that of customers of the same type and quarter."),
        )  # fmt: skip
        report.figure(
            ax,
            subtitle=t("First year of a new customer against others of the same type and quarter, {n} customers", n=fmt.count(alike["customers"].sum())),
            note=t("Each customer counts once, whatever its size. Channels reach people who may differ in more than the channel: an association."),
            numbers=rows,
            columns=columns,
        )  # fmt: skip
    _types(report, study, kept, basis)
    top = kept["largest"].iloc[0]
    if not pd.isna(top) and top >= 0.2:
        report.text(t("The largest hundredth of new customers made up {share} of the money of the first year: means of a channel hang on few of them, and their intervals are wide.", share=fmt.percent(top, 0)))  # fmt: skip


def _types(report, study, kept, basis):
    t, fmt = report.t, report.fmt
    types = kept[kept["type"].notna() & (kept["type"] != "") & kept["channel"].notna() & kept["low"].notna()]  # fmt: skip
    if types["type"].nunique() < 1:
        return
    words = {
        "consumer": t("consumers"),
        "business": t("business customers"),
        "dealer": t("dealers"),
    }
    rows = types.sort_values(["type", "mean"], ascending=[False, False], kind="stable")
    report.table(
        rows.assign(
            kind=[words.get(code, str(code)) for code in rows["type"]],
            name=[channel_name(report, study, key) for key in rows["channel"]],
            interval=[money_range(report, low, high) for low, high in zip(rows["low"], rows["high"], strict=True)],
        ),
        columns={
            "kind": t("Type"),
            "name": t("Channel"),
            "customers": (t("Customers"), fmt.count),
            "mean": (t("First year, {basis} per customer", basis=basis), fmt.money),
            "interval": t("Interval"),
            "repeats": (t("Repeat purchases"), lambda value: fmt.number(value, 2)),
        },
        caption=t("By type of customer; groups of 30 and more"),
    )  # fmt: skip


def show_payback(report, study, paid, shares):
    """When channels have earned their cost; `paid` from `payback.paybacks`, `shares` from
    `channel_value.paid_back_share`."""
    t, fmt = report.t, report.fmt
    if not paid:
        report.text(t(NEEDS_VALUE) if study.money is None else t(NEEDS_COST))
        return
    basis = basis_word(report, study)
    done = shares.set_index("channel")
    rows = pd.DataFrame(
        {
            "name": [t("all") if p.channel is None else channel_name(report, study, p.channel) for p in paid],
            "cac": [p.cac for p in paid],
            "payback": [payback_word(report, p.months) for p in paid],
            "range": [payback_range(report, p) for p in paid],
            "value": [p.value for p in paid],
            "ratio": [p.ratio for p in paid],
            "ratio_range": ["–" if pd.isna(p.ratio) else fmt.interval(p.ratio_low, p.ratio_high) for p in paid],
            "at_once": [done["at_once"].get(p.channel) for p in paid],
            "share": [done["share"].get(p.channel) for p in paid],
            "customers": [p.customers for p in paid],
        }
    )  # fmt: skip
    columns = {
        "name": t("Channel"),
        "cac": (t("Cost per new customer"), fmt.money),
        "payback": t("Earned back on average"),
        "range": t("Interval"),
        "value": (t("First year, {basis} per customer", basis=basis), fmt.money),
        "ratio": (t("Value over cost"), fmt.number),
        "ratio_range": t("Interval"),
        "at_once": (t("Customers who earn it with the first purchase"), fmt.percent),
        "share": (t("Customers who earn it within a year"), fmt.percent),
        "customers": (t("Customers"), fmt.count),
    }
    one = paid[0]
    title = _payback_title(report, one)
    if len(one.curve) < 4:
        report.table(rows, columns=columns, caption=title)
    else:
        ax = charts.plot_lines(
            one.curve.assign(cac=one.cac), x="month",
            series={"earned": t("earned"), "cac": t("cost")}, low="low", high="high", title=title,
            alt=t("A rising line with its band: money earned per new customer by month; a level line: its cost."),
            yform=fmt.money, xform=fmt.count, xlabel=t("months since the first purchase"),
        )  # fmt: skip
        ax.set_ylim(bottom=0)
        report.figure(
            ax,
            subtitle=t("{basis} per new customer so far, {n} customers", basis=basis[:1].upper() + basis[1:], n=fmt.count(one.customers)),
            note=t("Each month rests on those followed so long. On average: a few large customers may pay for many; the table says how many pay for themselves."),
            numbers=rows,
            columns=columns,
        )  # fmt: skip
    if study.basis == "revenue":
        report.text(t("Costs of goods are not known (column cost of orders, or the parameter gross_margin): revenue counts as earned, so the payback looks shorter than it is."))  # fmt: skip


def _payback_title(report, one):
    t, fmt = report.t, report.fmt
    if one.months is None:
        return t("The cost of a new customer, {cac}, is not earned back within 24 months on average", cac=fmt.money(one.cac))  # fmt: skip
    if one.months <= 0:
        return t("On average the first purchase alone earns back what a new customer costs, {cac}", cac=fmt.money(one.cac))  # fmt: skip
    return t("What a new customer costs, {cac}, is earned back after {months} on average", cac=fmt.money(one.cac), months=fmt.months(one.months, 1))  # fmt: skip


def show_balance(report, study, table):
    """Cost, value and repeat purchases of each channel; `table` from `acquisition_balance.weak_points`."""
    t, fmt = report.t, report.fmt
    if table.empty:
        report.text(t("Cost against value by channel: not possible, needs spend, channels and orders of a year."))  # fmt: skip
        return
    rows = table.assign(
        name=[channel_name(report, study, key) for key in table["channel"]],
        verdict_word=[t(VERDICTS[code]) for code in table["verdict"]],
        weak_word=[t(WEAK[code]) if code else WEAK[""] for code in table["weak"]],
        net_range=[money_range(report, low, high) for low, high in zip(table["net_low"], table["net_high"], strict=True)],
    )  # fmt: skip
    report.table(
        rows,
        columns={
            "name": t("Channel"),
            "cac": (t("Cost per new customer"), fmt.money),
            "ratio": (t("Value over cost"), fmt.number),
            "net": (t("Left after a year"), fmt.money),
            "net_range": t("Interval"),
            "share": (t("Buy again within 180 days"), fmt.percent),
            "verdict_word": t("Verdict"),
            "weak_word": t("Weak point"),
        },
        caption=t("Cost, value and repeat purchases together, by channel"),
    )


def show_tornado(report, table):
    """What moves the result of a new customer; `table` from `acquisition_balance.tornado`."""
    t, fmt = report.t, report.fmt
    if table.empty:
        report.text(t("What moves the result of a new customer: not possible, needs spend and orders of customers followed for a year."))  # fmt: skip
        return
    rows = table.assign(name=[t(FACTORS[code]) for code in table["factor"]])
    forms = {"repeats": lambda value: fmt.number(value, 2), "margin": fmt.percent}
    rows["value_word"] = [forms.get(code, fmt.money)(value) for code, value in zip(rows["factor"], rows["value"], strict=True)]  # fmt: skip
    rows["open_word"] = [
        fmt.interval(row["low80"], row["high80"], forms.get(row["factor"], fmt.money))
        for _, row in rows.iterrows()
    ]
    rows["left_word"] = [
        fmt.interval(*sorted((row["at_low80"], row["at_high80"])), fmt.money)
        for _, row in rows.iterrows()
    ]
    first = rows.iloc[0]
    base = fmt.money(first["base"])
    ax = plot_tornado(
        rows, label="name", low="worse", high="better", base=float(first["base"]), base_label=base,
        form=fmt.money,
        title=t("A tenth of {factor} is worth {swing} per new customer, up or down", factor=first["name"], swing=fmt.money(first["swing"] / 2)),
        alt=t("Tornado chart: money left per new customer after a year when each factor is a tenth worse or better, the largest swing on top."),
    )  # fmt: skip
    report.figure(
        ax,
        subtitle=t("Left per new customer after the first year: {base}; each factor a tenth worse and better, the others as they are", base=base),
        note=t("A calculation, no forecast: what it takes to move a factor by a tenth, and whether others stay as they are, is not known."),
        numbers=rows,
        columns={
            "name": t("Factor"),
            "value_word": t("Today"),
            "worse": (t("Left, a tenth worse"), fmt.money),
            "better": (t("Left, a tenth better"), fmt.money),
            "open_word": t("What the data leave open (80 %)"),
            "left_word": t("Left, over that span"),
        },
    )  # fmt: skip
