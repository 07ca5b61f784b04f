"""What is known of customers, block by block, as a table of the report."""

from . import terms
from .language import N_

__all__ = ["show_information"]

WORDS = {
    "basic": N_("Basic: who they are"),
    "behaviour": N_("Behaviour: what they do"),
    "purchase": N_("Purchase: what they buy and pay"),
    "feedback": N_("Feedback: what they and the staff say"),
}


def show_information(report, blocks):
    """The four blocks of information; `blocks` from `information_blocks.information_blocks`."""
    t, fmt = report.t, report.fmt

    def named(tables):
        return (
            t(", ").join(terms.term(report.language, terms.TABLES, name) for name in tables) or "–"
        )

    rows = blocks.assign(
        name=[t(WORDS[code]) for code in blocks["block"]],
        there=[named(tables) for tables in blocks["there"]],
        missing=[named(tables) for tables in blocks["missing"]],
    )
    report.table(
        rows,
        columns={
            "name": t("Block of information"),
            "there": t("Tables read"),
            "rows": (t("Rows"), fmt.count),
            "customers": (t("Customers with any row"), fmt.count),
            "missing": t("Not in the data"),
        },
        caption=t("A cause can only be followed through blocks that the data hold."),
    )
