"""Figures of a customer on a day: from what was known then, and nothing else."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

import prediction_world
from prediction_world import Books
from workbook.analysis import category_propensity
from workbook.analysis.context_features import (
    absent_sources,
    context_features,
    customer_traits,
    figures_at,
)
from workbook.analysis.forecast_cuts import forecast_cuts, months_back
from workbook.analysis.model_inputs import (
    baseline_groups,
    class_figures,
    family_of,
    model_inputs,
    shared_figures,
)
from workbook.analysis.prediction_study import prediction_study
from workbook.analysis.propensity_trial import propensity
from workbook.analysis.purchase_features import (
    bought_days,
    hashed_part,
    purchase_features,
    purchases_after,
)

CUT = date(2024, 3, 31)


def orders_of(rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount", "is_return"])
    return ibis.memtable(frame.assign(ordered_at=pd.to_datetime(frame["ordered_at"])))


ROWS = [
    ("a", "2023-01-01", 10.0, False),
    ("a", "2024-03-01", 20.0, False),
    ("a", "2024-03-01", 5.0, False),
    ("a", "2024-03-20", -5.0, True),
    ("a", "2024-05-01", 40.0, False),
    ("b", "2024-04-02", 7.0, False),
]


def test_purchases_up_to_a_day_by_hand():
    row = purchase_features(bought_days(orders_of(ROWS)), [CUT]).iloc[0]
    assert (row["customer_id"], row["frequency"], row["T_days"]) == ("a", 1, 455)
    assert (row["silence_days"], row["recency_days"]) == (30, 425)
    assert (row["gross_amount"], row["repeat_amount"]) == (35.0, 25.0)
    assert (row["days_quarter"], row["amount_quarter"], row["days_month"]) == (1, 25.0, 0)


def test_what_came_after_by_hand():
    found = purchases_after(bought_days(orders_of(ROWS)), {CUT: date(2024, 6, 30)})
    found = found.set_index("customer_id")
    assert found.loc["a", ["days_after", "amount_after", "next_days", "new"]].tolist() == [1, 40.0, 31, False]  # fmt: skip
    assert bool(found.loc["b", "new"])


def test_nothing_of_the_future_is_in_a_figure():
    """Figures on past days stay the same to the last digit when all that came later is taken away."""
    world = prediction_world.world(250, 3)
    whole = prediction_study(Books(world), horizon_months=3, leaving_months=6)
    day = whole.buying.trials[1].day
    early, moments = Books(), {"orders": "ordered_at", "events": "occurred_at", "tickets": "opened_at",
                               "offers": "issued_on"}  # fmt: skip
    for name, frame in world.items():
        moment = moments.get(name)
        early[name] = frame if moment is None else frame[frame[moment] <= pd.Timestamp(day)]
    early.as_of = day
    known = prediction_study(early, horizon_months=3, leaving_months=6)
    a, b = (study.rows[study.rows["cut"] == pd.Timestamp(day)] for study in (whole, known))
    told = [
        name for name in a if name not in ("days_after", "amount_after", "next_days", "days_later")
    ]
    pd.testing.assert_frame_equal(
        a[told].reset_index(drop=True), b[told].reset_index(drop=True), check_dtype=False
    )
    assert a["days_after"].sum() > 0 and b["days_after"].sum() == 0
    inputs = [
        pd.concat([model_inputs(part, days=90), shared_figures(part, days=90, fit=study.fits[day])], axis=1)
        for study, part in ((whole, a.reset_index(drop=True)), (known, b.reset_index(drop=True)))
    ]  # fmt: skip
    assert "model_chance" in inputs[0]
    pd.testing.assert_frame_equal(*inputs, check_dtype=False)


def test_outcomes_are_no_figures():
    frame = prediction_study(
        Books(prediction_world.world(120, 1)), horizon_months=3, leaving_months=6
    ).rows
    inputs = model_inputs(frame, days=90)
    assert not [name for name in inputs if "after" in name or "later" in name or "next" in name]
    for name in inputs:
        assert family_of(name)


def test_rows_recorded_later_are_not_known_yet():
    surveys = pd.DataFrame(
        {"customer_id": ["a", "a"], "answered_on": pd.to_datetime(["2024-03-01", "2024-03-10"]),
         "csat": [5.0, 1.0], "recorded_at": pd.to_datetime(["2024-03-02", "2024-04-10"])}
    )  # fmt: skip
    found = context_features(Books(surveys=surveys), [CUT])["surveys"]
    assert found["answers"].tolist() == [1.0] and found["last_answer"].tolist() == [5.0]


def test_an_offer_used_later_is_not_used_yet():
    offers = pd.DataFrame(
        {"customer_id": ["a"], "issued_on": [pd.Timestamp("2024-03-20")],
         "redeemed_on": [pd.Timestamp("2024-04-05")]}
    )  # fmt: skip
    found = context_features(Books(offers=offers), [CUT, date(2024, 4, 30)])["offers"]
    assert found.sort_values("cut")["redeemed_year"].tolist() == [0.0, 1.0]


def test_status_and_tier_of_today_are_no_figures():
    people = pd.DataFrame(
        {"customer_id": ["a", "b"], "status": ["lost", "active"], "client_tier": ["A", "B"],
         "region": ["north", "south"], "birth_year": [1980.0, 1500.0]}
    )  # fmt: skip
    found = customer_traits(Books(customers=people), ["b", "a", "x"], as_of=CUT)
    assert list(found) == ["region=north", "region=south", "age"]
    assert found["region=south"].tolist() == [1.0, 0.0, 0.0]
    assert found["age"].tolist()[1] == 44 and np.isnan(found["age"].iloc[0])
    assert len(absent_sources(Books(customers=people))) == 7


def test_cuts_leave_a_window_of_history_and_one_for_each_step():
    cuts = forecast_cuts(date(2023, 1, 1), date(2025, 12, 31), months=3)
    assert cuts.now.calibration == date(2025, 9, 30) and cuts.seasonal
    assert [trial.day for trial in cuts.trials][:2] == [date(2025, 9, 30), date(2025, 6, 30)]
    for origin in (cuts.now, *cuts.trials):
        assert all(day < origin.calibration < origin.day for day in origin.learned)
        assert min(origin.learned) >= date(2023, 3, 31)
    short = forecast_cuts(date(2025, 3, 1), date(2025, 12, 31), months=3)
    assert short.now is None and short.days == ()
    assert months_back(date(2024, 2, 29), 12) == date(2023, 2, 28)


def test_classes_become_figures():
    found = class_figures("kind", ["a"] * 30 + ["b"] * 30 + ["rare"], fewest=20)
    assert list(found) == ["kind=a", "kind=b"] and found["kind=b"].sum() == 30
    assert list(class_figures("two", [1, 2], fewest=1)) in (["two=1"], ["two=2"])


def test_groups_are_cut_for_each_day_apart():
    frame = pd.DataFrame(
        {"cut": pd.to_datetime(["2024-01-01"] * 3 + ["2024-02-01"] * 3), "days_quarter": [0, 1, 5] * 2,
         "silence_days": [9, 5, 1, 900, 500, 100], "purchase_days": [1, 2, 3] * 2,
         "gross_amount": [1.0, 2.0, 3.0, 100.0, 200.0, 300.0]}
    )  # fmt: skip
    groups = baseline_groups(frame, window="quarter")
    assert groups["rfm_cell"].tolist()[:3] == groups["rfm_cell"].tolist()[3:] == [111, 222, 333]
    assert groups["nothing_changes"].tolist() == [0, 1, 2] * 2


def test_a_part_by_hash_keeps_whole_customers():
    days = bought_days(orders_of([(f"c{k}", "2024-01-01", 1.0, False) for k in range(2000)]))
    part = hashed_part(days, 0.25).count().to_pandas()
    assert 400 < part < 600


@pytest.mark.parametrize("rows", [[], [("a", "2024-01-01", 1.0, False)]])
def test_hardly_any_order(rows):
    orders = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount", "is_return"])
    orders = orders.astype({"customer_id": str, "amount": float, "is_return": bool})
    orders["ordered_at"] = pd.to_datetime(orders["ordered_at"])
    study = prediction_study(Books(orders=orders), horizon_months=3, leaving_months=6)
    assert study.buying.now is None and study.buying_task() is None and study.silence_task() is None
    assert prediction_study(Books(), horizon_months=3, leaving_months=6) is None


def test_beyond_the_customers_studied_today_is_still_everybodys(monkeypatch):
    world = prediction_world.world(700, 8)
    study = prediction_study(Books(world), horizon_months=3, leaving_months=6, studied=350)
    today, past = (
        pd.Timestamp(study.as_of),
        study.rows[study.rows["cut"] < pd.Timestamp(study.as_of)],
    )
    assert 0.3 < past["customer_id"].nunique() / study.customers < 0.7
    assert (study.rows["cut"] == today).sum() == study.customers
    task = study.contracts_task(study.contracts())
    then = task.rows[task.rows["cut"] < today]
    assert set(then["customer_id"]) < set(world["contracts"]["customer_id"])
    running = world["contracts"]["ended_on"].isna()
    mine = set(world["contracts"].loc[running, "customer_id"])
    assert mine <= set(task.rows.loc[task.rows["cut"] == today, "customer_id"])


def test_figures_stand_with_their_customer_and_day():
    days = pd.to_datetime(["2024-01-01", "2024-01-01", "2024-04-01"])
    table = pd.DataFrame({"customer_id": ["b", "a", "a"], "cut": days})
    other = pd.DataFrame({"customer_id": ["a", "x", "a", "b"],
                          "cut": [days[2], days[0], days[0], pd.Timestamp("2023-01-01")],
                          "n": [3, 9, 1, 9]})  # fmt: skip
    assert figures_at(table, [other])["n"].fillna(-1).tolist() == [-1, 1, 3]


def test_categories_up_to_a_day_and_after_it_by_hand():
    rows = [("a", "2024-02-01"), ("a", "2024-02-01"), ("a", "2024-03-21"), ("a", "2024-04-10"),
            ("a", "2024-09-01"), ("b", "2024-05-01")]  # fmt: skip
    orders = orders_of([(who, day, 5.0, False) for who, day in rows]).mutate(
        category=ibis.literal("tea")
    )
    days = bought_days(orders, categories=["cups", "tea"])
    found = category_propensity.category_days(
        days, ["cups", "tea"], [CUT], {CUT: date(2024, 6, 30)}
    )
    found = found.set_index("customer_id")
    assert found.loc["a", ["bought_1", "since_1"]].tolist() == [2, 10]
    assert found["bought_0"].sum() == 0 and found["after_1"].all() and not found["after_0"].any()
    assert found.at["b", "bought_1"] == 0 and np.isnan(found.at["b", "since_1"])


def test_a_category_is_forecast_from_the_figures_of_the_same_customer_and_day(monkeypatch):
    tasks = []

    def tried(task, **options):
        tasks.append(task)
        return propensity(task, **options)

    monkeypatch.setattr(category_propensity, "propensity", tried)
    study = prediction_study(Books(prediction_world.world(700, 8)), horizon_months=3,
                             leaving_months=6, studied=350)  # fmt: skip
    found = study.categories(study.buying_task(), most=2)
    assert tasks and len(found.today) == study.customers
    for task in tasks:
        for origin in (task.cuts.now, *task.cuts.trials):
            for day in (origin.calibration, origin.day):
                rows = task.at(day)
                inputs = task.inputs(origin.day, rows)
                assert inputs["log_known"].tolist() == np.log1p(rows["T_days"]).tolist()
                assert (inputs["category_bought"] > 0).mean() > 0.2
