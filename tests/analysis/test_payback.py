"""What new customers bring, when they have earned their cost, and what moves the result."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from workbook.analysis.acquisition_balance import balance_cells, budget_shift, tornado
from workbook.analysis.channel_value import (
    buy_again,
    channel_values,
    like_for_like,
    paid_back_share,
)
from workbook.analysis.first_year import first_year, order_money
from workbook.analysis.new_customers import new_customers
from workbook.analysis.payback import earning_cells, paybacks

AS_OF = dt.date(2024, 12, 31)


def shop(
    n=400, *, first=50.0, later=10.0, every=30.4375, channel="ads", start="2022-06-01", seed=0
):
    """Customers who buy for `first` on their first day and for `later` every month, cost of goods half."""
    rng = np.random.default_rng(seed)
    rows, people = [], []
    for i in range(n):
        day = pd.Timestamp(start) + pd.Timedelta(days=int(rng.integers(0, 300)))
        who = f"{channel}{i}"
        people.append((who, channel, "consumer", day))
        rows.append((who, day, first))
        for k in range(1, 40):
            at = day + pd.Timedelta(days=int(k * every - 5))
            if at > pd.Timestamp(AS_OF):
                break
            rows.append((who, at, later))
    orders = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"])
    orders = orders.assign(is_return=False, cost=orders["amount"] / 2)
    return orders, pd.DataFrame(people, columns=["customer_id", "channel", "type", "joined_on"])


def opened(orders, people, margin=None):
    orders = ibis.memtable(orders)
    table = new_customers(orders, ibis.memtable(people), as_of=AS_OF).cache()
    money = order_money(orders, margin=margin)
    return table, money, first_year(table, money, as_of=AS_OF)


def test_the_first_year_by_hand():
    table, _, year = opened(*shop(60))
    row = year.to_pandas().iloc[0]
    # twelve monthly purchases fall into the 365 days
    assert row["revenue"] == 50 + 12 * 10 and row["kept"] == 85 and row["repeats"] == 12
    assert row["first_revenue"] == 50 and row["first_kept"] == 25
    values = channel_values(year)
    assert values["mean"].tolist() == [85.0] * 4 and (values["low"] == 85.0).all()
    assert buy_again(table, as_of=AS_OF)["share"].iloc[0] == 1.0
    again = paid_back_share(year, {"ads": 80.0})
    assert again[["at_once", "share"]].iloc[0].tolist() == [0.0, 1.0]
    assert opened(*shop(60), margin=0.2)[2].to_pandas()["kept"].iloc[0] == pytest.approx(34)


def test_payback_by_hand():
    table, money, _ = opened(*shop())
    cells = earning_cells(table, money, as_of=AS_OF)
    one, ads = paybacks(*cells, {None: (40.0, 1e6), "ads": (25.0, 1e6)})
    # 25 at once, then 5 a month: 40 after three months, 25 with the first purchase
    assert one.months == pytest.approx(3, abs=0.01) and ads.months == 0.0
    assert one.value == pytest.approx(85) and one.ratio == pytest.approx(85 / 40)
    assert one.curve["earned"].iloc[:3].tolist() == [25, 30, 35]
    assert one.low <= one.months <= one.high and one.reached == 1.0
    assert paybacks(*cells, {None: (1000.0, 50)})[0].months is None
    assert paybacks(*cells, {None: (np.nan, 50), "none": (10.0, 50)}) == []


def test_payback_intervals_hold_the_truth():
    """Customers earn 25 at once and 5 a month on average, chance in both and in what they cost."""
    hits = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        block = np.tile(np.arange(250) % 400, 13)
        step = np.repeat(np.arange(13), 250)
        kept = np.where(step == 0, 25.0, 5.0) * rng.gamma(2, 0.5, len(step))
        earned = pd.DataFrame({"block": block, "channel": "ads", "step": step, "kept": kept})
        followed = pd.DataFrame(
            {"block": block[:250], "channel": "ads", "whole": 12, "customers": 1}
        )
        n = rng.poisson(200)
        costs = {None: (40.0 * 200 / n, n)}
        one = paybacks(
            earned, followed, costs, confidence=0.9, horizon_months=12, draws=200, seed=seed
        )[0]
        hits += one.low <= 3 <= one.high
    assert 29 <= hits <= 40


def test_like_for_like_does_not_mix_up_types():
    orders, people = shop(200, channel="fair")
    big, firms = shop(100, channel="ads", first=5000.0, later=1000.0)
    firms["type"] = "business"
    few, small = shop(100, channel="adsmall", first=100.0, later=20.0)
    small["channel"] = "ads"
    year = opened(pd.concat([orders, big, few]), pd.concat([people, firms, small]))[2]
    found = like_for_like(year).set_index("channel")
    # ads' consumers spend twice as much as fair's; its firms compare with firms alone
    usual = (200 * 85 + 100 * 170) / 300
    assert found.loc["fair", "index"] == pytest.approx(85 / usual, rel=0.05)
    assert found.loc["ads", "index"] == pytest.approx((170 / usual + 1) / 2, rel=0.05)


def test_a_tornado_by_hand():
    _, _, year = opened(*shop(200))
    table = tornado(balance_cells(year), 40.0, 1e6).set_index("factor")
    assert table["base"].iloc[0] == pytest.approx(0.5 * (50 + 12 * 10) - 40)
    swings = {"cac": 8.0, "margin": 17.0, "first_value": 5.0, "repeats": 12.0, "repeat_value": 12.0}
    assert table["swing"].to_dict() == pytest.approx(swings)
    assert table["swing"].is_monotonic_decreasing
    assert tornado(balance_cells(year).head(0), 40.0, 10.0).empty


def test_a_budget_is_moved_only_where_channels_clearly_differ():
    costs = pd.DataFrame(
        {"row": "channel", "channel": ["ads", "fair"], "cac": [100.0, 50.0], "customers": [200.0, 200.0],
         "amount": [20_000.0, 10_000.0], "low": 40.0, "high": 120.0}
    )  # fmt: skip
    alike = pd.DataFrame({"channel": ["ads", "fair"], "index": 1.0, "low": 0.9, "high": 1.1})
    kept = pd.DataFrame({"type": [None], "channel": [None], "mean": [300.0], "sd": [300.0], "customers": [400]})  # fmt: skip
    found = budget_shift(costs, alike, kept)
    assert (found["worst"], found["best"]) == ("ads", "fair") and found["budget"] == 2000
    assert found["money"] == pytest.approx(2000 * (1 / 50 - 1 / 100) * 300)
    assert found["money_low"] < found["money"] < found["money_high"]
    assert budget_shift(costs.assign(cac=[100.0, 95.0]), alike, kept) is None
    assert budget_shift(costs.head(1), alike, kept) is None
