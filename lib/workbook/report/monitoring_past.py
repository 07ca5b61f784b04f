"""What monitoring reads beside the tables: the ledger, earlier runs, and other themes' results."""

from dataclasses import dataclass

import pandas as pd

from workbook.analysis import chance_scores, kept_findings, run_change
from workbook.analysis.action_book import action_book
from workbook.analysis.read_state import YEAR, rows_up_to
from workbook.intake.action_ledger import read_actions, read_arms
from workbook.intake.contract import TABLES

from .recorded_words import RECORDED

__all__ = ["Change", "book_of", "change_since", "judged_scores", "ledger_of", "past_forecasts"]

SCORES = [
    "theme", "event", "made_on", "start", "end", "state", "n", "events", "mean", "share", "brier",
    "baseline", "gain", "low", "high", "auc", "top",
]  # fmt: skip
MOST_SCORES = 12  # files of chances judged, the newest


@dataclass(frozen=True)
class Change:
    """What changed since an earlier run: its day, `parts` as `run_change.revenue_split` (None without
    orders or snapshot), `cause` (a key of `run_change.CAUSES`), `rows` as `run_change.table_rows`,
    `findings` and `numbers` as `kept_findings` gives them, `revenue` then and now."""

    earlier: object
    parts: pd.DataFrame | None
    cause: str
    rows: pd.DataFrame
    findings: pd.DataFrame
    numbers: pd.DataFrame
    revenue: tuple


def ledger_of(report):
    """Rows of the ledger that people edit, and the arms drawn; two empty lists without it."""
    base = report.run.data_dir / report.client.folder
    return read_actions(base), read_arms(base)


def book_of(report, ledger, arms, days=None):
    """All actions, from the table and the ledger (`action_book.ActionBook`)."""
    return action_book(report.tables, ledger, arms, days)


def past_forecasts(report, runs):
    """Forecasts of the earlier runs as dicts, newest run first."""
    return [forecast for run in runs for forecast in run.forecasts]


def judged_scores(report, runs, days, *, confidence=0.95):
    """Chances of single customers that earlier runs left, judged.

    Returns
    -------
    table : pandas.DataFrame
        theme, event, made_on, start, end (dates), state (judged, pending, impossible), n, events, mean
        (chance), share (with the event), brier, baseline, gain, low, high, auc, top; newest last.
    groups : dict
        {row of the table: groups of `chance_scores.Judged`}.
    """
    import ibis

    rows, groups = [], {}
    files = [(run, file) for run in runs for file in run.scores][:MOST_SCORES]
    for run, file in sorted(files, key=lambda pair: (pair[1].end, pair[0].as_of, pair[1].theme)):
        row = {"theme": file.theme, "event": file.event, "made_on": run.as_of}
        row |= {"start": file.start, "end": file.end, "state": "pending"}
        if file.end <= report.tables.as_of:
            happened = chance_scores.event_customers(
                report.tables, days, file.event, start=file.start, end=file.end
            )
            row["state"] = "impossible"
            if happened is not None:
                chances = ibis.memtable(file.read())
                found = chance_scores.judged_chances(chances, happened, confidence=confidence)
                if found is not None:
                    names = (
                        "n",
                        "events",
                        "mean",
                        "share",
                        "brier",
                        "baseline",
                        "gain",
                        "low",
                        "high",
                    )
                    row |= {name: getattr(found, name) for name in (*names, "auc", "top")}
                    row["state"] = "judged"
                    groups[len(rows)] = found.groups
        rows.append(row)
    table = pd.DataFrame(rows, columns=SCORES)
    table[SCORES[6:]] = table[SCORES[6:]].astype(float)
    return table, groups


def change_since(report, runs, *, confidence=0.95):
    """What changed since the last run (`Change`); None in a first run."""
    if not runs:
        return None
    last, tables = runs[0], report.tables
    then = last.snapshot.info if last.snapshot else {}
    moments = {name: TABLES[name].moment for name in TABLES if name in tables}
    moments = {name: column for name, column in moments.items() if column}
    rows = run_change.table_rows(then.get("rows", {}), rows_up_to(tables, moments, last.as_of))
    now = _hashes_now(report)
    cause = run_change.changed_sources(then.get("hashes", {}), now) if then and now else ""
    parts = None
    told = then.get("year")
    if told and last.snapshot.customers is not None and "orders" in tables:
        year = tables.connection.read_parquet(last.snapshot.customers, table_name="then")
        parts = run_change.revenue_split(
            tables["orders"], year, told, earlier=last.as_of, as_of=tables.as_of,
            days=then.get("days", YEAR), confidence=confidence,
        )  # fmt: skip
    results = report.results
    ran = [name for name in results.themes if results.status(name) == "done"]
    findings = kept_findings.finding_changes(last.findings, results.findings(), set(ran))
    before = then.get("hashes", {}).get("choices", {})
    kept = (now or {}).get("choices", {})
    old = last.run.get("themes", {})
    numbers = kept_findings.record_changes(
        last.record,
        {name: results.record(name) for name in ran},
        RECORDED,
        code={name: _code(old.get(name), results.entries.get(name)) for name in ran},
        choices={n: before[n] != kept[n] for n in ran if n in before and n in kept},
    )
    revenue = (
        (told["revenue"], told["revenue"] + parts["revenue"].sum())
        if parts is not None
        else (None,) * 2
    )
    return Change(last, parts, cause, rows, findings, numbers, revenue)


def _code(before, now):
    """Whether notebook or library differ between two entries of run.json; None when unknown."""
    hashes = [(entry or {}).get("hashes") for entry in (before, now)]
    if not all(hashes):
        return None
    return any(hashes[0].get(part) != hashes[1].get(part) for part in ("notebook", "library"))


def _hashes_now(report):
    """Hashes of this run's snapshot; None outside a run of the runner."""
    from .earlier import EarlierRun

    folder = report.run.results
    found = EarlierRun(folder, report.tables.as_of).snapshot if folder else None
    return found.info.get("hashes") if found else None
