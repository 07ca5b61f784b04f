"""A table as it stands in a client's file, seen through its first rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from workbook.intake.matching.content import Content, contents
from workbook.intake.matching.likeness import bare

__all__ = ["RawTable", "raw_tables", "stem"]

SAMPLE = 20_000  # rows from which a column's content is told
_PART = re.compile(
    r"([\s_.-]*\(?\d{1,4}\)?|[\s_.-]*(19|20)\d{2}([-_.]?\d{2}){0,2}([-_ T]?\d{4,6})?|[\s_-]+(copy|副本))+$"
)


@dataclass(frozen=True)
class RawTable:
    """One table of one file; `name` is the file's name in data/<client>/raw/, `sheet` the sheet of
    a workbook or the table of a database file, empty otherwise. `read(rows)` gives the first rows
    as text cells (all with None), headings as columns."""

    name: str
    headings: tuple[str, ...]
    rows: int
    read: Callable[[int | None], pd.DataFrame] = field(repr=False, compare=False)
    sheet: str = ""
    heading_row: int = 1
    encoding: str = ""
    delimiter: str = ""
    sheets: int = 1
    path: Path | None = field(default=None, compare=False)

    @property
    def said(self) -> str:
        """How people call it: the file, and the sheet where the file has several."""
        return f"{self.name}: {self.sheet}" if self.sheet and self.sheets > 1 else self.name

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The first rows."""
        return self.read(SAMPLE)

    @cached_property
    def contents(self) -> dict[str, Content]:
        """{heading: what its cells hold}."""
        return contents(self.frame)

    @cached_property
    def _found(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for heading in self.headings:
            found.setdefault(bare(heading), heading)
            found.setdefault(heading, heading)
        return found

    def heading(self, wanted: str) -> str | None:
        """The heading that says `wanted`, whatever its case, spacing and unit; None without."""
        if wanted in self.contents:
            return wanted
        found = self._found.get(bare(wanted)) if bare(wanted) else None
        return found if found and self.headings.count(found) == 1 else None

    def first(self, wanted: tuple[str, ...]) -> str | None:
        """The first of some headings that the table has."""
        return next((h for h in map(self.heading, wanted) if h), None)

    @cached_property
    def _texts(self) -> dict[str, frozenset[str]]:
        return {}

    def texts(self, heading: str) -> frozenset[str]:
        """Every different text below a heading, trimmed, over all rows."""
        if heading not in self._texts:
            whole = self.frame if self.rows <= len(self.frame) else self.read(None)
            column = whole[heading]
            column = column.iloc[:, 0] if isinstance(column, pd.DataFrame) else column
            cells = column.dropna().astype(str).str.strip().unique()
            self._texts[heading] = frozenset(c for c in cells if c)
        return self._texts[heading]


def stem(name: str) -> str:
    """Name of a file without suffix and the number or date of its part.

    >>> stem("Accounts_001.csv"), stem("客户(2).xlsx"), stem("Deals 2024-03-05.csv")
    ('Accounts', '客户', 'Deals')
    """
    plain = re.sub(r"\.[A-Za-z0-9]{1,8}$", "", name)
    return _PART.sub("", plain) or plain


def raw_tables(path: Path, name: str) -> list[RawTable]:
    """Tables of one file, called `name` in the client's folder; InputError when it can't be read."""
    from workbook.intake.files import sheets

    found = [sheet for sheet in sheets(path) if sheet.headings]
    return [
        RawTable(
            name=name,
            headings=tuple(sheet.headings),
            rows=sheet.rows,
            read=sheet.frame,
            sheet=sheet.sheet,
            heading_row=sheet.heading_row,
            encoding=sheet.encoding,
            delimiter=sheet.delimiter,
            sheets=len(found),
            path=path,
        )
        for sheet in found
    ]
