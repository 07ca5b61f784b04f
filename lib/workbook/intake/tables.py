"""Canonical tables opened as of a day."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from workbook.intake.canonical import Prepared, prepare
from workbook.intake.checks import PLANNED, money_column
from workbook.intake.contract import TABLES
from workbook.intake.engine import connect
from workbook.intake.errors import InputError
from workbook.intake.ledger import LEDGER_COLUMNS
from workbook.intake.params import Client

__all__ = ["Prepared", "Tables", "open_tables", "prepare"]

SMALL = 500_000  # rows of all tables; up to here building a query takes longer than running it


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
            self._open[name] = self._cut(self._raw(name), name)
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
        return connect(fuse=self.rows_read > SMALL)

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

    def reviewed(self, name: str = "orders"):
        """Rows of a table that cleaning set aside, changed or keeps with a doubt, up to as_of.

        Columns rule, state (aside, kept, before, after), file, row, detail, then those of the table.
        """
        path = self._prepared.folder / f"{name}_review.parquet"
        if name not in self._prepared.hashes or not path.is_file():
            raise InputError(f"{self.client.where}: sources has no table '{name}'")
        rows = self.connection.read_parquet(path, table_name=f"{name}_review")
        moment = TABLES[name].moment
        return rows.filter(rows[moment].isnull() | self._up_to(rows[moment])) if moment else rows

    def filled(self, name: str) -> dict[str, int] | None:
        """Filled cells of each column of a table, as its file tells them: nothing is read.

        None where as_of cuts rows off or empties cells, or where the file doesn't say.
        """
        if self[name].op() != self._raw(name).op():
            return None
        path = str(self._prepared.folder / f"{name}.parquet")
        found = self.connection.con.execute(
            "SELECT path_in_schema, sum(num_values - stats_null_count)::BIGINT,"
            " bool_or(stats_null_count IS NULL) FROM parquet_metadata(?) GROUP BY ALL",
            [path],
        ).fetchall()
        return None if any(unknown for *_, unknown in found) else {c: n for c, n, _ in found}

    @cached_property
    def sources(self):
        """pandas DataFrame of the files read: table, file, rows (read), kept (of the whole table)."""
        import pandas as pd

        rows = [
            (table, file, read, self._prepared.rows_kept[table])
            for table, files in self._prepared.file_rows.items()
            for file, read in files.items()
        ]
        return pd.DataFrame(rows, columns=["table", "file", "rows", "kept"])

    @cached_property
    def duplicates(self):
        """Likely duplicates among the customers: pairs, customers, expected; None if not looked for."""
        return self._prepared.duplicates

    def duplicate_pairs(self):
        """pandas DataFrame customer_id, merge_into, probability of the likely duplicates."""
        path = self._prepared.folder / "customer_pairs.parquet"
        return self.connection.read_parquet(path, table_name="customer_pairs").execute()

    @cached_property
    def ledger(self):
        """pandas DataFrame of cleaning: table, rule, rows, customers, money, detail."""
        import pandas as pd

        ledger = [list(row) for row in self._prepared.ledger]
        if self.duplicates and self.duplicates["pairs"]:
            counts = [self.duplicates["pairs"], self.duplicates["customers"]]
            ledger.append(["customers", "likely_duplicates", *counts, None, ""])
        for name, days in self._prepared.latest.items():
            for column, last_on in days.items():
                if column == TABLES[name].moment and last_on > self.as_of.isoformat():
                    ledger.append([name, "after_as_of", *self._after_as_of(name), ""])
            for column in self._later(name):
                raw = self._raw(name)
                early = self._up_to(raw[TABLES[name].moment])
                rows = int(raw.filter(early & ~self._up_to(raw[column])).count().execute())
                if rows:
                    ledger.append([name, "later_value_emptied", rows, None, None, column])
        frame = pd.DataFrame(ledger, columns=LEDGER_COLUMNS)
        return frame.astype({"rows": "int64", "customers": "Int64", "money": "float64"})

    def _after_as_of(self, name):
        """Rows, customers and money of a table later than as_of."""
        raw = self._raw(name)
        late = raw.filter(~self._up_to(raw[TABLES[name].moment]))
        counts = {"rows": late.count()}
        if "customer_id" in raw.columns:
            counts["customers"] = late.customer_id.nunique()
        money = money_column(TABLES[name])
        if money in raw.columns:
            counts["money"] = late[money].sum()
        found = late.aggregate(**counts).execute().iloc[0]
        return [found.get(count) for count in ("rows", "customers", "money")]

    def _raw(self, name):
        path = self._prepared.folder / f"{name}.parquet"
        return self.connection.read_parquet(path, table_name=name)

    def _up_to(self, moment):
        import ibis

        return moment.cast("timestamp") < ibis.timestamp(
            (self.as_of + timedelta(days=1)).isoformat()
        )

    def _ends_by_as_of(self, name, column):
        """Whether the table is known to hold no later day; cleaning lets no required one be missing."""
        last_on = self._prepared.latest.get(name, {}).get(column)
        return last_on is not None and last_on <= self.as_of.isoformat()

    def _later(self, name):
        """Columns of a table that hold days later than as_of which nobody could know yet."""
        day, table = self.as_of.isoformat(), TABLES[name]
        latest = self._prepared.latest.get(name, {})
        return [
            column
            for column, last_on in latest.items()
            if last_on > day
            and table.moment not in (None, column)
            and column not in (*PLANNED, "recorded_at")
        ]

    def _cut(self, table, name):
        moment = TABLES[name].moment
        # a condition that every row meets would only be one more step of every query
        if moment and not self._ends_by_as_of(name, moment):
            table = table.filter(self._up_to(table[moment]))
        if "recorded_at" in table.columns and not self._ends_by_as_of(name, "recorded_at"):
            table = table.filter(table.recorded_at.isnull() | self._up_to(table.recorded_at))
        if later := self._later(name):
            import ibis

            table = table.mutate(
                **{c: ibis.ifelse(self._up_to(table[c]), table[c], None) for c in later}
            )
        return table
