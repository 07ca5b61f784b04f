"""The themes of a project, found by listing its notebooks."""

import ast
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from workbook.intake.errors import InputError, nearest
from workbook.intake.parameters import Parameter, parameters_of

__all__ = [
    "Theme",
    "find_themes",
    "heading_before",
    "missing_needs",
    "run_order",
    "waiting_behind",
]


@dataclass(frozen=True)
class Theme:
    """One notebook: what it answers, what it needs, which themes' records it reads.

    `needs` is {table: columns} without which it can't run ("one|another": either table serves),
    `after` names of themes, `earlier` whether it reads earlier runs, `imports` the modules its cells import, `cell` its parameters.
    `problem` says why the notebook can't be used.
    """

    name: str
    path: Path
    title: str = ""
    needs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    earlier: bool = False
    imports: tuple[str, ...] = ()
    cell: tuple[Parameter, ...] = ()
    problem: str = ""


def find_themes(project):
    """{name: Theme} in the order of the README's table, the others after it by name.

    Raises
    ------
    InputError
        When themes wait for each other.
    """
    paths = {p.stem: p for p in (project / "notebooks").glob("[!_]*.ipynb")}
    readme = project / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.is_file() else ""
    listed = [name for name in re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) if name in paths]
    names = [*dict.fromkeys(listed), *sorted(set(paths) - set(listed))]
    themes = {name: _theme(paths[name], names) for name in names}
    run_order(themes)
    return themes


def run_order(themes):
    """Names so that each theme stands behind those it comes after.

    Raises
    ------
    InputError
        When themes wait for each other.
    """
    settled = {}
    while ready := [
        n for n, t in themes.items() if n not in settled and settled.keys() >= set(t.after)
    ]:
        settled |= dict.fromkeys(ready)
    if left := [name for name in themes if name not in settled]:
        raise InputError(f"these themes wait for each other (metadata 'after'): {', '.join(left)}")
    return list(settled)


def waiting_behind(themes):
    """{name: how many themes wait for it, each for the one before}, counting the longest chain."""
    behind = dict.fromkeys(themes, 0)
    for name in reversed(run_order(themes)):
        for before in themes[name].after:
            behind[before] = max(behind[before], behind[name] + 1)
    return behind


def missing_needs(theme, tables):
    """What a theme needs and the client doesn't have: `table`, `table.column`, `one|another`."""
    missing = []
    for choice, columns in theme.needs.items():
        there = [table for table in choice.split("|") if table in tables]
        missing += [f"{t}.{c}" for t in there for c in columns if not tables.has(t, c)]
        missing += [] if there else [choice]
    return missing


def heading_before(cells, index):
    """The last Markdown heading above cell `index`, or an empty text."""
    for cell in reversed(cells[: index + 1]):
        if cell["cell_type"] == "markdown":
            found = re.findall(r"^#+ +(.+)$", "".join(cell["source"]), re.MULTILINE)
            if found:
                return found[-1].strip()
    return ""


def _theme(path, names):
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = notebook["cells"]
        said = notebook["metadata"].get("workbook", {})
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        parameters = tuple(parameters_of(path))
        after = said.get("after", ())
        after = [name for name in names if name != path.stem] if after == "all" else after
        for name in after:
            if name not in names:
                raise InputError(f"{path.name} comes after theme '{name}'{nearest(name, names)}")
        needs = {table: tuple(columns) for table, columns in said.get("needs", {}).items()}
    except InputError as error:
        return Theme(path.stem, path, problem=str(error))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return Theme(path.stem, path, problem=f"{path.name} can't be read as a notebook: {error}")
    return Theme(
        name=path.stem,
        path=path,
        title=heading_before(cells[:1], 0) or path.stem,
        needs=needs,
        after=tuple(after),
        earlier=bool(said.get("earlier")),
        imports=tuple(dict.fromkeys(name for source in code for name in _imports(source))),
        cell=parameters,
    )


def _imports(source):
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return  # a magic, or a mistake that the cell itself will report
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
