"""What one file gives to the columns of a table, as SQL over its c0, c1, ..."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workbook.intake.columns import filled_text, simple_sql
from workbook.intake.contract import Table
from workbook.intake.errors import InputError, nearest
from workbook.intake.mapping import Source
from workbook.intake.relations import Relation, literal

__all__ = [
    "cells_of",
    "key_sql",
    "mark_sums",
    "not_kept_sql",
    "row_hash_sql",
    "suspects_sql",
    "unused_alternatives",
]

_TOTALS = "total totals sum subtotal sub-total summe gesamt 合计 总计 小计 汇总 共计 总和 本页合计"
_TOTALS_ROW = "^(grand )?(" + "|".join(_TOTALS.split()) + r")( ?[:：(（].*)?$"
_NUMBERS = ("DOUBLE", "FLOAT", "DECIMAL", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_MOMENTS = ("TIMESTAMP", "DATE")


def cells_of(
    table: Table, source: Source, relation: Relation, joined: Mapping[str, list], name: str
) -> dict[str, tuple[str, str]]:
    """{canonical name: (SQL, type in which it is staged)} for the file `name`.

    `joined` {canonical name: [(SQL, DuckDB type)]} are columns of other files, looked at where
    the file's own are empty. Raises InputError for a heading that is missing or there twice.
    """
    found = {}
    for column, positions in _positions(table, source, relation, joined, name).items():
        type_ = table.column(column).type
        candidates = [_own(relation, i, type_) for i in positions] + joined.get(column, [])
        kinds = {_kept_kind(type_, kind) for _, kind in candidates}
        replaced = source.values.get(column)
        if len(kinds) == 1 and kinds != {"VARCHAR"} and not replaced:
            sql = f"coalesce({', '.join(sql for sql, _ in candidates)})"
            found[column] = (sql, next(iter(kinds)))
            continue
        if len(candidates) == 1 and not replaced:
            found[column] = (candidates[0][0], "VARCHAR")
            continue
        texts = [key_sql(sql, kind) for sql, kind in candidates]
        text = f"coalesce({', '.join(texts)})" if len(texts) > 1 else texts[0]
        found[column] = (_replaced(text, replaced or {}), "VARCHAR")
    for column, text in source.constants.items():
        found[column] = (literal(text), "VARCHAR")
    return found


def key_sql(cell: str, kind: str) -> str:
    """SQL: trimmed text of a cell, NULL where nothing is filled in; 12.0 of a float is 12."""
    if kind.startswith(("DOUBLE", "FLOAT")):
        return simple_sql(cell, "DOUBLE", "id")
    return filled_text(cell)


def row_hash_sql(relation: Relation) -> str:
    """SQL hash over a whole row, headings in one order: equal rows of two files hash alike."""
    order = sorted(range(len(relation.headings)), key=lambda i: relation.headings[i])
    return "hash(" + ", ".join(f"CAST(f.c{i} AS VARCHAR)" for i in order) + ")"


def not_kept_sql(source: Source, relation: Relation, name: str) -> str:
    """SQL: `not_kept` where `keep:` of the params leaves the row out, else NULL."""
    rules = []
    for heading, kept in source.keep.items():
        position = _position(heading, relation, source.where, "keep", name)
        cell = key_sql(f"f.c{position}", relation.types[position])
        texts = ", ".join(literal(text.strip()) for text in kept)
        rules.append(f"WHEN NOT list_contains([{texts}], coalesce({cell}, '')) THEN 'not_kept'")
    return f"(CASE {' '.join(rules)} END)" if rules else "NULL::VARCHAR"


def suspects_sql(table: Table, source: Source, relation: Relation) -> str:
    """SQL list of texts: first filled cell, keys and dates, of a row that may be blank or of sums;
    NULL where a key or date begins with a digit, as in nearly every row."""
    if relation.kind not in ("text", "excel"):
        return "NULL::VARCHAR[]"
    keys = []
    for column in table.columns:
        needed = column.required and column.type not in ("number", "money", "integer", "flag")
        headings = source.columns.get(column.name, (column.name,))
        if needed and column.name not in source.constants:
            keys += [f"f.c{i}" for i, h in enumerate(relation.headings) if h in headings]
    quick = [f"({key} IS NULL OR {key} < '0' OR {key} >= ':')" for key in keys]
    cells = ", ".join(f"nullif(trim(f.c{i}), '')" for i in range(len(relation.headings)))
    suspects = ", ".join([f"coalesce({cells}, '')", *keys])
    return f"(CASE WHEN {' AND '.join(quick) or 'true'} THEN [{suspects}] END)"


def mark_sums(connection, target: str) -> None:
    """Set `_left_out` of blank rows and rows of sums among the `_suspects` of a staged table."""
    if not connection.execute(
        f"SELECT 1 FROM {target} WHERE _suspects IS NOT NULL LIMIT 1"
    ).fetchone():
        return
    empty = f"{filled_text('k')} IS NULL OR regexp_matches(lower(trim(k)), {literal(_TOTALS_ROW)})"
    keyless = f"len(list_filter(_suspects[2:], lambda k: NOT ({empty}))) = 0"
    first = "_suspects[1]"
    connection.execute(
        f"""UPDATE {target} SET _left_out = CASE WHEN {filled_text(first)} IS NULL THEN 'blank_row'
            ELSE 'totals_row' END
        WHERE _suspects IS NOT NULL AND _left_out IS NULL AND {keyless} AND
            ({filled_text(first)} IS NULL OR regexp_matches(lower({first}), {literal(_TOTALS_ROW)}))"""
    )


def _positions(table, source, relation, joined, name) -> dict[str, list[int]]:
    """{canonical name: positions} for mapped columns and those found under their own names."""
    headings = relation.headings
    asked = dict(source.columns)
    if not source.on:
        for heading in headings:
            if (
                table.column(heading)
                and not heading.endswith("*")
                and heading not in source.constants
                and heading not in asked
            ):
                asked[heading] = (heading,)
        there = asked.keys() | joined.keys() | source.constants.keys()
        for column in table.columns:
            computed = column.name == "amount" and {"quantity", "unit_price"} <= there
            # a file that tells who has left on one day knows no dates of single contracts
            computed |= column.name in ("contract_id", "started_on") and "churned" in there
            if column.required and not computed and column.name not in there:
                asked[column.name] = (column.name,)
    found: dict[str, list[int]] = {}
    for canonical, wanted in asked.items():
        there = [heading for heading in wanted if heading in headings]
        found[canonical] = [
            _position(heading, relation, source.where, "columns", name)
            for heading in there or wanted[:1]
        ]
    return found | {column: found.get(column, []) for column in joined}


def _position(heading: str, relation: Relation, where: str, key: str, name: str) -> int:
    count = relation.headings.count(heading)
    if count == 0:
        hint = nearest(heading, relation.headings)
        raise InputError(f"{name} has no column '{heading}' ({where}.{key}){hint}")
    if count > 1:
        raise InputError(f"{name} has {count} columns called '{heading}' ({where}.{key})")
    return relation.headings.index(heading)


def _own(relation: Relation, position: int, type_: str) -> tuple[str, str]:
    """SQL and type of one column; of a labelled answer the code where a number is wanted."""
    if position in relation.codes and type_ in ("number", "money", "integer"):
        return f"f.{relation.codes[position]}", "DOUBLE"
    return f"f.c{position}", relation.types[position]


def _kept_kind(type_: str, kind: str) -> str:
    """Type in which a column is staged: its own where it fits the contract, else text."""
    native = {
        **dict.fromkeys(("date", "time", "month"), _MOMENTS),
        **dict.fromkeys(("number", "money", "integer"), _NUMBERS),
        "id": ("DOUBLE", "FLOAT"),
        "flag": ("BOOLEAN",),
    }
    fits = kind.startswith(native.get(type_, ())) and not kind.endswith("]")
    return kind if fits else "VARCHAR"


def _replaced(text: str, values: Mapping[str, str]) -> str:
    """SQL with the texts of `values` put in the place of others; '' stands for nothing."""
    if not values:
        return text
    pairs = " ".join(f"WHEN {literal(old)} THEN {literal(new)}" for old, new in values.items())
    return f"(CASE coalesce({text}, '') {pairs} ELSE {text} END)"


def unused_alternatives(source: Source, relations: Iterable[Relation]) -> None:
    """Refuse a heading of a list that no file of the block has: it is misspelt or outdated."""
    headings = [heading for relation in relations for heading in relation.headings]
    for column, wanted in source.columns.items():
        for heading in wanted if len(wanted) > 1 else ():
            if heading not in headings:
                raise InputError(
                    f"no file of {source.name} has a column '{heading}'"
                    f" ({source.where}.columns.{column}){nearest(heading, headings)}"
                )
