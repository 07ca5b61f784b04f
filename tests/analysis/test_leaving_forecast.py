"""Forecasts of an earlier day know nothing later, and are judged by what came after."""

import numpy as np
import pandas as pd
import pytest

from contract_world import AS_OF, changing_contracts, simulated_contracts
from workbook.analysis.contract_study import contract_study
from workbook.analysis.leaving_forecast import REASONS, chances_of_leaving, judgement


def study(n, seed, **options):
    table = simulated_contracts(n, seed, **options)
    return contract_study(table.rename(columns={"plan": "trait_plan"}), as_of=AS_OF)


def test_a_trait_that_matters_ranks_on_the_later_window():
    found = judgement(study(4000, 1, log_ratio=1.2))
    assert found.reason == "" and found.model == "traits" and found.useful
    assert found.cut == pd.Timestamp("2023-12-31") and found.ended > 100
    whole = found.calibration[(found.calibration["group"] == 0)]
    assert set(whole["horizon"]) == {3, 6, 12}
    assert ((whole["low"] < whole["predicted"]) & (whole["predicted"] < whole["high"])).all()
    assert found.score["sampling_error"] < 0.01 and found.score["low"] > 0.5
    skill = found.brier[(found.brier["model"] == "traits") & (found.brier["horizon"] == 12)]
    assert skill["skill_low"].iloc[0] > 0


def test_what_happens_later_changes_no_forecast():
    table = simulated_contracts(1500, 2, log_ratio=0.7).rename(columns={"plan": "trait_plan"})
    other = table.copy()
    later = other["ended_on"] > "2023-12-31"
    half = later & (np.arange(len(other)) % 2 == 0)
    other.loc[half, "ended_on"] = pd.NaT
    one = judgement(contract_study(table, as_of=AS_OF))
    two = judgement(contract_study(other, as_of=AS_OF))
    assert one.n == two.n and one.ended > two.ended
    kept = ["horizon", "group", "n", "predicted"]
    pd.testing.assert_frame_equal(one.calibration[kept], two.calibration[kept])


def test_a_ranking_without_use_is_said_to_have_none():
    useful = [judgement(study(500, 100 + seed)).useful for seed in range(8)]
    # 2.5 % each when no trait matters; more than 2 of 8 has a chance of 8 in 10,000.
    assert sum(useful) <= 2


def test_a_link_that_changes_with_age_is_forecast_by_its_own_course():
    found = judgement(contract_study(changing_contracts(4000, 5), as_of=AS_OF))
    assert found.model == "traits" and found.useful
    fifths = found.calibration.query("horizon == 12 and group > 0")
    assert fifths["observed"].iloc[0] < fifths["observed"].iloc[-1]


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (simulated_contracts(40, 1), "few_before"),
        (simulated_contracts(2000, 1).assign(started_on=pd.Timestamp("2024-06-01")), "few_before"),
        (simulated_contracts(9, 1), "few_before"),
        (None, "no_dates"),
    ],
)
def test_why_there_is_no_judgement(table, reason):
    found = judgement(contract_study(table, as_of=AS_OF))
    assert found.reason == reason and reason in REASONS
    assert not found.useful and np.isnan(found.score["concordance"])


def test_chances_by_age_follow_the_pace():
    rows = study(6000, 3).rows
    model, chances = chances_of_leaving(rows, (), (12,))
    assert model == "age"
    assert chances["age"][12].mean() == pytest.approx(1 - np.exp(-12 / 20), abs=0.03)
