"""The reader's words for the stages of a customer's life."""

from .language import N_

__all__ = ["MOVES", "STAGES", "named"]

STAGES = {
    "potential": N_("Potential"),
    "first_purchase": N_("First purchase"),
    "repeat": N_("Repeat buyers"),
    "loyal": N_("Loyal buyers"),
    "dormant": N_("Dormant"),
    "lost": N_("Lost buyers"),
    "won_back": N_("Won back"),
}

#: What a month's moves are called, and which moves (from, to) they count.
MOVES = {
    "acquired": (N_("new customers"), [("new", "first_purchase")]),
    "converted": (N_("second purchase"), [("first_purchase", "repeat")]),
    "silent": (N_("fell silent"), [(stage, "dormant") for stage in STAGES]),
    "lost": (N_("became lost"), [(stage, "lost") for stage in STAGES]),
    "awakened": (N_("awakened"), [("dormant", "repeat"), ("dormant", "loyal")]),
    "won_back": (N_("won back"), [("lost", "won_back")]),
}


def named(report, table, column="stage"):
    """The table with a column `name`: its stages in the reader's words."""
    return table.assign(name=[report.t(STAGES[stage]) for stage in table[column]])
