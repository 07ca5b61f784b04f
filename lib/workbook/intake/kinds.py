"""What a file is, by its first bytes: names lie, and some kinds must never be opened."""

from __future__ import annotations

from pathlib import Path

from workbook.intake.errors import InputError

__all__ = ["READ_SUFFIXES", "file_kind"]

_SUFFIXES = {
    **dict.fromkeys((".csv", ".txt", ".tsv"), "text"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xls"), "excel"),
    ".parquet": "parquet",
    ".sav": "spss",
    ".zsav": "spss",
    ".duckdb": "duckdb",
}
READ_SUFFIXES = tuple(_SUFFIXES)
_PICKLES = (".pkl", ".pickle", ".joblib")
_CALLED = {
    "text": "text",
    "excel": "an Excel file",
    "parquet": "a Parquet file",
    "spss": "an SPSS file",
    "duckdb": "a DuckDB file",
}
#: first bytes of what is never read, and what to do about it
_REFUSED = {
    b"%PDF": "is a PDF: ask for the table itself, as CSV or Excel",
    b"\x1f\x8b": "is packed with gzip: unpack it first",
    b"7z\xbc\xaf": "is a 7z archive: unpack it first",
    b"Rar!": "is a RAR archive: unpack it first",
    b"SQLite format 3": "is a SQLite file: export its tables as CSV or Parquet",
    b"\x93NUMPY": "is a NumPy file: save the table as CSV or Parquet",
}


def file_kind(path: Path, name: str) -> str:
    """text, excel, parquet, spss or duckdb; text under the name .xls is read as text.

    Raises InputError for an empty file, a kind that is not read (pickles first of all: opening
    one runs what is in it), and a content that is not what the name says.
    """
    suffix = path.suffix.lower()
    if suffix in _PICKLES:
        raise InputError(f"{name} is a pickle, which can run code: save the table as CSV")
    if suffix not in _SUFFIXES:
        raise InputError(f"{name} is neither CSV, Excel, Parquet, SPSS nor DuckDB")
    try:
        with path.open("rb") as content:
            start = content.read(2048)
    except OSError as error:
        raise InputError(f"{name} can't be read: {error.strerror}") from error
    if not start:
        raise InputError(f"{name} is empty")
    for begin, advice in _REFUSED.items():
        if start.startswith(begin):
            raise InputError(f"{name} {advice}")
    if start[:1] == b"\x80" and start[1:2] and 2 <= start[1] <= 5:
        raise InputError(f"{name} is a pickle, which can run code: save the table as CSV")
    kind, expected = _by_content(start), _SUFFIXES[suffix]
    if kind == expected or (kind == "text" and suffix == ".xls"):
        if kind == "text" and start.lstrip()[:9].lower().startswith((b"<html", b"<!doctype")):
            raise InputError(f"{name} is a web page: open it in Excel and save it as .xlsx")
        return kind
    if kind == "excel" and expected == "text" and start.startswith(b"PK"):
        raise InputError(f"{name} is an archive or an Excel file: unpack it, or name it .xlsx")
    raise InputError(f"{name} can't be read: its content is not {_CALLED[expected]}")


def _by_content(start: bytes) -> str:
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
        return "excel"
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith((b"$FL2", b"$FL3")):
        return "spss"
    return "duckdb" if start[8:12] == b"DUCK" else "text"
