"""What is wrong with a finding as findings.json holds it."""

import datetime as dt
import re

from workbook.intake.contract import TABLES
from workbook.report.findings import KINDS, MONEY_BASES, MONEY_KINDS, RUNGS, Finding
from workbook.report.wording import causal_words

KEYS = list(Finding.__dataclass_fields__)
CANONICAL = {column.name for table in TABLES.values() for column in table.columns}
CANONICAL |= {"customers.channel"}  # beside the channel of an order or a ticket
#: Places that are no column of a table: a table or column itself, a questionnaire's item, what the first
#: purchase was, a horizon, a trait that is compared,
#: a signal watched.
OTHER_PLACES = {
    "table",
    "column",
    "item",
    "first_channel",
    "first_category",
    "months",
    "factor",
    "signal",
}
CHOICES = {"kind": KINDS, "rung": RUNGS, "money_basis": (None, *MONEY_BASES)}
CHOICES |= {"money_kind": (None, *MONEY_KINDS)}


def faults(claim, as_of):
    """Sentences that say what is wrong; empty for a finding that is whole.

    Parameters
    ----------
    claim : dict
        One object of findings.json.
    as_of : str
        The report's day, ISO.
    """
    if list(claim) != KEYS:
        return [f"keys {sorted(set(claim) ^ set(KEYS))} or their order"]
    wrong = [f"{k} {claim[k]!r}" for k, choices in CHOICES.items() if claim[k] not in choices]
    start = f"{claim['theme']}.{claim['metric']}"
    if not (claim["finding_id"] or "").startswith(start) or not re.fullmatch(
        r"\w+", claim["metric"]
    ):
        wrong.append("an id that is not made of theme and metric")
    wrong += [
        f"{name} {claim[name]!r} is no day"
        for name in ("start", "review_on")
        if claim[name] is not None and not _is_day(claim[name])
    ]
    if not wrong and not (claim["start"] or "") <= as_of < (claim["review_on"] or "9999"):
        wrong.append("a start after the report's day, or a review before it")
    for low, value, high in (
        ("low", "value", "high"),
        ("money_low", "money_per_year", "money_high"),
    ):
        ends = [claim[name] for name in (low, value, high) if claim[name] is not None]
        if any(isinstance(end, bool) or not isinstance(end, int | float) for end in ends):
            wrong.append(f"{value} is no number")
        elif ends != sorted(ends):
            wrong.append(f"{value} outside its interval")
        if (claim[low] is None) != (claim[high] is None):
            wrong.append(f"{value} with one end only")
    if claim["money_per_year"] is None and (claim["money_low"], claim["money_basis"]) != (
        None,
        None,
    ):
        wrong.append("an interval or a basis without money")
    if claim["money_per_year"] is not None and claim["money_basis"] is None:
        wrong.append("money without its basis")
    if claim["n"] is not None and (not isinstance(claim["n"], int) or claim["n"] < 0):
        wrong.append("n is no count")
    if not isinstance(claim["where"], dict):
        wrong.append("where is no {column: value}")
    elif unknown := set(claim["where"]) - CANONICAL - OTHER_PLACES:
        wrong.append(f"places {sorted(unknown)} that no table has")
    if claim["kind"] == "problem":
        needed = ("action", "owner", "review_on")
        wrong += [f"a problem without {name}" for name in needed if claim[name] is None]
    if claim["kind"] != "fact" and not claim["action"]:
        wrong.append("no action")
    if claim["action"] and not claim["owner"]:
        wrong.append("an action without an owner")
    if not claim["statement"].strip() or "{" in claim["statement"]:
        wrong.append("a statement that is empty or unfilled")
    if claim["rung"] != "causal" and causal_words(claim["statement"]):
        wrong.append(f"claims a cause: {causal_words(claim['statement'])}")
    return wrong


def _is_day(text):
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except (TypeError, ValueError):
        return False
