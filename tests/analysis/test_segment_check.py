from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from workbook.analysis.customers import customer_summary
from workbook.analysis.rfm import rfm_scores
from workbook.analysis.segment_check import segment_check

AS_OF = date(2024, 12, 31)


def shop(customers=300, seed=2):
    """Customers who keep buying at their own rate for two years (simulated)."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.gamma(1, 6, customers)) + 1
    ids = np.repeat([f"c{i:03d}" for i in range(customers)], counts)
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 731, len(ids)), unit="D")
    table = pd.DataFrame({"customer_id": ids, "ordered_at": days, "is_return": False})
    return ibis.memtable(table.assign(amount=rng.gamma(3, 10, len(ids))))


def checked(orders, first, **options):
    scores = rfm_scores(customer_summary(orders, as_of=AS_OF).to_pandas())
    return scores, segment_check(orders, scores, first=first, as_of=AS_OF, months=6, **options)


def test_scores_of_the_past_know_nothing_of_what_came_after():
    orders = shop()
    _, check = checked(orders, date(2023, 1, 1))
    cut = orders.filter(orders.ordered_at < ibis.timestamp("2024-07-01"))
    assert (check.earlier, check.cut, check.months) == (date(2023, 12, 31), date(2024, 6, 30), 6)
    everyone = check.follow.set_index("group").loc["all"]
    assert everyone["customers"] == cut.customer_id.nunique().execute()
    after = orders.filter(orders.ordered_at >= ibis.timestamp("2024-07-01"))
    total = everyone["mean_after"] * everyone["customers"] + check.new_spent
    assert total == pytest.approx(after.amount.sum().execute())


def test_a_steady_business_meets_its_forecast():
    _, check = checked(shop(1500), date(2023, 1, 1))
    assert check.past_ratio == pytest.approx(1, abs=0.15)
    by_group = check.follow.set_index("group")
    assert by_group.loc["111", "mean_low"] > by_group.loc["000", "mean_high"]


def test_a_short_history_is_not_checked():
    orders = shop(20)
    assert checked(orders, date(2024, 12, 1))[1] is None


def test_one_row():
    table = pd.DataFrame({"customer_id": ["a"], "ordered_at": [pd.Timestamp("2024-03-01")]})
    orders = ibis.memtable(table.assign(amount=10.0, is_return=False))
    _, check = checked(orders, date(2024, 3, 1))
    assert check.ranking.empty and check.past_ratio == 1
    assert check.stayed.loc[0, "customers"] == 1
