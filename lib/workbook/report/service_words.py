"""The service report's words for the codes of its analyses."""

import pandas as pd

from .language import N_

__all__ = [
    "DETECTORS", "ENDS", "FEATURES", "KINDS", "MEASURES", "NEEDS_TICKETS", "OUTCOMES", "TOO_FEW",
    "WEEKDAYS", "cause_name", "hours", "kind_name", "missing", "share_range", "slice_name", "step_name",
    "wait_range",
]  # fmt: skip

KINDS = {
    "enquiry": N_("enquiries"),
    "complaint": N_("complaints"),
    "after_sales": N_("after-sales"),
    "return": N_("returns"),
    "repair": N_("repairs"),
    "unknown": N_("kind not said"),
    "none": N_("no further ticket"),
}
#: Bad outcomes of an agent's tickets.
MEASURES = {
    "dissatisfied": N_("customers not satisfied"),
    "late": N_("done too late"),
    "reopened": N_("opened again"),
}
OUTCOMES = {
    "again": N_("customer came back within 30 days"),
    "reopened": N_("opened again"),
    "dissatisfied": N_("customers not satisfied"),
    "in_a_day": N_("solved within 24 hours"),
}
#: What became of a complaint.
ENDS = {
    "in_time": N_("solved in time"),
    "late": N_("solved late or overdue"),
    "reopened": N_("opened again"),
}
DETECTORS = {
    "complaints": N_("complaints per purchase"),
    "returns": N_("return tickets per purchase"),
    "again": N_("complaints of the same matter that come again"),
    "late": N_("tickets done too late"),
    "slow": N_("tickets slower than was usual"),
}
FEATURES = {
    "silence_days": N_("days since the last purchase"),
    "purchases_year": N_("purchase days in the year before"),
    "amount_year": N_("spent in the year before"),
    "T_days": N_("days since the first purchase"),
    "amount_before": N_("spent in the year before that"),
}
COLUMNS = {
    "cause": N_("cause"),
    "product": N_("product"),
    "category": N_("category"),
    "channel": N_("channel"),
    "kind": N_("kind"),
    "priority": N_("priority"),
    "team": N_("team"),
    "type": N_("customer type"),
    "region": N_("region"),
    "province": N_("province"),
    "client_tier": N_("customer tier"),
}
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
NEEDS_TICKETS = N_("Not possible: needs the table tickets.")
TOO_FEW = N_("Not enough data: fewer than 30 tickets.")

FEWEST = 30


def missing(report, service, tickets=None):
    """Why a part can't be shown: no table, or hardly any ticket; else an empty text."""
    if not service.known:
        return report.t(NEEDS_TICKETS)
    if len(service.tickets if tickets is None else tickets) < FEWEST:
        return report.t(TOO_FEW)
    return ""


def kind_name(report, code):
    """The reader's word for a kind of ticket; one of the client's own is shown as it is."""
    return report.t(KINDS[code]) if code in KINDS else str(code)


def cause_name(report, cause):
    """A cause as the data name it; what is not said, said so."""
    return report.t("cause not said") if pd.isna(cause) else str(cause)


def step_name(report, step):
    """A step as the data name it; the two ends in the reader's words."""
    ends = {"end": report.t("case closed"), "open": report.t("case still open")}
    return ends.get(step, str(step))


def slice_name(report, row):
    """A slice of a detector, for instance "region: east"; "all" for the whole."""
    if row["column"] == "all":
        return report.t("all")
    value = kind_name(report, row["value"]) if row["column"] == "kind" else str(row["value"])
    return report.t("{column}: {value}", column=report.t(COLUMNS[row["column"]]), value=value)


def hours(report, value, like=None):
    """A wait in the unit that suits it, or that suits `like`: minutes, hours or days."""
    t, fmt = report.t, report.fmt
    if value is None or pd.isna(value):
        return t("not reached")
    scale = value if like is None or pd.isna(like) else like
    if scale < 1:
        return t("{n} min", n=fmt.number(value * 60, 0))
    if scale < 48:
        return t("{n} h", n=fmt.number(value, 1))
    return fmt.days(value / 24, 1)


def wait_range(report, row):
    """The interval of a median wait, both ends in the unit of the median."""
    return report.fmt.interval(
        row["low"], row["high"], lambda value: hours(report, value, like=row["median"])
    )


def share_range(report, row, low="low", high="high"):
    """The interval of a share in words."""
    return report.fmt.interval(row[low], row[high], report.fmt.percent)
