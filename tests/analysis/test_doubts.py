"""What counts as a doubt, and when it is grave."""

import pandas as pd
import pytest

from workbook.analysis.doubts import COLUMNS, doubts

LEDGER = ["table", "rule", "rows", "customers", "money", "detail"]
NONE = pd.DataFrame()
EMPTY = {
    "keys": pd.DataFrame(columns=["table", "column", "refers_to", "rows", "unmatched", "keys", "share"]),
    "contrary": pd.DataFrame(columns=["check", "table", "rows", "contrary", "share"]),
    "gaps": pd.DataFrame(columns=["table", "start", "end", "periods", "rows", "expected", "p", "season"]),
}  # fmt: skip
OVERVIEW = pd.DataFrame({"table": ["orders", "customers"], "rows_read": [1000, 100]})


def doubted(ledger=(), **more):
    frame = pd.DataFrame(list(ledger), columns=LEDGER)
    return doubts(frame, OVERVIEW, **(EMPTY | more)).set_index("code")


def test_nothing_to_doubt():
    found = doubts(pd.DataFrame(columns=LEDGER), OVERVIEW, **EMPTY)
    assert found.empty and list(found.columns) == COLUMNS


def test_lost_and_kept_rows_are_weighed_by_their_share():
    found = doubted(
        [
            ("orders", "no_date", 10, 9, 100.0, ""),
            ("orders", "possible_duplicates_kept", 11, 9, 5.0, ""),
            ("customers", "impossible_value", 2, None, None, "birth_year"),
            ("orders", "test_account", 500, 9, 100.0, ""),  # settled, not in doubt
            ("orders", "exact_duplicates_removed", 500, 9, 100.0, ""),
        ]
    )
    assert found["grave"].to_dict() == {
        "impossible_value": True,
        "possible_duplicates_kept": True,
        "no_date": False,
    }
    assert found.loc["no_date", "share"] == pytest.approx(0.01)
    assert found.index[0] == "impossible_value"  # the largest share of the grave ones


def test_a_gap_outside_the_holidays_is_grave_however_small():
    day = pd.Timestamp("2024-05-01")
    gaps = pd.DataFrame(
        {"table": "orders", "start": day, "end": day, "periods": 1, "rows": 0, "expected": 3.0,
         "p": 0.0, "season": [False, True]}
    )  # fmt: skip
    found = doubted(gaps=gaps)
    assert found["grave"].tolist() == [True, False]
    assert found["start"].iloc[0] == day.date()


def test_orders_and_invoices_apart_beyond_chance():
    month = pd.date_range("2024-01-01", periods=10, freq="MS")
    apart = pd.DataFrame({"month": month, "ordered": 100.0, "billed": 80.0, "ratio": 0.8})
    found = doubted(billed=apart)
    assert found.loc["orders_against_invoices", "share"] == pytest.approx(-0.2)
    assert found.loc["orders_against_invoices", "grave"]
    noisy = apart.assign(ratio=[0.2, 1.8] * 5, billed=[20.0, 180.0] * 5)
    assert doubted(billed=noisy).empty
    # a tenth of the orders invoiced: two different scopes, named but no alarm
    part = apart.assign(billed=10.0, ratio=0.1)
    assert not doubted(billed=part).loc["orders_against_invoices", "grave"]


def test_keys_of_customers_stand_once():
    keys = pd.DataFrame(
        {"table": ["orders", "tickets"], "column": ["customer_id", "order_id"],
         "refers_to": ["customers", "orders"], "rows": 100, "unmatched": 5, "keys": 5, "share": 0.05}
    )  # fmt: skip
    assert doubted(keys=keys).index.tolist() == ["order_id"]


def test_likely_duplicates_against_the_customers():
    found = doubted(duplicates={"pairs": 3, "customers": 6, "expected": 3.1}, customers=100)
    assert found.loc["likely_duplicates", ["share", "grave"]].tolist() == [0.03, True]
