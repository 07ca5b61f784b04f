"""The market report's words for the codes of its analyses."""

from .language import N_
from .loyalty_words import TYPES
from .segment_words import CUTS

__all__ = [
    "GROUP_CUTS", "group_name", "NORMS", "PLACE_COLUMNS", "RATES", "brand_name", "our_name", "part_name", "rate_per_100k",
    "rate_text",
    "segment_name", "share_ends",
]  # fmt: skip

NORMS = {
    "share": N_("share of purchases"),
    "penetration": N_("bought by (share of the category's buyers)"),
    "reach": N_("bought by (share of the category's buyers)"),
    "per_buyer": N_("purchases per buyer"),
    "requirements": N_("share of its buyers' purchases"),
    "sole": N_("buyers who buy nothing else"),
}
RATES = {
    "order_value": N_("money per purchase"),
    "orders_per_buyer": N_("purchases per customer a year"),
    "returned": N_("lines returned"),
    "late": N_("deliveries late"),
    "discount": N_("discount on list prices"),
}
PLACE_COLUMNS = {
    "country": N_("Country"),
    "region": N_("Region"),
    "province": N_("Province"),
    "city": N_("City"),
}
GROUP_CUTS = CUTS


def brand_name(report, brand):
    """A brand as the panel names it; the smaller ones put together, in words."""
    return str(brand) if brand else report.t("other brands")


def group_name(report, cut, group):
    """A group of customers as the data name it; kinds of customers in words."""
    return report.t(TYPES[group]) if cut == "type" and group in TYPES else str(group)


def our_name(report, names):
    """The client's firm or brands, or what stands for them."""
    return report.t(", ").join(str(name) for name in names) if names else report.t("The own brand")


def segment_name(report, row):
    """A part of the market, with its country where that is told."""
    parts = [str(row[key]) for key in ("segment", "country") if row[key]]
    return report.t(", ").join(parts) if parts else report.t("all")


def part_name(report, value):
    """A category or channel; the smaller ones put together, in words."""
    return str(value) if value else report.t("others")


def rate_per_100k(report, rate):
    """People per 100,000, with three digits where they are few."""
    return report.fmt.number(rate, 0 if rate >= 100 else 1 if rate >= 10 else 2 if rate >= 1 else 3)


def rate_text(report, rate, value):
    """A rate of a place in its unit: money, a number or a share."""
    if rate == "order_value":
        return report.fmt.money(value)
    if rate == "orders_per_buyer":
        return report.fmt.number(value, 2)
    return report.fmt.percent(value)


def share_ends(report, low, high, form=None):
    """An interval in words, a dash where it is not known."""
    if low is None or high is None or low != low or high != high:
        return "–"
    return report.fmt.interval(low, high, form or report.fmt.percent)
