"""Chances: calibrated, judged against simple forecasts, and refused when they lose."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from workbook.analysis.decision_curve import decision_curve
from workbook.analysis.feature_importance import feature_importance
from workbook.analysis.forecast_cuts import forecast_cuts
from workbook.analysis.propensity import baseline_chances, calibrated, chosen_name, estimators
from workbook.analysis.propensity_check import (
    area_under_curve,
    captured_share,
    propensity_check,
)
from workbook.analysis.propensity_trial import Task, propensity


def test_the_area_and_its_error_by_hand():
    area, scores = area_under_curve([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1])
    assert area == 0.75
    assert scores.sum() == pytest.approx(0)
    # DeLong: variances of the places over their numbers
    assert (scores**2).sum() == pytest.approx((0.25**2 * 2) / 4 + (0.25**2 * 2) / 4)
    assert np.isnan(area_under_curve([1, 1], [0.1, 0.2])[0])


def test_ties_are_shared_out_in_the_top_tenth():
    y = np.array([1.0] * 5 + [0.0] * 5)
    share, scores = captured_share(y, np.zeros(10), np.zeros(10))
    assert share == pytest.approx(0.1)
    assert np.abs(scores).max() < 1e-12
    assert captured_share(y, -np.arange(10.0), np.zeros(10))[0] == pytest.approx(0.2)


def test_platt_sets_bold_chances_right():
    rng = np.random.default_rng(0)
    line = rng.normal(0, 1, 4000)
    happened = rng.random(4000) < expit(line - 1)
    inputs = pd.DataFrame({"odds": 3 * line + 2})
    found = calibrated("m", None, inputs, happened, column="odds", isotonic_from=10**9)
    assert found.slope == pytest.approx(1 / 3, abs=0.04)
    assert found.chances(inputs).mean() == pytest.approx(happened.mean(), abs=0.002)


def test_isotonic_takes_over_with_many_events_and_keeps_the_order():
    rng = np.random.default_rng(1)
    line = rng.normal(0, 1, 6000)
    happened = rng.random(6000) < 0.1 + 0.5 * (line > 0)  # a step, which Platt can't follow
    inputs = pd.DataFrame({"odds": line})
    found = calibrated("m", None, inputs, happened, column="odds")
    assert found.steps is not None
    told = found.chances(pd.DataFrame({"odds": [-1.5, -1.0, 1.0, 1.5]}))
    assert (np.diff(told) >= 0).all()
    assert told == pytest.approx([0.1, 0.1, 0.6, 0.6], abs=0.06)


def test_simple_forecasts_are_means_drawn_to_the_whole():
    groups = pd.DataFrame({"cell": [1] * 20 + [2] * 20})
    happened = [True] * 20 + [False] * 20
    found = baseline_chances(groups, happened, pd.DataFrame({"cell": [1, 2, 3]}))
    assert found["same_for_all"].tolist() == [0.5] * 3
    assert found["cell"].tolist() == [0.75, 0.25, 0.5]


def test_too_few_events_teach_nothing():
    inputs = pd.DataFrame({"x": np.arange(100.0)})
    assert estimators(inputs, np.arange(100) < 10) == {}
    assert chosen_name({}, inputs, np.arange(100) < 10) is None


CUTS = forecast_cuts(pd.Timestamp("2022-01-01").date(), pd.Timestamp("2024-12-31").date(), months=3)


def task(signal, customers=400, seed=0, drift=0.0):
    """Customers whose chance hangs on x, as strongly as `signal`; `drift` turns it in the last window."""
    rng = np.random.default_rng(seed)
    parts = []
    for place, day in enumerate(reversed(CUTS.days)):
        x = rng.normal(0, 1, customers)
        turn = -1.0 if drift and place >= len(CUTS.days) - 2 else 1.0
        chance = expit(-1 + turn * signal * x)
        parts.append(pd.DataFrame({"customer_id": np.arange(customers), "cut": pd.Timestamp(day),
                                   "x": x, "noise": rng.normal(0, 1, customers),
                                   "happened": rng.random(customers) < chance}))  # fmt: skip
    rows = pd.concat(parts, ignore_index=True)
    return Task(
        rows, CUTS, lambda day, part: part[["x", "noise"]].reset_index(drop=True),
        lambda part: pd.DataFrame({"rfm_cell": np.zeros(len(part), int)}),
        model_column="", learners=("logistic",),
    )  # fmt: skip


def test_a_real_signal_is_used_and_the_interval_holds_the_truth():
    found = propensity(task(1.0))
    check = propensity_check(found.past)
    assert check.verdict == "use" and check.rival in ("same_for_all", "rfm_cell")
    rng = np.random.default_rng(5)
    x = rng.normal(0, 1, 200_000)
    truth = area_under_curve(rng.random(len(x)) < expit(-1 + x), x)[0]
    assert check.score("auc_low") < truth < check.score("auc_high")
    assert check.slope_low < 1 < check.slope_high
    assert len(found.today) == 400 and found.model.name == "logistic"
    assert found.learned == 400 * len(CUTS.now.learned)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_noise_is_refused(seed):
    check = propensity_check(propensity(task(0.0, seed=seed)).past)
    assert check.verdict != "use"


def test_a_broken_relation_is_refused():
    """What held for years turns in the last two windows: the trial there shows it."""
    found = propensity(task(1.5, drift=1.0))
    newest = found.past[found.past["cut"] == found.past["cut"].max()]
    assert propensity_check(newest).verdict == "worse"


def test_log_odds_of_a_figure_at_a_time_are_those_of_the_fitted_pipeline():
    rng = np.random.default_rng(4)
    inputs = pd.DataFrame({
        "money": np.where(rng.random(900) < 0.3, np.nan, rng.gamma(1.0, 400.0, 900)),
        "flag": rng.integers(0, 2, 900).astype(np.int8),
        "same": np.full(900, 7.0),
        "days": rng.normal(0, 1, 900).astype(np.float32),
    })  # fmt: skip
    happened = rng.random(900) < expit(inputs["days"] + inputs["flag"] - 1)
    fitted = estimators(inputs, happened, learners=("logistic",))["logistic"]
    told = calibrated("logistic", fitted, inputs, happened).raw(inputs)
    chance = fitted.predict_proba(inputs.to_numpy(float))[:, 1]
    assert told == pytest.approx(np.log(chance / (1 - chance)), abs=1e-9)
    far = inputs.assign(days=1e6)
    assert calibrated("logistic", fitted, inputs, happened).raw(far) == pytest.approx(13.8155, 1e-5)


def test_trials_do_not_see_their_own_outcome():
    """Turning the outcomes of the newest window around leaves its forecasts as they were."""
    given = task(1.0, seed=4)
    rows = given.rows.copy()
    last = rows["cut"] == pd.Timestamp(CUTS.trials[0].day)
    rows.loc[last, "happened"] = ~rows.loc[last, "happened"]
    other = Task(rows, CUTS, given.inputs, given.groups, model_column="", learners=("logistic",))
    a, b = (propensity(one).past for one in (given, other))
    at = a["cut"] == a["cut"].max()
    np.testing.assert_array_equal(a.loc[at, "chance"], b.loc[at, "chance"])


def test_rows_of_one_customer_widen_the_interval():
    past = propensity(task(1.0)).past
    apart = past.assign(customer_id=np.arange(len(past)))
    often = pd.concat([past.assign(cut=past["cut"] + pd.Timedelta(days=k)) for k in range(4)])
    one, four = propensity_check(apart), propensity_check(often)
    assert four.score("auc_high") - four.score("auc_low") == pytest.approx(
        one.score("auc_high") - one.score("auc_low"), rel=0.35
    )


def test_what_is_shuffled_matters_only_where_it_tells():
    found = propensity(task(1.0))
    table = feature_importance(found.trial).set_index("family")
    assert table["figures"].sum() == 2  # x and noise are traits of the customer
    assert bool(table.loc["traits", "matters"])
    assert not len(feature_importance(()))


def test_the_decision_curve_by_hand():
    past = pd.DataFrame({"happened": [True, False, False, False], "chance": [0.9, 0.2, 0.1, 0.1],
                         "same_for_all": [0.25] * 4})  # fmt: skip
    curve = decision_curve(past, "same_for_all", steps=2)
    first = curve.iloc[0]
    assert first["everybody"] == pytest.approx(0.25 - 0.75 * 0.01 / 0.99)
    assert curve["forecast"].iloc[-1] == pytest.approx(0.25)
    assert not len(decision_curve(pd.DataFrame(), None))


def test_nothing_to_try_it_on():
    assert propensity(None).code == "too_short"
    few = task(1.0, customers=12)
    assert propensity(few).code == "too_few"
    assert propensity_check(pd.DataFrame()) is None


def test_chances_do_not_depend_on_how_many_rows_are_read_at_once(monkeypatch):
    rng = np.random.default_rng(4)
    inputs = pd.DataFrame(rng.normal(size=(500, 3)), columns=list("abc"))
    happened = rng.random(500) < expit(inputs["a"])
    for name, model in estimators(inputs, happened).items():
        told = calibrated(name, model, inputs, happened)
        monkeypatch.setattr("workbook.analysis.propensity.AT_ONCE", 100_000)
        whole = told.chances(inputs)
        monkeypatch.setattr("workbook.analysis.propensity.AT_ONCE", 64)
        np.testing.assert_allclose(told.chances(inputs), whole, rtol=1e-12)


def test_todays_chances_do_not_depend_on_how_many_rows_are_read_at_once(monkeypatch):
    whole = propensity(task(1.5)).today
    monkeypatch.setattr("workbook.analysis.propensity_trial.AT_ONCE", 37)
    pd.testing.assert_frame_equal(propensity(task(1.5)).today, whole)


def test_a_small_window_moves_the_level_less_than_its_chance():
    """A quarter more in log odds: taken from many events, mostly held for chance from few."""
    moved = []
    for rows in (300, 30_000):
        odds = np.tile([-2.0, -1.0, 0.0], rows // 3)
        happened = np.arange(rows) % 100 / 100 < expit(odds + 0.25)
        found = calibrated(
            "m", None, pd.DataFrame({"odds": odds}), happened, column="odds", isotonic_from=10**9
        )
        moved.append(found.intercept - found.slope + 1.0)
    assert 0 < moved[0] < 0.6 * moved[1]
    assert moved[1] == pytest.approx(0.25, abs=0.05)
