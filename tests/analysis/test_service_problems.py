"""The detectors of service on whole firms: what is planted is found, a sound firm is left alone."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from service_world import AS_OF, DAYS, FIRST, world
from workbook.analysis.service_problems import DETECTORS, purchase_weeks
from workbook.analysis.service_study import open_service


def problems(tables):
    return open_service(tables).problems(within_days=60)


def test_complaints_that_come_again_are_found_in_their_region():
    found = problems(world(3000, 1, rise=("east", DAYS - 330, 4.0)))
    row = found.worst("again")
    assert (row["column"], row["value"]) == ("region", "east")
    truth = (FIRST + pd.Timedelta(days=DAYS - 330)).date()
    assert abs((found.since("again") - truth).days) < 60


def test_slower_solutions_are_found_and_their_promises_with_them():
    found = problems(world(700, 2, slow_from=DAYS - 200))
    assert set(found.found.loc[found.found["found"], "detector"]) == {"late", "slow"}
    assert found.usual_hours == pytest.approx(60 * np.log(2), rel=0.1)
    truth = (FIRST + pd.Timedelta(days=DAYS - 200)).date()
    assert abs((found.since("slow") - truth).days) < 45


def test_sound_firms_are_left_alone():
    """12 firms, five detectors, 0.2 % for each firm: not one alarm in 40 runs of this test."""
    for seed in range(12):
        found = problems(world(250, 40 + seed)).found
        assert set(found["detector"]) <= set(DETECTORS) and len(found) >= 4
        assert not found["found"].any(), seed


def test_purchases_are_counted_by_the_customers_traits():
    tables = world(200, 3)
    study = open_service(tables)
    table = purchase_weeks(study.days, tables.orders, tables["customers"], as_of=AS_OF)
    last = table[table["week"] == table["week"].max()].set_index(["column", "value"])["base"]
    assert last.loc["region"].sum() == pytest.approx(last.loc[("all", "")])
    orders = dict.__getitem__(tables, "orders").drop_duplicates(["customer_id", "ordered_at"])
    week = table["week"].max() * 7 - 3
    since = pd.Timestamp("1970-01-01") + pd.Timedelta(days=int(week) - 49)
    assert last.loc[("all", "")] == pytest.approx((orders["ordered_at"] >= since).sum() / 8)


def test_without_orders_tickets_per_week_are_compared():
    tables = world(700, 4)
    tickets = dict.__getitem__(tables, "tickets")
    late = tickets["opened_at"] >= pd.Timestamp(dt.date(2024, 7, 1))
    twice = tickets[late & (tickets["kind"] == "return")]
    more = [twice.assign(ticket_id=twice["ticket_id"] + f"-{i}") for i in range(3)]
    alone = type(tables)(tickets=pd.concat([tickets, *more], ignore_index=True))
    row = problems(alone).worst("returns")
    assert row is not None and row["ratio"] > 2


def test_goods_have_categories():
    tables = world(300, 5)
    orders, tickets = (dict.__getitem__(tables, name) for name in ("orders", "tickets"))
    product = np.where(np.arange(len(orders)) % 2, "V1", "K1")
    tables["orders"] = orders.assign(product=product, category=np.where(product == "V1", "clean", "cook"))  # fmt: skip
    tables["tickets"] = tickets.assign(product=np.where(np.arange(len(tickets)) % 3, "V1", "K1"))
    found = problems(tables)
    seen = set(found.tables["complaints"]["column"])
    assert "category" in seen and "product" not in seen


@pytest.mark.parametrize("rows", [0, 1, 40])
def test_few_tickets(rows):
    tables = world(60, 6)
    tables["tickets"] = dict.__getitem__(tables, "tickets").head(rows)
    assert not problems(tables).found["found"].any()
