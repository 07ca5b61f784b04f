"""Months from spend to customer, where nobody wrote down when a customer was a lead."""

from datetime import date

import numpy as np
import pandas as pd

from workbook.analysis.acquisition_cost import cac_table, dispersion, matched_months

__all__ = ["best_lag", "cac_by_lag"]

LAGS = range(7)  # months


def best_lag(cost: pd.DataFrame, customers: pd.DataFrame, *, as_of: date) -> tuple[int, bool]:
    """Months from spend to customer that fit best, when nothing says who was a lead when.

    Returns
    -------
    lag : int
        0 when no other month fits clearly better.
    clear : bool
        The lag is better than none by a log-likelihood of 3 (over the dispersion) or more.

    Notes
    -----
    Poisson likelihood of the customers given the spend so many months before and each channel's own
    rate, over the months that all lags share.
    """
    base = matched_months(cost, customers, None, as_of=as_of)
    wide = [
        base.pivot_table(index="month", columns="channel", values=c)
        for c in ("amount", "customers")
    ]
    money, came = (frame.fillna(0.0) for frame in wide)
    told = (money > 0).all() & (came.sum() > 0)
    money, came = money.loc[:, told].to_numpy(), came.loc[:, told].to_numpy()
    most = max(LAGS)
    if money.shape[1] == 0 or len(money) < most + 12:
        return 0, False
    y = came[most:]
    fits = []
    for lag in LAGS:
        x = money[most - lag : len(money) - lag]
        mean = np.maximum(x * y.sum(axis=0) / x.sum(axis=0), 1e-9)
        fits.append(float((y * np.log(mean) - mean).sum()))
    best = int(np.argmax(fits))
    clear = best > 0 and (fits[best] - fits[0]) / dispersion(base) >= 3
    return (best, True) if clear else (0, False)


def cac_by_lag(cost, customers, *, as_of: date, months: int = 12) -> pd.DataFrame:
    """Blended cost per new customer under lags of 0 to 3 months: lag, customers, cac."""
    rows = []
    for lag in range(4):
        panel = matched_months(cost, customers, None, as_of=as_of, lag_months=lag)
        table = cac_table(panel, months=months)
        if len(table):
            rows.append((lag, table["customers"].iloc[0], table["cac"].iloc[0]))
    return pd.DataFrame(rows, columns=["lag", "customers", "cac"])
