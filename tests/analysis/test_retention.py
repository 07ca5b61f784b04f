"""Three measures apart and traits of stages, on small cases."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from histories import KNOWN, START, orders_of, spells_of
from workbook.analysis import lifecycle, mbgnbd, retention, stage_members
from workbook.analysis.customers import customer_summary

END = START + dt.timedelta(600)


def test_repurchase_counts_days_in_the_window():
    histories = {"a": [0, 590], "b": [580, 590], "c": [595], "d": [10, 20]}
    found = retention.repurchase_rate(lifecycle.purchase_days(orders_of(histories)), as_of=END)
    assert (found["numerator"], found["denominator"]) == (1, 3)
    assert found["low"] <= found["share"] == 1 / 3 <= found["high"]
    nobody = retention.repurchase_rate(lifecycle.purchase_days(orders_of({"d": [10]})), as_of=END)
    assert nobody["share"] is None and nobody["denominator"] == 0


def test_contracts_kept_ended_and_replaced():
    day = lambda text: dt.date.fromisoformat(text)  # noqa: E731
    rows = [
        ("kept", day("2020-01-01"), None),
        ("ended", day("2020-01-01"), day("2021-05-01")),
        ("replaced", day("2020-01-01"), day("2021-05-01")),
        ("replaced", day("2021-05-01"), None),
        ("new", day("2021-05-01"), None),
        ("gone before", day("2019-01-01"), day("2020-06-01")),
    ]
    frame = pd.DataFrame(rows, columns=["customer_id", "started_on", "ended_on"])
    schema = {"customer_id": "string", "started_on": "date", "ended_on": "date"}
    found = retention.contract_retention(
        ibis.memtable(frame, schema=schema), as_of=dt.date(2021, 12, 31)
    )
    assert (found["numerator"], found["denominator"]) == (2, 3)


def test_still_active_by_the_model():
    params = {"r": 0.7, "alpha": 6.0, "a": 0.8, "b": 2.5}
    drawn = mbgnbd.simulate(params, np.full(4_000, 60.0), 1.0, seed=2)
    found = retention.active_share(drawn.assign(n=1.0)[["x", "t_x", "T", "n"]], draws=50)
    assert found["share"] == pytest.approx(drawn["alive"].mean(), abs=0.05)
    assert found["low"] < found["share"] < found["high"]
    one = pd.DataFrame({"x": [0.0], "t_x": [0.0], "T": [9.0], "n": [3.0]})
    assert retention.active_share(one)["share"] is None


def members_of(histories):
    orders = orders_of(histories)
    summary = customer_summary(orders, as_of=END).to_pandas()
    today = lifecycle.stages_today(spells_of(histories, 600))
    amounts = stage_members.amount_before_silence(lifecycle.purchase_days(orders))
    return stage_members.stage_members(today, summary, amounts, KNOWN, as_of=END), orders, today


def test_members_traits_and_what_was_lost():
    histories = {"a": [0], "b": [560, 580, 590, 600], "c": [0, 150, 420]}
    members, orders, today = members_of(histories)
    row = members.set_index("customer_id")
    assert row["stage"].astype(str).to_dict() == {"a": "lost", "b": "loyal", "c": "repeat"}
    assert row.loc["c", ["silence_days", "usual_gap_days"]].tolist() == [180, 210]
    assert row.loc["c", "last_year"] == 10 and row.loc["c", "amount"] == 15
    traits = stage_members.stage_traits(members)
    assert traits["stage"].tolist() == ["repeat", "loyal", "lost"]
    assert traits["revenue_share"].tolist() == pytest.approx([3 / 8, 4 / 8, 1 / 8])
    lost = stage_members.lost_amount(members, since=START)
    assert (lost["customers"], lost["amount"]) == (1, 5)
    assert lost["low"] <= 5 <= lost["high"]
    assert stage_members.lost_amount(members, since=END)["customers"] == 0
    top = stage_members.main_categories(
        orders.mutate(category=ibis.ifelse(orders.customer_id == "b", "tea", "cups")), today
    )
    assert top["category"].tolist() == ["cups", "tea", "cups"]
    assert top["share_all"].tolist() == pytest.approx([0.5, 0.5, 0.5])
