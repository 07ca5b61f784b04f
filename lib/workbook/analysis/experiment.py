"""What an experiment with a control group could show, before anybody is contacted."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import norm

__all__ = [
    "Experiment",
    "detectable_difference",
    "experiment_plan",
    "list_experiment",
    "needed_per_group",
    "power",
]

LEVEL = 0.05  # two-sided


@dataclass(frozen=True)
class Experiment:
    """An experiment on a list: `plan` (`experiment_plan`), `base_share` expected to buy without a
    contact, `assumed` rise of that share, `needed` customers per group to find it."""

    plan: pd.DataFrame
    base_share: float
    assumed: float
    needed: int | None


def power(p0, p1, n0, n1, *, level=LEVEL):
    """Chance to tell two shares apart.

    Parameters
    ----------
    p0, p1 : float
        Share in the control group and among those contacted.
    n0, n1 : int
        Customers in each.
    level : float
        Two-sided error.

    Notes
    -----
    Normal approximation with the pooled variance under no difference (Fleiss, Levin, Paik 2003,
    chapter 4), without continuity correction.

    Examples
    --------
    >>> round(float(power(0.3, 0.4, 356, 356)), 2)
    0.8
    """
    if min(n0, n1) < 1:
        return 0.0
    pooled = (n0 * p0 + n1 * p1) / (n0 + n1)
    null = np.sqrt(pooled * (1 - pooled) * (1 / n0 + 1 / n1))
    spread = np.sqrt(p0 * (1 - p0) / n0 + p1 * (1 - p1) / n1)
    z, difference = norm.ppf(1 - level / 2), abs(p1 - p0)
    if spread == 0:
        return 1.0 if difference > z * null else 0.0
    return float(
        norm.cdf((difference - z * null) / spread) + norm.cdf((-difference - z * null) / spread)
    )


def detectable_difference(p0, n0, n1, *, wanted=0.80, level=LEVEL):
    """The smallest rise above p0 that is found with the wanted power; NaN when none is."""
    room = 1 - p0 - 1e-9

    def short(rise):
        return power(p0, p0 + rise, n0, n1, level=level) - wanted

    if room <= 0 or short(room) < 0:
        return np.nan
    return float(brentq(short, 1e-9, room)) if short(1e-9) < 0 else 0.0


def needed_per_group(p0, p1, *, wanted=0.80, level=LEVEL):
    """Customers in each of two equal groups for the wanted power; None without a difference."""
    if p0 == p1:
        return None
    z, z_power = norm.ppf(1 - level / 2), norm.ppf(wanted)
    mean = (p0 + p1) / 2
    root = z * np.sqrt(2 * mean * (1 - mean)) + z_power * np.sqrt(p0 * (1 - p0) + p1 * (1 - p1))
    return max(2, int(np.ceil((root / (p1 - p0)) ** 2)))


def experiment_plan(customers: int, p0: float, assumed: float, *, controls=(0.1, 0.2, 0.3, 0.5)):
    """What a list of this size can show, by how many of it are left alone.

    Parameters
    ----------
    customers : int
        On the list.
    p0 : float
        Share expected to buy without a contact.
    assumed : float
        Rise of that share by the assumption, 0-1.

    Returns
    -------
    DataFrame
        control_share, control, contacted (customers), detectable (smallest rise found with 80 %
        power; NaN when none is), power (for the assumed rise).
    """
    rows = []
    for share in controls:
        control = round(customers * share)
        contacted = customers - control
        smallest = detectable_difference(p0, control, contacted) if control else np.nan
        found = power(p0, min(p0 + assumed, 1.0), control, contacted)
        rows.append((share, control, contacted, smallest, found))
    columns = ["control_share", "control", "contacted", "detectable", "power"]
    return pd.DataFrame(rows, columns=columns)


def list_experiment(losses, *, save_rate: float) -> Experiment | None:
    """The experiment to run on an at-risk list; None without customers on it.

    Parameters
    ----------
    losses : leaving_study.Losses or None
    save_rate : float
        Assumed share of those who would buy nothing that a contact keeps.
    """
    if losses is None or not len(losses.ranked):
        return None
    base_share = float(1 - losses.ranked["silent_chance"].mean())
    assumed = save_rate * (1 - base_share)
    return Experiment(
        experiment_plan(len(losses.ranked), base_share, assumed),
        base_share,
        assumed,
        needed_per_group(base_share, base_share + assumed),
    )
