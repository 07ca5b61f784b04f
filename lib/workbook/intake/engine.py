"""One place where DuckDB is opened and told how much it may use."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

__all__ = ["connect", "open_duckdb", "write_by_customer"]

MEMORY_LIMIT = "3.4GB"  # of DuckDB's buffers; the whole process then stays below 4


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


def connect(*, fuse: bool = True):
    """Ibis connection to an in-memory DuckDB with the settings of this project.

    Without `fuse` Ibis leaves nested selects as they are and DuckDB takes them apart: that saves a
    tenth of the time of building queries, which on small tables is most of the time of a query. On
    large ones a part that is used twice would be kept whole, with every column.
    """
    import ibis

    from workbook.intake.frames import quick_frames

    ibis.options.sql.fuse_selects = fuse
    return quick_frames(ibis.duckdb.from_connection(open_duckdb()))


def write_by_customer(build, table, path: Path, *, rows_at_once: int = 34_000_000) -> None:
    """Write the Ibis table `build(table)` to the Parquet file `path`, its rows in no fixed order.

    `build` gives rows of each customer from the rows of that customer alone. A table of more than
    `rows_at_once` rows is read several times, each time for one part of the customers: what does
    not fit into memory takes longer to spill than to read again.
    """
    parts = -(-table.count().to_pyarrow().as_py() // rows_at_once)
    backend = table.get_backend()
    backend.raw_sql("SET preserve_insertion_order = false")  # else one thread writes alone
    try:
        if parts < 2:
            build(table).to_parquet(path)
        else:
            _write_parts(build, table, Path(path), parts)
    finally:
        backend.raw_sql("RESET preserve_insertion_order")


def _write_parts(build, table, path, parts):
    import ibis

    @ibis.udf.scalar.builtin(name="hash")
    def part_of(customer_id: str) -> int: ...  # Ibis's own hash goes through a string of bits

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        for part in range(parts):
            some = table.filter(part_of(table.customer_id) % parts == part)
            build(some).to_parquet(Path(folder) / f"{part}.parquet")
        table.get_backend().read_parquet(Path(folder) / "*.parquet").to_parquet(path)
