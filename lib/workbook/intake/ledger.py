"""The ledger of cleaning: how many rows, customers and how much money each rule moved."""

from __future__ import annotations

from workbook.intake.columns import filled_sql
from workbook.intake.contract import Table

__all__ = ["RULES", "rows_by_rule", "values_lost"]

#: rules of the ledger and what they say, in the order in which they apply to a row
RULES = {
    "encoding_converted": "file read from another encoding than UTF-8",
    "blank_row": "row without any value, left out",
    "totals_row": "row of sums without a key or date of its own, left out",
    "not_kept": "row that the params leave out (keep)",
    "ambiguous_join": "row whose key stands in several differing rows of the other file: first taken",
    "unmatched_join": "row whose key is not in the other file: its columns left empty",
    "no_customer": "row without a customer, set aside",
    "no_date": "row without a date, set aside",
    "unreadable_date": "row whose date can't be read, set aside",
    "no_amount": "row without an amount, set aside",
    "unreadable_amount": "row whose amount can't be read, set aside",
    "infinite_amount": "row with an infinite amount, set aside",
    "exact_duplicates_removed": "row equal to another one, line id included: removed",
    "possible_duplicates_kept": "row equal to another one, without a line id: kept",
    "repeated_customer_removed": "earlier row of a customer who has a later one: removed",
    "repeated_contract_removed": "earlier row of a contract that has a later one: removed",
    "unreadable_end": "contract whose end is written but can't be read, set aside",
    "return_made_negative": "return with a positive amount: sign turned",
    "unreadable_value": "value of an optional column that can't be read: left empty",
    "id_digits_lost": "id that lost its last digits before it reached us",
    "after_as_of": "row later than as_of, set aside",
}


def rows_by_rule(connection, table: Table) -> list[tuple]:
    """Ledger rows counted from `typed`: rows, customers and money per rule."""
    money = "sum(amount) FILTER (isfinite(amount))" if table.name == "orders" else "NULL"
    columns = {row[0] for row in connection.execute("DESCRIBE typed").fetchall()}
    customers = "count(DISTINCT customer_id)" if "customer_id" in columns else "NULL"
    tally = f"count(*), {customers}, {money}"
    found = connection.execute(
        f"SELECT _rule, {tally} FROM typed WHERE _rule IS NOT NULL GROUP BY _rule"
    ).fetchall()
    if table.name == "orders":
        for rule, condition in (
            ("possible_duplicates_kept", "_rule IS NULL AND _row IN (FROM copies)"),
            ("return_made_negative", "_rule IS NULL AND _turned"),
        ):
            row = connection.execute(f"SELECT {tally} FROM typed WHERE {condition}").fetchone()
            found.append((rule, *row))
    if "customer_id" in columns:
        lost = r"_rule IS NULL AND regexp_matches(customer_id, '^\d(\.\d+)?[eE]\+?\d+$')"
        row = connection.execute(f"SELECT {tally} FROM typed WHERE {lost}").fetchone()
        found.append(("id_digits_lost", *row))
    order = list(RULES)
    found = sorted((row for row in found if row[1]), key=lambda row: order.index(row[0]))
    return [
        (table.name, *row, "customer_id" if row[0] == "id_digits_lost" else "") for row in found
    ]


def values_lost(connection, table: Table, readings: dict) -> list[tuple]:
    """Optional values that were written but can't be read: left empty, counted per column."""
    lost = {}
    for column in readings:
        if column in (table.moment, "amount") or table.column(column).type in ("id", "text"):
            continue
        # is_return is filled in by the sign where it can't be read: look at the reading itself
        read = f'typed."{column}"'
        if column == "is_return":
            read = "(" + readings[column].replace(f'"{column}"', f'lines."{column}"') + ")"
        written = filled_sql(column).replace(f'"{column}"', f'lines."{column}"')
        lost[column] = f"count(*) FILTER ({written} IS NOT NULL AND {read} IS NULL)"
    if not lost:
        return []
    found = connection.execute(
        f"SELECT {', '.join(lost.values())} FROM typed JOIN lines USING (_row)"
    ).fetchone()
    return [
        (table.name, "unreadable_value", count, None, None, column)
        for column, count in zip(lost, found, strict=True)
        if count
    ]
