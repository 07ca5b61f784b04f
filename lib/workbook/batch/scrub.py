"""Executed notebooks without secrets and without paths of the machine that ran them."""

import os
import re
import sys
from pathlib import Path

__all__ = ["without_paths", "without_secrets"]

_SECRET_NAME = r"\w*(?:password|passwd|secret|token|api_?key|credential|dsn)\w*"
_ASSIGNMENT = re.compile(rf"^({_SECRET_NAME}\s*=\s*).+$", re.IGNORECASE | re.MULTILINE)
_CREDENTIALS = re.compile(r"(\w://)[^\s/@'\"]+@")


def without_secrets(notebook, places):
    """Take parameters that look secret, Papermill's metadata and absolute paths out of a notebook.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Changed in place.
    places : workbook.batch.places.Places

    Returns
    -------
    notebook
    """
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        if cell.cell_type != "code":
            continue
        if {"parameters", "injected-parameters"} & set(cell.metadata.get("tags", [])):
            cell.source = _ASSIGNMENT.sub(r'\1"***"', cell.source)
        cell.source = _clean(cell.source, places)
        for output in cell.outputs:
            _clean_output(output, places)
    return notebook


def without_paths(text, places):
    """`text` with the folders of this machine told relative to the project."""
    known = {str(places.project): "", **{str(p): p.name for p in (places.params, places.data)}}
    known |= {str(places.outputs): places.outputs.name, sys.prefix: ".venv"}
    known |= {sys.base_prefix: "python", str(Path.home()): "~"}
    for folder in sorted(known, key=len, reverse=True):
        if len(folder) > 1:
            text = text.replace(folder + os.sep, f"{known[folder]}/" if known[folder] else "")
            text = re.sub(re.escape(folder) + r"(?![\w.-])", known[folder] or ".", text)
    return text


def _clean(text, places):
    return without_paths(_CREDENTIALS.sub(r"\1***@", text), places)


def _clean_output(output, places):
    """Only text is touched: figures are data, and the reports' own blocks hold no path."""
    if "text" in output:
        output.text = _clean(output.text, places)
    plain = output.get("data", {}).get("text/plain")
    if plain:
        output.data["text/plain"] = _clean(plain, places)
    if "traceback" in output:
        output.traceback = [_clean(line, places) for line in output.traceback]
        output.evalue = _clean(output.evalue, places)
