"""Past forecasts against what came: outcome, interval hit, and how often intervals hold."""

from __future__ import annotations

from datetime import date

import ibis
import numpy as np
import pandas as pd
from scipy.stats import binom

from workbook.analysis.chance_scores import without_renewed
from workbook.analysis.intervals import wilson

__all__ = ["hit_rate", "judged_forecasts", "outcome"]

COLUMNS = [
    "theme", "name", "measure", "made_on", "start", "end", "value", "low", "high", "level", "place",
    "customers", "state", "actual", "hit", "error", "score",
]  # fmt: skip


def outcome(tables, days, forecast: dict) -> float | None:
    """What a forecast was about, counted in the data of today.

    Parameters
    ----------
    tables : workbook.intake.tables.Tables
    days : ibis.Table or None
        From `bought_days.bought_days`; None without orders.
    forecast : dict
        measure (revenue: positive amounts of purchases; purchases: purchase days; buyers: customers
        with one; ended_contracts), start, end (dates, both included), place {column: value},
        customers ("all", or "known": bought before start; of contracts: begun before it).

    Returns
    -------
    float or None
        None where a table or a column of the place is missing.
    """
    if forecast["measure"] == "ended_contracts":
        return _ended(tables, forecast)
    if days is None:
        return None
    place = forecast.get("place") or {}
    mine = [column for column in place if tables.has("orders", column)]
    if mine:  # days of the lines meant, first purchases of the customer as a whole
        from workbook.analysis.bought_days import bought_days

        part = bought_days(_at(tables["orders"], {c: place[c] for c in mine})).drop("first_on")
        first = days.select("customer_id", "first_on").distinct()
        days = part.join(first, "customer_id")
    found = _of_customers(tables, days, {c: v for c, v in place.items() if c not in mine})
    if found is None:
        return None
    start, end = _day(forecast["start"]), _day(forecast["end"])
    found = found.filter((found.bought_on >= start) & (found.bought_on <= end))
    if forecast.get("customers") == "known":
        found = found.filter(found.first_on < start)
    sums = {"revenue": found.amount.sum(), "purchases": found.count()}
    sums["buyers"] = found.customer_id.nunique()
    value = found.aggregate(value=sums[forecast["measure"]]).execute()["value"].iloc[0]
    return 0.0 if pd.isna(value) else float(value)


def _ended(tables, forecast):
    if not tables.has("contracts", "ended_on"):
        return None
    rows, place = without_renewed(tables["contracts"]), forecast.get("place") or {}
    mine = [column for column in place if column in rows.columns]
    rows = _at(rows, {column: place[column] for column in mine})
    rows = _of_customers(tables, rows, {c: v for c, v in place.items() if c not in mine})
    if rows is None:
        return None
    start, end = _day(forecast["start"]), _day(forecast["end"])
    ended = rows.ended_on.cast("date")
    rows = rows.filter((ended >= start) & (ended <= end))
    if forecast.get("customers") == "known" and "started_on" in rows.columns:
        rows = rows.filter(rows.started_on.cast("date") < start)
    return float(rows.count().execute())


def _at(table, place):
    for column, value in place.items():
        table = table.filter(table[column].cast("string") == str(value))
    return table


def _of_customers(tables, rows, place):
    """Rows of the customers at a place; None where customers have no such column."""
    if not place:
        return rows
    if not tables.has("customers", *place):
        return None
    return rows.semi_join(_at(tables["customers"], place), "customer_id")


def _day(day):
    return ibis.literal(day).cast("date")


def judged_forecasts(tables, days, forecasts: list[dict], *, as_of: date) -> pd.DataFrame:
    """Each forecast with what came.

    Parameters
    ----------
    tables, days
        As for `outcome`.
    forecasts : list of dict
        As for `outcome`, with theme, name, made_on, value, low, high and level (chance that the
        interval holds the outcome).

    Returns
    -------
    pandas.DataFrame
        The forecast's columns, and state ("judged"; "pending": its period is not over; "impossible":
        its table or column is missing), actual, hit (low <= actual <= high; None unless judged), error
        (actual / value - 1), score (interval score, small is good); newest end last.

    Notes
    -----
    Interval score: width + 2 / (1 - level) x distance outside (Gneiting, Raftery 2007).
    """
    rows = []
    for forecast in forecasts:
        actual, state = None, "pending"
        if forecast["end"] <= as_of:
            actual = outcome(tables, days, forecast)
            state = "impossible" if actual is None else "judged"
        row = {name: forecast.get(name) for name in COLUMNS} | {"state": state, "actual": actual}
        if state == "judged":
            low, high, value = forecast["low"], forecast["high"], forecast["value"]
            outside = max(low - actual, actual - high, 0.0)
            row["hit"] = outside == 0
            row["error"] = actual / value - 1 if value else None
            row["score"] = high - low + 2 / (1 - forecast["level"]) * outside
        rows.append(row)
    table = pd.DataFrame(rows, columns=COLUMNS)
    numbers = ["value", "low", "high", "level", "actual", "error", "score"]
    table[numbers] = table[numbers].astype(float)
    order = ["end", "made_on", "theme", "name"]
    return table.sort_values(order, ignore_index=True, kind="stable")


def hit_rate(judged: pd.DataFrame, *, confidence: float = 0.95) -> dict:
    """How often intervals held what came.

    Returns
    -------
    dict
        scored, hits, share (None without any), low, high (Wilson on `apart`), wanted (mean level),
        apart (forecasts whose periods don't overlap, the earliest of each run of overlapping ones:
        only they are independent), apart_hits, p (one-sided, of so few hits among them if intervals
        held what they say), bias (mean of actual / value - 1).

    Notes
    -----
    Exact binomial at the lowest level among them.
    """
    rows = judged[judged["state"] == "judged"]
    n, hits = len(rows), int(rows["hit"].astype(bool).sum()) if len(rows) else 0
    found = {"scored": n, "hits": hits, "share": hits / n if n else None}
    apart = _apart(rows)
    k = int(apart["hit"].astype(bool).sum()) if len(apart) else 0
    low, high = (
        wilson(found["share"] * len(apart), len(apart), confidence=confidence) if n else (0, 1)
    )
    level = float(apart["level"].min()) if len(apart) else np.nan
    return found | {
        "low": float(low),
        "high": float(high),
        "wanted": float(rows["level"].mean()) if n else None,
        "apart": len(apart),
        "apart_hits": k,
        "p": float(binom.cdf(k, len(apart), level)) if len(apart) else None,
        "bias": float(rows["error"].mean()) if n and rows["error"].notna().any() else None,
    }


def _apart(rows):
    """Forecasts whose periods don't overlap, earliest end first."""
    kept, last = [], None
    for at, row in rows.sort_values(["end", "start", "theme", "name"]).iterrows():
        if last is None or row["start"] > last:
            kept.append(at)
            last = row["end"]
    return rows.loc[kept]
