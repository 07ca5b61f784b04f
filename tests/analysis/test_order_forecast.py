"""How often, for how much and when: against customers drawn from the purchase model itself."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

import prediction_world
from workbook.analysis.forecast_cuts import forecast_cuts
from workbook.analysis.likelihood import Fit
from workbook.analysis.order_dates import dates_check, expected_dates
from workbook.analysis.prediction_study import prediction_study
from workbook.analysis.sales_forecast import (
    expected_newcomers,
    sales_forecast,
    total_with_interval,
)
from workbook.analysis.still_customers import silent_for

PARAMS = {"r": 1.2, "alpha": 10.0, "a": 0.5, "b": 3.0}


def fit_of(params=PARAMS):
    fields = {name: None for name in Fit.__dataclass_fields__}
    return Fit(**(fields | {"model": "modified BG/NBD", "params": params}))


def rows_of(n=400, seed=0):
    rng = np.random.default_rng(seed)
    frequency = rng.integers(0, 6, n)
    T = rng.integers(300, 700, n)
    recency = np.where(frequency > 0, (T * rng.uniform(0.3, 1, n)).astype(int), 0)
    return pd.DataFrame(
        {"customer_id": np.arange(n), "cut": pd.Timestamp("2024-06-30"), "frequency": frequency,
         "recency_days": recency, "T_days": T, "silence_days": T - recency}
    )  # fmt: skip


def test_dates_are_where_the_model_says_half_have_ordered():
    rows, fit = rows_of(), fit_of()
    told = expected_dates(fit, rows)
    assert (told["early"] < told["median"]).all() and (told["median"] < told["late"]).all()
    first = rows.iloc[[0]]
    back = 1 - silent_for(fit, first, float(told["median"].iloc[0]))
    assert back[0] == pytest.approx(0.5 * told["alive"].iloc[0])
    assert not len(expected_dates(None, rows))


def test_right_dates_pass_and_false_ones_do_not():
    """Next purchases drawn from the model are met; ten times as late they are not."""
    rows, fit = rows_of(3000), fit_of()
    rng = np.random.default_rng(1)
    alive = rng.random(len(rows)) < expected_dates(fit, rows)["alive"]
    shape = PARAMS["r"] + rows["frequency"]
    scale = PARAMS["alpha"] * 7 + rows["T_days"]
    wait = np.ceil(rng.exponential(1, len(rows)) / rng.gamma(shape, 1 / scale))
    day = rows["cut"].iloc[0].date()
    for factor in (1, 10):
        after = np.where(alive & (wait * factor <= 90), wait * factor, np.nan)
        check = dates_check(rows.assign(next_days=after), {day: fit}, [day], window_days=90)
        last = check.by_day.iloc[-1]
        inside = last["low"] - 0.01 <= last["predicted"] <= last["high"] + 0.01
        assert inside == (factor == 1)
        if factor == 1:
            assert check.order_low > 0.5 and len(check.own) == 3


def test_without_a_model_or_purchases_no_dates_are_judged():
    rows = rows_of(50).assign(next_days=np.nan)
    day = rows["cut"].iloc[0].date()
    assert dates_check(rows, {day: None}, [day], window_days=90) is None
    assert dates_check(rows, {day: fit_of()}, [day], window_days=90) is None


@pytest.fixture(scope="module")
def study():
    books = prediction_world.Books(prediction_world.world(600, 5))
    return prediction_study(books, horizon_months=3, leaving_months=6)


@pytest.fixture(scope="module")
def sales(study):
    return sales_forecast(study.sales_task())


def test_totals_of_the_past_are_near_what_came(sales):
    part = sales.totals[sales.totals["measure"] == "purchases"]
    assert part["known"].sum() == pytest.approx(part["actual"].sum(), rel=0.15)
    judged = sales.judged.set_index(["measure", "method"])
    assert abs(judged.at[("purchases", "forecast"), "error"]) < 0.15
    assert judged.at[("purchases", "forecast"), "rmse"] < judged.at[("purchases", "nothing_changes"), "rmse"]  # fmt: skip


def test_the_interval_of_a_total_is_at_least_that_of_chance(sales):
    told = total_with_interval(sales, "purchases", 0.0)
    assert told["known"] == pytest.approx(sales.today["purchases"].sum())
    wide = 2 * 1.645 * np.sqrt(told["known"])
    assert told["known_high"] - told["known_low"] > 0.9 * wide
    assert told["low"] <= told["value"] <= told["high"]


def test_newcomers_are_those_of_the_same_window_a_year_before(study):
    task = study.sales_task()
    new = study.new.set_index("cut")["buyers"]
    year_before = pd.Timestamp(task.cuts.days[4])
    assert expected_newcomers(task, study.as_of, "buyers") == new[year_before]


def test_what_known_customers_and_newcomers_bought_adds_up(study):
    day = study.buying.trials[0].day
    rows = study.rows[study.rows["cut"] == pd.Timestamp(day)]
    new = study.new.set_index("cut").loc[pd.Timestamp(day)]
    days = study.days.filter(study.days.bought_on > day).to_pandas()
    assert rows["days_after"].sum() + new["days_after"] == len(days)
    assert rows["amount_after"].sum() + new["amount_after"] == pytest.approx(days["amount"].sum())


def test_too_short_for_a_trial():
    assert forecast_cuts(date(2024, 6, 1), date(2024, 12, 31), months=3).now is None
