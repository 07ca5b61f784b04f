"""Source files found by name or pattern, only ever inside data/<client>/."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath, PureWindowsPath

from workbook.intake.errors import InputError, nearest
from workbook.intake.kinds import READ_SUFFIXES

__all__ = ["find_files"]

_GLOB = re.compile(r"[*?\[]")


def find_files(given: str, base: Path, where: str) -> list[Path]:
    """Files named by `given` (a name or a glob) that really lie inside `base`.

    Raises InputError for a path that is absolute, holds `..` or is a link out of the folder, and
    when nothing is there.
    """
    at = f"{where}.path"
    parts = PurePosixPath(given.replace("\\", "/")).parts
    if ".." in parts or PurePosixPath(given).is_absolute() or PureWindowsPath(given).drive:
        raise InputError(f"{at}: '{given}' leaves data/{base.name}/; name a file inside it")
    if "\0" in given:
        raise InputError(f"{at}: '{given!r}' can't be a file name")
    root = base.resolve()
    exact = base / given
    if exact.exists() or not _GLOB.search(given):
        found = [exact]
    else:
        found = sorted(p for p in base.glob(given) if p.is_file())
        found = [p for p in found if p.relative_to(base).parts[0] != "tables"]
    if not found or not found[0].exists():
        there = [p.name for p in base.iterdir() if p.is_file()] if base.is_dir() else []
        raise InputError(f"data/{base.name}/{given} is missing ({at}){nearest(given, there)}")
    for path in found:
        if not path.resolve().is_relative_to(root):
            raise InputError(f"{at}: '{path.name}' is a link that leaves data/{base.name}/")
        if not path.is_file():
            raise InputError(f"{at}: data/{base.name}/{path.name} is not a file")
        if path.suffix.lower() not in READ_SUFFIXES:
            raise InputError(f"{at}: {path.name} is neither CSV, Excel, Parquet, SPSS nor DuckDB")
    return found
