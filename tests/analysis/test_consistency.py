"""Tables that contradict each other, counted by hand."""

import ibis
import pandas as pd
import pytest

from workbook.analysis.consistency import CHECKS, billed_by_month, contradictions, unmatched_keys
from workbook.intake.contract import TABLES


def world(**tables):
    """Tables as the analyses get them: text ids, real days, no column that isn't given."""
    opened = {}
    for name, columns in tables.items():
        frame = pd.DataFrame(columns)
        for column in frame.columns:
            if TABLES[name].column(column).type in ("date", "time"):
                frame[column] = pd.to_datetime(frame[column])
        opened[name] = ibis.memtable(frame)
    return opened, lambda name, *cols: name in opened and set(cols) <= set(opened[name].columns)


def counted(**tables):
    found = contradictions(*world(**tables)).set_index("check")
    return {check: (row["rows"], row["contrary"]) for check, row in found.iterrows()}


def test_orders_and_tickets_from_before_joining():
    customers = {"customer_id": ["a", "b", "c"], "joined_on": ["2024-01-10", None, "2024-03-01"]}
    found = counted(
        customers=customers,
        orders={"customer_id": ["a", "a", "b", "x"], "ordered_at": ["2024-01-09", "2024-01-10", "2020-01-01", "2020-01-01"]},
        tickets={"ticket_id": ["1"], "opened_at": ["2024-02-01"], "customer_id": ["c"]},
    )  # fmt: skip
    assert found == {"order_before_joining": (2, 1), "ticket_before_joining": (1, 1)}


def test_returns_before_their_order():
    orders = {
        "customer_id": ["a"] * 4,
        "ordered_at": ["2024-01-05", "2024-01-04", "2024-01-09", "2024-01-09"],
        "order_id": ["1", "2", "3", "4"],
        "is_return": [False, True, True, True],
        "return_of": [None, "1", "1", "9"],
    }
    assert counted(orders=orders) == {"return_before_order": (2, 1)}


def test_contracts_with_a_reason_and_no_end():
    contracts = {"contract_id": ["1", "2"], "end_reason": ["price", None], "ended_on": [None, None]}
    assert counted(contracts=contracts) == {"reason_without_end": (1, 1)}


def test_payments_against_invoices():
    invoices = {"invoice_id": ["1", "2", "3"], "issued_on": ["2024-01-05"] * 3, "paid_on": ["2024-02-01", "2024-02-01", None]}  # fmt: skip
    payments = {"invoice_id": ["1", "3"], "paid_on": ["2024-01-04", "2024-01-06"]}
    assert counted(invoices=invoices, payments=payments) == {
        "payment_before_invoice": (2, 1),
        "paid_without_payment": (2, 1),
    }


def test_every_check_can_be_counted():
    """Each check on tables with one row that contradicts and one that doesn't name anything."""
    day = {"early": ["2024-01-01"], "late": ["2024-02-01"]}
    opened, has = world(
        surveys={"invite_id": ["1"], "answered_on": day["early"]},
        survey_invites={"invite_id": ["1"], "invited_on": day["late"]},
        deals={"deal_id": ["1"], "opened_at": day["late"]},
        deal_stages={"deal_id": ["1"], "at": day["early"]},
        tickets={"ticket_id": ["1"], "opened_at": day["late"]},
        ticket_steps={"ticket_id": ["1"], "at": day["early"]},
    )
    found = contradictions(opened, has)
    assert found["contrary"].tolist() == [1, 1, 1] and set(found["check"]) < set(CHECKS)
    assert contradictions(*world()).empty


def test_keys_that_are_in_no_row():
    opened, _ = world(
        orders={"customer_id": ["a", "b", "b", None], "order_id": ["1", "2", "3", "4"]},
        customers={"customer_id": ["a"]},
    )
    found = unmatched_keys(opened, [("orders", "customer_id", "customers", "customer_id")])
    assert found.iloc[0][["rows", "unmatched", "keys"]].tolist() == [3, 2, 1]
    assert found["share"].iloc[0] == pytest.approx(2 / 3)


def test_orders_against_invoices_without_the_ends():
    months = ["2024-01-31", "2024-02-01", "2024-03-01", "2024-04-02"]
    opened, _ = world(
        orders={"ordered_at": months, "amount": [1.0, 10.0, 20.0, 5.0]},
        invoices={"issued_on": months, "amount": [1.0, 9.0, 20.0, 5.0]},
    )
    found = billed_by_month(opened["orders"], opened["invoices"])
    assert found["ratio"].tolist() == [0.9, 1.0]
