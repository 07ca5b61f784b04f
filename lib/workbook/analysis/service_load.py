"""Load against staff: when tickets come in, when agents work, how long those tickets wait."""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.intervals import interval
from workbook.analysis.tickets import day_number, week_number

__all__ = ["Load", "agent_hours", "service_load"]

WEEKS = 52
FEWEST = 200  # tickets that hold a time of day
MOST_DATED = 0.5  # share of openings at midnight above which hours are not recorded
#: Part of an agent's hour in which nobody is taken to work.
NOBODY = 0.25


@dataclass(frozen=True)
class Load:
    """A week of service, hour by hour.

    Attributes
    ----------
    table : pandas.DataFrame
        weekday (0 Monday), hour, tickets (per week), agents (at work, mean), wait_hours (median
        to the first reply of tickets opened then; NaN below 10 tickets).
    misplaced, low, high : float or None
        Share of agent hours that stand in other hours of the week than tickets come in, beyond
        what chance shows; weeks drawn again. None without agents' hours.
    unmanned : float or None
        Share of tickets opened in hours in which hardly anybody works; None where agents do so
        little that most of their hours can't be seen (less than one at work in busy hours).
    weeks, tickets : int
    """

    table: pd.DataFrame
    misplaced: float | None
    low: float | None
    high: float | None
    unmanned: float | None
    weeks: int
    tickets: int


def agent_hours(rows: ir.Table, steps: ir.Table | None, *, as_of: date) -> pd.DataFrame:
    """Agents at work by hour, as their replies, closings and steps show.

    Parameters
    ----------
    rows : ibis.Table
        From `tickets.ticket_rows`.
    steps : ibis.Table, optional
        ticket_steps with agent.

    Returns
    -------
    pandas.DataFrame
        hour_at (start of the hour), agents; only hours with an action, of the last 53 weeks.
    """
    since = ibis.timestamp((as_of - timedelta(days=7 * (WEEKS + 1))).isoformat())
    end = ibis.timestamp((as_of + timedelta(days=1)).isoformat())
    moments = [(rows, "first_reply_at"), (rows, "closed_at")]
    if steps is not None and "agent" in steps.columns:
        moments.append((steps, "at"))
    parts = [
        table.filter(table["agent"].notnull() & (table[at] >= since) & (table[at] < end)).select(
            agent=table["agent"].cast("string"),
            hour_at=table[at].cast("timestamp").truncate("h").cast("timestamp(6)"),
        )
        for table, at in moments
    ]
    acted = ibis.union(*parts)
    hours = acted.group_by("hour_at").aggregate(agents=acted.agent.nunique())
    return hours.order_by("hour_at").to_pandas()


def service_load(
    tickets: pd.DataFrame, acted: pd.DataFrame, *, as_of: date, confidence=0.95, seed=0
) -> Load | None:
    """A usual week: tickets, agents and waits by weekday and hour.

    Parameters
    ----------
    tickets : pandas.DataFrame
        As `tickets.encoded_tickets` gives them.
    acted : pandas.DataFrame
        From `agent_hours`.

    Returns
    -------
    Load or None
        Of the last 52 whole weeks (fewer where the data are shorter, at least 4); None with fewer
        than 200 tickets, or where most openings carry no time of day.

    Notes
    -----
    An agent counts as at work in an hour in which he did anything; silent work isn't seen.
    """
    last_week = week_number(day_number(as_of) + 1) - 1  # the last whole one
    recent = tickets[tickets["week"].between(last_week - WEEKS + 1, last_week).to_numpy()]
    if len(recent) < FEWEST or recent["dated_only"].mean() > MOST_DATED:
        return None
    first_week = int(recent["week"].min())
    weeks = last_week - first_week + 1
    if weeks < 4:
        return None
    slot = recent["weekday"] * 24 + recent["hour"]
    came = np.zeros((weeks, 168))
    np.add.at(came, (recent["week"].to_numpy() - first_week, slot.to_numpy()), 1.0)
    worked = _worked(acted, first_week, weeks)
    wait = recent["reply_hours"].groupby(slot).agg(["median", "size"])
    wait = wait["median"].where(wait["size"] >= 10).reindex(range(168))
    table = pd.DataFrame(
        {
            "weekday": np.arange(168) // 24,
            "hour": np.arange(168) % 24,
            "tickets": came.mean(axis=0),
            "agents": worked.mean(axis=0),
            "wait_hours": wait.to_numpy(),
        }
    )
    if not worked.sum() > 0:
        return Load(table.assign(agents=np.nan), None, None, None, None, weeks, len(recent))
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(weeks, np.full(weeks, 1 / weeks), size=500)
    # three hours at a time, as less would be chance mostly
    came, worked = (hours.reshape(weeks, 56, 3).sum(axis=2) for hours in (came, worked))
    again = _misplaced(drawn @ came, drawn @ worked) ** 2
    found = float(_misplaced(came.sum(axis=0)[None], worked.sum(axis=0)[None])[0]) ** 2
    # chance alone pulls two distributions apart, and drawing weeks again does so once more
    chance = max(float(again.mean()) - found, 0.0)
    misplaced = np.sqrt(max(found - chance, 0.0))
    low, high = np.sqrt(np.maximum(interval(again - 2 * chance, confidence=confidence), 0.0))
    unmanned = None
    if table["agents"].quantile(0.75) >= 1:
        empty = table.loc[table["agents"] < NOBODY, "tickets"].sum()
        unmanned = float(empty / table["tickets"].sum())
    return Load(table, float(misplaced), float(min(low, misplaced)), float(max(high, misplaced)), unmanned, weeks,
                len(recent))  # fmt: skip


def _worked(acted, first_week, weeks):
    worked = np.zeros((weeks, 168))
    if len(acted):
        at = pd.to_datetime(acted["hour_at"])
        day = at.to_numpy().astype("datetime64[D]").astype(int)
        week = week_number(day) - first_week
        inside = (week >= 0) & (week < weeks)
        slot = (at.dt.weekday * 24 + at.dt.hour).to_numpy()
        np.add.at(worked, (week[inside], slot[inside]), acted["agents"].to_numpy(float)[inside])
    return worked


def _misplaced(came, worked):
    """Half the sum of differences of two distributions over the hours of a week, row by row."""
    came = came / came.sum(axis=1, keepdims=True)
    worked = worked / np.maximum(worked.sum(axis=1, keepdims=True), 1e-300)
    return np.abs(came - worked).sum(axis=1) / 2
