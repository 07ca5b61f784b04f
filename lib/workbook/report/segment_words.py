"""Readers' words for segments, cuts and habits, and what to do for each segment."""

from .language import N_

__all__ = ["CUTS", "SEGMENTS", "SEGMENT_ACTIONS", "chart_label", "sentences", "value_word"]

#: R, F, M high (1) or low (0), as `analysis.rfm.SEGMENT_CODES`.
SEGMENTS = {
    "111": N_("Champions"),
    "101": N_("Promising big spenders"),
    "011": N_("Valuable but slipping"),
    "001": N_("Valuable but nearly lost"),
    "110": N_("Loyal"),
    "100": N_("New or occasional"),
    "010": N_("Regulars slipping away"),
    "000": N_("Nearly lost"),
}

#: Code -> (what to do, whose role it is).
SEGMENT_ACTIONS = {
    "111": (
        N_("Give each a contact person and early access; no discounts without a control group."),
        N_("Head of key accounts"),
    ),
    "101": (
        N_("Invite to a second purchase that goes with the first; keep a control group."),
        N_("Head of customer management"),
    ),
    "011": (
        N_("Call or write in person and ask what is missing, the highest spenders first."),
        N_("Head of customer service"),
    ),
    "001": (
        N_("Make one win-back offer, tested against a control group; stop if both buy alike."),
        N_("Head of customer management"),
    ),
    "110": (
        N_("Show higher-value ranges and sets at the usual time of purchase."),
        N_("Head of product range"),
    ),
    "100": (
        N_("Send the welcome series with an invitation to a second purchase."),
        N_("Head of marketing"),
    ),
    "010": (
        N_("Remind by e-mail at their usual interval; no paid contact."),
        N_("Head of marketing"),
    ),
    "000": (
        N_("Spend no paid contact; leave them in the general newsletter."),
        N_("Head of marketing"),
    ),
}

CUTS = {
    "country": N_("Country"),
    "region": N_("Region"),
    "province": N_("Province"),
    "city": N_("City"),
    "gender": N_("Gender"),
    "age_band": N_("Age"),
    "income_band": N_("Income"),
    "education": N_("Education"),
    "type": N_("Customer type"),
    "industry": N_("Industry"),
    "company_size": N_("Company size"),
    "interests": N_("Interests"),
    "first_channel": N_("Channel of the first purchase"),
    "first_store": N_("Shop of the first purchase"),
    "first_category": N_("Category of the first purchase"),
    "first_weekpart": N_("Part of the week of the first purchase"),
    "first_daypart": N_("Time of day of the first purchase"),
}

#: Values that analysis makes itself; those of the client's own columns stay as they are.
VALUES = {
    "first_weekpart": {"weekdays": N_("Monday to Friday"), "weekend": N_("weekend")},
    "first_daypart": {
        "night": N_("night (before 6)"),
        "morning": N_("morning (6 to 12)"),
        "afternoon": N_("afternoon (12 to 18)"),
        "evening": N_("evening (from 18)"),
    },
}


def sentences(report, *parts):
    """Sentences in a row; Chinese puts no space between them."""
    gap = "" if report.language.code == "zh" else " "
    return gap.join(part for part in parts if part)


def value_word(t, cut, value):
    """A value of a cut as the reader knows it."""
    known = VALUES.get(cut, {})
    return t(known[value]) if value in known else str(value)


def chart_label(text, *, longest=26):
    """A name from the data as a chart can show it: shortened, and never read as a formula."""
    text = " ".join(str(text).split())
    short = text if len(text) <= longest else text[: longest - 1] + "…"
    return short.replace("$", r"\$")
