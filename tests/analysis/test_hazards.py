"""Cox's model: published figures, lifelines as oracle, known truth, degenerate data in words."""

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from lifelines.datasets import load_rossi
from lifelines.statistics import proportional_hazard_test

from contract_world import AS_OF, simulated_contracts
from known_truth import hit_bounds
from workbook.analysis import hazards
from workbook.analysis.contracts import contract_rows
from workbook.analysis.covariates import Design, design_matrix
from workbook.analysis.effects import effect_along
from workbook.analysis.hazards import MESSAGES, cox, ended_within
from workbook.analysis.proportionality import (
    effect_over_time,
    proportionality,
    time_verdicts,
)
from workbook.analysis.survival_quality import concordance

TRAITS = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]


@pytest.fixture
def rossi():
    table = load_rossi().rename(columns={"week": "duration", "arrest": "ended"})
    return table.assign(ended=table["ended"].astype(bool))


def by_lifelines(rows, **options):
    return CoxPHFitter().fit(rows, "duration", "ended", **options)


def test_the_recidivism_study_comes_out(rossi):
    design = design_matrix(rossi, TRAITS)
    fit = cox(rossi, design)
    coef = fit.table.set_index("term")["coef"]
    assert coef["fin"] == pytest.approx(-0.3794, abs=5e-5)
    assert coef["age"] == pytest.approx(-0.0574, abs=5e-5)
    assert coef["prio"] == pytest.approx(0.0915, abs=5e-5)
    assert fit.message == "" and fit.n == 432 and fit.ended == 114
    model = by_lifelines(rossi)
    assert fit.table["se"].tolist() == pytest.approx(
        model.standard_errors_[TRAITS].tolist(), rel=1e-5
    )
    assert fit.loglik == pytest.approx(model.log_likelihood_)
    assert fit.p == pytest.approx(model.log_likelihood_ratio_test().p_value, rel=1e-4)
    score = design.frame.to_numpy() @ coef.to_numpy()
    found = concordance(rossi.assign(entry=0.0), score, horizon_months=60, pairs=400_000)
    # Everybody was watched for 52 weeks, so the weights are all one.
    assert found["concordance"] == pytest.approx(0.640, abs=4 * found["sampling_error"])


def test_large_data_take_the_way_through_lifelines(rossi, monkeypatch):
    design = design_matrix(rossi, TRAITS)
    direct = cox(rossi, design).table
    monkeypatch.setattr(hazards, "LARGE", 0)
    pd.testing.assert_frame_equal(cox(rossi, design).table, direct, rtol=1e-5)


def test_late_entry_and_strata_are_those_of_lifelines(rossi):
    entry = np.minimum(np.arange(len(rossi)) % 20, rossi["duration"] - 1).astype(float)
    late = rossi.assign(entry=entry)
    design = design_matrix(late, TRAITS)
    fit = cox(late, design)
    model = by_lifelines(late, entry_col="entry")
    assert fit.table["coef"].tolist() == pytest.approx(model.params_[TRAITS].tolist(), abs=1e-6)
    assert fit.table["se"].tolist() == pytest.approx(
        model.standard_errors_[TRAITS].tolist(), rel=1e-5
    )
    others = [trait for trait in TRAITS if trait != "wexp"]
    strata = cox(rossi, design_matrix(rossi, others), strata="wexp")
    model = by_lifelines(rossi, strata=["wexp"])
    assert strata.table["coef"].tolist() == pytest.approx(model.params_[others].tolist(), abs=1e-6)
    assert strata.baseline["stratum"].nunique() == 2


def test_predictions_are_those_of_lifelines_without_entry(rossi):
    design = design_matrix(rossi, TRAITS)
    ours = ended_within(cox(rossi, design), design.frame, 30)
    theirs = 1 - by_lifelines(rossi).predict_survival_function(rossi, times=[30]).iloc[0]
    # Efron's baseline here, Breslow's there.
    assert ours == pytest.approx(theirs.to_numpy(), abs=2e-3)


def test_a_maximum_that_lifelines_stops_short_of_is_reached(rossi):
    design = design_matrix(rossi, ["fin", "age", "prio"])
    table, p = effect_along(rossi, design, "age")
    # The younger, the sooner; lifelines stops 6.6 units of log-likelihood below the maximum here.
    assert table["hazard_ratio"].iloc[0] > 1.5 > 1 > table["hazard_ratio"].iloc[-1]
    assert 0.05 < p < 0.3


