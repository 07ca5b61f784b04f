"""A table as it stands in a client's file, seen through its first rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

import pandas as pd

from workbook.intake.matching.content import Content, contents
from workbook.intake.matching.likeness import bare
from workbook.intake.relations import quoted
from workbook.intake.sheets import Sheet, sheets

__all__ = ["RawTable", "raw_tables", "stem"]

SAMPLE = 20_000  # rows from which a column's content is told
_PART = re.compile(
    r"([\s_.-]*\(?\d{1,4}\)?|[\s_.-]*(19|20)\d{2}([-_.]?\d{2}){0,2}([-_ T]?\d{4,6})?|[\s_-]+(copy|副本))+$"
)


@dataclass(frozen=True)
class RawTable:
    """One table of one file; `name` is the file's name in data/<client>/raw/, `sheet` the sheet of
    a workbook or the table of a database file, empty otherwise. `read(rows)` gives the first rows
    as text cells, headings as columns; `distinct(heading)` all different texts below one, trimmed."""

    name: str
    headings: tuple[str, ...]
    rows: int
    read: Callable[[int], pd.DataFrame] = field(repr=False, compare=False)
    distinct: Callable[[str], set[str]] = field(repr=False, compare=False)
    sheet: str = ""
    heading_row: int = 1
    encoding: str = ""
    delimiter: str = ""
    sheets: int = 1

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
        plain = {bare(heading): heading for heading in reversed(self.headings)}
        return {**plain, **{heading: heading for heading in self.headings}}

    def heading(self, wanted: str) -> str | None:
        """The heading that says `wanted`, whatever its case, spacing and unit; None without."""
        found = self._found.get(wanted) or self._found.get(bare(wanted) or None)
        return found if found and self.headings.count(found) == 1 else None

    def first(self, wanted: tuple[str, ...]) -> str | None:
        """The first of some headings that the table has."""
        return next((h for h in map(self.heading, wanted) if h), None)

    @cached_property
    def _texts(self) -> dict[str, frozenset[str]]:
        return {}

    def texts(self, heading: str) -> frozenset[str]:
        """Every different text below a heading, over all rows."""
        if heading not in self._texts:
            self._texts[heading] = frozenset(self.distinct(heading))
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
    found = sheets(path)
    return [
        RawTable(
            name=name,
            headings=tuple(sheet.headings),
            rows=sheet.rows,
            read=sheet.frame,
            distinct=partial(_distinct, sheet),
            sheet=sheet.sheet,
            heading_row=sheet.heading_row,
            encoding=sheet.encoding,
            delimiter=sheet.delimiter,
            sheets=len(found),
        )
        for sheet in found
    ]


def _distinct(sheet: Sheet, heading: str) -> set[str]:
    column = quoted(heading)
    found = sheet.query(f"SELECT DISTINCT trim({column}) FROM sheet WHERE trim({column}) <> ''")
    return {row[0] for row in found}
