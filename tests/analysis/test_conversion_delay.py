"""Leads that convert late, or never: curves, cure model, plateau, open leads."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from workbook.analysis.conversion_delay import (
    conversion_at,
    conversion_by,
    conversion_curve,
    cure_fit,
    follow_up,
    lead_spells,
)
from workbook.analysis.open_leads import open_leads

AS_OF = dt.date(2024, 12, 31)


def leads(n=3000, *, share=0.4, mean=20.0, days=700, seed=0, channel="ads"):
    """Leads over the last `days`, of which a share convert after exponential days."""
    rng = np.random.default_rng(seed)
    created = pd.Timestamp(AS_OF) - pd.to_timedelta(rng.integers(0, days, n), unit="D")
    when = created + pd.to_timedelta(rng.exponential(mean, n) + rng.random(n), unit="D").floor("D")
    done = (rng.random(n) < share) & (when <= pd.Timestamp(AS_OF))
    return pd.DataFrame({"lead_id": [f"l{i}" for i in range(n)], "channel": channel, "created_on": created,
                         "converted_on": when.where(done), "status": "open"})  # fmt: skip


def spells(frame):
    return lead_spells(ibis.memtable(frame), as_of=AS_OF)


def grouped(frame):
    """As `spells`, without the engine."""
    done = frame["converted_on"].notna()
    end = frame["converted_on"].where(done, pd.Timestamp(AS_OF))
    rows = pd.DataFrame(
        {"channel": "ads", "days": (end - frame["created_on"]).dt.days, "converted": done}
    )
    return rows.groupby(["channel", "days", "converted"]).size().rename("leads").reset_index()


def test_a_curve_by_hand():
    table = pd.DataFrame(
        {"channel": "a", "days": [1, 3, 3, 10], "converted": [True, True, False, False], "leads": [2, 1, 2, 5]}
    )  # fmt: skip
    found = conversion_at(conversion_curve(table), [0, 1, 3, 10, 11])
    # 2 of 10 by day 1, then 1 of 8 left by day 3
    assert found["share"].iloc[:4].round(6).tolist() == [0, 0.2, 0.3, 0.3]
    assert np.isnan(found["share"].iloc[4])


def test_the_cure_model_finds_share_and_days_with_coverage():
    hits = 0
    for seed in range(40):
        fit = cure_fit(grouped(leads(400, seed=seed)), confidence=0.9)
        hits += fit.low <= 0.4 <= fit.high
    assert 29 <= hits <= 40
    fit = cure_fit(spells(leads(20_000, seed=99)))
    assert fit.share == pytest.approx(0.4, abs=0.015)
    assert fit.median_days == pytest.approx(20 * np.log(2), rel=0.06)
    assert fit.ninety_days == pytest.approx(20 * np.log(10), rel=0.06) and fit.gap < 0.02


def test_no_plateau_no_cure_model():
    young = spells(leads(2000, mean=200.0, days=120, seed=1))
    assert follow_up(young) > 0.05 and cure_fit(young) is None
    table = conversion_by(young, within_days=60)
    assert np.isnan(table["ever"].iloc[0]) and not table["plateau"].iloc[0]
    # what is drawn does not depend on the model
    assert table["share"].iloc[0] == pytest.approx(0.4 * -np.expm1(-60 / 200), abs=0.03)


def test_maller_zhou_by_hand():
    table = pd.DataFrame({"channel": "a", "days": [2, 9, 12], "converted": [True, True, False], "leads": [3, 2, 5]})  # fmt: skip
    # 2 x 9 - 12 = 6: two of ten converted after that
    assert follow_up(table) == pytest.approx(0.8**10)
    assert follow_up(table[~table["converted"]]) == 1.0


def test_open_leads_are_ranked_by_the_chance_left():
    frame = pd.concat([leads(4000, seed=2), leads(4000, seed=3, share=0.1, channel="fair")])
    frame["lead_id"] = [f"l{i:05d}" for i in range(len(frame))]
    frame.loc[frame.index[::7], "status"] = "Not valid any more"
    table = conversion_by(spells(frame), within_days=30)
    found = open_leads(
        ibis.memtable(frame), table, as_of=AS_OF, closed_words=["not valid"], most=50
    )
    assert len(found) == 50 and found["chance"].is_monotonic_decreasing
    assert set(found["channel"]) == {"ads"} and not (found["status"] == "Not valid any more").any()
    row, fit = found.iloc[0], table.set_index("channel").loc["ads"]
    still = fit["ever"] * np.exp(-((row["age_days"] / fit["scale_days"]) ** fit["shape"]))
    assert row["chance"] == pytest.approx(still / (1 - fit["ever"] + still))
    waiting = frame["converted_on"].isna() & (frame["status"] == "open")
    assert found.attrs["open"] == waiting.sum() > found.attrs["stale"] > 0


def test_leads_converted_before_they_came_are_left_out():
    frame = leads(50)
    frame.loc[0, "converted_on"] = frame.loc[0, "created_on"] - pd.Timedelta(days=3)
    found = spells(frame)
    assert found.attrs["odd"] == 1 and found["leads"].sum() == 49
