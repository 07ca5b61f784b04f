"""Staged rows become canonical rows; what is set aside, removed or doubtful goes to a ledger."""

from __future__ import annotations

from workbook.intake.columns import FREE_TEXTS, filled_sql, masked_sql, simple_sql
from workbook.intake.contract import Table
from workbook.intake.dates import PLAUSIBLE, settle_dates
from workbook.intake.errors import InputError
from workbook.intake.ledger import rows_by_rule, values_lost
from workbook.intake.numbers import settle_numbers
from workbook.intake.sources import Block, SourceFile

__all__ = ["clean"]


def clean(connection, table: Table, blocks: list[Block], staged: list[SourceFile]) -> list:
    """Turn the staged `lines` into `typed`: canonical columns, `_row`, and `_rule`, which is
    NULL where the row stays; `copies` holds the `_row` of every row that equals an earlier one.

    Returns ledger rows (table, rule, rows, customers, money, detail). Raises InputError naming
    the first rows whose date or amount can't be read, unless the source sets them aside.
    """
    described = connection.execute("DESCRIBE lines").fetchall()
    kinds = {row[0]: row[1] for row in described if not row[0].startswith("_")}
    readings = _readings(connection, table, blocks, kinds)
    parsed = _parsed_sql(table, readings)
    if table.name == "orders":
        filled = _orders_sql(list(kinds), parsed)
    elif table.name == "contracts":
        filled = _contracts_sql(list(kinds), parsed)
    elif table.moment:
        filled = _happened_sql(table, parsed)
    else:
        filled = _customers_sql(parsed)
    connection.execute(f"CREATE TABLE typed AS {filled}")
    if table.name == "orders":
        _stop_at_unreadable(connection, kinds, blocks, staged)
    _find_copies(connection, table)
    return rows_by_rule(connection, table) + values_lost(connection, table, readings)


def _readings(connection, table: Table, blocks: list[Block], kinds: dict) -> dict[str, str]:
    """{column: SQL that reads it in its canonical type}; each block may write in its own way."""
    per_block = []
    for number, block in enumerate(blocks):
        rows = "lines" if len(blocks) == 1 else f"(FROM lines WHERE _block = {number})"
        per_block.append(_block_readings(connection, table, block, kinds, rows))
    readings = {}
    for column in kinds:
        ways = [readings[column] for readings in per_block]
        cases = " ".join(f"WHEN {number} THEN {sql}" for number, sql in enumerate(ways))
        readings[column] = ways[0] if len(set(ways)) == 1 else f"(CASE _block {cases} END)"
    return readings


def _block_readings(connection, table: Table, block: Block, kinds: dict, rows: str) -> dict:
    types = {column: table.column(column).type for column in kinds}
    dates = {c: (k, types[c]) for c, k in kinds.items() if types[c] in ("date", "time", "month")}
    numbers = {c: k for c, k in kinds.items() if types[c] in ("number", "money", "integer")}
    readings = settle_dates(connection, dates, block.source, rows)
    for column, sql in settle_numbers(connection, numbers, block.source, rows).items():
        readings[column] = f"TRY_CAST({sql} AS INTEGER)" if types[column] == "integer" else sql
    for column in kinds.keys() - readings.keys():
        sql = simple_sql(f'"{column}"', kinds[column], types[column])
        readings[column] = masked_sql(sql) if column in FREE_TEXTS else sql
    return readings


