"""The files a client sends: found, copied to data/<client>/raw/, newer exports told from parts."""

import os
import re
import shutil
from pathlib import Path

from workbook.intake.errors import InputError
from workbook.intake.kinds import READ_SUFFIXES
from workbook.intake.matching.paths import RAW
from workbook.intake.matching.raw import stem

__all__ = ["REPLACED", "copy_in", "found_files", "raw_folder", "set_apart", "superseded"]

REPLACED = "_replaced"  # in raw/: older exports that a newer one replaces
_SAME = 0.5  # share of an older file's rows in a newer one, from which it is the same export again


def raw_folder(data, client):
    """data/<client>/raw/."""
    return Path(data) / client / RAW


def found_files(words):
    """{name: path} of the files named on the command line; a folder stands for the files in it.

    Raises InputError for one that is missing, and for two of the same name.
    """
    found = {}
    for word in words:
        path = Path(word)
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix.lower() in READ_SUFFIXES)
            paths = [p for p in inside if p.is_file() and not p.name.startswith(("~$", "."))]
            if not paths:
                raise InputError(f"{word} holds no file that can be read")
        elif path.is_file():
            paths = [path]
        else:
            raise InputError(f"{word} is missing")
        for path in paths:
            if path.name in found and found[path.name].resolve() != path.resolve():
                raise InputError(f"two files are called {path.name}: rename one of them")
            if any(ord(character) < 32 for character in path.name):
                raise InputError(f"{path.name!r} can't be a file name: rename the file")
            found[path.name] = path
    return found


def copy_in(files, folder):
    """Copy {name: path} into `folder`, each whole or not at all; one of the same name is replaced."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, path in files.items():
            target = folder / name
            if target.exists() and target.samefile(path):
                continue
            part = folder / f".{name}.part"
            try:
                shutil.copyfile(path, part)
                os.replace(part, target)
            finally:
                part.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(_unwritable(folder, error)) from error


def set_apart(names, folder):
    """Move files of `folder` that newer ones replace to its folder _replaced."""
    try:
        for name in names:
            if (folder / name).is_file():
                (folder / REPLACED).mkdir(exist_ok=True)
                os.replace(folder / name, folder / REPLACED / name)
    except OSError as error:
        raise InputError(_unwritable(folder, error)) from error


def superseded(tables, *, newest_first=()):
    """{name of a file: name of the newer file that replaces it}.

    Files of one name but for a number or date, with the same headings, are parts of one export and
    add up, unless at least half of the older one's rows (by their key, else whole) are in the
    newer one too: then that is the same export, made again. `newest_first` are the names that came
    with this import; among equals the higher number or later date is newer.
    """
    groups = {}
    for table in tables:
        shape = (stem(table.name), Path(table.name).suffix, table.sheet, table.headings)
        groups.setdefault(shape, []).append(table)
    replaced = {}
    for group in groups.values():
        ranked = sorted(group, key=lambda t: (t.name in newest_first, _natural(t.name)))
        for place, older in enumerate(ranked):
            for newer in ranked[place + 1 :]:
                if newer.name != older.name and _repeated(older, newer) >= _SAME:
                    replaced[older.name] = newer.name
    return replaced


def _unwritable(folder, error):
    called = f"data/{folder.parent.name}/{folder.name}"
    return f"{called} can't be written: {error.strerror or error}"


def _repeated(older, newer):
    """Share of the older table's rows that the newer one has too."""
    key = next((h for h, c in older.contents.items() if _identifies(c)), None)
    if key:
        old, new = older.texts(key), newer.texts(key)
    else:
        old, new = (set(t.frame.itertuples(index=False, name=None)) for t in (older, newer))
    return len(old & new) / len(old) if old else 0.0


def _identifies(content):
    many = content.rows > 0 and content.filled > 0.99 and content.unique > 0.99
    return many and content.kinds.get("id", 0) > 0.9 and not content.kinds.get("date", 0) > 0.5


def _natural(name):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]
