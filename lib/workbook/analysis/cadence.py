"""How long a silence is surprising, given how often the customer has bought before.

While a customer, purchases come at a constant rate that differs between customers as
Gamma(r, alpha). After x repeat purchases in the time t_x from first to last, the next gap is
longer than s with probability ((alpha + t_x) / (alpha + t_x + s))^(r + x). A one-time buyer has
no cadence: x = t_x = 0 leaves the population alone, and its slow tail would let nobody ever be
missed, so one-time buyers are compared with those who come back within a stated time.
"""

from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis import mbgnbd
from workbook.analysis.blocks import in_part
from workbook.analysis.customers import customer_summary, purchase_counts

__all__ = [
    "Cadence",
    "earlier_cadence",
    "first_limit",
    "population_cadence",
    "silence_curves",
    "silence_limit",
    "silence_surprise",
]

DAYS_PER_WEEK = 7
SAMPLE = 20_000
ENOUGH_REPEATERS = 200  # for limits set a year ago
FEWEST_REPEATERS = 30  # below, four parameters say more about the optimiser than about customers


@dataclass(frozen=True)
class Cadence:
    """Rates of the population: Gamma with shape `r` and `alpha` in days.

    `basis` is "model" (modified BG/NBD), "mean_gap" (too few repeaters for a model: shape 1 and
    the mean gap seen) or "none" (nobody has bought twice; every silence may be normal).
    `return_within` (days) is the time in which a one-time buyer is expected back if at all;
    `customers` those it rests on.
    """

    r: float
    alpha: float
    basis: str
    return_within: float
    customers: int


def population_cadence(counts: pd.DataFrame, *, return_within: float = 365) -> Cadence:
    """The population's buying rates from purchase histories.

    More than `SAMPLE` rows are read in a random sample of that many, weighted by their customers.

    Parameters
    ----------
    counts : DataFrame
        As `customers.purchase_counts` gives it: x, t_x, T (weeks) and n customers.
    return_within : float
        Days; see `Cadence`.

    Notes
    -----
    The modified BG/NBD (Batislam, Denizel, Filiztekin 2007) tells slow buyers from those who
    stopped, one-time buyers included; r and alpha describe customers who have not stopped.
    """
    if return_within <= 0:
        raise ValueError("return_within must be longer than 0 days")
    customers, repeats = int(counts["n"].sum()), counts[counts["x"] > 0]
    if not len(repeats):
        return Cadence(1.0, np.inf, "none", return_within, customers)
    if repeats["n"].sum() >= FEWEST_REPEATERS:
        rows = counts.sample(SAMPLE, random_state=0) if len(counts) > SAMPLE else counts
        fit = mbgnbd.fit(rows)
        if fit.converged:
            alpha = fit.params["alpha"] * DAYS_PER_WEEK
            return Cadence(fit.params["r"], alpha, "model", return_within, customers)
    gaps = (repeats["x"] * repeats["n"]).sum()
    days = (repeats["t_x"] * repeats["n"]).sum() * DAYS_PER_WEEK
    return Cadence(1.0, float(days / gaps), "mean_gap", return_within, customers)


def earlier_cadence(
    orders: ir.Table, *, as_of: date, months: int = 12, return_within: float = 365
) -> tuple[Cadence, date]:
    """The population's cadence as it was known some months ago, and the day it was fitted on.

    A yardstick fixed before the moves that it measures: a change of stage is then a change of
    behaviour. Falls back to as_of where too few customers had come back by then. Above `SAMPLE`
    customers a sample by hash of their ids is read.
    """
    customers = int(orders.customer_id.approx_nunique().execute() or 0)
    if customers > SAMPLE:
        orders = orders.filter(in_part(orders.customer_id, SAMPLE / customers))
    then = (pd.Timestamp(as_of) - pd.DateOffset(months=months)).date()
    counts = purchase_counts(customer_summary(orders, as_of=then).to_pandas())
    if counts.loc[counts["x"] > 0, "n"].sum() < ENOUGH_REPEATERS:
        then = as_of
        counts = purchase_counts(customer_summary(orders, as_of=then).to_pandas())
    return population_cadence(counts, return_within=return_within), then


def silence_surprise(cadence: Cadence, x, t_x, silence) -> np.ndarray:
    """P(gap >= silence): how many gaps of such a customer last at least as long as this one.

    Parameters
    ----------
    x, t_x, silence : array_like
        Repeat purchases; days from first to last purchase; days since the last. They broadcast.

    Returns
    -------
    numpy.ndarray
        0 to 1; for one-time buyers among those who come back within `cadence.return_within`.
        NaN where the basis is "none".

    Examples
    --------
    >>> cadence = Cadence(0.5, 40.0, "model", np.inf, 100)
    >>> round(float(silence_surprise(cadence, 3, 60, 100)), 4)  # (100 / 200) ** 3.5
    0.0884
    """
    x, t_x, silence = np.broadcast_arrays(*(np.asarray(v, float) for v in (x, t_x, silence)))
    if cadence.basis == "none":
        return np.full(x.shape, np.nan)
    longer = (1 + silence / (cadence.alpha + t_x)) ** -(cadence.r + x)
    never = _never(cadence)
    return np.where(x > 0, longer, np.clip((longer - never) / (1 - never), 0, 1))


def silence_curves(cadence: Cadence, *, longest: int = 365) -> pd.DataFrame:
    """P(gap >= silence) by day of silence for three customers: days, once, rare, often.

    Once: bought once; rare: two purchases, 182 days apart; often: six, 30 days apart. No rows
    where the basis is "none".
    """
    days = np.arange(longest + 1 if cadence.basis != "none" else 0)
    kinds = {"once": (0, 0), "rare": (1, 182), "often": (5, 150)}
    return pd.DataFrame(
        {"days": days}
        | {kind: silence_surprise(cadence, x, t_x, days) for kind, (x, t_x) in kinds.items()}
    )


def silence_limit(cadence: Cadence, surprise: float, x, t_x):
    """Days of silence beyond which P(gap >= silence) is below `surprise`; the inverse of it.

    `x` (at least 1) and `t_x` may be numbers, arrays or Ibis columns; see `first_limit` for
    customers who bought once.
    """
    return (cadence.alpha + t_x) * (surprise ** (-1.0 / (cadence.r + x)) - 1.0)


def first_limit(cadence: Cadence, surprise: float) -> float:
    """As `silence_limit`, for a one-time buyer."""
    never = _never(cadence)
    longer = never + surprise * (1 - never)
    return cadence.alpha * (longer ** (-1.0 / cadence.r) - 1.0)


def _never(cadence):
    """Share of one-time buyers still to come back only after `return_within`."""
    if np.isinf(cadence.return_within):
        return 0.0
    return (1 + cadence.return_within / cadence.alpha) ** -cadence.r
