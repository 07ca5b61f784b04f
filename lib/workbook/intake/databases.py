"""Tables of a client's SQL database, fetched through Ibis into a Parquet file."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from workbook.intake.errors import InputError, nearest
from workbook.intake.mapping import Source, check_address

__all__ = ["fetch", "fetch_all"]


def fetch(source: Source, folder: Path) -> Path:
    """Write the table to a Parquet file in `folder`, its rows in one order, and return its path.

    The password comes from WORKBOOK_DB_PASSWORD, or from where the driver itself looks (for
    PostgreSQL PGPASSWORD and the file .pgpass). Only a SELECT is sent. Raises InputError, never
    with a password in it.
    """
    with _connected(source.database, f"{source.where}.database") as connection:
        schema, _, name = source.table.rpartition(".")
        tables = _listed(connection, schema, source.where)
        if name not in tables:
            raise InputError(
                f"{source.where}: the database has no table '{source.table}'{nearest(name, tables)}"
            )
        return _written(connection, source.table, folder / _file_name(source), source.where)


def fetch_all(address: str, folder: Path) -> dict[str, Path]:
    """Every table of the database's own schema as {table.parquet: path in `folder`}.

    `address` is as in `database:` of the params; one that holds a password is refused. Raises
    InputError also where there is no table.
    """
    shown = "the database"
    check_address(address, "its address")
    with _connected(address, shown) as connection:
        tables = sorted(_listed(connection, "", shown))
        if not tables:
            raise InputError(f"{shown} holds no table")
        return {
            f"{_plain_name(table)}.parquet": _written(
                connection, table, folder / f"{_plain_name(table)}.parquet", shown
            )
            for table in tables
        }


@contextmanager
def _connected(address: str, at: str):
    import ibis

    password = os.environ.get("WORKBOOK_DB_PASSWORD", "")
    try:
        connection = ibis.connect(_address(address, password))
    except Exception as error:  # every driver has errors of its own
        raise InputError(f"{at}: {_told(error)}") from error
    try:
        yield connection
    finally:
        connection.disconnect()


def _listed(connection, schema: str, at: str) -> list[str]:
    try:
        return connection.list_tables(database=schema or None)
    except Exception as error:
        raise InputError(f"{at}: {_told(error)}") from error


def _written(connection, name: str, path: Path, at: str) -> Path:
    schema, _, bare = name.rpartition(".")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _plain(connection.table(bare, database=schema or None)).to_parquet(path)
    except Exception as error:
        raise InputError(f"{at}: {name} can't be read: {_told(error)}") from error
    return path


def _address(address: str, password: str) -> str:
    parts = urlsplit(address)
    if not password:
        return address
    user, _, host = parts.netloc.rpartition("@")
    netloc = f"{user}:{quote(password, safe='')}@{host}"
    return urlunsplit(parts._replace(netloc=netloc))


def _plain(table):
    """The table, sorted, with text for what is neither number, date, time, flag nor text."""
    casts = {
        name: "string"
        for name, kind in table.schema().items()
        if not (
            kind.is_numeric()
            or kind.is_date()
            or kind.is_timestamp()
            or kind.is_boolean()
            or kind.is_string()
        )
    }
    table = table.cast(casts) if casts else table
    return table.order_by(*table.columns)


def _plain_name(table: str) -> str:
    return re.sub(r"[^\w-]+", "_", table)[:80]


def _file_name(source: Source) -> str:
    """A name that messages can show, told apart by the address."""
    shown = _plain_name(source.table)
    return f"{shown}.{hashlib.sha256(source.database.encode()).hexdigest()[:8]}.parquet"


def _told(error: Exception) -> str:
    password = os.environ.get("WORKBOOK_DB_PASSWORD", "")
    text = " ".join(str(error).split()) or type(error).__name__
    text = (
        text.replace(password, "***").replace(quote(password, safe=""), "***") if password else text
    )
    if isinstance(error, ImportError):
        return f"the driver is not installed ({text}): pip install 'customer-workbook[postgres]'"
    return text[:300]
