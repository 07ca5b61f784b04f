import json

import pytest

from workbook.intake.errors import InputError
from workbook.intake.parameters import parameters_of


def notebook(tmp_path, *cells):
    path = tmp_path / "clv.ipynb"
    content = {
        "cells": [
            {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": cell}
            for cell in cells
        ]
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_types_choices_and_limits(tmp_path):
    path = notebook(
        tmp_path,
        'client = "cdnow"  # folder under params/\n'
        'value = "revenue"  # choices: revenue, margin; what CLV counts\n'
        "horizon_months = 12  # months, 1 to 120\n"
        "rate = 0.10  # share a year, 0 to 1.5\n"
        "shift = -3  # days, -7 to 7\n"
        'calibration_end = ""  # date YYYY-MM-DD; empty: first two thirds of the span\n'
        'since = ""  # date\n'
        "include_zero_amounts = True  # count days of amount zero\n"
        'regions = ["north"]  # names\n',
    )
    found = {p.name: p for p in parameters_of(path)}
    assert [p.type for p in found.values()] == [
        *["text", "text", "integer", "number", "integer", "date", "date", "flag", "list"]
    ]
    assert found["value"].choices == ("revenue", "margin")
    assert (found["horizon_months"].low, found["horizon_months"].high) == (1, 120)
    assert (found["rate"].low, found["rate"].high) == (0, 1.5)
    assert (found["shift"].low, found["shift"].high) == (-7, 7)
    assert found["rate"].default == 0.10 and found["client"].comment == "folder under params/"


@pytest.mark.parametrize(
    "cell, word",
    [
        ("a = b + 1", "plain literal"),
        ("print(1)", "only `name = value"),
        ("a = {1: 2}", "must be text"),
        ("a = = 1", "parameters cell"),
    ],
)
def test_cell_that_is_not_plain(tmp_path, cell, word):
    with pytest.raises(InputError, match=word):
        parameters_of(notebook(tmp_path, cell))


def test_notebook_without_the_cell_or_broken(tmp_path):
    with pytest.raises(InputError, match="it has 0"):
        parameters_of(notebook(tmp_path))
    (tmp_path / "clv.ipynb").write_text("{")
    with pytest.raises(InputError, match="can't be read as a notebook"):
        parameters_of(tmp_path / "clv.ipynb")
