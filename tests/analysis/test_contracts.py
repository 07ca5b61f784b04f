"""Contracts as durations: every doubtful row is decided and counted."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from contract_world import AS_OF, simulated_contracts
from workbook.analysis.contracts import RULES, contract_rows


def table(*rows):
    """Contracts from (customer, start, end[, reason])."""
    frame = pd.DataFrame(
        [(*row, None)[:4] for row in rows],
        columns=["customer_id", "started_on", "ended_on", "end_reason"],
    )
    return frame.assign(contract_id=[f"k{i}" for i in range(len(frame))])


def found(result):
    assert set(result.checks["rule"]) <= set(RULES)
    return result.checks.set_index("rule")["rows"].to_dict()


def test_months_entry_and_reason():
    result = contract_rows(
        table(("a", "2023-01-01", "2024-01-01", "price"), ("b", "2024-01-01", None, "typo")),
        as_of=date(2024, 12, 31),
    )
    rows = result.rows.set_index("customer_id")
    assert rows.loc["a", "duration"] == pytest.approx(365 / 30.4375)
    assert rows.loc["b", "duration"] == pytest.approx(365 / 30.4375)
    assert rows["ended"].tolist() == [True, False]
    assert rows.loc["a", "reason"] == "price" and rows.loc["b", "reason"] is None
    assert (rows["entry"] == 0).all()


def test_rows_that_cannot_be_are_set_aside_and_counted():
    result = contract_rows(
        table(
            ("a", "2024-05-01", "2024-04-01"),
            ("b", None, "2024-04-01"),
            ("c", "2025-02-01", None),
            ("d", "2024-01-01", "2025-06-01"),
            ("e", "2024-01-01", "2024-01-01"),
        ),
        as_of="2024-12-31",
    )
    counted = found(result)
    assert counted["end_before_start"] == counted["no_start"] == counted["starts_after_as_of"] == 1
    assert counted["end_after_as_of"] == counted["ended_on_first_day"] == 1
    assert result.rows["customer_id"].tolist() == ["d", "e"]
    assert result.rows["ended"].tolist() == [False, True]
    assert (result.rows["duration"] > 0).all()


def test_overlapping_contracts_make_one_spell():
    contracts = table(
        ("a", "2022-01-01", "2022-12-31", "moved"),
        ("a", "2022-06-01", "2023-06-01", "price"),
        ("a", "2023-06-15", "2023-12-31", "service"),
        ("b", "2022-01-01", "2022-02-01", "price"),
        ("b", "2024-01-01", None),
        ("c", "2022-01-01", None),
        ("c", "2022-03-01", "2022-06-01", "price"),
    )
    single = contract_rows(contracts, as_of="2024-12-31")
    assert found(single)["overlapping"] == 2 and len(single.rows) == 7
    spells = contract_rows(contracts, as_of="2024-12-31", by="customer")
    rows = spells.rows.set_index("customer_id")
    assert rows.loc["a", "reason"] == "service" and rows.loc["a", "ended"]
    assert rows.loc["a", "duration"] == pytest.approx(729 / 30.4375)
    assert rows.loc["b", "duration"] == pytest.approx(31 / 30.4375)
    assert not rows.loc["c", "ended"]
    assert found(spells)["returned"] == 1


def test_a_repeated_contract_counts_once():
    contracts = table(("a", "2022-01-01", None), ("a", "2022-01-01", "2022-06-01"))
    result = contract_rows(contracts.assign(contract_id="k"), as_of="2024-12-31")
    assert found(result)["repeated_contract"] == 1
    assert result.rows["ended"].tolist() == [True]


def test_contracts_enter_when_ends_began_to_be_recorded():
    result = contract_rows(
        table(
            ("a", "2020-01-01", None), ("b", "2019-01-01", "2019-06-01"), ("c", "2023-06-01", None)
        ),
        as_of="2024-12-31",
        observed_from="2023-01-01",
    )
    rows = result.rows.set_index("customer_id")
    assert rows.loc["a", "entry"] == pytest.approx(1095.5 / 30.4375)
    assert rows.loc["c", "entry"] == 0
    assert found(result)["ended_before_observation"] == found(result)["watched_late"] == 1


def test_ends_that_nobody_recorded_are_noticed_only_when_missing():
    whole = simulated_contracts(2000, 1)
    assert "ends_missing_before" not in found(contract_rows(whole, as_of=AS_OF))
    kept = simulated_contracts(2000, 1, observed_from="2022-06-01")
    checks = contract_rows(kept, as_of=AS_OF).checks.set_index("rule")
    assert checks.loc["ends_missing_before", "detail"].startswith("2022-06")
    # Yearly contracts of a young business: nobody can have left before the first year is over.
    starts = pd.Timestamp("2023-01-01") + pd.to_timedelta(np.arange(600) % 300, unit="D")
    ends = pd.Series(starts + pd.DateOffset(years=1)).where(np.arange(600) % 2 == 0)
    young = table(*[(f"c{i}", s, e) for i, (s, e) in enumerate(zip(starts, ends, strict=True))])
    assert "ends_missing_before" not in found(contract_rows(young, as_of=AS_OF))


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ([("a", "2024-01-01", None)], "one_contract"),
        ([("a", "2024-01-01", None), ("b", "2024-02-01", None)], "none_ended"),
        ([("a", "2024-01-01", "2024-03-01"), ("b", "2024-02-01", "2024-03-01")], "all_ended"),
        (
            [(f"c{i}", f"2024-01-{i + 1:02}", "2024-06-30") for i in range(20)],
            "many_ended_on_one_day",
        ),
        ([("a", "2024-05-01", "2024-04-01")], "no_contract"),
    ],
)
def test_what_leaves_nothing_to_say_is_said(rows, rule):
    assert rule in found(contract_rows(table(*rows), as_of="2024-12-31"))


def test_the_later_period_of_a_cut_is_the_same_table_seen_later():
    contracts = simulated_contracts(500, 3)
    cut = pd.Timestamp("2023-12-31")
    before = contract_rows(contracts, as_of=cut).rows
    after = contract_rows(contracts, as_of=AS_OF, observed_from=cut + pd.Timedelta(days=1)).rows
    assert (before["last_on"] <= cut).all()
    running = before.loc[~before["ended"], "customer_id"]
    assert set(running) == set(after.loc[after["started_on"] <= cut, "customer_id"])
    assert (after["duration"] > after["entry"]).all()
