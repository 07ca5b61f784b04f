"""What follows a complaint: nothing where it changes nothing, the planted share where it does."""

import numpy as np
import pandas as pd
import pytest

from service_world import AS_OF, study_of, world
from workbook.analysis.complaint_causes import causes, customers_concerned
from workbook.analysis.complaint_followup import cause_costs, complaint_followup
from workbook.analysis.lifecycle import purchase_days


def followed(tables, **options):
    study = study_of(tables)
    days = purchase_days(tables.orders).cache()
    return study, complaint_followup(days, study.rows, as_of=AS_OF, **options)


@pytest.fixture(scope="module")
def harmful():
    tables = world(2000, 4, stops_after_complaint=6.0)
    return tables, *followed(tables)


def test_a_complaint_that_changes_nothing_shows_nothing():
    """The chance to stop is 5 % with or without: 5 firms together, beyond chance once in 1,000."""
    each = [followed(world(800, 20 + seed))[1] for seed in range(5)]
    for name in ("stops", "amount"):
        found = [getattr(one, name) for one in each]
        z = sum(one.difference / one.se for one in found) / len(found) ** 0.5
        assert abs(z) < 3.3, name


def test_the_planted_share_is_found(harmful):
    """Stopping at once has 30 % in place of 5 %: 25 points, less complaints that come later."""
    _, _, found = harmful
    assert found.stops.low < 0.25 and found.stops.difference == pytest.approx(0.23, abs=0.04)
    assert found.stops.low > 0.15 and found.amount.high < 0
    assert found.first < found.last and found.follow_days == 180


def test_the_arms_are_alike(harmful):
    _, _, found = harmful
    assert (found.balance["after"].abs() < 0.12).all()
    before = found.balance.set_index("column")["before"].abs()
    assert before.max() > found.balance["after"].abs().max()
    assert found.by_cause["n"].sum() <= found.stops.n


def test_money_adds_handling_and_what_is_clearly_lost(harmful):
    tables, study, found = harmful
    concerned = customers_concerned(study.rows, tables.orders, kinds=("complaint",), as_of=AS_OF)
    ranked = causes(concerned)
    costs = cause_costs(ranked, found, cost_per_ticket=10.0)
    assert costs.attrs["clear"]
    row = costs.iloc[0]
    assert row["handling"] == 10 * row["tickets"]
    assert row["lost"] == pytest.approx(row["gap"] * row["customers"])
    assert row["cost"] == pytest.approx(row["handling"] + row["lost"])
    assert row["cost_low"] < row["cost"] < row["cost_high"]
    only = cause_costs(ranked, None, cost_per_ticket=10.0)
    assert not only.attrs["clear"] and (only["cost"] == only["handling"]).all()
    assert cause_costs(ranked, None)["cost"].isna().all()
    assert cause_costs(ranked.head(0), found)["cost"].empty


def test_only_what_comes_before_the_day_is_matched(harmful):
    """Other purchases after the day change the outcome, never who is compared with whom."""
    tables, study, found = harmful
    orders = dict.__getitem__(tables, "orders")
    late = orders["ordered_at"] > pd.Timestamp(found.last)
    fewer = orders[~late | (np.arange(len(orders)) % 2 == 0)]
    tables = type(tables)(tables, orders=fewer)
    again = followed(tables)[1]
    assert again.stops.n == found.stops.n and again.stops.unmatched == found.stops.unmatched
    assert again.amount.value < found.amount.value


def test_types_are_compared_with_their_own():
    """Dealers complain more and spend ten times as much: within types nothing is left."""
    tables = world(1500, 9)
    rng = np.random.default_rng(0)
    names = dict.__getitem__(tables, "customers")["customer_id"]
    dealer = dict(zip(names, rng.random(len(names)) < 0.3, strict=True))
    orders = dict.__getitem__(tables, "orders")
    rich = orders["customer_id"].map(dealer)
    tables["orders"] = orders.assign(amount=orders["amount"] * np.where(rich, 10, 1))
    tickets = dict.__getitem__(tables, "tickets")
    kept = tickets["customer_id"].map(dealer) | (rng.random(len(tickets)) < 0.5)
    tables["tickets"] = tickets[kept]
    typed = pd.DataFrame({"customer_id": names, "type": names.map(dealer).map({True: "dealer", False: "consumer"})})  # fmt: skip
    tables["customers"] = typed
    study = study_of(tables)
    days = purchase_days(tables.orders).cache()
    found = complaint_followup(days, study.rows, as_of=AS_OF, customers=tables["customers"])
    assert found.amount.low < 0 < found.amount.high


@pytest.mark.parametrize("customers", [1, 12])
def test_too_few_to_follow(customers):
    assert followed(world(customers, 3))[1] is None
