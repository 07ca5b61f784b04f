import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from known_truth import hit_bounds
from workbook.analysis import purchase_timing


def daily(first, last, rates, seed):
    """Purchases a day, Poisson with a rate by month."""
    rng = np.random.default_rng(seed)
    day = pd.date_range(first, last)
    rate = np.array([rates.get(d.month, 20) for d in day])
    return pd.DataFrame({"day": day, "purchases": rng.poisson(rate), "amount": 1.0})


def test_seasons_hold_the_truth_and_january_goes_with_february():
    rates = {1: 26, 2: 26, 6: 35}
    mean = np.mean([rates.get(m, 20) for m in range(1, 13)])
    log_mean = np.mean([np.log(rates.get(m, 20)) for m in range(1, 13)])
    hits, draws, cells = 0, 30, 0
    for seed in range(draws):
        table, p, months = purchase_timing.seasons_of_year(
            daily("2021-01-01", "2023-12-31", rates, seed),
            as_of=dt.date(2023, 12, 31),
            confidence=0.9,
        )
        assert months == 36 and p < 0.001
        assert table["season"].tolist() == [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
        truth = np.array([rates.get(m, 20) for m in table["season"]]) / np.exp(log_mean)
        hits += ((table["low"] <= truth) & (truth <= table["high"])).sum()
        cells += len(table)
    assert mean > np.exp(log_mean)
    fewest, most = hit_bounds(cells, error=1e-6)  # cells of one table share their average
    assert fewest <= hits <= most


def test_without_seasons_p_is_rarely_small():
    found = [
        purchase_timing.seasons_of_year(
            daily("2021-01-01", "2023-12-31", {}, seed), as_of=dt.date(2023, 12, 31)
        )[1]
        for seed in range(100)
    ]
    assert (
        sum(p < 0.05 for p in found) <= 14
    )  # of 100 at 5 %, chance allows 14 in all but 1 of 5,000


def test_below_24_months_nothing_is_said():
    table, p, months = purchase_timing.seasons_of_year(
        daily("2022-02-10", "2023-12-31", {}, 0), as_of=dt.date(2023, 12, 31)
    )
    assert len(table) == 0 and np.isnan(p) and months == 22
    nothing = pd.DataFrame({"day": pd.to_datetime([]), "purchases": [], "amount": []})
    assert purchase_timing.seasons_of_year(nothing, as_of=dt.date(2023, 1, 1))[2] == 0


def test_an_event_is_compared_with_the_same_weekdays_around_it():
    table = daily("2023-01-01", "2023-12-31", {}, 1)
    marked = pd.to_datetime(["2023-06-18", "2023-06-19", "2023-06-20", "2023-09-09"])
    table.loc[table["day"].isin(marked[:3]), "purchases"] *= 3
    calendar = ibis.memtable(
        pd.DataFrame({"date": marked.date, "event": ["618", "618", "618", "fair"]})
    )
    found = purchase_timing.calendar_days(table, calendar).set_index("event")
    assert found.loc["618", "low"] < 3 < found.loc["618", "high"]
    assert found.loc["618", "days"] == 3 and found.loc["618", "low"] > 2
    assert np.isnan(found.loc["fair", "ratio"])


def orders(moments):
    rows = pd.DataFrame(
        {"customer_id": [f"c{i}" for i in range(len(moments))], "ordered_at": moments}
    )
    rows["ordered_at"] = pd.to_datetime(rows["ordered_at"])
    return ibis.memtable(rows.assign(amount=1.0, is_return=False))


def test_week_and_hours():
    days = pd.date_range("2023-01-02", periods=70).repeat(4)  # a Monday
    weekdays, hours = purchase_timing.times_of_week(orders(days + pd.Timedelta(hours=9)))
    assert weekdays["n"].tolist() == [40] * 7
    assert (weekdays["low"] < 1 / 7).all() and (weekdays["high"] > 1 / 7).all()
    assert hours["hour"].unique().tolist() == [9] and hours["n"].sum() == 280
    assert len(purchase_timing.times_of_week(orders(days))[1]) == 0  # no time of day


def test_one_purchase_has_no_interval():
    weekdays, _ = purchase_timing.times_of_week(orders(["2023-01-04"]))
    assert weekdays["share"].tolist() == [0, 0, 1, 0, 0, 0, 0]
    assert weekdays["low"].isna().all()


def test_days_without_a_purchase_are_filled():
    found = purchase_timing.daily_purchases(orders(["2023-01-04", "2023-01-07"]))
    assert found["purchases"].tolist() == [1, 0, 0, 1]
    assert found["amount"].sum() == pytest.approx(2)
