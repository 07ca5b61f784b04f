"""Group-time differences: a known effect is found, none is invented, thin data give no verdict."""

import numpy as np
import pandas as pd
import pytest

from known_truth import hit_bounds
from loyal_world import AS_OF, estimate, purchase_days, shop
from workbook.analysis import programme
from workbook.analysis.comparison_days import Windows
from workbook.analysis.group_time import group_time

DRAWS = 12


@pytest.fixture(scope="module")
def estimates():
    """Estimates of programmes without and with an effect, joined by customers who buy often."""
    found = {}
    for effect in (1.0, 1.25):
        worlds = [shop(2000, 100 + seed, effect=effect) for seed in range(DRAWS)]
        found[effect] = [estimate(*world, confidence=0.9) for world in worlds]
    return found


def test_intervals_hold_the_true_effect(estimates):
    hits = sum(e.low <= effect - 1 <= e.high for effect, found in estimates.items() for e in found)
    low, high = hit_bounds(2 * DRAWS)
    assert low <= hits <= high


def test_no_effect_gives_none_on_average(estimates):
    logs = [np.log1p(e.effect) for e in estimates[1.0]]
    assert abs(np.mean(logs)) < 3.5 * np.std(logs, ddof=1) / np.sqrt(DRAWS)


def test_windows_before_joining_lie_on_the_line(estimates):
    rejected = sum(e.trend_p < 0.05 for found in estimates.values() for e in found)
    assert rejected <= 6  # binomial(24, 0.05) exceeds 6 with a chance below 0.0003


def test_leaving_out_those_who_join_later_invents_an_effect():
    """The trap that the estimate avoids: who joins later has bought more, for joining needs a purchase."""
    naive = [estimate(*shop(2000, 200 + seed), drop_later=True).effect for seed in range(4)]
    assert min(naive) > 0.2


def test_before_and_after_is_no_estimate(estimates):
    """Customers stop, so members buy less after joining although the programme helps."""
    changes = [e.without_purchase for e in estimates[1.25]]
    assert np.mean(changes) < 0 < np.mean([e.effect for e in estimates[1.25]])
    assert all(e.before_after > e.without_purchase for e in estimates[1.25])


def test_an_effect_that_is_large_survives_more():
    small, large = (estimate(*shop(4000, 7, effect=e)) for e in (1.0, 2.5))
    assert small.survives is None
    assert large.survives is not None and large.survives > 0
    for found in (small, large):
        width = found.robust["high"] - found.robust["low"]
        assert (np.diff(width) > 0).all()


def test_gain_is_effect_times_expectation():
    found = estimate(*shop(3000, 5, effect=1.3), value="amount")
    assert found.gain == pytest.approx(found.effect * found.expected, rel=1e-9)
    assert found.gain_low <= found.gain_low80 <= found.gain <= found.gain_high80 <= found.gain_high


def hand_counted():
    """One group: members bought 8 before and 6 after, others 100 before and 50 after, of which 10
    after joining later: x solves 6 = 8 / 100 * (40 x + 10), so x = 65 / 40."""
    keys = {"month": pd.Timestamp("2023-01-01"), "band": "purchase 1 ", "known": 1, "followed": 1}
    rows, counts = [], []
    for block in range(50):
        for treated, before, after, later in ((True, 8, 6, 0), (False, 100, 50, 10)):
            one = {"block": block, "treated": treated, **keys}
            counts.append({**one, "events": 1})
            for window, value, joined in ((-1, before, 0), (0, after, later)):
                rows.append({**one, "window": window, "amount": value, "amount_joined": joined})
    sums = pd.DataFrame(rows)
    noise = np.random.default_rng(0).uniform(0.9, 1.1, len(sums))
    sums[["amount", "amount_joined"]] = sums[["amount", "amount_joined"]].mul(noise, axis=0)
    return sums, pd.DataFrame(counts)


def test_the_formula_by_hand():
    sums, counts = hand_counted()
    found = group_time(sums, counts, windows=Windows(91, 1, 1))
    assert found.effect == pytest.approx(65 / 40 - 1, abs=0.05)
    assert found.members == found.compared == 50
    assert np.isnan(found.trend_p) and found.robust.empty and found.survives is None


@pytest.mark.parametrize("kept", [0, 1, 20])
def test_few_joinings_give_none(kept):
    sums, counts = hand_counted()
    sums, counts = sums[sums["block"] < kept], counts[counts["block"] < kept]
    assert group_time(sums, counts, windows=Windows(91, 1, 1)) is None


def test_members_are_accounted_for():
    lines, members = shop(2000, 3)
    import ibis

    study = programme.programme_study(purchase_days(lines), ibis.memtable(members), as_of=AS_OF)
    parts = {k: n for k, n in study.reasons.items() if k != "members"}
    assert sum(parts.values()) == study.reasons["members"] == len(members)
    assert min(parts.values()) >= 0 and study.how == "purchase"


def test_consumers_are_not_judged_by_dealers():
    """Dealers, who can't join, buy ever more: only customers of the members' kind are compared."""
    import ibis

    lines, members = shop(2500, 11)
    dealers = lines[lines["customer_id"] < "c00800"].assign(
        customer_id=lambda rows: "d" + rows["customer_id"],
        amount=lambda rows: 50.0 ** ((rows["ordered_at"] - rows["ordered_at"].min()).dt.days / 365),
    )
    both = pd.concat([lines, dealers])
    ids = both["customer_id"].unique()
    kinds = pd.DataFrame({"customer_id": ids})
    kinds["kind"] = np.where(kinds["customer_id"].str.startswith("d"), "dealer", "consumer")
    days, joined = purchase_days(both), ibis.memtable(members)
    apart = programme.programme_study(days, joined, ibis.memtable(kinds), as_of=AS_OF)
    alone = programme.programme_study(purchase_days(lines), joined, as_of=AS_OF)
    assert apart.spending.effect == pytest.approx(alone.spending.effect, abs=1e-9)
    assert apart.against["others"] == alone.against["others"]
