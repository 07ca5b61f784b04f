"""A client with answers on disk, and the satisfaction notebook's cells run on it in this process."""

import json
import re
import warnings

import yaml

from conftest import ROOT
from workbook.intake.parameters import parameters_of
from workbook.intake.params import load_client, theme_params

NOTEBOOK = ROOT / "notebooks" / "satisfaction.ipynb"


class Page:
    """What the cells of one run have shown and kept."""

    def __init__(self, blocks, parts, warned, staging):
        self.html, self.parts, self.warned = "\n".join(blocks), parts, warned
        self.record = parts["record"]
        self.findings = {}
        for item in parts["findings"]:
            self.findings.setdefault(item["metric"], []).append(item)
        self.lists = {path.name: path for path in staging.glob("lists/*.csv")}
        bare = re.sub(r"<style.*?</style>|<[^>]+>", " ", self.html, flags=re.S)
        self.text = " ".join(bare.replace("\xa0", " ").split())


def write_tables(folder, tables, *, name="firm", language="en", scales=None, **params):
    """A client with these frames as CSV; returns its name."""
    data, settings = folder / "data" / name, folder / "params" / name
    data.mkdir(parents=True)
    settings.mkdir(parents=True)
    for table, frame in tables.items():
        frame.to_csv(data / f"{table}.csv", index=False)
    shared = {"client": name, "language": language, "currency": "USD", "as_of": "2024-12-31"}
    shared["sources"] = {table: {"path": f"{table}.csv"} for table in tables}
    shared["scales"] = scales or {}
    (settings / "_shared.yml").write_text(yaml.safe_dump(shared))
    (settings / "satisfaction.yml").write_text(yaml.safe_dump(params))
    return name


def run_cells(folder, monkeypatch, *, name="firm", language="en"):
    """Run every code cell of the satisfaction notebook; returns the `Page`."""
    monkeypatch.setenv("MPLBACKEND", "Agg")
    staging = folder / f"staging-{name}-{language}"
    staging.mkdir()
    client = load_client(name, params_dir=folder / "params")
    values = theme_params(client, "satisfaction", parameters_of(NOTEBOOK), {"language": language})
    hand_over = {"theme": "satisfaction", "project": str(ROOT), "staging": str(staging)}
    hand_over |= {"params_dir": str(folder / "params"), "data_dir": str(folder / "data")}
    (staging / "run.json").write_text(json.dumps(hand_over))
    monkeypatch.setenv("WORKBOOK_RUN", str(staging / "run.json"))
    blocks = []
    monkeypatch.setattr(
        "IPython.display.publish_display_data",
        lambda data, metadata=None, **_: blocks.append(data["text/html"]),
    )
    scope = {}
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), scope)
            if "parameters" in cell["metadata"].get("tags", []):
                scope |= values
    parts = json.loads((staging / f"parts/satisfaction.{language}.json").read_text())
    shown = [w for w in warned if not issubclass(w.category, (DeprecationWarning, ResourceWarning))]
    return Page(blocks, parts, [str(w.message) for w in shown], staging)
