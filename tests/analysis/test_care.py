"""Care: who was contacted, how, when last, and who goes without."""

import datetime as dt

import ibis
import pandas as pd
import pytest

from workbook.analysis import care

END = dt.date(2024, 12, 31)
MEMBERS = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c", "d", "e"],
        "stage": ["loyal", "loyal", "dormant", "dormant", "repeat"],
        "amount": [100.0, 90.0, 80.0, 5.0, 5.0],
    }
)


class Contacts(dict):
    def has(self, name, *columns):
        return name in self and set(columns) <= set(self[name].columns)


@pytest.fixture
def contacts():
    at = pd.Timestamp(END)
    visits = pd.DataFrame(
        {"customer_id": ["a", "b", "x"], "at": [at, at - pd.Timedelta(days=100), at]}
    )
    events = pd.DataFrame(
        {
            "customer_id": ["a", "d", "c", None],
            "occurred_at": [at - pd.Timedelta(days=9), at, at, at],
            "kind": ["call", "call", "view", "call"],
            "staff": ["Li", "Li", None, "Li"],
        }
    )
    return Contacts(visits=ibis.memtable(visits), events=ibis.memtable(events))


def test_contacts_of_visits_and_of_events_with_staff(contacts):
    found = care.customer_contacts(contacts, as_of=END).order_by("customer_id", "how").to_pandas()
    rows = found[["customer_id", "how", "contacts"]].to_numpy().tolist()
    assert rows == [["a", "call", 1], ["a", "visit", 1], ["b", "visit", 0], ["d", "call", 1],
                    ["x", "visit", 1]]  # fmt: skip
    last = pd.to_datetime(found.set_index(["customer_id", "how"])["last_on"])
    assert last["b", "visit"] == pd.Timestamp(END) - pd.Timedelta(days=100)
    assert care.customer_contacts(Contacts(), as_of=END) is None
    kinds = contacts["visits"].mutate(kind=ibis.cases((ibis._.customer_id == "a", "gift")))
    named = care.customer_contacts(Contacts(visits=kinds), as_of=END).to_pandas()
    assert named.set_index("customer_id")["how"].to_dict() == {
        "a": "gift",
        "b": "visit",
        "x": "visit",
    }


def test_care_against_stage_value_and_kind(contacts):
    found = care.care_of(contacts, MEMBERS, as_of=END)
    table = found.coverage.set_index(["stage", "value"])
    assert table.loc[("loyal", "upper"), ["customers", "contacted"]].tolist() == [2, 1]
    assert table.loc[("dormant", "lower"), "share"] == 0.5
    assert table["customers"].sum() == 5
    assert (found.upper, found.missed) == (2, 1)
    low, high = found.missed_interval
    assert 0 < low < 0.5 < high < 1
    channels = found.channels.set_index("how")
    assert channels["customers"].to_dict() == {"call": 2, "visit": 1}
    assert channels.loc["call", "share"] == pytest.approx(2 / 5)


def test_gaps_name_the_last_contact_ever(contacts):
    gaps = care.care_of(contacts, MEMBERS, as_of=END).gaps
    assert gaps["customer_id"].tolist() == ["b"]
    assert gaps["last_contact_on"].iloc[0] == pd.Timestamp(END) - pd.Timedelta(days=100)
    nobody = care.care_of(Contacts(visits=contacts["visits"].limit(0)), MEMBERS, as_of=END)
    assert nobody.gaps["customer_id"].tolist() == ["a", "b"]
    assert nobody.gaps["last_contact_on"].isna().all() and nobody.channels.empty
    assert nobody.missed == nobody.upper == 2
    everyone = care.care_gaps(
        MEMBERS, set("abcde"), contacts=nobody.gaps.assign(last_on=None).head(0)
    )
    assert everyone.empty


def test_groups_that_differ_are_told_from_chance():
    members = pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in range(400)],
            "stage": ["loyal", "dormant"] * 200,
            "amount": [float(i % 7) for i in range(400)],
        }
    )
    at = pd.Timestamp(END)

    def cared(customers):
        visits = pd.DataFrame({"customer_id": customers, "at": at})
        return care.care_of(Contacts(visits=ibis.memtable(visits)), members, as_of=END)

    assert cared(members.loc[members["stage"] == "loyal", "customer_id"].head(80)).differs
    assert not cared([f"c{i}" for i in range(0, 400, 3)]).differs
    assert not cared(members["customer_id"]).differs
