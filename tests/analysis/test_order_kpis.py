"""Key figures with and without each rule, against orders few enough to count by hand."""

import datetime as dt

import ibis
import pandas as pd
import pytest

from workbook.analysis.order_kpis import cleaning_effects, merged_effect, order_kpis

AS_OF = dt.date(2024, 12, 31)
COLUMNS = ["customer_id", "ordered_at", "amount", "is_return"]


def table(rows):
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame["customer_id"] = frame["customer_id"].astype("string")
    return ibis.memtable(frame.assign(ordered_at=pd.to_datetime(frame["ordered_at"])))


def reviewed(rows):
    frame = pd.DataFrame(rows, columns=["rule", "state", *COLUMNS])
    frame["customer_id"] = frame["customer_id"].astype("string")
    return ibis.memtable(frame.assign(ordered_at=pd.to_datetime(frame["ordered_at"])))


ORDERS = [
    ("a", "2024-02-01", 10.0, False),
    ("a", "2024-03-01", 20.0, False),
    ("b", "2024-03-01", 5.0, False),
    ("b", "2024-03-02", -5.0, True),
    ("c", "2020-01-01", 40.0, False),
    ("c", "2024-05-01", 30.0, False),
]


def test_key_figures_counted_by_hand():
    found = order_kpis(table(ORDERS), as_of=AS_OF)
    # purchases are days without returns: two of a, one of b, two of c; in the year 2, 1, 1
    assert found == {
        "revenue": 100.0,
        "customers": 3.0,
        "purchases": 5.0,
        "mean_purchase": 20.0,
        "repurchase_rate": pytest.approx(1 / 3),
        "one_time_share": pytest.approx(1 / 3),
    }


def test_no_orders_leave_ratios_open():
    found = order_kpis(table(ORDERS).filter(ibis.literal(False)), as_of=AS_OF)
    assert found["revenue"] == found["customers"] == 0
    assert found["mean_purchase"] != found["mean_purchase"]


def effect(review, **options):
    frame = cleaning_effects(table(ORDERS), reviewed(review), as_of=AS_OF, **options)
    return frame.set_index("rule")


def test_rows_set_aside_are_put_back():
    found = effect([("test_account", "aside", "t", "2024-06-01", 1000.0, False)]).loc[
        "test_account"
    ]
    assert (found["state"], found["rows"]) == ("aside", 1)
    assert found["revenue"] == 1100 and found["customers"] == 4 and found["purchases"] == 6
    assert found["one_time_share"] == 0.5


def test_rows_kept_are_left_out_once_each():
    twin = ("possible_duplicates_kept", "kept", "a", "2024-03-01", 20.0, False)
    found = effect([twin]).loc["possible_duplicates_kept"]
    assert found["revenue"] == 80 and found["purchases"] == 4
    # of two equal rows one stays
    doubled = cleaning_effects(
        table([*ORDERS, ORDERS[1]]), reviewed([twin]), as_of=AS_OF
    ).set_index("rule")
    assert doubled.loc["possible_duplicates_kept", "revenue"] == 100


def test_changed_rows_stay_as_they_came():
    turned = [
        ("return_made_negative", "before", "b", "2024-03-02", 5.0, True),
        ("return_made_negative", "after", "b", "2024-03-02", -5.0, True),
    ]
    found = effect(turned).loc["return_made_negative"]
    assert found["revenue"] == 110 and found["purchases"] == 5 and found["rows"] == 1


def test_a_merge_is_undone():
    merged = [
        ("merged_customers", "before", "z", "2024-03-01", 20.0, False),
        ("merged_customers", "after", "a", "2024-03-01", 20.0, False),
    ]
    found = effect(merged).loc["merged_customers"]
    assert found["customers"] == 4 and found["revenue"] == 100
    assert found["one_time_share"] == 0.75


def test_rows_that_cannot_be_placed_move_money_only():
    found = effect(
        [
            ("no_customer", "aside", None, "2024-03-01", 7.0, False),
            ("no_date", "aside", "a", None, 9.0, False),
            ("infinite_amount", "aside", "a", "2024-07-01", float("inf"), False),
        ]
    )
    assert found.loc["no_customer", "revenue"] == 107
    assert found.loc["no_customer", "customers"] == 3
    assert found.loc["no_date", "revenue"] == 100
    assert found.loc["infinite_amount", ["revenue", "purchases"]].tolist() == [100, 6]


def test_unknown_customers_are_left_out():
    known = ibis.memtable(pd.DataFrame({"customer_id": ["a", "b"]}))
    review = [("test_account", "aside", "t", "2024-06-01", 1.0, False)]
    found = effect(review, known=known).loc["unknown_customer_kept"]
    assert (found["rows"], found["revenue"], found["customers"]) == (2, 30, 2)


def test_the_largest_change_of_revenue_comes_first():
    rows = [("test_account", "aside", "t", "2024-06-01", 1.0, False)]
    rows += [("other_currency", "aside", "u", "2024-06-01", 50.0, False)]
    assert effect(rows).index.tolist() == ["other_currency", "test_account"]


def test_likely_duplicates_merged_along_chains():
    pairs = pd.DataFrame({"customer_id": ["c", "b"], "merge_into": ["b", "a"]})
    found = merged_effect(table(ORDERS), pairs, as_of=AS_OF)
    # one customer with purchases on 2020-01-01, 2024-02-01, 2024-03-01 (twice) and 2024-05-01
    assert found["customers"] == 1 and found["revenue"] == 100
    assert found["purchases"] == 4 and found["repurchase_rate"] == 1
    ring = pd.DataFrame({"customer_id": ["a", "b"], "merge_into": ["b", "a"]})
    assert merged_effect(table(ORDERS), ring, as_of=AS_OF)["customers"] == 2


def test_a_pair_without_orders_changes_nothing():
    pairs = pd.DataFrame({"customer_id": ["x"], "merge_into": ["y"]})
    orders = table(ORDERS)
    assert merged_effect(orders, pairs, as_of=AS_OF) == order_kpis(orders, as_of=AS_OF)
