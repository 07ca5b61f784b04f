"""BG/NBD: how often customers buy and when they stop, from their purchase history.

While a customer is one, purchases follow a Poisson process with a rate that differs between
customers as Gamma(r, alpha); after each repeat purchase the customer stops for good with a
probability that differs as Beta(a, b). Fader, Hardie, Lee (2005), Marketing Science 24(2).

Someone who bought once cannot have stopped in this model, so P(alive) is 1 for them whatever the
silence; the modified model (``mbgnbd``) has no such blind spot.
"""

import numpy as np
import pandas as pd

from workbook.analysis import beta_geometric
from workbook.analysis.likelihood import Fit

__all__ = [
    "expected_purchases",
    "expected_purchases_new",
    "fit",
    "probability_alive",
    "simulate",
    "simulate_future",
]

# Whether the first purchase is already an opportunity to stop.
FIRST = 0


def fit(counts: pd.DataFrame) -> Fit:
    """Maximum-likelihood estimates of r, alpha, a, b.

    Parameters
    ----------
    counts : DataFrame
        ``x`` repeat purchases, ``t_x`` time from first to last purchase, ``T`` time from first
        purchase to the end of observation, both in the same unit (weeks in this project), and
        ``n`` customers with that history (1 each if absent). One-time buyers belong in it.

    Returns
    -------
    Fit
        Degenerate data give a fit with ``converged`` False and a message, never an error.
    """
    return beta_geometric.fit_model("BG/NBD", counts, FIRST)


def expected_purchases(params: dict, horizon, x, t_x, T) -> np.ndarray:
    """Expected purchases in the ``horizon`` after T, given the history; arguments broadcast.

    The probability of being alive times the mean over the posterior of the dropout probability.
    """
    return beta_geometric.purchases(params, horizon, x, t_x, T, FIRST)


def expected_purchases_new(params: dict, t) -> np.ndarray:
    """Expected repeat purchases of a customer in the time ``t`` after the first purchase."""
    return beta_geometric.purchases_new(params, t, FIRST)


def probability_alive(params: dict, x, t_x, T) -> np.ndarray:
    """Probability of still being a customer at T, given the history; arguments broadcast."""
    return beta_geometric.alive(params, x, t_x, T, FIRST)


def simulate(params: dict, T, horizon: float, seed: int) -> pd.DataFrame:
    """One simulated customer per element of ``T`` (time observed since the first purchase).

    Returns columns x, t_x, T, ``future`` (purchases in the horizon after T) and ``alive`` (at T).
    """
    return beta_geometric.sample(params, T, horizon, seed, FIRST)


def simulate_future(params: dict, horizon, x, t_x, T, seed: int) -> np.ndarray:
    """One simulated number of purchases in the horizon after T per customer, given the history.

    For several futures per customer pass x, t_x and T with as many rows, e.g. ``x[None, :]``
    repeated; arguments broadcast.
    """
    return beta_geometric.future(params, horizon, x, t_x, T, seed, FIRST)
