"""The words clients use for tables, columns and values, read from vocabulary.yml."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from workbook.intake.matching.likeness import bare, likeness
from workbook.intake.yamltext import read_yaml

__all__ = ["canonical_value", "headings_of", "in_words", "is_personal", "table_likeness"]

_FILE = Path(__file__).with_name("vocabulary.yml")


@cache
def _vocabulary() -> dict:
    return read_yaml(_FILE, _FILE.name)


@cache
def headings_of(table: str, column: str) -> tuple[str, ...]:
    """Headings that clients give the canonical column of a table, its own name first."""
    columns = _vocabulary()["columns"]
    own = columns.get(table, {}).get(column, [])
    return tuple(dict.fromkeys([column, *own, *columns["any"].get(column, [])]))


@cache
def _values(table: str, column: str, type_: str) -> dict[str, str]:
    values = _vocabulary()["values"]
    given = values.get(f"{table}.{column}", values["flag"] if type_ == "flag" else {})
    return {bare(word): canonical for canonical, words in given.items() for word in words}


def canonical_value(table: str, column: str, type_: str, text: str) -> str | None:
    """Canonical value that the text in a cell means; None when no word is known for it.

    >>> canonical_value("deals", "won", "flag", "Closed Won")
    'true'
    """
    return _values(table, column, type_).get(bare(text))


@cache
def _group(name: str) -> frozenset[str]:
    return frozenset(bare(word) for word in _vocabulary()["words"][name])


def in_words(group: str, text: str) -> bool:
    """Whether a text belongs to a group of words such as cancelled or closed."""
    return bare(text) in _group(group)


@cache
def is_personal(heading: str) -> bool:
    """Whether a heading announces personal data: then no page shows what stands below it.

    >>> is_personal("Contact Name"), is_personal("联系电话"), is_personal("Net amount")
    (True, True, False)
    """
    words = bare(heading)
    for word in (bare(known) for known in _vocabulary()["personal"]):
        whole = f" {word} " in f" {words} "
        if whole or (not word.isascii() and word in words):
            return True
    return False


def table_likeness(table: str, name: str) -> float:
    """0 to 1: how much the name of a file or sheet speaks of a canonical table."""
    return max(likeness(word, name) for word in [table, *_vocabulary()["tables"].get(table, [])])
