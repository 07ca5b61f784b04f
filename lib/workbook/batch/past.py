"""What lies before a run: earlier runs of the client, and the ledger of actions people edit."""

import hashlib
import json
from datetime import date

from workbook.batch.record import read_json
from workbook.intake.action_ledger import ACTIONS, ARMS
from workbook.intake.merges import REVIEW

__all__ = ["days_of_runs", "past_hash"]


def days_of_runs(home):
    """Reporting dates (ISO) of a client's runs in outputs/<client>, newest first."""
    days = []
    for path in home.glob("*/run.json"):
        try:
            days.append(date.fromisoformat(path.parent.name).isoformat())
        except ValueError:
            continue
    return sorted((day for day in days if (home / day).is_dir()), reverse=True)


def past_hash(places, client, as_of):
    """Hash of the runs before `as_of` (ISO) and of the ledger: a theme that reads them runs again
    when they change."""
    home = places.outputs / client.folder
    runs = [
        [day, read_json(home / day / "run.json", {}).get("finished_at")]
        for day in days_of_runs(home)
        if day < as_of
    ]
    review = places.data / client.folder / REVIEW
    files = [review / name for name in (ACTIONS, ARMS)]
    edited = [hashlib.sha256(f.read_bytes()).hexdigest() if f.is_file() else None for f in files]
    return hashlib.sha256(json.dumps([runs, edited]).encode()).hexdigest()