def test_proportionality_is_that_of_lifelines(rossi):
    design = design_matrix(rossi, TRAITS)
    found = proportionality(rossi, design, cox(rossi, design)).set_index("term")
    oracle = proportional_hazard_test(by_lifelines(rossi), rossi, time_transform="rank").summary
    # Ranks of the ends here, of all durations there.
    assert found["p"].to_dict() == pytest.approx(oracle["p"].to_dict(), abs=0.03)
    assert found.loc["age", "p_holm"] < 0.01
    verdicts = time_verdicts(effect_over_time(rossi, design)).set_index("term")["verdict"]
    assert verdicts["age"] == "grows" and verdicts["prio"] == "steady"


def simulated(seed, n=400, **options):
    rows = contract_rows(
        simulated_contracts(n, seed, observed_from="2022-01-01", **options),
        as_of=AS_OF,
        observed_from="2022-01-01",
    ).rows
    return rows.assign(monthly=(rows["plan"] == "monthly") * 1.0)


def test_intervals_cover_the_truth_with_late_entry():
    draws, truth = 60, 0.5
    hits = {"ratio": 0, "chance": 0}
    for seed in range(draws):
        rows = simulated(seed, log_ratio=truth)
        design = design_matrix(rows, ["monthly", "age"])
        row = cox(rows, design, confidence=0.9).table.iloc[0]
        hits["ratio"] += row["low"] <= np.exp(truth) <= row["high"]
        first = effect_over_time(rows, design, breaks=[10], confidence=0.9).iloc[0]
        hits["chance"] += first["low"] <= np.exp(truth) <= first["high"]
    low, high = hit_bounds(draws)
    assert all(low <= n <= high for n in hits.values()), hits


def test_predicted_chances_are_right_on_average():
    rows = simulated(3, n=4000, log_ratio=0.5)
    design = design_matrix(rows, ["monthly"])
    found = ended_within(cox(rows, design), design.frame, 12, age=5.0)
    for plan in (0, 1):
        truth = -np.expm1(-12 / 20 * np.exp(0.5 * plan))
        assert found[rows["monthly"] == plan].mean() == pytest.approx(truth, abs=0.03)


def test_no_effect_raises_few_alarms():
    alarms = 0
    for seed in range(60):
        rows = contract_rows(simulated_contracts(250, seed), as_of=AS_OF).rows
        fit = cox(rows, design_matrix(rows, ["plan", "region", "age"]))
        alarms += fit.p < 0.01
    assert alarms <= 3


def test_a_fading_effect_is_seen():
    rng = np.random.default_rng(1)
    x = rng.integers(0, 2, 3000).astype(float)
    early = rng.exponential(20 / np.exp(1.2 * x))
    duration = np.where(early > 8, 8 + rng.exponential(20, 3000), early)
    rows = pd.DataFrame({"x": x, "duration": np.minimum(duration, 40), "ended": duration < 40})
    design = design_matrix(rows, ["x"])
    fit = cox(rows, design)
    assert proportionality(rows, design, fit)["p"].item() < 1e-6
    verdict = time_verdicts(effect_over_time(rows, design, breaks=[8])).iloc[0]
    assert verdict["verdict"] == "fades" and verdict["high"] < 1


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("entry", [0.0, 2.0])
def test_degenerate_data_become_words(entry):
    rows = contract_rows(simulated_contracts(200, 5), as_of=AS_OF).rows.assign(entry=entry)
    for degenerate, message in [
        (rows.assign(ended=False), "no_event"),
        (rows.iloc[:1], None),
        (rows.iloc[:0], "no_event"),
        (rows.assign(ended=True, duration=6.0), None),
        (rows.assign(plan="same", region="same", age=1.0), "no_term"),
    ]:
        design = design_matrix(degenerate, ["plan", "region", "age"])
        fit = cox(degenerate, design)
        assert fit.message in MESSAGES or fit.message == ""
        assert message is None or fit.message == message
        proportionality(degenerate, design, fit)
        time_verdicts(effect_over_time(degenerate, design))


def test_separation_by_several_traits_together_is_said():
    rng = np.random.default_rng(2)
    a, duration = rng.normal(size=300), rng.uniform(1, 10, 300)
    rows = pd.DataFrame({"a": a, "b": a * 0.7 - duration, "duration": duration, "ended": True})
    frame = rows[["a", "b"]]
    terms = pd.DataFrame(
        {"term": ["a", "b"], "column": ["a", "b"], "level": None, "reference": None}
    )
    terms["sd"] = terms["step"] = frame.std(ddof=0).to_numpy()
    fit = cox(rows, Design(frame, terms, pd.DataFrame()))
    assert fit.message == "runs_away"
