"""The prediction report's words for methods, figures and verdicts."""

import pandas as pd

from .language import N_

__all__ = [
    "FAMILIES", "LEVELS", "METHODS", "contracts_missing", "family_name", "leaving_missing",
    "method_name", "missing", "table_name", "verdict_sentence", "window_name",
]  # fmt: skip

METHODS = {
    "chance": N_("the forecast"),
    "forecast": N_("the forecast"),
    "purchase_model": N_("purchase model (modified BG/NBD)"),
    "survival_model": N_("survival model"),
    "logistic": N_("logistic regression"),
    "boosting": N_("boosted trees"),
    "regression": N_("regression of purchases"),
    "same_for_all": N_("the same for everybody"),
    "nothing_changes": N_("nothing changes"),
    "past_rate": N_("own rate so far"),
    "past_spend": N_("past spend"),
    "rfm_cell": N_("mean of the RFM cell"),
    "by_age": N_("share by age of the contract"),
    "by_product": N_("share by product"),
    "bought_before": N_("bought the category before or not"),
}
FAMILIES = {
    "recency": N_("time since the last purchase"),
    "frequency": N_("number of purchases"),
    "money": N_("money spent"),
    "tenure": N_("time known"),
    "purchase_model": N_("purchase model's own forecast"),
    "season": N_("time of the year"),
    "contact": N_("browsing and visits"),
    "service": N_("tickets and complaints"),
    "satisfaction": N_("survey answers"),
    "offers": N_("offers received and used"),
    "membership": N_("membership"),
    "returns": N_("returns"),
    "contract": N_("contract"),
    "category": N_("purchases of the category"),
    "traits": N_("customer traits"),
}
LEVELS = {"high": N_("high"), "medium": N_("medium"), "low": N_("low")}
SOURCES = {
    "events": N_("events"),
    "visits": N_("visits"),
    "tickets": N_("tickets"),
    "surveys": N_("surveys"),
    "offers": N_("offers"),
    "memberships": N_("memberships"),
    "returns": N_("returns among the orders"),
}
NEEDS_ORDERS = N_("Not possible: needs the table orders.")
NEEDS_CONTRACTS = N_("Not possible: needs the table contracts with started_on and ended_on.")
TOO_SHORT_CONTRACTS = N_(
    "Not enough data: a forecast that is tried on the past needs four windows of {months} of contracts."
)
TOO_FEW_CONTRACTS = N_(
    "Not enough data: fewer than 30 contracts ended, or fewer than 30 ran on, in the windows that a "
    "forecast would learn from."
)
TOO_SHORT = N_(
    "Not enough data: a forecast that is tried on the past needs four windows of {months} of orders."
)
TOO_FEW = N_(
    "Not enough data: fewer than 30 customers bought, or fewer than 30 did not, in the windows that a "
    "forecast would learn from."
)


def method_name(report, code):
    """The reader's word for a method."""
    return report.t(METHODS[code]) if code in METHODS else str(code)


def family_name(report, code):
    """The reader's word for a family of figures."""
    return report.t(FAMILIES[code])


def table_name(report, source):
    """The reader's word for a source of figures."""
    return report.t(SOURCES[source])


def missing(report, study, found=None):
    """Why there is no forecast of buying; empty when there is one."""
    if study is None or not study.customers:
        return report.t(NEEDS_ORDERS)
    if study.buying.now is None:
        return report.t(TOO_SHORT, months=report.fmt.months(study.buying.months))
    if found is not None and found.code:
        return report.t(TOO_FEW)
    return ""


def leaving_missing(report, study, found):
    """Why nothing is said about falling silent."""
    if study is None or not study.customers:
        return report.t(NEEDS_ORDERS)
    if study.leaving.now is None:
        return report.t(TOO_SHORT, months=report.fmt.months(study.leaving.months))
    return report.t(TOO_FEW) if found.code else ""


def contracts_missing(report, study, found):
    """Why nothing is said about ends of contracts."""
    if study is None or not study.tables.has("contracts", "customer_id", "started_on", "ended_on"):
        return report.t(NEEDS_CONTRACTS)
    if found.code == "too_short":
        return report.t(TOO_SHORT_CONTRACTS, months=report.fmt.months(study.leaving.months))
    return report.t(TOO_FEW_CONTRACTS) if found.code else ""


def window_name(report, cuts, as_of):
    """The coming window in words: "1 January 2026 to 31 March 2026"."""
    start = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    end = start + pd.DateOffset(months=cuts.months) - pd.Timedelta(days=1)
    return report.fmt.period(start.date(), end.date())


def verdict_sentence(report, check):
    """Whether to use chances, and beside what they were judged."""
    t, fmt = report.t, report.fmt
    said = {
        "n": fmt.count(check.n),
        "brier": fmt.number(check.score("brier"), 4),
        "rival": method_name(report, check.rival),
        "rival_brier": fmt.number(check.score("brier", check.rival), 4),
        "gain": fmt.number(check.gain["value"], 4),
        "interval": fmt.interval(
            check.gain["low"], check.gain["high"], lambda value: fmt.number(value, 4)
        ),
    }
    if check.verdict == "use":
        return t(
            "These chances may be used: over {n} past forecasts their mean squared error (Brier score) "
            "is {brier}, that of the best simple method ({rival}) {rival_brier}; the difference of "
            "{gain} ({interval}) is more than chance.",
            **said,
        )
    return t(
        "Do not use this model: over {n} past forecasts its mean squared error (Brier score) is "
        "{brier}, that of the best simple method ({rival}) {rival_brier}; the difference of {gain} "
        "({interval}) is no more than chance. The score file carries the simple method instead.",
        **said,
    )
