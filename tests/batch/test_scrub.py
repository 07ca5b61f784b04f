"""Executed notebooks hold neither secrets nor this machine's folders."""

import sys
from pathlib import Path

import nbformat

from workbook.batch.places import Places
from workbook.batch.scrub import without_paths, without_secrets

PLACES = Places.of(Path("/srv/shop"), data="/mnt/exports", outputs="/srv/shop/outputs")


def test_paths_are_told_relative_to_the_project():
    told = without_paths("/srv/shop/notebooks/a.ipynb, /mnt/exports/acme/o.csv, /srv/shop", PLACES)
    assert told == "notebooks/a.ipynb, exports/acme/o.csv, ."
    assert without_paths("/srv/shopping stays", PLACES) == "/srv/shopping stays"
    assert sys.prefix not in without_paths(f'File "{sys.prefix}/lib/x.py"', PLACES)


def test_secrets_go_wherever_they_stand():
    outputs = [
        nbformat.v4.new_output("stream", text="key hun<ter2 at /srv/shop/x"),
        nbformat.v4.new_output("display_data", {"text/html": "<b>hun&lt;ter2</b>", "image/png": "hun<ter2"}),
        nbformat.v4.new_output("error", ename="E", evalue="hun<ter2", traceback=["hun<ter2"]),
    ]  # fmt: skip
    cell = nbformat.v4.new_code_cell(
        "api_token = 'hun<ter2'\nengine = 'postgres://me:pw@host/db'", outputs=outputs
    )
    cell.metadata.papermill = {"status": "completed"}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("Text"), cell])
    notebook.metadata.papermill = {"parameters": {"api_token": "hun<ter2"}}
    clean = without_secrets(notebook, {"api_token": "hun<ter2", "level": 1}, PLACES)
    written = nbformat.writes(clean)
    assert written.count("hun<ter2") == 1  # in the picture's data
    assert "postgres://***@host/db" in written and "hun&lt;" not in written
    assert "papermill" not in written and "/srv" not in written
