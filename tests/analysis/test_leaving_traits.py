"""The model of traits settles on what its checks allow."""

import numpy as np
import pandas as pd

from contract_world import AS_OF, changing_contracts, simulated_contracts
from workbook.analysis.contract_study import contract_study
from workbook.analysis.leaving_traits import leaving_traits
from workbook.analysis.outcome_odds import outcome_odds


def study(n, seed, **options):
    table = simulated_contracts(n, seed, **options)
    names = {"plan": "trait_plan", "age": "measure_age"}
    return contract_study(table.rename(columns=names), as_of=AS_OF)


def test_a_steady_trait_has_one_ratio_near_the_truth():
    found = leaving_traits(study(4000, 1, log_ratio=0.7))
    row = found.effects.set_index("column").loc["trait_plan"]
    truth = np.exp(0.7 if row["level"] == "monthly" else -0.7)
    assert row["low"] < truth < row["high"] and found.strata == ()
    assert set(found.checks["verdict"]) == {"steady"}
    assert set(found.durations["model"]) == {"Weibull", "log-normal", "log-logistic"}
    assert found.durations["aic"].is_monotonic_increasing
    assert found.curve.empty  # age says nothing, so no curve is drawn


def test_a_trait_whose_link_changes_with_age_becomes_a_stratum():
    found = leaving_traits(contract_study(changing_contracts(3000, 2), as_of=AS_OF))
    assert found.strata == ("trait_promo",)
    assert list(found.effects["term"]) == ["measure_age"]
    verdicts = found.checks.set_index("term")["verdict"]
    assert (
        verdicts.filter(like="promo").iloc[0] == "reverses" and verdicts["measure_age"] == "steady"
    )
    ratios = found.by_period["hazard_ratio"]
    assert (ratios.iloc[0] - 1) * (ratios.iloc[-1] - 1) < 0


def test_a_trait_that_bends_is_shown_along_its_values():
    rng = np.random.default_rng(3)
    n = 4000
    age = rng.uniform(20, 70, n)
    months = rng.exponential(20 / np.exp(((age - 45) / 12) ** 2 / 2), n)
    started = AS_OF - pd.to_timedelta(rng.integers(1, 6 * 365, n), unit="D")
    ended = pd.Series(started + pd.to_timedelta(np.ceil(months * 30.4), unit="D"))
    table = pd.DataFrame({"customer_id": np.arange(n), "started_on": started, "measure_age": age})
    table["ended_on"] = ended.where(ended <= AS_OF)
    found = leaving_traits(contract_study(table, as_of=AS_OF))
    assert found.curves.set_index("term").loc["measure_age", "p_holm"] < 0.001
    ends = found.curve.set_index("value")["hazard_ratio"]
    assert ends.iloc[0] > 1.5 and ends.iloc[-1] > 1.5


def test_nothing_is_modelled_without_durations():
    assert leaving_traits(contract_study(None, as_of=AS_OF)) is None
    assert outcome_odds(study(100, 1)) is None


def test_a_yes_or_no_has_odds_and_scores_on_unseen_customers():
    rng = np.random.default_rng(4)
    n = 2000
    calls = rng.poisson(2, n)
    left = rng.random(n) < 1 / (1 + np.exp(3 - 0.8 * calls))
    table = pd.DataFrame(
        {
            "customer_id": np.arange(n),
            "tenure_months": rng.integers(1, 60, n),
            "churned": left,
            "measure_calls": calls,
        }
    )
    found = outcome_odds(contract_study(table, as_of=AS_OF, feature_window_months=9))
    row = found.effects.set_index("term").loc["measure_calls"]
    assert row["low"] < np.exp(0.8 * row["step"]) < row["high"] and 0 < row["points"] < 0.3
    assert found.scores["low"] > 0.6 and found.scores["brier"] < found.scores["brier_same"]
    assert found.groups["n"].sum() == n
