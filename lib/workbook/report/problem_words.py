"""The problem report's words for measures, places and key figures, and how their values are written."""

import numpy as np

from .language import N_
from .voice_words import TYPES, named

__all__ = ["KPIS", "MEASURES", "SENTENCES", "amount", "change_text", "kpi_change", "kpi_value", "measure_name", "place_text"]  # fmt: skip

MEASURES = {
    "purchases": N_("purchases of customers won earlier"),
    "channel_purchases": N_("purchases made there"),
    "order_value": N_("value of a purchase"),
    "new_customers": N_("new customers"),
    "delivery_days": N_("days to delivery"),
    "satisfaction": N_("satisfaction"),
    "returns": N_("share of lines returned"),
    "contract_ends": N_("contracts ending"),
    "days_late": N_("days paid late"),
    "complaints_again": N_("complaints that come again"),
    "complaints": N_("complaints per purchase"),
    "reply_hours": N_("hours to the first reply"),
    "solution_days": N_("days to the solution"),
    "cac": N_("cost of a new customer"),
}
#: One sentence per measure: what is, and what it would be had the place changed like all others.
SENTENCES = {
    "purchases": N_("Since about {date} customers of {place} buy {after}; {usual} would be expected had they changed like all others."),
    "channel_purchases": N_("Since about {date} {place} has {after} purchases; {usual} would be expected had it changed like all others."),
    "order_value": N_("Since about {date} a purchase in {place} is typically worth {after}; {usual} would be expected had it changed like all others."),
    "new_customers": N_("Since about {date} {place} wins {after} new customers; {usual} would be expected had it changed like all others."),
    "delivery_days": N_("Since about {date} deliveries to {place} take {after} on average; {usual} would be expected had they changed like all others."),
    "satisfaction": N_("Since about {date} satisfaction in {place} stands at {after}; {usual} would be expected had it changed like all others."),
    "returns": N_("Since about {date} {after} of the order lines of {place} are returned; {usual} would be expected had they changed like all others."),
    "contract_ends": N_("Since about {date} contracts of {place} end at a pace of {after}; {usual} would be expected had they changed like all others."),
    "days_late": N_("Since about {date} {place} pays {after} after the due date on average (60 days at most counted for each invoice); {usual} would be expected had it changed like all others."),
    "complaints_again": N_("Since about {date} {after} of the complaints of {place} come again; {usual} would be expected had they changed like all others."),
    "complaints": N_("Since about {date} {place} complains at a rate of {after}; {usual} would be expected had it changed like all others."),
    "reply_hours": N_("Since about {date} a first reply in {place} typically takes {after}; {usual} would be expected had it changed like all others."),
    "solution_days": N_("Since about {date} a solution in {place} typically takes {after}; {usual} would be expected had it changed like all others."),
    "cac": N_("Since about {date} a new customer of {place} costs {after}; {usual} would be expected had it changed like all others."),
}  # fmt: skip
COLUMNS = {
    "type": N_("customer type"),
    "country": N_("country"),
    "region": N_("region"),
    "province": N_("province"),
    "city": N_("city"),
    "store": N_("store"),
    "client_tier": N_("customer tier"),
    "acquired_by": N_("channel the customer came by"),
    "gender": N_("gender"),
    "industry": N_("industry"),
    "company_size": N_("company size"),
    "channel": N_("channel"),
    "category": N_("category"),
    "product": N_("product"),
    "brand": N_("brand"),
    "touchpoint": N_("touchpoint"),
    "kind": N_("kind"),
    "priority": N_("priority"),
    "cause": N_("cause"),
}
KPIS = {
    "revenue": N_("Revenue before returns"),
    "buyers": N_("Buying customers"),
    "frequency": N_("Purchase days per buyer"),
    "purchase_value": N_("Revenue per purchase day"),
    "new_customers": N_("New customers"),
    "kept_buyers": N_("Buyers who bought again the year after"),
    "contract_ends": N_("Contracts that ended within the year"),
    "cac": N_("Cost of a new customer"),
    "csat": N_("Satisfaction, mean"),
    "nps": N_("Net promoter score"),
    "complaints": N_("Complaints per 100 purchase days"),
    "returns": N_("Lines returned per line sold"),
    "delivery_days": N_("Days to delivery, mean"),
    "reply_share": N_("Tickets replied to within 24 hours"),
    "days_late": N_("Days paid after the due date, mean"),
    "market_share": N_("Market share"),
    "clv": N_("Expected value of a present customer (CLV)"),
}
#: Key figures that are shares, and those that are money.
SHARES, MONEY = ("kept_buyers", "contract_ends", "returns", "reply_share"), ("revenue", "purchase_value", "cac", "clv")  # fmt: skip
WHOLE = ("buyers", "new_customers")


def measure_name(report, code):
    """The reader's word for a measure."""
    return report.t(MEASURES[code])


def place_text(report, where):
    """A place within a sentence: "Cleaning (category)"; the whole company without any."""
    t = report.t
    if not where:
        return t("the whole company")
    shown = {c: named(report, TYPES, v) if c == "type" else v for c, v in where.items()}
    return t(", ").join(
        t("{value} ({column})", column=t(COLUMNS[c]) if c in COLUMNS else c, value=v)
        for c, v in shown.items()
    )


def amount(report, measure, value):
    """A level of a measure in its unit."""
    t, fmt = report.t, report.fmt
    if value is None or not np.isfinite(value):
        return "–"
    if measure in ("returns", "complaints_again"):
        return fmt.percent(value)
    if measure == "contract_ends":  # per contract and week: a year's share that ends
        return t("{share} a year", share=fmt.percent(-np.expm1(-value * 52)))
    if measure == "purchases":
        return t("{n} a year per customer", n=fmt.number(value * 52, 2))
    if measure in ("channel_purchases", "new_customers"):
        return t("{n} a week", n=fmt.number(value, 1))
    if measure == "complaints":
        return t("{n} per hundred purchases", n=fmt.number(value * 100, 1))
    if measure in ("delivery_days", "days_late"):
        return fmt.days(value, 1)
    if measure == "cac":
        return fmt.money(value)
    if measure == "order_value":
        return fmt.money(np.exp(value))
    if measure == "reply_hours":
        return t("{n} h", n=fmt.number(np.exp(value) - 0.1, 1))
    if measure == "solution_days":
        return fmt.days(np.exp(value) - 0.1, 1)
    return fmt.number(value, 2)


def change_text(report, measure, effect):
    """An effect in words: percent where it is a log ratio, the unit of the measure where not."""
    t, fmt = report.t, report.fmt
    if measure == "satisfaction":
        return t("{n} points", n=fmt.number(effect, 2))
    if measure == "days_late":
        return fmt.days(effect, 1)
    return fmt.percent(np.expm1(effect), 0)


def kpi_value(report, kpi, value):
    """A key figure in its unit."""
    fmt = report.fmt
    if kpi in MONEY:
        return fmt.money(value)
    if kpi in (*SHARES, "market_share"):
        return fmt.percent(value, 2 if kpi == "market_share" else 1)
    if kpi in WHOLE:
        return fmt.count(value)
    return fmt.number(value, 2 if kpi != "nps" else 1)


def kpi_change(report, kpi, form, value):
    """A change of a key figure: percent, or a difference for shares and means."""
    fmt = report.fmt
    if value is None or not np.isfinite(value):
        return "–"
    if kpi in SHARES:
        return fmt.points(value)
    sign = "+" if value > 0 else ""
    if form == "mean":
        return sign + fmt.number(value, 2 if kpi != "nps" else 1)
    return sign + fmt.percent(value)
