from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from workbook.analysis.customers import customer_summary
from workbook.analysis.rfm import rfm_scores
from workbook.analysis.spend_periods import follow_up, newcomers, spend_periods, summary_at

ENDS = (date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31))


def orders(*rows):
    table = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount", "is_return"])
    return ibis.memtable(table.assign(ordered_at=pd.to_datetime(table["ordered_at"])))


def test_days_count_whole_and_returns_are_no_purchase():
    found = spend_periods(
        orders(
            ("a", "2024-01-31 23:00", 5.0, False),
            ("a", "2024-02-01 00:00", 7.0, False),
            ("a", "2024-02-29 23:59", 1.0, False),
            ("a", "2024-02-29 10:00", 0.0, False),
            ("a", "2024-02-10 10:00", -4.0, True),
            ("b", "2024-03-01 00:00", 9.0, False),
            ("c", "2024-02-10 00:00", -9.0, True),
            ("d", "2024-04-01 00:00", 9.0, False),
        ),
        ENDS,
        money="net",
    ).set_index("customer_id")
    assert found.index.tolist() == ["a", "b"]
    assert found[[f"days_{i}" for i in range(3)]].to_numpy().tolist() == [[1, 2, 0], [0, 0, 1]]
    assert found.loc["a", ["gross_0", "gross_1", "gross_2"]].tolist() == [5, 8, 0]
    assert found.loc["a", ["amount_0", "amount_1", "amount_2"]].tolist() == [5, 4, 0]
    assert found.loc["a", ["first", "last_0", "last_1"]].tolist() == [60, 60, 31]
    assert np.isnan(found.loc["a", "last_2"]) and newcomers(found, 1) == (1, 9.0)


@pytest.mark.parametrize("money", ["gross", "net"])
def test_scores_at_an_earlier_day_are_those_made_on_that_day(money):
    rng = np.random.default_rng(4)
    days = pd.Timestamp("2023-06-01") + pd.to_timedelta(rng.integers(0, 330, 800), unit="D")
    amount = rng.integers(-20, 80, 800).astype(float)
    table = pd.DataFrame({"customer_id": [f"c{i}" for i in rng.integers(0, 200, 800)]})
    table = ibis.memtable(table.assign(ordered_at=days, amount=amount, is_return=amount < 0))
    periods = spend_periods(table, ENDS, money=money)
    for place in (0, 1):
        scores = rfm_scores(summary_at(periods, ENDS, place, money=money), money=money)
        then = customer_summary(table, as_of=ENDS[place]).to_pandas()
        pd.testing.assert_frame_equal(scores, rfm_scores(then, money=money)[list(scores)])


def test_those_who_bought_nothing_are_kept():
    """One buys in the second period and the last, one in the first, one is new in the last."""
    periods = spend_periods(
        orders(
            ("a", "2024-02-02", 3.0, False),
            ("a", "2024-03-02", 4.0, False),
            ("b", "2024-01-02", 6.0, False),
            ("c", "2024-03-03", 5.0, False),
        ),
        ENDS,
    )
    followed = follow_up(rfm_scores(summary_at(periods, ENDS, 1)), periods, 1)
    assert followed["customer_id"].tolist() == ["a", "b"]
    assert followed["spent_before"].tolist() == [3, 0]
    assert followed["spent_after"].tolist() == [4, 0]
    assert followed["days_after"].tolist() == [1, 0]
    assert newcomers(periods, 1) == (1, 5.0)
