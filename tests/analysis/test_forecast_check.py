"""Forecasts against the past: CDNOW's published numbers, baselines, verdicts, short spans."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from workbook.analysis import forecast_check, forecast_scores, holdout
from workbook.analysis.past_summaries import past_summaries

FIRST, CUT, AS_OF = date(1997, 1, 1), date(1997, 9, 30), date(1998, 6, 30)


def table(frame):
    return ibis.memtable(
        frame.assign(ordered_at=pd.to_datetime(frame["ordered_at"]), is_return=frame["amount"] < 0)
    )


def orders(*rows):
    return table(pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"]))


@pytest.fixture(scope="module")
def cdnow(demo_data):
    path = demo_data / "cdnow_sample" / "orders.csv"
    return table(pd.read_csv(path, dtype={"customer_id": str}))


@pytest.fixture(scope="module")
def check(cdnow):
    return forecast_check.forecast_check(cdnow, FIRST, CUT, AS_OF, wanted="BG/NBD")


def test_the_published_numbers_come_out(check):
    # Fader, Hardie, Lee (2005): the next 39 weeks
    assert check.actual == 1882 and check.weeks == 39
    assert check.predicted == pytest.approx(1653, abs=0.5)
    totals = check.purchases.set_index("method")["total"]
    assert totals["modified BG/NBD"] == pytest.approx(1577, abs=0.5)
    assert totals["BG/NBD"] == pytest.approx(check.predicted)
    assert check.spend.n == 946
    assert check.spend.params["v"] == pytest.approx(15.44, abs=0.01)


def test_the_actual_total_lies_outside_the_models_interval(check):
    assert check.low < check.predicted < check.high < check.actual
    assert not check.inside


def test_the_verdict_on_the_ranking_needs_more_than_chance(check):
    table = check.amounts.set_index("method")
    best = table.loc[[*holdout.BASELINES, "past_spend"], "captured"].max()
    gap = table.loc["BG/NBD", "captured"] - best
    assert check.advantage["difference"] == pytest.approx(gap)
    assert check.ranks_better == (check.advantage["low"] > 0)
    assert not check.ranks_better  # on the sample the advantage can't be told from chance


def test_groups_hold_everybody(check):
    assert check.groups["customers"].sum() == 2357
    assert (check.groups["low"] <= check.groups["actual"]).all()
    assert check.new == {"customers": 0, "amount": 0.0, "amount_share": 0.0}


def test_past_forecasts_are_cut_at_their_own_day(cdnow):
    past = forecast_check.past_forecasts(cdnow, FIRST, AS_OF, model="BG/NBD", horizon_months=3)
    assert len(past) == 4 and (past["until"] <= AS_OF).all()
    assert all((u - o).days in (91, 92) for o, u in zip(past["origin"], past["until"], strict=True))
    assert past["error"].abs().max() < 0.6


def test_baselines_by_hand():
    rows = [("a", "2024-01-01", 10.0), ("a", "2024-02-10", 20.0), ("a", "2024-03-10", 5.0)]
    rows += [("b", "2024-01-01", 7.0), ("a", "2024-05-01", 9.0), ("c", "2024-05-02", 3.0)]
    seen = orders(*rows)
    days = holdout.holdout_dates(date(2024, 1, 1), date(2024, 4, 1), date(2024, 5, 31))
    assert days["before"] == date(2024, 2, 1) and days["learned"] == date(2024, 3, 2)
    at = dict(zip(days, past_summaries(seen, list(days.values())), strict=True))
    outcomes = holdout.holdout_outcomes(at["calibration"], at["until"])
    assert outcomes["actual"].tolist() == [1, 0]
    assert outcomes["actual_amount"].tolist() == [9, 0]
    assert holdout.newcomers(at["calibration"], at["until"]) == {
        "customers": 1, "amount": 3.0, "amount_share": 0.25,
    }  # fmt: skip
    bought, spent = holdout.forecasts(outcomes, at, {}, None, days=60)
    assert bought["nothing_changes"].tolist() == [2, 0]
    assert spent["nothing_changes"].tolist() == [25, 0]
    assert bought["past_rate"].tolist() == pytest.approx([2 / 91 * 60, 0])
    # a had bought on two days by 2 March and bought once more in the 30 days after it
    assert bought["rfm_cell"].tolist() == pytest.approx([2, 0])
    turned = holdout.forecasts(outcomes, at | {"learned": at["learned"][::-1]}, {}, None, days=60)
    assert turned[0]["rfm_cell"].tolist() == pytest.approx([2, 0])


def test_periods_below_four_weeks_are_no_test():
    assert holdout.holdout_dates(date(2024, 1, 1), date(2024, 3, 1), date(2024, 3, 20)) is None
    assert holdout.holdout_dates(date(2024, 1, 1), date(2024, 1, 10), date(2024, 6, 1)) is None
    assert holdout.rolling_origins(date(2024, 1, 1), date(2024, 2, 1), horizon_months=12) == []
    one = orders(("a", "2024-01-01", 5.0))
    day = date(2024, 1, 1)
    assert forecast_check.forecast_check(one, day, day, day) is None


def test_no_repeat_purchase_gives_a_check_without_a_model():
    rows = [(f"c{i}", f"2024-01-{i + 1:02d}", 5.0) for i in range(20)]
    check = forecast_check.forecast_check(
        orders(*rows), date(2024, 1, 1), date(2024, 3, 1), date(2024, 6, 1)
    )
    assert check.model is None and check.actual == 0 and not check.ranks_better
    past = forecast_check.past_forecasts(
        orders(*rows), date(2024, 1, 1), date(2024, 6, 1), model="BG/NBD", horizon_months=12
    )
    assert past.empty and "error" in past


def test_scores_by_hand():
    forecast = pd.DataFrame({"good": [9.0, 1, 1, 1], "flat": [3.0, 3, 3, 3]})
    table = forecast_scores.scores(forecast, [8.0, 2, 1, 1], top=0.25).set_index("method")
    assert table.loc["good", "captured"] == pytest.approx(8 / 12)
    assert table.loc["flat", "captured"] == pytest.approx(3 / 12)  # tied: the mean of all
    assert table.loc["good", "error"] == pytest.approx(0)
    assert table.loc["good", "rmse"] == pytest.approx(np.sqrt((1 + 1) / 4))


def test_the_interval_of_a_difference_covers_it():
    rng, hits = np.random.default_rng(5), 0
    quality, size = 0.8, 2000
    # The truth from one very large company of the same kind
    big = _company(rng, 1_000_000, quality)
    truth = forecast_scores.capture_difference(*big)["difference"]
    for _ in range(200):
        gap = forecast_scores.capture_difference(*_company(rng, size, quality), confidence=0.9)
        hits += gap["low"] <= truth <= gap["high"]
    assert 164 <= hits <= 193


def _company(rng, size, quality):
    worth = rng.gamma(1.0, size=size)
    seen = rng.poisson(worth * 3)
    return quality * worth + rng.gamma(0.3, size=size), seen, rng.poisson(worth * 3)
