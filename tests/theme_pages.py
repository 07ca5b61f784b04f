"""A client with tables on disk, and the cells of a theme's notebook run on it in this process."""

import json
import re
import warnings

import yaml

from conftest import ROOT
from workbook.intake.parameters import parameters_of
from workbook.intake.params import load_client, theme_params


def write_client(folder, tables, *, theme, name="firm", language="en", params=None, **shared):
    """A client with these frames as CSV, the params of one theme, and shared ones; returns its name."""
    data, settings = folder / "data" / name, folder / "params" / name
    for place in (data, settings):
        place.mkdir(parents=True, exist_ok=True)
    for table, frame in tables.items():
        frame.to_csv(data / f"{table}.csv", index=False)
    given = {"client": name, "language": language, "currency": "USD", "as_of": "2024-12-31"}
    given["sources"] = {table: {"path": f"{table}.csv"} for table in tables}
    (settings / "_shared.yml").write_text(yaml.safe_dump(given | shared))
    (settings / f"{theme}.yml").write_text(yaml.safe_dump(params or {}))
    return name


class Page:
    """What the cells of one run have shown and kept; `findings` in their order."""

    def __init__(self, blocks, parts, warned, staging):
        self.html, self.parts, self.warned = "\n".join(blocks), parts, warned
        self.record, self.findings = parts["record"], parts["findings"]
        self.lists = {path.name: path for path in staging.glob("lists/*.csv")}
        bare = re.sub(r"<style.*?</style>|<svg.*?</svg>|<[^>]+>", " ", self.html, flags=re.S)
        self.text = " ".join(bare.replace("\xa0", " ").split())

    @property
    def problems(self):
        return [item for item in self.findings if item["kind"] == "problem"]

    @property
    def without_action(self):
        """Metrics of findings that lack an action, its owner or its day."""
        asked = ("action", "owner", "review_on")
        return [f["metric"] for f in self.findings if not all(f[name] for name in asked)]

    def of_metric(self, metric):
        return [item for item in self.findings if item["metric"] == metric]


def run_cells(
    folder, monkeypatch, *, theme, name="firm", language="en", results=None, outputs=None
):
    """Run every code cell of a theme's notebook; returns the `Page`.

    `results`: folder of what other themes left; `outputs`: folder of all clients' runs.
    """
    notebook = ROOT / "notebooks" / f"{theme}.ipynb"
    monkeypatch.setenv("MPLBACKEND", "Agg")
    staging = folder / f"staging-{theme}-{name}-{language}"
    staging.mkdir()
    client = load_client(name, params_dir=folder / "params")
    values = theme_params(client, theme, parameters_of(notebook), {"language": language})
    hand_over = {"theme": theme, "project": str(ROOT), "staging": str(staging)}
    hand_over["results"] = results and str(results)
    hand_over["outputs_dir"] = outputs and str(outputs)
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
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), scope)
            if "parameters" in cell["metadata"].get("tags", []):
                scope |= values
    parts = json.loads((staging / f"parts/{theme}.{language}.json").read_text())
    ours = (w for w in warned if not issubclass(w.category, (DeprecationWarning, ResourceWarning)))
    return Page(blocks, parts, [f"{w.filename}:{w.lineno} {w.message}" for w in ours], staging)
