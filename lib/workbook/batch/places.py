"""Where a project's folders lie."""

from dataclasses import dataclass
from pathlib import Path

import workbook
from workbook.intake.errors import InputError

__all__ = ["Places", "find_project"]


@dataclass(frozen=True)
class Places:
    """The folders of one run; params, data and outputs may lie outside the project."""

    project: Path
    params: Path
    data: Path
    outputs: Path

    @classmethod
    def of(cls, project, *, params=None, data=None, outputs=None):
        """Places of `project`, some of them given on the command line."""
        return cls(
            project,
            Path(params).absolute() if params else project / "params",
            Path(data).absolute() if data else project / "data",
            Path(outputs).absolute() if outputs else project / "outputs",
        )

    @property
    def notebooks(self):
        return self.project / "notebooks"


def find_project(start=None):
    """The project around the working directory, or else the one this package is installed from.

    Raises
    ------
    InputError
        When neither holds notebooks/ and params/.
    """
    here = Path(start or Path.cwd())
    installed = Path(workbook.__file__).resolve().parents[2]
    for folder in (here, *here.parents, installed):
        if (folder / "notebooks").is_dir() and (folder / "params").is_dir():
            return folder
    raise InputError(
        f"{here} lies in no project: no folder here holds notebooks/ and params/; "
        "go to the project's folder and try again"
    )
