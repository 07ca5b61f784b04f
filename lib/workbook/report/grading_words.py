"""The grading report's words for the codes of its analyses."""

import pandas as pd

from .language import N_

__all__ = [
    "ABC", "AGES", "COLUMNS", "FACTORS", "INDICATORS", "KANO", "LAYERS", "RESOURCES", "SHORT", "TIERS",
    "basis_word", "fact_name", "indicator_value", "missing", "share_range", "slice_name", "tier_name",
    "weighting_name",
]  # fmt: skip

TIERS = {
    "strategic": N_("strategic customers"),
    "important": N_("important customers"),
    "ordinary": N_("ordinary customers"),
}
#: In few letters, where many stand side by side.
SHORT = {
    "strategic": N_("strategic"), "important": N_("important"), "ordinary": N_("ordinary"),
    "A": N_("A"), "B": N_("B"), "C": N_("C"), "minus": N_("below 0"), "none": N_("nothing"),
}  # fmt: skip
FACTORS = {
    "need": N_("need"),
    "ability": N_("ability to pay"),
    "value": N_("long-term value"),
    "willingness": N_("willingness to cooperate"),
}
INDICATORS = {
    "need_frequency": N_("purchase days in two years"),
    "need_breadth": N_("categories bought in two years"),
    "need_wallet": N_("spending on the category anywhere"),
    "need_stated": N_("importance of the needs stated"),
    "ability_punctual": N_("days late when paying"),
    "ability_overdue": N_("overdue share of a year's invoices"),
    "ability_limit": N_("use of the credit limit"),
    "ability_rating": N_("credit rating"),
    "ability_statements": N_("liquidity, equity and profit in the statements"),
    "ability_purchases": N_("size of a purchase"),
    "value_expected": N_("expected revenue of the next 36 months"),
    "value_now": N_("contribution of the last 12 months"),
    "will_active": N_("probability of still being a customer"),
    "will_answers": N_("answers to surveys"),
    "will_renewal": N_("contracts running and renewed"),
    "will_contact": N_("contacts with staff in the year"),
    "will_interaction": N_("interactions in the year"),
    "will_participation": N_("events and training attended in two years"),
}
AGES = {
    "not_due": N_("not yet due"),
    "to_30": N_("1 to 30 days overdue"),
    "to_60": N_("31 to 60 days overdue"),
    "to_90": N_("61 to 90 days overdue"),
    "over_90": N_("more than 90 days overdue"),
    "no_due": N_("due date not known"),
}
ABC = {
    "A": N_("A"),
    "B": N_("B"),
    "C": N_("C"),
    "minus": N_("costs more than it brings"),
    "none": N_("nothing in the year"),
}
KANO = {
    "must_be": N_("must-be"),
    "one_dimensional": N_("the more the better"),
    "attractive": N_("delighting"),
    "indifferent": N_("indifferent"),
    "reverse": N_("unwanted"),
    "": N_("not asked"),
}
LAYERS = {
    "core": N_("core need"),
    "additional": N_("additional need"),
    "none": N_("no need"),
    "unclear": N_("not clear"),
}
RESOURCES = {
    "visits": N_("visits"),
    "contacts": N_("contacts with staff"),
    "tickets": N_("tickets"),
    "discount": N_("discounts"),
}
COLUMNS = {
    "type": N_("customer type"),
    "region": N_("region"),
    "province": N_("province"),
    "client_tier": N_("customer tier"),
    "industry": N_("industry"),
    "company_size": N_("company size"),
    "channel": N_("channel"),
}
TYPES = {"consumer": N_("consumers"), "business": N_("business customers"), "dealer": N_("dealers")}
NO_ORDERS = N_(
    "Not possible: needs the table orders with customer_id, ordered_at, amount and is_return."
)
TOO_FEW = N_("Not enough data: fewer than 30 customers have bought.")


def missing(report, grading):
    """Why a part can't be shown: nobody is graded, or hardly anybody; else an empty text."""
    if grading is None:
        return report.t(NO_ORDERS)
    return "" if grading.enough else report.t(TOO_FEW)


def tier_name(report, tier):
    """The reader's word for a tier."""
    return report.t(TIERS[tier])


def weighting_name(report, code):
    """A weighting in words: chosen, equal, one factor doubled or left out."""
    t = report.t
    if code == "chosen":
        return t("as chosen for this report")
    if code == "equal":
        return t("all four alike")
    side, factor = code.split("_", 1)
    name = t(FACTORS[factor])
    return t("more weight on {factor}", factor=name) if side == "more" else t("without {factor}", factor=name)  # fmt: skip


def fact_name(report, code):
    """The fact that would move a customer, in words; empty for none."""
    if code is None or pd.isna(code):
        return ""
    if code.startswith("weakest_"):
        return report.t("weakest factor: {factor}", factor=report.t(FACTORS[code[8:]]))
    return report.t(INDICATORS[code])


def slice_name(report, column, value):
    """A slice of customers, for instance "region: east"; "all" for the whole."""
    if column == "all":
        return report.t("all customers")
    if column == "type" and value in TYPES:
        return report.t(TYPES[value])
    return report.t("{column}: {value}", column=report.t(COLUMNS[column]), value=str(value))


def basis_word(report, basis):
    """What contribution is counted in."""
    return report.t("gross margin") if basis == "gross_margin" else report.t("revenue")


def share_range(report, row, low="low", high="high"):
    """The interval of a share in words; a dash where it isn't known."""
    if row[low] is None or pd.isna(row[low]):
        return "–"
    return report.fmt.interval(row[low], row[high], report.fmt.percent)


def indicator_value(report, code, row):
    """What stands behind an indicator of one customer, as the data say it; empty where unknown."""
    t, fmt = report.t, report.fmt

    def of(name):
        value = row.get(name)
        return None if value is None or pd.isna(value) else value

    forms = {
        "need_frequency": ("days_two", fmt.count), "need_breadth": ("categories", fmt.count),
        "need_wallet": ("estimated_wallet", fmt.money),
        "need_stated": ("importance", lambda v: fmt.number(v, 1)),
        "ability_rating": ("rating", str), "value_expected": ("expected", fmt.money),
        "value_now": ("contribution", fmt.money), "will_active": ("active", fmt.percent),
        "will_answers": ("nps" if of("nps") is not None else "csat", lambda v: fmt.number(v, 1)),
        "will_interaction": ("interactions", fmt.count), "will_participation": ("attended", fmt.count), "will_contact": ("contacts", fmt.count),
        "will_renewal": ("running", fmt.count),
    }  # fmt: skip
    if code in forms:
        name, form = forms[code]
        return "" if of(name) is None else form(of(name))
    if code == "ability_punctual":
        if not of("due_invoices"):
            return t("no invoice: pays at purchase") if of("due_invoices") is None else ""
        return t("{days} on average", days=fmt.days(of("late_days") / of("due_invoices"), 1))
    if code == "ability_overdue":
        return "" if of("overdue") is None else fmt.money(of("overdue"))
    if code == "ability_limit" and of("limit"):
        return fmt.percent((of("open") or 0.0) / of("limit"), 0)
    if code == "ability_purchases" and of("days_two"):
        return fmt.money(of("gross_two") / of("days_two"))
    if code == "ability_statements" and of("statement_on") is not None:
        return t("statements of {day}", day=fmt.date(of("statement_on")))
    return ""
