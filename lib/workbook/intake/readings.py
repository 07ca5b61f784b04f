"""Staged text becomes canonical values: one SQL query per table, each cell read once."""

from __future__ import annotations

from workbook.intake.columns import filled_sql, plain_sql, simple_sql
from workbook.intake.contract import Table
from workbook.intake.dates import PLAUSIBLE, settle_dates
from workbook.intake.numbers import settle_numbers
from workbook.intake.sources import Block

__all__ = ["FREE_TEXTS", "canonical_sql", "flags_of", "readings_of"]

_DATED = {"date": "DATE", "month": "DATE", "time": "TIMESTAMP"}
FREE_TEXTS = ("text", "comment")  # what people wrote: it may hold numbers and addresses of theirs
_EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
# international, Chinese mobile, Chinese landline, North American: days and order numbers stay
_PHONE = (
    r"\+\d[\d ()-]{6,16}\d|\b1[3-9]\d{9}\b|\b0\d{2,3}[- ]?\d{7,8}\b|\b\d{3}[-. ]\d{3,4}[-. ]\d{4}\b"
)


def readings_of(connection, table: Table, blocks: list[Block], kinds: dict) -> dict[str, str]:
    """{column: SQL that reads it in its canonical type}; `kinds` {column: its staged type}.

    Each block may write dates and numbers in its own way: it is settled on its own rows.
    """
    per_block = []
    for number, block in enumerate(blocks):
        rows = "lines" if len(blocks) == 1 else f"(FROM lines WHERE _block = {number})"
        per_block.append(_block_readings(connection, table, block, kinds, rows))
    readings = {}
    for column in kinds:
        ways = [found[column] for found in per_block]
        cases = " ".join(f"WHEN {number} THEN {sql}" for number, sql in enumerate(ways))
        readings[column] = ways[0] if len(set(ways)) == 1 else f"(CASE _block {cases} END)"
    return readings


def _block_readings(connection, table: Table, block: Block, kinds: dict, rows: str) -> dict:
    types = {column: table.column(column).type for column in kinds}
    dates = {c: (k, types[c]) for c, k in kinds.items() if types[c] in _DATED}
    numbers = {c: k for c, k in kinds.items() if types[c] in ("number", "money", "integer")}
    readings = settle_dates(connection, dates, block.source, rows)
    for column, sql in settle_numbers(connection, numbers, block.source, rows).items():
        readings[column] = f"TRY_CAST({sql} AS INTEGER)" if types[column] == "integer" else sql
    plain = _plain(connection, {c: types[c] for c in kinds if kinds[c] == "VARCHAR"}, rows)
    for column in kinds.keys() - readings.keys():
        cell = f'"{column}"'
        sql = cell if column in plain else simple_sql(cell, kinds[column], types[column])
        readings[column] = _listed(sql, table.column(column).allowed)
    return readings


def _plain(connection, types: dict[str, str], rows: str) -> list[str]:
    """Ids and texts of which every cell is as the table wants it."""
    texts = [column for column, type_ in types.items() if type_ in ("id", "text")]
    if not texts:
        return []
    tests = ", ".join(f"bool_and({plain_sql(c, types[c])})" for c in texts)
    found = connection.execute(f"SELECT {tests} FROM {rows}").fetchone()
    return [column for column, plain in zip(texts, found, strict=True) if plain]


def _listed(sql: str, allowed: tuple[str, ...]) -> str:
    """The value as the contract writes it, where it differs by case, blanks or hyphens only."""
    if not allowed:
        return sql
    plain = f"translate(lower({sql}), ' -', '__')"
    return f"(CASE WHEN list_contains({list(allowed)}, {plain}) THEN {plain} ELSE {sql} END)"


def canonical_sql(table: Table, readings: dict, *, mask: bool = True, turn: bool = True) -> str:
    """SQL of the rows in canonical types with `_row`, `_row_hash` and `_rule` (NULL: can be read).

    `_lost_<column>` says that an optional value was written but can't be read; `_masked` that a free
    text lost a telephone number or an address, where `mask` is on. Orders also get amount and
    is_return filled in, `_turned` (a return with a positive amount, whose sign is turned where `turn`
    is on) and `_negative_sale` (an amount or quantity below zero, said to be no return).
    """
    parsed = _parsed_sql(table, readings, mask)
    if table.name == "orders":
        flags = flags_of(table, readings, mask=mask)
        return _orders_sql(list(readings), flags, parsed, turn)
    rules = []
    customer = table.column("customer_id")
    if customer is not None and customer.required:
        rules.append("WHEN customer_id IS NULL THEN 'no_customer'")
    if table.moment in readings:
        missing, written = f'"{table.moment}" IS NULL', f'"_written_{table.moment}"'
        rules.append(f"WHEN {missing} AND NOT {written} THEN 'no_date'")
        rules.append(f"WHEN {missing} THEN 'unreadable_date'")
    if table.name == "contracts" and "ended_on" in readings:
        # far placeholders such as 9999-12-31 do mean a contract that runs
        rules.append(
            "WHEN _lost_ended_on AND NOT regexp_matches(CAST(_raw_ended_on AS VARCHAR),"
            " '9999|2999|0001|0000|1900') THEN 'unreadable_end'"
        )
    rule = f"CASE {' '.join(rules)} END" if rules else "CAST(NULL AS VARCHAR)"
    kept = [f'"{column}"' for column in readings] + flags_of(table, readings, mask=mask)
    return f"SELECT {', '.join(kept)}, _row, _row_hash, {rule} AS _rule FROM ({parsed})"


