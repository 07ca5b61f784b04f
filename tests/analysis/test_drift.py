"""Drift against what chance moves."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

import monitoring_world as w
from workbook.analysis.bought_days import bought_days
from workbook.analysis.drift import drift_table, pair_counts, psi, psi_test
from workbook.analysis.drift_traits import REST, drift_traits


def years(rng, shares=(0.5, 0.3, 0.2), now=None, n=600, both=0.5):
    """Groups before and now; a part of the customers is there in both years and mostly stays."""
    before = rng.choice(3, n, p=shares)
    fresh = rng.choice(3, n, p=now or shares)
    stays = rng.random(n) < 0.7
    later = np.where(stays & (now is None), before, fresh)
    there = rng.random((2, n)) < (1 + both) / 2
    return np.where(there[0], before, -1), np.where(there[1], later, -1)


def test_the_index_is_its_formula():
    p, q = np.array([50.5, 50.5]) / 101, np.array([80.5, 20.5]) / 101
    assert psi([50, 50], [80, 20]) == pytest.approx(((q - p) * np.log(q / p)).sum())
    assert psi([10, 0], [10, 0]) == 0


def test_pairs_count_customers_of_either_year():
    pairs = pair_counts([0, 1, -1, 0], [0, -1, 1, 1], 2)
    assert pairs.tolist() == [[1, 1, 0], [0, 0, 1], [0, 1, 0]]


def test_without_drift_alarms_are_as_rare_as_they_claim():
    rng = np.random.default_rng(1)
    p = [psi_test(pair_counts(*years(rng), 3), draws=199)["p"] for _ in range(300)]
    low, high = binom.ppf([0.0005, 0.9995], 300, 0.1)
    assert low <= sum(value <= 0.1 for value in p) <= high


def test_drift_is_found_and_named():
    rng = np.random.default_rng(2)
    before, now = years(rng, now=(0.3, 0.3, 0.4))
    names = np.array(["a", "b", "c"], dtype=object)
    moved = pd.DataFrame(
        {k: np.where(v < 0, None, names[v]) for k, v in {"before": before, "now": now}.items()}
    )
    same = pd.DataFrame({"before": moved["before"], "now": moved["before"]})
    table, shares = drift_table({"same": same, "moved": moved, "few": moved.head(30)})
    assert table["trait"].tolist() == ["moved", "same"]
    assert table["drifted"].tolist() == [True, False]
    first = table.iloc[0]
    assert first["group"] in ("a", "c") and abs(first["is"] - first["was"]) > 0.1
    assert first["psi"] > first["high"] > first["median"] > 0
    assert shares.groupby("trait")[["before", "now"]].sum().round(9).eq(1).all(axis=None)


def test_nothing_to_compare():
    table, shares = drift_table({})
    assert table.empty and shares.empty and "drifted" in table


def test_traits_of_a_firm():
    orders = w.orders(300, 3)
    late = orders["ordered_at"] > "2025-01-01"
    orders.loc[late, "category"] = "cocoa"
    customers = pd.DataFrame({"customer_id": orders["customer_id"].unique(), "region": "East"})
    surveys = pd.DataFrame(
        {
            "customer_id": orders["customer_id"].head(200),
            "answered_on": np.where(np.arange(200) % 2, "2024-06-01", "2025-06-01"),
            "nps": 9.0,
        }
    ).assign(answered_on=lambda t: pd.to_datetime(t["answered_on"]))
    tickets = pd.DataFrame(
        {"customer_id": ["x"], "opened_at": pd.to_datetime(["2025-01-05"]), "kind": "k"}
    )
    books = w.Books(orders=orders, customers=customers, surveys=surveys, tickets=tickets)
    days = bought_days(books["orders"]).cache()
    traits = drift_traits(books, days, as_of=w.AS_OF)
    assert {
        "purchases",
        "spend",
        "orders.category",
        "new.region",
        "surveys.nps",
        "tickets.kind",
    } <= set(traits)
    table, _ = drift_table(traits)
    drifted = table[table["drifted"]]
    assert drifted["trait"].tolist() == ["orders.category"]
    assert drifted["group"].iloc[0] == "cocoa" and drifted["is"].iloc[0] == 1.0
    counts = (
        orders[orders["ordered_at"] > "2024-12-31"].groupby("customer_id")["ordered_at"].nunique()
    )
    assert (traits["purchases"]["now"] == "1").sum() == (counts == 1).sum()
    assert drift_traits(w.Books(), None, as_of=w.AS_OF) == {}


def test_rare_names_are_put_together():
    orders = w.orders(200, 4)
    orders["store"] = [f"s{n % 40}" for n in range(len(orders))]
    traits = drift_traits(
        w.Books(orders=orders), bought_days(w.Books(orders=orders)["orders"]), as_of=w.AS_OF
    )
    names = set(traits["orders.store"]["now"].dropna())
    assert len(names) == 10 and REST in names


def test_a_large_firm_is_looked_at_in_part(monkeypatch):
    books = w.Books(orders=w.orders(400, 5))
    days = bought_days(books["orders"]).cache()
    whole = drift_traits(books, days, as_of=w.AS_OF)
    monkeypatch.setattr("workbook.analysis.drift_traits.MOST", 15)
    part = drift_traits(books, days, as_of=w.AS_OF)
    for name in ("purchases", "spend", "orders.category"):
        assert 50 < len(part[name]) < 0.7 * len(whole[name])
    same = part["purchases"].join(whole["purchases"], rsuffix="_whole")
    assert (same["now"].fillna("") == same["now_whole"].fillna("")).all()
