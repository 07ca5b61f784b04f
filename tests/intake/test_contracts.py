"""The table contracts: one row each, ends that can't be read, files with a flag on one day."""

import pytest

from workbook.analysis.contracts import contract_rows
from workbook.analysis.snapshot import design
from workbook.intake.errors import InputError

CONTRACTS = """contract_id,customer_id,started_on,ended_on,value,end_reason,trait_segment
00017,a,2022-01-05,2023-01-04,100.00,price,home
00018,b,2022-02-05,,100.00,,home
00018,b,2022-02-05,2023-05-01,120.00,moved,home
00019,c,2022-03-05,soon,80.00,,office
00020,d,2022-03-05,9999-12-31,80.00,,office
00021,,2022-03-05,2022-12-31,80.00,,office
00022,e,2024-01-05,2023-01-05,80.00,,office
"""

SNAPSHOT = """customer_id,tenure_months,churned,measure_calls,trait_plan
a,12,Yes,3,basic
b,40,No,1,plus
c,-2,No,0,plus
"""


@pytest.fixture
def contracts(shop):
    def opened(text, more=""):
        shop.orders(text, "contracts.csv")
        shop.shared('as_of: "2024-12-31"\nsources:\n  contracts: {path: contracts.csv}\n' + more)
        return shop.open()

    return opened


def test_one_row_per_contract_and_every_other_row_in_the_ledger(contracts):
    tables = contracts(CONTRACTS)
    frame = tables.contracts.execute().set_index("contract_id").sort_index()
    assert frame.index.tolist() == ["00017", "00018", "00020"]
    assert frame.loc["00018", "end_reason"] == "moved" and frame.loc["00018", "value"] == 120
    assert frame["ended_on"].isna().tolist() == [False, False, True]
    told = {(r.rule, r.detail): r.rows for r in tables.ledger.itertuples()}
    assert told[("repeated_key_removed", "")] == told[("unreadable_end", "")] == 1
    assert told[("no_customer", "")] == told[("end_before_start", "")] == 1


def test_the_table_feeds_the_durations(contracts):
    frame = contracts(CONTRACTS, "cleaning: {end_before_start: false}\n").contracts.execute()
    result = contract_rows(frame, as_of="2024-12-31")
    assert result.checks.set_index("rule")["rows"]["end_before_start"] == 1
    rows = result.rows.set_index("customer_id")
    assert rows["ended"].to_dict() == {"a": True, "b": True, "d": False}
    assert rows.loc["a", "trait_segment"] == "home"


def test_a_file_with_a_flag_needs_no_dates(contracts):
    frame = contracts(SNAPSHOT).contracts.execute()
    assert design(frame.columns, window_months=6) == "snapshot"
    assert frame["churned"].tolist() == [True, False, False]
    assert frame["measure_calls"].tolist() == [3, 1, 0]


def test_without_dates_or_flag_the_missing_column_is_named(contracts):
    with pytest.raises(InputError, match="started_on"):
        contracts("contract_id,customer_id,value\n1,a,5\n")
