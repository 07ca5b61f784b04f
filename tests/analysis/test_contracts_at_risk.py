"""The list at the team's capacity, and the loss to be expected."""

import numpy as np
import pandas as pd

from contract_world import AS_OF, simulated_contracts
from known_truth import hit_bounds
from workbook.analysis.contract_study import contract_study
from workbook.analysis.contracts_at_risk import contract_list
from workbook.analysis.leaving_forecast import judgement

EARLIER = pd.Timestamp("2023-12-31")


def listed(table, *, as_of=AS_OF, **options):
    study = contract_study(table.rename(columns={"plan": "trait_plan"}), as_of=as_of)
    return contract_list(study, judgement(study), **{"capacity": 50} | options)


def test_the_list_is_cut_ranked_and_holds_running_contracts_only():
    table = simulated_contracts(4000, 1, log_ratio=1.2)
    found, loss = listed(table, save_rate=0.2, contact_cost=1.0)
    assert len(found) == 50 and found["expected_saved"].is_monotonic_decreasing
    running = set(table.loc[table["ended_on"].isna(), "customer_id"])
    assert set(found["customer_id"]) <= running and loss["n"] == len(running)
    np.testing.assert_allclose(found["expected_saved"], 0.2 * found["expected_loss"] - 1.0)
    assert (found["expected_saved"] > 0).all()
    assert loss["low"] < loss["expected_loss"] < loss["high"] < loss["yearly_value"]


def test_no_list_where_the_ranking_has_no_use_and_no_loss_without_values():
    table = simulated_contracts(1500, 7)
    found, loss = listed(table.drop(columns=["plan", "age", "region", "value"]))
    assert found.empty and loss is None
    constant = table.assign(plan="a", age=1, region="x", value=10.0)
    found, loss = listed(constant)
    assert loss["expected_loss"] > 0
    assert found.empty or loss["n"]  # by age alone the ranking may hold by chance


def test_the_interval_of_the_loss_holds_what_came_true():
    draws, hits = 25, 0
    for seed in range(draws):
        table = simulated_contracts(800, 500 + seed).drop(columns=["age", "region", "plan"])
        _, loss = listed(table, as_of=EARLIER)
        later = table[(table["started_on"] <= EARLIER) & (table["ended_on"] > EARLIER)]
        hits += loss["low"] <= later["value"].sum() <= loss["high"]
    # The wider of two 80 % intervals: never below what 80 % allow.
    assert hits >= hit_bounds(draws, 0.8)[0]
