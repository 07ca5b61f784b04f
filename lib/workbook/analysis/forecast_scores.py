"""How well forecasts of single customers did: in total, by group, and as a ranking."""

import numpy as np
import pandas as pd
from scipy.stats import norm

__all__ = ["calibration_by_group", "capture_difference", "scores"]


def scores(forecast: pd.DataFrame, actual, *, top=0.10) -> pd.DataFrame:
    """How each forecast did.

    Parameters
    ----------
    forecast : DataFrame
        One column per method, one row per customer.
    actual : array
    top : float
        Share of customers (0-1) that counts as the top.

    Returns
    -------
    DataFrame
        method, total, error (total / actual total - 1), rmse (per customer), captured (share of
        the actual total held by the method's top customers; at a tie, the mean of the tied).
        No mean absolute error: with most customers at zero it rewards forecasting nothing.
    """
    actual = np.asarray(actual, dtype=float)
    whole = actual.sum()
    rows = []
    for name in forecast:
        predicted = forecast[name].to_numpy(float)
        caught = float(_in_top(predicted, top) @ actual)
        rows.append(
            {
                "method": name,
                "total": predicted.sum(),
                "error": predicted.sum() / whole - 1 if whole > 0 else np.nan,
                "rmse": float(np.sqrt(np.mean((predicted - actual) ** 2))),
                "captured": caught / whole if whole > 0 else np.nan,
            }
        )
    return pd.DataFrame(rows)


def capture_difference(first, second, actual, *, top=0.10, confidence=0.95) -> dict:
    """How much more of the actual total the first ranking's top holds than the second's.

    Parameters
    ----------
    first, second : array
        Scores by which the same customers are ranked.
    actual : array
        What they brought.

    Returns
    -------
    dict
        difference, low, high (shares, not a number when nothing was brought).

    Notes
    -----
    The interval is linearised with customers as the unit. Who is in the top depends on the others,
    as its size is fixed: with I the membership and m the mean outcome at the edge of the top, a
    customer adds y I - m (I - top) to a captured sum.
    """
    actual = np.asarray(actual, dtype=float)
    whole = actual.sum()
    if not whole > 0:
        return {"difference": np.nan, "low": np.nan, "high": np.nan}
    captured, influence = [], []
    for ranking in (first, second):
        ranking = np.asarray(ranking, dtype=float)
        member = _in_top(ranking, top)
        captured.append(float(member @ actual / whole))
        edge = _at_edge(ranking, actual, top)
        influence.append(actual * (member - captured[-1]) - edge * (member - top))
    difference = captured[0] - captured[1]
    error = np.sqrt(np.sum((influence[0] - influence[1]) ** 2)) / whole
    half = norm.ppf(0.5 + confidence / 2) * error
    return {"difference": difference, "low": difference - half, "high": difference + half}


def calibration_by_group(outcomes, predicted, *, largest=7, confidence=0.95) -> pd.DataFrame:
    """Mean forecast and mean outcome by repeat purchases in the calibration period.

    Returns
    -------
    DataFrame
        group (0 to `largest`, which holds all from there), customers, predicted, actual, low,
        high (interval of the actual mean), both per customer.
    """
    group = np.minimum(outcomes["frequency"].to_numpy(int), largest)
    frame = pd.DataFrame({"predicted": predicted, "actual": outcomes["actual"].to_numpy(float)})
    table = frame.groupby(group).agg(
        customers=("actual", "size"),
        predicted=("predicted", "mean"),
        actual=("actual", "mean"),
        variance=("actual", "var"),
    )
    # Counts vary at least as much as a Poisson count of the expected size would: without this
    # floor a few customers who happen to agree would get an interval of no width.
    variance = np.fmax(table["variance"], table["predicted"])
    half = norm.ppf(0.5 + confidence / 2) * np.sqrt(variance / table["customers"])
    table["low"], table["high"] = np.maximum(table["actual"] - half, 0), table["actual"] + half
    return table.drop(columns="variance").rename_axis("group").reset_index()


def _in_top(scores, top):
    """1 for customers in the top by score, 0 for others, the share that fits for those tied."""
    places = top * len(scores)
    levels, at, counts = np.unique(-scores, return_inverse=True, return_counts=True)
    before = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return np.clip((places - before) / counts, 0, 1)[at]


def _at_edge(scores, actual, top):
    """Mean outcome of the customers whose score lies about where the top ends."""
    ordered = np.sort(scores)[::-1]
    ends = np.clip(np.array([0.8, 1.2]) * top * len(scores), 0, len(scores) - 1).astype(int)
    near = (scores <= ordered[ends[0]]) & (scores >= ordered[ends[1]])
    return actual[near].mean()
