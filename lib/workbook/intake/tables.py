"""Canonical tables opened as of a day."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from workbook.intake.canonical import Prepared, prepare
from workbook.intake.contract import TABLES
from workbook.intake.engine import connect
from workbook.intake.errors import InputError
from workbook.intake.ledger import LEDGER_COLUMNS
from workbook.intake.params import Client

__all__ = ["Prepared", "Tables", "open_tables", "prepare"]


def open_tables(client: Client, *, data_dir: Path, as_of: date | str | None = None) -> Tables:
    """Tables of the client up to the end of `as_of`.

    Without `as_of` the one of the params serves, else the last day in the data. Raises InputError
    when nothing is left up to that day.
    """
    prepared = prepare(client, data_dir=data_dir)
    if isinstance(as_of, str):
        try:
            as_of = date.fromisoformat(as_of) if as_of else None
        except ValueError as error:
            raise InputError(f"as_of must be a date such as 2011-12-09, not '{as_of}'") from error
    chosen = as_of or client.as_of
    guessed = chosen is None
    if guessed:
        if prepared.last_on is None:
            raise InputError(f"{client.where}: as_of is missing, and no orders tell the last day")
        chosen = date.fromisoformat(prepared.last_on)
    return Tables(client, prepared, chosen, guessed)


class Tables:
    """Ibis tables cut at the end of `as_of`: `tables["orders"]`, or `tables.orders`.

    `as_of_guessed` is True when the last day of the data serves as as_of.
    """

    def __init__(self, client: Client, prepared: Prepared, as_of: date, guessed: bool):
        self.client = client
        self.as_of = as_of
        self.as_of_guessed = guessed
        self.rows_read = sum(prepared.rows_read.values())
        self._prepared = prepared
        self._open: dict = {}
        if "orders" in self and self.span[0] is None:
            raise InputError(
                f"no order up to {as_of.isoformat()} is left; the first one is of"
                f" {prepared.first_on} ({client.where}: as_of)"
            )

    def __contains__(self, name: str) -> bool:
        return self._prepared.rows_kept.get(name, 0) > 0

    def __getitem__(self, name: str):
        if name not in self:
            raise InputError(f"{self.client.where}: sources has no table '{name}'")
        if name not in self._open:
            path = self._prepared.folder / f"{name}.parquet"
            table = self.connection.read_parquet(path, table_name=name)
            self._open[name] = self._cut(table, TABLES[name].moment)
        return self._open[name]

    def __getattr__(self, name: str):
        if name in TABLES:
            return self[name]
        raise AttributeError(name)

    def has(self, name: str, *columns: str) -> bool:
        """Whether the table is there with all `columns`."""
        return name in self and set(columns) <= set(self[name].columns)

    @cached_property
    def connection(self):
        """Ibis connection to DuckDB that all tables share."""
        return connect()

    @property
    def hash(self) -> str:
        """Hash over all tables and as_of."""
        parts = [*sorted(self._prepared.hashes.items()), self.as_of.isoformat()]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    @cached_property
    def span(self) -> tuple[date | None, date | None]:
        """First and last day with an order."""
        if "orders" not in self:
            return None, None
        orders = self["orders"]
        first, last = (
            orders.aggregate(first=orders.ordered_at.min(), last=orders.ordered_at.max())
            .execute()
            .iloc[0]
        )
        return (None, None) if first is None or first != first else (first.date(), last.date())

    @cached_property
    def review(self):
        """Order rows set aside, removed or kept as possible duplicates: `rule`, `file`, `row`
        and the canonical columns; None when there are none."""
        path = self._prepared.folder / "orders_review.parquet"
        return self.connection.read_parquet(path) if path.is_file() else None

    @cached_property
    def ledger(self):
        """pandas DataFrame of cleaning: table, rule, rows, customers, money, detail."""
        import pandas as pd

        ledger = [list(row) for row in self._prepared.ledger]
        for name, last_on in self._prepared.last_days.items():
            if last_on > self.as_of.isoformat():
                ledger.append([name, "after_as_of", *self._after_as_of(name), ""])
        frame = pd.DataFrame(ledger, columns=LEDGER_COLUMNS)
        return frame.astype({"rows": "int64", "customers": "Int64", "money": "float64"})

    def _after_as_of(self, name):
        """Rows, customers and money of a table later than as_of."""
        raw = self.connection.read_parquet(self._prepared.folder / f"{name}.parquet")
        late = raw.filter(raw[TABLES[name].moment] >= self._end())
        counts = {"rows": late.count()}
        if "customer_id" in raw.columns:
            counts["customers"] = late.customer_id.nunique()
        if name == "orders":
            counts["money"] = late.amount.sum()
        found = late.aggregate(**counts).execute().iloc[0]
        return [found.get(count) for count in ("rows", "customers", "money")]

    def _end(self):
        import ibis

        return ibis.timestamp((self.as_of + timedelta(days=1)).isoformat())

    def _cut(self, table, moment):
        if moment:
            table = table.filter(table[moment] < self._end())
        if "recorded_at" in table.columns:
            table = table.filter(table.recorded_at.isnull() | (table.recorded_at < self._end()))
        return table
