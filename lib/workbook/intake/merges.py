"""The merge file: which customers are one and the same, as people have decided."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from workbook.intake.errors import InputError, nearest

__all__ = ["MERGES", "REVIEW", "merge_content", "read_merges"]

REVIEW = "review"  # folder inside data/<client>/: sheets with personal data, which stay there
MERGES = "merge_customers.csv"
_COLUMNS = ("customer_id", "merge_into")


def merge_content(base: Path) -> bytes:
    """Bytes of data/<client>/review/merge_customers.csv; empty without one."""
    path = base / REVIEW / MERGES
    try:
        return path.read_bytes() if path.is_file() else b""
    except OSError as error:
        raise InputError(f"{_called(base)} can't be read: {error.strerror}") from error


def read_merges(base: Path) -> dict[str, str]:
    """{customer_id: the customer it is merged into}, chains followed to their end.

    Raises InputError naming the row of the file for whatever can't be followed: a missing column,
    a customer merged into two others, or into itself by way of others.
    """
    content, name = merge_content(base), _called(base)
    if not content:
        return {}
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8 text; save it as CSV UTF-8") from error
    head = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise InputError(f"{name} can't be read: {error}") from error
    headings = [cell.strip() for cell in rows[0]] if rows else []
    for column in _COLUMNS:
        if column not in headings:
            raise InputError(f"{name} has no column '{column}'{nearest(column, headings)}")
    who, into = (headings.index(column) for column in _COLUMNS)
    given: dict[str, str] = {}
    for number, row in enumerate(rows[1:], start=2):
        source, target = (_id(row[at]) if at < len(row) else "" for at in (who, into))
        if not source and not target:
            continue
        if not source or not target:
            raise InputError(f"{name} row {number}: customer_id and merge_into are both needed")
        if given.get(source, target) != target:
            raise InputError(f"{name} row {number}: '{source}' is merged into two customers")
        if source != target:
            given[source] = target
    return {source: _end(source, given, name) for source in given}


def _id(cell: str) -> str:
    """An id as typed; the apostrophe that keeps a spreadsheet from running it is not part of it."""
    return cell.strip().removeprefix("'")


def _end(source: str, given: dict[str, str], name: str) -> str:
    seen, target = {source}, given[source]
    while target in given:
        if target in seen:
            raise InputError(f"{name}: '{source}' is merged into itself by way of '{target}'")
        seen.add(target)
        target = given[target]
    return target


def _called(base: Path) -> str:
    return f"data/{base.name}/{REVIEW}/{MERGES}"
