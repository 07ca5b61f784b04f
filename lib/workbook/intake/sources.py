"""Raw files of one table, found inside data/<client>/ and staged in DuckDB as they came."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from workbook.intake.contract import Table
from workbook.intake.encodings import as_utf8
from workbook.intake.errors import InputError, nearest
from workbook.intake.excel import sheet_rows
from workbook.intake.locations import EXCEL

__all__ = ["SourceFile", "run_on_file", "stage", "unreadable"]


@dataclass(frozen=True)
class SourceFile:
    """One staged file. Its row as a reader counts is the staging row plus `offset`."""

    name: str
    encoding: str
    first_row: int
    rows: int
    offset: int
    heading_row: int | None


@dataclass(frozen=True)
class _Relation:
    """SQL that yields columns c0, c1, ... of one file, with its headings and their types."""

    sql: str
    headings: list[str]
    types: list[str]
    encoding: str = ""
    has_heading_row: bool = False
    first_line: int = 1


def stage(connection, table: Table, source: dict, files: list[Path], where: str, work: Path):
    """Make the DuckDB view `lines`: canonical names, `_row`, `_row_hash` over the whole row.

    Text files and Excel cells arrive as text, Parquet columns in their own type where all files
    agree. Returns the list of SourceFile. Raises InputError naming file and column.
    """
    relations = [_relation(connection, p, source, work, i) for i, p in enumerate(files)]
    mapped = [
        _mapped(relation.headings, table, source, path.name, where)
        for path, relation in zip(files, relations, strict=True)
    ]
    types: dict[str, set[str]] = {}
    for relation, columns in zip(relations, mapped, strict=True):
        for name, position in columns.items():
            kind = _kept_kind(table.column(name).type, relation.types[position])
            types.setdefault(name, set()).add(kind)
    staged: list[SourceFile] = []
    total = 0
    for path, relation, columns in zip(files, relations, mapped, strict=True):
        cells = []
        for name, kinds in types.items():
            cell = f"c{columns[name]}" if name in columns else "NULL"
            kind = next(iter(kinds)) if len(kinds) == 1 else "VARCHAR"
            cells.append(f'CAST({cell} AS {kind}) AS "{name}"')
        # headings in one order, so that equal rows of two files hash alike
        order = sorted(range(len(relation.headings)), key=lambda i: relation.headings[i])
        row_hash = "hash(" + ", ".join(f"CAST(c{i} AS VARCHAR)" for i in order) + ")"
        select = f"SELECT {', '.join(cells)}, {row_hash} AS _row_hash FROM {relation.sql}"
        statement = f"INSERT INTO raw {select}" if staged else f"CREATE TABLE raw AS {select}"
        run_on_file(connection, statement, path.name)
        rows = connection.execute("SELECT count(*) FROM raw").fetchone()[0] - total
        staged.append(
            SourceFile(
                name=path.name,
                encoding=relation.encoding,
                first_row=total,
                rows=rows - relation.has_heading_row,
                offset=relation.first_line - total,
                heading_row=total if relation.has_heading_row else None,
            )
        )
        total += rows
    headings = [str(f.heading_row) for f in staged if f.heading_row is not None]
    kept = f"WHERE rowid NOT IN ({', '.join(headings)})" if headings else ""
    connection.execute(f"CREATE VIEW lines AS SELECT *, rowid AS _row FROM raw {kept}")
    return staged


def _kept_kind(type_: str, kind: str) -> str:
    """Type in which a column is staged: its own where it fits the contract, else text."""
    numeric = ("DOUBLE", "FLOAT", "DECIMAL", "TINYINT", "SMALLINT", "INTEGER", "BIGINT")
    native = {
        **dict.fromkeys(("date", "time"), ("TIMESTAMP", "DATE")),
        **dict.fromkeys(("number", "money", "integer"), numeric),
        "id": ("DOUBLE", "FLOAT"),
        "flag": ("BOOLEAN",),
    }
    fits = kind.startswith(native.get(type_, ())) and not kind.endswith("]")
    return kind if fits else "VARCHAR"


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
    if "No space left" in text or isinstance(error, duckdb.OutOfMemoryException):
        return InputError(f"no room left while reading {name}: {text.splitlines()[0]}")
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
        reason = at + re.sub(r"\S*/\S+/(\S+)", r"\1", text.splitlines()[0].split("Error: ")[-1])
    return InputError(f"{name} can't be read: {reason}")


def _relation(connection, path: Path, source: dict, work: Path, number: int) -> _Relation:
    if path.stat().st_size == 0:
        raise InputError(f"{path.name} is empty")
    if path.suffix.lower() in EXCEL:
        return _excel(connection, path, source.get("sheet", ""), number)
    if path.suffix.lower() == ".parquet":
        return _parquet(connection, path)
    return _text(path, source, work)


def _text(path: Path, source: dict, work: Path) -> _Relation:
    text, encoding = as_utf8(path, work, path.name, source.get("encoding", ""))
    with text.open(encoding="utf-8", newline="") as lines:
        head = lines.read(1 << 16)
    first = re.split(r"\r\n|\n|\r", head, maxsplit=1)[0]
    delimiter = source.get("delimiter", "").replace("\\t", "\t") or max(
        ",;\t|", key=re.sub('"[^"]*"', "", first).count
    )
    if len(delimiter) != 1:
        raise InputError(f"{path.name}: a delimiter is one character, not '{delimiter}'")
    try:
        headings = next(csv.reader(head.splitlines(keepends=True), delimiter=delimiter), [])
    except csv.Error as error:
        raise InputError(f"{path.name}: its heading can't be read: {error}") from error
    if not any(h.strip() for h in headings):
        raise InputError(f"{path.name} has no heading in its first line")
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(headings)))
    sql = (
        f"read_csv({_literal(_escaped(text))}, header=false, auto_detect=false,"
        f" delim={_literal(delimiter)}, quote='\"', escape='\"', columns={{{columns}}})"
    )
    return _Relation(sql, _clean(headings), ["VARCHAR"] * len(headings), encoding, True)


def _parquet(connection, path: Path) -> _Relation:
    file = f"read_parquet({_literal(_escaped(path))})"
    described = run_on_file(connection, f"DESCRIBE SELECT * FROM {file}", path.name).fetchall()
    cells = ", ".join(f"{_quoted(row[0])} AS c{i}" for i, row in enumerate(described))
    headings = _clean([row[0] for row in described])
    return _Relation(f"(SELECT {cells} FROM {file})", headings, [row[1] for row in described])


def _excel(connection, path: Path, sheet: str, number: int) -> _Relation:
    import pyarrow as pa

    rows = sheet_rows(path, path.name, sheet)
    if not rows:
        raise InputError(f"{path.name} is empty")
    headings = _clean([cell or "" for cell in rows[0]])
    width = len(headings)
    cells = {
        f"c{i}": pa.array([row[i] if i < len(row) else None for row in rows[1:]], pa.string())
        for i in range(width)
    }
    connection.register(f"sheet_{number}", pa.table(cells))
    return _Relation(f"sheet_{number}", headings, ["VARCHAR"] * width, first_line=2)


def _clean(headings: list[str]) -> list[str]:
    return [" ".join(h.replace("\ufeff", "").split()) for h in headings]


def _mapped(headings: list[str], table: Table, source: dict, name: str, where: str) -> dict:
    """{canonical name: position} for mapped columns and those found under their own names."""
    asked = {k: " ".join(v.split()) for k, v in source["columns"].items()}
    for heading in headings:
        if table.column(heading) and heading not in asked and not heading.endswith("*"):
            asked[heading] = heading
    for column in table.columns:
        computed = column.name == "amount" and {"quantity", "unit_price"} <= asked.keys()
        # a file that tells who has left on one day knows no dates of single contracts
        computed |= column.name in ("contract_id", "started_on") and "churned" in asked
        if column.required and not computed:
            asked.setdefault(column.name, column.name)
    found = {}
    for canonical, heading in asked.items():
        count = headings.count(heading)
        if count == 0:
            hint = nearest(heading, headings)
            raise InputError(f"{name} has no column '{heading}' ({where}.columns){hint}")
        if count > 1:
            raise InputError(f"{name} has {count} columns called '{heading}' ({where}.columns)")
        found[canonical] = headings.index(heading)
    return found


def _literal(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _escaped(path: Path) -> str:
    """DuckDB reads [, * and ? in a file's own name as a pattern."""
    return re.sub(r"([\[*?])", r"[\1]", str(path))
