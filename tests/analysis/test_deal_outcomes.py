"""Deals won and lost, and what happened before the first purchase."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from workbook.analysis.deal_outcomes import (
    decided_deals,
    lost_by_stage,
    lost_reasons,
    stage_wins,
    win_changes,
    win_rate,
    win_rates,
)
from workbook.analysis.first_incentives import first_steps
from workbook.analysis.new_customers import new_customers

AS_OF = dt.date(2024, 12, 31)


def deals(n=600, seed=0, *, fall=None):
    rng = np.random.default_rng(seed)
    closed = pd.Timestamp(AS_OF) - pd.to_timedelta(rng.integers(0, 1000, n), unit="D")
    owner = rng.choice(["ann", "bob", "cat"], n)
    share = np.where((owner == "ann") & (closed >= (fall or closed.max())), 0.1, 0.5)
    won = rng.random(n) < share
    return pd.DataFrame(
        {"deal_id": [f"d{i}" for i in range(n)], "won": won, "closed_at": closed, "owner": owner, "source": "fair",
         "customer_id": [f"c{i}" for i in range(n)], "amount": 100.0,
         "lost_reason": np.where(won, None, rng.choice(["price", "rival"], n, p=[0.8, 0.2]))}
    )  # fmt: skip


def test_rates_reasons_and_stages_by_hand():
    frame = pd.DataFrame(
        {"deal_id": ["a", "b", "c", "d"], "won": [True, False, False, None], "amount": [10.0, 30.0, None, 5.0],
         "closed_at": pd.to_datetime(["2024-06-01", "2024-06-02", "2022-01-01", None]),
         "lost_reason": [None, "price", " ", None]}
    )  # fmt: skip
    moves = pd.DataFrame(
        {"deal_id": ["a", "a", "b", "b", "c"], "stage": ["talk", "won", "talk", "lost", "talk"],
         "at": pd.to_datetime(["2024-05-01", "2024-06-01", "2024-05-01", "2024-06-02", "2021-12-01"])}
    )  # fmt: skip
    rows = decided_deals(ibis.memtable(frame), ibis.memtable(moves), as_of=AS_OF)
    assert rows["deal_id"].tolist() == ["a", "b", "c"] and rows["recent"].tolist() == [
        True,
        True,
        False,
    ]
    assert rows["last_stage"].tolist() == ["talk"] * 3
    rate = win_rate(rows[rows["recent"]])
    assert rate["share"] == 0.5 and rate["amount_share"] == 0.25 and rate["n"] == 2
    reasons = lost_reasons(rows)
    assert reasons["deals"].tolist() == [1, 1] and reasons["reason"].isna().tolist() == [
        False,
        True,
    ]
    assert lost_by_stage(rows).to_dict() == {"price": {"talk": 1}}
    stages = stage_wins(ibis.memtable(moves), ibis.memtable(frame))
    assert stages[["stage", "deals", "won"]].to_numpy().tolist() == [["talk", 3, 1]]


def test_groups_are_drawn_towards_all():
    rows = decided_deals(ibis.memtable(deals(900)), as_of=AS_OF)
    table = win_rates(rows, "owner")
    spread = table["share"].max() - table["share"].min()
    assert table["shrunk"].max() - table["shrunk"].min() < spread
    apart = rows.assign(won=np.where(rows["owner"] == "ann", False, rows["won"]))
    far = win_rates(apart, "owner").set_index("group")
    assert far.loc["ann", "shrunk"] < 0.1
    assert (
        win_rates(rows.head(20), "owner").empty
        and win_rates(rows.head(20), "owner").attrs["few"] == 3
    )


def test_a_fall_of_the_win_rate_is_seen_where_it_is():
    rows = decided_deals(ibis.memtable(deals(4000, fall=pd.Timestamp("2024-03-01"))), as_of=AS_OF)
    table, cells = win_changes(rows, as_of=AS_OF)
    assert (
        table.iloc[0][["column", "value"]].tolist() == ["owner", "ann"]
        and table["p"].iloc[0] < 1e-6
    )
    assert set(cells["column"]) == {"all", "owner"}  # one source tells nothing
    calm, _ = win_changes(decided_deals(ibis.memtable(deals(4000)), as_of=AS_OF), as_of=AS_OF)
    assert calm["p"].min() > 1e-4


def prospects(n=3000, *, helps=0.0, seed=0):
    """Prospects who buy after exponential days; talks come by chance as time passes."""
    rng = np.random.default_rng(seed)
    known = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 400, n), unit="D")
    talk = rng.exponential(20, n)
    bought = rng.exponential(60, n)
    late = rng.random(n) < helps
    bought = np.where(
        (talk <= 14) & (bought > 14) & late, np.minimum(bought, 14 + rng.uniform(1, 60, n)), bought
    )
    heard = talk < bought  # nobody is asked after buying
    ids = np.array([f"c{i:05d}" for i in range(n)])
    people = pd.DataFrame({"customer_id": ids, "joined_on": known})
    orders = pd.DataFrame({"customer_id": ids, "ordered_at": known + pd.to_timedelta(np.floor(bought), unit="D"), "is_return": False})  # fmt: skip
    events = pd.DataFrame({"customer_id": ids, "occurred_at": known + pd.to_timedelta(talk, unit="D").round("s"), "kind": "Call"})[heard]  # fmt: skip
    return ibis.memtable(people), ibis.memtable(orders), ibis.memtable(events)


@pytest.mark.parametrize(("helps", "low", "high"), [(0.0, -0.06, 0.06), (0.5, 0.08, 0.2)])
def test_talks_are_judged_from_a_landmark(helps, low, high):
    """Counting talks until the purchase would show a gap where there is none."""
    people, orders, events = prospects(helps=helps)
    table = new_customers(orders, people, as_of=AS_OF).cache()
    found = first_steps(table, events, None, as_of=AS_OF, talk_kinds=["call"], follow_days=90)
    row = found.set_index("step").loc["talk"]
    assert low < row["gap"] < high and row["compared"] > 300
    assert (row["p"] < 0.01) == (helps > 0)
    assert np.isnan(found.set_index("step").loc["trial", "gap"])
