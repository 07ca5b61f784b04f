"""Earlier runs of the same client: what they recorded, found, forecast and read."""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .findings import Finding

__all__ = ["EarlierRun", "ScoreFile", "Snapshot", "earlier_runs"]

_SCORES = "scores_"
_EVENTS = ("contract_end", "purchase")


@dataclass(frozen=True)
class ScoreFile:
    """Chances of single customers that an earlier run left: `read` gives customer_id, probability.

    `event` is "purchase" or "contract_end", seen from `start` to `end`, both days included.
    """

    theme: str
    event: str
    start: dt.date
    end: dt.date
    path: Path

    def read(self):
        """pandas DataFrame customer_id, probability."""
        import pandas as pd

        return pd.read_parquet(self.path, columns=["customer_id", "probability"])


@dataclass(frozen=True)
class Snapshot:
    """What an earlier run read, in short.

    `info` as `workbook.analysis.read_state.read_state` gives it, with the hashes of code, settings
    and sources; `customers` is the path of a Parquet file customer_id, amount, purchases (the year
    to that run's as_of), or None.
    """

    info: dict
    customers: Path | None


class EarlierRun:
    """A finished run of an earlier reporting date; what is missing or cut short reads as empty.

    Parameters
    ----------
    folder : Path
        outputs/<client>/<as_of>.
    as_of : datetime.date
    language : str
        Findings are read in it where that run has them, else in the client's own language.
    """

    def __init__(self, folder, as_of, language=""):
        self.folder, self.as_of, self.language = Path(folder), as_of, language

    @cached_property
    def run(self):
        """Content of run.json."""
        return _read(self.folder / "run.json", dict)

    @cached_property
    def record(self):
        """{theme: {name: number}} of record.json."""
        found = _read(self.folder / "record.json", dict)
        return {theme: values for theme, values in found.items() if isinstance(values, dict)}

    @cached_property
    def findings(self):
        """List of Finding, as that run ranked them."""
        own = self.folder / f"findings.{self.language}.json"
        path = own if own.is_file() else self.folder / "findings.json"
        names = set(Finding.__dataclass_fields__)
        claims = [c for c in _read(path, list) if isinstance(c, dict) and names >= set(c)]
        needed = {"finding_id", "theme", "kind", "statement", "rung", "metric"}
        return [Finding(**c) for c in claims if needed <= set(c)]

    @cached_property
    def forecasts(self):
        """List of dicts as `workbook.report.forecasts.forecast_entry` makes them, days as dates."""
        rows = []
        for row in _read(self.folder / "forecasts.json", list):
            try:
                days = {name: dt.date.fromisoformat(row[name]) for name in ("start", "end")}
                rows.append({**row, **days, "made_on": self.as_of})
            except (KeyError, TypeError, ValueError):
                continue  # written by hand or by another version: not a forecast that can be judged
        return rows

    @cached_property
    def scores(self):
        """List of ScoreFile."""
        paths = sorted((self.folder / "tables").glob(f"{_SCORES}*.parquet"))
        return [found for path in paths if (found := _score_file(path)) is not None]

    @cached_property
    def snapshot(self):
        """The Snapshot, or None where that run left none."""
        info = _read(self.folder / "tables" / "snapshot.json", dict)
        customers = self.folder / "tables" / "snapshot_customers.parquet"
        return Snapshot(info, customers if customers.is_file() else None) if info else None


def earlier_runs(home, before, *, language=""):
    """Runs of a client before a day, newest first.

    Parameters
    ----------
    home : Path or None
        outputs/<client>; None or a folder that isn't there gives an empty list.
    before : datetime.date
        Reporting date of this run.
    language : str

    Returns
    -------
    list of EarlierRun
    """
    found = []
    if home is None or not Path(home).is_dir():
        return found
    for folder in Path(home).iterdir():
        try:
            day = dt.date.fromisoformat(folder.name)
        except ValueError:
            continue
        if len(folder.name) == 10 and day < before and (folder / "run.json").is_file():
            found.append(EarlierRun(folder, day, language))
    return sorted(found, key=lambda run: run.as_of, reverse=True)


def _read(path, kind):
    """Content of a JSON file if it is of the kind, else an empty one."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return kind()
    return content if isinstance(content, kind) else kind()


def _score_file(path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    name = path.stem.removeprefix(_SCORES)
    event = next((e for e in _EVENTS if name.endswith(f"_{e}")), None)
    if event is None:
        return None
    try:
        told = json.loads(pq.read_schema(path).metadata[b"workbook"])
        start, end = (dt.date.fromisoformat(told[end]) for end in ("start", "end"))
    except (OSError, KeyError, TypeError, ValueError, pa.ArrowException):
        return None
    return ScoreFile(name.removesuffix(f"_{event}"), event, start, end, path)
