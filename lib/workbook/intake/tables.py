"""Canonical tables: made once from the client's files, opened as of a day."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from workbook.intake.cleaning import clean
from workbook.intake.contract import TABLES
from workbook.intake.engine import connect, open_duckdb
from workbook.intake.errors import InputError
from workbook.intake.params import Client
from workbook.intake.sources import find_files, run_on_file, stage, unreadable

__all__ = ["Prepared", "Tables", "open_tables", "prepare"]

LEDGER_COLUMNS = ["table", "rule", "rows", "customers", "money", "detail"]


@dataclass(frozen=True)
class Prepared:
    """What `prepare` made: folder of the Parquet files, manifest per table.

    `hashes` {table: hash of source contents, mapping and intake code}; `ledger` rows as lists in
    the order of LEDGER_COLUMNS; `rows_read` and `last_on` (ISO date of the last order) per table.
    """

    folder: Path
    hashes: dict[str, str]
    ledger: list[list]
    rows_read: dict[str, int]
    first_on: str | None
    last_on: str | None


def prepare(client: Client, *, data_dir: Path) -> Prepared:
    """Make data/<client>/tables/*.parquet where sources, mapping or intake code changed.

    A table that isn't mapped is not made. Raises InputError in reader's words for whatever can't
    be read, and when no usable row is left in a mapped table.
    """
    base = Path(data_dir) / client.folder
    folder = base / "tables"
    old = _manifest(folder)
    new: dict[str, dict] = {}
    for table, source in client.sources.items():
        where = f"{client.where}: sources.{table}"
        files = find_files(source, base, where)
        before = old.get(table, {})
        stamps = _stamps(files, before.get("files", {}))
        settled = json.dumps(source, sort_keys=True)
        contents = [stamps[path.name]["sha256"] for path in files]
        digest = hashlib.sha256(json.dumps([contents, settled, _code_hash()]).encode()).hexdigest()
        if before.get("hash") == digest and (folder / f"{table}.parquet").is_file():
            new[table] = {**before, "files": stamps}
        else:
            made = _make(TABLES[table], source, files, where, folder)
            new[table] = {"hash": digest, "files": stamps, **made}
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
    )


def open_tables(client: Client, *, data_dir: Path, as_of: date | str | None = None) -> Tables:
    """Tables of the client up to the end of `as_of`.

    Without `as_of` the one of the params serves, else the last day in the data. Raises InputError
    when nothing is left up to that day.
    """
    prepared = prepare(client, data_dir=data_dir)
    if isinstance(as_of, str):
        try:
            as_of = date.fromisoformat(as_of) if as_of else None
        except ValueError as error:
            raise InputError(f"as_of must be a date such as 2011-12-09, not '{as_of}'") from error
    chosen = as_of or client.as_of
    guessed = chosen is None
    if guessed:
        if prepared.last_on is None:
            raise InputError(f"{client.where}: as_of is missing, and no orders tell the last day")
        chosen = date.fromisoformat(prepared.last_on)
    return Tables(client, prepared, chosen, guessed)


class Tables:
    """Ibis tables cut at the end of `as_of`: `tables["orders"]`, or `tables.orders`.

    `as_of_guessed` is True when the last day of the data serves as as_of.
    """

    def __init__(self, client: Client, prepared: Prepared, as_of: date, guessed: bool):
        self.client = client
        self.as_of = as_of
        self.as_of_guessed = guessed
        self.rows_read = sum(prepared.rows_read.values())
        self._prepared = prepared
        self._open: dict = {}
        if "orders" in self and self.span[0] is None:
            raise InputError(
                f"no order up to {as_of.isoformat()} is left; the first one is of"
                f" {prepared.first_on} ({client.where}: as_of)"
            )

    def __contains__(self, name: str) -> bool:
        return name in self._prepared.hashes

    def __getitem__(self, name: str):
        if name not in self:
            raise InputError(f"{self.client.where}: sources has no table '{name}'")
        if name not in self._open:
            path = self._prepared.folder / f"{name}.parquet"
            self._open[name] = self._cut(self.connection.read_parquet(path, table_name=name))
        return self._open[name]

    def __getattr__(self, name: str):
        if name in TABLES:
            return self[name]
        raise AttributeError(name)

    def has(self, name: str, *columns: str) -> bool:
        """Whether the table is there with all `columns`."""
        return name in self and set(columns) <= set(self[name].columns)

    @cached_property
    def connection(self):
        """Ibis connection to DuckDB that all tables share."""
        return connect()

    @property
    def hash(self) -> str:
        """Hash over all tables and as_of."""
        parts = [*sorted(self._prepared.hashes.items()), self.as_of.isoformat()]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    @cached_property
    def span(self) -> tuple[date | None, date | None]:
        """First and last day with an order."""
        if "orders" not in self:
            return None, None
        orders = self["orders"]
        first, last = (
            orders.aggregate(first=orders.ordered_at.min(), last=orders.ordered_at.max())
            .execute()
            .iloc[0]
        )
        return (None, None) if first is None or first != first else (first.date(), last.date())

    @cached_property
    def review(self):
        """Order rows set aside, removed or kept as possible duplicates: `rule`, `file`, `row`
        and the canonical columns; None when there are none."""
        path = self._prepared.folder / "orders_review.parquet"
        return self.connection.read_parquet(path) if path.is_file() else None

    @cached_property
    def ledger(self):
        """pandas DataFrame of cleaning: table, rule, rows, customers, money, detail."""
        import pandas as pd

        ledger = [list(row) for row in self._prepared.ledger]
        if "orders" in self and self._prepared.last_on > self.as_of.isoformat():
            raw = self.connection.read_parquet(self._prepared.folder / "orders.parquet")
            late = raw.filter(raw.ordered_at >= self._end())
            tally = late.aggregate(
                rows=late.count(), customers=late.customer_id.nunique(), money=late.amount.sum()
            ).execute()
            row = tally.iloc[0]
            ledger.append(
                ["orders", "after_as_of", row["rows"], row["customers"], row["money"], ""]
            )
        frame = pd.DataFrame(ledger, columns=LEDGER_COLUMNS)
        return frame.astype({"rows": "int64", "customers": "Int64", "money": "float64"})

    def _end(self):
        import ibis

        return ibis.timestamp((self.as_of + timedelta(days=1)).isoformat())

    def _cut(self, table):
        if "ordered_at" in table.columns:
            table = table.filter(table.ordered_at < self._end())
        if "recorded_at" in table.columns:
            table = table.filter(table.recorded_at.isnull() | (table.recorded_at < self._end()))
        return table


def _make(table, source: dict, files: list[Path], where: str, folder: Path) -> dict:
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
            staged = stage(connection, table, source, files, where, work)
            ledger = clean(connection, table, source, staged, where)
            entry = _write(connection, table, staged, work, folder, where)
        finally:
            connection.close()
    except duckdb.Error as error:
        raise unreadable(error, source["path"]) from error
    except OSError as error:
        raise InputError(f"{_called(folder)} can't be written: {error.strerror}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return {**entry, "rows_read": sum(f.rows for f in staged), "ledger": [list(r) for r in ledger]}


def _write(connection, table, staged, work: Path, folder: Path, where: str) -> dict:
    kept, first, last = connection.execute(
        "SELECT count(*), "
        + (
            "min(ordered_at)::DATE, max(ordered_at)::DATE"
            if table.name == "orders"
            else "NULL, NULL"
        )
        + " FROM typed WHERE _rule IS NULL"
    ).fetchone()
    if not kept:
        read = sum(f.rows for f in staged)
        raise InputError(f"{where}: no usable row is left of {read:,} in {staged[0].name}")
    outputs = {
        f"{table.name}.parquet": "SELECT COLUMNS(c -> c NOT LIKE '\\_%' ESCAPE '\\') FROM typed WHERE _rule IS NULL"
    }
    if table.name == "orders":
        places = " ".join(
            f"WHEN _row >= {f.first_row} THEN {{'file': '{f.name.replace(chr(39), chr(39) * 2)}',"
            f" 'row': _row + {f.offset}}}"
            for f in reversed(staged)
        )
        outputs["orders_review.parquet"] = (
            "SELECT * EXCLUDE (place), unnest(place) FROM ("
            "SELECT coalesce(_rule, 'possible_duplicates_kept') AS rule,"
            f" CASE {places} END AS place, COLUMNS(c -> c NOT LIKE '\\_%' ESCAPE '\\') FROM typed"
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


def _stamps(files: list[Path], before: dict) -> dict[str, dict]:
    """{file name: size, time and content hash}; the content is read only where the rest differs."""
    stamps = {}
    for path in files:
        found = path.stat()
        quick = {"size": found.st_size, "mtime_ns": found.st_mtime_ns}
        known = before.get(path.name, {})
        if {k: known.get(k) for k in quick} == quick:
            stamps[path.name] = known
        else:
            with path.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            stamps[path.name] = {**quick, "sha256": digest}
    return stamps


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
