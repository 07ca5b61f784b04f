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
from workbook.intake.contract import TABLES
from workbook.intake.engine import open_duckdb
from workbook.intake.errors import InputError
from workbook.intake.params import Client
from workbook.intake.relations import literal, quoted, run_on_file, unreadable
from workbook.intake.sources import find_blocks, stage

__all__ = ["LEDGER_COLUMNS", "Prepared", "prepare"]

LEDGER_COLUMNS = ["table", "rule", "rows", "customers", "money", "detail"]


@dataclass(frozen=True)
class Prepared:
    """What `prepare` made: folder of the Parquet files, manifest per table.

    `hashes` {table: hash of source contents, mapping and intake code}; `ledger` rows as lists in
    the order of LEDGER_COLUMNS; `rows_read` per table; `first_on`, `last_on` (ISO dates) of the
    orders; `last_days` {table: ISO date of its last row} of tables whose rows happen at a time.
    """

    folder: Path
    hashes: dict[str, str]
    ledger: list[list]
    rows_read: dict[str, int]
    first_on: str | None
    last_on: str | None
    last_days: dict[str, str]


def prepare(client: Client, *, data_dir: Path) -> Prepared:
    """Make data/<client>/tables/*.parquet where sources, mapping or intake code changed.

    A table that isn't mapped is not made. Raises InputError in reader's words for whatever can't
    be read, and when no usable row is left in a mapped table.
    """
    base = Path(data_dir) / client.folder
    folder = base / "tables"
    old = _manifest(folder)
    new: dict[str, dict] = {}
    with tempfile.TemporaryDirectory(prefix="workbook-") as fetched:
        for name, sources in client.sources.items():
            blocks = find_blocks(sources, base, Path(fetched))
            files = {_label(p, base): p for block in blocks for p in block.all_files}
            before = old.get(name, {})
            stamps = _stamps(files, before.get("files", {}), Path(fetched))
            settled = json.dumps([asdict(source) for source in sources], sort_keys=True)
            contents = [[label, stamp["sha256"]] for label, stamp in stamps.items()]
            parts = [contents, settled, client.personal_data, _code_hash()]
            digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
            if before.get("hash") == digest and (folder / f"{name}.parquet").is_file():
                new[name] = {**before, "files": stamps}
            else:
                made = _make(TABLES[name], blocks, folder, client.personal_data)
                new[name] = {"hash": digest, "files": stamps, **made}
    if new != old:
        _write_manifest(folder, new)
    orders = new.get("orders", {})
    return Prepared(
        folder=folder,
        hashes={table: entry["hash"] for table, entry in new.items()},
        ledger=[row for entry in new.values() for row in entry["ledger"]],
        rows_read={table: entry["rows_read"] for table, entry in new.items()},
        first_on=orders.get("first_on"),
        last_on=orders.get("last_on"),
        last_days={table: e["last_on"] for table, e in new.items() if e["last_on"]},
    )


def _make(table, blocks: list, folder: Path, personal: tuple) -> dict:
    """Write the canonical Parquet of one table; returns its manifest entry without hash."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".work-", dir=folder))
    except OSError as error:
        raise InputError(f"{_called(folder)} can't be written: {error.strerror}") from error
    import duckdb

    try:
        connection = open_duckdb(work / "spill")
        try:
            staged = stage(connection, table, blocks, work)
            ledger = staged.ledger + clean(connection, table, blocks, staged.files)
            entry = _write(connection, table, blocks, staged.files, work, folder, personal)
        finally:
            connection.close()
    except duckdb.Error as error:
        raise unreadable(error, blocks[0].source.name) from error
    except OSError as error:
        raise InputError(f"{_called(folder)} can't be written: {error.strerror}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return {
        **entry,
        "rows_read": sum(f.rows for f in staged.files),
        "ledger": [list(r) for r in ledger],
    }


def _write(connection, table, blocks, staged, work: Path, folder: Path, personal: tuple) -> dict:
    kept, first, last = connection.execute(
        "SELECT count(*), "
        + (
            f'min("{table.moment}")::DATE, max("{table.moment}")::DATE'
            if table.moment
            else "NULL, NULL"
        )
        + " FROM typed WHERE _rule IS NULL"
    ).fetchone()
    if not kept:
        read = sum(f.rows for f in staged)
        raise InputError(
            f"{blocks[0].source.where}: no usable row is left of {read:,} in {staged[0].name}"
        )
    # personal columns end here, but for those that the params ask for
    described = connection.execute("DESCRIBE typed").fetchall()
    columns = ", ".join(
        quoted(row[0])
        for row in described
        if not row[0].startswith("_") and (not table.column(row[0]).personal or row[0] in personal)
    )
    outputs = {f"{table.name}.parquet": f"SELECT {columns} FROM typed WHERE _rule IS NULL"}
    if table.name == "orders":
        places = " ".join(
            f"WHEN _row >= {f.first_row} THEN {{'file': {literal(f.name)},"
            f" 'row': _row + {f.offset}}}"
            for f in reversed(staged)
        )
        outputs["orders_review.parquet"] = (
            "SELECT * EXCLUDE (place), unnest(place) FROM ("
            "SELECT coalesce(_rule, 'possible_duplicates_kept') AS rule,"
            f" CASE {places} END AS place, {columns} FROM typed"
            " WHERE _rule IS NOT NULL OR _row IN (FROM copies) ORDER BY _row)"
        )
    for name, query in outputs.items():
        path = str(work / name).replace("'", "''")
        run_on_file(
            connection, f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)", name
        )
    for name in outputs:
        os.replace(work / name, folder / name)
    return {"first_on": first and first.isoformat(), "last_on": last and last.isoformat()}


def _stamps(files: dict[str, Path], before: dict, fetched: Path) -> dict[str, dict]:
    """{file: size, time and content hash}; the content is read only where the rest differs.

    Of a table fetched from a database the rows count, in whatever order they came.
    """
    stamps = {}
    for label, path in files.items():
        if path.is_relative_to(fetched):
            stamps[label] = {"sha256": _rows_hash(path)}
            continue
        found = path.stat()
        quick = {"size": found.st_size, "mtime_ns": found.st_mtime_ns}
        known = before.get(label, {})
        if {k: known.get(k) for k in quick} == quick:
            stamps[label] = known
        else:
            with path.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            stamps[label] = {**quick, "sha256": digest}
    return stamps


def _rows_hash(path: Path) -> str:
    connection = open_duckdb()
    file = f"read_parquet({literal(path)})"
    query = f"SELECT count(*), bit_xor(hash(t)), sum(hash(t)) FROM {file} AS t"
    found = connection.execute(query).fetchone()
    columns = connection.execute(f"DESCRIBE FROM {file}").fetchall()
    connection.close()
    return hashlib.sha256(repr((found, columns)).encode()).hexdigest()


def _label(path: Path, base: Path) -> str:
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else path.name


def _manifest(folder: Path) -> dict:
    try:
        return json.loads((folder / "tables.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # missing or cut short: the tables are made again


def _write_manifest(folder: Path, content: dict) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # a name of its own: two processes may write at once
        staged = folder / f".tables-{os.getpid()}.json"
        staged.write_text(json.dumps(content, indent=1), encoding="utf-8")
        staged.replace(folder / "tables.json")
    except OSError as error:
        raise InputError(f"{_called(folder)} can't be written: {error.strerror}") from error


def _code_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _called(folder: Path) -> str:
    return f"data/{folder.parent.name}/tables"
