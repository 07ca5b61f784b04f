"""The tables of what happened, events, visits and surveys: read up to as_of, the rest counted."""

import pytest

EVENTS = """occurred_at,kind,customer_id,staff
2024-03-01 10:00,call,a,Li
2024-03-02,view,,
,call,b,Li
someday,call,b,Li
2025-02-01,call,c,Li
"""
VISITS = """customer_id,at,kind
a,2024-05-01,visit
,2024-05-02,visit
b,2025-01-01,call
"""


@pytest.fixture
def opened(shop):
    shop.orders("customer_id,ordered_at,amount\na,2024-01-05,10\n")
    shop.orders(EVENTS, "events.csv")
    shop.orders(VISITS, "visits.csv")
    shop.shared(
        'as_of: "2024-12-31"\nsources:\n  orders: {path: orders.csv}\n'
        "  events: {path: events.csv}\n  visits: {path: visits.csv}\n"
    )
    return shop.open()


def test_events_keep_visitors_without_a_customer(opened):
    found = opened.events.order_by("occurred_at").execute()
    assert found["kind"].tolist() == ["call", "view"]
    assert found["customer_id"].iloc[0] == "a" and found["customer_id"].isna().iloc[1]
    assert opened.visits.execute()["customer_id"].tolist() == ["a"]


def test_every_other_row_is_counted(opened):
    ledger = opened.ledger.set_index(["table", "rule"])["rows"].to_dict()
    assert ledger == {
        ("events", "no_date"): 1,
        ("events", "unreadable_date"): 1,
        ("events", "after_as_of"): 1,
        ("visits", "no_customer"): 1,
        ("visits", "after_as_of"): 1,
    }


def test_events_of_visitors_alone(shop):
    shop.orders("customer_id,ordered_at,amount\na,2024-01-05,10\n")
    shop.orders("occurred_at,kind\n2024-03-01,view\n2025-03-01,view\n", "events.csv")
    shop.shared(
        'as_of: "2024-12-31"\nsources:\n  orders: {path: orders.csv}\n'
        "  events: {path: events.csv}\n"
    )
    tables = shop.open()
    assert tables.events.count().execute() == 1
    assert tables.ledger["rule"].tolist() == ["after_as_of"]


def test_answers_are_read_with_their_items(shop):
    shop.orders("customer_id,ordered_at,amount\na,2024-01-05,10\n")
    shop.orders(
        "response_id,answered_on,customer_id,nps,item_price\n1,2024-03-01,a,9,4\n2,2024-03-02,,x,3\n",
        "surveys.csv",
    )
    shop.shared(
        'as_of: "2024-12-31"\nsources:\n  orders: {path: orders.csv}\n'
        "  surveys: {path: surveys.csv}\n"
    )
    tables = shop.open()
    found = tables.surveys.order_by("response_id").execute()
    assert found["nps"].iloc[0] == 9 and found["nps"].isna().iloc[1]
    assert found["item_price"].tolist() == [4, 3]
    assert tables.ledger.set_index("rule")["rows"].to_dict() == {"unreadable_value": 1}
