"""How long contracts last: the curve's numbers, groups that differ, reasons."""

import numpy as np
import pytest

from contract_world import AS_OF, MEAN, REASONS, simulated_contracts
from workbook.analysis.contract_stay import lasting, leaving_reasons, trait_groups
from workbook.analysis.contract_study import contract_study


def study(n, seed, **options):
    table = simulated_contracts(n, seed, **options)
    return contract_study(table.rename(columns={"plan": "trait_plan"}), as_of=AS_OF)


def test_the_curve_at_twelve_months():
    found = lasting(study(3000, 1))
    share, low, high = found.at(12)
    assert low < np.exp(-12 / MEAN) < high and low < share < high
    assert found.median_low < MEAN * np.log(2) < found.median_high
    assert found.mean_low < MEAN * (1 - np.exp(-36 / MEAN)) < found.mean_high
    assert found.table["at_risk"].is_monotonic_decreasing
    assert found.at(99) == (None, None, None)


def test_late_entry_is_corrected_where_ends_were_not_kept():
    found = lasting(study(4000, 8, observed_from="2023-01-01"))
    truth = np.exp(-12 / MEAN)
    assert found.at(12)[1] < truth < found.at(12)[2]
    day, naive, low, _ = found.if_all_kept
    assert day.startswith("2023-01") and naive > low > truth + 0.05


def test_an_unknown_window_gives_bounds_and_no_number():
    table = simulated_contracts(400, 2)
    months = ((table["ended_on"].fillna(AS_OF) - table["started_on"]).dt.days / 30.4).round()
    flags = table[["customer_id"]].assign(tenure_months=months, churned=table["ended_on"].notna())
    found = lasting(contract_study(flags, as_of=AS_OF))
    assert found.at(12) == (None, None, None) and found.median is None and found.curve is None
    at12 = found.bounds[found.bounds["month"] == 12]["survival"]
    assert at12.max() - at12.min() > 0.3


@pytest.mark.parametrize("n", [0, 1, 9])
def test_fewer_than_ten_contracts_give_no_number(n):
    found = lasting(study(n, 1)) if n else lasting(contract_study(None, as_of=AS_OF))
    assert found.at(12) == (None, None, None) and np.isnan(found.mean)
    assert not len(leaving_reasons(study(max(n, 1), 1), found))


def test_groups_that_differ_are_found_and_others_are_not():
    tests, shares = trait_groups(study(2000, 4, log_ratio=0.7))
    assert tests["column"].iloc[0] == "trait_plan" and tests["p_holm"].iloc[0] < 1e-6
    at12 = shares[shares["column"] == "trait_plan"].set_index("group")["survival"]
    assert at12["monthly"] < at12["yearly"] - 0.1
    assert (tests.loc[tests["column"] != "trait_plan", "p_holm"] > 0.01).all()


def test_without_any_difference_groups_rarely_raise_a_problem():
    # 1 % each: more than 4 of 60 has a chance of 3 in 10,000.
    problems = 0
    for seed in range(60):
        tests, _ = trait_groups(study(300, 1000 + seed))
        problems += bool((tests["p_holm"] < 0.01).any())
    assert problems <= 4


def test_a_number_with_many_values_is_compared_as_two_halves():
    _, shares = trait_groups(study(500, 4))
    groups = shares.loc[shares["column"] == "value", "group"]
    assert len(groups) == 2 and all(name[0] in "≤>" for name in groups)


def test_reasons_add_up_and_unknown_ones_widen_them():
    whole, some = study(4000, 5), study(4000, 5, unknown=0.3)
    full = leaving_reasons(whole, lasting(whole)).query("month == 12").set_index("reason")
    gone = 1 - lasting(whole).at(12)[0]
    assert full["incidence"].sum() == pytest.approx(gone)
    assert full["incidence"]["moved"] / gone == pytest.approx(REASONS["moved"], abs=0.05)
    part = leaving_reasons(some, lasting(some)).query("month == 12").set_index("reason")
    assert part["unknown"].iloc[0] == pytest.approx(0.3, abs=0.04)
    inside = part.loc[full.index]
    assert (inside["low"] < full["incidence"]).all() and (full["incidence"] < inside["high"]).all()
