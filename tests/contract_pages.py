"""A client with contracts on disk, and a notebook's cells run on a client in this process."""

import json
import re
import warnings

import yaml

from conftest import ROOT
from contract_world import simulated_contracts
from workbook.intake.parameters import parameters_of
from workbook.intake.params import load_client, theme_params

NOTEBOOKS = ROOT / "notebooks"


def named_traits(table):
    """Simulated contracts with their traits named as the codebook wants, and terms of a year."""
    names = {"plan": "trait_plan", "region": "trait_region", "age": "measure_age"}
    ends = table["started_on"].map(lambda day: day.replace(year=2024) if day.year < 2024 else day)
    return table.rename(columns=names).assign(term_ends_on=ends)


def contracts(n, seed, **options):
    """Simulated contracts, ready for a client's file."""
    return named_traits(simulated_contracts(n, seed, **options))


def write_contracts(folder, table, *, name="firm", language="en", **params):
    """A client whose only table is contracts; returns its name."""
    data, settings = folder / "data" / name, folder / "params" / name
    data.mkdir(parents=True)
    settings.mkdir(parents=True)
    table.to_csv(data / "contracts.csv", index=False)
    shared = {"client": name, "language": language, "currency": "USD", "as_of": "2024-12-31"}
    shared["sources"] = {"contracts": {"path": "contracts.csv"}}
    (settings / "_shared.yml").write_text(yaml.safe_dump(shared))
    (settings / "churn.yml").write_text(yaml.safe_dump(params))
    return name


class Page:
    """What the cells of one run have shown and kept."""

    def __init__(self, blocks, parts, warned, lists):
        self.html, self.parts, self.warned, self.lists = "\n".join(blocks), parts, warned, lists
        self.record = parts["record"]
        self.text = " ".join(
            re.sub(r"<style.*?</style>|<[^>]+>", " ", self.html, flags=re.S).split()
        )


def run_cells(folder, monkeypatch, *, name="firm", language="en", theme="churn"):
    """Run every code cell of a notebook; returns the `Page`."""
    notebook = NOTEBOOKS / f"{theme}.ipynb"
    monkeypatch.setenv("MPLBACKEND", "Agg")
    staging = folder / f"staging-{theme}-{name}-{language}"
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
