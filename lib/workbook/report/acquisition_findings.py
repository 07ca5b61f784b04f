"""What the acquisition report finds about cost, payback, conversion and deals, from finished results."""

import pandas as pd

from .acquisition_answer import paid_row, whole_row
from .acquisition_words import (
    FACTORS,
    KINDS,
    basis_word,
    channel_name,
    money_range,
    payback_range,
    payback_word,
    share_range,
)
from .findings import finding

__all__ = ["acquisition_findings"]

FEWEST = 30


def acquisition_findings(report, study, costs, paid, balance, shift, conversion, leads, reasons, first, tornado, *, review_on):  # fmt: skip
    """Facts and opportunities; None where one can't be made. Problems: see `acquisition_alarms`."""
    return [
        _cost(report, costs),
        _payback(report, study, paid),
        _shift(report, study, shift, review_on),
        *(_loses(report, study, row, costs, review_on) for row in balance.itertuples() if row.verdict == "loses"),
        _conversion(report, conversion),
        _open_leads(report, leads, conversion, review_on),
        _reason(report, reasons, review_on),
        *_first(report, first, review_on),
        _factor(report, tornado),
    ]  # fmt: skip


def _cost(report, costs):
    t, fmt = report.t, report.fmt
    whole, media = whole_row(costs), paid_row(costs)
    if whole is None:
        return None
    said = {
        "cac": fmt.money(whole["cac"]),
        "interval": money_range(report, whole["low"], whole["high"]),
        "n": fmt.count(whole["customers"]),
    }
    statement = t("A new customer costs {cac} ({interval}; {n} new customers in 12 months), all spend counted.", **said)  # fmt: skip
    if media is not None:
        statement = t("A new customer costs {cac} ({interval}; {n} new customers in 12 months), all spend counted; media alone {paid} per customer of the paid channels.", paid=fmt.money(media["cac"]), **said)  # fmt: skip
    return finding(
        metric="cac", statement=statement, rung="descriptive", value=whole["cac"], low=whole["low"],
        high=whole["high"], n=int(whole["customers"]),
    )  # fmt: skip


def _payback(report, study, paid):
    t, fmt = report.t, report.fmt
    if not paid or paid[0].channel is not None:
        return None
    one = paid[0]
    said = {
        "basis": basis_word(report, study),
        "interval": payback_range(report, one),
        "months": payback_word(report, one.months),
    }
    statement = t("On average the cost of a new customer is earned back {months} (in {basis}; interval: {interval}).", **said)  # fmt: skip
    if one.months is not None and one.months > 0:
        statement = t("On average the cost of a new customer is earned back after {months} (in {basis}; interval: {interval}).", **said)  # fmt: skip
    if not pd.isna(one.ratio):
        statement = statement + t(" In the first year a customer leaves {ratio} times what it cost ({range}).", ratio=fmt.number(one.ratio), range=fmt.interval(one.ratio_low, one.ratio_high))  # fmt: skip
    return finding(
        metric="payback_months", statement=statement, rung="descriptive", value=one.months,
        low=one.low if one.months is not None else None,
        high=one.high if one.months is not None else None, n=one.customers,
    )  # fmt: skip


def _shift(report, study, shift, review_on):
    """A part of the budget of one channel for another, where customers per money clearly differ."""
    t, fmt = report.t, report.fmt
    if shift is None:
        return None
    worst, best = (channel_name(report, study, shift[name]) for name in ("worst", "best"))
    return finding(
        metric="budget_shift",
        kind="opportunity",
        place={"channel": worst},
        statement=t(
            "For the same money {best} wins {ratio} times as many new customers as {worst}, weighed by value like "
            "for like ({interval}): {budget} of the budget stands for {money} a year at average costs.",
            worst=worst, best=best, ratio=fmt.number(shift["ratio"]),
            interval=fmt.interval(shift["low"], shift["high"]), budget=fmt.money(shift["budget"]),
            money=fmt.money(shift["money"]),
        ),
        rung="descriptive",
        value=shift["ratio"],
        low=shift["low"],
        high=shift["high"],
        money_per_year=shift["money"],
        money_low=shift["money_low"],
        money_high=shift["money_high"],
        money_basis=study.basis,
        money_kind="opportunity",
        action=t("Move this part of the budget in regions drawn at random for eight weeks, and compare new customers and their purchases with the other regions before more is moved."),
        owner=t("Head of marketing"),
        review_on=review_on,
    )  # fmt: skip


