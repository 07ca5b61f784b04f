"""The reader's words for the codes of the loyalty report, and for what a part of it lacks."""

import pandas as pd

from workbook.analysis.loyalty_parts import Absent

from . import terms
from .language import N_
from .segment_words import CUTS

__all__ = [
    "GROUPS", "INCENTIVES", "MEASURES", "TRAITS", "TYPES", "absent_sentence", "there", "worded",
]  # fmt: skip

GROUPS = {
    "promoter": N_("Promoters (9 to 10)"),
    "passive": N_("Passives (7 to 8)"),
    "detractor": N_("Detractors (up to 6)"),
}
MEASURES = {
    "repurchase": N_("Repurchase rate (bought again)"),
    "recommendation": N_("Recommendation rate (say they would)"),
    "referral": N_("Referral rate (came by a customer)"),
}
TYPES = {
    "business": N_("Business customers"),
    "dealer": N_("Dealers"),
    "consumer": N_("Consumers"),
}
INCENTIVES = {
    "none": N_("none"),
    "low": N_("lowest third"),
    "middle": N_("middle third"),
    "high": N_("highest third"),
}
TRAITS = CUTS | {"first_amount": N_("Amount of the first purchase")}


def worded(report, table, codes, column, *, whole=None):
    """The table with a column `name`: its codes in the reader's words, None as `whole`."""

    def word(code):
        if code is None or pd.isna(code):
            return whole
        return report.t(codes[code]) if code in codes else str(code)

    return table.assign(name=[word(code) for code in table[column]])


def there(part):
    """Whether a part has a result: not lacking anything, not None."""
    return part is not None and not isinstance(part, Absent)


def absent_sentence(report, part, what):
    """What can't be answered for lack of a table, a column or rows; `what` a finished text."""
    t = report.t
    if part is None:
        return t("{what}: the data do not tell.", what=what)
    table = terms.term(report.language, terms.TABLES, part.table)
    if part.column:
        return t(
            "{what}: not possible, needs the column {column} of the {table}.",
            what=what,
            column=part.column,
            table=table,
        )
    if part.rows:
        return t("{what}: the {table} has no row that tells.", what=what, table=table)
    return t("{what}: not possible, needs the {table}.", what=what, table=table)
