"""Stages of customers: small histories by hand, and simulated ones cut at many dates."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from histories import KNOWN, START, orders_of, simulated, spells_of
from workbook.analysis import lifecycle
from workbook.analysis.cadence import Cadence, first_limit, silence_limit
from workbook.analysis.lifecycle import StageRules


def stage_of(histories, as_of):
    today = lifecycle.stages_today(spells_of(histories, as_of)).to_pandas()
    return today.set_index("customer_id")["stage"].to_dict()


def test_stages_follow_from_the_own_history():
    once = int(first_limit(KNOWN, 0.10))
    assert stage_of({"a": [0]}, 0) == {"a": "first_purchase"}
    assert stage_of({"a": [0]}, once) == {"a": "first_purchase"}
    assert stage_of({"a": [0]}, once + 1) == {"a": "dormant"}
    assert stage_of({"a": [0]}, int(first_limit(KNOWN, 0.02)) + 2) == {"a": "lost"}
    assert stage_of({"a": [0, 0, 20]}, 30) == {"a": "repeat"}
    assert stage_of({"a": [0, 20, 40, 60]}, 70) == {"a": "loyal"}
    own = int(silence_limit(KNOWN, 0.10, 3, 60))
    assert stage_of({"a": [0, 20, 40, 60]}, 60 + own) == {"a": "loyal"}
    assert stage_of({"a": [0, 20, 40, 60]}, 61 + own) == {"a": "dormant"}
    assert stage_of({"a": [0, 20, 40, 60, 61 + own]}, 61 + own) == {"a": "loyal"}


def test_a_lost_customer_who_buys_is_won_back_until_the_next_purchase():
    gone = int(first_limit(KNOWN, 0.02)) + 3
    assert stage_of({"a": [0, gone]}, gone + 5) == {"a": "won_back"}
    assert stage_of({"a": [0, gone, gone + 20]}, gone + 25) == {"a": "repeat"}
    spells = spells_of({"a": [0, gone, gone + 20]}, gone + 25).order_by("start_on").to_pandas()
    assert spells["stage"].tolist() == ["first_purchase", "dormant", "lost", "won_back", "repeat"]
    assert spells["previous"].tolist()[1:] == spells["stage"].tolist()[:-1]
    assert (spells["end_on"].iloc[:-1].to_numpy() == spells["start_on"].iloc[1:].to_numpy()).all()


def test_a_stage_uses_nothing_from_after_its_date():
    histories = simulated(120, 5)
    whole = spells_of(histories, 900).to_pandas()
    for day in (150, 400, 650):
        known = {c: [d for d in days if int(d) <= day] for c, days in histories.items()}
        then = stage_of({c: days for c, days in known.items() if days}, day)
        at = pd.Timestamp(START) + pd.Timedelta(days=day)
        here = (whole["start_on"] <= at) & ~(whole["end_on"] <= at)
        assert whole[here].set_index("customer_id")["stage"].to_dict() == then


def test_counts_and_flows_agree():
    histories = simulated(200, 6)
    spells = spells_of(histories, 900)
    end = START + dt.timedelta(900)
    counts = lifecycle.stage_counts(lifecycle.stages_today(spells), potential=7)
    assert counts["stage"].tolist() == list(lifecycle.STAGES)
    assert counts["customers"].iloc[0] == 7
    assert counts["customers"].iloc[1:].sum() == len(histories)
    flows = lifecycle.monthly_flows(spells, first=START, as_of=end)
    came = flows.groupby("stage")["customers"].sum()
    left = flows.groupby("previous")["customers"].sum()
    stock = came.sub(left, fill_value=0).drop("new")
    now = counts.set_index("stage")["customers"].iloc[1:]
    assert stock.reindex(now.index, fill_value=0).astype(int).tolist() == now.tolist()
    moves = {"acquired": [("new", "first_purchase")]}
    table = lifecycle.moves_by_month(flows, moves, as_of=end)
    assert table["acquired"].sum() == len(histories)
    assert table["complete"].tolist() == [True] * (len(table) - 1) + [False]


def test_returns_are_no_purchases_and_nobody_is_judged_without_a_cadence():
    orders = orders_of({"a": [0, 10]}).mutate(
        is_return=ibis._.ordered_at.date() > ibis.date(2022, 1, 5)
    )
    assert lifecycle.purchase_days(orders).count().execute() == 1
    unknown = Cadence(1.0, np.inf, "none", 365.0, 1)
    today = lifecycle.stages_today(spells_of({"a": [0]}, 3000, unknown)).to_pandas()
    assert today["stage"].tolist() == ["first_purchase"]


def test_potential_customers_are_known_and_have_not_bought():
    days = lifecycle.purchase_days(orders_of({"a": [0]}))
    known = ibis.memtable(
        pd.DataFrame(
            {"customer_id": ["a", "b", "c"], "lead_on": [START, START, dt.date(2030, 1, 1)]}
        )
    )
    found = lifecycle.potential_customers(known, days, as_of=dt.date(2022, 6, 1)).to_pandas()
    assert found["customer_id"].tolist() == ["b"]


@pytest.mark.parametrize("wrong", [{"loyal_from": 2}, {"dormant_below": 0.01}, {"lost_below": 0.0}])
def test_rules_that_contradict_each_other(wrong):
    with pytest.raises(ValueError, match="must"):
        StageRules(**wrong)
