"""A small project on disk: clients, orders, notebooks of a few cells."""

import json
from types import SimpleNamespace

from workbook.batch.places import Places
from workbook.batch.plan import Request
from workbook.batch.progress import Progress
from workbook.batch.run import Run
from workbook.batch.themes import find_themes

ORDERS = "customer_id,ordered_at,amount\n" + "".join(
    f"C{n % 7},2024-{n % 12 + 1:02d}-1{n % 9},{n + 0.5}\n" for n in range(40)
)
PARAMETERS = """client = "acme"  # folder
language = "en"  # choices: en, zh
as_of = "2024-12-31"  # date
level = 1  # 0 to 100"""
FOOTER = "report.record(level=level)\nreport.footer()"


def notebook(name, *cells, metadata=None, parameters=PARAMETERS):
    """A theme's notebook: title, parameters, start, `cells`, footer."""
    start = f'from workbook.report import finding, start\nreport = start("{name}", globals())'
    sources = [start, *cells, FOOTER]
    code = {"cell_type": "code", "execution_count": None, "outputs": []}
    content = {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": f"# What about {name}?"},
            {**code, "metadata": {"tags": ["parameters"]}, "source": parameters},
            *({**code, "metadata": {}, "source": source} for source in sources),
        ],
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "workbook": metadata or {},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    for number, cell in enumerate(content["cells"]):
        cell["id"] = f"cell-{number}"
    return json.dumps(content)


class Project:
    """A project folder with tools to fill and run it."""

    def __init__(self, folder, zygote=None):
        self.folder, self.zygote = folder, zygote
        for name in ("notebooks", "params"):
            (folder / name).mkdir(exist_ok=True)
        self.places = Places.of(folder)

    def theme(self, name, *cells, **options):
        (self.folder / "notebooks" / f"{name}.ipynb").write_text(notebook(name, *cells, **options))

    def client(self, name="acme", orders=ORDERS, more="", language="en"):
        params, data = self.folder / "params" / name, self.folder / "data" / name
        for folder in (params, data):
            folder.mkdir(parents=True, exist_ok=True)
        (params / "_shared.yml").write_text(
            f"client: {name.title()} Ltd\nlanguage: {language}\ncurrency: USD\n"
            f'as_of: "2024-12-31"\nsources: {{orders: {{path: orders.csv}}}}\n{more}'
        )
        (data / "orders.csv").write_text(orders)

    def run(self, *clients, **asked):
        """A run in this process; gives its exit code, what it said and the Run."""
        lines = []
        progress = Progress(live=False)
        progress.say = lines.append
        start_zygote = asked.pop("start_zygote", lambda modules: self.zygote)
        request = Request(clients=clients or ("acme",), **{"jobs": 2} | asked)
        run = Run(
            request,
            find_themes(self.folder),
            self.places,
            progress=progress,
            start_zygote=start_zygote,
        )
        return SimpleNamespace(code=run.go(), said="\n".join(lines), run=run)

    def target(self, client="acme"):
        return self.folder / "outputs" / client / "2024-12-31"

    def read(self, name, client="acme"):
        return json.loads((self.target(client) / name).read_text())

    def files(self, client="acme"):
        """{relative path: content} of a client's published folder."""
        home = self.target(client)
        return {str(p.relative_to(home)): p.read_bytes() for p in home.rglob("*") if p.is_file()}
