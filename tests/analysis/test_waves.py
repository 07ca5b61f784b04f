"""Changes between waves with both errors; falls found where they are and nowhere else."""

import numpy as np
import pandas as pd
import pytest

from answer_sheets import quick, read, sheets
from workbook.analysis.levels import level
from workbook.analysis.survey_programme import programme_change
from workbook.analysis.wave_mix import mixed_change
from workbook.analysis.waves import difference, falls, wave_table


def test_independent_waves_add_their_errors():
    rng = np.random.default_rng(0)
    y, later = rng.normal(size=400), np.repeat([0.0, 1.0], 200)
    told = difference(y, np.arange(400), later)
    sides = [level(y[later == side], np.arange(200))["se"] for side in (0, 1)]
    assert told["se"] == pytest.approx(np.hypot(*sides), rel=0.01)
    assert told["change"] == pytest.approx(y[200:].mean() - y[:200].mean())


def test_the_same_customers_again_leave_less_error():
    rng = np.random.default_rng(1)
    mood = rng.normal(size=300)
    y = np.r_[mood, mood + 0.3 * rng.normal(size=300)]
    who, later = np.r_[np.arange(300), np.arange(300)], np.repeat([0.0, 1.0], 300)
    paired = (y[300:] - y[:300]).std(ddof=1) / np.sqrt(300)
    assert difference(y, who, later)["se"] == pytest.approx(paired, rel=0.01)


def test_changes_hold_the_truth_as_often_as_they_say():
    hits = 0
    for seed in range(200):
        table, _ = sheets(400, seed, customers=200, waves=2)
        found = wave_table(quick(table), "csat_mean", confidence=0.90)
        hits += found.loc[1, "change_low"] <= 0 <= found.loc[1, "change_high"]
    assert 164 <= hits <= 193


def test_a_fall_in_one_region_is_found_there_and_then():
    table, people = sheets(4000, 5, lost=0.7)
    found = falls(read(table, people))
    assert found[["column", "group", "wave"]].values.tolist() == [["region", "b", "w4"]]
    row = found.iloc[0]
    assert row["low_80"] - 0.1 < -0.66 < row["high_80"] + 0.1  # rounded answers lose a little less
    assert row["start"] == table.loc[table["wave"] == "w4", "answered_on"].min().date()
    assert row["p"] < 0.002


def test_a_fall_of_everybody_is_one_of_everybody():
    table, people = sheets(3000, 6)
    table.loc[table["wave"] >= "w3", "csat"] = (table["csat"] - 1).clip(lower=1)
    found = falls(read(table, people))
    assert found.iloc[0]["column"] == "" and found.iloc[0]["wave"] == "w3" and len(found) == 1


def test_where_nothing_changed_nothing_is_found():
    found = 0
    for seed in range(200):
        table, people = sheets(500, seed, customers=250)
        found += len(falls(quick(table, people))) > 0
    assert found <= 4  # 0.4 are expected at 0.2 %


def test_one_wave_or_one_customer_has_no_fall():
    table, people = sheets(300, 7, waves=1)
    assert falls(read(table, people)).empty
    table, people = sheets(300, 8, lost=3, lost_region="a")
    assert falls(read(table.assign(customer_id="c0"))).empty


def test_the_split_into_mix_and_change_is_exact():
    table, _ = sheets(2000, 9, waves=2)
    table.loc[table["touchpoint"] == "web", "csat"] = (table["csat"] - 1).clip(lower=1)
    moved = (table["wave"] == "w1") & (table.index % 3 == 0)
    table = table[~(moved & (table["touchpoint"] == "shop"))]
    answers = read(table)
    by_wave = wave_table(answers, "csat_mean")
    told = mixed_change(answers, "csat_mean", "touchpoint", by_wave)
    whole = by_wave.loc[1, "value"] - by_wave.loc[0, "value"]
    assert told["within"] + told["mix"] == pytest.approx(told["change"]) == pytest.approx(whole)
    assert told["mix"] < -0.05  # more web, which is rated lower


def test_a_programme_is_held_against_other_touchpoints():
    table, _ = sheets(3000, 10)
    day = pd.Timestamp("2023-10-01")
    better = (table["answered_on"] >= day) & (table["touchpoint"] == "web")
    table.loc[better, "csat"] = (table["csat"] + 1).clip(upper=5)
    told = programme_change(read(table), "csat_mean", started_on=day, touchpoint="web")
    assert told["beyond_low"] > 0.4 and abs(told["others_change"]) < 0.2
    assert programme_change(read(table), "csat_mean", started_on="") is None
    alone = programme_change(read(table), "csat_mean", started_on=day)
    assert "beyond" not in alone and 0 < alone["change"] < told["change"]
