"""Facts as points, factors, and the fact that would move a customer."""

import numpy as np
import pandas as pd
import pytest

from workbook.analysis.grading_points import (
    FACTORS,
    INDICATORS,
    factor_points,
    indicator_points,
    percentile_points,
    size_points,
)
from workbook.analysis.grading_rules import cadence_of, rules_of
from workbook.analysis.grading_study import graded
from workbook.analysis.moving_facts import moving_facts

RULES = rules_of([1, 1, 1, 1], [75, 60], weakest=40, unknown=25)
DAY = pd.Timestamp("2025-12-31").date()


def facts(n=300, seed=0):
    rng = np.random.default_rng(seed)
    owed = rng.uniform(0, 100, n)
    table = pd.DataFrame(
        {
            "customer_id": [f"c{i:04d}" for i in range(n)],
            "days_two": rng.poisson(5, n) + 1.0,
            "categories": rng.integers(1, 6, n).astype(float),
            "gross_two": rng.lognormal(6, 1.5, n),
            "expected": rng.lognormal(6, 1.5, n),
            "contribution": rng.lognormal(5, 1.5, n),
            "revenue": rng.lognormal(6, 1.5, n),
            "active": rng.uniform(0, 1, n),
            "nps": np.where(rng.random(n) < 0.5, rng.integers(0, 11, n), np.nan),
            "due_invoices": np.where(rng.random(n) < 0.7, rng.integers(0, 8, n), np.nan),
            "open": owed,
            "overdue": owed * rng.uniform(0, 1, n),
            "invoiced_year": rng.uniform(100, 900, n),
            "limit": np.where(rng.random(n) < 0.5, 120.0, np.nan),
            "rating": rng.choice(["A", "B", "C", None], n),
        }
    )
    return table.assign(late_days=table["due_invoices"].fillna(0) * rng.uniform(0, 60, n))


def test_points_of_counts_and_of_money():
    assert percentile_points([3.0, 1.0, np.nan]).tolist()[:2] == [75, 25]
    money = np.array([0.0, 10.0, 10.0, 10.0, 20.0, 40.0, np.nan])
    points = size_points(money)
    assert points[0] == points[1] == 0 and np.isnan(points[-1])
    # each doubling is worth the same
    many = size_points(np.r_[np.full(200, 10.0), 20.0, 40.0, 80.0, np.full(3, 1000.0)])
    assert np.diff(many[200:203]) == pytest.approx([many[200]] * 2)
    assert size_points([5.0, 5.0, 0.0]).tolist() == [50, 50, 0]
    assert size_points([0.0, 0.0]).tolist() == [0, 0]


def test_every_point_lies_between_0_and_100():
    points = indicator_points(facts())
    assert set(points) == {c for names in INDICATORS.values() for c in names}
    assert points.min().min() >= 0 and points.max().max() <= 100
    assert points["need_wallet"].isna().all()  # no such column


def test_paying():
    table = pd.DataFrame(
        {"due_invoices": [10.0, 10.0, np.nan, 0.0], "late_days": [0.0, 600.0, np.nan, 0.0],
         "overdue": [0.0, 30.0, np.nan, 0.0], "open": [20.0, 120.0, np.nan, 10.0],
         "invoiced_year": [100.0, 100.0, np.nan, 0.0], "limit": [100.0, 100.0, 100.0, np.nan]}
    )  # fmt: skip
    points = indicator_points(table)
    good, bad, prepaid, new = points["ability_punctual"]
    assert good > 85 and bad < 15 and prepaid == 100 and np.isnan(new)
    assert points["ability_overdue"].tolist()[:2] == [100, 0]
    assert points["ability_limit"].tolist()[:2] == [100, 0]


def test_missing_is_not_safe():
    table = pd.DataFrame({"days_two": [3.0, 4.0], "gross_two": [90.0, 900.0], "active": [1.0, 1.0]})
    factors = factor_points(indicator_points(table), unknown=25.0)
    assert factors["value"].tolist() == [25, 25] and not factors["known_value"].any()
    # only purchases speak for the ability to pay
    assert (factors["ability"] <= 50).all() and not factors["known_ability"].any()


def test_the_named_fact_moves_the_customer_and_less_does_not():
    found = graded(facts(), rules=RULES, as_of=DAY)
    table = found.table
    moved = moving_facts(table, rules=RULES, indicators=found.indicators)
    assert moved["up"].notna().sum() > 50 and moved["down"].notna().sum() > 5
    shown = table[[c for names in INDICATORS.values() for c in names]]
    for side, beyond in (("up", 1.0), ("down", -1.0)):
        rows = moved[moved[side].notna() & ~moved[side].astype(str).str.startswith("weakest")]
        for row, code in rows[side].items():
            for share, changes in ((1e-6, True), (-0.02, False)):
                one = shown.loc[[row]].copy()
                start = one[code].iloc[0]
                end = rows.loc[row, f"{side}_to"]
                factor = next(f for f, names in INDICATORS.items() if code in names)
                if np.isnan(start):
                    start = table.loc[row, factor]
                one[code] = end + beyond * abs(share) * (1 if share > 0 else -1) * max(
                    abs(end - start), 0.1
                )
                factors = factor_points(one, unknown=RULES.unknown)[list(FACTORS)].to_numpy(float)
                score = factors.mean()
                limit = {"ordinary": 60, "important": 75}[table.loc[row, "tier"]] if side == "up" else {
                    "strategic": 75, "important": 60}[table.loc[row, "tier"]]  # fmt: skip
                over = score >= limit
                assert over == (changes if side == "up" else not changes), (side, code, score)


def test_tiers_follow_the_points():
    found = graded(facts(), rules=RULES, as_of=DAY)
    mean = found.table[list(FACTORS)].mean(axis=1)
    assert np.allclose(mean, found.table["points"])
    assert (found.table.loc[found.table["tier"] == "ordinary", "points"] < 60).all()
    assert sum(found.counts.values()) == 300 and found.table["sure"].between(0, 1).all()


def test_rules_from_params_files():
    assert rules_of(["1", "0", "2", "1"], ["80", "50"]).limits["strategic_from"] == 80
    assert rules_of([1] * 4, [75, 60], scales={"csat": [1, 5, "down"]}).scales == {
        "csat": (5.0, 1.0)
    }
    for weights, limits in (
        ([1, 1, 1], [75, 60]),
        ([0] * 4, [75, 60]),
        ([1] * 4, [60, 75]),
        (["a"] * 4, [75, 60]),
    ):
        with pytest.raises(ValueError):
            rules_of(weights, limits)
    assert cadence_of(["45", "90"]) == {"strategic": 45, "important": 90}
    with pytest.raises(ValueError):
        cadence_of([45])
