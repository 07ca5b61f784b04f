"""The repurchase rate by year, a fall like for like, and the worth of a second purchase."""

import datetime as dt

import ibis
import pandas as pd

from companies import END, FIRST, order_lines
from workbook.analysis import lifecycle, repurchase

AS_OF = dt.date(2024, 12, 31)


def days_of(*rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at"])
    frame = frame.assign(
        ordered_at=pd.to_datetime(frame["ordered_at"]), amount=10.0, is_return=False
    )
    return lifecycle.purchase_days(ibis.memtable(frame))


def test_years_are_counted_back_from_as_of():
    days = days_of(
        ("a", "2024-02-01"), ("a", "2024-03-01"), ("b", "2024-05-01"),
        ("a", "2023-02-01"), ("b", "2023-12-31"), ("b", "2023-01-01"), ("c", "2023-06-01"),
    )  # fmt: skip
    table = repurchase.repurchase_by_year(days, as_of=AS_OF, first=dt.date(2023, 1, 1))
    assert table["ends_on"].tolist() == [dt.date(2023, 12, 31), AS_OF]
    assert table["buyers"].tolist() == [3, 2] and table["again"].tolist() == [1, 1]
    assert (table["low"] < table["share"]).all() and (table["share"] < table["high"]).all()


def test_a_company_that_goes_on_alike_shows_no_fall():
    fewest = []
    for seed in range(12):
        days = lifecycle.purchase_days(
            ibis.memtable(order_lines(1200, seed).assign(is_return=False))
        )
        found = repurchase.repurchase_change(days, as_of=END, first=FIRST)
        fewest.append(found["p"])
    assert min(fewest) > 0.002
    assert sum(p < 0.05 for p in fewest) <= 4  # more by chance: below 0.0003


def test_a_company_whose_customers_stop_faster_shows_one():
    lines = order_lines(5000, 1, worse_from=365 * 3).assign(is_return=False)
    days = lifecycle.purchase_days(ibis.memtable(lines))
    found = repurchase.repurchase_change(days, as_of=END, first=FIRST)
    assert found["p"] < 0.002 and found["low"] > 0


def test_short_histories_have_no_change():
    days = days_of(*[(f"c{i}", "2024-01-05") for i in range(90)])
    assert repurchase.repurchase_change(days, as_of=AS_OF, first=dt.date(2024, 1, 5)) is None


def test_the_second_purchase_has_a_value():
    twice = [(f"c{i:02d}", day) for i in range(40) for day in ("2024-01-05", "2024-02-05")]
    often = [("z", f"2024-{m:02d}-01") for m in range(1, 13)]
    found = repurchase.repeat_amount(days_of(*twice, *often), as_of=AS_OF)
    assert found == {"mean": 10.0, "low80": 10.0, "high80": 10.0}
    assert repurchase.repeat_amount(days_of(*often), as_of=AS_OF) is None


def test_the_second_purchase_is_weighted_like_those_who_bought_once():
    """Dealers' second purchases are large, but those who bought once are consumers."""
    rows = [(f"c{i:02d}", day) for i in range(40) for day in ("2024-01-05", "2024-02-05")]
    days = days_of(*rows, *[(f"o{i}", "2024-01-05") for i in range(50)])
    days = days.mutate(amount=ibis.ifelse(days.customer_id < "c20", 1000.0, 10.0))
    ids = days.customer_id
    kinds = days.select("customer_id", kind=ibis.ifelse(ids < "c20", "dealer", "consumer"))
    found = repurchase.repeat_amount(days, kinds.distinct(), as_of=AS_OF)
    assert found["mean"] == 10.0
    assert repurchase.repeat_amount(days, as_of=AS_OF)["mean"] == 505.0
