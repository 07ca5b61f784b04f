"""One line per matter: findings of several themes that speak of the same problem stand together."""

import datetime as dt
from dataclasses import dataclass

from .findings import KINDS, Finding, rank_across_themes

__all__ = ["LOSSES", "Line", "decisions", "lines_of", "measure_family", "same_matter"]

#: Words of a metric's code and the measure they belong to; the first that fits counts.
FAMILIES = {
    "returns": ("returns", "returned", "refund"),
    "complaints": ("complaint", "complaints"),
    "reply": ("reply", "sla", "resolution", "solution", "slow", "tickets"),
    "delivery": ("delivery", "delivered", "shipping"),
    "satisfaction": ("satisfaction", "csat", "nps", "ces", "satisfied", "dissatisfied"),
    "contracts": ("contract", "contracts", "renewal", "renewals"),
    "payment": ("dso", "payment", "pay", "pays", "paid", "invoices", "overdue"),
    "acquisition_cost": ("cac", "payback"),
    "silence": ("lost", "silent", "silence", "leaving", "churn", "alive", "dormant"),
    "sales": ("revenue", "sales", "buying", "purchases", "spending", "orders", "amount"),
}
#: Codes whose words mislead.
_NAMED = {
    "days_late": "payment",
    "worse_late": "reply",
    "worse_again": "complaints",
    "order_value": "sales",
    "new_customers": "acquisition_cost",
}
SAME_START_DAYS = 92  # starts are known to about a month each, and themes look at quarters
ONE_EVENT_DAYS = 45  # different measures at one place: only if they began together
#: Kinds of money that are a loss, even where a finding is a mere fact.
LOSSES = ("loss_so_far", "expected_loss")
EXPLAINS = 0.5  # share of the wider problem's money that a narrower one must hold to explain it


@dataclass(frozen=True)
class Line:
    """One matter: the finding that speaks for it, and others that speak of the same."""

    finding: Finding
    also: tuple[Finding, ...] = ()

    @property
    def themes(self):
        """Themes in which it is seen, that of the speaking finding first."""
        return list(dict.fromkeys(item.theme for item in (self.finding, *self.also)))


def lines_of(findings):
    """Findings as lines, in the order in which readers see them.

    Only problems of different themes are put together (`same_matter`). The finding at the narrower
    place speaks for the line if it explains the wider one, otherwise the one with more money safely
    at stake; its money is the line's, nothing is added up.

    Parameters
    ----------
    findings : list of workbook.report.findings.Finding

    Returns
    -------
    list of Line
    """
    ranked = rank_across_themes(findings)
    lines = []
    # the narrowest place first, so that it speaks; places alike keep their rank
    for item in sorted(ranked, key=lambda item: -len(item.where)):
        home = next((line for line in lines if _joins(item, line)), None)
        if home is None:
            lines.append([item])
        else:
            home.append(item)
    told = {line[0].finding_id: Line(line[0], tuple(line[1:])) for line in lines}
    return [told[item.finding_id] for item in ranked if item.finding_id in told]


def decisions(lines, most=None):
    """Lines that call for a decision: problems, then opportunities, then losses told as facts.

    Within each kind the order is that of the lines. A fact counts when it names a loss and an action
    and no problem speaks of the same measure; what is merely worth much is not at stake. Where nothing
    calls for a decision, the lines as they are.

    Parameters
    ----------
    lines : list of Line
    most : int, optional
        Only so many.
    """
    of_kind = {kind: [x for x in lines if x.finding.kind == kind] for kind in KINDS}
    alarmed = {measure_family(line.finding.metric) for line in of_kind["problem"]} - {None}
    losses = [
        line
        for line in of_kind["fact"]
        if line.finding.action
        and line.finding.money_kind in LOSSES
        and measure_family(line.finding.metric) not in alarmed
    ]
    asked = [*of_kind["problem"], *of_kind["opportunity"], *losses]
    return (asked or lines)[:most]


def _joins(item, line):
    return item.theme not in {other.theme for other in line} and same_matter(line[0], item)


def same_matter(one, other):
    """Whether two findings of different themes are the same problem.

    They are when both are problems and
    - their measures are of one family and their places and starts agree (a narrower place must hold
      half of the wider problem's money), or
    - they name the same place and began within 45 days of each other, whatever they measure, or
    - one names the other among those it overlaps with, at the same place.
    """
    if one.theme == other.theme or not one.kind == other.kind == "problem":
        return False
    apart = _days_apart(one.start, other.start)
    if one.where and one.where == other.where and apart is not None and apart <= ONE_EVENT_DAYS:
        return True
    if one.where == other.where and _names(one, other):
        return True
    family = measure_family(one.metric)
    alike = family is not None and family == measure_family(other.metric)
    alike = alike or one.metric == other.metric
    return alike and (apart is None or apart <= SAME_START_DAYS) and _places_agree(one, other)


def measure_family(metric):
    """The measure that a metric's code speaks of ("sales", "returns", ...), or None."""
    if metric in _NAMED:
        return _NAMED[metric]
    words = set(metric.split("_"))
    return next((name for name, known in FAMILIES.items() if words & set(known)), None)


def _names(one, other):
    return other.finding_id in (one.overlaps_with or ()) or one.finding_id in (
        other.overlaps_with or ()
    )


def _days_apart(one, other):
    if not one or not other:
        return None
    first, second = (dt.date.fromisoformat(day) for day in (one, other))
    return abs((first - second).days)


def _places_agree(one, other):
    """The same place, or one inside the other that holds at least half of its money."""
    if one.where == other.where:
        return True
    narrow, wide = sorted((one, other), key=lambda item: -len(item.where))
    if not wide.where.items() <= narrow.where.items():
        return False
    inside, whole = narrow.money_per_year, wide.money_per_year
    return inside is None or whole is None or inside >= EXPLAINS * whole