def _parsed_sql(table: Table, readings: dict) -> str:
    """Every column in its type; a layer of its own bounds the dates, so that the costly reading
    is written, and run, once."""
    cells = ", ".join(f'{sql} AS "{column}"' for column, sql in readings.items())
    bounded = []
    for column in readings:
        if table.column(column).type in ("date", "time", "month"):
            kind = "TIMESTAMP" if table.column(column).type == "time" else "DATE"
            moment = f'CASE WHEN "{column}" {PLAUSIBLE} THEN "{column}" END'
            if table.column(column).type == "month":
                moment = f"date_trunc('month', {moment})"
            bounded.append(f'CAST({moment} AS {kind}) AS "{column}"')
    replaced = f"REPLACE ({', '.join(bounded)})" if bounded else ""
    blanks = written = ""
    if table.name == "orders":
        # what was written is looked at only where nothing could be read
        amounts = ["amount"] if "amount" in readings else ["quantity", "unit_price"]
        written = "".join(f', "{c}" AS "_raw_{c}"' for c in ["ordered_at", *amounts])
        unread = " OR ".join(
            f'"{c}" IS NULL AND {filled_sql("_raw_" + c)} IS NULL' for c in amounts
        )
        blanks = f""", ordered_at IS NULL AND {filled_sql("_raw_ordered_at")} IS NULL AS _no_date,
            ({unread}) AS _no_amount"""
    elif table.moment:
        written = f', "{table.moment}" AS "_raw_{table.moment}"'
    if table.name == "contracts" and "ended_on" in readings:
        written = ', "ended_on" AS _raw_ended_on'
    return f"""SELECT * {replaced}{blanks}
        FROM (SELECT {cells}{written}, _row, _row_hash FROM lines)"""


def _orders_sql(columns: list[str], parsed: str) -> str:
    """Orders with amount and is_return filled in, and the rule for rows that don't stay."""
    product = "quantity * unit_price" if {"quantity", "unit_price"} <= set(columns) else ""
    amount = product or "amount"
    if "amount" in columns and product:  # an amount that can't be read isn't replaced in silence
        amount = f"(CASE WHEN _no_amount THEN {product} ELSE amount END)"
    signs = [f"{amount} < 0"] + (["quantity < 0"] if "quantity" in columns else [])
    by_sign = " OR ".join(f"coalesce({sign}, false)" for sign in signs)
    is_return = f"coalesce(is_return, {by_sign})" if "is_return" in columns else f"({by_sign})"
    others = ", ".join(f'"{c}"' for c in columns if c not in ("amount", "is_return"))
    return f"""
        SELECT * EXCLUDE (_no_date, _no_amount)
            REPLACE (CASE WHEN is_return THEN -abs(amount) ELSE amount END AS amount),
            is_return AND amount > 0 AS _turned,
            CASE WHEN customer_id IS NULL THEN 'no_customer'
                WHEN ordered_at IS NULL AND _no_date THEN 'no_date'
                WHEN ordered_at IS NULL THEN 'unreadable_date'
                WHEN amount IS NULL AND _no_amount THEN 'no_amount'
                WHEN amount IS NULL THEN 'unreadable_amount'
                WHEN NOT isfinite(amount) THEN 'infinite_amount'
            END AS _rule
        FROM (
            SELECT {others}, {amount} AS amount, {is_return} AS is_return,
                _row, _row_hash, _no_date, _no_amount
            FROM ({parsed}))"""


def _happened_sql(table: Table, parsed: str) -> str:
    """Things that happened, in the order in which they came; those without a time are set aside."""
    missing = f'"{table.moment}" IS NULL'
    unwritten = f"{filled_sql('_raw_' + table.moment)} IS NULL"
    owner = table.column("customer_id")
    nobody = "customer_id IS NULL" if owner and owner.required else "false"
    return f"""
        SELECT * EXCLUDE ("_raw_{table.moment}"), CASE WHEN {nobody} THEN 'no_customer'
            WHEN {missing} AND {unwritten} THEN 'no_date'
            WHEN {missing} THEN 'unreadable_date' END AS _rule
        FROM ({parsed})"""


def _customers_sql(parsed: str) -> str:
    """Customers, one row each: the last one of a customer stays."""
    return f"""
        SELECT *, CASE WHEN customer_id IS NULL THEN 'no_customer'
            WHEN row_number() OVER (PARTITION BY customer_id ORDER BY _row DESC) > 1
            THEN 'repeated_customer_removed' END AS _rule
        FROM ({parsed})"""


