"""A simulated shop with orders and events whose habits are known, and the behaviour notebook's cells
run on it in this process."""

import json
import re
import warnings

import numpy as np
import pandas as pd
import yaml

from conftest import ROOT
from workbook.intake.parameters import parameters_of
from workbook.intake.params import load_client, theme_params

NOTEBOOK = ROOT / "notebooks" / "behavior.ipynb"
AS_OF = "2024-12-16"
PAGES = ("home", "list", "product", "cart", "checkout")
GOES_ON = (0.8, 0.7, 0.5, 0.6, 0.7)
PRODUCTS = {"tea": "drink", "honey": "drink", "cup": "ware", "pot": "ware", "tray": "ware", "whisk": "ware"}  # fmt: skip
LIKED = (0.4, 0.1, 0.2, 0.15, 0.1, 0.05)


def shop(customers=400, seed=1, days=900):
    """Events and orders: visits at random moments, each going on from page to page at `GOES_ON`.

    Every visit that ends with an order is one; a quarter of the visits is without a customer's name,
    and one in seven of those that end unbought is followed by a call, chat, mail or like.
    """
    rng = np.random.default_rng(seed)
    start = pd.Timestamp(AS_OF) - pd.Timedelta(days=days - 1)
    events, orders = [], []
    for customer in range(customers):
        visits = np.sort(rng.uniform(0, days, rng.poisson(12) + 1))
        for number, day in enumerate(visits):
            at = start + pd.Timedelta(days=day)
            product = rng.choice(list(PRODUCTS), p=LIKED)
            name = f"c{customer}" if rng.random() < 0.75 else None
            for page, go in zip(PAGES, GOES_ON, strict=True):
                kind = page if page in ("cart", "checkout") else "view"
                seen = product if page == "product" else None
                events.append((name, f"v{customer}", at, kind, page, seen, None))
                at += pd.Timedelta(seconds=float(rng.exponential(90)))
                if rng.random() > go:
                    break
            else:
                order = f"o{customer}-{number}"
                events.append((name, f"v{customer}", at, "paid", "paid", None, order))
                for item in {product, *rng.choice(list(PRODUCTS), size=rng.integers(0, 3))}:
                    amount = round(float(rng.lognormal(3, 0.5)), 2)
                    channel = rng.choice(["web", "app"])
                    orders.append(
                        (f"c{customer}", at, amount, order, item, PRODUCTS[item], channel)
                    )
                continue
            if rng.random() < 0.15:
                at += pd.Timedelta(days=float(rng.exponential(2)))
                kind = rng.choice(["call", "chat", "e-mail", "like"])
                events.append((f"c{customer}", f"v{customer}", at, kind, None, None, None))
    columns = ["customer_id", "visitor_id", "occurred_at", "kind", "page", "product", "order_id"]
    events = pd.DataFrame(events, columns=columns)
    columns = ["customer_id", "ordered_at", "amount", "order_id", "product", "category", "channel"]
    orders = pd.DataFrame(orders, columns=columns)
    for table, moment in ((events, "occurred_at"), (orders, "ordered_at")):
        table[moment] = table[moment].dt.floor("s")
    end = pd.Timestamp(AS_OF) + pd.Timedelta(days=1)
    return events[events["occurred_at"] < end], orders[orders["ordered_at"] < end]


def write_behavior(folder, *, name="shop", language="en", params=None, **tables):
    """A client with the given tables as CSV files; returns its name."""
    data, settings = folder / "data" / name, folder / "params" / name
    data.mkdir(parents=True)
    settings.mkdir(parents=True)
    for table, frame in tables.items():
        frame.to_csv(data / f"{table}.csv", index=False)
    shared = {"client": name, "language": language, "currency": "EUR", "as_of": AS_OF}
    shared["sources"] = {table: {"path": f"{table}.csv"} for table in tables}
    (settings / "_shared.yml").write_text(yaml.safe_dump(shared))
    if params:
        (settings / "behavior.yml").write_text(yaml.safe_dump(params))
    return name


class Page:
    """What the cells of one run have shown and kept."""

    def __init__(self, blocks, parts, warned, lists):
        self.html, self.parts, self.warned, self.lists = "\n".join(blocks), parts, warned, lists
        self.record = parts["record"]
        self.findings = {row["metric"]: row for row in parts["findings"]}
        text = re.sub(r"<style.*?</style>|<[^>]+>", " ", self.html, flags=re.S)
        self.text = " ".join(text.replace("\xa0", " ").split())


def run_behavior(folder, monkeypatch, *, name="shop", language="en"):
    """Run every code cell of the notebook; returns the `Page`."""
    monkeypatch.setenv("MPLBACKEND", "Agg")
    staging = folder / f"staging-{name}-{language}"
    staging.mkdir()
    client = load_client(name, params_dir=folder / "params")
    values = theme_params(client, "behavior", parameters_of(NOTEBOOK), {"language": language})
    hand_over = {"theme": "behavior", "project": str(ROOT), "staging": str(staging)}
    hand_over |= {"params_dir": str(folder / "params"), "data_dir": str(folder / "data")}
    (staging / "run.json").write_text(json.dumps(hand_over))
    monkeypatch.setenv("WORKBOOK_RUN", str(staging / "run.json"))
    blocks = []
    monkeypatch.setattr(
        "IPython.display.publish_display_data",
        lambda data, metadata=None, **_: blocks.append(data["text/html"]),
    )
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    scope = {}
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for cell in cells:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), scope)
            if "parameters" in cell["metadata"].get("tags", []):
                scope |= values
    parts = json.loads((staging / f"parts/behavior.{language}.json").read_text())
    shown = [w for w in warned if not issubclass(w.category, (DeprecationWarning, ResourceWarning))]
    lists = {path.name: path for path in staging.glob("lists/*.csv")}
    return Page(blocks, parts, [f"{w.filename}:{w.lineno} {w.message}" for w in shown], lists)
