"""One file, or one table of it, as a relation of DuckDB: columns c0, c1, ... under headings."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from pathlib import Path

from workbook.intake.apart import copied_tables
from workbook.intake.encodings import as_utf8
from workbook.intake.errors import InputError, nearest
from workbook.intake.excel import sheet_rows
from workbook.intake.kinds import file_kind

__all__ = [
    "MOST_COLUMNS",
    "Relation",
    "clean_heading",
    "literal",
    "open_relation",
    "quoted",
    "run_on_file",
    "sheet_relation",
    "table_relation",
    "unreadable",
]

MOST_COLUMNS = 2_000  # a table of customers has dozens
_HEAD = 1 << 20  # bytes in which a heading must end


@dataclass(frozen=True)
class Relation:
    """`sql`, to stand behind FROM, yields the rows below the heading as c0, c1, ...

    `types` are DuckDB's, VARCHAR for text files and Excel; `codes` {position: column} holds the
    numbers behind labelled answers of SPSS; the first row is the file's row `first_line`, as a
    reader counts, or 0 where rows have no numbers.
    """

    kind: str
    sql: str
    headings: list[str]
    types: list[str]
    first_line: int = 0
    encoding: str = ""
    delimiter: str = ""
    codes: dict[int, str] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)


def open_relation(
    connection,
    path: Path,
    work: Path,
    number: int,
    *,
    sheet: str = "",
    heading_row: int = 1,
    encoding: str = "",
    delimiter: str = "",
) -> Relation:
    """Relation of one file; `number` keeps apart the files that a connection reads.

    Copies that are needed (another encoding than UTF-8) go to the folder `work`. Raises
    InputError in reader's words for whatever can't be read.
    """
    kind = file_kind(path, path.name)
    if kind == "text":
        relation = _text(path, work, number, heading_row, encoding, delimiter)
    elif kind == "excel":
        rows = sheet_rows(path, path.name, sheet)
        relation = sheet_relation(connection, path.name, rows, number, heading_row)
    elif kind == "parquet":
        relation = _parquet(connection, path)
    else:
        relation = _copied(connection, path, work, number, kind, sheet)
    if len(relation.headings) > MOST_COLUMNS:
        raise InputError(
            f"{path.name} has {len(relation.headings):,} columns; more than {MOST_COLUMNS:,} are"
            " not read"
        )
    return relation


def _text(path, work, number, heading_row, encoding, delimiter) -> Relation:
    text, encoding = as_utf8(path, work, path.name, encoding, number=number)
    with text.open(encoding="utf-8", newline="") as lines:
        head = lines.read(_HEAD)
    delimiter = delimiter.replace("\\t", "\t")
    if delimiter and len(delimiter) != 1:
        raise InputError(f"{path.name}: a delimiter is one character, not '{delimiter}'")
    if not delimiter:
        # the heading's own line tells, where no quoted title above it hides line ends
        lines = re.split(r"\r\n|\n|\r", head, maxsplit=heading_row)
        line = lines[heading_row - 1] if len(lines) >= heading_row else ""
        delimiter = max(",;\t|", key=re.sub('"[^"]*"', "", line).count)
    try:
        rows = csv.reader(head.splitlines(keepends=True), delimiter=delimiter)
        headings = next((row for i, row in enumerate(rows, start=1) if i == heading_row), [])
    except csv.Error as error:
        raise InputError(f"{path.name}: its heading can't be read: {error}") from error
    if not any(h.strip() for h in headings):
        where = "its first line" if heading_row == 1 else f"row {heading_row}"
        raise InputError(f"{path.name} has no heading in {where}")
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(headings)))
    sql = (
        f"read_csv({literal(_escaped(text))}, header=false, auto_detect=false, skip={heading_row},"
        f" delim={literal(delimiter)}, quote='\"', escape='\"', columns={{{columns}}})"
    )
    return Relation(
        "text",
        sql,
        [clean_heading(h) for h in headings],
        ["VARCHAR"] * len(headings),
        first_line=heading_row + 1,
        encoding=encoding,
        delimiter=delimiter,
    )


def sheet_relation(connection, name: str, rows: list, number: int, heading_row: int) -> Relation:
    """Relation of an Excel sheet from its rows of text."""
    import pyarrow as pa

    if not rows:
        raise InputError(f"{name} is empty")
    headings = rows[heading_row - 1] if len(rows) >= heading_row else []
    while headings and not (headings[-1] or "").strip():
        headings = headings[:-1]
    if not headings:
        raise InputError(f"{name} has no heading in row {heading_row}")
    below = rows[heading_row:]
    cells = {
        f"c{i}": pa.array([row[i] if i < len(row) else None for row in below], pa.string())
        for i in range(len(headings))
    }
    connection.register(f"file_{number}", pa.table(cells))
    return Relation(
        "excel",
        f"file_{number}",
        [clean_heading(h or "") for h in headings],
        ["VARCHAR"] * len(headings),
        first_line=heading_row + 1,
    )


def _parquet(connection, path: Path) -> Relation:
    file = f"read_parquet({literal(_escaped(path))})"
    described = run_on_file(connection, f"DESCRIBE SELECT * FROM {file}", path.name).fetchall()
    cells = ", ".join(f"{quoted(row[0])} AS c{i}" for i, row in enumerate(described))
    headings = [clean_heading(row[0]) for row in described]
    sql = f"(SELECT {cells} FROM {file})"
    return Relation("parquet", sql, headings, [row[1] for row in described])


def table_relation(connection, name: str, kind: str, table: dict, folder: Path) -> Relation:
    """Relation of a table that `copied_tables` left as Parquet in `folder`."""
    file = f"read_parquet({literal(_escaped(folder / table['file']))})"
    described = run_on_file(connection, f"DESCRIBE SELECT * FROM {file}", name).fetchall()
    types = {row[0]: row[1] for row in described}
    headings = table["headings"]
    return Relation(
        kind,
        file,
        headings,
        [types[f"c{i}"] for i in range(len(headings))],
        codes={int(position): column for position, column in table["codes"].items()},
        labels={i: table["labels"][h] for i, h in enumerate(headings) if table["labels"].get(h)},
    )


def _copied(connection, path: Path, work: Path, number: int, kind: str, sheet: str) -> Relation:
    tables = {t["name"]: t for t in copied_tables(path, kind, work, number, sheet)}
    if not tables:
        raise InputError(f"{path.name} has no table")
    if not sheet and len(tables) > 1:
        raise InputError(f"{path.name} has several tables; name one as sheet: {', '.join(tables)}")
    table = tables.get(sheet or next(iter(tables)))
    if table is None:
        raise InputError(f"{path.name} has no table '{sheet}'{nearest(sheet, tables)}")
    return table_relation(connection, path.name, kind, table, work / f"copied_{number}")


def run_on_file(connection, statement: str, name: str):
    """Execute SQL that reads the file `name`; what DuckDB can't read becomes an InputError."""
    import duckdb

    try:
        return connection.execute(statement)
    except duckdb.Error as error:
        raise unreadable(error, name) from error


