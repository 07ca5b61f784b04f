"""Rows of an Excel sheet as text, refusing files that unpack to more than a sheet can be."""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime, time
from pathlib import Path

from workbook.intake.errors import InputError

__all__ = ["all_sheets", "sheet_rows"]

_LARGEST_UNPACKED = 1_000_000_000  # bytes over all parts; a full sheet of a million rows is less
_LARGEST_RATIO = 200  # ordinary workbooks pack 5 to 20 times
_MOST_CELLS = 40_000_000
_CELL = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')


def sheet_rows(path: Path, name: str, sheet: str = "") -> list[list[str | None]]:
    """All rows of one sheet (the first if not named), cells as text: dates in ISO form,
    whole numbers without decimals, empty cells None. Raises InputError in reader's words."""
    book = _open(path, name)
    sheets = book.sheet_names
    if sheet and sheet not in sheets:
        raise InputError(f"{name} has no sheet '{sheet}'; it has {', '.join(sheets)}")
    if not sheets:
        raise InputError(f"{name} has no sheet")
    return _rows(book, sheet or sheets[0], name)


def all_sheets(path: Path, name: str) -> dict[str, list[list[str | None]]]:
    """{sheet: rows} of the sheets that hold anything, in their order."""
    book = _open(path, name)
    found = {sheet: _rows(book, sheet, name) for sheet in book.sheet_names}
    return {sheet: rows for sheet, rows in found.items() if rows}


def _open(path: Path, name: str):
    from python_calamine import CalamineError, CalamineWorkbook

    with path.open("rb") as content:
        packed = content.read(2) == b"PK"
    if packed:
        _check_unpacked(path, name)
    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError, ValueError) as error:
        raise InputError(f"{name} can't be read as an Excel file: {error}") from error


def _rows(book, sheet: str, name: str) -> list[list[str | None]]:
    from python_calamine import CalamineError

    try:
        # empty rows and columns at the start stay: rows are counted as Excel shows them
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise InputError(f"{name} can't be read as an Excel file: {error}") from error
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: object) -> str | None:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        # above 2**53 Excel itself has lost digits: leave that visible as 1.2e+18
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime | date | time):
        return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()
    return str(cell) if cell not in (None, "") else None


def _check_unpacked(path: Path, name: str) -> None:
    """Read every part once, counting: declared sizes may lie, a bad sum then gives it away."""
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            total = sum(part.file_size for part in parts)
            if total > _LARGEST_UNPACKED or total > _LARGEST_RATIO * path.stat().st_size + 10**7:
                raise InputError(f"{name} unpacks to {total / 1e6:,.0f} MB: too much for a sheet")
            for part in parts:
                with packed.open(part) as content:
                    _check_cells(content, name, part.filename.startswith("xl/worksheets/"))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise InputError(f"{name} can't be read as an Excel file: {error}") from error
    except zipfile.zlib.error as error:
        raise InputError(f"{name} is damaged: {error}") from error


def _check_cells(content, name: str, is_sheet: bool) -> None:
    """Two far corners span billions of cells that a reader would have to hold."""
    right = bottom = 0
    tail = b""
    while chunk := content.read(1 << 20):
        if is_sheet:
            for letters, row in _CELL.findall(tail + chunk):
                column = 0
                for letter in letters:
                    column = column * 26 + letter - 64
                right, bottom = max(right, column), max(bottom, int(row))
            if right * bottom > _MOST_CELLS:
                raise InputError(f"{name} spans {bottom:,} rows and {right:,} columns: too much")
            tail = chunk[-20:]
