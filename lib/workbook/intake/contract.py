"""The canonical tables: what each column means, in which type and unit.

Written once, in contract_sales.py and contract_voice.py: intake maps and validates against it,
and `python -m workbook.intake.contract` writes the codebook data/README.md from it.

A line of a definition is `name type unit: meaning -> what it unlocks`. After the name, `!` means
required, `#` that it identifies the row, `@` personal, `^` that it says when the row happened. After
the type, `{one|other}` lists the values allowed, `>table` names the table whose key it refers to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from workbook.intake import contract_sales, contract_voice

__all__ = ["TABLES", "Column", "Table", "codebook"]

_LINE = re.compile(
    r"(?P<name>[a-z_]+\*?)(?P<marks>[!#@^]*) (?P<type>\w+)(?:\{(?P<allowed>[^}]+)\})?"
    r"(?:>(?P<refers>\w+))?(?: (?P<unit>[^:]+))?: (?P<meaning>.+?)(?: -> (?P<unlocks>.+))?"
)


@dataclass(frozen=True)
class Column:
    """One canonical column.

    `type` is id, text, date (a calendar day), month (its first day), time (a moment), number,
    money, integer or flag. A name ending in `*` stands for every column with that beginning.
    Personal columns never leave intake unless the client's params ask. `allowed` lists the values
    of a text (empty: any), `refers_to` the table whose key it holds, `unlocks` what an optional
    column makes possible.
    """

    name: str
    type: str
    required: bool
    unit: str
    meaning: str
    personal: bool = False
    allowed: tuple[str, ...] = ()
    refers_to: str = ""
    unlocks: str = ""


@dataclass(frozen=True)
class Table:
    """One canonical table; `columns` in the order of the codebook.

    `moment` is the column that says when a row happened; None in tables of states and plans.
    `key` is the column that identifies a row, None where none does. `themes` are those that read it.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: str | None
    moment: str | None
    themes: tuple[str, ...]

    def column(self, name: str) -> Column | None:
        """The column called `name`, families such as attitude_* included; None when unknown."""
        for column in self.columns:
            if column.name == name:
                return column
            if column.name.endswith("*") and name.startswith(column.name[:-1]):
                return column
        return None

    @property
    def names(self) -> list[str]:
        """Names of all columns, families without their star left out."""
        return [column.name for column in self.columns if not column.name.endswith("*")]


def _table(name: str, meaning: str, themes: str, lines: str) -> Table:
    columns, key, moment = [], None, None
    for line in lines.strip().splitlines():
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise ValueError(f"{name}: not a line of the contract: {line.strip()}")
        key = found["name"] if "#" in found["marks"] else key
        moment = found["name"] if "^" in found["marks"] else moment
        columns.append(
            Column(
                name=found["name"],
                type=found["type"],
                required="!" in found["marks"],
                unit=found["unit"] or "",
                meaning=found["meaning"],
                personal="@" in found["marks"],
                allowed=tuple((found["allowed"] or "").split("|")) if found["allowed"] else (),
                refers_to=found["refers"] or "",
                unlocks=found["unlocks"] or "",
            )
        )
    return Table(name, meaning, tuple(columns), key, moment, tuple(themes.split()))


TABLES: dict[str, Table] = {
    definition[0]: _table(*definition)
    for definition in (*contract_sales.DEFINITIONS, *contract_voice.DEFINITIONS)
}

_INTRODUCTION = """# Codebook

One folder per client: `data/<client>/` holds the exports as they came, `data/<client>/tables/` the
canonical tables made from them (Parquet, plus `tables.json`, which says from what). Nothing but this
file is kept in the repository. Columns marked * are required where their table is mapped; personal
columns are not written to the canonical tables unless the client's params ask for them
(`personal_data`). Money is in the client's one currency. Themes without a notebook are to come.

This file is written by `python -m workbook.intake.contract` from `lib/workbook/intake/contract.py`.
"""


def codebook() -> str:
    """Text of data/README.md: every table and column with type, unit and meaning."""
    parts = [_INTRODUCTION]
    for table in TABLES.values():
        head = ["| column | type | unit | meaning | what it unlocks |", "|---|---|---|---|---|"]
        rows = [_row(column) for column in table.columns]
        themes = ", ".join(f"`{theme}`" for theme in table.themes)
        said = f"{table.meaning} Read by {themes}."
        parts.append("\n".join([f"\n## {table.name}\n\n{said}\n", *head, *rows, ""]))
    return "".join(parts)


def _row(column: Column) -> str:
    meaning = column.meaning
    if column.allowed:
        meaning += f": {', '.join(column.allowed)}"
    if column.refers_to:
        meaning += f" (key of {column.refers_to})"
    if column.personal:
        meaning += " (personal)"
    name = column.name + ("*" if column.required else "")
    return f"| {name} | {column.type} | {column.unit} | {meaning} | {column.unlocks} |"


if __name__ == "__main__":
    Path("data/README.md").write_text(codebook(), encoding="utf-8")
