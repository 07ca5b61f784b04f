"""Points: young ones are no unused ones, what is left for good is told, balances add up."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from known_truth import hit_bounds
from loyal_world import points_of_members
from workbook.analysis.points import points_by_month, points_study
from workbook.analysis.points_lags import lag_shares, point_flows


def bookings(*rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "at", "kind", "points"])
    return ibis.memtable(frame.assign(at=pd.to_datetime(frame["at"]).astype("datetime64[us]")))


def test_totals_and_ages_by_hand():
    table = bookings(
        ("a", "2023-01-10", "earn", 100.0),
        ("a", "2023-03-10", "redeem", -30.0),
        ("b", "2023-12-15", "earn", 50.0),
        ("b", "2023-12-20", "expire", 5.0),
        (None, "2023-12-20", "earn", 5.0),
    )
    flows = point_flows(table, as_of=dt.date(2024, 1, 1))
    assert (flows.members, flows.earned, flows.redeemed, flows.expired) == (2, 150, 30, 5)
    assert flows.by_age[0] == 50 and flows.by_age[11] == 100 and flows.by_age.sum() == 150
    study = points_study(table, as_of=dt.date(2024, 1, 1))
    assert study.open == 115 and study.ultimate is None


def test_the_lag_between_earning_and_using_is_found():
    """Of all points three in ten are used a month later, one in ten after four months."""
    rng = np.random.default_rng(0)
    rows = []
    for member in range(400):
        for month in rng.choice(24, 6, replace=False):
            earned, points = dt.date(2022, 1, 15) + dt.timedelta(int(month * 30.4375)), 100.0
            rows.append((f"m{member}", earned, "earn", points))
            for lag, share in ((1, 0.3), (4, 0.1)):
                used = earned + dt.timedelta(int(lag * 30.4375))
                if used < dt.date(2024, 1, 1):
                    rows.append((f"m{member}", used, "redeem", points * share))
    flows = point_flows(bookings(*rows), as_of=dt.date(2024, 1, 1))
    shares = lag_shares(flows.products.sum(axis=0), flows.follow.sum(axis=0))
    assert shares[:, 1].max() == 0
    assert shares[:, 0].sum() == pytest.approx(0.4, abs=0.02)
    # a month of age has no sharp end, so neighbours share what was used at it
    assert shares[0:3, 0].sum() == pytest.approx(0.3, abs=0.02)
    assert shares[3:6, 0].sum() == pytest.approx(0.1, abs=0.02)


def test_points_never_used_are_told_from_young_ones():
    """Members use half of each month's points after two months and leave the others for good: matched
    to the oldest first, all old points would seem used."""
    rows = []
    for member in range(60):
        for month in range(30):
            day = dt.date(2021, 1, 1) + dt.timedelta(int(month * 30.4375) + member % 25)
            rows.append((f"m{member}", day, "earn", 100.0))
            if month >= 2:
                rows.append((f"m{member}", day, "redeem", 50.0 * (1 + 0.2 * (member % 3 - 1))))
    study = points_study(bookings(*rows), as_of=dt.date(2023, 7, 1))
    assert study.ultimate == pytest.approx(0.5, abs=0.06)


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
    assert found.seen_low <= found.ultimate <= found.seen_high


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
    assert found.open == 400 and found.ultimate is None and found.oldest_month == 1
