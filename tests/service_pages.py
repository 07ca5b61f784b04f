"""A client on disk, and the cells of a notebook run on it in this process; service by default."""

import json
import re
import warnings

import yaml

from conftest import ROOT
from service_world import AS_OF
from workbook.intake.parameters import parameters_of
from workbook.intake.params import load_client, theme_params


def write_tables(folder, tables, *, name="firm", language="en", theme="service", **params):
    """A client with these frames as its tables; returns its name."""
    data, settings = folder / "data" / name, folder / "params" / name
    data.mkdir(parents=True)
    settings.mkdir(parents=True)
    for table, frame in tables.items():
        frame.to_csv(data / f"{table}.csv", index=False)
    shared = {"client": name, "language": language, "currency": "USD"}
    shared |= {"as_of": AS_OF.isoformat()}
    shared["sources"] = {table: {"path": f"{table}.csv"} for table in tables}
    (settings / "_shared.yml").write_text(yaml.safe_dump(shared))
    (settings / f"{theme}.yml").write_text(yaml.safe_dump(params))
    return name


class Page:
    """What the cells of one run have shown and kept."""

    def __init__(self, blocks, parts, warned, lists):
        self.html, self.parts, self.warned, self.lists = "\n".join(blocks), parts, warned, lists
        self.record = parts["record"]
        self.text = " ".join(
            re.sub(r"<style.*?</style>|<svg.*?</svg>|<[^>]+>", " ", self.html, flags=re.S).split()
        )


def run_cells(folder, monkeypatch, *, name="firm", language="en", theme="service"):
    """Run every code cell of a theme's notebook; returns the `Page`."""
    notebook = ROOT / "notebooks" / f"{theme}.ipynb"
    monkeypatch.setenv("MPLBACKEND", "Agg")
    staging = folder / f"staging-{name}-{language}"
    staging.mkdir()
    client = load_client(name, params_dir=folder / "params")
    values = theme_params(client, theme, parameters_of(notebook), {"language": language})
    hand_over = {"theme": theme, "project": str(ROOT), "staging": str(staging)}
    hand_over |= {"params_dir": str(folder / "params"), "data_dir": str(folder / "data")}
    (staging / "run.json").write_text(json.dumps(hand_over))
    monkeypatch.setenv("WORKBOOK_RUN", str(staging / "run.json"))
    blocks = []
    monkeypatch.setattr(
        "IPython.display.publish_display_data",
        lambda data, metadata=None, **_: blocks.append(data["text/html"]),
    )
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    scope = {}
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for cell in cells:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), scope)
            if "parameters" in cell["metadata"].get("tags", []):
                scope |= values
    parts = json.loads((staging / f"parts/{theme}.{language}.json").read_text())
    shown = [w for w in warned if not issubclass(w.category, (DeprecationWarning, ResourceWarning))]
    lists = {path.name: path for path in staging.glob("lists/*.csv")}
    return Page(blocks, parts, [str(w.message) for w in shown], lists)