def flags_of(table: Table, readings: dict, *, mask: bool = True) -> list[str]:
    """Names of the columns that say what was lost or masked in a row of `canonical_sql`."""
    flags = []
    for column in readings:
        type_ = table.column(column).type
        if type_ not in ("id", "text") and column not in _hearts(table):
            flags.append(f'"_lost_{column}"')
        if type_ == "text" and column in FREE_TEXTS and mask:
            flags.append(f'"_masked_{column}"')
    return flags


def _hearts(table: Table) -> tuple[str, ...]:
    """Columns without which a row can't stay: what was written there decides on its rule."""
    moment = (table.moment,) if table.moment else ()
    return (*moment, "amount") if table.name == "orders" else moment


def _parsed_sql(table: Table, readings: dict, mask: bool) -> str:
    """Every column in its type; a layer of its own bounds the dates, so that the costly reading
    is written, and run, once. What was written is looked at only where nothing could be read."""
    cells, replaced, added, raw = [], [], [], []
    for column, sql in readings.items():
        type_ = table.column(column).type
        cells.append(f'{sql} AS "{column}"')
        read = f'"{column}"'
        if type_ in _DATED:
            day = f"date_trunc('month', \"{column}\")" if type_ == "month" else f'"{column}"'
            bounded = f'CAST(CASE WHEN "{column}" {PLAUSIBLE} THEN {day} END AS {_DATED[type_]})'
            replaced.append(f'{bounded} AS "{column}"')
            read = f'CASE WHEN "{column}" {PLAUSIBLE} THEN "{column}" END'
        if type_ not in ("id", "text"):
            raw.append(column)
            cells.append(f'"{column}" AS "_raw_{column}"')
            written = f"({read}) IS NULL AND {filled_sql('_raw_' + column)} IS NOT NULL"
            heart = column in _hearts(table)
            kept_as = f'"_written_{column}"' if heart else f'"_lost_{column}"'
            added.append(f"(CASE WHEN ({read}) IS NULL THEN {written} ELSE false END) AS {kept_as}")
        if type_ == "text" and column in FREE_TEXTS and mask:
            hidden = f"""regexp_replace(regexp_replace("{column}", '{_EMAIL}', '***@***', 'g'),
                '{_PHONE}', '***', 'g')"""
            some = f"""regexp_matches("{column}", '@|\\d{{3}}')"""
            replaced.append(f'CASE WHEN {some} THEN {hidden} ELSE "{column}" END AS "{column}"')
            changed = f'coalesce({some} AND {hidden} <> "{column}", false)'
            added.append(f'{changed} AS "_masked_{column}"')
    replace = f"REPLACE ({', '.join(replaced)})" if replaced else ""
    more = "".join(f", {sql}" for sql in added)
    return f"""SELECT * {replace}{more}
        FROM (SELECT {", ".join([*cells, "_row", "_row_hash"])} FROM lines)"""


def _orders_sql(columns: list[str], flags: list[str], parsed: str, turn: bool) -> str:
    """Orders with amount and is_return filled in, and the rule for rows that can't be read."""
    product = "quantity * unit_price" if {"quantity", "unit_price"} <= set(columns) else ""
    amount = product or "amount"
    if "amount" in columns:
        unread = "_written_amount"
        if product:  # an amount that can't be read isn't replaced in silence
            amount = (
                f"(CASE WHEN amount IS NULL AND NOT _written_amount THEN {product} ELSE amount END)"
            )
    else:
        unread = "(_lost_quantity OR _lost_unit_price)"
    signs = [f"{amount} < 0"] + (["quantity < 0"] if "quantity" in columns else [])
    by_sign = " OR ".join(f"coalesce({sign}, false)" for sign in signs)
    said = "is_return" in columns
    is_return = f"coalesce(is_return, {by_sign})" if said else f"({by_sign})"
    against = f"coalesce(NOT is_return AND ({by_sign}), false)" if said else "false"
    others = [f'"{c}"' for c in columns if c not in ("amount", "is_return")] + flags
    others = ", ".join(others)
    turning = [c for c in ("amount", "quantity") if c == "amount" or c in columns]
    cells = [f"CASE WHEN is_return THEN -abs({c}) ELSE {c} END AS {c}" for c in turning]
    turned = f"REPLACE ({', '.join(cells)})" if turn else ""
    return f"""
        SELECT * EXCLUDE (_unread, _written_ordered_at) {turned},
            {"is_return AND amount > 0" if turn else "false"} AS _turned,
            CASE WHEN customer_id IS NULL THEN 'no_customer'
                WHEN ordered_at IS NULL AND NOT _written_ordered_at THEN 'no_date'
                WHEN ordered_at IS NULL THEN 'unreadable_date'
                WHEN amount IS NULL AND NOT _unread THEN 'no_amount'
                WHEN amount IS NULL THEN 'unreadable_amount'
                WHEN NOT isfinite(amount) THEN 'infinite_amount'
            END AS _rule
        FROM (
            SELECT {others}, {amount} AS amount, {is_return} AS is_return, {against} AS _negative_sale,
                _row, _row_hash, _written_ordered_at, {unread} AS _unread
            FROM ({parsed}))"""
