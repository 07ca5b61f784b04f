"""Cohort triangle and second purchase, against counts made another way."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from histories import START, orders_of, simulated
from workbook.analysis import cohorts, lifecycle


def days_of(histories):
    return lifecycle.purchase_days(orders_of(histories))


def test_the_triangle_counts_what_pandas_counts():
    histories = simulated(150, 8)
    end = START + dt.timedelta(900)
    found = cohorts.cohort_triangle(days_of(histories), as_of=end)
    rows = pd.DataFrame(
        [(c, int(d)) for c, ds in histories.items() for d in ds], columns=["c", "day"]
    )
    rows["month"] = (pd.Timestamp(START) + pd.to_timedelta(rows["day"], unit="D")).dt.to_period("M")
    rows["first"] = rows.groupby("c")["month"].transform("min")
    for row in found.itertuples():
        cohort = pd.Period(row.cohort, "M")
        of_cohort = rows[rows["first"] == cohort]
        assert row.size == of_cohort["c"].nunique()
        assert row.customers == of_cohort[of_cohort["month"] == cohort + row.month]["c"].nunique()
    assert (found.loc[found["month"] == 0, "share"] == 1).all()
    last = found["cohort"].dt.to_period("M") + found["month"].to_numpy() == pd.Period(end, "M")
    assert (found["complete"] == ~last).all()  # 19 June 2024: June is not over


def test_month_twelve_waits_for_a_whole_cohort():
    histories = {"a": [0, 370], "b": [10], "c": [40, 400]}
    early = cohorts.cohort_triangle(days_of(histories), as_of=dt.date(2023, 1, 30))
    assert cohorts.cohort_month(early) == {
        "share": None, "low": None, "high": None, "customers": 0, "cohorts": 0,
    }  # fmt: skip
    whole = cohorts.cohort_triangle(days_of(histories), as_of=dt.date(2023, 1, 31))
    found = cohorts.cohort_month(whole)
    assert (found["share"], found["customers"], found["cohorts"]) == (0.5, 2, 1)


def test_second_purchase_by_kaplan_meier():
    # back after 10 and 40 days; not back: followed 30 and 100 days
    histories = {"a": [0, 10], "b": [0, 40], "c": [70], "d": [0]}
    found = cohorts.repeat_within(
        days_of(histories), as_of=START + dt.timedelta(100), after=(30, 90)
    )
    assert found["share"].tolist() == pytest.approx([1 / 4, 1 - 3 / 4 * 1 / 2])
    assert ((found["low"] <= found["share"]) & (found["share"] <= found["high"])).all()
    nobody = cohorts.repeat_within(days_of({"a": [0]}), as_of=START, after=(30,))
    assert nobody.empty


def test_interval_of_the_second_purchase_holds_the_truth():
    rng, hits = np.random.default_rng(4), 0
    truth = 1 - np.exp(-91 / 120)  # a gap of 0 to 90 whole days
    for _ in range(200):
        followed = 250 - rng.integers(0, 200, 120)
        gap = np.floor(rng.exponential(120, 120)).astype(int)
        back = gap <= followed
        found = cohorts.repeat_curve(
            np.where(back, gap, followed), back, after=(90,), confidence=0.90
        )
        hits += found["low"].iloc[0] <= truth <= found["high"].iloc[0]
    assert 164 <= hits <= 193


def test_cdnow_month_twelve(demo_data):
    """Against a count with pandas on the file itself."""
    raw = pd.read_csv(demo_data / "cdnow" / "orders.csv", dtype={"customer_id": str})
    raw["month"] = pd.to_datetime(raw["ordered_at"]).dt.to_period("M")
    first = raw.groupby("customer_id")["month"].transform("min")
    later = raw[(raw["month"] - first).map(lambda gap: gap.n) == 12]["customer_id"].nunique()
    frame = raw.assign(ordered_at=pd.to_datetime(raw["ordered_at"]), is_return=False)
    orders = ibis.memtable(frame[["customer_id", "ordered_at", "amount", "is_return"]])
    triangle = cohorts.cohort_triangle(lifecycle.purchase_days(orders), as_of=dt.date(1998, 6, 30))
    found = cohorts.cohort_month(triangle)
    assert found["share"] == pytest.approx(later / raw["customer_id"].nunique())
