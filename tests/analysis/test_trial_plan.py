"""Planning a trial."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import monitoring_world as w
from workbook.analysis.bought_days import bought_days
from workbook.analysis.experiment import power
from workbook.analysis.trial_plan import gain_of_test, trial_plan
from workbook.analysis.trial_plan import test_size as size_of_test


@pytest.mark.parametrize(
    ("customers", "noise", "spread"), [(1000, 0.4, 0.05), (10**6, 0.3, 0.01), (200, 1, 2)]
)
def test_no_other_size_gains_more(customers, noise, spread):
    found = size_of_test(customers, noise, spread)
    sizes = np.arange(1, customers // 2 + 1)
    best = gain_of_test(sizes, customers, noise, spread).max()
    assert found["gain"] == pytest.approx(best, rel=1e-3)
    assert found["left"] == customers - 2 * found["n"]


def test_the_gain_is_what_drawing_gives():
    rng = np.random.default_rng(1)
    customers, n, noise, spread = 1000, 100, 0.4, 0.05
    means = rng.normal(0, spread, (200_000, 2))
    seen = means + rng.normal(0, noise / np.sqrt(n), means.shape)
    better = np.take_along_axis(means, seen.argmax(axis=1)[:, None], axis=1)[:, 0]
    gain = (1 - 2 * n / customers) * better.mean()
    assert gain_of_test(n, customers, noise, spread) == pytest.approx(gain, rel=0.03)


def test_nothing_to_gain():
    for customers, noise, spread in ((3, 1, 1), (100, 0, 1), (100, 1, 0), (100, float("nan"), 1)):
        assert size_of_test(customers, noise, spread)["n"] is None


def test_a_plan_counts_customers_and_their_habit():
    orders = w.orders(800, 3)
    days = bought_days(w.Books(orders=orders)["orders"]).cache()
    plan = trial_plan(days, as_of=w.AS_OF, assumed=0.05, spread=0.02, window_days=90)
    first = orders.groupby("customer_id")["ordered_at"].min()
    start = pd.Timestamp(w.AS_OF) - pd.Timedelta(days=89)
    known = first[first < start].index
    base = orders[orders["customer_id"].isin(known) & (orders["ordered_at"] >= start)]
    share = base["customer_id"].nunique() / len(known)
    row = plan.windows.set_index("window_days").loc[90]
    assert row["base"] == pytest.approx(share) and plan.customers == len(first)
    n = int(row["needed"])
    assert (
        power(share, share + 0.05, n, n) >= 0.8 > power(share, share + 0.05, n - 1, n - 1) - 0.002
    )
    assert plan.new_per_month == pytest.approx((first >= "2025-01-01").sum() / 12)
    assert plan.shares["power"].is_monotonic_increasing
    assert (plan.shares["control"] + plan.shares["contacted"] == plan.customers).all()


def test_one_customer_or_none():
    one = bought_days(w.Books(orders=w.orders(60).head(1))["orders"])
    plan = trial_plan(one, as_of=w.AS_OF, assumed=0.05, spread=0.02, window_days=30)
    assert plan.customers == 1 and plan.learn["n"] is None
    none = bought_days(w.Books(orders=w.orders(60).head(0))["orders"])
    assert trial_plan(none, as_of=w.AS_OF, assumed=0.05, spread=0.02, window_days=30) is None
    assert (
        trial_plan(None, as_of=dt.date.today(), assumed=0.05, spread=0.02, window_days=30) is None
    )
