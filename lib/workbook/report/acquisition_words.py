"""The acquisition report's words for the codes of its analyses."""

import pandas as pd

from .language import N_

__all__ = [
    "DETECTORS", "FACTORS", "GROUPS", "KINDS", "NEEDS_COST", "NEEDS_DEALS", "NEEDS_LEADS", "NEEDS_VALUE",
    "STEPS", "VERDICTS", "WEAK", "basis_word", "channel_name", "money_range", "p_word", "payback_range",
    "payback_word", "share_range",
]  # fmt: skip

FACTORS = {
    "cac": N_("cost per new customer"),
    "first_value": N_("value of the first purchase"),
    "repeats": N_("repeat purchases in the first year"),
    "repeat_value": N_("value of a repeat purchase"),
    "margin": N_("margin kept"),
}
VERDICTS = {
    "pays": N_("pays within a year"),
    "loses": N_("does not pay within a year"),
    "unclear": N_("cannot be told"),
}
WEAK = {
    "cac": N_("cost above that of all"),
    "value": N_("value below customers alike"),
    "again": N_("fewer buy again"),
    "": "–",
}
DETECTORS = {
    "cac": N_("cost per new customer"),
    "leads": N_("leads that do not convert in time"),
    "deals": N_("deals that are lost"),
}
KINDS = {
    "promotion": N_("in a promotion"),
    "discount": N_("with a discount"),
    "coupon": N_("with a coupon"),
}
STEPS = {
    "coupon": N_("coupon received"),
    "trial": N_("trial or sample"),
    "talk": N_("talk or consultation"),
}
GROUPS = {"source": N_("Source"), "product": N_("Product"), "owner": N_("Employee")}
NEEDS_COST = N_(
    "Cost per new customer: not possible, needs the table spend, and orders or customers with joined_on."
)
NEEDS_LEADS = N_("Conversion of leads: not possible, needs the table leads with converted_on.")
NEEDS_VALUE = N_(
    "Value of new customers: not possible, needs orders of customers followed for a year."
)
NEEDS_DEALS = N_("Deals won and lost: not possible, needs the table deals with won.")


def channel_name(report, study, key):
    """A channel as the tables write it; what nobody said, said so."""
    if key is None or pd.isna(key):
        return report.t("channel not said")
    return str(study.names.get(key, key))


def basis_word(report, study):
    """What value counts: gross margin, or revenue where no cost is known."""
    return report.t("gross margin") if study.basis == "gross_margin" else report.t("revenue")


def payback_word(report, months):
    """When a cost is earned back, in words."""
    t, fmt = report.t, report.fmt
    if months is None or pd.isna(months):
        return t("not within 24 months")
    if months <= 0:
        return t("with the first purchase")
    return fmt.months(months, 1)


def payback_range(report, one):
    """The interval of a payback; one end in words where it is not reached."""
    if one.low is None and one.high is None:
        return payback_word(report, None)
    low, high = payback_word(report, one.low), payback_word(report, one.high)
    return low if low == high else report.fmt.interval(low, high, str)


def money_range(report, low, high):
    """An interval of money; a dash where there is none."""
    return (
        "–" if pd.isna(low) or pd.isna(high) else report.fmt.interval(low, high, report.fmt.money)
    )


def p_word(report, p):
    """A p-value; below a ten-thousandth only so much."""
    return f"<{report.fmt.number(0.0001, 4)}" if p < 0.0001 else report.fmt.number(p, 4)


def share_range(report, low, high):
    """An interval of shares; a dash where there is none."""
    return (
        "–" if pd.isna(low) or pd.isna(high) else report.fmt.interval(low, high, report.fmt.percent)
    )