def _contracts_sql(columns: list[str], parsed: str) -> str:
    """Contracts, one row each: the last one stays. An end that can't be read would pass for a
    running contract; far placeholders such as 9999-12-31 do mean one that runs."""
    rules = "CASE WHEN customer_id IS NULL THEN 'no_customer'"
    raw = ""
    if "contract_id" in columns:
        rules += """ WHEN contract_id IS NOT NULL
            AND row_number() OVER (PARTITION BY contract_id ORDER BY _row DESC) > 1
            THEN 'repeated_contract_removed'"""
    if "ended_on" in columns:
        written = filled_sql("_raw_ended_on")
        rules += f""" WHEN ended_on IS NULL AND {written} IS NOT NULL
            AND NOT regexp_matches({written}, '9999|2999|0001|0000|1900') THEN 'unreadable_end'"""
        raw = " EXCLUDE (_raw_ended_on)"
    return f"SELECT *{raw}, {rules} END AS _rule FROM ({parsed})"


def _stop_at_unreadable(connection, kinds: dict, blocks: list, staged: list) -> None:
    """Refuse rows that can't be read, but those of blocks that have them set aside."""
    strict = [str(n) for n, block in enumerate(blocks) if block.source.unreadable == "stop"]
    if not strict:
        return
    name = staged[0].name if len(staged) == 1 else blocks[0].source.name
    for rule, what in (("unreadable_date", "date"), ("unreadable_amount", "amount")):
        columns = ["ordered_at"] if what == "date" else ["amount", "quantity", "unit_price"]
        columns = [c for c in columns if c in kinds]
        values = ", ".join(f'lines."{c}"' for c in columns)
        bad = connection.execute(
            f"SELECT _row, {values}, count(*) OVER (), _block FROM typed"
            f" JOIN lines USING (_row) WHERE _rule = '{rule}' AND _block IN ({', '.join(strict)}) ORDER BY _row LIMIT 5"
        ).fetchall()
        if not bad:
            continue
        shown = "; ".join(
            f"{_place(row[0], staged)} '{' x '.join(str(v) for v in row[1:-2])}'" for row in bad
        )
        more = f" and {bad[0][-2] - len(bad):,} more" if bad[0][-2] > len(bad) else ""
        raise InputError(
            f"{name}: the {what} ({', '.join(columns)}) can't be read in {shown}{more}; correct the file,"
            f" or have such rows set aside and counted: {blocks[bad[0][-1]].source.where}.unreadable: set_aside"
        )


def _place(row: int, staged: list[SourceFile]) -> str:
    file = next(f for f in reversed(staged) if f.first_row <= row)
    return f"{file.name} row {row + file.offset}" if len(staged) > 1 else f"row {row + file.offset}"


def _find_copies(connection, table: Table) -> None:
    """Rows equal to an earlier one in every column of the source; certain with a line id only."""
    columns = [row[0] for row in connection.execute("DESCRIBE typed").fetchall()]
    same = ", ".join(f'"{c}"' for c in columns if c not in ("_row", "_rule"))
    connection.execute(f"""
        CREATE TABLE copies AS SELECT _row FROM (
            SELECT _row, row_number() OVER (PARTITION BY {same} ORDER BY _row) AS nth
            FROM typed SEMI JOIN (
                SELECT _row_hash FROM typed WHERE _rule IS NULL
                GROUP BY _row_hash HAVING count(*) > 1
            ) twins USING (_row_hash)
            WHERE _rule IS NULL
        ) WHERE nth > 1""")
    if table.name == "orders" and "line_id" in columns:
        connection.execute(
            "UPDATE typed SET _rule = 'exact_duplicates_removed'"
            " WHERE line_id IS NOT NULL AND _row IN (FROM copies)"
        )
