"""The parameters cell of a notebook: name, default, type, unit, choices and limits."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path

from workbook.intake.errors import InputError

__all__ = ["Parameter", "parameters_of"]

_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_LIMITS = re.compile(rf"(?<![\w.-])({_NUMBER}) to ({_NUMBER})(?![\w-]|\.\d)")
_CHOICES = re.compile(r"choices:\s*([^;]+)")
_DATE_NAMES = ("_on", "_end", "_start", "_date")


@dataclass(frozen=True)
class Parameter:
    """One parameter; `type` is text, integer, number, flag, list or date (ISO text or empty)."""

    name: str
    default: object
    type: str
    comment: str
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


def parameters_of(notebook_path: Path) -> list[Parameter]:
    """Parameters of the notebook's cell tagged `parameters`, in its order.

    The cell holds plain literals, one assignment a line; its comment gives unit, choices
    (`choices: revenue, margin`) and limits (`1 to 120`). Raises InputError when it doesn't.
    """
    path = Path(notebook_path)
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path.name} can't be read as a notebook: {error}") from error
    tagged = [c for c in cells if "parameters" in c.get("metadata", {}).get("tags", [])]
    if len(tagged) != 1:
        raise InputError(f"{path.name} needs one cell tagged 'parameters', it has {len(tagged)}")
    source = "".join(tagged[0]["source"])
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise InputError(f"{path.name}, parameters cell: {error}") from error
    comments = _comments(source)
    return [_parameter(path, statement, comments) for statement in tree.body]


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT}


def _parameter(path: Path, statement: ast.stmt, comments: dict[int, str]) -> Parameter:
    where = f"{path.name}, parameters cell, line {statement.lineno}"
    if not (
        isinstance(statement, ast.Assign)
        and len(statement.targets) == 1
        and isinstance(statement.targets[0], ast.Name)
    ):
        raise InputError(f"{where}: only `name = value  # comment` may stand here")
    name = statement.targets[0].id
    try:
        default = ast.literal_eval(statement.value)
    except ValueError as error:
        raise InputError(f"{where}: the value of {name} must be a plain literal") from error
    comment = comments.get(statement.end_lineno, "")
    choices = _CHOICES.search(comment)
    limits = _LIMITS.search(comment)
    kind = _type(name, default, comment)
    if kind is None:
        raise InputError(f"{where}: {name} must be text, a number, True or False, or a list")
    return Parameter(
        name=name,
        default=default,
        type=kind,
        comment=comment,
        choices=tuple(c.strip() for c in choices[1].split(",")) if choices else (),
        low=float(limits[1]) if limits and kind in ("integer", "number") else None,
        high=float(limits[2]) if limits and kind in ("integer", "number") else None,
    )


def _type(name: str, default: object, comment: str) -> str | None:
    if isinstance(default, bool):
        return "flag"
    if isinstance(default, int):
        return "integer"
    if isinstance(default, float):
        return "number"
    if isinstance(default, list | tuple):
        return "list"
    if isinstance(default, str):
        dated = name == "as_of" or name.endswith(_DATE_NAMES) or comment.startswith("date")
        return "date" if dated else "text"
    return None
