"""Warning signals: nothing found where nothing changes, found where buying fades, by hand."""

import numpy as np
import pandas as pd
import pytest

from workbook.analysis import warning_signals

SILENT = 120


def files(seed, n=250, fading=0.0):
    """States and totals at two cuts of simulated buyers, all known since long before.

    Rates differ between customers and are related to amounts; `fading` is the share of customers
    whose rate falls to a quarter 60 days before the later cut and to nothing at it.
    """
    rng = np.random.default_rng(seed)
    rate = rng.gamma(1.0, 0.02, n)
    level = rng.lognormal(3, 0.5, n) * (1 + 20 * rate)
    days = 3 * SILENT + SILENT  # 480: cuts on day 240 and 360
    pace = np.repeat(rate[:, None], days, axis=1)
    fades = rng.random(n) < fading
    for cut in (240, 360):
        some = fades & (np.arange(n) % 2 == (cut == 360))
        pace[some, cut - 60 : cut] *= 0.25
        pace[some, cut : cut + SILENT] = 0
    bought = rng.random((n, days)) < pace
    money = np.where(bought, level[:, None] * rng.lognormal(0, 0.6, (n, days)), 0.0)
    return [_at(bought, money, cut) for cut in (240, 360)]


def _at(bought, money, cut):
    n, days = bought.shape
    at = np.arange(days)
    last = np.where(bought[:, :cut], at[:cut], -1000).max(axis=1)
    after = np.where(bought[:, cut:], at[cut:] - cut + 1, np.inf).min(axis=1)
    states = pd.DataFrame({
        "customer_id": np.arange(n), "T_days": 1000, "silence_days": cut - 1 - last,
        "next_days": np.where(np.isfinite(after), after, np.nan),
    })  # fmt: skip
    recent, before = slice(cut - 60, cut), slice(cut - 120, cut - 60)
    totals = pd.DataFrame({
        "customer_id": np.arange(n),
        "days_recent": bought[:, recent].sum(axis=1), "days_before": bought[:, before].sum(axis=1),
        "amount_recent": money[:, recent].sum(axis=1), "amount_before": money[:, before].sum(axis=1),
    })  # fmt: skip
    return warning_signals.signal_rows(states, totals, silent_days=SILENT)


def test_files_without_an_effect_give_no_warning():
    warned = sum(warning_signals.judge_signals(*files(seed))["warns"].any() for seed in range(200))
    assert warned <= 8


def test_the_lift_itself_is_no_proof():
    """Slow buyers look as if they had fallen: the plain lift is above 1 without any change."""
    lifts = [warning_signals.judge_signals(*files(seed, 3000))["lift"][0] for seed in range(5)]
    assert np.mean(lifts) > 1.02


def test_fading_customers_are_found():
    found = warning_signals.judge_signals(*files(1, 3000, fading=0.5)).set_index("signal")
    assert found.loc["frequency", "warns"]
    row = found.loc["frequency"]
    assert row["lift_low"] > 1
    assert row["coverage_low"] < row["coverage"] < row["coverage_high"]
    assert 0 < row["lead_low"] <= row["lead_median"] <= row["lead_high"] <= SILENT


def test_numbers_by_hand():
    later = pd.DataFrame({
        "customer_id": range(100), "leaves": [True] * 40 + [False] * 60, "purchases": 2,
        "lead_days": 30, "frequency": [0.0] * 30 + [1.0] * 10 + [0.0] * 10 + [1.0] * 50,
    })  # fmt: skip
    row = warning_signals.judge_signals(later, later).iloc[0]
    assert row["coverage"] == 0.75
    assert row["false_alarms"] == 0.25
    assert row["lift"] == pytest.approx((30 / 40) / 0.4)
    assert row["limit"] == 0.0
    assert row["lead_median"] == 30


def test_the_lead_counts_from_the_first_flag_without_a_break():
    later = pd.DataFrame({
        "customer_id": range(60), "leaves": [True] * 30 + [False] * 30, "purchases": 3,
        "lead_days": 20, "frequency": [0.0] * 30 + [1.0] * 30,
    })  # fmt: skip
    gone = later.assign(frequency=[0.0] * 20 + [1.0] * 40)  # up a fortnight before for 20 of them
    back = later.assign(frequency=0.0)[::-1]  # and for all a fortnight earlier still
    row = warning_signals.judge_signals(later, later, before=[gone, back]).iloc[0]
    assert (row["lead_low"], row["lead_median"], row["lead_high"]) == (20, 48, 48)
    shown = warning_signals.judge_signals(later, later).iloc[0]
    assert shown["lead_median"] == 20


def test_the_limit_comes_from_the_earlier_cut():
    earlier = pd.DataFrame({
        "customer_id": range(60), "leaves": [True] * 30 + [False] * 30, "purchases": 3,
        "lead_days": 5, "frequency": [0.5] * 30 + [1.0] * 30,
    })  # fmt: skip
    later = earlier.assign(frequency=[0.0] * 30 + [0.5] * 30)  # here 0 would have been perfect
    assert warning_signals.judge_signals(earlier, later)["limit"][0] == 0.5


def test_too_few_or_all_alike_say_nothing():
    rows = files(3, 40)
    assert warning_signals.judge_signals(rows[0].head(5), rows[1]).empty
    assert warning_signals.judge_signals(rows[0], rows[1].assign(leaves=True)).empty
    assert list(warning_signals.judge_signals(rows[0][:0], rows[1][:0])["warns"]) == []


def test_no_answer_is_no_fall_of_satisfaction():
    states = pd.DataFrame(
        {"customer_id": range(3), "T_days": 900, "silence_days": 5, "next_days": 3.0}
    )
    names = ("days_recent", "days_before", "amount_recent", "amount_before")
    totals = pd.DataFrame({"customer_id": range(3)} | dict.fromkeys(names, 1.0))
    answers = pd.DataFrame(
        {"customer_id": range(3), "recent": [4.0, np.nan, 8.0], "before": [8.0, 8.0, np.nan]}
    )
    rows = warning_signals.signal_rows(
        states, totals, silent_days=SILENT, more={"satisfaction": answers}
    )
    assert rows["satisfaction"].tolist()[0] == 0.5
    assert rows["satisfaction"].isna().tolist() == [False, True, True]
