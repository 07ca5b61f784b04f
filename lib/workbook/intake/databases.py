"""Tables of a client's SQL database, fetched through Ibis into a Parquet file."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from workbook.intake.errors import InputError, nearest
from workbook.intake.mapping import Source

__all__ = ["fetch"]


def fetch(source: Source, folder: Path) -> Path:
    """Write the table to a Parquet file in `folder`, its rows in one order, and return its path.

    The password comes from WORKBOOK_DB_PASSWORD, or from where the driver itself looks (for
    PostgreSQL PGPASSWORD and the file .pgpass). Only a SELECT is sent. Raises InputError, never
    with a password in it.
    """
    import ibis

    password = os.environ.get("WORKBOOK_DB_PASSWORD", "")
    at = source.where
    try:
        connection = ibis.connect(_address(source.database, password))
    except Exception as error:  # every driver has errors of its own
        raise InputError(f"{at}.database: {_told(error, password)}") from error
    try:
        schema, _, name = source.table.rpartition(".")
        tables = connection.list_tables(database=schema or None)
        if name not in tables:
            raise InputError(
                f"{at}: the database has no table '{source.table}'{nearest(name, tables)}"
            )
        table = connection.table(name, database=schema or None)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / _file_name(source)
        _plain(table).to_parquet(path)
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"{at}: {source.table} can't be read: {_told(error, password)}") from error
    finally:
        connection.disconnect()
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


def _file_name(source: Source) -> str:
    """A name that messages can show, told apart by the address."""
    shown = re.sub(r"\W+", "_", source.table)[:60]
    return f"{shown}.{hashlib.sha256(source.database.encode()).hexdigest()[:8]}.parquet"


def _told(error: Exception, password: str) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    text = (
        text.replace(password, "***").replace(quote(password, safe=""), "***") if password else text
    )
    if isinstance(error, ImportError):
        return f"the driver is not installed ({text}): pip install 'customer-workbook[postgres]'"
    return text[:300]
