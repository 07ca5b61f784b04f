"""Kaplan-Meier, its median and restricted mean, groups: against lifelines and known truth."""

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter
from lifelines.datasets import load_rossi
from lifelines.statistics import multivariate_logrank_test

from contract_world import AS_OF, MEAN, simulated_contracts
from known_truth import hit_bounds
from workbook.analysis import group_survival
from workbook.analysis.contracts import contract_rows
from workbook.analysis.survival import (
    median_months,
    restricted_mean,
    survival_at,
    survival_curve,
)

MONTHS = [10.0, 30.0, 52.0]


@pytest.fixture
def rossi():
    return load_rossi().rename(columns={"week": "duration", "arrest": "ended"})


def rows(duration, ended, entry=0.0):
    return pd.DataFrame({"duration": duration, "ended": ended, "entry": entry}, dtype=float).assign(
        ended=ended
    )


def test_kaplan_meier_is_that_of_lifelines(rossi):
    found = survival_at(survival_curve(rossi), MONTHS)
    model = KaplanMeierFitter().fit(rossi["duration"], rossi["ended"])
    assert found["survival"].tolist() == pytest.approx(
        model.survival_function_at_times(MONTHS).tolist()
    )
    limits = model.confidence_interval_survival_function_.loc[MONTHS].to_numpy()
    assert found[["low", "high"]].to_numpy() == pytest.approx(limits)


def test_late_entry_is_that_of_lifelines(rossi):
    entry = np.minimum(np.arange(len(rossi)) % 20, rossi["duration"] - 1).astype(float)
    found = survival_at(survival_curve(rossi.assign(entry=entry)), MONTHS)
    model = KaplanMeierFitter().fit(rossi["duration"], rossi["ended"], entry=entry)
    assert found["survival"].tolist() == pytest.approx(
        model.survival_function_at_times(MONTHS).tolist()
    )


def test_log_rank_is_that_of_lifelines(rossi):
    for column in ("fin", "mar"):
        found = group_survival.log_rank(rossi, column)
        oracle = multivariate_logrank_test(rossi["duration"], rossi[column], rossi["ended"])
        assert found["statistic"] == pytest.approx(oracle.test_statistic)
        assert found["p"] == pytest.approx(oracle.p_value)


def test_grouped_rows_give_the_same_curve(rossi):
    grouped = rossi.groupby(["duration", "ended"]).size().rename("n").reset_index()
    one, other = survival_curve(rossi).table, survival_curve(grouped).table
    pd.testing.assert_frame_equal(one, other, check_exact=False)


def test_median_not_reached_is_none_and_beyond_the_watch_is_unknown(rossi):
    curve = survival_curve(rossi)
    assert median_months(curve) == (None, None, None)
    assert survival_at(curve, [53])["survival"].isna().all()
    mean, low, high, horizon = restricted_mean(curve, 100)
    assert horizon == 52 and low < mean < high
    assert mean == pytest.approx(45.854167)


def test_nobody_ended():
    curve = survival_curve(rows([10.0] * 30, [False] * 30))
    found = survival_at(curve, [5, 10]).iloc[1]
    assert found["survival"] == 1 and found["high"] == 1
    # Had the pace been higher than this limit allows, 300 months without an end would be a wonder.
    assert found["low"] == pytest.approx(0.025 ** (10 / 300))
    assert median_months(curve) == (None, None, None)
    assert restricted_mean(curve, 12)[0] == pytest.approx(10)


def test_all_ended_at_once_and_one_contract():
    gone = survival_curve(rows([6.0] * 20, [True] * 20))
    assert survival_at(gone, [5, 6])["survival"].tolist() == [1, 0]
    assert median_months(gone)[0] == 6
    single = survival_curve(rows([6.0], [True]))
    assert restricted_mean(single, 12)[0] == pytest.approx(6)
    nothing = survival_curve(rows([], np.array([], dtype=bool)))
    assert survival_at(nothing, [1])["survival"].isna().all()
    assert np.isnan(restricted_mean(nothing, 12)[0])


def test_a_thin_start_is_left_out_and_said():
    rng = np.random.default_rng(5)
    entry = np.concatenate([[0.0, 0.0], rng.uniform(10, 20, 500)])
    duration = np.concatenate([[3.0, 4.0], entry[2:] + rng.exponential(10, 500)])
    curve = survival_curve(rows(duration, np.ones(502, dtype=bool), entry))
    # Otherwise the two early leavers would bring the whole curve to zero.
    assert curve.start >= 10
    assert survival_at(curve, [5])["survival"].isna().all()
    assert survival_at(curve, [40])["survival"].item() > 0


def test_intervals_cover_the_truth_with_late_entry():
    draws, hits = 60, {"twelve": 0, "median": 0, "mean": 0}
    for seed in range(draws):
        contracts = simulated_contracts(400, seed, observed_from="2022-01-01")
        found = contract_rows(contracts, as_of=AS_OF, observed_from="2022-01-01").rows
        curve = survival_curve(found, confidence=0.9)
        row = survival_at(curve, [12]).iloc[0]
        hits["twelve"] += row["low"] <= np.exp(-12 / MEAN) <= row["high"]
        _, low, high = median_months(curve)
        hits["median"] += low <= MEAN * np.log(2) + 0.5 / 30.4375 <= high
        _, low, high, horizon = restricted_mean(curve, 24)
        hits["mean"] += low <= MEAN * -np.expm1(-horizon / MEAN) <= high
    least, most = hit_bounds(draws)
    assert all(least <= n <= most for n in hits.values()), hits


def test_no_effect_raises_few_alarms():
    alarms = 0
    for seed in range(100):
        found = contract_rows(simulated_contracts(300, seed), as_of=AS_OF).rows
        table = group_survival.survival_differences(found, ["plan", "region"])
        alarms += bool((table["p_holm"] < 0.01).any())
    # At most 8 of 200 are allowed; chance brings 1 of 100.
    assert alarms <= 4


def test_a_planted_effect_is_found():
    found = contract_rows(simulated_contracts(600, 2, log_ratio=0.7), as_of=AS_OF).rows
    table = group_survival.survival_differences(found, ["region", "plan"])
    assert table["column"].iloc[0] == "plan" and table["p_holm"].iloc[0] < 0.001
    by_plan = group_survival.survival_by(found, "plan", [12]).set_index("group")
    assert by_plan.loc["monthly", "high"] < by_plan.loc["yearly", "low"]


def test_groups_too_small_have_a_name_but_no_numbers():
    found = contract_rows(simulated_contracts(300, 4), as_of=AS_OF).rows
    found.loc[:3, "region"] = "tiny"
    table = group_survival.survival_by(found, "region", [6, 12])
    assert table.loc[table["group"] == "tiny", "survival"].isna().all()
    assert group_survival.log_rank(found, "region")["groups"] == 3


def test_traits_that_cannot_be_compared_have_no_p():
    found = contract_rows(simulated_contracts(300, 4), as_of=AS_OF).rows
    found["one"], found["many"] = "x", [f"v{i}" for i in range(len(found))]
    table = group_survival.survival_differences(found, ["one", "many", "plan"])
    assert table.set_index("column").loc[["one", "many"], "p"].isna().all()
    none_ended = found.assign(ended=False)
    assert group_survival.survival_differences(none_ended, ["plan"])["p_holm"].isna().all()
