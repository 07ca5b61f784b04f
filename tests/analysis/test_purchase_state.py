"""Where customers stand on a day: nothing from after it, and what came after it."""

import datetime as dt

import ibis
import numpy as np
import pytest

from histories import START, orders_of
from workbook.analysis import purchase_state

ORDERS = {"a": [0, 50, 130], "b": [0, 100], "c": [120]}
DAY = START + dt.timedelta(days=100)


def test_states_and_next_purchase():
    states = purchase_state.purchase_states(orders_of(ORDERS), at=DAY).set_index("customer_id")
    assert list(states.index) == ["a", "b"]  # c came later
    assert states["frequency"].tolist() == [1, 1]
    assert states["silence_days"].tolist() == [50, 0]
    assert states.loc["a", "next_days"] == 30
    assert np.isnan(states.loc["b", "next_days"])
    assert states.loc["a", "gross_amount"] == 10  # the third purchase isn't known yet


def test_windows_end_on_the_day_and_do_not_overlap():
    orders = orders_of({"a": [39, 40, 90, 100, 101], "b": [0]})
    totals = purchase_state.window_totals(orders, at=DAY, window_days=30).set_index("customer_id")
    assert list(totals.index) == ["a"]
    row = totals.loc["a"]  # day 40 is the last before both windows of 30 days
    assert row[["days_recent", "days_before"]].tolist() == [2, 0]
    wider = purchase_state.window_totals(orders, at=DAY, window_days=60).set_index("customer_id")
    assert wider.loc["a", ["days_recent", "days_before"]].tolist() == [2, 2]
    assert wider.loc["a", "amount_before"] == 10


def test_spend_follows_the_rows():
    states = purchase_state.purchase_states(orders_of(ORDERS), at=DAY)
    spent = purchase_state.spent_before(orders_of(ORDERS), DAY, states, days=60)
    assert spent.tolist() == [5, 5]
    assert purchase_state.spent_before(orders_of(ORDERS), DAY, states, days=10).tolist() == [0, 5]


def test_a_sample_keeps_whole_customers():
    orders = orders_of({f"c{n}": [0, 1, 2] for n in range(900)})
    part = purchase_state.customer_sample(orders, size=300)
    per_customer = part.group_by("customer_id").aggregate(n=ibis._.count()).to_pandas()
    assert 200 < len(per_customer) < 400
    assert set(per_customer["n"]) == {3}
    assert purchase_state.customer_sample(orders, size=5000) is orders


@pytest.mark.parametrize("day", [0, 99])
def test_one_purchase(day):
    states = purchase_state.purchase_states(orders_of({"a": [day]}), at=DAY)
    assert states[["frequency", "silence_days"]].iloc[0].tolist() == [0, 100 - day]
