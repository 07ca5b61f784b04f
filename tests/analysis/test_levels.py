"""CSAT, NPS and means with intervals that hold."""

import numpy as np
import pytest
from scipy.stats import norm

from answer_sheets import quick, read, sheets
from workbook.analysis.intervals import wilson
from workbook.analysis.levels import clustered, level, levels, nps_points, outcome


def test_nps_of_the_textbook():
    points = np.repeat([100.0, -100.0, 0.0], [50, 10, 40])
    found = level(points, np.arange(100), measure="nps")
    assert found["value"] == 40
    assert (found["high"] - found["value"]) == pytest.approx(13.0, abs=0.05)


def test_promoters_and_detractors():
    assert nps_points([10, 9, 8, 7, 6, 0, np.nan])[:6].tolist() == [100, 100, 0, 0, -100, -100]


def test_each_customer_once_is_the_plain_formula():
    rng = np.random.default_rng(0)
    y = rng.random(200)
    found = clustered(y, np.arange(200))
    assert found["se"] == pytest.approx(y.std(ddof=1) / np.sqrt(200))


def test_answers_given_twice_are_worth_one():
    rng = np.random.default_rng(0)
    y = (rng.random(150) < 0.6).astype(float)
    once = level(y, np.arange(150), measure="csat_top2")
    twice = level(np.r_[y, y], np.r_[np.arange(150), np.arange(150)], measure="csat_top2")
    assert twice["n"] == 300 and twice["customers"] == 150
    assert [twice["low"], twice["high"]] == pytest.approx([once["low"], once["high"]], abs=1e-3)


def test_top_two_by_hand():
    table, _ = sheets(400, 1)
    answers = read(table.assign(customer_id=table["response_id"]))
    row = levels(answers, "csat_top2").iloc[0]
    count = int((table["csat"] >= 4).sum())
    assert row["value"] == count / 400
    low, high = wilson(count, 400)
    assert [row["low"], row["high"]] == pytest.approx([float(low), float(high)], abs=2e-3)


def test_weights_shift_the_mean():
    values, who = np.array([1.0, 0.0]), np.array([0, 1])
    assert clustered(values, who, [3.0, 1.0])["mean"] == 0.75
    assert clustered(values, who, [0.0, 0.0])["n"] == 0


def test_groups_below_thirty_customers_are_not_enough():
    table, _ = sheets(500, 2, customers=20)
    found = levels(read(table), "nps", "touchpoint")
    assert (found["n"] > 100).all() and not found["enough"].any()


def test_one_customer_has_no_interval():
    found = level(np.arange(40.0), np.zeros(40, int))
    assert found["value"] == 19.5 and np.isnan([found["low"], found["high"]]).all()


def test_all_alike_is_not_certain():
    found = level(np.full(50, 100.0), np.arange(50), measure="nps")
    assert found["high"] == 100 and 80 < found["low"] < 99
    found = level(np.ones(50), np.arange(50), measure="csat_top2")
    assert found["high"] == 1 and 0.9 < found["low"] < 0.95


@pytest.mark.parametrize("measure", ["csat_top2", "nps", "csat_mean"])
def test_intervals_hold_the_truth_as_often_as_they_say(measure):
    truth_table, _ = sheets(200_000, 999, waves=1)
    truth = np.nanmean(outcome(quick(truth_table), measure))
    hits = 0
    for seed in range(200):
        table, _ = sheets(300, seed, customers=150, waves=1)
        row = levels(quick(table), measure, confidence=0.90).iloc[0]
        hits += row["low"] <= truth <= row["high"]
    assert 164 <= hits <= 193


def test_wider_than_if_answers_were_independent():
    table, _ = sheets(2000, 3, customers=300, same=0.9)
    row = levels(read(table), "csat_mean").iloc[0]
    plain = table["csat"].std() / np.sqrt(len(table)) * norm.ppf(0.975)
    assert row["high"] - row["value"] > 1.2 * plain
