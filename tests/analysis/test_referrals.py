"""Referral trees, reach and the worth of referred customers, counted by hand."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from workbook.analysis import lifecycle, referrals
from workbook.analysis.referred_value import referred_value

AS_OF = dt.date(2024, 12, 31)


def world(first, referred_by, amounts=None):
    """(purchase days, customers): {customer: first purchase}, {customer: who referred}."""
    frame = pd.DataFrame({"customer_id": list(first), "ordered_at": list(first.values())})
    frame["ordered_at"] = pd.to_datetime(frame["ordered_at"])
    frame["amount"] = [10.0 if amounts is None else amounts[c] for c in first]
    days = lifecycle.purchase_days(ibis.memtable(frame.assign(is_return=False)))
    ids = sorted(set(first) | set(referred_by))
    customers = pd.DataFrame({"customer_id": ids})
    customers["referred_by"] = pd.array([referred_by.get(i) for i in ids], dtype="string")
    return days, ibis.memtable(customers)


TREE = {"a": "2022-01-01", "b": "2022-02-01", "c": "2022-03-01", "d": "2023-06-01",
        "e": "2023-01-01", "x": "2022-05-01", "y": "2022-06-01"}  # fmt: skip
LINKS = {"b": "a", "c": "b", "d": "c", "e": "a", "x": "x", "y": "nobody"}


def test_trees_generations_and_what_can_not_be():
    days, customers = world(TREE, LINKS)
    links, dropped = referrals.referral_links(days, customers)
    assert links["customer_id"].tolist() == ["b", "c", "d", "e"] and dropped == 2
    study = referrals.referral_study(days, links, dropped=dropped, as_of=AS_OF)
    assert (study.referrers, study.referred) == (3, 4)
    assert study.generations.to_numpy().tolist() == [[0, 1], [1, 2], [2, 1], [3, 1]]
    assert study.trees.to_dict("records") == [
        {"root": "a", "customers": 4, "generations": 3, "amount": 40.0}
    ]


def test_circles_and_referrers_from_the_future_are_dropped():
    days, customers = world(
        {"a": "2022-01-01", "b": "2022-01-01", "c": "2022-01-02", "d": "2023-01-01"},
        {"a": "b", "b": "a", "c": "d"},
    )
    links, dropped = referrals.referral_links(days, customers)
    assert len(links) == 0 and dropped == 3


def test_reach_counts_the_first_year():
    first = {f"r{i:02d}": "2022-01-01" for i in range(40)}
    first |= {f"n{i:02d}": "2022-07-01" for i in range(10)} | {"late": "2024-02-01"}
    by = {f"n{i:02d}": f"r{i:02d}" for i in range(10)} | {"late": "r00"}
    days, customers = world(first, by)
    links, dropped = referrals.referral_links(days, customers)
    study = referrals.referral_study(days, links, dropped=dropped, as_of=AS_OF)
    # the one who came in the second year does not count; 50 customers and `late` not for a year
    assert study.followed == 50 and study.reach == pytest.approx(10 / 50)
    assert study.reach_low < study.reach < study.reach_high
    assert study.top_share == pytest.approx(2 / 11)


def test_the_rate_and_its_absence():
    days, customers = world(TREE | {"new": "2024-05-01", "own": "2024-06-01"}, {"new": "a"})
    found = referrals.referral_rate(days, customers, as_of=AS_OF)
    assert (found["numerator"], found["denominator"]) == (1, 2)
    nobody = ibis.memtable(pd.DataFrame({"customer_id": ["a"], "channel": ["web"]}))
    assert referrals.referral_rate(days, nobody, as_of=AS_OF) is None
    by_channel = ibis.memtable(pd.DataFrame({"customer_id": ["own"], "channel": ["Referral"]}))
    assert referrals.referral_rate(days, by_channel, as_of=AS_OF)["numerator"] == 1
    plain = ibis.memtable(pd.DataFrame({"customer_id": ["own"]}))
    assert referrals.referral_rate(days, plain, as_of=AS_OF) is None


def test_without_referrals_there_are_no_links():
    days, customers = world(TREE, {})
    assert referrals.referral_links(days, customers) is None
    assert referrals.referral_links(days, customers.drop("referred_by")) is None


def test_value_compares_within_quarters():
    """Who came in the rich quarter spends 100, in the poor one 10, referred or not; the referred
    came mostly in the rich one."""
    first, by, amount = {"root": "2021-01-01"}, {}, {"root": 1.0}
    for i in range(200):
        rich = i % 2 == 0
        name = f"c{i:03d}"
        first[name] = "2022-02-01" if rich else "2022-05-01"
        amount[name] = 100.0 if rich else 10.0
        if (rich and i < 80) or (not rich and i < 20):
            by[name] = "root"
    days, customers = world(first, by, amount)
    links, _ = referrals.referral_links(days, customers)
    found = referred_value(days, links, as_of=AS_OF)
    assert found["customers"] == 50 and found["ratio"] == pytest.approx(1.0)
    assert found["mean"] == pytest.approx((40 * 100 + 10 * 10) / 50)
    assert found["low"] <= 1 <= found["high"]


def test_few_referred_have_no_value():
    days, customers = world(TREE, LINKS)
    links, _ = referrals.referral_links(days, customers)
    assert referred_value(days, links, as_of=AS_OF) is None


def test_a_long_chain_is_followed_to_its_end():
    n = 300
    first = {f"c{i:03d}": dt.date(2020, 1, 1) + dt.timedelta(i) for i in range(n)}
    days, customers = world(first, {f"c{i:03d}": f"c{i - 1:03d}" for i in range(1, n)})
    links, dropped = referrals.referral_links(days, customers)
    study = referrals.referral_study(days, links, dropped=dropped, as_of=AS_OF)
    assert dropped == 0 and study.generations["generation"].max() == n - 1
    assert study.trees["root"].tolist() == ["c000"] and np.isfinite(study.reach)


def test_value_compares_within_kinds():
    """Dealers spend ten times as much and are never referred: consumers are compared with consumers."""
    first = {"root": "2021-01-01"} | {f"c{i:03d}": "2022-02-01" for i in range(160)}
    amount = {name: 100.0 if name >= "c100" else 10.0 for name in first}
    by = {f"c{i:03d}": "root" for i in range(40)}
    days, customers = world(first, by, amount)
    links, _ = referrals.referral_links(days, customers)
    ids = customers.customer_id
    kinds = customers.select("customer_id", kind=ibis.ifelse(ids >= "c100", "dealer", "consumer"))
    assert referred_value(days, links, kinds, as_of=AS_OF)["ratio"] == pytest.approx(1.0)
    assert referred_value(days, links, as_of=AS_OF)["ratio"] < 0.2
