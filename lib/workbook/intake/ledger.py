"""The ledger of cleaning: how many rows, customers and how much money each rule moved."""

from __future__ import annotations

from workbook.intake.checks import money_column
from workbook.intake.contract import Table
from workbook.intake.rules import RULES
from workbook.intake.sources import Staged

__all__ = ["LEDGER_COLUMNS", "ledger_rows"]

LEDGER_COLUMNS = ["table", "rule", "rows", "customers", "money", "detail"]

_LOST = r"regexp_matches(customer_id, '^\d(\.\d+)?[eE]\+?\d+$')"


def ledger_rows(
    connection, table: Table, staged: Staged, *, flags: list[str], context
) -> list[tuple]:
    """Rows of the ledger from `typed`, `notes` and `known`, in the order of `RULES`.

    `flags` are the columns `_lost_*` and `_masked_*` of `typed`.
    """
    found = list(staged.ledger)
    found += [
        ("encoding_converted", f.rows, None, None, f"{f.name}: {f.encoding}")
        for f in staged.files
        if f.encoding not in ("", "utf-8")
    ]
    columns = {row[0] for row in connection.execute("DESCRIBE typed").fetchall()}
    money = money_column(table)
    total = f'sum("{money}") FILTER (isfinite("{money}"))' if money in columns else "NULL"
    customers = "count(DISTINCT customer_id)" if "customer_id" in columns else "NULL"
    tally = f"count(*), {customers}, {total}"

    def count(rule: str, condition: str, detail: str = "", *, of: str = tally) -> None:
        row = connection.execute(f"SELECT {of} FROM typed WHERE {condition}").fetchone()
        if row[0]:
            found.append((rule, *row, detail))

    for row in connection.execute(
        f"SELECT _rule, {tally} FROM typed WHERE _rule IS NOT NULL GROUP BY _rule"
    ).fetchall():
        if row[0] == "other_currency":  # amounts in several currencies have no sum
            names = _currencies(connection, "_rule = 'other_currency'")
            found.append((*row[:3], None, names))
        else:
            found.append((*row, ""))
    found += connection.execute(f"""
        SELECT rule, {tally}, part FROM (
            SELECT _row, rule, split_part(detail, '=', 1) AS part FROM notes)
        JOIN typed USING (_row) WHERE _rule IS NULL GROUP BY rule, part ORDER BY part""").fetchall()
    if "_customer_before" in columns:
        merged = tally.replace("DISTINCT customer_id", "DISTINCT _customer_before")
        count("merged_customers", "_rule IS NULL AND _customer_before IS NOT NULL", of=merged)
    if "_turned" in columns:
        count("return_made_negative", "_rule IS NULL AND _turned")
    if "_currency_of" in columns:
        converted = "_rule IS NULL AND _amount_before IS NOT NULL"
        count("currency_converted", converted, _currencies(connection, converted))
    if "customer_id" in columns:
        # the pattern is costly: only where there is an e at all
        e = "(contains(customer_id, 'e') OR contains(customer_id, 'E'))"
        count("id_digits_lost", f"_rule IS NULL AND {e} AND {_LOST}", "customer_id")
        if connection.execute("SELECT count(*) FROM known").fetchone()[0]:
            unknown = "customer_id IS NOT NULL AND customer_id NOT IN (FROM known)"
            count("unknown_customer_kept", f"_rule IS NULL AND {unknown}")
    found += _values(connection, table, columns, flags)
    order = list(RULES)
    found.sort(key=lambda row: order.index(row[0]))
    return [(table.name, *row) for row in found]


def _currencies(connection, condition: str) -> str:
    found = connection.execute(
        f"SELECT _currency_of FROM typed WHERE {condition} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 5"
    ).fetchall()
    return ", ".join(row[0] for row in found)


def _values(connection, table: Table, columns: set[str], flags: list[str]) -> list[tuple]:
    """Values lost, masked, or not among those that the contract lists: rows per column."""
    counts = {}
    for flag in flags:
        lost = flag.startswith("_lost_")
        rule, column = ("unreadable_value" if lost else "contact_masked"), flag.split("_", 2)[2]
        counts[rule, column] = f'count(*) FILTER ("{flag}")'
    for column in table.columns:
        if column.allowed and column.name in columns:
            listed = ", ".join(f"'{value}'" for value in column.allowed)
            other = f'"{column.name}" IS NOT NULL AND "{column.name}" NOT IN ({listed})'
            counts["value_not_listed", column.name] = f"count(*) FILTER (_rule IS NULL AND {other})"
    if not counts:
        return []
    found = connection.execute(f"SELECT {', '.join(counts.values())} FROM typed").fetchone()
    return [
        (rule, n, None, None, column) for (rule, column), n in zip(counts, found, strict=True) if n
    ]
