"""Executed notebooks without secrets and without paths of the machine that ran them."""

import html
import os
import re
import sys
from pathlib import Path

__all__ = ["without_paths", "without_secrets"]

_SECRET = re.compile(r"password|passwd|secret|token|api_?key|credential|dsn", re.IGNORECASE)
_CREDENTIALS = re.compile(r"(\w://)[^\s/@'\"]+@")
HIDDEN = "***"


def without_secrets(notebook, params, places):
    """Take values that look secret, Papermill's metadata and absolute paths out of a notebook.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Changed in place.
    params : dict
        What was injected: the value of a name such as `api_token` goes wherever it stands.
    places : workbook.batch.places.Places

    Returns
    -------
    notebook
    """
    secrets = {str(value) for name, value in params.items() if value and _SECRET.search(name)}
    secrets |= {html.escape(value) for value in secrets}

    def clean(text):
        for secret in secrets:
            text = text.replace(secret, HIDDEN)
        return without_paths(_CREDENTIALS.sub(rf"\1{HIDDEN}@", text), places)

    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        cell.source = clean(cell.source)
        for output in cell.get("outputs", []):
            _clean_output(output, clean)
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


def _clean_output(output, clean):
    """Text is cleaned; pictures are data."""
    if "text" in output:
        output.text = clean(output.text)
    for kind, content in output.get("data", {}).items():
        if kind.startswith("text/"):
            output.data[kind] = clean(content)
    if "traceback" in output:
        output.traceback = [clean(line) for line in output.traceback]
        output.evalue = clean(output.evalue)
