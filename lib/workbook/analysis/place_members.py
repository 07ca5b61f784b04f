"""Which customers a place {column: value} means, whichever table tells it."""

from __future__ import annotations

import ibis.expr.types as ir

__all__ = ["HOLDERS", "members_at", "place_of", "tables_with"]

#: Tables that tell where a customer belongs, in the order in which they are asked.
HOLDERS = ("customers", "orders", "contracts", "tickets", "memberships")
#: Columns of customers in which a value that stands alone is looked for.
TRAITS = ("type", "country", "region", "province", "city", "client_tier", "channel", "gender",
          "industry", "company_size")  # fmt: skip


def tables_with(tables, column: str, value) -> list[str]:
    """Names of the tables in which a column holds a value; `table.column` asks that table alone."""
    table, _, name = column.rpartition(".")
    there = [n for n in ([table] if table else HOLDERS) if tables.has(n, name, "customer_id")]
    return [n for n in there if _at(tables[n], name, value).limit(1).count().execute()]


def members_at(tables, place: dict) -> ir.Table | None:
    """customer_id, each once, of the customers at a place.

    Parameters
    ----------
    tables : workbook.intake.tables.Tables
    place : dict
        {column: value}; a column that customers and another table share is the customers' own,
        `orders.channel` the other's.

    Returns
    -------
    ibis.Table or None
        None for an empty place, or one that no table tells.
    """
    found = None
    for column, value in place.items():
        holders = tables_with(tables, column, value)
        if not holders:
            return None
        rows = _at(tables[holders[0]], column.rpartition(".")[2], value)
        here = rows.filter(rows.customer_id.notnull()).select("customer_id").distinct()
        found = here if found is None else found.semi_join(here, "customer_id")
    return found


def place_of(tables, text: str) -> dict:
    """The place that a text names: `region=East; type=dealer`, or a value of one column of customers.

    Returns
    -------
    dict
        {column: value}; empty where the text names none, or two columns hold it.
    """
    parts = [part for part in str(text).replace("；", ";").split(";") if part.strip()]
    pairs = [part.partition("=") for part in parts]
    if pairs and all(equals and column.strip() for column, equals, _ in pairs):
        return {column.strip(): value.strip() for column, _, value in pairs}
    value = str(text).strip()
    known = [name for name in TRAITS if tables.has("customers", name)]
    known = [n for n in known if _at(tables["customers"], n, value).limit(1).count().execute()]
    return {known[0]: value} if len(known) == 1 else {}


def _at(table, column, value):
    return table.filter(table[column].cast("string") == str(value))
