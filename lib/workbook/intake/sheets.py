"""Every table found in a file, with its headings, before anybody says what they mean."""

from __future__ import annotations

import csv
import re
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from workbook.intake.apart import copied_tables
from workbook.intake.encodings import as_utf8
from workbook.intake.engine import open_duckdb
from workbook.intake.errors import InputError
from workbook.intake.excel import all_sheets
from workbook.intake.kinds import file_kind
from workbook.intake.relations import (
    Relation,
    open_relation,
    quoted,
    run_on_file,
    sheet_relation,
    table_relation,
)

__all__ = ["Sheet", "heading_row_of", "sheets"]

_LOOKED_AT = 60  # rows in which a heading is looked for
_VALUE = re.compile(
    r"[-+(]?[\d.,\s%￥¥€$£]+[)元万亿]?|\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}.*|true|false",
    re.IGNORECASE,
)


@dataclass
class Sheet:
    """One table of a file.

    `path`; `name` of the file; `sheet`, the Excel sheet or the table of a DuckDB file, else '';
    `kind` text, excel, parquet, spss or duckdb; `heading_row`, counted from 1 as Excel shows
    rows; `headings` as the mapping names them, `labels` {heading: question} of SPSS; `delimiter`
    and `encoding` of text. `rows`, `frame` and `query` read the file.
    """

    path: Path
    sheet: str
    kind: str
    heading_row: int
    headings: list[str]
    labels: dict[str, str]
    delimiter: str
    encoding: str
    _relation: Relation = field(repr=False)
    _connection: object = field(repr=False)
    _work: tempfile.TemporaryDirectory = field(repr=False)

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.path.name

    @cached_property
    def columns(self) -> list[str]:
        """Headings made different from each other: `Name`, `Name (2)`; empty ones are numbered.

        `frame` and `query` call the columns so; a mapping can only name what stands in
        `headings` once."""
        seen: Counter = Counter()
        names = []
        for position, heading in enumerate(self.headings, start=1):
            base = heading or f"(column {position})"
            seen[base] += 1
            names.append(base if seen[base] == 1 else f"{base} ({seen[base]})")
        return names

    @cached_property
    def rows(self) -> int:
        """Rows below the heading, rows of sums included."""
        return self.query("SELECT count(*) FROM sheet")[0][0]

    def frame(self, limit: int | None = 1000):
        """pandas DataFrame of the first `limit` rows: text as written, None where empty."""
        cut = "" if limit is None else f" LIMIT {int(limit)}"
        return (
            self._run("SELECT * FROM sheet" + cut)
            .df()
            .astype(object)
            .where(lambda f: f.notna(), None)
        )

    def query(self, sql: str) -> list[tuple]:
        """Rows of an SQL question about the whole table, which it calls `sheet`; all columns are
        text there (an empty cell NULL): `SELECT count(DISTINCT "Record Id") FROM sheet`."""
        return self._run(sql).fetchall()

    def _run(self, sql: str):
        cells = ", ".join(
            f"nullif(CAST(c{i} AS VARCHAR), '') AS {quoted(name)}"
            for i, name in enumerate(self.columns)
        )
        shown = f"WITH sheet AS (SELECT {cells} FROM {self._relation.sql}) "
        return run_on_file(self._connection, shown + sql, self.name)


def sheets(path: Path) -> list[Sheet]:
    """Tables of a file, the empty ones left out; raises InputError in reader's words.

    Excel sheets and text files may have rows of titles above their heading: it is the first row
    of names that is nearly as wide as what follows. All sheets of a file share one DuckDB
    connection, and a folder for copies in UTF-8 that goes with the last of them.
    """
    path = Path(path)
    kind = file_kind(path, path.name)
    work = tempfile.TemporaryDirectory(prefix="workbook-")
    connection = open_duckdb()
    found: dict[str, tuple[Relation, int]] = {}
    if kind == "excel":
        for number, (sheet, rows) in enumerate(all_sheets(path, path.name).items()):
            row = heading_row_of(rows[:_LOOKED_AT])
            if row:
                found[sheet] = sheet_relation(connection, path.name, rows, number, row), row
    elif kind == "text":
        row, delimiter, encoding = _text_heading(path, Path(work.name))
        found[""] = (
            open_relation(
                connection,
                path,
                Path(work.name),
                0,
                heading_row=row,
                encoding=encoding,
                delimiter=delimiter,
            ),
            row,
        )
    elif kind == "parquet":
        found[""] = open_relation(connection, path, Path(work.name), 0), 1
    else:
        folder = Path(work.name)
        for table in copied_tables(path, kind, folder, 0):
            relation = table_relation(connection, path.name, kind, table, folder / "copied_0")
            found[table["name"]] = relation, 1
    if not found:
        raise InputError(f"{path.name} holds no table")
    return [
        Sheet(
            path=path,
            sheet=sheet,
            kind=kind,
            heading_row=row,
            headings=relation.headings,
            labels={relation.headings[i]: label for i, label in relation.labels.items()},
            delimiter=relation.delimiter,
            encoding=relation.encoding,
            _relation=relation,
            _connection=connection,
            _work=work,
        )
        for sheet, (relation, row) in found.items()
    ]


def heading_row_of(rows: Sequence[Sequence[str | None]]) -> int:
    """Number (from 1) of the row that holds the headings; 0 when no row does.

    A heading is nearly as wide as the widest of the rows below it, its cells differ, and hardly
    any of them is a number or a date.
    """
    filled = [[str(cell).strip() for cell in row if cell and str(cell).strip()] for row in rows]
    for number, cells in enumerate(filled, start=1):
        below = [len(other) for other in filled[number : number + 20]]
        if not cells or (below and len(cells) < 0.8 * max(below)):
            continue
        values = sum(bool(_VALUE.fullmatch(cell)) for cell in cells)
        if values <= 0.2 * len(cells) and len(set(cells)) > 0.8 * len(cells):
            return number
    return next((number for number, cells in enumerate(filled, start=1) if cells), 0)


def _text_heading(path: Path, work: Path) -> tuple[int, str, str]:
    """Row of the heading, delimiter and encoding of a text file."""
    text, encoding = as_utf8(path, work, path.name, number=-1)
    with text.open(encoding="utf-8", newline="") as lines:
        head = lines.read(1 << 18).splitlines(keepends=True)[: 4 * _LOOKED_AT]
    best: tuple[int, int, str] = (0, 1, ",")
    for delimiter in ",;\t|":
        try:
            rows = list(csv.reader(head, delimiter=delimiter))[:_LOOKED_AT]
        except csv.Error:
            continue
        row = heading_row_of(rows)
        width = len(rows[row - 1]) if row else 0
        # a wrong mark cuts the heading in fewer pieces, or leaves rows of many widths
        alike = sum(len(other) == width for other in rows[row : row + 20])
        score = width * (1 + alike) if width > 1 else 0
        best = max(best, (score, row or 1, delimiter), key=lambda option: option[0])
    return best[1], best[2], "" if encoding == "utf-8" else encoding
