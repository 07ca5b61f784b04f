"""What the canonical tables were made from: content of files, code, and what came out."""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from pathlib import Path

from workbook.intake.engine import open_duckdb
from workbook.intake.errors import InputError
from workbook.intake.relations import literal

__all__ = ["called", "code_hash", "label_of", "load_manifest", "stamps_of", "write_manifest"]


def stamps_of(files: dict[str, Path], before: dict, fetched: Path) -> dict[str, dict]:
    """{file: size, time and content hash}; the content is read only where the rest differs.

    Of a table fetched from a database the rows count, in whatever order they came.
    """
    stamps = {}
    for label, path in files.items():
        if path.is_relative_to(fetched):
            stamps[label] = {"content": _rows_hash(path)}
            continue
        found = path.stat()
        quick = {"size": found.st_size, "mtime_ns": found.st_mtime_ns}
        known = before.get(label, {})
        if "content" in known and {k: known.get(k) for k in quick} == quick:
            stamps[label] = known
        else:
            with path.open("rb") as content:
                # twice as fast as SHA-256 where the processor has no help for that
                digest = hashlib.file_digest(content, "blake2b").hexdigest()
            stamps[label] = {**quick, "content": digest}
    return stamps


def _rows_hash(path: Path) -> str:
    connection = open_duckdb()
    file = f"read_parquet({literal(path)})"
    query = f"SELECT count(*), bit_xor(hash(t)), sum(hash(t)) FROM {file} AS t"
    found = connection.execute(query).fetchone()
    columns = connection.execute(f"DESCRIBE FROM {file}").fetchall()
    connection.close()
    return hashlib.sha256(repr((found, columns)).encode()).hexdigest()


def label_of(path: Path, base: Path) -> str:
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else path.name


def load_manifest(folder: Path) -> dict:
    try:
        return json.loads((folder / "tables.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # missing or cut short: the tables are made again


def write_manifest(folder: Path, content: dict) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # a name of its own: two processes may write at once
        staged = folder / f".tables-{os.getpid()}.json"
        staged.write_text(json.dumps(content, indent=1), encoding="utf-8")
        staged.replace(folder / "tables.json")
    except OSError as error:
        raise InputError(f"{called(folder)} can't be written: {error.strerror}") from error


@cache
def code_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def called(folder: Path) -> str:
    return f"data/{folder.parent.name}/tables"
