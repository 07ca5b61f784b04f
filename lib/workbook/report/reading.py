"""What a report reads: its client's tables, the shared per-customer summary, other themes' results."""

from functools import cached_property
from pathlib import Path

from .results import Results

__all__ = ["Reading"]


class Reading:
    """The reading side of `workbook.report.document.Report`.

    Needs the attributes ``client``, ``params``, ``run``, ``theme`` and ``language``.
    """

    @property
    def params_folder(self):
        return Path(self.run.params_dir) / self.client.folder

    @cached_property
    def tables(self):
        from workbook.intake.tables import open_tables

        return open_tables(self.client, data_dir=self.run.data_dir, as_of=self.as_of)

    @cached_property
    def results(self):
        """What the other themes have left (see `workbook.report.results.Results`)."""
        return Results(
            self.run.results_of(self.client.folder, self.as_of or self.tables.as_of),
            theme=self.theme,
            language=self.language,
            own_language=self.client.language,
        )

    @property
    def as_of(self):
        """The reporting day as a date; without one in the params, None until the tables tell it."""
        import datetime as dt

        given = self.params.get("as_of")
        return dt.date.fromisoformat(given) if given else self.client.as_of

    def customer_summary(self, *, include_zero_amounts=True):
        """The per-customer summary as a pandas frame (see `workbook.analysis.customers`)."""
        import pandas as pd

        if self.run.staging is not None and include_zero_amounts:
            shared = self.run.staging / "tables" / "customer_summary.parquet"
            if shared.is_file():
                return pd.read_parquet(shared)
        from workbook.analysis.customers import customer_summary

        return customer_summary(
            self.tables["orders"],
            as_of=self.tables.as_of,
            include_zero_amounts=include_zero_amounts,
        ).execute()
