"""start(): the parameters cell against the client's files, and what the runner hands over."""

import json
import shutil

import pytest

from workbook.intake.errors import InputError
from workbook.report import start


@pytest.fixture
def project(tmp_path, root, monkeypatch):
    """A project with the template as its only theme and one client."""
    (tmp_path / "notebooks").mkdir()
    shutil.copy(root / "notebooks/_template.ipynb", tmp_path / "notebooks")
    folder = tmp_path / "params/acme"
    folder.mkdir(parents=True)
    (folder / "_shared.yml").write_text(
        'client: Acme\nlanguage: en\ncurrency: USD\nas_of: "1998-06-30"\n'
        "sources: {orders: {path: orders.csv}}\n"
    )
    monkeypatch.chdir(tmp_path / "notebooks")
    monkeypatch.delenv("WORKBOOK_RUN", raising=False)
    monkeypatch.setattr("workbook.report.document.publish", lambda *a, **k: None)
    return tmp_path


def cell(**changes):
    return {"client": "acme", "language": "en", "as_of": "1998-06-30", "x": object()} | changes


def test_a_report_starts_in_jupyterlab(project):
    report = start("_template", cell())
    assert (report.client.name, report.language.code) == ("Acme", "en")
    assert report.as_of.isoformat() == "1998-06-30"
    assert report.run.staging is None and report.run.data_dir == project / "data"


def test_other_params_than_the_clients_are_refused(project):
    with pytest.raises(InputError, match=r"as_of = '1998-06-30'.*`workbook lab acme _template`"):
        start("_template", cell(as_of="1997-12-31"))


def test_the_parameters_cell_must_have_run(project):
    with pytest.raises(InputError, match="run the parameters cell first: as_of"):
        start("_template", {"client": "acme", "language": "en"})


def test_an_unknown_theme_or_place_is_named(project, monkeypatch, tmp_path_factory):
    with pytest.raises(InputError, match=r"notebooks/_templat.ipynb does not exist.*_template"):
        start("_templat", cell())
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    with pytest.raises(InputError, match="open the notebook inside the project"):
        start("_template", cell())


def hand_over(project, monkeypatch, theme):
    given = {"theme": theme, "project": str(project), "staging": str(project / "staging")}
    given |= {"params_dir": str(project / "params"), "data_dir": str(project / "data")}
    (project / "run.json").write_text(json.dumps(given))
    monkeypatch.setenv("WORKBOOK_RUN", str(project / "run.json"))


def test_the_runner_may_override_params(project, monkeypatch):
    hand_over(project, monkeypatch, "_template")
    report = start("_template", cell(language="zh", as_of="1997-12-31"))
    assert report.language.code == "zh" and report.as_of.isoformat() == "1997-12-31"
    assert report.run.staging == project / "staging"


def test_a_notebook_that_starts_another_report_is_refused(project, monkeypatch):
    hand_over(project, monkeypatch, "greeting")
    with pytest.raises(InputError, match=r"greeting.ipynb starts report '_template'"):
        start("_template", cell())
