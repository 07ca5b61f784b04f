"""Forecasts of leaving, judged: calibration, Brier, concordance, with their errors."""

import numpy as np
import pandas as pd
import pytest

from contract_world import AS_OF, simulated_contracts
from known_truth import hit_bounds
from workbook.analysis.contracts import contract_rows
from workbook.analysis.covariates import design_matrix
from workbook.analysis.hazards import cox, ended_within
from workbook.analysis.survival_quality import brier, calibration, concordance

HORIZONS = (3, 6, 12)


def followed(n, seed):
    """Customers aged 5 months at a forecast, a score that matters, and the time they left."""
    rng = np.random.default_rng(seed)
    score = rng.normal(size=n)
    life, watch = rng.exponential(20 * np.exp(-0.7 * score)), rng.uniform(3, 24, n)
    follow = pd.DataFrame({"entry": 5.0, "duration": 5 + np.minimum(life, watch)})
    return follow.assign(ended=life <= watch), score, life


def chances(score):
    return pd.DataFrame({h: -np.expm1(-h / 20 * np.exp(0.7 * score)) for h in HORIZONS})


@pytest.fixture(scope="module")
def truth():
    """Concordance up to 18 months and Brier score at 6, from people watched to the end."""
    _, score, life = followed(400_000, 99)
    left, right = np.arange(0, 400_000, 2), np.arange(1, 400_000, 2)
    one, other = np.where(life[left] < life[right], (left, right), (right, left))
    known = life[one] <= 18
    error = (chances(score)[6] - (life <= 6)) ** 2
    return (score[one] > score[other])[known].mean(), error.mean()


def test_concordance_and_brier_cover_the_truth(truth):
    draws, hits = 60, [0, 0]
    for seed in range(draws):
        follow, score, _ = followed(600, seed)
        found = concordance(follow, score, horizon_months=18, pairs=20_000, confidence=0.9)
        hits[0] += found["low"] <= truth[0] <= found["high"]
        row = brier(follow, chances(score)[[6]], confidence=0.9).iloc[0]
        hits[1] += row["low"] <= truth[1] <= row["high"]
    low, high = hit_bounds(draws)
    assert all(low <= n <= high for n in hits), hits


def test_concordance_without_censoring_is_the_share_of_all_pairs():
    rng = np.random.default_rng(1)
    score, duration = rng.integers(0, 5, 300).astype(float), rng.uniform(1, 20, 300)
    follow = pd.DataFrame({"entry": 0.0, "duration": duration - score, "ended": True})
    follow["duration"] = follow["duration"].clip(lower=0.5)
    before = follow["duration"].to_numpy()[:, None] < follow["duration"].to_numpy()[None, :]
    agree = (score[:, None] > score) + 0.5 * (score[:, None] == score)
    found = concordance(follow, score, horizon_months=99, pairs=400_000)
    share = agree[before].mean()
    assert found["concordance"] == pytest.approx(share, abs=4 * found["sampling_error"])
    # Looking at fewer pairs costs precision, and the interval says so.
    fewer = concordance(follow, score, horizon_months=99, pairs=500)
    assert fewer["high"] - fewer["low"] > found["high"] - found["low"]


def test_calibration_of_true_chances_holds_and_of_doubled_ones_does_not():
    follow, score, _ = followed(3000, 2)
    good = calibration(follow, chances(score))
    inside = (good["low"] <= good["predicted"]) & (good["predicted"] <= good["high"])
    assert inside.mean() > 0.8 and set(good["group"]) == set(range(6))
    doubled = calibration(follow, (chances(score) * 2).clip(upper=1))
    whole = doubled[doubled["group"] == 0]
    assert (whole["predicted"] > whole["high"]).all()
    assert brier(follow, chances(score))["skill_low"].iloc[1] > 0


def test_a_model_of_the_past_is_judged_on_the_later_period():
    contracts = simulated_contracts(1500, 3, log_ratio=0.8)
    cut = pd.Timestamp("2023-12-31")
    past = contract_rows(contracts, as_of=cut).rows
    later = contract_rows(contracts, as_of=AS_OF, observed_from=cut + pd.Timedelta(days=1)).rows
    # Those who came after the cut are part of the judgement, from their first day.
    assert (later["started_on"] > cut).any()
    design = design_matrix(past, ["plan", "age"])
    fit = cox(past, design)
    frame = pd.DataFrame({"age": later["age"]})
    for term, level in design.terms.loc[
        design.terms["column"] == "plan", ["term", "level"]
    ].to_numpy():
        frame[term] = (later["plan"] == level) * 1.0
    ages = later["entry"].to_numpy()
    predicted = pd.DataFrame({h: ended_within(fit, frame, h, age=ages) for h in HORIZONS})
    table = calibration(later, predicted)
    whole = table[table["group"] == 0]
    assert ((whole["low"] <= whole["predicted"]) & (whole["predicted"] <= whole["high"])).all()
    assert concordance(later, predicted[12])["low"] > 0.5


@pytest.mark.filterwarnings("error")
def test_nothing_to_judge_is_no_number():
    follow, score, _ = followed(40, 4)
    assert np.isnan(concordance(follow.assign(ended=False), score)["concordance"])
    assert np.isnan(concordance(follow.iloc[:1], score[:1])["concordance"])
    assert np.isnan(concordance(follow.iloc[:0], score[:0])["concordance"])
    beyond = brier(follow, pd.DataFrame({60: np.full(40, 0.5)}))
    assert beyond["brier"].isna().all()
    table = calibration(follow, pd.DataFrame({60: np.full(40, 0.5)}))
    assert table["observed"].isna().all() and table["group"].tolist() == [0, 1]
    none = brier(follow.assign(ended=False), pd.DataFrame({3: np.full(40, 0.1)}))
    assert none["skill"].isna().all() and none["brier"].item() == pytest.approx(0.01)
    assert brier(follow.iloc[:0], pd.DataFrame({3: []}))["brier"].isna().all()
    assert concordance(follow.assign(duration=9.0, ended=True), score)["ended"] == 0
