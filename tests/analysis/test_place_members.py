"""Which customers a place means."""

import pandas as pd
import pytest

import monitoring_world as w
from workbook.analysis.place_members import members_at, place_of, tables_with
from workbook.analysis.watch_reader import place_in_tables


@pytest.fixture
def tables():
    people = pd.DataFrame(
        {"customer_id": ["a", "b", "c", None], "region": ["East", "East", "West", "East"],
         "channel": ["ads", "shop", "ads", "ads"], "type": ["dealer", "West", "dealer", "dealer"]}
    )  # fmt: skip
    lines = pd.DataFrame({"customer_id": ["a", "a", "c"], "channel": ["shop", "web", "web"]})
    plans = pd.DataFrame({"customer_id": ["b"], "product": ["basic"]})
    return w.Books(customers=people, orders=lines, contracts=plans)


@pytest.mark.parametrize(
    ("place", "who"),
    [
        ({"region": "East"}, {"a", "b"}),
        ({"region": "East", "channel": "ads"}, {"a"}),
        ({"channel": "shop"}, {"b"}),  # customers' own column first
        ({"orders.channel": "shop"}, {"a"}),
        ({"customers.channel": "ads", "channel": "web"}, {"a", "c"}),
        ({"product": "basic"}, {"b"}),
        ({"region": "East", "product": "basic"}, {"b"}),
        ({"region": "North"}, None),
        ({"page": "start"}, None),
        ({}, None),
    ],
)
def test_members(tables, place, who):
    found = members_at(tables, place)
    assert (found if found is None else set(found.execute()["customer_id"])) == who


def test_tables_that_hold_a_value(tables):
    assert tables_with(tables, "channel", "shop") == ["customers", "orders"]
    assert tables_with(tables, "channel", "web") == ["orders"]
    assert tables_with(tables, "orders.channel", "ads") == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("region=East; type=dealer", {"region": "East", "type": "dealer"}),
        (" East ", {"region": "East"}),
        ("dealer", {"type": "dealer"}),
        ("West", {}),  # a region, and a type
        ("region=East; dealer", {}),
        ("good customers", {}),
        ("", {}),
    ],
)
def test_a_text_that_names_a_place(tables, text, place):
    assert place_of(tables, text) == place


def test_places_are_named_as_the_tables_name_them():
    assert place_in_tables({"acquired_by": "ads", "type": "dealer"}) == {
        "channel": "ads", "type": "dealer",
    }  # fmt: skip
    assert place_in_tables({"acquired_by": "ads", "channel": "web"}) == {
        "customers.channel": "ads", "channel": "web",
    }  # fmt: skip
    assert place_in_tables({"channel": "web"}) == {"channel": "web"}
