"""The monitoring report's words for the codes of its analyses."""

from .language import N_

__all__ = [
    "CAUSES", "DESIGNS", "EVENTS", "FIGURES", "FINDING_CHANGES", "LEDGER_STATUSES", "MEASURES",
    "METRICS", "PARTS", "STATES", "amount_of", "concern_of", "figure_value", "metric_name", "part_of_place",
    "trait_group", "trait_name",
]  # fmt: skip

METRICS = {
    "buyers": N_("share who bought"),
    "purchases": N_("purchase days per customer"),
    "revenue": N_("revenue per customer"),
    "contract_ends": N_("share with a contract that ended"),
    "complaints": N_("share with a complaint"),
}
STATES = {
    "better": N_("worked"),
    "worse": N_("did harm"),
    "less": N_("not what was hoped for"),
    "unclear": N_("not settled"),
    "few": N_("too few customers to judge"),
    "waiting": N_("window not over"),
    "planned": N_("not begun"),
    "dropped": N_("dropped"),
    "no_metric": N_("no metric that can be counted"),
    "no_customers": N_("names no customer"),
    "no_segment": N_("no table says who is in the segment"),
    "no_table": N_("the metric's table is missing"),
}
DESIGNS = {
    "drawn": N_("control group drawn by lot"),
    "control": N_("control group not drawn by lot, matched"),
    "others": N_("matched comparison with other customers"),
    "": N_("none"),
}
MEASURES = {
    "revenue": N_("revenue"),
    "purchases": N_("purchase days"),
    "buyers": N_("buying customers"),
    "ended_contracts": N_("contracts ended"),
}
EVENTS = {"purchase": N_("buys"), "contract_end": N_("ends a contract")}
PARTS = {
    "code": N_("figures worked out anew"),
    "late": N_("orders of the earlier year recorded after the last run"),
    "data": N_("other corrections of the earlier year"),
    "new": N_("new customers"),
    "back": N_("customers who came back"),
    "gone": N_("customers who bought no more"),
    "frequency": N_("same customers: how often they bought"),
    "value": N_("same customers: money per purchase day"),
}
CAUSES = {
    "same": N_("Neither the orders' files nor their mapping and cleaning have changed since."),
    "late": N_(
        "Only the orders' files have changed since: what differs on the earlier year is late or "
        "corrected data."
    ),
    "settings": N_(
        "The orders' files are the same; their mapping, cleaning or the library has changed: "
        "corrections of the earlier year are no late data."
    ),
    "both": N_(
        "Both the orders' files and their mapping, cleaning or the library have changed since: how "
        "much of the other corrections is late data can't be told without the column recorded_at."
    ),
}
FIGURES = {
    "per_purchase": N_("revenue per purchase day"),
    "purchases_per_buyer": N_("purchase days per buying customer"),
    "csat": N_("satisfaction, mean score"),
    "complaints": N_("complaints per 100 purchase days"),
    "resolution_days": N_("days to solve a ticket, mean"),
    "contract_ends": N_("share of running contracts that ended"),
}
FINDING_CHANGES = {"new": N_("new"), "still": N_("still there"), "gone": N_("gone")}
LEDGER_STATUSES = {
    "proposed": N_("proposed"),
    "accepted": N_("accepted"),
    "running": N_("running"),
    "done": N_("done"),
    "dropped": N_("dropped"),
}
TRAITS = {
    "purchases": N_("purchase days of a customer"),
    "spend": N_("money spent by a customer"),
    "per_purchase": N_("money per purchase day of a customer"),
    "last_days": N_("days since the last purchase"),
    "orders.category": N_("category bought most"),
    "orders.channel": N_("channel bought through most"),
    "orders.brand": N_("brand bought most"),
    "orders.promotion": N_("promotion bought in most"),
    "orders.store": N_("shop bought in most"),
    "new.channel": N_("new customers: channel"),
    "new.region": N_("new customers: region"),
    "new.type": N_("new customers: kind"),
    "surveys.csat": N_("answers: satisfaction"),
    "surveys.nps": N_("answers: recommendation"),
    "surveys.ces": N_("answers: effort"),
    "tickets.kind": N_("tickets: kind"),
    "tickets.cause": N_("tickets: reason given"),
    "tickets.channel": N_("tickets: channel"),
}
#: what a trait's drift is about, by the beginning of its name
CONCERNS = {
    "orders": N_("what they need"),
    "surveys": N_("what they expect"),
    "tickets": N_("what they write about"),
    "new": N_("who is new"),
    "": N_("how they buy"),
}
_NUMBERS = ("purchases", "spend", "per_purchase", "last_days")
_REST = "\uffff"
_SHARES = ("buyers", "contract_ends", "complaints")


def metric_name(report, metric):
    """The reader's word for what an action is judged by."""
    return report.t(METRICS[metric]) if metric in METRICS else metric


def amount_of(report, metric, value, *, difference=False):
    """A mean per customer, or a difference of two, in the metric's own form."""
    fmt = report.fmt
    if metric in _SHARES:
        return fmt.points(value) if difference else fmt.percent(value)
    return fmt.money(value) if metric == "revenue" else fmt.number(value, 2)


def figure_value(report, measure):
    """The form of a forecast's number."""
    return report.fmt.money if measure == "revenue" else report.fmt.count


def part_of_place(place):
    """A place as text; empty for the whole."""
    return ", ".join(str(value) for value in (place or {}).values())


def trait_name(report, trait):
    """The reader's word for a trait that may drift."""
    return report.t(TRAITS[trait]) if trait in TRAITS else trait


def concern_of(report, trait):
    """What a trait's drift is about: needs, expectations, matters raised, newcomers, habits."""
    head = trait.partition(".")[0] if "." in trait else ""
    word = CONCERNS.get(head, CONCERNS[""])
    return report.t(word)


def trait_group(report, trait, group):
    """The reader's word for a group of a trait: names as in the tables, fifths by number."""
    t = report.t
    if trait == "purchases":
        return t("5 and more") if str(group) == "5" else str(group)
    if trait in _NUMBERS:
        return t("fifth no. {n} of the year before", n=group)
    return t("all others") if group == _REST else str(group)
