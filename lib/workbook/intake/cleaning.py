"""Staged rows become canonical rows; what is set aside, changed or doubtful goes to a ledger."""

from __future__ import annotations

from workbook.intake.accounts import test_account_sql
from workbook.intake.checks import EARLIEST, impossible_sql, order_of_days
from workbook.intake.context import Context
from workbook.intake.contract import Table
from workbook.intake.copies import mark_copies
from workbook.intake.currencies import converted_sql
from workbook.intake.errors import InputError
from workbook.intake.ledger import ledger_rows
from workbook.intake.readings import canonical_sql, flags_of, readings_of
from workbook.intake.sources import Block, SourceFile, Staged

__all__ = ["clean"]


def clean(connection, table: Table, blocks: list[Block], staged: Staged, context: Context) -> list:
    """Turn the staged `lines` into `typed`: canonical columns, `_row`, and `_rule`, which is NULL
    where the row stays; `notes` (_row, rule, detail) lists rows that stay with a doubt.

    Returns ledger rows (table, rule, rows, customers, money, detail). Raises InputError naming
    the first rows whose date or amount can't be read, unless the source sets them aside.
    """
    described = connection.execute("DESCRIBE lines").fetchall()
    kinds = {row[0]: row[1] for row in described if not row[0].startswith("_")}
    found = context.attach(connection, table)
    readings = readings_of(connection, table, blocks, kinds)
    mask = not {"phone", "email"} <= set(context.personal_data)
    turn = context.on("return_made_negative")
    canonical = canonical_sql(table, readings, mask=mask, turn=turn)
    if table.name == "orders":
        canonical = converted_sql(connection, context, list(kinds), canonical)
    canonical = _merged_sql(canonical, list(kinds), found["merges"])
    connection.execute(f"CREATE TABLE typed AS {canonical}")
    columns = [row[0] for row in connection.execute("DESCRIBE typed").fetchall()]
    if table.name == "orders":
        _stop_at_unreadable(connection, kinds, blocks, staged.files)
    connection.execute(
        "DROP VIEW lines"
    )  # what was written is not looked at again: room for the rest
    connection.execute("DROP TABLE raw")
    connection.execute("CREATE TABLE notes (_row BIGINT, rule VARCHAR, detail VARCHAR)")
    _set_aside(connection, table, columns, found, context)
    if table.name == "orders":
        connection.execute(
            "INSERT INTO notes SELECT _row, 'negative_sale_kept', '' FROM typed"
            " WHERE _rule IS NULL AND _negative_sale"
        )
    _empty_impossible(connection, table, columns, context)
    flags = [flag.strip('"') for flag in flags_of(table, readings, mask=mask)]
    real = [c for c in columns if not c.startswith("_")]
    mark_copies(connection, table, real, context)
    if found["known"]:
        _mark_unknown(connection, context)
    return ledger_rows(connection, table, staged, flags=flags, context=context)


def _merged_sql(inner: str, columns: list[str], merges: int) -> str:
    """Rows with the customer that theirs is merged into; `_customer_before` is the one it was."""
    if not merges or "customer_id" not in columns:
        return inner
    referred = ", referred_by" if "referred_by" in columns else ""
    by = "LEFT JOIN merges referring ON referred_by = referring.customer_id" if referred else ""
    also = ", coalesce(referring.merge_into, referred_by) AS referred_by" if referred else ""
    return f"""
        SELECT inner_rows.* EXCLUDE (customer_id{referred}),
            coalesce(merges.merge_into, inner_rows.customer_id) AS customer_id{also},
            CASE WHEN merges.merge_into IS NOT NULL THEN inner_rows.customer_id END AS _customer_before
        FROM ({inner}) inner_rows
        LEFT JOIN merges ON inner_rows.customer_id = merges.customer_id {by}"""


