"""One place where DuckDB is opened and told how much it may use."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

__all__ = ["connect", "open_duckdb"]

MEMORY_LIMIT = "3GB"  # of DuckDB's buffers; with 2GB a summary of 100 million orders does not fit


def open_duckdb(spill: Path | None = None):
    """Plain in-memory DuckDB; beyond its memory it spills to the folder `spill` (default: temp).

    WORKBOOK_MEMORY and WORKBOOK_THREADS in the environment override the settings.
    """
    import duckdb

    spill = spill or Path(tempfile.gettempdir()) / f"workbook-{os.getpid()}"
    chosen = {
        "memory_limit": os.environ.get("WORKBOOK_MEMORY", MEMORY_LIMIT),
        "temp_directory": str(spill),
    }
    if threads := os.environ.get("WORKBOOK_THREADS"):
        chosen["threads"] = threads
    connection = duckdb.connect(":memory:", config=chosen)
    connection.execute("SET TimeZone = 'UTC'")
    with suppress(duckdb.InvalidInputException):
        # in Jupyter without ipywidgets DuckDB refuses the setting, and draws no bar either
        connection.execute("SET enable_progress_bar = false")
    return connection


def connect():
    """Ibis connection to an in-memory DuckDB with the settings of this project."""
    import ibis

    return ibis.duckdb.from_connection(open_duckdb())
