"""The reader's words for the codes of the behaviour report."""

import datetime as dt

from . import terms
from .language import N_

__all__ = ["COLUMNS", "OPTIONS", "SEGMENT_CUTS", "TALK", "gap_classes", "month_name", "named_segment",
           "named_step", "named_value", "size_class", "talk_name", "weekday_name",
           "with_segment_names"]  # fmt: skip

TALK = {
    "social": N_("social media"),
    "mail": N_("mail and messages"),
    "call": N_("calls"),
    "chat": N_("chats"),
    "visit": N_("visits by staff"),
}
SEGMENT_CUTS = {
    "value": N_("half by value"),
    "type": N_("kind of customer"),
    "region": N_("region"),
    "province": N_("province"),
    "city": N_("city"),
    "gender": N_("gender"),
    "channel": N_("channel of arrival"),
    "client_tier": N_("tier given by the client"),
}
COLUMNS = {"channel": N_("channel"), "category": N_("category")}
SEGMENTS = {
    "upper": N_("upper half by value"),
    "lower": N_("lower half by value"),
    "other": N_("others"),
    "consumer": N_("consumers"),
    "business": N_("business customers"),
    "dealer": N_("dealers"),
}
STEPS = {"won": N_("ordered"), "ended": N_("left"), "other": N_("other touchpoints")}
#: What can be tried at a touchpoint, by what it is.
OPTIONS = {
    "cart": N_("show price in all and day of delivery before anything is asked"),
    "checkout": N_("ask for fewer details, and let guests order"),
    "search": N_("show what others found with the same words first"),
    "talk": N_("answer within a day, and say what comes next"),
    "slow": N_("remind within a day, with the way back in one click"),
    "page": N_("answer the most frequent questions there, and name the next step"),
}
#: Gaps are shown in classes: the most days of each, the last one open.
GAP_CLASSES = (7, 14, 30, 60, 90, 180, 365)


def named_segment(report, segment):
    """A segment's name: the halves and kinds of customer in the reader's words, others as they are."""
    return terms.term(report.language, SEGMENTS, segment) if segment in SEGMENTS else str(segment)


def named_step(report, step):
    """A touchpoint as the source calls it; the ends of a journey in the reader's words."""
    return report.t(STEPS[step]) if step in STEPS else str(step)


def named_value(report, value):
    """A channel, category or product as the source calls it; the rarer ones put together as others."""
    return report.t("others") if value == "other" else str(value)


def talk_name(report, kind):
    """A kind of interaction."""
    return terms.term(report.language, TALK, kind)


def weekday_name(report, weekday):
    """Monday is 0."""
    from babel.dates import get_day_names

    return get_day_names("abbreviated", locale=report.language.code)[weekday]


def month_name(report, month):
    """A season: a month's name, or January and February together for 1."""
    if month == 1:
        return report.t("Jan, Feb")
    from babel.dates import format_date

    return format_date(dt.date(2001, month, 1), "LLL", locale=report.language.code)


def gap_classes(report):
    """(lowest, highest, name) of the classes of days; the highest is None in the last."""
    fmt, lowest, found = report.fmt, 1, []
    for most in GAP_CLASSES:
        found.append((lowest, most, f"{fmt.count(lowest)}–{fmt.count(most)}"))
        lowest = most + 1
    return [*found, (lowest, None, f"{fmt.count(lowest)}+")]


def size_class(report, fewest, most):
    """A class of purchase days: "3", "4–6", "13+"."""
    fmt = report.fmt
    if most != most or most is None:
        return f"{fmt.count(fewest)}+"
    same = int(fewest) == int(most)
    return fmt.count(fewest) if same else f"{fmt.count(fewest)}–{fmt.count(most)}"


def with_segment_names(report, table):
    """The table with a column segment_name; None stays None."""
    if table is None:
        return None
    return table.assign(segment_name=[named_segment(report, name) for name in table["segment"]])
