"""Contacts without a person: their share, outcomes against cases alike, and what is routine."""

import ibis
import numpy as np
import pandas as pd
import pytest

from service_world import AS_OF, study_of, world
from workbook.analysis.handled_by import automated_contacts, automated_tickets, routine
from workbook.analysis.lifecycle import purchase_days


@pytest.fixture(scope="module")
def firm():
    """A bot takes half of the enquiries, and leaves twice as many customers dissatisfied."""
    tables = world(900, 11)
    tickets = dict.__getitem__(tables, "tickets").copy()
    rng = np.random.default_rng(0)
    bot = (tickets["kind"] == "enquiry") & (rng.random(len(tickets)) < 0.5)
    tickets.loc[bot, "agent"] = "ChatBot 2"
    tickets.loc[bot, "satisfied"] = rng.random(bot.sum()) > 0.4
    tables["tickets"] = tickets
    return study_of(tables)


def test_share_and_outcomes(firm):
    share, outcomes = automated_tickets(firm.frame, ["bot"], as_of=AS_OF)
    truth = (firm.frame["agent"] == "ChatBot 2").mean()
    assert share["share"] == pytest.approx(truth) and share["low"] < truth < share["high"]
    table = outcomes.set_index("outcome")
    assert table.loc["dissatisfied", "low"] < 0.2 < table.loc["dissatisfied", "high"]
    assert table.loc["dissatisfied", "low"] > 0
    assert table.loc["reopened", "low"] < 0 < table.loc["reopened", "high"]
    # complaints have no bot, so only enquiries are compared
    assert table["n"].max() <= share["hits"]


def test_no_name_of_a_machine(firm):
    share, outcomes = automated_tickets(firm.frame, ["robot"], as_of=AS_OF)
    assert share["hits"] == 0 and outcomes.empty
    nobody = firm.frame.assign(agent=pd.Categorical([None] * len(firm.frame)))
    assert automated_tickets(nobody, ["bot"], as_of=AS_OF)[0] is None


def test_contacts_with_and_without_staff(firm):
    """Staffed contacts are followed by a purchase on the next day half of the time."""
    rng = np.random.default_rng(1)
    orders = dict.__getitem__(firm.tables, "orders")
    first = orders.groupby("customer_id")["ordered_at"].min()
    people = first[first < "2023-06-01"].index.to_numpy()
    who = rng.choice(people, 2000)
    staffed = rng.random(2000) < 0.4
    when = pd.Timestamp("2024-02-01") + pd.to_timedelta(rng.integers(0, 300, 2000), unit="D")
    events = pd.DataFrame(
        {"customer_id": who, "occurred_at": when, "kind": rng.choice(["Call", "E-mail"], 2000),
         "staff": np.where(staffed, "s1", None)}
    )  # fmt: skip
    buys = staffed & (rng.random(2000) < 0.5)
    more = pd.DataFrame(
        {"customer_id": who[buys], "ordered_at": when[buys] + pd.Timedelta(days=1), "amount": 5.0,
         "is_return": False}
    )  # fmt: skip
    days = purchase_days(ibis.memtable(pd.concat([orders, more]))).cache()
    share, bought = automated_contacts(ibis.memtable(events), days, as_of=AS_OF)
    assert share["share"] == pytest.approx(1 - staffed.mean())
    assert bought.high < -0.1
    assert automated_contacts(ibis.memtable(events), None, as_of=AS_OF)[1] is None
    views = ibis.memtable(events.assign(kind="view"))
    assert automated_contacts(views, days, as_of=AS_OF) == (None, None)


def test_routine():
    """Enquiries are solved at once, complaints are not and leave customers dissatisfied."""
    tickets = study_of(world(900, 12)).frame
    quick = (tickets["kind"] == "enquiry").to_numpy()
    tickets["hours"] = np.where(quick, 2.0, 90.0)
    tickets["done"] = True
    tickets["satisfied"] = np.where(quick, 1.0, tickets["satisfied"])
    table = routine(tickets, as_of=AS_OF).set_index("kind")
    assert table.loc["enquiry", "routine"] and table.loc["enquiry", "in_a_day"] == 1
    assert not table.loc["complaint", "routine"].any()
    assert routine(tickets.head(10), as_of=AS_OF).empty
