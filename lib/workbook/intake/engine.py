"""One place where DuckDB is opened and told how much it may use."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

__all__ = ["connect", "open_duckdb"]

MEMORY_LIMIT = "2GB"  # of DuckDB's buffers; the process takes some hundred MB more


def settings() -> dict[str, str]:
    """DuckDB settings; WORKBOOK_MEMORY and WORKBOOK_THREADS in the environment override."""
    chosen = {
        "memory_limit": os.environ.get("WORKBOOK_MEMORY", MEMORY_LIMIT),
        "temp_directory": str(Path(tempfile.gettempdir()) / f"workbook-{os.getpid()}"),
    }
    if threads := os.environ.get("WORKBOOK_THREADS"):
        chosen["threads"] = threads
    return chosen


def open_duckdb(database: str | Path = ":memory:"):
    """Plain DuckDB connection with the settings of this project."""
    import duckdb

    connection = duckdb.connect(str(database), config=settings())
    connection.execute("SET TimeZone = 'UTC'")
    with suppress(duckdb.InvalidInputException):
        # in Jupyter without ipywidgets DuckDB refuses the setting, and draws no bar either
        connection.execute("SET enable_progress_bar = false")
    return connection


def connect():
    """Ibis connection to an in-memory DuckDB with the settings of this project."""
    import ibis

    return ibis.duckdb.from_connection(open_duckdb())
