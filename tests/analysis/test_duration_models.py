"""Pace by period in closed form, and models of the duration."""

import numpy as np
import pandas as pd
import pytest
from lifelines import PiecewiseExponentialFitter
from lifelines.datasets import load_rossi

from known_truth import hit_bounds
from workbook.analysis.covariates import design_matrix
from workbook.analysis.duration_models import accelerated_failure, pace_by_period

BREAKS = [6.0, 12.0, 24.0]
PACES = np.array([0.08, 0.03, 0.05, 0.02])


def simulated(n, seed):
    """Durations whose pace changes at the breaks, half of them watched late."""
    rng = np.random.default_rng(seed)
    target = rng.exponential(1, n)
    edges = np.array([0.0, *BREAKS])
    hazard = np.concatenate([[0.0], np.cumsum(PACES[:-1] * np.diff(edges))])
    place = np.searchsorted(hazard, target, side="right") - 1
    life = edges[place] + (target - hazard[place]) / PACES[place]
    entry = rng.uniform(0, 10, n) * (rng.random(n) < 0.5)
    watch = rng.uniform(10, 60, n)
    rows = pd.DataFrame(
        {"entry": entry, "duration": np.minimum(life, watch), "ended": life <= watch}
    )
    return rows[rows["duration"] > rows["entry"]].reset_index(drop=True)


def test_the_closed_form_is_at_least_as_likely_as_the_search_of_lifelines():
    rows = simulated(2000, 1).assign(entry=0.0)
    table = pace_by_period(rows, BREAKS)
    model = PiecewiseExponentialFitter(BREAKS).fit(rows["duration"], rows["ended"])
    assert table.attrs["loglik"] >= model.log_likelihood_ - 1e-6
    assert table["pace"].to_numpy() == pytest.approx(1 / model.params_.to_numpy(), rel=0.01)


def test_paces_cover_the_truth_with_late_entry():
    draws, hits = 60, np.zeros(4, dtype=int)
    for seed in range(draws):
        table = pace_by_period(simulated(400, seed), BREAKS, confidence=0.9)
        hits += ((table["low"] <= PACES) & (table["high"] >= PACES)).to_numpy()
    low, high = hit_bounds(draws)
    # The exact interval may hold the truth more often than asked for, never less.
    assert (hits >= low).all() and hits.mean() <= high, hits


def test_grouped_rows_give_the_same_paces():
    rows = simulated(300, 2).round(0)
    rows = rows[rows["duration"] > rows["entry"]]
    grouped = rows.groupby(["entry", "duration", "ended"]).size().rename("n").reset_index()
    one, other = pace_by_period(rows, BREAKS), pace_by_period(grouped, BREAKS)
    pd.testing.assert_frame_equal(one, other, check_exact=False, check_dtype=False)


@pytest.mark.filterwarnings("error")
def test_nobody_ended_or_nobody_there():
    rows = pd.DataFrame({"duration": [3.0, 8.0], "ended": [False, False]})
    table = pace_by_period(rows, BREAKS)
    assert table["pace"].iloc[:2].tolist() == [0, 0] and table["high"].iloc[0] > 0
    assert np.isnan(table["pace"].iloc[2])
    assert pace_by_period(rows.iloc[:0], BREAKS)["pace"].isna().all()
    models, ratios = accelerated_failure(rows, design_matrix(rows, []))
    assert models.empty and ratios.empty


def test_the_best_of_three_models_is_named():
    rossi = load_rossi().rename(columns={"week": "duration", "arrest": "ended"})
    models, ratios = accelerated_failure(rossi, design_matrix(rossi, ["fin", "age", "prio"]))
    assert models["aic"].is_monotonic_increasing and len(models) == 3
    ratio = ratios.set_index("term")["time_ratio"]
    # The published effects have the same direction: money helps, age helps, past arrests hurt.
    assert ratio["fin"] > 1 and ratio["age"] > 1 and ratio["prio"] < 1


@pytest.mark.filterwarnings("error")
def test_durations_all_alike_raise_nothing():
    rows = pd.DataFrame({"duration": [6.0] * 40, "ended": True, "entry": 0.0})
    models, _ = accelerated_failure(rows, design_matrix(rows, []))
    assert set(models.columns) == {"model", "aic", "loglik", "n", "ended"}


def test_only_a_sample_of_many_rows_is_used_and_said():
    models, _ = accelerated_failure(
        simulated(500, 3), design_matrix(simulated(500, 3), []), most_rows=200
    )
    assert (models["n"] == 200).all()
