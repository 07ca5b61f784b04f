"""Contracts made ready for study: which analysis a table allows, and what is set aside."""

import pandas as pd
import pytest

from contract_world import AS_OF, simulated_contracts
from workbook.analysis.contract_study import contract_study


def flags(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "tenure_months", "churned", "trait_plan"])


FILE = flags(*[(f"c{i}", i, i % 3 == 0, "a") for i in range(40)], ("bad", -2, True, "b"))


@pytest.mark.parametrize(
    ("table", "options", "design", "timed"),
    [
        (None, {}, "nothing", False),
        (pd.DataFrame({"customer_id": ["a"]}), {}, "nothing", False),
        (FILE, {}, "snapshot_window_unknown", False),
        (FILE, {"window_months": 6}, "snapshot", True),
        (FILE, {"feature_window_months": 9}, "outcome_window", False),
        (simulated_contracts(50, 1), {}, "dates", True),
        (simulated_contracts(9, 1), {}, "dates", False),
    ],
)
def test_the_table_decides_the_analysis(table, options, design, timed):
    study = contract_study(table, as_of=AS_OF, **options)
    assert (study.design, study.timed) == (design, timed)


def test_a_yes_or_no_keeps_tenure_as_a_trait_and_tells_what_it_dropped():
    study = contract_study(FILE, as_of=AS_OF, feature_window_months=9)
    assert study.traits == ("tenure_months", "trait_plan")
    assert study.checks.set_index("rule")["rows"].to_dict() == {"negative_tenure": 1}
    assert len(study.rows) == 40 and study.rows["ended"].sum() == 14


def test_traits_are_what_was_known_at_the_start():
    table = simulated_contracts(30, 1).rename(columns={"plan": "trait_plan", "age": "measure_age"})
    table = table.assign(product="a", auto_renew=True, renewed=True, renewed_value=1.0)
    study = contract_study(table, as_of=AS_OF)
    assert sorted(study.traits) == ["measure_age", "product", "trait_plan", "value"]


def test_ends_that_were_not_kept_are_found_and_contracts_followed_from_the_first_one():
    table = simulated_contracts(2000, 8, observed_from="2023-01-01")
    study = contract_study(table, as_of=AS_OF)
    assert study.ends_known_from.startswith("2023-01")
    assert {"ends_missing_before", "watched_late"} <= set(study.checks["rule"])
    assert (study.rows["entry"] > 0).sum() > 500
    whole = contract_study(simulated_contracts(2000, 8), as_of=AS_OF)
    assert whole.ends_known_from == "" and not (whole.rows["entry"] > 0).any()


def test_customers_are_followed_over_their_contracts():
    table = pd.DataFrame(
        {
            "contract_id": ["1", "2"],
            "customer_id": ["a", "a"],
            "started_on": pd.to_datetime(["2022-01-01", "2023-01-05"]),
            "ended_on": pd.to_datetime(["2022-12-31", None]),
        }
    )
    assert len(contract_study(table, as_of=AS_OF).rows) == 1
    assert len(contract_study(table, as_of=AS_OF, unit="contract").rows) == 2
