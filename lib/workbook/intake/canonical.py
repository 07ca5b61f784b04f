"""Raw files become canonical Parquet once: made anew only where something changed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from workbook.intake.cleaning import clean
from workbook.intake.context import Context, context_of
from workbook.intake.contract import TABLES
from workbook.intake.duplicates import find_duplicates
from workbook.intake.engine import open_duckdb
from workbook.intake.errors import InputError
from workbook.intake.manifest import (
    called,
    code_hash,
    label_of,
    load_manifest,
    stamps_of,
    write_manifest,
)
from workbook.intake.params import Client
from workbook.intake.relations import literal, quoted, run_on_file, unreadable
from workbook.intake.review import review_sql
from workbook.intake.sources import find_blocks, stage

__all__ = ["Prepared", "prepare"]


@dataclass(frozen=True)
class Prepared:
    """What `prepare` made: folder of the Parquet files, manifest per table.

    `hashes` {table: hash of source contents, mapping and intake code}; `ledger` rows as lists in
    the order of LEDGER_COLUMNS; `rows_read` and `rows_kept` per table; `file_rows` {table: {file: rows
    read}}; `first_on`, `last_on` (ISO dates) of the
    orders; `latest` {table: {column: ISO date of its last day}}; `duplicates` of the customers: pairs,
    customers, expected (None: no name, number or address to tell them by).
    """

    folder: Path
    hashes: dict[str, str]
    ledger: list[list]
    rows_read: dict[str, int]
    rows_kept: dict[str, int]
    file_rows: dict[str, dict[str, int]]
    first_on: str | None
    last_on: str | None
    latest: dict[str, dict[str, str]]
    duplicates: dict | None


def prepare(client: Client, *, data_dir: Path) -> Prepared:
    """Make data/<client>/tables/*.parquet where sources, mapping or intake code changed.

    A table that isn't mapped is not made. Raises InputError in reader's words for whatever can't
    be read, and when no usable row of orders is left; other tables may be empty.
    """
    base = Path(data_dir) / client.folder
    folder = base / "tables"
    context, merged = context_of(client, base)
    old = load_manifest(folder)
    new: dict[str, dict] = {}
    # the others are held against these two
    order = sorted(client.sources, key=lambda name: (name != "fx", name != "customers"))
    with tempfile.TemporaryDirectory(prefix="workbook-") as fetched:
        for name in order:
            sources = client.sources[name]
            blocks = find_blocks(sources, base, Path(fetched))
            files = {label_of(p, base): p for block in blocks for p in block.all_files}
            before = old.get(name, {})
            stamps = stamps_of(files, before.get("files", {}), Path(fetched))
            settled = json.dumps([asdict(source) for source in sources], sort_keys=True)
            contents = [[label, stamp["content"]] for label, stamp in stamps.items()]
            parts = [contents, settled, code_hash()]
            parts += _surroundings(TABLES[name], client, new, merged)
            digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
            if before.get("hash") == digest and (folder / f"{name}.parquet").is_file():
                new[name] = {**before, "files": stamps}
            else:
                made = _make(TABLES[name], blocks, folder, context)
                new[name] = {"hash": digest, "files": stamps, **made}
    new = {table: new[table] for table in client.sources}
    if new != old:
        write_manifest(folder, new)
    orders = new.get("orders", {})
    return Prepared(
        folder=folder,
        hashes={table: entry["hash"] for table, entry in new.items()},
        ledger=[row for entry in new.values() for row in entry["ledger"]],
        rows_read={table: entry["rows_read"] for table, entry in new.items()},
        rows_kept={table: entry["rows_kept"] for table, entry in new.items()},
        file_rows={table: entry["file_rows"] for table, entry in new.items()},
        first_on=orders.get("first_on"),
        last_on=orders.get("last_on"),
        duplicates=new.get("customers", {}).get("duplicates"),
        latest={table: entry["latest"] for table, entry in new.items()},
    )


def _surroundings(table, client: Client, made: dict, merged: bytes) -> list:
    """What a table depends on beyond its own files: settings, merges, customers, exchange rates."""
    parts: list = [client.cleaning, client.scales, client.currency]
    parts.append(list(client.personal_data))
    if table.column("customer_id") is not None:
        parts.append(hashlib.sha256(merged).hexdigest())
        if table.name != "customers":
            parts.append(made.get("customers", {}).get("hash"))
    if table.column("currency") is not None and table.name != "fx":
        parts.append(made.get("fx", {}).get("hash"))
    return parts


def _make(table, blocks: list, folder: Path, context: Context) -> dict:
    """Write the canonical Parquet of one table; returns its manifest entry without hash."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".work-", dir=folder))
    except OSError as error:
        raise InputError(f"{called(folder)} can't be written: {error.strerror}") from error
    import duckdb

    try:
        connection = open_duckdb(work / "spill")
        try:
            staged = stage(connection, table, blocks, work)
            ledger = clean(connection, table, blocks, staged, context)
            entry = _write(connection, table, blocks, staged.files, work, folder, context)
        finally:
            connection.close()
    except duckdb.Error as error:
        raise unreadable(error, blocks[0].source.name) from error
    except OSError as error:
        raise InputError(f"{called(folder)} can't be written: {error.strerror}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return {
        **entry,
        "rows_read": sum(f.rows for f in staged.files),
        "file_rows": _by_name(staged.files),
        "ledger": [list(r) for r in ledger],
    }


def _by_name(files: list) -> dict[str, int]:
    rows: dict[str, int] = {}
    for file in files:  # two blocks may read the same file
        rows[file.name] = rows.get(file.name, 0) + file.rows
    return rows


def _write(connection, table, blocks, staged, work: Path, folder: Path, context: Context) -> dict:
    moment = table.moment
    days = f'min("{moment}")::DATE, max("{moment}")::DATE' if moment else "NULL, NULL"
    kept, first, last = connection.execute(
        f"SELECT count(*), {days} FROM typed WHERE _rule IS NULL"
    ).fetchone()
    dated = [c.name for c in table.columns if c.type in ("date", "time", "month")]
    described = {row[0] for row in connection.execute("DESCRIBE typed").fetchall()}
    dated = [name for name in dated if name in described]
    last_days = ", ".join(f'max("{c}")::DATE' for c in dated) or "count(*)"
    ends = connection.execute(f"SELECT {last_days} FROM typed WHERE _rule IS NULL").fetchone()
    read = sum(f.rows for f in staged)
    if not kept and table.name == "orders":
        raise InputError(
            f"{blocks[0].source.where}: no usable row is left of {read:,} in {staged[0].name}"
        )
    shown = [
        quoted(row[0])
        for row in connection.execute("DESCRIBE typed").fetchall()
        if not row[0].startswith("_")
        and not (table.column(row[0]).personal and row[0] not in context.personal_data)
    ]
    outputs = {
        f"{table.name}.parquet": f"SELECT {', '.join(shown)} FROM typed WHERE _rule IS NULL",
        f"{table.name}_review.parquet": review_sql(connection, shown, staged),
    }
    for name, query in outputs.items():
        copy = f"COPY ({query}) TO {literal(work / name)} (FORMAT parquet)"
        run_on_file(connection, copy, name)
    found = None
    if table.name == "customers" and context.on("likely_duplicates"):
        found = find_duplicates(connection, table, folder.parent, work)
        outputs |= {"customer_pairs.parquet": ""} if found else {}
    for name in outputs:
        os.replace(work / name, folder / name)
    return {
        "duplicates": asdict(found) if found else None,
        "rows_kept": kept,
        "first_on": first and first.isoformat(),
        "last_on": last and last.isoformat(),
        "latest": {c: day.isoformat() for c, day in zip(dated, ends, strict=False) if day},
    }
