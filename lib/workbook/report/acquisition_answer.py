"""The acquisition report's answer, its key figures and the numbers it records."""

import pandas as pd

from .acquisition_words import (
    NEEDS_COST,
    money_range,
    payback_range,
    payback_word,
    share_range,
)

__all__ = ["acquisition_record", "answer_sentence", "key_figures", "paid_row", "whole_row"]

FEWEST = 30


def whole_row(costs):
    """The row of all channels, None without a cost."""
    return None if costs.empty or pd.isna(costs["cac"].iloc[0]) else costs.iloc[0]


def paid_row(costs):
    """The row of paid channels, None without a cost."""
    rows = costs[costs["row"] == "paid"] if len(costs) else costs
    return None if rows.empty or pd.isna(rows["cac"].iloc[0]) else rows.iloc[0]


def answer_sentence(report, study, costs, paid, conversion, rate):
    """How winning customers stands, in a sentence or two."""
    t, fmt = report.t, report.fmt
    whole, parts = whole_row(costs), []
    if whole is not None:
        parts.append(t("A new customer costs {cac} ({interval}).", cac=fmt.money(whole["cac"]), interval=money_range(report, whole["low"], whole["high"])))  # fmt: skip
        if paid and paid[0].channel is None:
            one = paid[0]
            if one.months is None:
                parts.append(t("This is not earned back within 24 months on average."))
            elif one.months <= 0:
                parts.append(t("On average the first purchase alone earns it back."))
            else:
                parts.append(t("It is earned back after {months} on average ({interval}).", months=fmt.months(one.months, 1), interval=payback_range(report, one)))  # fmt: skip
    if conversion is not None and pd.notna(conversion["ever"].iloc[0]):
        row = conversion.iloc[0]
        parts.append(
            t("Of leads {share} become customers in the end.", share=fmt.percent(row["ever"]))
        )
    if not parts and rate and rate["n"] >= FEWEST:
        parts.append(t("{share} of decided deals were won.", share=fmt.percent(rate["share"])))
    return parts or [t(NEEDS_COST)]


def key_figures(report, study, costs, paid, conversion, rate):
    """Up to five figures on top of the page."""
    t, fmt = report.t, report.fmt
    figures = []
    whole, media = whole_row(costs), paid_row(costs)
    if whole is not None:
        figures.append((t("Cost per new customer"), fmt.money(whole["cac"]), money_range(report, whole["low"], whole["high"])))  # fmt: skip
    if media is not None:
        figures.append((t("Media cost per paid customer"), fmt.money(media["cac"]), money_range(report, media["low"], media["high"])))  # fmt: skip
    if paid and paid[0].channel is None:
        figures.append((t("Earned back on average"), t("at once") if paid[0].months == 0 else payback_word(report, paid[0].months), payback_range(report, paid[0])))  # fmt: skip
    if conversion is not None and pd.notna(conversion["ever"].iloc[0]):
        row = conversion.iloc[0]
        figures.append((t("Leads that ever convert"), fmt.percent(row["ever"]), share_range(report, row["ever_low"], row["ever_high"])))  # fmt: skip
    if rate and rate["n"] >= FEWEST:
        figures.append((t("Deals won, of those decided"), fmt.percent(rate["share"]), share_range(report, rate["low"], rate["high"])))  # fmt: skip
    return figures or [(t("New customers"), fmt.count(study.new["customers"].sum()), t("in the data"))]  # fmt: skip


def acquisition_record(costs, paid, conversion, rate, marginal, problems):
    """Numbers kept by name; missing ones are None."""
    whole, media = whole_row(costs), paid_row(costs)
    one = paid[0] if paid and paid[0].channel is None else None
    ever = None if conversion is None else conversion.iloc[0]
    return {
        "cac": None if whole is None else whole["cac"],
        "paid_cac": None if media is None else media["cac"],
        "new_customers": None if whole is None else whole["customers"],
        "payback_months": None if one is None else one.months,
        "value_over_cost": None if one is None else one.ratio,
        "leads_converted": None if ever is None else ever["share"],
        "leads_ever": None if ever is None else ever["ever"],
        "win_rate": rate["share"] if rate else None,
        "marginal_cac": None if marginal is None else marginal.marginal,
        "dearer_channels": len(problems.rises),
    }
