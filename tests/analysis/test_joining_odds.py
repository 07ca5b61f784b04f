"""The chance of joining per purchase, and the effect it would invent if it were overlooked."""

import ibis
import numpy as np
import pandas as pd
import pytest

from loyal_world import estimate, purchase_days, shop
from workbook.analysis.joining import joinings
from workbook.analysis.joining_odds import joining_odds


@pytest.mark.parametrize(("willing", "chance"), [(1.0, 0.06), (0.3, 0.25)])
def test_share_willing_and_chance_are_found(willing, chance):
    lines, members = shop(4000, 1, tilt=0.0, willing=willing, per_purchase=chance)
    found = joining_odds(purchase_days(lines), joinings(ibis.memtable(members)))
    assert found.willing == pytest.approx(willing, abs=0.08)
    assert found.chance == pytest.approx(chance, abs=0.05)


def test_nobody_joins_with_a_purchase():
    lines, members = shop(300, 1)
    other = members.assign(joined_on=pd.Timestamp("2021-01-01").date())
    odds = joining_odds(purchase_days(lines), joinings(ibis.memtable(other)))
    assert odds.since is None and odds.chance == 0
    nobody = joinings(ibis.memtable(members.head(1)).filter(ibis.literal(False)))
    assert joining_odds(purchase_days(lines), nobody).since is None


def test_when_few_are_willing_no_effect_is_invented():
    """Members' purchases before joining are those that were no joining: one in four is missing."""
    worlds = [shop(2500, seed, tilt=0.0, willing=0.3, per_purchase=0.25) for seed in range(6)]
    with_it = [np.log1p(estimate(*world).effect) for world in worlds]
    without = [np.log1p(estimate(*world, selection=False).effect) for world in worlds]
    gap = np.subtract(without, with_it)
    assert (gap > 0.02).all()  # always in the programme's favour
    assert abs(np.mean(with_it)) < 3.5 * np.std(with_it, ddof=1) / np.sqrt(len(worlds))
