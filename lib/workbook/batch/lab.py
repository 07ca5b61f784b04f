"""JupyterLab on a copy of a theme's notebook with a client's params filled in."""

import ast
import json
import subprocess
import sys

from workbook.batch.folder import unwritable
from workbook.batch.plan import check_client
from workbook.batch.record import put_json
from workbook.intake.errors import InputError
from workbook.intake.params import theme_params

__all__ = ["filled_notebook", "open_lab"]


def filled_notebook(theme, params):
    """The notebook as a dict, its parameters cell holding `params`; comments stay."""
    notebook = json.loads(theme.path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            source = "".join(cell["source"])
            cell["source"] = _filled(source, params).splitlines(keepends=True)
    return notebook


def open_lab(folder, theme, themes, places, command=None):
    """Write the copy to outputs/<client>/lab/<theme>.ipynb and open JupyterLab on it.

    It lies inside the project, which the notebook looks for around itself.

    Returns
    -------
    int
        JupyterLab's exit code.
    """
    client = check_client(folder, themes, places)
    params = theme_params(client, theme.name, theme.cell, {})
    copy = places.outputs / folder / "lab" / f"{theme.name}.ipynb"
    try:
        put_json(copy, filled_notebook(theme, params))
    except OSError as error:
        raise InputError(unwritable(copy.parent, error)) from error
    command = command or [sys.executable, "-m", "jupyterlab"]
    return subprocess.run([*command, str(copy)], check=False).returncode


def _filled(source, params):
    lines = source.splitlines(keepends=True)
    # from the end, so that earlier lines keep their numbers
    for statement in reversed(ast.parse(source).body):
        name = statement.targets[0].id
        value = statement.value
        if name in params and ast.literal_eval(value) != params[name]:
            first, last = value.lineno - 1, value.end_lineno - 1
            head = lines[first].encode()[: value.col_offset].decode()
            tail = lines[last].encode()[value.end_col_offset :].decode()
            lines[first : last + 1] = [head + repr(params[name]) + tail]
    return "".join(lines)
