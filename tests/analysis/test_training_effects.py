"""Training: the planted change is found, a bad month before it is no proof."""

import ibis
import numpy as np
import pandas as pd
import pytest

from service_world import AGENTS, AS_OF, study_of, world
from workbook.analysis.lifecycle import purchase_days
from workbook.analysis.training_effects import answers_after, staff_training

TRAINED = pd.DataFrame(
    {
        "staff_id": AGENTS,
        "trained_on": [pd.Timestamp("2023-09-01") + pd.Timedelta(days=20 * i) if i < 10 else pd.NaT
                       for i in range(20)],
    }
)  # fmt: skip


def firm(seed, effect):
    """Dissatisfied customers fall from 0.4 by `effect` once an agent is trained."""
    tickets = study_of(world(1500, seed)).frame
    rng = np.random.default_rng(seed)
    on = dict(zip(TRAINED["staff_id"], TRAINED["trained_on"], strict=True))
    since = tickets["opened_at"] >= tickets["agent"].astype(object).map(on)
    chance = np.where(since, 0.4 - effect, 0.4)
    return tickets.assign(satisfied=(rng.random(len(tickets)) >= chance).astype(float))


def test_a_training_that_helps():
    found = staff_training(firm(1, 0.25), TRAINED, "dissatisfied")
    assert found.agents == 10 and found.high < 0
    assert found.low < -0.25 < found.high + 0.1
    assert found.before_low < 0 < found.before_high


def test_a_training_that_does_nothing_seldom_shows():
    clear = 0
    for seed in range(2, 8):
        found = staff_training(firm(seed, 0.0), TRAINED, "dissatisfied", confidence=0.99)
        clear += not found.low < 0 < found.high
    assert clear <= 1


def test_nobody_trained_or_too_few():
    tickets = firm(1, 0.0)
    assert staff_training(tickets, TRAINED.assign(trained_on=pd.NaT), "dissatisfied") is None
    assert staff_training(tickets, TRAINED.iloc[6:], "dissatisfied") is None  # four trained
    assert staff_training(tickets.head(50), TRAINED, "dissatisfied") is None
    assert staff_training(tickets.assign(satisfied=np.nan), TRAINED, "dissatisfied") is None


def surveys(tables, gap, seed=0):
    rng = np.random.default_rng(seed)
    tickets = dict.__getitem__(tables, "tickets")
    after = tickets.sample(600, random_state=1)
    asked = pd.DataFrame(
        {"customer_id": after["customer_id"], "answered_on": after["opened_at"] + pd.Timedelta(days=10),
         "csat": rng.normal(4 - gap, 0.5, 600), "touchpoint": "relationship"}
    )  # fmt: skip
    people = dict.__getitem__(tables, "customers")["customer_id"].to_numpy()
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 700, 2500), unit="D")
    others = pd.DataFrame(
        {"customer_id": rng.choice(people, 2500), "answered_on": days,
         "csat": rng.normal(4, 0.5, 2500), "touchpoint": "relationship"}
    )  # fmt: skip
    return pd.concat([asked, others], ignore_index=True)


def test_satisfaction_after_support():
    tables = world(900, 13)
    tickets = tables["tickets"]
    use = tickets.select("customer_id", at=tickets.opened_at)
    days = purchase_days(tables.orders).cache()
    found = answers_after(
        ibis.memtable(surveys(tables, 0.6)), days, use, within_days=90, as_of=AS_OF
    )
    assert found.high < 0 and -0.75 < found.difference < -0.2
    apart = surveys(tables, 0.6)
    apart["touchpoint"] = np.where(apart.index < 600, "service", "relationship")
    # answers after a ticket are compared with answers of the same touchpoint, and there are none
    few = answers_after(ibis.memtable(apart), days, use, within_days=90, as_of=AS_OF)
    assert few is None or abs(few.difference) < 0.2
    none = answers_after(ibis.memtable(apart), days, use.limit(0), within_days=90, as_of=AS_OF)
    assert none is None


@pytest.mark.parametrize("measure", ["late", "reopened"])
def test_other_measures(measure):
    assert staff_training(firm(3, 0.0), TRAINED, measure).measure == measure