def _loses(report, study, row, costs, review_on):
    t, fmt = report.t, report.fmt
    customers = float(costs.loc[costs["channel"] == row.channel, "customers"].iloc[0])
    return finding(
        metric="channel_loses",
        kind="opportunity",
        place={"channel": channel_name(report, study, row.channel)},
        statement=t(
            "New customers by {channel} cost {cac} and leave {value} in their first year: {net} each ({interval}).",
            channel=channel_name(report, study, row.channel), cac=fmt.money(row.cac),
            value=fmt.money(row.value), net=fmt.money(row.net),
            interval=money_range(report, row.net_low, row.net_high),
        ),
        rung="descriptive",
        value=row.net,
        low=row.net_low,
        high=row.net_high,
        money_per_year=-row.net * customers,
        money_low=-row.net_high * customers,
        money_high=-row.net_low * customers,
        money_basis="contribution",
        money_kind="opportunity",
        action=t("Lower the bid or pause this channel in regions drawn at random, and see how many of its customers come anyway."),
        owner=t("Head of marketing"),
        review_on=review_on,
    )  # fmt: skip


def _conversion(report, conversion):
    t, fmt = report.t, report.fmt
    if conversion is None or pd.isna(conversion["share"].iloc[0]):
        return None
    row = conversion.iloc[0]
    ever = pd.notna(row["ever"])
    value = ("ever", "ever_low", "ever_high") if ever else ("share", "low", "high")
    said = {"share": fmt.percent(row[value[0]]), "interval": share_range(report, row[value[1]], row[value[2]]), "n": fmt.count(row["leads"])}  # fmt: skip
    statement = (
        t("{share} of leads become customers in the end ({interval}; {n} leads), half of these within {half}, nine in ten within {most}.",
          half=fmt.days(row["median_days"]), most=fmt.days(row["ninety_days"]), **said)
        if ever
        else t("{share} of leads become customers in the time watched ({interval}; {n} leads); how many ever will cannot be told yet.", **said)
    )  # fmt: skip
    return finding(
        metric="lead_conversion", statement=statement, rung="descriptive", value=row[value[0]],
        low=row[value[1]], high=row[value[2]], n=int(row["leads"]),
    )  # fmt: skip


def _open_leads(report, leads, conversion, review_on):
    t, fmt = report.t, report.fmt
    if leads is None or conversion is None or not leads.attrs.get("open"):
        return None
    open_, stale = leads.attrs["open"], leads.attrs["stale"]
    if not stale or pd.isna(conversion["ever"].iloc[0]):
        return None
    return finding(
        metric="stale_leads",
        statement=t(
            "{stale} of {n} open leads are older than the day by which nine in ten of those that convert have "
            "done so.",
            stale=fmt.count(stale), n=fmt.count(open_),
        ),
        rung="descriptive",
        value=stale / open_,
        n=open_,
        action=t("Work off the list of open leads from the top, and put back or close those past their time."),
        owner=t("Head of sales"),
        review_on=review_on,
    )  # fmt: skip


def _reason(report, reasons, review_on):
    t, fmt = report.t, report.fmt
    named = reasons[reasons["reason"].notna()] if reasons is not None and len(reasons) else None
    if named is None or named["deals"].sum() < FEWEST:
        return None
    row = named.iloc[0]
    return finding(
        metric="lost_reason",
        place={"lost_reason": row["reason"]},
        statement=t(
            "{share} of the lost deals of 12 months name {reason} ({interval}; {n} deals with a reason).",
            share=fmt.percent(row["share"]), reason=str(row["reason"]),
            interval=share_range(report, row["low"], row["high"]), n=fmt.count(named["deals"].sum()),
        ),
        rung="descriptive",
        value=row["share"],
        low=row["low"],
        high=row["high"],
        n=int(named["deals"].sum()),
        action=t("Call twenty of these lost customers, and ask what they chose instead and why."),
        owner=t("Head of sales"),
        review_on=review_on,
    )  # fmt: skip


def _first(report, first, review_on):
    t, fmt = report.t, report.fmt
    if first is None:
        return
    clear = first[first["p"] < 0.01 / max(len(first), 1)]
    for row in clear.itertuples():
        yield finding(
            metric="first_purchase_incentive",
            place={"kind": row.kind},
            statement=t(
                "Customers whose first purchase was {kind} buy again in their first year in {share} of cases, "
                "others alike in {other} ({gap}, {interval}).",
                kind=t(KINDS[row.kind]), share=fmt.percent(row.again), other=fmt.percent(row.again_others),
                gap=fmt.points(row.gap), interval=fmt.interval(row.gap_low, row.gap_high, fmt.points),
            ),
            rung="diagnostic",
            value=row.gap,
            low=row.gap_low,
            high=row.gap_high,
            n=int(row.compared),
        )  # fmt: skip


def _factor(report, tornado):
    t, fmt = report.t, report.fmt
    if tornado.empty:
        return None
    row = tornado.iloc[0]
    name = row["factor"]
    return finding(
        metric="result_factor",
        place={"factor": name},
        statement=t(
            "A new customer leaves {base} after its first year; a tenth more or less of {factor} moves that by "
            "{swing}, more than any other factor.",
            base=fmt.money(row["base"]), factor=t(FACTORS[name]), swing=fmt.money(row["swing"] / 2),
        ),
        rung="descriptive",
        value=row["swing"] / 2,
    )  # fmt: skip
