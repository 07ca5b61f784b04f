"""Every notebook, found by listing: its form, and that it runs where an analyst runs it."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from workbook.intake.parameters import parameters_of

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
THEMES = [path for path in NOTEBOOKS if not path.name.startswith("_")]
by_name = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)


def cells(path, kind):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [c for c in notebook["cells"] if c["cell_type"] == kind]


def source(cell):
    return "".join(cell["source"])


@by_name
def test_cells_are_short_and_hold_no_machinery(path):
    for cell in cells(path, "code"):
        text = source(cell)
        assert len(text.strip().splitlines()) <= 15, text
        kinds = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try)
        assert not [n for n in ast.walk(ast.parse(text)) if isinstance(n, kinds)], text
        assert not re.search(r"sys\.path|filterwarnings|https?://", text), text


@by_name
def test_no_outputs_are_stored(path):
    assert all(not c["outputs"] and c["execution_count"] is None for c in cells(path, "code"))


@by_name
def test_the_first_code_cell_holds_the_parameters(path):
    code = cells(path, "code")
    tagged = [c for c in code if "parameters" in c["metadata"].get("tags", [])]
    assert tagged == code[:1]
    for parameter in parameters_of(path):
        assert parameter.comment, f"{parameter.name} has no comment with its unit or choices"
    assert [p.name for p in parameters_of(path)][:3] == ["client", "language", "as_of"]


@by_name
def test_the_anatomy(path):
    code = [source(c) for c in cells(path, "code")]
    text = [source(c) for c in cells(path, "markdown")]
    assert 10 <= len(code) <= 30, f"{len(code)} code cells"
    assert text[0].startswith("# ")
    assert f'start("{path.stem}", globals())' in "\n".join(code)
    order = [
        ".findings(",
        ".actions(",
        ".definitions(",
        ".data_and_method(",
        ".record(",
        ".footer(",
    ]
    places = [next(i for i, c in enumerate(code) if call in c) for call in order]
    assert places == sorted(places)
    assert code[-1].strip().endswith("report.footer()")
    headings = [h for t in text for h in re.findall(r"^## (.+)$", t, re.MULTILINE)]
    assert sum(h.endswith("?") for h in headings) >= 3, "headings are questions"


@by_name
def test_no_digit_of_a_result_stands_in_the_text(path):
    for cell in cells(path, "markdown"):
        assert not re.search(r"\d+(\.\d+)?\s?%|[$€¥]\s?\d|\d{2,}", source(cell)), source(cell)


@pytest.mark.parametrize("path", THEMES, ids=lambda p: p.stem)
def test_run_all_works_with_the_defaults(path, demo_data):
    """nbval, lax: every cell runs in a fresh kernel, no output is compared."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "WORKBOOK"))}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "--nbval-lax",
            "-p",
            "no:cacheprovider",
            "-q",
            "--nbval-cell-timeout=300",
            str(path),
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