def unreadable(error: Exception, name: str) -> InputError:
    """DuckDB's error about the file `name` in the reader's words."""
    import duckdb

    text = str(error)
    first = text.splitlines()[0] if text else "no reason given"
    if "No space left" in text or isinstance(error, duckdb.OutOfMemoryException):
        return InputError(f"no room left while reading {name}: {first}")
    line = re.search(r"Line: (\d+)", text)
    counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
    if line and counts:
        reason = f"line {line[1]} has {counts[2]} values, its heading {counts[1]}"
    elif line and "unterminated quote" in text:
        reason = f"line {line[1]} opens a quotation mark that is never closed"
    elif line and "Maximum line size" in text:
        reason = f"line {line[1]} is longer than 2 MB: is a quotation mark left open?"
    else:
        at = f"line {line[1]}: " if line else ""
        reason = at + re.sub(r"\S*/\S+/(\S+)", r"\1", first.split("Error: ")[-1])
    return InputError(f"{name} can't be read: {reason}")


def clean_heading(text: str) -> str:
    """Heading without byte-order mark, line ends and repeated spaces."""
    return " ".join(text.replace("\ufeff", "").split())


def literal(text: object) -> str:
    """SQL text."""
    return "'" + str(text).replace("'", "''") + "'"


def quoted(name: str) -> str:
    """SQL name."""
    return '"' + name.replace('"', '""') + '"'


def _escaped(path: Path) -> str:
    """DuckDB reads [, * and ? in a file's own name as a pattern."""
    return re.sub(r"([\[*?])", r"[\1]", str(path))
