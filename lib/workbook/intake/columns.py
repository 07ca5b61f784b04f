"""Text becomes ids, texts and flags; and what counts as nothing."""

from __future__ import annotations

__all__ = ["filled_sql", "filled_text", "plain_sql", "simple_sql"]

# patterns, not IN: DuckDB joins a list to all rows, where a CASE meant it for a few
_TRUE = "true|t|yes|y|1|是"
_FALSE = "false|f|no|n|0|否"
_NOTHING = "|null|nan|nat|none|#?n/a|--?|——?"


def filled_sql(column: str) -> str:
    """SQL: trimmed text of a column, NULL for what exports write where nothing is."""
    return filled_text(f'"{column}"')


def filled_text(cell: str) -> str:
    """SQL: trimmed text of a cell, given as SQL, NULL for what exports write where nothing is."""
    cell = f"CAST({cell} AS VARCHAR)"
    # the list of wide spaces costs four times the plain trim: only where not all is ASCII
    wide = f"trim({cell}, ' \t\u00a0\u3000')"
    text = f"(CASE WHEN strlen({cell}) = length({cell}) THEN trim({cell}) ELSE {wide} END)"
    nothing = f"regexp_full_match(lower({text}), '{_NOTHING}')"
    slow = f"CASE WHEN {nothing} THEN NULL ELSE {text} END"
    # most cells are plain words of more than four letters: nothing to cut, nothing to compare
    short = f"strlen({cell}) > 4 AND strlen({cell}) = length({cell})"
    plain = f"{short} AND {cell} >= '!' AND NOT ends_with({cell}, ' ')"
    return f"(CASE WHEN {plain} THEN {cell} ELSE {slow} END)"


def plain_sql(column: str, type_: str) -> str:
    """SQL: nothing in the column has to be cut or compared to become an id or a text.

    Most columns are so throughout: then they are taken as they are, many times faster.
    """
    trimmed = f"""("{column}" IS NULL OR "{column}" >= '!' AND NOT ends_with("{column}", ' '))"""
    if type_ == "text":
        return trimmed
    return f"""({trimmed} AND strlen("{column}") > 4 AND strlen("{column}") = length("{column}"))"""


def simple_sql(cell: str, kind: str, type_: str) -> str:
    """SQL for ids, texts and flags of a cell, given as SQL, staged as `kind`.

    Ids stay text: 00123 and 19 digits as they are.
    """
    if type_ == "flag":
        if kind == "BOOLEAN":
            return cell
        text = f"lower({filled_text(cell)})"
        yes, no = (f"regexp_full_match({text}, '{words}')" for words in (_TRUE, _FALSE))
        return f"(CASE WHEN {yes} THEN true WHEN {no} THEN false END)"
    if type_ == "id" and kind in ("DOUBLE", "FLOAT"):
        whole = f"{cell} = trunc({cell}) AND abs({cell}) < 9007199254740992"
        return f"""(CASE WHEN {whole} THEN CAST(CAST({cell} AS BIGINT) AS VARCHAR)
            WHEN isnan({cell}) THEN NULL ELSE CAST({cell} AS VARCHAR) END)"""
    if type_ == "id":
        return filled_text(cell)
    return f"nullif(trim(CAST({cell} AS VARCHAR)), '')"
