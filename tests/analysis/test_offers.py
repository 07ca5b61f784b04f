"""Offers: redemption with intervals by customer, costs, and no effect where there is none."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from known_truth import hit_bounds
from loyal_world import AS_OF, FIRST, purchase_days, shop
from workbook.analysis import offers
from workbook.analysis.incentive_return import incentive_return

END = dt.date(2024, 12, 31)


def table(rows, columns):
    frame = pd.DataFrame(rows, columns=columns)
    for name in ("issued_on", "redeemed_on"):
        if name in frame:
            frame[name] = pd.to_datetime(frame[name])
    found = ibis.memtable(frame)
    dates = {n: found[n].cast("date") for n in ("issued_on", "redeemed_on") if n in frame}
    return found.mutate(**dates)


COLUMNS = ["customer_id", "issued_on", "redeemed_on", "campaign_id", "cost"]


def some():
    return table(
        [
            ("a", "2024-03-01", "2024-03-05", "k1", 5.0),
            ("a", "2024-06-01", None, "k2", 5.0),
            ("b", "2024-03-01", "2024-03-11", "k1", 5.0),
            ("c", "2024-03-01", None, "k1", 5.0),
            ("c", "2024-12-20", "2024-12-30", "k2", 7.0),
            ("d", "2023-06-01", "2025-01-05", "k1", 5.0),
        ],
        COLUMNS,
    )


def test_redemption_counts_what_was_used_by_the_day():
    found = offers.redemption_by(some(), as_of=END)
    assert found["group"].tolist() == [None, "k1", "k2"]
    assert found["offers"].tolist() == [5, 4, 1]  # the offer of 20 December may still be used
    assert found["redeemed"].tolist() == [2, 2, 0]
    assert found["cost"].tolist() == [10.0, 10.0, 0.0]
    assert (found["low"] <= found["share"]).all() and (found["share"] <= found["high"]).all()


def test_campaigns_are_named_by_their_kind():
    campaigns = ibis.memtable(pd.DataFrame({"campaign_id": ["k1", "k2"], "kind": ["mail", "mail"]}))
    found = offers.redemption_by(some(), campaigns, as_of=END)
    assert found["group"].tolist() == [None, "mail"] and found["offers"].tolist() == [5, 5]


def test_without_the_day_of_use_there_is_no_rate():
    bare = some().drop("redeemed_on")
    assert offers.redemption_by(bare, as_of=END).empty
    assert offers.redemption_days(bare, as_of=END).empty
    assert offers.offer_cost(bare, as_of=END) == {"offers": 4 + 1, "redeemed": None, "cost": None}


def test_costs_are_those_of_offers_used_in_the_window():
    assert offers.offer_cost(some(), as_of=END) == {"offers": 5, "redeemed": 3, "cost": 17.0}
    free = offers.offer_cost(some().drop("cost"), as_of=END)
    assert free["cost"] is None and free["redeemed"] == 3


def test_days_to_use():
    found = offers.redemption_days(some(), as_of=END)
    assert found["days"].tolist() == [4, 10] and found["share"].tolist() == [1 / 3, 1.0]


def test_intervals_know_that_customers_hold_several_offers():
    """Each customer uses all of ten offers or none: ten times the offers tell no more."""
    rng = np.random.default_rng(0)
    hits, draws, widths = 0, 60, []
    for _ in range(draws):
        uses = rng.random(150) < 0.3
        rows = [
            (f"c{i}", "2024-03-01", "2024-03-02" if used else None, "k", 1.0)
            for i, used in enumerate(uses)
            for _ in range(10)
        ]
        found = offers.redemption_by(table(rows, COLUMNS), as_of=END, confidence=0.9).iloc[0]
        hits += found["low"] <= 0.3 <= found["high"]
        widths.append(found["high"] - found["low"])
    low, high = hit_bounds(draws)
    assert low <= hits <= high
    assert np.mean(widths) > 0.1


def given(lines, share, seed):
    """Offers to a random part of the customers on five days."""
    rng, ids = np.random.default_rng(seed), lines["customer_id"].unique()
    rows = [
        (customer, FIRST + pd.Timedelta(days=day))
        for day in (500, 620, 740, 860, 950)
        for customer in ids[rng.random(len(ids)) < share]
    ]
    return table(rows, ["customer_id", "issued_on"])


def test_offers_without_an_effect_show_none():
    hits, draws = 0, 10
    for seed in range(draws):
        lines, _ = shop(1500, seed, per_purchase=0.0)
        found = offers.offer_effect(
            purchase_days(lines), given(lines, 0.2, seed), as_of=AS_OF, confidence=0.9
        )
        hits += found.low <= 0 <= found.high
    low, high = hit_bounds(draws)
    assert low <= hits <= high


def test_an_effect_of_offers_is_found():
    """Whoever gets an offer buys a second time for each purchase of the four weeks after it."""
    lines, _ = shop(3000, 1, per_purchase=0.0)
    offered = given(lines, 0.2, 1)
    both = lines.merge(offered.to_pandas(), on="customer_id")
    ahead = (both["ordered_at"] - pd.to_datetime(both["issued_on"])).dt.days
    more = both[(ahead > 0) & (ahead <= 28)][list(lines.columns)]
    found = offers.offer_effect(
        purchase_days(pd.concat([lines, more])), offered, as_of=AS_OF
    )  # the same day again: more money, no more purchase days
    first = found.windows.set_index("window").loc[0]
    assert first["low"] > 0.3 and first["low"] < 1 < first["high"]
    second = found.windows.set_index("window").loc[1]
    assert second["low"] < 0 < second["high"]


def test_when_everybody_gets_an_offer_nothing_can_be_compared():
    lines, _ = shop(300, 1, per_purchase=0.0)
    ids = lines["customer_id"].unique()
    rows = [(c, FIRST + pd.Timedelta(days=day)) for c in ids for day in range(0, 3 * 365, 14)]
    offered = table(rows, ["customer_id", "issued_on"])
    assert offers.offer_effect(purchase_days(lines), offered, as_of=AS_OF) is None


@pytest.mark.parametrize("customer", ["nobody", "c00001"])
def test_one_offer_is_too_few(customer):
    lines, _ = shop(300, 1, per_purchase=0.0)
    offered = table([(customer, "2024-01-01")], ["customer_id", "issued_on"])
    assert offers.offer_effect(purchase_days(lines), offered, as_of=AS_OF) is None


def test_return_per_offer():
    lines, _ = shop(3000, 1, per_purchase=0.0)
    effect = offers.offer_effect(purchase_days(lines), given(lines, 0.2, 1), as_of=AS_OF)
    cost = {"offers": 100, "redeemed": 20, "cost": 50.0}
    row = incentive_return(offers=effect, offer_cost=cost, margin=0.4).iloc[0]
    assert row["cost"] == 0.5 and row["units"] == 100
    assert row["gain"] == pytest.approx(effect.gain * 56 / 365)
    assert row["left"] == pytest.approx(0.4 * row["gain"] - 0.5)
    assert incentive_return(offers=effect, offer_cost=cost | {"cost": None}).empty
    few = incentive_return(offer_cost=cost).iloc[0]
    assert few["verdict"] == "few" and np.isnan(few["gain"]) and np.isnan(few["left"])
