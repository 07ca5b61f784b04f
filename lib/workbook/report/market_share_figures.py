"""The market, its parts and the own share as figures of the market report."""

import pandas as pd

from . import charts
from .loyalty_words import absent_sentence, there
from .market_words import our_name, segment_name, share_ends

__all__ = ["show_market", "show_parts", "show_share", "show_split"]


def _known(report, part, what):
    """True when there is something to show; else the sentence that says why not is shown."""
    if there(part):
        return True
    report.text(absent_sentence(report, part, what))
    return False


def show_share(report, study):
    """The own share per period, with what the last year is against the one before."""
    t, fmt = report.t, report.fmt
    if not _known(report, study.periods, t("Own share of the market")):
        return
    wide, named_only = study.periods
    share = study.own_share
    if not isinstance(share, dict):
        names = ", ".join(str(n) for n in list(wide.columns)[:8] if n not in ("total", "own"))
        if not study.figures.own:
            report.text(t("Own share of the market: none of the firms ({names}) is known to be the own one; name it in the parameter own_names.", names=names or "–"))  # fmt: skip
        else:
            report.text(t("Own share of the market: needs own sales and the market's size for the last 12 months."))  # fmt: skip
        return
    table = wide.dropna(subset=["own", "total"]).reset_index()
    table["share"] = table["own"] / table["total"]
    change = share["change"]
    if change is None:
        title = t("{own} holds {share} of the market", own=our_name(report, study.figures.own), share=fmt.percent(share["share"], 2))  # fmt: skip
    elif change.low <= 1 <= change.high:
        title = t("{own} holds {share} of the market, and no change against the year before is established",
                  own=our_name(report, study.figures.own), share=fmt.percent(share["share"], 2))  # fmt: skip
    else:
        title = t("{own} holds {share} of the market, {change} against the year before",
                  own=our_name(report, study.figures.own), share=fmt.percent(share["share"], 2), change=fmt.percent(change.ratio - 1))  # fmt: skip
    columns = {
        "period": (t("Period from"), fmt.month),
        "own": (t("Own sales"), fmt.money),
        "total": (t("Market"), fmt.money),
        "share": (t("Share"), lambda s: fmt.percent(s, 2)),
    }
    if len(table) < 3:
        report.table(table, columns=columns, caption=title)
    else:
        ax = charts.plot_lines(
            table, x="period", series={"share": ""}, title=title,
            alt=t("A line: own share of the market per period."),
            yform=lambda s: fmt.percent(s, 2), ylabel=t("share of the market"),
        )  # fmt: skip
        ax.set_ylim(bottom=0)
        charts.mark_months(ax, table["period"], fmt.month)
        note = t("The interval of the change knows the scatter between periods, not errors of the market research itself.")  # fmt: skip
        report.figure(ax, subtitle=_span(report, study, table), note=note, numbers=table.tail(12), columns=columns)  # fmt: skip
    if named_only:
        report.text(t("The size of the market is not known: shares are of the firms named, not of the market. Rows with measure market size in the market table would tell."))  # fmt: skip


def _span(report, study, table):
    t, fmt = report.t, report.fmt
    return t(
        "Share of sales, {n} periods, {period}; last 12 months against the 12 before: {change}",
        n=fmt.count(len(table)),
        period=fmt.period(table["period"].iloc[0], table["period"].iloc[-1]),
        change=_change(report, study.own_share["change"]),
    )


def _change(report, change):
    if change is None:
        return report.t("not known, periods too few or too alike")
    percent = report.fmt.percent
    return report.t(
        "{change} ({interval})",
        change=percent(change.ratio - 1),
        interval=share_ends(report, change.low - 1, change.high - 1),
    )


def show_market(report, study):
    """The size of the market per period."""
    t, fmt = report.t, report.fmt
    if not there(study.periods) or study.periods[1]:
        what = t("Size and growth of the market")
        if not there(study.periods):
            report.text(absent_sentence(report, study.periods, what))
        else:
            report.text(t("{what}: needs rows with measure market size in the market table.", what=what))  # fmt: skip
        return
    table = study.periods[0].dropna(subset=["total"]).reset_index()
    growth = study.growth
    if growth is None:
        title = t("The market came to {size} in the last period", size=fmt.money(table["total"].iloc[-1]))  # fmt: skip
    elif growth.low <= 1 <= growth.high:
        title = t("No growth of the market is established against the year before: {change}", change=_change(report, growth))  # fmt: skip
    else:
        title = t("The market changed by {change} against the year before", change=fmt.percent(growth.ratio - 1))  # fmt: skip
    if len(table) < 3:
        report.table(table, columns={"period": (t("Period from"), fmt.month), "total": (t("Market"), fmt.money)}, caption=title)  # fmt: skip
        return
    ax = charts.plot_lines(
        table, x="period", series={"total": ""}, title=title, alt=t("A line: size of the market per period."),
        yform=fmt.money, ylabel=t("sales of all firms"),
    )  # fmt: skip
    ax.set_ylim(bottom=0)
    charts.mark_months(ax, table["period"], fmt.month)
    report.figure(
        ax,
        subtitle=t("Sales of the market per period, {period}, at prices of the time", period=fmt.period(table["period"].iloc[0], table["period"].iloc[-1])),
        note=t("Seasons are taken off before years are compared. Prices are not: without a price index, growth holds inflation."),
        numbers=table.tail(12),
        columns={"period": (t("Period from"), fmt.month), "total": (t("Market"), fmt.money)},
    )  # fmt: skip


def show_parts(report, study):
    """Parts of the market: size, growth and the own share in each."""
    t, fmt = report.t, report.fmt
    segments = study.segments
    if not there(segments):
        return  # the figure above has said why
    if segments.empty:
        report.text(t("Parts of the market: needs rows of two or more segments or countries, with own sales and market size, in the market table."))  # fmt: skip
        return
    rows = segments.assign(name=[segment_name(report, row) for _, row in segments.iterrows()])
    weak = rows.sort_values("index").iloc[0]
    title = t("Smallest share: {part}, {share} of {size}", part=weak["name"], share=fmt.percent(weak["share"], 2), size=fmt.money(weak["size"]))  # fmt: skip
    columns = {
        "name": t("Part of the market"),
        "size": (t("Market, 12 months"), fmt.money),
        "growth": (t("Growth"), fmt.percent),
        "own": (t("Own sales"), fmt.money),
        "share": (t("Own share"), lambda s: fmt.percent(s, 2)),
        "share_before": (t("Year before"), lambda s: fmt.percent(s, 2)),
    }
    report.table(rows, columns=columns, caption=title)


def show_split(report, split):
    """What the change of own sales is made of; `split` from `market_share.sales_split`."""
    t, fmt = report.t, report.fmt
    if split is None:
        report.text(t("What the change of own sales is made of: needs two years of own sales and market size in at least two parts of the market."))  # fmt: skip
        return
    names = {"market": t("the market as a whole"), "mix": t("which parts grew"), "share": t("own share within the parts")}  # fmt: skip
    table = pd.DataFrame({"part": list(names.values()), "money": [split[key] for key in names]})
    title = t(
        "Own sales in the market figures changed by {whole} within a year: {market} by the market, {mix} by its mix, {share} by the share, in the arithmetic split",
        whole=fmt.money(split["whole"]), market=fmt.money(split["market"]), mix=fmt.money(split["mix"]), share=fmt.money(split["share"]),
    )  # fmt: skip
    report.table(table, columns={"part": t("Part of the change"), "money": (t("Money"), fmt.money)}, caption=title)  # fmt: skip
