"""What is known of customers, in the four blocks of information that a diagnosis draws on."""

from __future__ import annotations

from functools import reduce

import pandas as pd

from workbook.analysis.blocks import key_of

__all__ = ["BLOCKS", "information_blocks"]

#: Who they are, what they do, what they buy, what they say: tables that tell it.
BLOCKS = {
    "basic": ("customers", "contacts", "financials", "credit"),
    "behaviour": ("events", "visits", "offers", "memberships", "points", "leads"),
    "purchase": ("orders", "contracts", "invoices", "payments", "deals"),
    "feedback": ("surveys", "feedback", "tickets", "staff_feedback", "needs"),
}


def information_blocks(tables) -> pd.DataFrame:
    """Tables and rows of each block, and of how many customers it tells anything.

    Parameters
    ----------
    tables : workbook.intake.tables.Tables

    Returns
    -------
    pandas.DataFrame
        block, there, missing (lists of table names), rows, customers (with a row in any of the
        block's tables that names one).
    """
    found = []
    for block, names in BLOCKS.items():
        there = [name for name in names if name in tables]
        known = [
            tables[name].select(key=key_of(tables[name].customer_id.cast("string")))
            for name in there
            if tables.has(name, "customer_id")
        ]
        ids = reduce(lambda one, other: one.union(other), known) if known else None
        customers = 0 if ids is None else int(ids.key.nunique().execute())
        rows = sum(int(tables[name].count().execute()) for name in there)
        missing = [name for name in names if name not in there]
        found.append((block, there, missing, rows, customers))
    return pd.DataFrame(found, columns=["block", "there", "missing", "rows", "customers"])
