"""What a report knows of other themes and earlier runs, and what it leaves for later ones."""

from functools import cached_property
from pathlib import Path

__all__ = ["Memory"]


class Memory:
    """Part of `workbook.report.document.Report`: other results, and forecasts to be judged."""

    @property
    def params_folder(self):
        return Path(self.run.params_dir) / self.client.folder

    @property
    def outputs_folder(self):
        """outputs/<client>, where all of its runs lie; None where nobody says."""
        outputs = self.run.outputs_dir
        return None if outputs is None else Path(outputs) / self.client.folder

    @cached_property
    def results(self):
        """What the other themes have left (see `workbook.report.results.Results`)."""
        from .results import Results

        return Results.of(self)

    def earlier_runs(self):
        """Runs of this client before this reporting date, newest first (`earlier.EarlierRun`)."""
        from .earlier import earlier_runs

        day = self.as_of or self.tables.as_of
        return earlier_runs(self.outputs_folder, day, language=self.language.code)

    def forecast(self, **given):
        """Leave a forecast that a later run judges; options as `forecasts.forecast_entry`.

        One without a number (None, NaN) is left out.
        """
        from .forecasts import forecast_entry

        numbers = [given.get(name) for name in ("value", "low", "high")]
        if any(number is None or number != number for number in numbers):
            return
        entry = forecast_entry(**given)
        if entry["name"] in [other["name"] for other in self.parts["forecasts"]]:
            raise ValueError(f"two forecasts of this report are called {entry['name']!r}")
        self.parts["forecasts"].append(entry)

    def forecasts(self, rows):
        """Leave several forecasts: `forecast` with each row's options."""
        for row in rows:
            self.forecast(**row)

    def scores(self, event="purchase", frame=None, *, start, end):
        """Leave chances of single customers that a later run judges by what they did.

        Parameters
        ----------
        event : {"purchase", "contract_end"}
        frame : pandas.DataFrame or None
            customer_id, probability; None or no row leaves nothing.
        start, end : datetime.date
            Days on which the event counts, both included.
        """
        from .forecasts import score_file

        if frame is None or not len(frame) or self.language.code != self.client.language:
            return
        file = f"tables/scores_{self.theme}_{event}.parquet"
        self.run.write(file, score_file(event, frame, start=start, end=end))
