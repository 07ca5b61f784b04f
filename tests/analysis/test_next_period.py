from datetime import date

import numpy as np
import pandas as pd
import pytest

from workbook.analysis.next_period import (
    check_cuts,
    expected_per_year,
    group_follow_up,
    migration,
)
from workbook.analysis.ranking import ranking_check


def test_month_ends_stay_month_ends():
    cuts = check_cuts(date(1997, 1, 1), date(1998, 6, 30), months=6)
    assert cuts == (date(1997, 6, 30), date(1997, 12, 31), 6)
    cuts = check_cuts(date(2023, 1, 1), date(2024, 5, 15), months=3)
    assert cuts == (date(2023, 11, 15), date(2024, 2, 15), 3)


def test_a_short_span_gets_a_short_period_or_none():
    cuts = check_cuts(date(2024, 1, 1), date(2024, 12, 31), months=6)
    assert cuts == (date(2024, 4, 30), date(2024, 8, 31), 4)
    assert check_cuts(date(2024, 5, 5), date(2024, 6, 30), months=6) is None
    assert check_cuts(date(2024, 5, 5), date(2024, 5, 5), months=1) is None


def scored(segments, *, amount=10.0):
    table = pd.DataFrame({"segment": segments})
    table["customer_id"] = [f"c{i}" for i in range(len(table))]
    table["cell"] = table["segment"].map("-".join)
    return table.assign(amount=amount)


def followed_up(segments, before, after):
    spent = {"spent_before": before, "spent_after": after}
    table = scored(segments).assign(**{name: np.array(v, float) for name, v in spent.items()})
    return table.assign(days_after=(table["spent_after"] > 0).astype(int))


def test_follow_up_names_empty_segments():
    followed = followed_up(["111"] * 3 + ["000"], [1, 0, 0, 0], [6, 3, 0, 0])
    table = group_follow_up(followed, followed["segment"], draws=100).set_index("group")
    assert table.loc["111", "mean_after"] == 3 and table.loc["111", "buying_share"] == 2 / 3
    assert table.loc["all", "customers"] == 4 and table.loc["all", "mean_after"] == 9 / 4
    assert table.loc["101", "customers"] == 0 and np.isnan(table.loc["101", "mean_low"])
    assert table.loc["111", "mean_low"] <= 3 <= table.loc["111", "mean_high"]


def test_a_year_of_a_segment():
    """Two buy 6 and 0 in half a year: 3 each, 6 a year; five today make 30."""
    followed = followed_up(["111"] * 2, [1, 0], [6, 0])
    follow = group_follow_up(followed, followed["segment"], draws=100)
    money = expected_per_year(follow, pd.Series({"111": 5}), months=6)
    assert money.loc["111", "expected"] == 30 and money.loc["111", "low"] == 0
    sure = follow.assign(money_low=3, money_high=3)
    missed = expected_per_year(sure, pd.Series({"111": 5}), months=6, past_ratio=0.7).loc["111"]
    assert missed.tolist() == pytest.approx([21, 21 * 0.7, 21 * 1.3])
    assert np.isnan(money.loc["101", "expected"])


def test_follow_up_of_nobody():
    followed = followed_up([], [], [])
    assert group_follow_up(followed, followed["segment"])["customers"].sum() == 0


def world(seed, n=4000, signal=True):
    """Customers whose next spend follows their cell, or nothing at all (simulated)."""
    rng = np.random.default_rng(seed)
    table = scored(list(rng.choice(["111", "110", "000"], n)))
    mean = table["segment"].map({"111": 50.0, "110": 10.0, "000": 1.0}) if signal else 10.0
    table["amount"] = rng.exponential(20, n)
    return table.assign(spent_before=rng.exponential(10, n), spent_after=rng.exponential(mean, n))


def test_a_ranking_that_knows_more_is_said_to_gain():
    table = ranking_check(world(1), world(2), draws=300).set_index("ranking")
    assert table.loc["cell", "gain_low"] > 0.05
    assert table.loc["past_total", ["gain_low", "gain_high"]].tolist() == [0, 0]
    assert table.loc["cell", "predicted"] == pytest.approx(table.loc["cell", "actual"], rel=0.1)


def test_a_ranking_that_knows_nothing_captures_a_tenth():
    table = ranking_check(world(1, signal=False), world(2, signal=False), draws=300)
    table = table.set_index("ranking")
    assert (table["captured_low"] <= 0.1).all() and (table["captured_high"] >= 0.1).all()
    assert table.loc["cell", "gain_low"] < 0 < table.loc["cell", "gain_high"]


def test_ties_at_the_edge_are_shared():
    """All alike: a tenth of the customers holds a tenth of the money, whatever their order."""
    later = world(3).assign(cell="1-1-1", segment="000")
    table = ranking_check(later, later, draws=50).set_index("ranking")
    assert table.loc["segment", "captured"] == pytest.approx(0.1)


def test_nothing_to_find_is_an_empty_table():
    assert ranking_check(world(1), world(2).assign(spent_after=0.0)).empty
    assert ranking_check(world(1).head(0), world(2)).empty


def test_migration_counts_who_stayed():
    before, after = scored(["111", "111", "000", "000"]), scored(["111", "011", "000"])
    matrix, stayed = migration(before, after)
    assert matrix.loc["111", ["111", "011"]].tolist() == [0.5, 0.5]
    assert matrix.loc["101"].isna().all()
    assert stayed.loc[0, ["customers", "stayed"]].tolist() == [3, 2]
    assert stayed.loc[0, "low"] < 2 / 3 < stayed.loc[0, "high"]
    assert stayed.loc[0, "by_chance"] == pytest.approx((2 * 1 + 1 * 1) / 9)


def test_migration_of_nobody():
    matrix, stayed = migration(scored([]), scored([]))
    assert matrix.isna().all().all() and stayed.loc[0, "customers"] == 0
