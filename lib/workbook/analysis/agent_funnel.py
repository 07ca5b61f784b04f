"""Agents beside each other: a funnel plot with case mix and overdispersion, never a ranking."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

__all__ = ["MEASURES", "Funnel", "agent_funnel", "agent_hits", "funnel_limits"]

#: What an agent's tickets can be judged by; each a share of bad outcomes.
MEASURES = ("dissatisfied", "late", "reopened")
FEWEST = 30  # tickets of an agent who is shown
FEWEST_AGENTS = 5
MIX = ("kind", "priority", "channel", "cause")


@dataclass(frozen=True)
class Funnel:
    """Agents on one measure.

    Attributes
    ----------
    measure : str
        Of `MEASURES`.
    table : pandas.DataFrame
        agent, n, bad, expected (bad outcomes of others with the same tickets), rate (adjusted:
        overall x bad / expected), shrunk (drawn towards all by the between-agent spread), z
        (with the spread allowed for), outside ("above", "below", or empty: beyond the outer line),
        enough (30 tickets and more); most tickets first.
    overall : float
        Share of bad outcomes over all agents' tickets.
    spread : float
        Between-agent standard deviation of the rate beyond chance.
    dispersion : float
        Winsorised mean of the squared z; 1 without a spread.
    p : float
        That agents differ by no more than chance.
    """

    measure: str
    table: pd.DataFrame
    overall: float
    spread: float
    dispersion: float
    p: float


def agent_hits(tickets: pd.DataFrame, measure: str) -> pd.Series:
    """1 for a bad outcome, 0 for a good one, missing where it isn't known; by ticket."""
    if measure == "late":
        known = tickets["due"].isin(["met", "breached"])
        return (tickets["due"] == "breached").astype(float).where(known)
    if measure == "reopened":
        return tickets["reopened"].where(tickets["done"])
    return 1 - tickets["satisfied"]


def agent_funnel(tickets: pd.DataFrame, measure: str) -> Funnel | None:
    """Agents judged by one measure, with the mix of their tickets allowed for.

    Parameters
    ----------
    tickets : pandas.DataFrame
        As `tickets.encoded_tickets` gives them.
    measure : {"dissatisfied", "late", "reopened"}

    Returns
    -------
    Funnel or None
        None below 5 agents with 30 judged tickets each, or when all outcomes are alike.

    Notes
    -----
    Expected by indirect standardisation over kind, priority, channel and cause. Overdispersion
    and the additive between-agent variance: Spiegelhalter (2005), z winsorised at the tenth on
    either side, so that one outlying agent doesn't hide in the spread it makes.
    """
    hits = agent_hits(tickets, measure)
    known = (hits.notna() & tickets["agent"].notna()).to_numpy()
    rows = tickets[known].assign(hit=hits[known].astype(float))
    if rows.empty or not 0 < rows["hit"].mean() < 1:
        return None
    mix = [column for column in MIX if rows[column].notna().any()]
    keys = [rows[column].cat.codes for column in mix]
    chance = rows.groupby(keys)["hit"].transform("mean") if keys else rows["hit"].mean()
    table = pd.DataFrame({"agent": rows["agent"].astype(str), "n": 1, "bad": rows["hit"]})
    table = table.assign(expected=chance, variance=chance * (1 - chance)).groupby("agent").sum()
    table = table.reset_index().sort_values(["n", "agent"], ascending=[False, True])
    enough = (table["n"] >= FEWEST) & (table["variance"] > 0)
    if enough.sum() < FEWEST_AGENTS:
        return None
    overall = float(rows["hit"].mean())
    gap = (table["bad"] - table["expected"]) / table["n"]
    within = table["variance"] / table["n"] ** 2
    z = (gap / np.sqrt(within))[enough]
    cut = np.quantile(z, [0.1, 0.9])
    dispersion = float(np.mean(np.clip(z, *cut) ** 2))
    between = _between(dispersion, within[enough])
    z_all = gap / np.sqrt(within + between)
    table["rate"] = (overall + gap).clip(0.0, 1.0)
    # an outlying agent is real spread to whoever wants his own rate
    real = _between(float(np.mean(z**2)), within[enough])
    weight = real / (real + within)
    table["shrunk"] = (overall + weight * gap).clip(0.0, 1.0)
    limit = _outer(int(enough.sum()))
    sides = np.select([z_all > limit, z_all < -limit], ["above", "below"], "")
    table["z"], table["outside"] = z_all, np.where(enough, sides, "")
    table["enough"] = enough
    columns = ["agent", "n", "bad", "expected", "rate", "shrunk", "z", "outside", "enough"]
    p = float(chi2.sf((z**2).sum(), len(z) - 1))
    return Funnel(
        measure, table[columns].reset_index(drop=True), overall, float(np.sqrt(between)),
        max(dispersion, 1.0), p,
    )  # fmt: skip


def _between(dispersion, within):
    """Between-agent variance from the winsorised dispersion (method of moments)."""
    agents = len(within)
    weights = 1 / within
    room = weights.sum() - (weights**2).sum() / weights.sum()
    return max((agents * dispersion - (agents - 1)) / room, 0.0)


def _outer(agents):
    """Distance of the outer lines, in standard errors: 1 % for all agents together (Bonferroni)."""
    return float(norm.ppf(1 - 0.005 / agents))


def funnel_limits(funnel: Funnel, *, points=60) -> pd.DataFrame:
    """The funnel's lines: n, low, high (95 %), low_far, high_far, the spread included.

    In a firm whose agents are alike the outer lines leave any agent outside once in 100 times.
    """
    shown = funnel.table[funnel.table["enough"]]
    n = np.unique(np.geomspace(max(shown["n"].min() * 0.9, 1), shown["n"].max() * 1.05, points))
    overall = funnel.overall
    se = np.sqrt(overall * (1 - overall) / n + funnel.spread**2)
    lines = {"n": n}
    for name, z in (("", norm.ppf(0.975)), ("_far", _outer(len(shown)))):
        lines[f"low{name}"] = np.clip(overall - z * se, 0, 1)
        lines[f"high{name}"] = np.clip(overall + z * se, 0, 1)
    return pd.DataFrame(lines)
