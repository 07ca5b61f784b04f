"""Customers on chosen days: what was known then and what came after, by hand."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd

from workbook.analysis.lifecycle import purchase_days
from workbook.analysis.purchase_points import days_after_purchases, purchase_points, strata_of

ORDERS = pd.DataFrame(
    {
        "customer_id": ["x", "x", "x", "x", "y"],
        "ordered_at": pd.to_datetime(
            ["2022-01-01", "2023-06-01", "2024-01-10", "2024-03-01", "2024-01-10"]
        ),
        "amount": [5.0, 10.0, 20.0, 40.0, 7.0],
        "is_return": False,
    }
)
DAYS = purchase_days(ibis.memtable(ORDERS)).cache()


def points(rows):
    table = pd.DataFrame(rows, columns=["customer_id", "at"])
    return table.assign(at=pd.to_datetime(table["at"], format="ISO8601"), note=range(len(table)))


def test_by_hand():
    found = purchase_points(
        DAYS, points([("x", "2024-01-10 15:00"), ("x", "2024-02-01"), ("y", "2024-01-09"), ("q", "2024-01-01")]),
        follow_days=60,
    ).set_index("note")  # fmt: skip
    assert sorted(found.index) == [0, 1]  # y had not bought by then, q never does
    first = found.loc[0]
    assert (
        first["silence_days"] == 0 and first["purchases_year"] == 2 and first["amount_year"] == 30
    )
    assert first["amount_before"] == 0 and first["T_days"] == 739
    assert first["purchases_after"] == 1 and first["amount_after"] == 40 and not first["stops"]
    assert found.loc[1, "silence_days"] == 22
    assert purchase_points(DAYS, points([("x", "2022-12-31")]), follow_days=30)["amount_before"][0] == 0  # fmt: skip


def test_the_last_day_followed_counts_and_the_next_does_not():
    inside = purchase_points(DAYS, points([("x", "2024-01-31")]), follow_days=30)
    outside = purchase_points(DAYS, points([("x", "2024-01-31")]), follow_days=29)
    assert not inside["stops"][0] and outside["stops"][0]


def test_two_points_of_a_customer_stay_apart():
    found = purchase_points(DAYS, points([("x", "2024-02-01"), ("x", "2024-02-01")]), follow_days=5)
    assert len(found) == 2 and found["amount_year"].tolist() == [30, 30]


def test_strata_hold_what_is_alike():
    table = pd.DataFrame(
        {
            "at": pd.to_datetime(["2024-02-01"] * 4 + ["2024-09-01"]),
            "silence_days": [1, 2, 100, 1, 1], "purchases_year": 2, "T_days": 100,
            "amount_year": [10.0, 10.0, 10.0, 10.0, 10.0], "type": ["a", "a", "a", "b", "a"],
        }
    )  # fmt: skip
    codes = strata_of(table, more=("type",))
    assert codes[0] == codes[1] and len(set(codes)) == 4


def test_days_of_others_follow_a_purchase_as_the_points_do():
    rng = np.random.default_rng(1)
    orders = pd.DataFrame(
        {"customer_id": [f"c{i % 300}" for i in range(3000)],
         "ordered_at": pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(0, 900, 3000), unit="D"),
         "amount": 1.0, "is_return": False}
    )  # fmt: skip
    days = purchase_days(ibis.memtable(orders)).cache()
    bought = days.filter(days.bought_on < "2023-12-01").to_pandas().sample(100, random_state=2)
    cases = pd.DataFrame(
        {"customer_id": bought["customer_id"], "at": pd.to_datetime(bought["bought_on"]) + pd.Timedelta(days=3)}
    )  # fmt: skip
    first, last = dt.date(2022, 3, 1), dt.date(2024, 1, 1)
    found = days_after_purchases(days, cases, first=first, last=last, each=5, seed=0)
    assert 300 < len(found) <= 500
    assert found["at"].between(pd.Timestamp(first), pd.Timestamp(last)).all()
    known = purchase_points(days, found, follow_days=10)
    assert (known["silence_days"] <= 3).all() and (known["silence_days"] == 3).mean() > 0.9
    again = days_after_purchases(days, cases, first=first, last=last, each=5, seed=0)
    assert found.equals(again)
