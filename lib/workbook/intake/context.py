"""What cleaning one table has to know beyond it: settings, merges, customers, exchange rates."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from workbook.intake.merges import merge_content, read_merges

__all__ = ["Context", "context_of"]


@dataclass(frozen=True)
class Context:
    """Settings of the client, and what other tables say.

    `switches` {rule: on}; `scales` as in the params; `merges` {customer_id: into}; `folder` holds the
    canonical tables made so far (customers and fx come first).
    """

    folder: Path
    currency: str = ""
    switches: dict[str, bool] = field(default_factory=dict)
    scales: dict[str, tuple] = field(default_factory=dict)
    personal_data: tuple[str, ...] = ()
    merges: dict[str, str] = field(default_factory=dict)
    tables: tuple[str, ...] = ()

    def on(self, rule: str) -> bool:
        """Whether the rule is on."""
        return self.switches.get(rule, True)

    def attach(self, connection, table) -> dict[str, int]:
        """Make the engine's tables merges, known, tests and rates; returns their rows.

        merges (customer_id, merge_into); known (customer_id), of the customers that stayed; tests
        (customer_id), test accounts; rates (currency, period, rate). A table that this `table` has no
        use for is empty.
        """
        connection.execute("CREATE TABLE merges (customer_id VARCHAR, merge_into VARCHAR)")
        connection.execute("CREATE TABLE known (customer_id VARCHAR)")
        connection.execute("CREATE TABLE tests (customer_id VARCHAR)")
        connection.execute("CREATE TABLE rates (currency VARCHAR, period DATE, rate DOUBLE)")
        has_customer = table.column("customer_id") is not None
        if has_customer and self.merges and self.on("merged_customers"):
            import pyarrow as pa

            pairs = pa.table({"a": list(self.merges), "b": list(self.merges.values())})
            connection.register("merge_pairs", pairs)
            connection.execute("INSERT INTO merges SELECT * FROM merge_pairs")
        if has_customer and table.name != "customers" and "customers" in self.tables:
            self._fill(connection, "known", "customers.parquet", "SELECT customer_id FROM {}")
            self._fill(
                connection,
                "tests",
                "customers_review.parquet",
                "SELECT DISTINCT customer_id FROM {} WHERE rule = 'test_account'",
            )
        if table.column("currency") is not None and table.name != "fx" and "fx" in self.tables:
            rates = "SELECT upper(currency), period::DATE, rate FROM {} WHERE rate > 0"
            self._fill(connection, "rates", "fx.parquet", rates)
        return {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for name in ("merges", "known", "tests", "rates")
        }

    def _fill(self, connection, name: str, file: str, select: str) -> None:
        path = self.folder / file
        if path.is_file():
            place = str(path).replace("'", "''")
            read = f"read_parquet('{place}')"
            connection.execute(f"INSERT INTO {name} {select.format(read)}")


def context_of(client, base: Path) -> tuple[Context, bytes]:
    """Context of a client whose data lie in `base`, and the merge file's content for its hash."""
    context = Context(
        folder=base / "tables",
        currency=client.currency,
        switches=client.cleaning,
        scales=client.scales,
        personal_data=client.personal_data,
        merges=read_merges(base),
        tables=tuple(client.sources),
    )
    return context, merge_content(base)
