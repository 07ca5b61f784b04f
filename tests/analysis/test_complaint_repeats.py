"""Complaints that come again: followed long enough, of the same matter, on a control chart."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbook.analysis.complaint_repeats import (
    control_chart,
    followed_again,
    reopened_share,
    repeat_share,
    repeats_by,
)
from workbook.analysis.tickets import day_number

AS_OF = dt.date(2024, 12, 31)


def frame(rows):
    table = pd.DataFrame(rows, columns=["opened_at", "customer", "order", "cause"])
    table["opened_at"] = pd.to_datetime(table["opened_at"])
    table["cause"] = table["cause"].astype("category")
    table["day"] = [day_number(day) for day in table["opened_at"]]
    return table.assign(week=table["day"] // 7)


ROWS = frame(
    [
        ("2024-01-01", 1, 10, "a"),
        ("2024-01-20", 1, 10, "b"),  # again after 19 days, the same order
        ("2024-02-10", 1, 11, "b"),  # again after 21 days, another order, the same cause
        ("2024-01-05", 2, 12, "a"),
        ("2024-12-15", 2, 12, "a"),  # too recent to tell
        ("2024-03-01", -1, -1, "a"),  # nobody's
    ]
)


def test_followed_long_enough():
    found = followed_again(ROWS, as_of=AS_OF, within_days=60)
    assert found.index.tolist() == [0, 1, 2, 3]
    assert found["again"].tolist() == [True, True, False, False]
    assert repeat_share(found)["share"] == 0.5


def test_the_same_matter_is_the_same_order():
    found = followed_again(ROWS, as_of=AS_OF, within_days=60, same_matter=True)
    assert found["again"].tolist() == [True, False, False, False]


def test_without_orders_the_same_cause():
    found = followed_again(ROWS.assign(order=-1), as_of=AS_OF, within_days=60, same_matter=True)
    assert found["again"].tolist() == [False, True, False, False]


def test_opened_again_of_those_closed_that_tell():
    rows = ROWS.head(4).assign(done=[True, True, True, False], reopened=[1.0, 0.0, np.nan, 1.0])
    found = reopened_share(rows)
    assert found["share"] == 0.5 and found["n"] == 2
    assert reopened_share(rows.assign(reopened=np.nan))["share"] is None


def test_groups_of_thirty():
    many = pd.concat([ROWS.assign(customer=ROWS["customer"] + 10 * i) for i in range(40)])
    found = followed_again(many[many["customer"] >= 0].reset_index(drop=True), as_of=AS_OF)
    table = repeats_by(found, "cause")
    # a: 40 of 80 come again, b: 40 of 80
    assert table.set_index("group")["hits"].to_dict() == {"a": 40, "b": 40}
    assert followed_again(ROWS.head(0), as_of=AS_OF).empty


def counts(months, per_month, seed=0):
    rng = np.random.default_rng(seed)
    starts = pd.period_range(end="2024-12", periods=months, freq="M").to_timestamp()
    return pd.DataFrame({"opened_at": np.repeat(starts, rng.poisson(per_month, months))})


def chart(tickets, purchases=None, first=dt.date(2022, 1, 1)):
    return control_chart(tickets, purchases, first=first, as_of=AS_OF)


def test_a_later_rise_can_not_hide_in_the_base():
    found = chart(counts(36, [50] * 30 + [110] * 6))
    assert (found.loc[~found["base"], "outside"].tail(6) == "above").all()
    assert found["base"].sum() == 24
    assert found["centre"].iloc[0] == pytest.approx(50, rel=0.08)


def test_no_rise_no_alarm():
    alarms = [(chart(counts(36, 60, seed))["outside"] != "").sum() for seed in range(25)]
    # 36 months each: about one in 300 lies outside by chance
    assert sum(alarms) <= 12


def test_extra_spread_widens_the_limits():
    rng = np.random.default_rng(3)
    found = chart(counts(36, 60 * rng.lognormal(0, 0.4, 36)))
    assert found["sigma_z"].iloc[0] > 1.8


def test_exposure_is_purchases_of_two_months():
    purchases = pd.Series(1000.0, index=pd.period_range("2021-12", "2024-12", freq="M"))
    found = chart(counts(36, 50), purchases)
    assert (found["exposure"] == 1.0).all()
    assert found["rate"].tolist() == found["tickets"].tolist()


@pytest.mark.parametrize("months", [0, 1, 12])
def test_too_short_for_a_chart(months):
    tickets = counts(months, 50) if months else pd.DataFrame({"opened_at": pd.to_datetime([])})
    first = dt.date(2024, 12 - months + 1, 1) if months else dt.date(2024, 1, 1)
    assert chart(tickets, first=first).empty
