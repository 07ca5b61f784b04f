"""Deals won and lost, as figures of the acquisition report."""

import pandas as pd

from . import charts
from .acquisition_words import GROUPS, NEEDS_DEALS, share_range

__all__ = ["show_reasons", "show_stages", "show_wins"]


def show_wins(report, deals, rate, groups):
    """Win rates; `rate` from `deal_outcomes.win_rate`, `groups` {column: `win_rates`}."""
    t, fmt = report.t, report.fmt
    if deals is None:
        report.text(t(NEEDS_DEALS))
        return
    if rate["n"] < 30:
        report.text(t("Deals won and lost: not enough data, {n} decided in the last 12 months.", n=fmt.count(rate["n"])))  # fmt: skip
        return
    said = t(
        "{share} of the {n} deals decided in the last 12 months were won ({interval})",
        share=fmt.percent(rate["share"]), n=fmt.count(rate["n"]),
        interval=share_range(report, rate["low"], rate["high"]),
    )  # fmt: skip
    if not pd.isna(rate["amount_share"]):
        said = said + t("; of their money {share}: {won} won, {lost} lost.", share=fmt.percent(rate["amount_share"]), won=fmt.money(rate["amount_won"]), lost=fmt.money(rate["amount_lost"]))  # fmt: skip
    else:
        said = said + t(".")
    report.text(said)
    for column, table in groups.items():
        if len(table) < 2:
            continue
        rows = table.head(15).assign(
            interval=[
                share_range(report, r["low"], r["high"]) for _, r in table.head(15).iterrows()
            ]
        )
        report.table(
            rows,
            columns={
                "group": t(GROUPS[column]),
                "n": (t("Decided deals"), fmt.count),
                "won": (t("Won"), fmt.count),
                "share": (t("Win rate"), fmt.percent),
                "interval": t("Interval"),
                "shrunk": (t("Win rate, chance taken off"), fmt.percent),
                "amount": (t("Mean value won"), fmt.money),
            },
            caption=t("Win rate by {column}; groups of 30 deals and more", column=t(GROUPS[column]).lower()),
        )  # fmt: skip


def show_reasons(report, deals, reasons):
    """Why deals were lost; `reasons` from `deal_outcomes.lost_reasons`."""
    t, fmt = report.t, report.fmt
    if deals is None:
        return  # the section above has said why
    named = reasons[reasons["reason"].notna()] if len(reasons) else reasons
    if named.empty or named["deals"].sum() < 30:
        report.text(t("Reasons for losing: not enough data, fewer than 30 lost deals of the last 12 months name one (column lost_reason of deals)."))  # fmt: skip
        return
    top = named.iloc[0]
    ax = charts.plot_pareto(
        named.head(8), label="reason", share="share", cumulative="cumulative", low="low", high="high",
        title=t("{share} of lost deals name {reason}", share=fmt.percent(top["share"], 0), reason=str(top["reason"])),
        alt=t("Bars: share of lost deals by reason with intervals; dots: what they add up to."),
        form=lambda share: fmt.percent(share, 0), cumulative_name=t("added up"),
    )  # fmt: skip
    silent = int(reasons.loc[reasons["reason"].isna(), "deals"].sum())
    report.figure(
        ax,
        subtitle=t("Share of {n} lost deals that name a reason, last 12 months; {silent} name none", n=fmt.count(named["deals"].sum()), silent=fmt.count(silent)),
        note=t("Reasons are what staff wrote down: what the customer thought may differ."),
        numbers=named,
        columns={
            "reason": t("Reason for losing"),
            "deals": (t("Lost deals"), fmt.count),
            "share": (t("Share"), fmt.percent),
            "amount": (t("Value of deals"), fmt.money),
            "amount_share": (t("Share of value"), fmt.percent),
        },
    )  # fmt: skip


def show_stages(report, deals, by_stage, stages):
    """Where deals are lost; `by_stage` from `deal_outcomes.lost_by_stage`, `stages` from
    `acquisition_study.Acquisition.stages`."""
    t, fmt = report.t, report.fmt
    if deals is None:
        return
    if stages is None or stages.empty:
        report.text(t("Stages of deals: not possible, needs the table deal_stages."))
        return
    rows = stages[stages["deals"] >= 10]
    report.table(
        rows.assign(
            interval=[share_range(report, r["low"], r["high"]) for _, r in rows.iterrows()]
        ),
        columns={
            "stage": t("Stage"),
            "deals": (t("Deals that entered"), fmt.count),
            "share": (t("Won in the end"), fmt.percent),
            "interval": t("Interval"),
            "waits": (t("Half move on within, days"), fmt.number),
        },
        caption=t("Stages of decided deals, all data"),
    )
    if by_stage.empty or by_stage.to_numpy().sum() < 30:
        return
    known = [name for name in stages["stage"] if name in by_stage.index]
    pattern = by_stage.attrs["p"] < 0.01
    by_stage = by_stage.reindex([*known, *(n for n in by_stage.index if n not in known)])
    most = by_stage.stack().idxmax()
    ax = charts.plot_heatmap(
        by_stage,
        title=t(
            "Most deals are lost in {stage}, named {reason}",
            stage=str(most[0]),
            reason=str(most[1]),
        )
        if pattern
        else t("In no stage are deals lost for other reasons than in the rest, beyond chance"),
        alt=t("Shaded cells: lost deals by stage and reason."),
        form=fmt.count,
    )
    report.figure(
        ax, subtitle=t("Lost deals by the stage they were in and the reason, last 12 months")
    )
