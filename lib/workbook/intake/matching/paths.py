"""One path for all files of a kind, that later exports of the same kind will match too."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from workbook.intake.matching.raw import stem

__all__ = ["RAW", "path_of"]

RAW = "raw"  # folder of the exports inside data/<client>/


def path_of(names: Iterable[str], every: Iterable[str]) -> str | None:
    """Name or pattern, inside data/<client>/, that means exactly the files `names` of `every`.

    None when no pattern does. A file with a number or a date in its name gets a pattern: the next
    export will bear another.

    >>> path_of(["Accounts_001.csv", "Accounts_002.csv"], ["Accounts_001.csv", "Accounts_002.csv"])
    'raw/Accounts*.csv'
    """
    names, every = sorted(set(names)), set(every)
    stems = {stem(name) for name in names}
    suffixes = {PurePosixPath(name).suffix for name in names}
    if len(names) == 1 and stem(names[0]) + "".join(suffixes) == names[0]:
        return f"{RAW}/{names[0]}"
    if len(stems) == 1 and len(suffixes) == 1:
        (common,), (suffix,) = stems, suffixes
        for pattern in (
            f"{common}*{suffix}",
            f"{common}[_ .(0-9-]*{suffix}",
            f"{common}[_ ][0-9]*{suffix}",
        ):
            if _plain(common) and {n for n in every if fnmatchcase(n, pattern)} == set(names):
                return f"{RAW}/{pattern}"
    return f"{RAW}/{names[0]}" if len(names) == 1 else None


def _plain(text: str) -> bool:
    return not set(text) & set("*?[]")
