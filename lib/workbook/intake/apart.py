"""Files whose readers can crash or hang on damaged bytes, read by a process of their own.

The libraries for SPSS and DuckDB files are written in C and C++: a file made to harm, or merely cut
in transit, may take the whole process down with it. Here it takes only a child, which otherwise
leaves each table as Parquet.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from workbook.intake.errors import InputError

__all__ = ["copied_tables"]

_SECONDS = 60  # for opening; more for what there is to copy
_SECONDS_PER_MB = 0.5
_MOST_MEMORY = 8 << 30  # bytes of address space of the child


def copied_tables(path: Path, kind: str, folder: Path, number: int, table: str = "") -> list[dict]:
    """Tables of a file of `kind` spss or duckdb, copied as Parquet into `folder`.

    Each is a dict: name, file (None for the tables that were not asked for), headings, labels
    {heading: text} and codes {position: column}. With `table` only that one is copied, if there
    is one. Raises InputError in reader's words, also where the child crashed or took too long.
    """
    target = folder / f"copied_{number}"
    target.mkdir()
    command = [sys.executable, "-m", "workbook.intake.apart", kind, str(path), str(target), table]
    megabytes = path.stat().st_size / 1e6
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS + _SECONDS_PER_MB * megabytes,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(
            f"{path.name} can't be read: reading it does not come to an end"
        ) from error
    try:
        answer = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError) as error:
        raise InputError(f"{path.name} can't be read: it is damaged") from error
    if "error" in answer:
        raise InputError(answer["error"])
    return answer["tables"]


def _main(kind: str, given: str, folder: str, table: str) -> dict:
    from workbook.intake.duckdb_files import copy_tables
    from workbook.intake.spss import copy_spss

    _limit()
    path, target = Path(given), Path(folder)
    try:
        tables = copy_spss(path, target) if kind == "spss" else copy_tables(path, target, table)
    except InputError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": f"{path.name} needs more memory than there is"}
    return {"tables": tables}


def _limit() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass  # not a Unix, or a lower limit is set already


if __name__ == "__main__":
    print(json.dumps(_main(*sys.argv[1:5])))
