"""Offers: who is asked, who is kept back, and what past actions by lot say of them."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from workbook.analysis.offer_plan import offer_plan
from workbook.analysis.past_experiments import past_experiments, pooled_uplift

AS_OF = date(2024, 12, 31)


def scores(n=1000, seed=0, **changes):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {"customer_id": [f"c{k:04d}" for k in range(n)], "chance": rng.uniform(0.02, 0.9, n),
         "value": rng.lognormal(4, 1, n), "product": None, "consent": True,
         "open_complaint": False, "recent_offer": False}
    )  # fmt: skip
    return table.assign(**changes)


OPTIONS = {"capacity": 100, "control_share": 0.2, "offer_cost": 2.0, "margin": 0.5}


def test_the_control_group_is_drawn_alike():
    plan = offer_plan(scores(), assumed_uplift=0.05, **OPTIONS)
    assert (plan.offered, plan.control) == (80, 20)
    means = plan.table.groupby("arm")["chance"].mean()
    assert means["control"] == pytest.approx(means["offer"], abs=0.08)
    again = offer_plan(scores(), assumed_uplift=0.05, **OPTIONS)
    pd.testing.assert_frame_equal(plan.table, again.table)


def test_the_sum_by_hand():
    table = scores(chance=0.5, value=40.0)
    plan = offer_plan(table, assumed_uplift=0.1, **OPTIONS)
    assert plan.revenue == pytest.approx(80 * 0.1 * 40)
    assert plan.net == pytest.approx(80 * 0.1 * 40 * 0.5 - 160)
    assert plan.break_even == pytest.approx(2 / 20) and not plan.measured
    assert np.isnan(plan.net_low)


def test_a_large_account_counts_no_more_than_the_usual_customer():
    table = scores()
    table.loc[0, ["chance", "value"]] = 0.5, 1e6
    plan = offer_plan(table, assumed_uplift=0.1, **OPTIONS)
    assert plan.table["counted"].max() == pytest.approx(table["value"].median())


def test_who_is_left_out():
    table = scores(consent=np.arange(1000) >= 300, open_complaint=np.arange(1000) >= 900,
                   recent_offer=(np.arange(1000) >= 850) & (np.arange(1000) < 900))  # fmt: skip
    plan = offer_plan(table, assumed_uplift=0.1, **OPTIONS)
    assert plan.left_out == {"no_consent": 300, "open_complaint": 100, "recent_offer": 50}
    kept = plan.table["customer_id"].str[1:].astype(int)
    assert kept.min() >= 300 and kept.max() < 850
    assert offer_plan(scores(consent=False), **OPTIONS).code == "no_customer"
    assert offer_plan(scores(value=0.0), **OPTIONS).code == "no_value"


def actions_of(n=400, effect=0.3, seed=1, **changes):
    """An action by lot, and orders of its window."""
    rng = np.random.default_rng(seed)
    treated = rng.random(n) < 0.5
    ids = np.array([f"c{k}" for k in range(n)])
    table = pd.DataFrame(
        {"action_id": "A", "customer_id": ids, "randomised": True,
         "arm": np.where(treated, "treatment", "control"),
         "assigned_on": pd.Timestamp("2024-06-01"), "window_days": 30}
    ).assign(**changes)  # fmt: skip
    bought = rng.random(n) < np.where(treated, 0.2 + effect, 0.2)
    days = pd.DataFrame(
        {"customer_id": ids[bought], "bought_on": pd.Timestamp("2024-06-10"), "amount": 1.0}
    )
    days = ibis.memtable(days)
    return ibis.memtable(table), days.mutate(bought_on=days.bought_on.cast("date"))


def test_an_action_by_lot_is_measured():
    actions, days = actions_of()
    row = past_experiments(actions, days, as_of=AS_OF).iloc[0]
    assert row["low"] < 0.3 < row["high"] and row["low"] > 0.15 and bool(row["enough"])
    pooled = pooled_uplift(past_experiments(actions, days, as_of=AS_OF))
    assert pooled["uplift"] == pytest.approx(row["difference"]) and pooled["actions"] == 1


def test_orders_outside_the_window_do_not_count():
    actions, days = actions_of()
    late = days.mutate(bought_on=ibis.date("2024-07-01"))
    row = past_experiments(actions, late, as_of=AS_OF).iloc[0]
    assert row["treated_share"] == row["control_share"] == 0


def test_no_lot_or_no_end_is_no_experiment():
    for changes in (
        {"randomised": False},
        {"assigned_on": pd.Timestamp("2024-12-15")},
        {"arm": "treatment"},
    ):
        actions, days = actions_of(**changes)
        assert not len(past_experiments(actions, days, as_of=AS_OF))
    assert pooled_uplift(past_experiments(None, None, as_of=AS_OF)) is None


def test_actions_that_differ_widen_the_interval():
    def frame(*differences):
        return pd.DataFrame(
            {"treated": 200, "control": 200, "treated_share": 0.2 + np.array(differences),
             "control_share": 0.2, "enough": True}
        )  # fmt: skip

    alike, apart = pooled_uplift(frame(0.1, 0.1)), pooled_uplift(frame(-0.1, 0.3))
    assert alike["uplift"] == pytest.approx(apart["uplift"])
    assert apart["high"] - apart["low"] > 3 * (alike["high"] - alike["low"])
