"""Where a table's columns come from, as `sources:` of _shared.yml says it: the mapping language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from workbook.intake.contract import TABLES, Table
from workbook.intake.encodings import ENCODINGS
from workbook.intake.errors import InputError, nearest
from workbook.intake.values import as_choice, as_integer, as_mapping, as_text, as_texts

__all__ = ["DATE_ORDERS", "SQL_DATABASES", "Source", "check_address", "read_sources"]

#: how the dates of a block may be written; settled from the column where the params don't say
DATE_ORDERS = ("dmy", "mdy", "ymd", "serial", "epoch_ms", "epoch_s")
#: databases that Ibis reads over a network; files are named by `path`, so that none is read
#: outside data/<client>/
SQL_DATABASES = ("postgresql", "postgres", "mysql", "mssql", "oracle", "snowflake", "trino")

_FILE_KEYS = ("path", "sheet", "heading_row", "encoding", "delimiter", "database", "table")
_READING_KEYS = ("decimal", "date_order", "time_zone", "unreadable", "set")
_MAPPING_KEYS = ("columns", "values", "keep", "join")
_CHOICES = {
    "encoding": ENCODINGS,
    "decimal": (".", ","),
    "date_order": DATE_ORDERS,
    "unreadable": ("stop", "set_aside"),
}
_MOST_BLOCKS = 200


@dataclass(frozen=True)
class Source:
    """One block: files of one shape, or one table of a database, and what they hold.

    `columns` {canonical name: headings, the first one filled in a row counts}; `constants`
    {canonical name: text} (`set:`); `values` {canonical name: {text: text put in its place}};
    `keep` {heading: texts, one of which a row must have}; `joins` are blocks of their own, found
    by `on` {heading here: heading there}. Texts are empty where the params say nothing. `where`
    is how messages call the block.
    """

    where: str
    path: str = ""
    sheet: str = ""
    heading_row: int = 1
    encoding: str = ""
    delimiter: str = ""
    database: str = ""
    table: str = ""
    decimal: str = ""
    date_order: str = ""
    time_zone: str = ""
    unreadable: str = "stop"
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    keep: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    on: Mapping[str, str] = field(default_factory=dict)
    joins: tuple[Source, ...] = ()

    @property
    def name(self) -> str:
        """What the block reads, in a few words."""
        return self.path or f"table {self.table}"


def read_sources(value: object, where: str) -> dict[str, tuple[Source, ...]]:
    """{table: blocks} from the value of `sources:`; raises InputError naming the nearest word.

    A table has one block or a list of them, whose rows stand one below the other.
    """
    sources = {}
    for name, given in as_mapping(value, f"{where}: sources").items():
        if name not in TABLES:
            raise InputError(f"{where}: sources: unknown table '{name}'{nearest(name, TABLES)}")
        at = f"{where}: sources.{name}"
        blocks = list(given) if isinstance(given, list | tuple) else [given]
        if not blocks or len(blocks) > _MOST_BLOCKS:
            raise InputError(f"{at} must have 1 to {_MOST_BLOCKS} blocks, not {len(blocks)}")
        single = len(blocks) == 1
        sources[name] = tuple(
            _block(block, TABLES[name], at if single else f"{at}[{number}]", main=True)
            for number, block in enumerate(blocks, start=1)
        )
    return sources


def _block(value: object, table: Table, at: str, *, main: bool) -> Source:
    given = as_mapping(value, at)
    keys = (*_FILE_KEYS, *_MAPPING_KEYS, *(_READING_KEYS if main else ("on",)))
    for key in given:
        if key not in keys:
            file, _, inside = at.partition(": ")
            raise InputError(f"{file}: unknown key '{inside}.{key}'{nearest(key, keys)}")
    texts = {
        key: as_choice(given[key], _CHOICES[key], f"{at}.{key}")
        if key in _CHOICES
        else as_text(given[key], f"{at}.{key}")
        for key in (*_FILE_KEYS, "decimal", "date_order", "time_zone", "unreadable")
        if key in given and key != "heading_row" and given[key] != ""
    }
    _check_place(texts, at)
    _check_zone(texts.get("time_zone", ""), at)
    columns = {
        name: _listed(headings, f"{at}.columns.{name}")
        for name, headings in _by_column(given, "columns", table, at).items()
    }
    constants = {
        name: as_text(text, f"{at}.set.{name}")
        for name, text in _by_column(given, "set", table, at).items()
    }
    for name in columns.keys() & constants.keys():
        raise InputError(f"{at}: '{name}' is given twice, under columns and under set")
    values = {
        name: {
            old.strip(): as_text(new, f"{at}.values.{name}.{old}")
            for old, new in as_mapping(pairs, f"{at}.values.{name}").items()
        }
        for name, pairs in _by_column(given, "values", table, at).items()
    }
    keep = {
        _heading(heading): _listed(kept, f"{at}.keep.{heading}")
        for heading, kept in as_mapping(given.get("keep", {}), f"{at}.keep").items()
    }
    joins = given.get("join", ())
    joins = joins if isinstance(joins, list | tuple) else [joins]
    on = {
        _heading(here): _heading(as_text(there, f"{at}.on.{here}"))
        for here, there in as_mapping(given.get("on", {}), f"{at}.on").items()
    }
    if not main and not (on and (columns or joins)):
        raise InputError(f"{at} needs {'columns' if on else 'on (heading here: heading there)'}")
    row = as_integer(given.get("heading_row", 1), f"{at}.heading_row")
    if not 1 <= row <= 1000:
        raise InputError(f"{at}.heading_row must lie within 1 to 1000, not {row}")
    return Source(
        where=at,
        heading_row=row,
        columns={n: tuple(map(_heading, headings)) for n, headings in columns.items()},
        constants=constants,
        values=values,
        keep=keep,
        on=on,
        joins=tuple(
            _block(join, table, f"{at}.join[{number}]", main=False)
            for number, join in enumerate(joins, start=1)
        ),
        **texts,
    )


def _by_column(given: Mapping, key: str, table: Table, at: str) -> dict:
    """The group `key`, whose keys are columns of the table."""
    group = as_mapping(given.get(key, {}), f"{at}.{key}")
    for name in group:
        if table.column(name) is None or name.endswith("*"):
            hint = nearest(name, table.names)
            raise InputError(f"{at}.{key}: {table.name} has no column '{name}'{hint}")
    return group


def _listed(value: object, at: str) -> tuple[str, ...]:
    """One text, or a list of them."""
    texts: Iterable[str] = [value] if isinstance(value, str) else as_texts(value, at)
    if not texts:
        raise InputError(f"{at} is an empty list")
    return tuple(texts)


def _heading(text: str) -> str:
    return " ".join(text.replace("\ufeff", "").split())


def _check_place(texts: Mapping[str, str], at: str) -> None:
    """A file, or a table of a database whose address holds no password."""
    if "path" in texts and "database" in texts:
        raise InputError(f"{at} has a path and a database: one block reads one of them")
    if "database" not in texts:
        if "path" not in texts:
            raise InputError(f"{at} has no path")
        if "table" in texts:
            raise InputError(f"{at}.table belongs to a database; in a file it is called sheet")
        return
    check_address(texts["database"], f"{at}.database")
    if not texts.get("table"):
        raise InputError(f"{at} has a database but no table")


def check_address(address: str, at: str) -> None:
    """Refuse an address of no known kind of database, or with a password in it."""
    try:
        parts = urlsplit(address)
        secret = parts.password is not None or any(
            re.search("pass|pwd|secret|token|key", word, re.I) for word in parse_qs(parts.query)
        )
    except ValueError as error:
        raise InputError(f"{at} is not an address: {error}") from error
    if secret:
        raise InputError(
            f"{at} holds a password; take it out, and put it into the environment:"
            " WORKBOOK_DB_PASSWORD"
        )
    if parts.scheme not in SQL_DATABASES:
        known = ", ".join(SQL_DATABASES)
        hint = nearest(parts.scheme, SQL_DATABASES)
        raise InputError(f"{at} must begin with one of {known} and ://, not '{parts.scheme}'{hint}")


def _check_zone(zone: str, at: str) -> None:
    try:
        if zone:
            ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise InputError(
            f"{at}.time_zone must be a name such as Asia/Shanghai or Europe/Berlin, not '{zone}'"
        ) from error
