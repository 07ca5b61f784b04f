"""The reader's words for silence, its definitions, warning signals and rankings."""

from .language import N_
from .segment_words import CUTS, SEGMENTS
from .stage_words import STAGES

__all__ = [
    "CLASSES",
    "CUT_NAMES",
    "KINDS",
    "NEEDS_ORDERS",
    "QUESTIONS",
    "RANKINGS",
    "SIGNALS",
    "TRAITS",
    "VERDICTS",
    "definition_name",
    "group_name",
]

NEEDS_ORDERS = N_("Customers without a contract: not possible, needs the table orders.")
KINDS = {
    "days": N_("days of silence"),
    "own_gaps": N_("own mean gaps"),
    "quantile": N_("rare silence"),
}
VERDICTS = {"stable": N_("stable"), "fragile": N_("fragile")}
CLASSES = {
    "once": N_("customers who bought once"),
    "few": N_("customers with 2 or 3 purchase days"),
    "many": N_("customers with 4 or more purchase days"),
}
QUESTIONS = {
    "size": N_("How many have churned?"),
    "trend": N_("More or fewer than before?"),
    "order": N_("Who churned most?"),
}
SIGNALS = {
    "frequency": N_("buys less often"),
    "amount": N_("spends less"),
    "contact": N_("fewer contacts"),
    "satisfaction": N_("less satisfied"),
}
RANKINGS = {
    "at_stake": N_("money at stake"),
    "past_spend": N_("spend of the last year"),
    "silence": N_("days of silence"),
}
TRAITS = {
    "purchase_days": N_("Purchase days"),
    "silence_days": N_("Days since the last purchase"),
    "T_days": N_("Days since the first purchase"),
    "past_spend": N_("Spend of the year before"),
    "amount_per_day": N_("Money per purchase day"),
}
CUT_NAMES = {"stage": N_("Stage"), "segment": N_("RFM segment")} | CUTS


def definition_name(report, kind, limit):
    """One definition of churned, as a reader says it."""
    t, fmt = report.t, report.fmt
    if kind == "days":
        return t("{days} without a purchase", days=fmt.days(limit))
    if kind == "own_gaps":
        return t("{n} own mean gaps", n=fmt.number(limit, 0))
    return t("longer than all but {share} of own gaps", share=fmt.percent(limit, 0))


def group_name(report, cut, group):
    """A group's name: stages and segments in the reader's words, others as in the data."""
    names = {"stage": STAGES, "segment": SEGMENTS}.get(cut, {})
    return report.t(names[group]) if group in names else str(group)
