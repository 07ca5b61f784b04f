"""A yes or no after a feature window: logistic regression, its checks, real telecom data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from known_truth import hit_bounds
from workbook.analysis.covariates import design_matrix
from workbook.analysis.leaving_odds import MESSAGES, leaving_odds, odds_quality

TELECOM = Path(__file__).parents[3] / "shared" / "data" / "telecom" / "iranian_churn.csv"


def simulated(n, seed, slope=0.6):
    rng = np.random.default_rng(seed)
    tenure, calls = rng.uniform(1, 60, n), rng.poisson(3, n).astype(float)
    plan = rng.choice(["basic", "plus"], n)
    line = -1 - 0.02 * tenure + slope * (plan == "plus")
    ended = rng.random(n) < 1 / (1 + np.exp(-line))
    return pd.DataFrame({"tenure": tenure, "calls": calls, "plan": plan, "ended": ended})


def test_estimates_are_those_of_scikit_learn():
    rows = simulated(1500, 1)
    design = design_matrix(rows, ["tenure", "plan", "calls"])
    fit = leaving_odds(rows, design)
    x = (design.frame - design.frame.mean()) / design.frame.std(ddof=0)
    model = LogisticRegression(C=1e12, tol=1e-10, max_iter=2000).fit(x, rows["ended"])
    scale = design.frame.std(ddof=0).to_numpy()
    assert fit.table["coef"].to_numpy() == pytest.approx(model.coef_[0] / scale, abs=1e-4)
    assert fit.chance == pytest.approx(model.predict_proba(x)[:, 1], abs=1e-4)


def test_intervals_cover_the_truth():
    draws, hits = 60, 0
    for seed in range(draws):
        rows = simulated(600, seed)
        design = design_matrix(rows, ["tenure", "plan"])
        row = leaving_odds(rows, design, confidence=0.9).table.iloc[1]
        truth = 0.6 if row["level"] == "plus" else -0.6
        hits += row["low"] <= np.exp(truth) <= row["high"]
    low, high = hit_bounds(draws)
    assert low <= hits <= high


def test_no_effect_raises_few_alarms():
    alarms = 0
    for seed in range(100):
        rows = simulated(400, seed).assign(
            ended=np.random.default_rng(seed + 500).random(400) < 0.2
        )
        alarms += leaving_odds(rows, design_matrix(rows, ["tenure", "plan", "calls"])).p < 0.01
    assert alarms <= 4


def test_points_are_the_change_of_the_average_chance():
    rows = simulated(4000, 2)
    fit = leaving_odds(rows, design_matrix(rows, ["plan", "tenure"]))
    first = fit.table.iloc[0]
    own = rows.loc[rows["plan"] == first["level"], "ended"].mean()
    other = rows.loc[rows["plan"] != first["level"], "ended"].mean()
    assert first["points"] == pytest.approx(own - other, abs=0.02)


def test_quality_is_measured_on_customers_not_seen():
    rows = simulated(800, 3)
    rows["noise"] = np.random.default_rng(3).normal(size=800)
    design = design_matrix(rows, ["tenure", "plan", "noise"])
    scores, groups = odds_quality(rows, design)
    seen = roc_auc_score(rows["ended"], leaving_odds(rows, design).chance)
    assert scores["low"] < scores["area"] < seen
    assert scores["brier"] < scores["brier_same"]
    assert groups["n"].sum() == 800


@pytest.mark.filterwarnings("error")
def test_degenerate_data_become_words():
    rows = simulated(200, 4)
    twins = pd.DataFrame({"a": np.arange(200) % 7, "ended": np.arange(200) % 7 == 3})
    twins["b"] = (np.arange(200) % 7 - 3.0) ** 2
    for degenerate, message in [
        (rows.assign(ended=False), "no_event"),
        (rows.assign(ended=True), "all_events"),
        (rows.assign(tenure=1.0, plan="x", calls=0.0), "no_term"),
        (rows.iloc[:1], None),
        (rows.iloc[:0], "no_event"),
        (rows.assign(plan=[f"p{i}" for i in range(200)]), ""),
    ]:
        design = design_matrix(degenerate, ["tenure", "plan", "calls"])
        fit = leaving_odds(degenerate, design)
        assert fit.message == "" or fit.message in MESSAGES
        assert message is None or fit.message == message
        odds_quality(degenerate, design)
    assert design_matrix(twins, ["b"]).notes["rule"].tolist()[0] == "separating"


@pytest.mark.skipif(not TELECOM.exists(), reason="the real telecom file is not beside the project")
def test_the_real_telecom():
    rows = pd.read_csv(TELECOM)
    rows.columns = [" ".join(name.split()) for name in rows.columns]
    rows["ended"] = rows.pop("Churn").astype(bool)
    traits = [
        "Subscription Length",
        "Complains",
        "Call Failure",
        "Frequency of use",
        "Charge Amount",
    ]
    design = design_matrix(rows, [*traits, "Seconds of Use", "Tariff Plan", "Age", "Age Group"])
    fit = leaving_odds(rows, design)
    assert fit.n == 3150 and fit.ended == 495 and fit.message == ""
    table = fit.table.set_index("column")
    assert table.loc["Complains", "low"] > 5 and table.loc["Frequency of use", "high"] < 1
    scores, groups = odds_quality(rows, design)
    assert 0.85 < scores["low"] < scores["high"] < 0.97
    inside = (groups["low"] <= groups["predicted"]) & (groups["predicted"] <= groups["high"])
    assert inside.sum() >= 5
