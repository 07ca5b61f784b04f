"""A small client written to a temporary folder, to be spoilt by the tests."""

from __future__ import annotations

from pathlib import Path

from workbook.intake.params import load_client
from workbook.intake.tables import open_tables, prepare

GOOD = """customer_id,ordered_at,amount
a,2024-01-05,10.00
a,2024-02-06,20.50
b,2024-02-07 18:30,5
"""


class Shop:
    """params/shop/_shared.yml and data/shop/ under `root`."""

    def __init__(self, root: Path):
        self.params, self.data = root / "params", root / "data"
        self.folder = self.data / "shop"
        self.folder.mkdir(parents=True)
        (self.params / "shop").mkdir(parents=True)
        self.source()

    def source(self, lines: str = "path: orders.csv", *, as_of: str = "2024-12-31") -> None:
        """Map the table orders with these lines of YAML."""
        inner = "\n".join(f"    {line}" for line in lines.splitlines())
        day = f'as_of: "{as_of}"\n' if as_of else ""
        self.shared(f"client: Shop\ncurrency: EUR\n{day}sources:\n  orders:\n{inner}\n")

    def shared(self, text: str) -> None:
        (self.params / "shop" / "_shared.yml").write_text(text, encoding="utf-8")

    def orders(self, text: str | bytes, name: str = "orders.csv") -> Path:
        content = text if isinstance(text, bytes) else text.encode()
        (self.folder / name).write_bytes(content)
        return self.folder / name

    def client(self):
        return load_client("shop", params_dir=self.params)

    def prepare(self):
        return prepare(self.client(), data_dir=self.data)

    def open(self, as_of=None):
        return open_tables(self.client(), data_dir=self.data, as_of=as_of)

    def frame(self):
        """Canonical orders as pandas, in the order of the file."""
        return self.open().orders.execute()

    def ledger(self, as_of=None) -> dict:
        """{rule: (rows, customers, money)}."""
        frame = self.open(as_of).ledger
        return {r.rule: (r.rows, r.customers, r.money) for r in frame.itertuples()}
