"""Params are checked before anything runs."""

from datetime import date

import pytest

from workbook.batch.plan import Request, check_client, code_hash, make_plan
from workbook.batch.themes import find_themes
from workbook.intake.errors import InputError


def checked(project):
    return check_client("acme", find_themes(project.folder), project.places)


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("alhpa.yml", "level: 2\n", "no theme 'alhpa'; did you mean 'alpha'"),
        ("alpha.yml", "levle: 2\n", "did you mean 'level'"),
        ("alpha.yml", "level: high\n", "level"),
        ("alpha.yml", "level: 101\n", "within 0 to 100"),
    ],
)
def test_a_theme_file_that_does_not_fit_is_refused(project, file, text, message):
    project.theme("alpha")
    (project.places.params / "acme" / file).write_text(text)
    with pytest.raises(InputError, match=message):
        checked(project)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("themes: [alhpa]\n", "did you mean 'alpha'"),
        ("params: {levle: 3}\n", "did you mean 'level'"),
        ("brand: {logo: missing.png}\n", "missing.png"),
        ('brand: {accent: "#ffffff"}\n', "pale"),
    ],
)
def test_shared_params_that_do_not_fit_are_refused(project, more, message):
    project.theme("alpha")
    project.client(more=more)
    with pytest.raises(InputError, match=message):
        checked(project)


def plan(project, **asked):
    themes = find_themes(project.folder)
    return make_plan(checked(project), Request(("acme",), **asked), themes, project.places)


def test_themes_of_a_client_are_those_it_names(project):
    for name in ("alpha", "beta"):
        project.theme(name)
    project.client(more="themes: [beta]\n")
    assert [job.theme.name for job in plan(project).jobs] == ["beta"]
    assert [job.theme.name for job in plan(project, themes=("alpha",)).jobs] == ["alpha"]


def test_the_command_line_goes_before_the_params(project):
    project.theme("alpha")
    asked = plan(project, as_of=date(2024, 6, 30), language="zh")
    assert asked.as_of == "2024-06-30"
    assert [job.params["as_of"] for job in asked.jobs] == ["2024-06-30"] * 2
    assert [job.params["language"] for job in asked.jobs] == ["en", "zh"]


def test_without_as_of_the_last_day_of_the_data_counts(project):
    project.theme("alpha")
    shared = project.places.params / "acme" / "_shared.yml"
    shared.write_text(shared.read_text().replace('as_of: "2024-12-31"\n', ""))
    assert plan(project).as_of == "2024-12-18"


def test_the_code_hash_changes_with_no_cache_files():
    before = code_hash()
    code_hash.cache_clear()
    assert code_hash() == before
