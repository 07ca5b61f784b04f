"""Problems planted in the simulated company: read from YAML, checked, and put to work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from workbook.intake.company.kinds import KINDS
from workbook.intake.company.parameters import AS_OF, FIRST
from workbook.intake.company.seasons import day_of
from workbook.intake.company.vocabulary import WORDS_OF, Vocabulary
from workbook.intake.errors import InputError, nearest
from workbook.intake.values import as_date, as_number, as_text
from workbook.intake.yamltext import read_yaml

__all__ = ["DEFAULT_PROBLEMS", "Problem", "Problems", "load_problems"]

DEFAULT_PROBLEMS = Path(__file__).parent / "problems.yml"


@dataclass(frozen=True)
class Problem:
    """One planted problem; `where` holds codes, `words` the same as the tables write it."""

    id: str
    kind: str
    where: dict[str, str]
    words: dict[str, str]
    start: date
    size: float

    def rows(self, columns: dict[str, np.ndarray]) -> np.ndarray:
        """Which rows of `columns` the problem concerns, on whatever day."""
        size = len(next(iter(columns.values())))
        hit = np.ones(size, dtype=bool)
        for name, code in self.where.items():
            if name not in columns:
                return np.zeros(size, dtype=bool)
            hit &= np.asarray(columns[name]) == code
        return hit


class Problems:
    """All problems of a company.

    With `even`, service plans of every kind end at the same pace: groups that leave sooner are what
    reports call a problem, so a company without any has none of them.
    """

    def __init__(self, problems: list[Problem], *, even: bool = False):
        self.list = list(problems)
        self.even = even

    def of(self, kind: str) -> list[Problem]:
        """Problems of a kind."""
        return [problem for problem in self.list if problem.kind == kind]

    def factor(self, kind: str, columns: dict[str, np.ndarray], day) -> np.ndarray:
        """Product of the sizes that act on each row on its `day` (days since the first)."""
        factor = np.ones(len(day))
        for problem in self.of(kind):
            hit = problem.rows(columns) & (np.asarray(day) >= day_of(problem.start))
            factor[hit] *= problem.size
        return factor

    def points(self, kind: str, columns: dict[str, np.ndarray], day) -> np.ndarray:
        """Sum of the sizes that act on each row on its `day`."""
        points = np.zeros(len(day))
        for problem in self.of(kind):
            hit = problem.rows(columns) & (np.asarray(day) >= day_of(problem.start))
            points[hit] += problem.size
        return points


def load_problems(path: Path | None, words: Vocabulary) -> Problems:
    """Problems of a YAML file, a list under `problems:`; without a path none, and even plans.

    Values in `where` are codes or the words of either language. Raises InputError in the words of
    whoever wrote the file.
    """
    if path is None:
        return Problems([], even=True)
    name = Path(path).name
    given = read_yaml(Path(path), name).get("problems", [])
    if not isinstance(given, list):
        raise InputError(f"{name}: problems must be a list of `- id: ...` blocks")
    found: list[Problem] = []
    for number, entry in enumerate(given, 1):
        problem = _problem(entry, f"{name}: problem {number}", words)
        if problem.id in {other.id for other in found}:
            raise InputError(f"{name}: two problems are called '{problem.id}'")
        found.append(problem)
    return Problems(found)


def _problem(entry: object, where: str, words: Vocabulary) -> Problem:
    keys = ("id", "kind", "where", "start", "size")
    if not isinstance(entry, dict):
        raise InputError(f"{where} must be `key: value` lines: {', '.join(keys)}")
    for key in entry:
        if key not in keys:
            raise InputError(f"{where}: unknown key '{key}'{nearest(key, keys)}")
    for key in ("id", "kind", "start", "size"):
        if not entry.get(key):
            raise InputError(f"{where} has no {key}")
    kind = as_text(entry["kind"], f"{where}: kind")
    if kind not in KINDS:
        raise InputError(f"{where}: unknown kind '{kind}'{nearest(kind, KINDS)}")
    start = date.fromisoformat(as_date(entry["start"], f"{where}: start"))
    if not FIRST <= start <= AS_OF:
        raise InputError(f"{where}: start must lie between {FIRST} and {AS_OF}")
    size, limits = as_number(entry["size"], f"{where}: size"), KINDS[kind]
    if not limits.low <= size <= limits.high:
        raise InputError(
            f"{where}: size of {kind} must lie between {limits.low:g} and {limits.high:g}"
            f" ({limits.size})"
        )
    codes, shown = _place(entry.get("where") or {}, kind, where, words)
    return Problem(as_text(entry["id"], f"{where}: id"), kind, codes, shown, start, size)


def _place(given: object, kind: str, where: str, words: Vocabulary) -> tuple[dict, dict]:
    if not isinstance(given, dict):
        raise InputError(f"{where}: where must be `column: value` lines")
    codes, shown = {}, {}
    for column, value in given.items():
        allowed = KINDS[kind].columns
        if column not in allowed:
            raise InputError(
                f"{where}: {kind} can't be planted by '{column}'{nearest(column, allowed)};"
                f" possible: {', '.join(allowed)}"
            )
        lists = "plan" if kind == "churn_rise" and column == "product" else None
        lists = lists or WORDS_OF.get(("", "channel" if column == "acquired_by" else column), "")
        known = list(words.lists[lists]) if lists else ["consumer", "business", "dealer"]
        code = words.code(lists, value) if lists else value if value in known else None
        if code is None:
            raise InputError(f"{where}: no {column} '{value}'{nearest(value, known)}")
        codes[column] = code
        shown[column] = words.word(lists, code) if lists else code
    return codes, shown
