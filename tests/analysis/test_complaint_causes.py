"""Causes ranked, with the money of the customers concerned as it was before they complained."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from service_world import AS_OF, study_of, world
from workbook.analysis.complaint_causes import cause_kinds, causes, customers_concerned
from workbook.analysis.tickets import ticket_rows

TICKETS = pd.DataFrame(
    {
        "ticket_id": list("abcdef"),
        "opened_at": pd.to_datetime(
            ["2024-05-01", "2024-06-01", "2024-07-01", "2024-08-01", "2023-05-01", "2024-09-01"]
        ),
        "customer_id": ["x", "x", "y", None, "z", "y"],
        "kind": "complaint",
        "cause": ["late", "late", "late", "dirty", "dirty", None],
    }
)
ORDERS = pd.DataFrame(
    {
        "customer_id": ["x", "x", "x", "y", "q"],
        # x: long before, before and after the first complaint
        "ordered_at": pd.to_datetime(
            ["2023-03-01", "2024-03-01", "2024-05-20", "2024-06-30", "2024-03-01"]
        ),
        "amount": [1000.0, 50.0, 70.0, 20.0, 5.0],
    }
)


def concerned(orders=ORDERS):
    rows = ticket_rows(ibis.memtable(TICKETS), as_of=AS_OF)
    orders = None if orders is None else ibis.memtable(orders)
    return customers_concerned(rows, orders, kinds=("complaint",), as_of=AS_OF)


def test_by_hand():
    table = causes(concerned()).set_index("cause")
    assert table.loc["late", "tickets"] == 3 and table.loc["late", "customers"] == 2
    assert table.loc["late", "spent"] == 50 + 20
    # the complaint of 2023 is too old, that of 2024 names nobody
    assert table.loc["dirty", "tickets"] == 1 and table.loc["dirty", "customers"] == 0
    assert table["cumulative"].tolist() == [0.75, 1.0]
    assert table.attrs["without_cause"] == 1


def test_a_customer_with_two_causes_counts_once_in_the_union():
    frame = concerned()
    two = pd.concat([frame, frame[frame["customer_id"] == "x"].assign(cause="dirty")])
    assert causes(two).attrs["spent"] == 70 and causes(two).attrs["customers"] == 2


def test_without_orders_there_is_no_money():
    table = causes(concerned(None))
    assert table["spent"].isna().all() and np.isnan(table.attrs["spent"])


def test_shares_lie_in_their_intervals():
    study = study_of(world(600, 6))
    found = customers_concerned(study.rows, study.tables.orders, kinds=("complaint",), as_of=AS_OF)
    table = causes(found)
    assert (table["low"] <= table["share"]).all() and (table["share"] <= table["high"]).all()
    assert table["cause"].iloc[0] == "quality"
    assert table["low"].iloc[0] < 0.4 < table["high"].iloc[0]
    assert table["tickets"].sum() == pytest.approx(found["tickets"].sum())


def test_kinds_with_causes():
    frame = study_of(world(200, 7)).frame
    since = pd.Timestamp(dt.date(2022, 1, 1))
    assert cause_kinds(frame, since) == ("complaint",)
    few = frame[(frame["kind"] == "return").to_numpy()]
    assert cause_kinds(few, since) == ("return",)
    assert cause_kinds(frame.head(0), since) == ()


def test_no_cause_at_all():
    nothing = concerned().assign(cause=None)
    table = causes(nothing)
    assert table.empty and table.attrs["without_cause"] == 5
