"""How long customers wait: to the first reply and to the end, tickets still open included."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.clustered import cluster_variance
from workbook.analysis.competing_risks import cumulative_incidence
from workbook.analysis.survival import survival_at, survival_curve

__all__ = ["CHECKPOINTS", "Wait", "reply_wait", "resolution_wait", "waits_by"]

#: Hours at which shares are told.
CHECKPOINTS = (1.0, 4.0, 8.0, 24.0, 48.0, 72.0, 168.0, 336.0, 720.0)
FEWEST = 30  # tickets for a group of its own
MOST_GROUPS = 12
MOST_ROWS = 100_000  # for the design effect
SAME_MINUTE = 1 / 120  # hours: what ends within the minute has waited half of one


@dataclass(frozen=True)
class Wait:
    """How long it took.

    Attributes
    ----------
    table : pandas.DataFrame
        hours, share (done by then), low, high, waiting (tickets still followed and not done just
        before): one row per hour of `CHECKPOINTS` that was followed.
    curve : pandas.DataFrame
        hours, share, low, high: one row per moment at which something was done, at most 400.
    median, low, high : float or None
        Hours by which half were done; None where the share, or its limit, has not got that far.
    n, done, other, open : int
        Tickets; done; ended in another way (closed without a reply); still waiting.
    design_effect : float
        Variance against that of tickets independent of each other.
    """

    table: pd.DataFrame
    curve: pd.DataFrame
    median: float | None
    low: float | None
    high: float | None
    n: int
    done: int
    other: int
    open: int
    design_effect: float


def resolution_wait(tickets: pd.DataFrame, *, confidence=0.95) -> Wait:
    """Time from opening to closing; tickets that are open count up to as_of.

    Parameters
    ----------
    tickets : pandas.DataFrame
        hours, done, customer, week, as `tickets.encoded_tickets` gives them.

    Returns
    -------
    Wait

    Notes
    -----
    Kaplan, Meier (1958). Interval on the log(-log) scale with Greenwood's variance times the
    design effect: robust variance by customer and week over that of independent rows.
    """
    rows = pd.DataFrame(
        {"duration": tickets["hours"].clip(lower=SAME_MINUTE), "ended": tickets["done"]}
    )
    effect = _design_effect(tickets, rows["duration"], rows["ended"])
    level = _widened(confidence, effect)
    curve = survival_curve(rows, confidence=level)
    points = np.array([h for h in CHECKPOINTS if h <= curve.last])
    table = survival_at(curve, points)
    steps = curve.table.rename(columns={"month": "hours"})
    done = int(tickets["done"].sum())
    return _wait(table, steps, len(tickets), done, 0, effect, tickets["hours"])


def reply_wait(tickets: pd.DataFrame, *, confidence=0.95) -> Wait:
    """Time from opening to the first reply; closing without one competes with it.

    Parameters
    ----------
    tickets : pandas.DataFrame
        reply_hours, reply (replied, unanswered, waiting), customer, week.

    Returns
    -------
    Wait
        The share is that of all tickets: those closed without a reply never get one.

    Notes
    -----
    Aalen, Johansen (1978), see `competing_risks.cumulative_incidence`; the interval is widened by
    the design effect of the time to either end.
    """
    replied = (tickets["reply"] == "replied").to_numpy()
    ended = replied | (tickets["reply"] == "unanswered").to_numpy()
    rows = pd.DataFrame({"duration": tickets["reply_hours"].to_numpy(), "ended": ended})
    rows["duration"] = rows["duration"].clip(lower=SAME_MINUTE)
    rows["reason"] = np.where(replied, "replied", np.where(ended, "unanswered", None))
    effect = _design_effect(tickets, rows["duration"], rows["ended"])
    found = cumulative_incidence(rows, minimum=1, confidence=_widened(confidence, effect))
    steps = found[found["reason"] == "replied"]
    steps = pd.DataFrame(
        {
            "hours": steps["month"],
            "survival": 1 - steps["incidence"],
            "low": 1 - steps["high"],
            "high": 1 - steps["low"],
        }
    ).reset_index(drop=True)
    last = rows["duration"].max() if len(rows) else 0.0
    points = np.array([h for h in CHECKPOINTS if h <= last])
    place = np.searchsorted(steps["hours"], points, side="right")
    table = pd.DataFrame({"month": points})
    for name, none_yet in (("survival", 1.0), ("low", np.nan), ("high", 1.0)):
        table[name] = np.append(none_yet, steps[name])[place]
    n, done = len(tickets), int(replied.sum())
    return _wait(table, steps, n, done, int(ended.sum()) - done, effect, rows["duration"])


def _wait(table, steps, n, done, other, effect, durations):
    """Shares done out of curves of those who still wait."""
    waiting = np.sort(np.asarray(durations, float))
    table = pd.DataFrame(
        {
            "hours": table["month"],
            "share": 1 - table["survival"],
            "low": 1 - table["high"],
            "high": 1 - table["low"],
            "waiting": n - np.searchsorted(waiting, table["month"], side="left"),
        }
    )
    median, low, high = (_crossing(steps, name) for name in ("survival", "low", "high"))
    kept = np.unique(np.linspace(0, max(len(steps) - 1, 0), 400).astype(int))[: len(steps)]
    thin = steps.iloc[kept]
    curve = pd.DataFrame(
        {
            "hours": thin["hours"],
            "share": 1 - thin["survival"],
            "low": 1 - thin["high"],
            "high": 1 - thin["low"],
        }
    ).reset_index(drop=True)
    return Wait(table, curve, median, low, high, n, done, other, n - done - other, effect)


def _crossing(steps, name):
    below = steps.loc[steps[name] <= 0.5 + 1e-12, "hours"]
    return float(below.iloc[0]) if len(below) else None


def _widened(confidence, effect):
    """The confidence level whose plain interval is as wide as the widened one."""
    wide = norm.ppf(0.5 + confidence / 2) * np.sqrt(effect)
    return float(2 * norm.cdf(wide) - 1)


def _design_effect(tickets, duration, ended):
    """Robust over plain variance of the cumulative hazard, median of three ages; at least 1."""
    duration, ended = np.asarray(duration, float), np.asarray(ended, bool)
    if ended.sum() < FEWEST:
        return 1.0
    every = -(-len(ended) // MOST_ROWS)
    if every > 1:  # whole customers, so that what hangs together stays together
        kept = (tickets["customer"] % every == 0).to_numpy()
        tickets, duration, ended = tickets[kept], duration[kept], ended[kept]
    times, places = np.unique(duration[ended], return_inverse=True)
    deaths = np.bincount(places).astype(float)
    at_risk = len(duration) - np.searchsorted(np.sort(duration), times, side="left")
    pace = np.concatenate([[0.0], np.cumsum(deaths / at_risk**2)])
    own = 1 / at_risk[np.minimum(np.searchsorted(times, duration), len(times) - 1)]
    effects = []
    for age in np.quantile(duration[ended], [0.25, 0.5, 0.75]):
        upto = pace[np.searchsorted(times, np.minimum(duration, age), side="right")]
        score = np.where(ended & (duration <= age), own, 0.0) - upto
        robust = cluster_variance(score, tickets["customer"], tickets["week"])
        effects.append(robust / max(score @ score, 1e-300))
    return float(max(np.median(effects), 1.0))


def waits_by(tickets: pd.DataFrame, column: str, measure, *, confidence=0.95) -> pd.DataFrame:
    """Waits of the groups of a column.

    Parameters
    ----------
    tickets : pandas.DataFrame
    column : str
    measure : callable
        `reply_wait` or `resolution_wait`.

    Returns
    -------
    pandas.DataFrame
        group, n, open, median, low, high (hours, NaN where not reached or fewer than 30 tickets),
        day_share, day_low, day_high (share done within 24 hours); at most 12 groups, largest first.
    """
    rows = []
    sizes = tickets[column].value_counts()
    for group in sizes.index[sizes > 0][:MOST_GROUPS]:
        part = tickets[(tickets[column] == group).to_numpy()]
        row = {"group": group, "n": len(part)}
        if len(part) >= FEWEST:
            found = measure(part, confidence=confidence)
            row |= {"open": found.open, "median": found.median}
            row |= {"low": found.low, "high": found.high}
            day = found.table[found.table["hours"] == 24.0]
            if len(day):
                ends = day.iloc[0]
                row |= {
                    "day_share": ends["share"],
                    "day_low": ends["low"],
                    "day_high": ends["high"],
                }
        rows.append(row)
    columns = ["group", "n", "open", "median", "low", "high", "day_share", "day_low", "day_high"]
    table = pd.DataFrame(rows, columns=columns)
    return table.astype({name: float for name in columns[2:]})
