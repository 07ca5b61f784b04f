"""Time to the next purchase: against hand-made numbers, simulated gaps and lifelines."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from histories import START, orders_of
from known_truth import hit_bounds
from workbook.analysis import lifecycle, next_purchase


def times(histories, as_of_day, **options):
    as_of = START + dt.timedelta(days=as_of_day)
    days = lifecycle.purchase_days(orders_of(histories))
    return next_purchase.purchase_times(days, as_of=as_of, **options)


def test_gaps_by_number_and_who_still_waits():
    found = times({"a": [0, 10, 30, 90], "b": [0, 20], "c": [0]}, 100)
    table = found.table.set_index("number")
    assert table.loc["1", ["gaps", "customers_waiting"]].tolist() == [3, 1]
    assert table.loc["2", ["gaps", "customers_waiting"]].tolist() == [2, 1]
    assert table.loc["3+", ["gaps", "customers_waiting"]].tolist() == [2, 1]
    first = found.shares[found.shares["number"] == "1"].set_index("days")
    assert first.loc[30, "share"] == pytest.approx(2 / 3)
    assert list(first.index) == [30, 90]  # nobody was followed for 180 days
    assert table.loc["1", "median"] == 20


def counts_of(gap, end, number=1, block=None):
    """Gap counts of simulated gaps, censored at `end`."""
    gap = np.ceil(gap)
    return pd.DataFrame({
        "number": number, "block": np.arange(len(gap)) % 100 if block is None else block,
        "gap": np.minimum(gap, end).astype(int), "again": gap <= end, "n": 1,
    })  # fmt: skip


def test_intervals_hold_the_true_share():
    rng = np.random.default_rng(5)
    truth, hits = 1 - np.exp(-90 / 120), 0
    for _ in range(40):
        counts = counts_of(rng.exponential(120, 400), rng.integers(20, 300, 400))
        shares = next_purchase.times_of(counts, confidence=0.90).shares.set_index("days")
        hits += shares.loc[90, "low"] <= truth <= shares.loc[90, "high"]
    low, high = hit_bounds(40)
    assert low <= hits <= high


def test_many_gaps_of_one_customer_widen_the_interval():
    rng = np.random.default_rng(6)
    hits, widths, plain = 0, [], []
    truth = 0.5 * (1 - np.exp(-30 / 20)) + 0.5 * (1 - np.exp(-30 / 200))
    for _ in range(40):
        mean = np.repeat(rng.choice([20, 200], 150), 8)  # eight gaps each, alike
        block = np.repeat(rng.integers(0, 100, 150), 8)
        gap = rng.exponential(mean)
        for number, kept in ((3, widths), (1, plain)):
            shares = next_purchase.times_of(
                counts_of(gap, 400, number, block), confidence=0.90
            ).shares.set_index("days")
            kept.append(shares.loc[30, "high"] - shares.loc[30, "low"])
            if number == 3:
                hits += shares.loc[30, "low"] <= truth <= shares.loc[30, "high"]
    low, high = hit_bounds(40)
    assert low <= hits <= high
    assert np.mean(widths) > 1.5 * np.mean(plain)


def test_one_customer_and_one_day():
    found = times({"a": [0]}, 0)
    assert found.table["gaps"].tolist() == [1]
    assert found.table["median"].isna().all()
    assert found.shares.empty
