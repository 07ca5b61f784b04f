"""Rows that repeat others: exact copies, and keys that stand on more than one row."""

from __future__ import annotations

from workbook.intake.contract import Table

__all__ = ["mark_copies"]


def mark_copies(connection, table: Table, columns: list[str], context) -> None:
    """Set `_rule` of removed copies in `typed`, and list those that stay in `notes`.

    An order line is removed only where a line id repeats and all else is equal; without one an equal
    line may well be a second purchase. In a table with a key the last row of a key stays.
    """
    if table.key in columns:
        _mark_repeated_keys(connection, table, context)
    elif "line_id" in columns:
        _mark_repeated_lines(connection, columns, context)
    else:
        _mark_equal_rows(connection, columns, context)


def _mark_repeated_keys(connection, table: Table, context) -> None:
    key = table.key
    merged = "merged_customers" if table.name == "customers" else ""
    # a merged customer's own row gives way to the row of the customer that it is merged into
    first = "(_customer_before IS NOT NULL), " if merged and _has_before(connection) else ""
    rule = "'repeated_key_removed'"
    if first:
        rule = f"CASE WHEN _customer_before IS NOT NULL THEN 'merged_row_removed' ELSE {rule} END"
    if not context.on("repeated_key_removed"):
        if not first:
            return
        rule = "CASE WHEN _customer_before IS NOT NULL THEN 'merged_row_removed' END"
    connection.execute(f"""
        UPDATE typed SET _rule = {rule} FROM (
            SELECT _row AS at, row_number() OVER (
                PARTITION BY "{key}" ORDER BY {first}_row DESC) AS nth
            FROM typed SEMI JOIN (
                SELECT "{key}" FROM typed WHERE _rule IS NULL AND "{key}" IS NOT NULL
                GROUP BY "{key}" HAVING count(*) > 1
            ) twins USING ("{key}")
            WHERE _rule IS NULL
        ) numbered WHERE typed._row = numbered.at AND nth > 1""")


def _has_before(connection) -> bool:
    described = connection.execute("DESCRIBE typed").fetchall()
    return any(row[0] == "_customer_before" for row in described)


def _mark_repeated_lines(connection, columns: list[str], context) -> None:
    named = [f'"{c}"' for c in ("order_id", "line_id") if c in columns]
    key = ", ".join(named)
    same = ", ".join(f'"{c}"' for c in columns)
    connection.execute(f"""
        CREATE TABLE repeated AS
        SELECT _row, row_number() OVER (PARTITION BY {same} ORDER BY _row) AS nth
        FROM typed WHERE _rule IS NULL AND line_id IS NOT NULL AND hash({key}) IN (
            SELECT hash({key}) FROM typed WHERE _rule IS NULL AND line_id IS NOT NULL
            GROUP BY ALL HAVING count(*) > 1)""")
    rule = "exact_duplicates_removed"
    if context.on(rule):
        connection.execute(
            f"UPDATE typed SET _rule = '{rule}' WHERE _row IN (SELECT _row FROM repeated WHERE nth > 1)"
        )
    connection.execute(f"""
        INSERT INTO notes SELECT _row, 'repeated_line_kept', '' FROM (
            SELECT _row, row_number() OVER (PARTITION BY {key} ORDER BY _row) AS nth
            FROM typed SEMI JOIN repeated USING (_row) WHERE _rule IS NULL
        ) WHERE nth > 1""")
    _mark_equal_rows(connection, columns, context, "AND line_id IS NULL")


def _mark_equal_rows(connection, columns: list[str], context, condition: str = "") -> None:
    same = ", ".join(f'"{c}"' for c in columns)
    connection.execute(f"""
        CREATE TABLE copies AS SELECT _row FROM (
            SELECT _row, row_number() OVER (PARTITION BY {same} ORDER BY _row) AS nth
            FROM typed SEMI JOIN (
                SELECT _row_hash FROM typed WHERE _rule IS NULL {condition}
                GROUP BY _row_hash HAVING count(*) > 1
            ) twins USING (_row_hash)
            WHERE _rule IS NULL {condition}
        ) WHERE nth > 1""")
    if context.on("possible_duplicates_removed"):
        connection.execute(
            "UPDATE typed SET _rule = 'possible_duplicates_removed' WHERE _row IN (FROM copies)"
        )
    else:
        connection.execute(
            "INSERT INTO notes SELECT _row, 'possible_duplicates_kept', '' FROM copies"
        )
