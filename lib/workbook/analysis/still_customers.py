"""Who is still a customer: a probability for every one of them, one-time buyers included.

The modified BG/NBD serves here. BG/NBD lets nobody stop before the second purchase, so that its
probability is 1 for everybody who bought once; the modified model gives each of them a chance to
stop right after the first purchase, and it has the probability of a silence in closed form.
"""

import numpy as np
import pandas as pd

from workbook.analysis import mbgnbd
from workbook.analysis.customers import counts_of_part
from workbook.analysis.likelihood import Fit

__all__ = ["FEWEST_REPEATERS", "alive_fit", "alive_now", "expected_alive", "silent_for"]

FEWEST_REPEATERS = 30  # below, four parameters say more about the optimiser than about customers
ROWS = 4_000  # distinct histories over which parameter draws are carried
WEEK = 7


def alive_fit(counts: pd.DataFrame) -> Fit | None:
    """The model, or None when too few customers came back for one.

    `counts` as `customers.purchase_counts` gives it: x, t_x, T (weeks), n. Of very many customers a
    part is read (`customers.counts_of_part`).
    """
    if counts.loc[counts["x"] > 0, "n"].sum() < FEWEST_REPEATERS:
        return None
    fit = mbgnbd.fit(counts_of_part(counts))
    return fit if fit.converged else None


def alive_now(fit: Fit, states: pd.DataFrame) -> np.ndarray:
    """P(still a customer) of every row: frequency, recency_days, T_days."""
    return np.asarray(mbgnbd.probability_alive(fit.params, *_histories(states)), float)


def silent_for(fit: Fit, states: pd.DataFrame, days: float) -> np.ndarray:
    """P(no purchase in the coming `days`) of every row.

    Notes
    -----
    (1 - P) + P ((alpha + T) / (alpha + T + h))^(r + x), P the probability of still being a
    customer: in this model a customer stops at a purchase, never between two.
    """
    x, _, T = _histories(states)
    r, alpha = fit.params["r"], fit.params["alpha"]
    quiet = ((alpha + T) / (alpha + T + days / WEEK)) ** (r + x)
    alive = alive_now(fit, states)
    return 1 - alive + alive * quiet


def expected_alive(
    fit: Fit | None, counts: pd.DataFrame, *, confidence=0.95, draws=200, seed=0
) -> dict:
    """How many customers are still customers.

    Parameters
    ----------
    fit : Fit or None
        From `alive_fit`.
    counts : DataFrame
        x, t_x, T (weeks), n.

    Returns
    -------
    dict
        customers, expected, low, high, share, once (customers who bought once), once_share (mean
        probability among them; None without any); all but the counts None without a fit.

    Notes
    -----
    The interval is one for the outcome: parameters drawn from their uncertainty, and for each set
    the sum of single customers' chances, normal with variance sum p (1 - p); with 50 customers or
    fewer every customer is drawn.
    """
    customers = int(counts["n"].sum())
    bought_once = (counts["x"] == 0).to_numpy()
    found = {"customers": customers, "once": int(counts.loc[bought_once, "n"].sum())}
    unknown = dict.fromkeys(("expected", "low", "high", "share", "once_share"))
    if fit is None:
        return found | unknown
    n = counts["n"].to_numpy(float)
    alive = mbgnbd.probability_alive(fit.params, *_columns(counts))
    expected = float(alive @ n)
    part = counts.sample(ROWS, random_state=seed) if len(counts) > ROWS else counts
    weight, columns = part["n"].to_numpy(float), _columns(part)
    scale = customers / weight.sum()
    rng = np.random.default_rng(seed)
    centre = mbgnbd.probability_alive(fit.params, *columns) @ weight * scale
    totals = np.empty(draws)
    for place, params in enumerate(fit.draws(draws, seed).to_dict("records")):
        chance = np.nan_to_num(mbgnbd.probability_alive(params, *columns))
        if customers <= 50:
            totals[place] = rng.binomial(weight.astype(int), chance).sum()
        else:
            spread = np.sqrt(chance * (1 - chance) @ weight * scale)
            # what is sampled is how far the total moves; the total itself is over everybody
            totals[place] = expected + chance @ weight * scale - centre + spread * rng.normal()
    edge = (1 - confidence) / 2
    low, high = np.clip(np.quantile(totals, [edge, 1 - edge]), 0, customers)
    once = float(np.average(alive[bought_once], weights=n[bought_once])) if found["once"] else None
    return found | {
        "expected": expected,
        "low": min(float(low), expected),
        "high": max(float(high), expected),
        "share": expected / customers,
        "once_share": once,
    }


def _columns(counts):
    return tuple(counts[name].to_numpy(float) for name in ("x", "t_x", "T"))


def _histories(states):
    x = states["frequency"].to_numpy(float)
    return x, states["recency_days"].to_numpy(float) / WEEK, states["T_days"].to_numpy(float) / WEEK
