"""Detectors: a planted rise is found with its place and start, a sound firm raises no alarm."""

import numpy as np
import pandas as pd
import pytest

from workbook.analysis.service_change import (
    BUDGET,
    changed,
    detectors,
    first_bad_week,
    weekly_cells,
)

WEEKS = 156


def cells(seed, *, rise=1.0, start=130, swing=0.0, rate=4.0):
    """Weekly complaints of five regions per 100 purchases; region 0 rises from a week on."""
    rng = np.random.default_rng(seed)
    rows = []
    season = 1 + 0.4 * np.sin(2 * np.pi * np.arange(WEEKS) / 52)
    for week in range(WEEKS):
        shock = rng.gamma(1 / swing**2, swing**2) if swing else 1.0
        for region in range(5):
            factor = rise if region == 0 and week >= start else 1.0
            mean = rate * season[week] * shock * factor
            rows.append((week, f"r{region}", rng.poisson(mean), 100.0 * season[week]))
    table = pd.DataFrame(rows, columns=["week", "region", "events", "base"])
    return weekly_cells(table, table["events"], table["base"], ["region"])


def test_cells_add_up():
    found = cells(0)
    whole, parts = found[found["column"] == "all"], found[found["column"] == "region"]
    assert whole["events"].sum() == parts["events"].sum() and set(parts["value"]) == {
        f"r{i}" for i in range(5)
    }


def test_a_rise_is_found_where_and_when_it_is():
    table_cells = cells(1, rise=2.5)
    table = changed(table_cells, last_week=WEEKS - 1, share=False)
    worst = table.iloc[0]
    assert (worst["column"], worst["value"]) == ("region", "r0")
    assert worst["low"] < worst["difference"] < worst["high"]
    assert detectors({"complaints": table})["found"].all()
    assert abs(first_bad_week(table_cells, worst, last_week=WEEKS - 1) - 130) <= 4


def test_sound_firms_raise_no_alarm():
    """120 firms with a season and weeks that swing: 0.24 alarms expected, 3 hardly ever."""
    alarms = 0
    for seed in range(120):
        table = changed(cells(seed, swing=0.3, rate=3.0), last_week=WEEKS - 1, share=False)
        alarms += bool(detectors({"complaints": table})["found"].any())
    assert alarms <= 2


def test_by_hand():
    """13 weeks with 2 of 10 against 13 with 1 of 10: 26 of 130 and 13 of 130."""
    table = pd.DataFrame({"week": range(65)})
    events = np.where(table["week"] >= 52, 2.0, 1.0)
    found = changed(weekly_cells(table, events, np.full(65, 10.0), []), last_week=64, share=True)
    row = found[found["weeks"] == 13].iloc[0]
    assert (row["events"], row["base"], row["events_before"], row["base_before"]) == (
        26,
        130,
        13,
        130,
    )
    assert row["ratio"] == 2 and row["seasonal"]
    # 0.1 over its standard error of 0.0443, t with 60 degrees of freedom
    assert row["dispersion"] == 1 and row["p"] == pytest.approx(0.0138, rel=0.02)


def test_a_season_is_no_rise():
    """The same week of the year is compared, so the yearly high is none."""
    rng = np.random.default_rng(4)
    week = np.arange(WEEKS)
    events = rng.poisson(30 * (1 + 0.9 * np.cos(2 * np.pi * (week - WEEKS) / 52)))
    table = pd.DataFrame({"week": week})
    found = changed(weekly_cells(table, events, np.full(WEEKS, 50.0), []), last_week=WEEKS - 1, share=False)  # fmt: skip
    assert found["p"].min() > 0.001


def test_all_earlier_weeks_serve_where_no_season_is_feared():
    found = changed(cells(2), last_week=WEEKS - 1, share=False, seasonal=False)
    row = found[(found["column"] == "all") & (found["weeks"] == 52)].iloc[0]
    assert row["base_before"] == pytest.approx(row["base"] * 2, rel=0.01)


@pytest.mark.parametrize("weeks", [0, 1, 12, 25])
def test_short_data_compare_nothing_or_say_so(weeks):
    table = pd.DataFrame({"week": range(weeks)})
    found = changed(weekly_cells(table, np.ones(weeks), np.ones(weeks), []), last_week=max(weeks - 1, 0), share=False)  # fmt: skip
    assert found.empty
    assert detectors({"x": found}).empty


def test_holm_over_detectors():
    table = pd.DataFrame({"p": [BUDGET * 0.6]})
    assert detectors({"a": table})["found"].all()
    assert not detectors({"a": table, "b": pd.DataFrame({"p": [0.5]})})["found"].any()
