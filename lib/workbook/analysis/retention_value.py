"""What keeping customers longer is worth: survival turned into money."""

import numpy as np
import pandas as pd

from workbook.analysis.survival import survival_at

__all__ = ["expected_value", "payback_months", "retention_worth"]


def expected_value(curve, monthly_value, *, horizon_months=36, discount_rate_annual=0.10):
    """Discounted money a new contract brings within a horizon.

    Parameters
    ----------
    curve : survival.SurvivalCurve
        Starting at month 0.
    monthly_value : float
        Money per month while the contract runs; say beside it whether revenue or margin.
    horizon_months : int
    discount_rate_annual : float

    Returns
    -------
    dict
        value, low, high (money; limits from those of the curve at every age, so wider than an
        interval for the sum), horizon (months: the one asked for, cut at the time watched).
    """
    months = _months(curve, horizon_months)
    worth = monthly_value * _discount(months, discount_rate_annual)
    table = survival_at(curve, months)
    sums = {name: float(table[name] @ worth) for name in ("survival", "low", "high")}
    values = {"value": sums["survival"], "low": sums["low"], "high": sums["high"]}
    return values | {"horizon": float(len(months))}


def retention_worth(
    curve, monthly_value, *, points=(0.01, 0.02, 0.05), horizon_months=36, discount_rate_annual=0.10
):
    """What it is worth to keep more of those who leave in a year.

    Parameters
    ----------
    curve, monthly_value, horizon_months, discount_rate_annual
        As for `expected_value`.
    points : sequence of float
        Additions to the share kept after twelve months (0.01: one percentage point), by a pace of
        leaving that is lower by the same factor at every age.

    Returns
    -------
    pandas.DataFrame
        points, kept_12 (share kept after twelve months then), value (money per new contract),
        gain (against the curve as it is). No rows when twelve months were not watched or nobody
        is left by then. What would achieve the points, and whether anything can, is not known.
    """
    months = _months(curve, horizon_months)
    kept = float(survival_at(curve, [12.0])["survival"].iloc[0])
    columns = ["points", "kept_12", "value", "gain"]
    if not 0 < kept < 1:
        return pd.DataFrame(columns=columns)
    worth = monthly_value * _discount(months, discount_rate_annual)
    path = survival_at(curve, months)["survival"].to_numpy()
    base = float(path @ worth)
    table = []
    for more in points:
        better = min(kept + more, 1.0)
        value = float(path ** (np.log(better) / np.log(kept)) @ worth)
        table.append((more, better, value, value - base))
    return pd.DataFrame(table, columns=columns)


def payback_months(curve, monthly_value, acquisition_cost, *, discount_rate_annual=0.10):
    """Month in which a new contract has brought back what it cost to win.

    Returns
    -------
    float or None
        None when it does not within the time watched.
    """
    months = _months(curve, curve.last)
    path = survival_at(curve, months)["survival"].to_numpy()
    total = np.cumsum(path * monthly_value * _discount(months, discount_rate_annual))
    reached = np.flatnonzero(total >= acquisition_cost)
    return float(reached[0] + 1) if len(reached) else None


def _months(curve, horizon):
    """Middle of every month up to the horizon and the time watched."""
    return np.arange(int(min(horizon, curve.last))) + 0.5


def _discount(months, annual):
    return (1 + annual) ** (-months / 12)
