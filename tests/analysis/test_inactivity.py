"""The strip of definitions: shares by hand, returns, verdicts."""

import numpy as np
import pandas as pd
import pytest

from histories import KNOWN
from workbook.analysis import inactivity
from workbook.analysis.cadence import Cadence


def frame(T, recency, frequency, next_days=None):
    table = pd.DataFrame({"T_days": T, "recency_days": recency, "frequency": frequency})
    return table if next_days is None else table.assign(next_days=next_days)


def test_shares_returns_and_classes_by_hand():
    now = frame([400, 400, 400, 400], [0, 100, 390, 400], [0, 1, 3, 5])  # silent 400 300 10 0
    then = frame([300, 300, 300, 300], [0, 100, 200, 290], [0, 1, 2, 4], [np.nan, 50, 20, 5])
    strip = inactivity.inactivity_strip(now, then, KNOWN, back_days=60)
    rows = strip.set_index(["kind", "limit"])
    assert rows.loc[("days", 90), "share"] == 0.5
    assert rows.loc[("days", 90), "churned_then"] == 3  # silent 300, 200, 100
    assert rows.loc[("days", 90), "came_back"] == pytest.approx(2 / 3)
    assert rows.loc[("days", 365), "share"] == 0.25
    assert rows.loc[("days", 90), "worst"] == "once"
    assert ("days", 545) not in rows.index  # longer than the data
    assert rows.loc[("own_gaps", 3.0), "share"] == 0.25 + 0.25 * (400 >= 3 * 890 / 9)
    assert ((strip["low"] <= strip["share"]) & (strip["share"] <= strip["high"])).all()
    assert len(strip) >= 20


def test_verdicts_tell_stable_from_fragile():
    strip = pd.DataFrame({
        "share": [0.50, 0.52, 0.55], "share_then": [0.4, 0.4, 0.4], "change": [0.10, 0.12, 0.15],
        "worst": ["once", "once", "few"],
    })  # fmt: skip
    found = inactivity.strip_verdicts(strip).set_index("question")
    assert found["verdict"].to_dict() == {"size": "stable", "trend": "stable", "order": "fragile"}
    assert found.loc["order", ["agree", "definitions", "answer"]].tolist() == [2, 3, "once"]
    wide = inactivity.strip_verdicts(strip.assign(share=[0.2, 0.5, 0.8], change=[-0.1, 0.0, 0.1]))
    assert set(wide["verdict"]) == {"fragile"}


def test_a_gap_in_the_silences_makes_a_limit_fragile_only_where_many_lie():
    silence = np.r_[np.full(50, 10), np.full(50, 100)]
    now = frame(np.full(100, 400), 400 - silence, np.full(100, 4))
    strip = inactivity.inactivity_strip(now, now.assign(next_days=np.nan), KNOWN, back_days=60)
    verdict = strip[strip["kind"] == "days"].set_index("limit")["verdict"]
    assert verdict[45] == "stable"  # between 34 and 56 days nobody changes sides
    assert verdict[90] == "fragile"


def test_nobody_bought_twice():
    none = Cadence(1.0, np.inf, "none", 365.0, 2)
    now = frame([100, 100], [0, 0], [0, 0])
    strip = inactivity.inactivity_strip(now, now.assign(next_days=np.nan), none, back_days=30)
    assert set(strip["kind"]) == {"days"}
    assert (strip["share"] == 1).all()
    empty = inactivity.inactivity_strip(now[:0], now[:0].assign(next_days=[]), none, back_days=30)
    assert inactivity.strip_verdicts(empty).empty
