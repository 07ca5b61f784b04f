"""Themes are found by listing notebooks."""

import pytest

from workbook.batch.themes import find_themes, heading_before, run_order, waiting_behind
from workbook.intake.errors import InputError


def test_names_that_start_with_an_underscore_are_no_themes(project):
    for name in ("_template", "beta", "alpha"):
        project.theme(name)
    assert list(find_themes(project.folder)) == ["alpha", "beta"]


def test_readers_see_the_order_of_the_readme(project):
    for name in ("alpha", "beta", "gamma"):
        project.theme(name)
    (project.folder / "README.md").write_text("| theme |\n|---|\n| `gamma` | x |\n| `gone` | y |\n")
    assert list(find_themes(project.folder)) == ["gamma", "alpha", "beta"]


def test_a_theme_says_what_it_needs_and_imports(project):
    metadata = {"needs": {"tickets": ["opened_at"]}, "after": "all"}
    project.theme("alpha", "import seaborn as sns\nfrom os import path", metadata=metadata)
    project.theme("beta", "%matplotlib inline")
    alpha = find_themes(project.folder)["alpha"]
    assert alpha.title == "What about alpha?"
    assert alpha.needs == {"tickets": ("opened_at",)} and alpha.after == ("beta",)
    assert {"seaborn", "os", "os.path", "workbook.report.start"} <= set(alpha.imports)
    assert [parameter.name for parameter in alpha.cell][-1] == "level"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "can't be read as a notebook"),
        ('{"cells": [], "metadata": {}}', "one cell tagged 'parameters'"),
    ],
)
def test_a_broken_notebook_is_its_own_problem(project, text, problem):
    project.theme("alpha")
    (project.folder / "notebooks" / "beta.ipynb").write_text(text)
    themes = find_themes(project.folder)
    assert problem in themes["beta"].problem and not themes["alpha"].problem


def test_a_misspelt_predecessor_is_named(project):
    project.theme("churn")
    project.theme("summary", metadata={"after": ["chrun"]})
    assert "did you mean 'churn'?" in find_themes(project.folder)["summary"].problem


def test_themes_run_behind_those_they_read(project):
    project.theme("alpha", metadata={"after": "all"})
    project.theme("beta", metadata={"after": ["gamma"]})
    project.theme("gamma")
    assert run_order(find_themes(project.folder)) == ["gamma", "beta", "alpha"]


def test_the_longest_chain_behind_a_theme_counts(project):
    project.theme("alpha", metadata={"after": "all"})
    project.theme("beta", metadata={"after": ["gamma"]})
    project.theme("gamma")
    project.theme("delta")
    themes = find_themes(project.folder)
    assert waiting_behind(themes) == {"alpha": 0, "beta": 1, "gamma": 2, "delta": 1}


def test_themes_that_wait_for_each_other_are_refused(project):
    project.theme("alpha", metadata={"after": ["beta"]})
    project.theme("beta", metadata={"after": ["alpha"]})
    with pytest.raises(InputError, match="alpha, beta"):
        find_themes(project.folder)


def test_heading_before():
    cells = [
        {"cell_type": "markdown", "source": ["# Title\n", "text\n", "## Part\n"]},
        {"cell_type": "code", "source": "# no heading"},
    ]
    assert heading_before(cells, 1) == "Part"
    assert heading_before(cells[1:], 0) == ""
