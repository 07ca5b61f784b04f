"""A small project, and one preloaded process that all tests here fork their kernels from."""

from pathlib import Path

import nbformat
import pytest

from batch_project import Project
from workbook.batch.execute import Execution
from workbook.batch.zygote import Zygote


class SharedZygote(Zygote):
    def close(self):
        """Stay for the next test."""


@pytest.fixture(scope="session")
def zygote():
    shared = SharedZygote(["pandas", "workbook.report.charts", "workbook.intake.tables"])
    yield shared
    Zygote.close(shared)


@pytest.fixture
def project(tmp_path, zygote):
    folder = tmp_path / "project"
    folder.mkdir()
    made = Project(folder, zygote)
    made.client()
    return made


@pytest.fixture
def execution(tmp_path, zygote):
    """Execution of a bare notebook of `cells`, with a parameters cell before them."""

    def execution(*cells, parameters=None, zygote=zygote, **options):
        first = nbformat.v4.new_code_cell("level = 1", metadata={"tags": ["parameters"]})
        rest = [nbformat.v4.new_code_cell(source) for source in cells]
        content = nbformat.v4.new_notebook(cells=[first, *rest])
        content.metadata.kernelspec = {"name": "python3", "display_name": "-", "language": "python"}
        nbformat.write(content, tmp_path / "probe.ipynb")
        return Execution(
            tmp_path / "probe.ipynb", parameters or {}, environment={}, zygote=zygote, **options
        )

    return execution


@pytest.fixture
def printed():
    """What an executed notebook printed."""

    def printed(outcome):
        assert outcome.status == "done", outcome.why
        outputs = [o for cell in outcome.notebook.cells for o in cell.outputs]
        return "".join(o.text for o in outputs if o.output_type == "stream")

    return printed


@pytest.fixture
def alive():
    """Whether a process still runs (a zombie doesn't)."""

    def alive(pid):
        try:
            status = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return False
        return status.rpartition(")")[2].split()[0] != "Z"

    return alive
