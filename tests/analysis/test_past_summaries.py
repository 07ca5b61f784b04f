"""Summaries of several past days in one pass, against those made day by day."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from workbook.analysis.customers import customer_summary
from workbook.analysis.past_summaries import past_summaries

DAYS = [date(2024, 6, 30), date(2024, 2, 10), date(2024, 4, 1), date(2024, 2, 10)]
NUMBERS = ["frequency", "recency_days", "T_days", "purchase_days", "gross_amount", "repeat_amount"]


@pytest.fixture(scope="module")
def orders():
    rng = np.random.default_rng(3)
    ordered_at = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 5000, 900), "h")
    amount = rng.integers(-2, 9, 900) * 0.25
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in rng.integers(0, 200, 900)],
            "ordered_at": ordered_at,
            "amount": amount,
            "is_return": (amount < 0) & (rng.random(900) < 0.8),
        }
    )
    return ibis.memtable(frame)


@pytest.mark.parametrize("zeros", [True, False])
def test_each_day_is_as_if_it_were_asked_for_alone(orders, zeros):
    found = past_summaries(orders, DAYS, include_zero_amounts=zeros)
    for day, frame in zip(DAYS, found, strict=True):
        alone = customer_summary(orders, as_of=day, include_zero_amounts=zeros)
        alone = alone.order_by("customer_id").execute()
        # after the last day nobody has a place
        known = customer_summary(orders, as_of=max(DAYS), include_zero_amounts=zeros)
        ids = sorted(known.customer_id.execute())
        assert [ids[place] for place in frame["customer_id"]] == alone["customer_id"].tolist()
        assert 0 < len(frame) <= len(ids)
        pd.testing.assert_frame_equal(frame[NUMBERS], alone[NUMBERS], check_dtype=False)


def test_nothing_is_asked_and_nobody_is_known(orders):
    assert past_summaries(orders, []) == []
    early, late = past_summaries(orders, [date(2023, 1, 1), date(2024, 6, 30)])
    assert early.empty and list(early) == list(late) and len(late) > 100
