"""Blocks of one table, found inside data/<client>/ and staged in DuckDB as they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from workbook.intake.cells import (
    cells_of,
    key_sql,
    mark_sums,
    not_kept_sql,
    row_hash_sql,
    suspects_sql,
    unused_alternatives,
)
from workbook.intake.contract import Table
from workbook.intake.databases import fetch
from workbook.intake.errors import InputError, nearest
from workbook.intake.large_files import plain_kinds
from workbook.intake.locations import find_files
from workbook.intake.mapping import Source
from workbook.intake.relations import Relation, open_relation, run_on_file

__all__ = ["Block", "SourceFile", "Staged", "find_blocks", "stage"]


@dataclass(frozen=True)
class Block:
    """One block of the params with the files it names; `joins` likewise."""

    source: Source
    files: tuple[Path, ...]
    joins: tuple[Block, ...] = ()

    @property
    def all_files(self) -> list[Path]:
        """Files of the block and of what it joins."""
        return [*self.files, *(path for join in self.joins for path in join.all_files)]


@dataclass(frozen=True)
class SourceFile:
    """One staged file. Its row as a reader counts is the staging row plus `offset`.

    `rows` are all below its heading, those left out included.
    """

    name: str
    encoding: str
    first_row: int
    rows: int
    offset: int


@dataclass(frozen=True)
class Staged:
    """Files in the order of their rows; (rule, rows, customers, money, detail) for the ledger, of
    what was left out or is doubtful before a value is read."""

    files: list[SourceFile]
    ledger: list[tuple]


def find_blocks(sources: Sequence[Source], base: Path, fetched: Path) -> list[Block]:
    """Blocks with their files inside the folder `base`; tables of databases are written to files
    of their own in the folder `fetched`. Raises InputError where nothing is found."""
    return [
        Block(
            source,
            (fetch(source, fetched),)
            if source.database
            else tuple(find_files(source.path, base, source.where)),
            tuple(find_blocks(source.joins, base, fetched)),
        )
        for source in sources
    ]


def stage(connection, table: Table, blocks: Sequence[Block], work: Path) -> Staged:
    """Make the DuckDB view `lines`: canonical names, `_row`, `_row_hash` over the whole row of
    its file, and `_block`, the number of the block from 0.

    Text files and Excel cells arrive as text, columns of typed files in their own type where all
    files agree. Personal columns are staged too: cleaning knows people by them. Raises
    InputError naming file and column.
    """
    stager = _Stager(connection, table, work)
    files = stager.fill("raw", blocks)
    connection.execute(
        "CREATE VIEW lines AS SELECT * EXCLUDE (_left_out, _suspects), rowid AS _row FROM raw"
        " WHERE _left_out IS NULL"
    )
    return Staged(files, stager.ledger + _rows_left_out(connection, files))


class _Stager:
    """Fills tables of DuckDB from blocks; joined blocks become lookup tables before."""

    def __init__(self, connection, table: Table, work: Path):
        self.connection, self.table, self.work = connection, table, work
        self.ledger: list[tuple] = []
        self._number = count()
        self._opened: dict[tuple, Relation] = {}

    def fill(self, target: str, blocks: Sequence[Block]) -> list[SourceFile]:
        """Create the table `target` with the canonical columns of all blocks."""
        import duckdb

        parts = []
        for number, block in enumerate(blocks):
            lookups = [self._lookup(join) for join in block.joins]
            relations = [self._open(block.source, path) for path in block.files]
            unused_alternatives(block.source, relations)
            for path, relation in zip(block.files, relations, strict=True):
                joined: dict[str, list] = {}
                for at, (_, columns) in enumerate(lookups):
                    for name, kind in columns.items():
                        joined.setdefault(name, []).append((f'j{at}."{name}"', kind))
                cells = cells_of(self.table, block.source, relation, joined, path.name)
                parts.append((number, block, path, relation, lookups, cells))
        found: dict[str, set[str]] = {}
        for *_, cells in parts:
            for name, (_, kind) in cells.items():
                found.setdefault(name, set()).add(kind)
        kinds = {n: next(iter(k)) if len(k) == 1 else "VARCHAR" for n, k in found.items()}
        plain: dict[str, str] = {}
        if not any(block.joins or block.source.on for block in blocks):
            held = [(block.source, path, r, cells) for _, block, path, r, _, cells in parts]
            plain = plain_kinds(self.connection, self.table, held)
        try:
            files = self._load(target, parts, kinds | plain)
        except InputError as error:
            if not (plain and isinstance(error.__cause__, duckdb.ConversionException)):
                raise
            self.connection.execute(f"DROP TABLE IF EXISTS {target}")
            files = self._load(target, parts, kinds)
        mark_sums(self.connection, target)
        return files

    def _load(self, target: str, parts: list[tuple], kinds: dict[str, str]) -> list[SourceFile]:
        """Create the table `target` from all parts, its columns staged as `kinds`."""
        files: list[SourceFile] = []
        total = 0
        for number, block, path, relation, lookups, cells in parts:
            columns = []
            for name, kind in kinds.items():
                cell = cells[name][0] if name in cells else "NULL"
                if name in cells and kind != cells[name][1] == "VARCHAR":
                    cell = f"nullif({cell}, '')"
                columns.append(f'CAST({cell} AS {kind}) AS "{name}"')
            columns += self._own_columns(number, block.source, relation, path.name)
            rows_of = self._joined(block, relation, lookups, path.name)
            select = f"SELECT {', '.join(columns)} FROM {rows_of}"
            statement = f"INSERT INTO {target} " if files else f"CREATE TABLE {target} AS "
            run_on_file(self.connection, statement + select, path.name)
            held = self.connection.execute(f"SELECT count(*) FROM {target}").fetchone()[0]
            offset = (relation.first_line or 1) - total
            files.append(SourceFile(path.name, relation.encoding, total, held - total, offset))
            total = held
        return files

    def _own_columns(self, number: int, source: Source, relation: Relation, name: str) -> list[str]:
        left_out = [
            f"{not_kept_sql(source, relation, name)} AS _left_out",
            f"{suspects_sql(self.table, source, relation)} AS _suspects",
        ]
        if not source.on:
            block = f"{number}::UTINYINT AS _block"
            return [f"{row_hash_sql(relation)} AS _row_hash", block, *left_out]
        keys = [
            f"{key_sql(*self._cell(relation, heading, source.where, name))} AS _key_{i}"
            for i, heading in enumerate(source.on.values())
        ]
        return [*keys, *left_out]

    def _lookup(self, join: Block) -> tuple[str, dict[str, str]]:
        """Name of a table with one row per key of the joined files, and its columns' types.

        The first row of a key counts; `_several` says that others differ from it.
        """
        name = f"joined_{next(self._number)}"
        self.fill(f"{name}_rows", [join])
        described = self.connection.execute(f"DESCRIBE {name}_rows").fetchall()
        columns = {row[0]: row[1] for row in described if not row[0].startswith("_")}
        keys = ", ".join(f"_key_{i}" for i in range(len(join.source.on)))
        firsts = ", ".join(f'first("{c}" ORDER BY rowid) AS "{c}"' for c in columns)
        packed = ", ".join(f'"{c}"' for c in columns)
        self.connection.execute(
            f"CREATE TABLE {name} AS SELECT {keys}, {firsts},"
            f" min(hash({packed})) <> max(hash({packed})) AS _several"
            f" FROM {name}_rows WHERE _left_out IS NULL AND _key_0 IS NOT NULL GROUP BY {keys}"
        )
        self.connection.execute(f"DROP TABLE {name}_rows")
        return name, columns

    def _joined(self, block: Block, relation: Relation, lookups: list, name: str) -> str:
        """SQL behind FROM: rows of the file in their order, each with its joined row."""
        if not lookups:
            return f"{relation.sql} AS f"
        file = f"file_rows_{next(self._number)}"
        run_on_file(
            self.connection, f"CREATE TEMP TABLE {file} AS SELECT * FROM {relation.sql}", name
        )
        sql = f"{file} AS f"
        for at, ((lookup, _), join) in enumerate(zip(lookups, block.joins, strict=True)):
            keys = [
                key_sql(*self._cell(relation, heading, join.source.where, name))
                for heading in join.source.on
            ]
            on = " AND ".join(f"{key} = j{at}._key_{i}" for i, key in enumerate(keys))
            sql += f" LEFT JOIN {lookup} AS j{at} ON {on}"
            several, missing = self.connection.execute(
                f"SELECT count(*) FILTER (j{at}._several),"
                f" count(*) FILTER (j{at}._key_0 IS NULL AND {keys[0]} IS NOT NULL)"
                f" FROM {file} AS f LEFT JOIN {lookup} AS j{at} ON {on}"
            ).fetchone()
            detail = f"{name}: {join.source.name}"
            for rule, rows in (("ambiguous_join", several), ("unmatched_join", missing)):
                if rows:
                    self.ledger.append((rule, rows, None, None, detail))
        return f"{sql} ORDER BY f.rowid"

    def _open(self, source: Source, path: Path) -> Relation:
        way = (source.sheet, source.heading_row, source.encoding, source.delimiter)
        if (path, *way) not in self._opened:  # a file may be joined to several blocks
            relation = open_relation(
                self.connection,
                path,
                self.work,
                next(self._number),
                sheet=source.sheet,
                heading_row=source.heading_row,
                encoding=source.encoding,
                delimiter=source.delimiter,
            )
            self._opened[path, *way] = relation
        return self._opened[path, *way]

    def _cell(self, relation: Relation, heading: str, where: str, name: str) -> tuple[str, str]:
        if heading not in relation.headings:
            hint = nearest(heading, relation.headings)
            raise InputError(f"{name} has no column '{heading}' ({where}.on){hint}")
        position = relation.headings.index(heading)
        return f"f.c{position}", relation.types[position]


def _rows_left_out(connection, files: list[SourceFile]) -> list[tuple]:
    """Ledger rows of `raw` per rule."""
    rows = connection.execute(
        "SELECT _left_out, count(*) FROM raw WHERE _left_out IS NOT NULL GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    detail = files[0].name if len(files) == 1 else ""
    return [(rule, n, None, None, detail) for rule, n in rows]
