"""Shifts of weekly series: rarely where there is none, found where one was planted."""

import numpy as np
import pandas as pd
import pytest

from companies import END, order_lines
from histories import START, orders_of
from workbook.analysis import change_points, lifecycle, weekly_series


def series(weeks, seed, *, after=1.0, shift=None, shared=0.0, season=None):
    """Customers in 200 blocks who come and go with paces of their own, so that weeks resemble those
    long after them; from week `shift` on the level is `after` times as high."""
    rng = np.random.default_rng(seed)
    below = rng.poisson(6, (200, 1)) + rng.poisson(2, (200, weeks))
    stay = rng.integers(0, weeks + 1, (200, 1))
    first, second = rng.gamma(2, 0.5, (2, 200, 1))
    pace = np.where(np.arange(weeks)[None, :] < stay, first, second)
    level = np.where(np.arange(weeks) >= (weeks if shift is None else shift), after, 1.0)
    level = level * np.exp(shared * rng.standard_normal(weeks))
    days = pd.date_range("2021-01-04", periods=weeks, freq="7D")
    if season is not None:
        level = level * np.where(days.month.isin(season), 1.6, 1.0)
    return weekly_series.WeeklySeries(
        days, rng.poisson(0.3 * below * pace * level), below.astype(float)
    )


@pytest.mark.parametrize("shared", [0.0, 0.15, 0.4])
def test_without_a_shift_few_are_called(shared):
    """Customers who stay what they are, and weeks that move all of them at once."""
    called = 0
    for seed in range(100):
        found = series(100, seed, shared=shared)
        place, p = change_points.shift_test(found.above, found.below, draws=199, seed=seed)
        assert place is not None
        called += p <= 0.05
    assert called <= 14  # at 5 %, chance allows 14 of 100 in all but 1 of 5,000


def test_a_planted_shift_is_found_where_it_is():
    table = change_points.change_points(series(120, 4, shift=70, after=0.7))
    assert len(table) == 1
    row = table.iloc[0]
    assert abs(row["weeks_before"] - 70) <= 3 and row["p"] <= 0.002
    assert row["low80"] < row["change"] < row["high80"] and row["high80"] < 0
    assert row["change"] == pytest.approx(-0.3, abs=0.1)
    assert row["weeks_before"] + row["weeks_after"] == 120


@pytest.mark.parametrize("shift", [None, 70])
def test_a_first_look_with_few_draws_changes_nothing(monkeypatch, shift):
    found = series(120, 4, shift=shift, after=0.8)
    quick = change_points.change_points(found)
    monkeypatch.setattr(change_points, "LOOK", change_points.DRAWS)
    pd.testing.assert_frame_equal(quick, change_points.change_points(found))
    assert len(quick) == (shift is not None)


def test_a_season_is_no_shift_once_two_years_are_there():
    found = series(157, 2, season=[10, 11, 12])
    plain = weekly_series.without_seasons(found)
    assert plain.adjusted and not found.adjusted
    table = plain.table
    autumn = table["week"].dt.month.isin([10, 11, 12])
    rise = [t["value"][autumn].mean() / t["value"][~autumn].mean() for t in (found.table, table)]
    assert rise[0] > 1.4 and rise[1] == pytest.approx(1, abs=0.12)
    assert len(change_points.change_points(plain)) == 0
    assert not weekly_series.without_seasons(series(90, 2)).adjusted


def test_a_shift_survives_the_taking_off_of_seasons():
    plain = weekly_series.without_seasons(series(157, 3, shift=120, after=0.6, season=[6]))
    table = change_points.change_points(plain)
    assert len(table) and abs(table["weeks_before"].iloc[0] - 120) <= 4


@pytest.mark.parametrize("weeks", [0, 1, 20])
def test_too_few_weeks_are_no_series_to_judge(weeks):
    assert len(change_points.change_points(series(weeks, 0))) == 0


def test_nothing_bought_is_no_shift():
    quiet = weekly_series.WeeklySeries(
        pd.date_range("2021-01-04", periods=60, freq="7D"), np.zeros((200, 60)), np.ones((200, 60))
    )
    assert change_points.shift_test(quiet.above, quiet.below) == (None, 1.0)
    assert len(change_points.change_points(quiet)) == 0


def bought(lines):
    import ibis

    return lifecycle.purchase_days(ibis.memtable(lines.assign(is_return=False)))


def test_an_ageing_shop_has_no_fall_and_a_worse_one_has():
    """Fewer and fewer purchases per known customer, as customers stop: no shift of like for like."""
    found = weekly_series.buying_series(bought(order_lines(900, 1)), as_of=END)
    half = len(found.weeks) // 2
    sums = [found.above[:, part].sum() / found.below[:, part].sum()
            for part in (slice(0, half), slice(half, None))]  # fmt: skip
    assert sums == pytest.approx([1, 1], abs=0.12)
    assert found.above.sum() == pytest.approx(found.below.sum(), rel=0.01)
    assert len(change_points.change_points(weekly_series.without_seasons(found))) == 0
    worse = weekly_series.buying_series(bought(order_lines(1500, 3, worse_from=1000)), as_of=END)
    table = change_points.change_points(weekly_series.without_seasons(worse))
    assert len(table) and (table["change"] < 0).all()
    assert table["start"].iloc[0] > pd.Timestamp("2023-09-01")


def test_one_customer_and_one_week_give_an_empty_series():
    days = lifecycle.purchase_days(orders_of({"a": [0]}))
    assert len(weekly_series.buying_series(days, as_of=START).weeks) == 0
    assert len(weekly_series.amount_series(days, as_of=START).weeks) == 0


def test_shares_of_channels_add_up():
    import ibis

    rng = np.random.default_rng(0)
    lines = order_lines(200, 5).assign(is_return=False)
    lines["channel"] = rng.choice(["web", "shop"], len(lines), p=[0.7, 0.3])
    shares = weekly_series.share_series(ibis.memtable(lines), column="channel", as_of=END)
    assert list(shares) == ["web", "shop"]
    web, shop = (shares[name].table for name in ("web", "shop"))
    assert (web["above"] + shop["above"]).equals(web["below"])
    assert web["above"].sum() / web["below"].sum() == pytest.approx(0.7, abs=0.03)
    one = lines.assign(channel="web")
    assert weekly_series.share_series(ibis.memtable(one), column="channel", as_of=END) == {}
