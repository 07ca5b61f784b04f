"""Which ranking of customers finds the money of the next period."""

import numpy as np
import pandas as pd

from workbook.analysis.intervals import customer_draws, interval

__all__ = ["ranking_check"]


def ranking_check(earlier, later, *, confidence=0.95, draws=1000, seed=0):
    """Judge rankings by what their top tenth spent in the next period.

    Cell means are learned on one pair of periods and judged on the following one.

    Parameters
    ----------
    earlier, later : pandas.DataFrame
        As `spend_periods.follow_up` gives them, at two cuts one period apart.
    confidence : float
    draws, seed : int
        Of the bootstrap by customer.

    Returns
    -------
    pandas.DataFrame
        ranking (segment, cell, past_total, last_period), predicted and actual (money of all
        customers in the period), captured (share of the actual money spent by the tenth ranked
        highest, ties counted in part), captured_low, captured_high, rmse (money), and
        gain_low, gain_high (captured minus that of past_total). Empty without spend to find.

    Notes
    -----
    A cell's mean is drawn towards its segment's by the weight n / (n + 20): many of the cells
    hold a handful of customers.
    """
    columns = ["ranking", "predicted", "actual", "captured", "captured_low", "captured_high",
               "rmse", "gain_low", "gain_high"]  # fmt: skip
    actual = later["spent_after"].to_numpy(float)
    if not len(earlier) or not actual.sum() > 0:
        return pd.DataFrame(columns=columns)
    overall = earlier["spent_after"].mean()
    by_segment = earlier.groupby("segment")["spent_after"].mean()
    segment = later["segment"].map(by_segment).fillna(overall)
    cells = earlier.groupby("cell")["spent_after"].agg(["mean", "size"])
    weight = later["cell"].map(cells["size"] / (cells["size"] + 20)).fillna(0.0)
    cell = weight * later["cell"].map(cells["mean"]).fillna(0.0) + (1 - weight) * segment
    # total spend over all time, scaled to one period by what it brought the period before
    ratio = earlier["spent_after"].sum() / max(earlier["amount"].sum(), 1e-9)
    forecasts = {
        "segment": segment,
        "cell": cell,
        "past_total": later["amount"] * ratio,
        "last_period": later["spent_before"],
    }
    found = pd.DataFrame({k: _top_part(v.to_numpy(float)) * actual for k, v in forecasts.items()})
    drawn = customer_draws(found.assign(actual=actual), draws=draws, seed=seed)
    shares = drawn[list(forecasts)].div(drawn["actual"].where(drawn["actual"] > 0), axis=0)
    rows = []
    for name, predicted in forecasts.items():
        low, high = interval(shares[name], confidence=confidence)
        gain = interval(shares[name] - shares["past_total"], confidence=confidence)
        rmse = float(np.sqrt(np.mean((predicted - actual) ** 2)))
        captured = found[name].sum() / actual.sum()
        rows.append((name, predicted.sum(), actual.sum(), captured, low, high, rmse, *gain))
    return pd.DataFrame(rows, columns=columns)


def _top_part(score, part=0.1):
    """How much of each customer lies in the top tenth; a tie at its edge is shared out."""
    room = part * len(score)
    levels, place, counts = np.unique(-score, return_inverse=True, return_counts=True)
    above = np.concatenate([[0], counts.cumsum()[:-1]])
    return np.clip((room - above) / counts, 0, 1)[place]
