"""What a notebook starts with: its client, parameters and language, checked against the files."""

import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from workbook.intake.errors import InputError, nearest

__all__ = ["Run", "start"]


@dataclass(frozen=True)
class Run:
    """Where a report finds its files, and the folder the runner collects from.

    ``staging`` is None in JupyterLab: then nothing is written. ``outputs_dir`` holds the folders of
    all clients' runs; None where nobody says. ``results`` is the folder being built, with what other
    themes have left; without it their last run's is read.
    """

    project: Path
    params_dir: Path
    data_dir: Path
    staging: Path | None = None
    outputs_dir: Path | None = None
    results: Path | None = None

    def results_of(self, folder, as_of):
        """Where the results of a client's themes stand: in a run the folder being built.

        Parameters
        ----------
        folder : str
            The client's, under params/.
        as_of : datetime.date
        """
        outputs = self.outputs_dir or self.project / "outputs"
        return self.results or outputs / folder / as_of.isoformat()

    def write(self, name, data):
        """Write a file for the runner to collect; in JupyterLab nothing is written."""
        if self.staging is not None:
            path = Path(self.staging) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def start(theme, namespace):
    """Begin a report: check the parameters, set language and chart style, show the stylesheet.

    Parameters
    ----------
    theme : str
        The notebook's name without ".ipynb".
    namespace : dict
        The notebook's ``globals()``, where the cell tagged ``parameters`` has left its values.

    Returns
    -------
    workbook.report.document.Report

    Raises
    ------
    InputError
        When the client's params differ from the cell (in JupyterLab), or can't be read.
    """
    from workbook.intake.parameters import parameters_of
    from workbook.intake.params import load_client, theme_hides, theme_params

    from . import charts
    from .document import Report

    run = _current_run(theme)
    cell = parameters_of(run.project / "notebooks" / f"{theme}.ipynb")
    missing = [item.name for item in cell if item.name not in namespace]
    if missing:
        raise InputError(f"run the parameters cell first: {', '.join(missing)} has no value yet")
    params = {item.name: namespace[item.name] for item in cell}
    client = load_client(params["client"], params_dir=run.params_dir)
    if run.staging is None:
        files = theme_params(client, theme, cell, {})
        # An empty value leaves the choice open, so the client's own may fill it.
        open_names = [name for name in params if params[name] == "" and files[name] != ""]
        params |= {name: files[name] for name in open_names}
        namespace.update({name: files[name] for name in open_names})
        _refuse_other_params(client, theme, params, files)
    report = Report(theme, client, params, run, hide=theme_hides(client, theme))
    report.head()  # checks the brand
    charts.set_style(client.brand.get("accent"))
    return report


def _current_run(theme):
    """The runner's hand-over (environment variable WORKBOOK_RUN), or the project around the notebook."""
    told = os.environ.get("WORKBOOK_RUN")
    if told:
        given = json.loads(Path(told).read_text(encoding="utf-8"))
        if given["theme"] != theme:
            raise InputError(
                f"{given['theme']}.ipynb starts report '{theme}': write start('{given['theme']}', ...)"
            )
        return Run(
            project=Path(given["project"]),
            params_dir=Path(given["params_dir"]),
            data_dir=Path(given["data_dir"]),
            staging=Path(given["staging"]),
            outputs_dir=Path(given["outputs_dir"]) if given.get("outputs_dir") else None,
            results=Path(given["results"]) if given.get("results") else None,
        )
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "notebooks").is_dir() and (folder / "params").is_dir():
            break
    else:
        raise InputError(
            "open the notebook inside the project: no folder here holds notebooks/ and params/"
        )
    if not (folder / "notebooks" / f"{theme}.ipynb").is_file():
        themes = [path.stem for path in (folder / "notebooks").glob("*.ipynb")]
        raise InputError(f"notebooks/{theme}.ipynb does not exist{nearest(theme, themes)}")
    return Run(folder, folder / "params", folder / "data", outputs_dir=folder / "outputs")


def _refuse_other_params(client, theme, cell, files):
    different = [name for name in cell if not _same(cell[name], files[name])]
    if not different:
        return
    name = different[0]
    more = f" (and {len(different) - 1} more)" if len(different) > 1 else ""
    raise InputError(
        f"the params of {client.folder} say {name} = {files[name]!r}, this notebook says "
        f"{cell[name]!r}{more}: `workbook lab {client.folder} {theme}` opens a copy with the client's "
        "params filled in"
    )


def _same(one, other):
    plain = [value.isoformat() if isinstance(value, date) else value for value in (one, other)]
    return plain[0] == plain[1]
