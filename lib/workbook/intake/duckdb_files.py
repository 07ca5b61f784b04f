"""Tables of a DuckDB file, copied to Parquet without running anything that is in it."""

from __future__ import annotations

from pathlib import Path

from workbook.intake.engine import open_duckdb
from workbook.intake.relations import clean_heading, literal, quoted, run_on_file

__all__ = ["copy_tables"]

#: types that Parquet keeps as they are; all others are copied as text
_KEPT = ("VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP", "DOUBLE", "FLOAT", "DECIMAL")
_KEPT += ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")


def copy_tables(path: Path, folder: Path, table: str = "") -> list[dict]:
    """Describe the tables of the file as `workbook.intake.apart` says, and copy them.

    With `table`, only that one. Views are left out: one may read any file of this machine when it
    is looked at.
    """
    connection = open_duckdb(folder / "spill")
    attach = f"ATTACH {literal(path)} AS base (TYPE duckdb, READ_ONLY)"
    run_on_file(connection, attach, path.name)
    found = run_on_file(
        connection,
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'base'"
        " AND NOT internal ORDER BY ALL",
        path.name,
    ).fetchall()
    tables = []
    for number, (schema, plain) in enumerate(found):
        name = plain if schema == "main" else f"{schema}.{plain}"
        entry = {"name": name, "file": None, "headings": [], "labels": {}, "codes": {}}
        tables.append(entry)
        if table and table != name:
            continue
        source = f"base.{quoted(schema)}.{quoted(plain)}"
        described = run_on_file(connection, f"DESCRIBE {source}", path.name).fetchall()
        cells = [
            f"{quoted(column)} AS c{i}"
            if kind.startswith(_KEPT) and not kind.endswith("]")
            else f"CAST({quoted(column)} AS VARCHAR) AS c{i}"
            for i, (column, kind, *_) in enumerate(described)
        ]
        entry["headings"] = [clean_heading(row[0]) for row in described]
        entry["file"] = f"{number}.parquet"
        copied = literal(folder / entry["file"])
        run_on_file(
            connection,
            f"COPY (SELECT {', '.join(cells)} FROM {source}) TO {copied} (FORMAT parquet)",
            path.name,
        )
    return tables