def _set_aside(connection, table: Table, columns: list[str], found: dict, context: Context) -> None:
    """Give rows that can be read, but can't be true or don't count, the rule that says so."""
    rules = []
    if table.moment in columns:
        rules.append(("date_out_of_range", f'"{table.moment}" < {EARLIEST}'))
    for earlier, later in order_of_days(table, columns, ending=True):
        rules.append(("end_before_start", f'"{later}"::DATE < "{earlier}"::DATE'))
    if table.name == "customers":
        rules.append(("test_account", test_account_sql(columns)))
    elif found["tests"] and "customer_id" in columns:
        rules.append(("test_account", "customer_id IN (FROM tests)"))
    if "_currency_of" in columns:
        unconverted = "_currency_of IS NOT NULL AND _amount_before IS NULL"
        rules.append(("other_currency", unconverted))
    rules = [(rule, test) for rule, test in rules if test and context.on(rule)]
    if not rules:
        return
    any_of = " OR ".join(f"({test})" for _, test in rules)
    which = " ".join(f"WHEN {test} THEN '{rule}'" for rule, test in rules)
    connection.execute(
        f"UPDATE typed SET _rule = CASE {which} END WHERE _rule IS NULL AND ({any_of})"
    )


def _empty_impossible(connection, table: Table, columns: list[str], context: Context) -> None:
    """Leave values empty that can't be; the note keeps what they were."""
    if not context.on("impossible_value"):
        return
    tests = impossible_sql(table, columns, context.scales)
    if not tests:
        return
    wrong = " OR ".join(f"({test})" for test in tests.values())
    for column, test in tests.items():
        connection.execute(f"""
            INSERT INTO notes SELECT _row, 'impossible_value', '{column}=' || CAST("{column}" AS VARCHAR)
            FROM typed WHERE _rule IS NULL AND ({test})""")
    emptied = ", ".join(
        f'"{column}" = CASE WHEN {test} THEN NULL ELSE "{column}" END'
        for column, test in tests.items()
    )
    connection.execute(f"UPDATE typed SET {emptied} WHERE _rule IS NULL AND ({wrong})")


def _mark_unknown(connection, context: Context) -> None:
    """Rows of customers whom the table customers doesn't know."""
    if context.on("unknown_customer_removed"):
        connection.execute(
            "UPDATE typed SET _rule = 'unknown_customer_removed' WHERE _rule IS NULL"
            " AND customer_id IS NOT NULL AND customer_id NOT IN (FROM known)"
        )


def _stop_at_unreadable(
    connection, kinds: dict, blocks: list[Block], files: list[SourceFile]
) -> None:
    """Refuse rows that can't be read, but those of blocks that have them set aside."""
    strict = [str(n) for n, block in enumerate(blocks) if block.source.unreadable == "stop"]
    if not strict:
        return
    name = files[0].name if len(files) == 1 else blocks[0].source.name
    for rule, what in (("unreadable_date", "date"), ("unreadable_amount", "amount")):
        columns = ["ordered_at"] if what == "date" else ["amount", "quantity", "unit_price"]
        columns = [c for c in columns if c in kinds]
        values = ", ".join(f'lines."{c}"' for c in columns)
        bad = connection.execute(
            f"SELECT _row, {values}, count(*) OVER (), _block FROM lines JOIN"
            f" (SELECT _row FROM typed WHERE _rule = '{rule}') USING (_row)"
            f" WHERE _block IN ({', '.join(strict)}) ORDER BY _row LIMIT 5"
        ).fetchall()
        if not bad:
            continue
        shown = "; ".join(
            f"{_place(row[0], files)} '{' x '.join(str(v) for v in row[1:-2])}'" for row in bad
        )
        more = f" and {bad[0][-2] - len(bad):,} more" if bad[0][-2] > len(bad) else ""
        raise InputError(
            f"{name}: the {what} ({', '.join(columns)}) can't be read in {shown}{more}; correct the file,"
            f" or have such rows set aside and counted: {blocks[bad[0][-1]].source.where}.unreadable: set_aside"
        )


def _place(row: int, files: list[SourceFile]) -> str:
    file = next(f for f in reversed(files) if f.first_row <= row)
    return f"{file.name} row {row + file.offset}" if len(files) > 1 else f"row {row + file.offset}"
