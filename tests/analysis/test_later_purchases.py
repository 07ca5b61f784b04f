"""Purchases after an answer, among customers who were alike before it."""

from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
import pytest

from answer_sheets import read
from workbook.analysis import closed_loop, satisfaction_stake
from workbook.analysis import later_purchases as later

AS_OF = date(2024, 12, 31)
ASKED = date(2023, 10, 1)


def answered(scores, day=ASKED, **more):
    n = len(scores)
    base = {"response_id": [f"r{i:05d}" for i in range(n)], "answered_on": pd.Timestamp(day)}
    base["customer_id"] = [f"c{i:05d}" for i in range(n)]
    return pd.DataFrame(base | {"csat": scores} | more)


def bought(who, days):
    rows = pd.DataFrame({"customer_id": who, "ordered_at": pd.to_datetime(days), "amount": 10.0})
    return ibis.memtable(rows.assign(is_return=False))


def world(n=2000, gap=0.2, seed=0):
    """Half bought twice before and come back more often; the dissatisfied less, by `gap`."""
    rng = np.random.default_rng(seed)
    heavy = rng.random(n) < 0.5
    unhappy = rng.random(n) < np.where(heavy, 0.15, 0.45)  # light buyers are unhappy more often
    scores = np.where(unhappy, 1.0, 5.0)
    back = rng.random(n) < np.where(heavy, 0.7, 0.4) - gap * unhappy
    who = [f"c{i:05d}" for i in range(n)]
    rows = [(who, [ASKED - timedelta(20)] * n)]
    rows.append(([w for w, h in zip(who, heavy, strict=True) if h], None))
    rows[1] = (rows[1][0], [ASKED - timedelta(40)] * len(rows[1][0]))
    again = [w for w, b in zip(who, back, strict=True) if b]
    rows.append((again, [ASKED + timedelta(100)] * len(again)))
    orders = bought(sum((list(w) for w, _ in rows), []), sum((list(d) for _, d in rows), []))
    return read(answered(scores)), orders


def test_windows_end_where_they_say():
    orders = bought(["c00000"] * 4, [ASKED, ASKED - timedelta(365), ASKED - timedelta(366),
                                     ASKED + timedelta(365)])  # fmt: skip
    row = later.followed_answers(read(answered([5.0])), orders, as_of=AS_OF).iloc[0]
    assert row["days_before"] == 2 and row["spent_before"] == 20 and row["silence"] == 0
    assert row["bought"] and row["spent"] == 10
    orders = bought(["c00000"] * 2, [ASKED, ASKED + timedelta(366)])
    assert not later.followed_answers(read(answered([5.0])), orders, as_of=AS_OF).iloc[0]["bought"]


def test_answers_too_young_to_follow_are_left_out():
    young = read(answered([5.0], day=AS_OF - timedelta(300)))
    assert later.followed_answers(young, bought(["c00000"], [ASKED]), as_of=AS_OF).empty


def test_like_is_compared_with_like():
    answers, orders = world(6000)
    followed = later.followed_answers(answers, orders, as_of=AS_OF)
    shares = later.by_class(followed).set_index("kind")["share"]
    found = later.adjusted_gap(followed)
    assert shares["dissatisfied"] - shares["satisfied"] < -0.25  # light buyers weigh in
    assert found["low"] < -0.2 < found["high"] and found["low"] > -0.3


def test_the_adjusted_gap_holds_the_truth_as_often_as_it_says():
    hits = 0
    rng = np.random.default_rng(0)
    for _ in range(200):
        n = 800
        stratum = rng.integers(0, 3, n)
        unhappy = rng.random(n) < 0.2 + 0.2 * stratum
        y = rng.random(n) < 0.3 + 0.2 * stratum - 0.1 * unhappy
        kind = np.where(unhappy, "dissatisfied", "satisfied")
        found = later.adjusted_gap(
            pd.DataFrame({"stratum": stratum, "kind": kind, "bought": y}), confidence=0.90
        )
        hits += found["low"] <= -0.1 <= found["high"]
    assert 164 <= hits <= 193


def test_a_renewed_contract_has_not_ended():
    answers = read(answered([5.0, 5.0, 1.0]))
    orders = bought([f"c0000{i}" for i in range(3)], [ASKED] * 3)
    start, mid = ASKED - timedelta(100), ASKED + timedelta(50)
    contracts = pd.DataFrame(
        [("c00000", start, mid), ("c00000", mid, None), ("c00001", start, mid), ("c00002", mid, None)],
        columns=["customer_id", "started_on", "ended_on"],
    ).astype({"started_on": "datetime64[s]", "ended_on": "datetime64[s]"})  # fmt: skip
    found = later.followed_answers(answers, orders, as_of=AS_OF, contracts=ibis.memtable(contracts))
    assert found["running"].tolist() == [True, True, False]
    assert found["ended"].tolist() == [False, True, False]
    told = later.by_class(found, "ended").set_index("kind")
    assert told.loc["satisfied", ["customers", "count"]].tolist() == [2, 1]


def test_money_goes_with_a_shown_link_alone():
    answers, orders = world(6000)
    followed = later.followed_answers(answers, orders, as_of=AS_OF)
    gap, slope = later.adjusted_gap(followed), later.point_slope(followed)
    stake = satisfaction_stake.dissatisfied_stake(0.3, gap, 1000.0)
    assert stake["money"] == pytest.approx(1000 * 0.3 * -gap["gap"] / gap["better"])
    assert 0 < stake["low"] < stake["money"] < stake["high"]
    fall = {"change": -0.5, "se": 0.05}
    told = satisfaction_stake.fall_stake(fall, slope, 1000.0)
    assert told["money"] == pytest.approx(1000 * 0.5 * slope["relative"])
    assert told["low"] < told["money"] < told["high"]
    answers, orders = world(600, gap=0.0, seed=1)
    followed = later.followed_answers(answers, orders, as_of=AS_OF)
    gap, slope = later.adjusted_gap(followed), later.point_slope(followed)
    assert satisfaction_stake.dissatisfied_stake(0.3, gap, 1000.0) is None
    assert satisfaction_stake.fall_stake(fall, slope, 1000.0) is None


def test_the_closed_loop_leaves_out_what_is_not_due():
    day = [AS_OF - timedelta(d) for d in (60, 60, 60, 3, 3)]
    back = [AS_OF - timedelta(58), AS_OF - timedelta(40), None, AS_OF - timedelta(2), None]
    table = answered([1.0, 2.0, 1.0, 1.0, 1.0], followed_up_on=pd.to_datetime(back))
    table["answered_on"] = pd.to_datetime(day)
    low = closed_loop.low_answers(read(table))
    row = closed_loop.closed_loop(low, as_of=AS_OF).set_index("step").loc["followed_up_on"]
    assert (row["due"], row["in_time"], row["overdue"]) == (3, 1, 1)
    assert row["share"] == pytest.approx(1 / 3) and row["median_days"] == 20
    waiting = closed_loop.call_back(low, as_of=AS_OF)
    assert waiting["customer_id"].tolist() == ["c00002", "c00004"]


def test_satisfied_sheets_are_not_called_back():
    table = answered([5.0, 3.0], followed_up_on=pd.NaT)
    low = closed_loop.low_answers(read(table))
    assert closed_loop.call_back(low, as_of=AS_OF, within_days=10_000).empty
    told = closed_loop.closed_loop(low, as_of=AS_OF)
    assert told["share"].isna().all() and not told["recorded"].any()
