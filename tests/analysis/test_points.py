"""Points: the oldest are used first, young points are no unused points, balances add up."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from known_truth import hit_bounds
from loyal_world import points_of_members
from workbook.analysis.points import points_by_month, points_study
from workbook.analysis.points_lots import point_exits


def bookings(*rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "at", "kind", "points"])
    return ibis.memtable(frame.assign(at=pd.to_datetime(frame["at"]).astype("datetime64[us]")))


def test_the_oldest_points_are_used_first():
    """100 of January and 50 of July; 120 redeemed in August leave 30 of July's."""
    table = bookings(
        ("a", "2023-01-10", "earn", 100.0),
        ("a", "2023-07-10", "earn", 50.0),
        ("a", "2023-08-20", "redeem", 120.0),
    )
    exits = point_exits(table, as_of=dt.date(2024, 7, 1))
    gone = exits.blocks.sum(axis=0)
    assert gone[7, 0] == 100  # seven full months old
    assert gone[1, 0] == 20  # one full month old
    assert exits.open.sum() == 30 and exits.uncovered == 0
    assert exits.open.sum(axis=0).nonzero()[0].tolist() == [11]


def test_signs_do_not_matter_and_an_overdraft_is_counted():
    table = bookings(
        ("a", "2023-01-10", "earn", 100.0),
        ("a", "2023-03-10", "redeem", -130.0),
        ("b", "2023-03-10", "expire", 5.0),
    )
    exits = point_exits(table, as_of=dt.date(2024, 1, 1))
    assert (exits.earned, exits.redeemed, exits.expired) == (100, 130, 5)
    assert exits.uncovered == pytest.approx(35)
    assert exits.open.sum() == 0 and exits.members == 1


def test_a_use_booked_before_its_points_has_age_nil():
    table = bookings(("a", "2023-02-10", "redeem", 40.0), ("a", "2023-03-10", "earn", 40.0))
    gone = point_exits(table, as_of=dt.date(2024, 1, 1)).blocks.sum(axis=0)
    assert gone[0, 0] == 40


def test_intervals_hold_the_true_share_redeemed():
    hits, draws = 0, 24
    for seed in range(draws):
        frame, end, truth = points_of_members(250, seed)
        found = points_study(ibis.memtable(frame), as_of=end, confidence=0.9, draws=200)
        hits += found.ultimate_low <= truth <= found.ultimate_high
    low, high = hit_bounds(draws)
    assert low <= hits <= high


def test_young_points_do_not_pass_for_unused():
    """So far 58 % were redeemed, for many points are young; in their life 70 % are."""
    frame, end, truth = points_of_members(4000, 1)
    found = points_study(ibis.memtable(frame), as_of=end)
    assert found.redeemed / found.earned < truth - 0.05
    assert found.ultimate == pytest.approx(truth, abs=0.03)
    assert found.open == pytest.approx(found.earned - found.redeemed - found.expired)
    assert 0 < found.to_redeem < found.open
    curve = found.curve
    assert (np.diff(curve["redeemed"]) >= 0).all() and (curve["redeemed"] <= curve["high"]).all()


def test_points_beyond_their_life_are_never_used():
    frame, end, _ = points_of_members(400, 2, pace=0.001, life=500)
    short = points_study(ibis.memtable(frame), as_of=end, life_months=1)
    long = points_study(ibis.memtable(frame), as_of=end, life_months=100)
    assert short.to_redeem == 0 < long.to_redeem < 0.05 * long.open


def test_months_add_up():
    frame, _, _ = points_of_members(200, 3)
    table = points_by_month(ibis.memtable(frame))
    assert table["open"].iloc[-1] == pytest.approx(
        (table["earn"] - table["redeem"] - table["expire"]).sum()
    )
    assert (table["month"].diff().dropna().dt.days <= 31).all()


@pytest.mark.parametrize("members", [1, 29])
def test_few_members_give_no_share(members):
    frame, end, _ = points_of_members(members, 4)
    found = points_study(ibis.memtable(frame), as_of=end)
    assert found.members == members and found.ultimate is None and found.to_redeem is None
    assert found.earned == 100 * members


def test_nothing_earned_is_none():
    table = bookings(("a", "2023-02-10", "redeem", 40.0))
    assert points_study(table, as_of=dt.date(2024, 1, 1)) is None


def test_points_earned_yesterday_tell_nothing_yet():
    rows = [(f"m{i}", "2023-12-31", "earn", 10.0) for i in range(40)]
    found = points_study(bookings(*rows), as_of=dt.date(2024, 1, 1))
    assert found.open == 400 and found.ultimate is None and found.oldest_month == 0
