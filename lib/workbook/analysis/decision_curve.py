"""What acting on chances would have been worth, at every cost of an action."""

import numpy as np
import pandas as pd

__all__ = ["decision_curve"]


def decision_curve(past: pd.DataFrame, rival: str | None, *, steps: int = 25) -> pd.DataFrame:
    """What acting on chances above a threshold would have been worth.

    Parameters
    ----------
    past : DataFrame
        Of `propensity_trial.propensity`.
    rival : str
        The simple forecast to compare with.

    Returns
    -------
    DataFrame
        threshold (0-1: cost of an action by what it brings where it is needed), forecast, rival,
        everybody (net benefit per customer, in units of what an action brings; nobody: 0).

    Notes
    -----
    Vickers, Elkin (2006): hits less misses times threshold / (1 - threshold), per customer.
    """
    if not len(past):
        return pd.DataFrame(columns=["threshold", "forecast", "rival", "everybody"])
    y = past["happened"].to_numpy(float)
    share = y.mean()
    grid = np.linspace(0.01, min(max(2.5 * share, 0.1), 0.95), steps)
    odds = grid / (1 - grid)
    table = {"threshold": grid}
    for name, column in (("forecast", "chance"), ("rival", rival)):
        p = past[column].to_numpy(float)
        order = np.argsort(-p, kind="stable")
        hits = np.concatenate([[0], y[order].cumsum()])
        chosen = np.searchsorted(-p[order], -grid, side="right")
        table[name] = (hits[chosen] - (chosen - hits[chosen]) * odds) / len(y)
    table["everybody"] = share - (1 - share) * odds
    return pd.DataFrame(table)
