"""How full each column is, and how far a table reaches."""

from __future__ import annotations

from datetime import date

import pandas as pd

__all__ = ["filled_columns", "recording_delay", "table_days"]


def filled_columns(table, columns: list[str], counted: dict | None = None) -> pd.DataFrame:
    """Filled cells of the columns of an Ibis table.

    `counted` {column: filled cells} where they are known (`Tables.filled`): the table is not read then.
    Returns a frame: column, rows, filled, share (0 to 1; NaN without rows), in the order given.
    """
    counts = {"_rows": table.count()}
    counts |= {f"_{name}": table[name].count() for name in columns if counted is None}
    found = table.aggregate(**counts).execute().iloc[0]
    rows = int(found["_rows"])
    filled = [int(counted[c] if counted is not None else found[f"_{c}"]) for c in columns]
    return pd.DataFrame(
        {
            "column": columns,
            "rows": rows,
            "filled": filled,
            "share": [n / rows if rows else float("nan") for n in filled],
        }
    )


def table_days(table, moment: str, *, as_of: date) -> dict:
    """First and last day of a table's rows, its rows, and how many days lie between the last and
    `as_of` (None where no row has a day)."""
    day = table[moment].cast("date")
    found = table.aggregate(first=day.min(), last=day.max(), rows=table.count()).execute().iloc[0]
    first, last = (pd.Timestamp(found[end]) for end in ("first", "last"))
    if pd.isna(last):
        return {"first": None, "last": None, "rows": int(found["rows"]), "age_days": None}
    age = (pd.Timestamp(as_of) - last.normalize()).days
    return {"first": first.date(), "last": last.date(), "rows": int(found["rows"]), "age_days": age}


def recording_delay(table, moment: str, *, late_days: int = 7) -> dict | None:
    """Days from what happened to when it became known: rows, median, p95, share later than
    `late_days`; None where recorded_at is missing or empty."""
    if "recorded_at" not in table.columns:
        return None
    known = table.filter(table.recorded_at.notnull() & table[moment].notnull())
    days = known.recorded_at.cast("date").delta(known[moment].cast("date"), unit="day")
    found = (
        known.mutate(days=days)
        .aggregate(
            rows=lambda t: t.count(),
            median=lambda t: t.days.quantile(0.5),
            p95=lambda t: t.days.quantile(0.95),
            late=lambda t: (t.days > late_days).mean(),
        )
        .execute()
        .iloc[0]
    )
    if not found["rows"]:
        return None
    return {
        "rows": int(found["rows"]),
        "median_days": float(found["median"]),
        "p95_days": float(found["p95"]),
        "late_share": float(found["late"]),
    }
