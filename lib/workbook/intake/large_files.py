"""Dates and numbers of large text files, typed while the file is read where all are written plainly."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from workbook.intake.contract import Table
from workbook.intake.mapping import Source
from workbook.intake.relations import Relation, run_on_file

__all__ = ["LARGE", "plain_kinds"]

LARGE = 32 << 20  # bytes; in smaller files there is nothing to win
_SAMPLE = 20_000  # rows
_NUMBERS = ("number", "money", "integer")


def plain_kinds(
    connection, table: Table, parts: Sequence[tuple[Source, Path, Relation, Mapping]]
) -> dict[str, str]:
    """{column: TIMESTAMP or DOUBLE} of columns that a sample of each file shows as ISO dates or
    plain numbers; empty unless all files are large texts.

    `parts` are (block, file, relation, cells) of a table. The sample only suggests: reading the
    files with these types fails where one value differs, and everything is then read as text.
    """
    if any(r.kind != "text" or path.stat().st_size < LARGE for _, path, r, _ in parts):
        return {}
    found: dict[str, str] | None = None
    for source, path, relation, cells in parts:
        wanted = {}
        for name, (cell, _) in cells.items():
            type_ = table.column(name).type
            if re.fullmatch(r"f\.c\d+", cell) and type_ in ("date", "time"):
                wanted[name] = "TIMESTAMP"
            elif re.fullmatch(r"f\.c\d+", cell) and type_ in _NUMBERS and source.decimal != ",":
                wanted[name] = "DOUBLE"
        if not wanted:
            return {}
        tests = ", ".join(
            f"coalesce(bool_and(TRY_CAST({cells[name][0]} AS {kind}) IS NOT NULL)"
            f" FILTER (coalesce({cells[name][0]}, '') <> ''), false)"
            for name, kind in wanted.items()
        )
        sample = f"SELECT {tests} FROM (FROM {relation.sql} LIMIT {_SAMPLE}) AS f"
        plain = dict(
            zip(wanted, run_on_file(connection, sample, path.name).fetchone(), strict=True)
        )
        if not all(plain[name] for name, kind in wanted.items() if kind == "DOUBLE"):
            # the decimal mark is settled on all numbers of a block together
            plain |= {name: False for name, kind in wanted.items() if kind == "DOUBLE"}
        kinds = {name: wanted[name] for name in wanted if plain[name]}
        found = kinds if found is None else {n: k for n, k in found.items() if kinds.get(n) == k}
    return found or {}
