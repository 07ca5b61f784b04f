"""All tables of a client at a glance: what is there, how full, how far it reaches, what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from workbook.analysis.completeness import filled_columns, recording_delay, table_days
from workbook.analysis.consistency import unmatched_keys
from workbook.analysis.flow import flow_counts, flow_gaps
from workbook.intake.contract import TABLES

__all__ = [
    "columns_filled",
    "gaps_in_flow",
    "keys_unmatched",
    "missing_columns",
    "tables_overview",
    "themes_carried",
]

RARELY_FILLED = 0.05  # share of rows below which a column can't carry an analysis
_KEY_OF_ORDERS = "order_id"


def tables_overview(tables, *, as_of: date) -> pd.DataFrame:
    """One row per mapped table: table, files, rows_read, rows_kept, rows (up to as_of), first, last
    (days), age_days, median_delay_days, late_share (where recorded_at is there)."""
    found = []
    for name, files in tables.sources.groupby("table", sort=False):
        row = {
            "table": name,
            "files": len(files),
            "rows_read": int(files["rows"].sum()),
            "rows_kept": int(files["kept"].iloc[0]),
        }
        moment = TABLES[name].moment
        if name not in tables:
            row |= {"rows": 0}
        elif moment:
            row |= table_days(tables[name], moment, as_of=as_of)
            delay = recording_delay(tables[name], moment)
            if delay:
                row |= {
                    "median_delay_days": delay["median_days"],
                    "late_share": delay["late_share"],
                }
        else:
            row |= {"rows": int(tables[name].count().execute())}
        found.append(row)
    columns = ["table", "files", "rows_read", "rows_kept", "rows", "first", "last", "age_days"]
    columns += ["median_delay_days", "late_share"]
    return pd.DataFrame(found, columns=columns)


def columns_filled(tables) -> pd.DataFrame:
    """Every column that is there: table, column, rows, filled, share, required, unlocks."""
    parts = []
    for name in _there(tables):
        columns = [c for c in tables[name].columns if TABLES[name].column(c) is not None]
        frame = filled_columns(tables[name], columns, tables.filled(name))
        known = [TABLES[name].column(column) for column in columns]
        parts.append(
            frame.assign(
                table=name,
                required=[column.required for column in known],
                unlocks=[column.unlocks for column in known],
            )
        )
    columns = ["table", "column", "rows", "filled", "share", "required", "unlocks"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def missing_columns(tables, filled: pd.DataFrame) -> pd.DataFrame:
    """What the contract knows and the data don't hold: table, column ("" for a whole table), unlocks,
    themes (names), share (of rows filled, NaN where the column isn't mapped)."""
    share = {(r.table, r.column): r.share for r in filled.itertuples()}
    found = []
    for name, table in TABLES.items():
        if name not in tables:
            found.append((name, "", table.meaning, table.themes, float("nan")))
            continue
        for column in table.columns:
            if not column.unlocks or column.personal:
                continue
            family = column.name.rstrip("*")
            seen = [s for (t, c), s in share.items() if t == name and c == column.name]
            if column.name.endswith("*"):
                seen = [s for (t, c), s in share.items() if t == name and c.startswith(family)]
            best = max(seen, default=float("nan"))
            if not best >= RARELY_FILLED:
                found.append((name, column.name, column.unlocks, table.themes, best))
    return pd.DataFrame(found, columns=["table", "column", "unlocks", "themes", "share"])


def themes_carried(tables, themes: Mapping[str, object]) -> pd.DataFrame:
    """One row per theme that reads tables of the contract: theme, there, missing (names of tables)."""
    found = []
    for theme in themes:
        read = [name for name, table in TABLES.items() if theme in table.themes]
        if read:
            there = [name for name in read if name in tables]
            found.append((theme, there, [name for name in read if name not in tables]))
    return pd.DataFrame(found, columns=["theme", "there", "missing"])


def keys_unmatched(tables) -> pd.DataFrame:
    """Keys that lead to no row of the table that they name; see `consistency.unmatched_keys`."""
    links = []
    for name in _there(tables):
        for column in TABLES[name].columns:
            other = column.refers_to
            key = (TABLES[other].key or _KEY_OF_ORDERS) if other else ""
            if other and tables.has(name, column.name) and tables.has(other, key):
                links.append((name, column.name, other, key))
    return unmatched_keys(tables, links)


def gaps_in_flow(tables, *, as_of: date, level: float = 0.01) -> tuple[pd.DataFrame, dict]:
    """Gaps of every table whose rows happen on days, and the flow of each: (gaps, {table: (counts,
    days in a period)}).

    Gaps carry table and `season`: True where they lie between 20 December and 5 March, when holidays
    move (春节) and firms close. Months and plans have no daily flow.
    """
    names = [
        name
        for name in _there(tables)
        if TABLES[name].moment and TABLES[name].column(TABLES[name].moment).type != "month"
    ]
    flows = {name: flow_counts(tables[name], TABLES[name].moment, as_of=as_of) for name in names}
    parts = [
        flow_gaps(counts, length, tests=len(names), level=level).assign(table=name)
        for name, (counts, length) in flows.items()
        if len(counts)
    ]
    parts = [part for part in parts if len(part)]
    columns = ["table", "start", "end", "periods", "rows", "expected", "p", "season"]
    if not parts:
        return pd.DataFrame(columns=columns), flows
    gaps = pd.concat(parts, ignore_index=True)
    season = [
        _in_season(a) and _in_season(b) for a, b in zip(gaps["start"], gaps["end"], strict=True)
    ]
    return gaps.assign(season=season)[columns], flows


def _in_season(day) -> bool:
    return (day.month, day.day) >= (12, 20) or (day.month, day.day) <= (3, 5)


def _there(tables) -> list[str]:
    return [name for name in TABLES if name in tables]
