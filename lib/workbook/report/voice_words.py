"""The reader's words for measures, parts of the service, topics and sources of what customers say."""

from .language import N_

__all__ = [
    "CLASSES",
    "CODES",
    "CUTS",
    "ITEMS",
    "MEASURES",
    "QUADRANTS",
    "SETS",
    "SOURCES",
    "TOPICS",
    "TYPES",
    "group_name",
    "interval_words",
    "item_name",
    "named",
]

MEASURES = {
    "csat_top2": N_("Satisfied (CSAT, best two steps)"),
    "csat_mean": N_("Satisfaction score (mean)"),
    "nps": N_("Net promoter score (NPS)"),
    "ces_mean": N_("Effort score (CES, mean)"),
}
CUTS = {
    "touchpoint": N_("Touchpoint"),
    "mode": N_("Way of asking"),
    "wave": N_("Wave"),
    "type": N_("Type of customer"),
    "client_tier": N_("Customer tier"),
    "region": N_("Region"),
    "gender": N_("Gender"),
    "channel": N_("Channel"),
    "spend": N_("Third by spend"),
}
TYPES = {
    "consumer": N_("consumer"),
    "business": N_("business customer"),
    "dealer": N_("dealer"),
}
CLASSES = {
    "dissatisfied": N_("dissatisfied"),
    "between": N_("neither"),
    "satisfied": N_("satisfied"),
}
QUADRANTS = {
    "improve": N_("improve first"),
    "keep": N_("keep up"),
    "later": N_("improve later"),
    "extra": N_("nice to have"),
}
SETS = {
    "product": N_("Product"),
    "service": N_("Service"),
    "experience": N_("Experience (buying, use)"),
    "image": N_("Image of the company"),
    "other": N_("Other items"),
}
SOURCES = {
    "survey": N_("survey comments"),
    "review": N_("online reviews"),
    "social": N_("social media"),
    "interview": N_("interviews"),
    "focus_group": N_("focus groups"),
}
CODES = {
    "outside": N_("outside the scale"),
    "spike": N_("on the scale, but far too common among people whom it does not fit"),
}
TOPICS = {
    "quality": N_("product quality"),
    "performance": N_("noise, smell, performance"),
    "price": N_("price"),
    "delivery": N_("delivery"),
    "packaging": N_("packaging"),
    "installation": N_("installation"),
    "staff": N_("staff and manners"),
    "service": N_("customer service"),
    "waiting": N_("waiting"),
    "after_sales": N_("repairs, returns, refunds"),
    "app": N_("app and website"),
    "information": N_("information and advice"),
    "range": N_("range and parts"),
    "comfort": N_("comfort and surroundings"),
    "trust": N_("trust"),
}
#: Names of items that are common enough to be translated; others are shown as the client's.
ITEMS = {
    "quality": N_("Quality"),
    "price": N_("Price"),
    "value": N_("Value for money"),
    "function": N_("Function"),
    "design": N_("Design"),
    "service": N_("Service"),
    "staff": N_("Staff"),
    "delivery": N_("Delivery"),
    "support": N_("Customer support"),
    "presale": N_("Advice before buying"),
    "after_sales": N_("After-sales service"),
    "consulting": N_("Advice"),
    "app": N_("App"),
    "convenience": N_("Ease of buying"),
    "image": N_("Image"),
    "brand": N_("Brand"),
    "culture": N_("Company culture"),
}


def item_name(report, item):
    """An item_* column in the reader's words."""
    name = str(item).removeprefix("item_")
    return report.t(ITEMS[name]) if name in ITEMS else name.replace("_", " ")


def named(report, words, code):
    """The reader's word for a code; the client's own word where there is none."""
    return report.t(words[code]) if code in words else str(code)


def group_name(report, column, group):
    """A group of a cut: "Region: East"; types of customer in the reader's words."""
    shown = named(report, TYPES, group) if column == "type" else group
    return report.t("{cut}: {group}", cut=named(report, CUTS, column), group=shown)


def interval_words(report, low, high, form):
    """An interval, or that it is not known."""
    if low != low or high != high:
        return report.t("interval not known")
    return report.fmt.interval(low, high, form)
