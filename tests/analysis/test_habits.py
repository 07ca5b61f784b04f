import ibis
import numpy as np
import pandas as pd
import pytest

from workbook.analysis.habits import categories_by_segment, habits


def orders(rows, columns=("channel", "category")):
    names = ["customer_id", "ordered_at", "amount", *columns]
    table = pd.DataFrame(rows, columns=names)
    table["ordered_at"] = pd.to_datetime(table["ordered_at"])
    return ibis.memtable(table.assign(is_return=table["amount"] < 0))


def test_cuts_are_those_of_the_first_purchase():
    table = habits(
        orders(
            [
                ("a", "2024-03-05 19:00", 90.0, "shop", "tea"),
                ("a", "2024-03-02 09:00", 10.0, "web", "tea"),  # a Saturday
                ("a", "2024-03-01 09:00", -90.0, "shop", "tea"),
                ("b", "2024-03-06 20:00", 5.0, "shop", None),
            ]
        )
    )
    assert table["first_channel"].to_dict() == {"a": "web", "b": "shop"}
    assert table["first_weekpart"].to_dict() == {"a": "weekend", "b": "weekdays"}
    assert table["first_daypart"].to_dict() == {"a": "morning", "b": "evening"}
    assert "first_category" not in table, "one category only: nothing to compare"


def test_dates_without_a_time_give_no_daypart():
    table = habits(orders([("a", "2024-03-02", 1.0), ("b", "2024-03-04", 1.0)], columns=()))
    assert list(table) == ["first_weekpart"]


def test_lines_of_one_time_go_by_amount_then_name():
    rows = [
        ("a", "2024-03-04", 5.0, "web", "x"),
        ("a", "2024-03-04", 9.0, "app", "x"),
        ("b", "2024-03-05", 5.0, "web", "x"),
        ("b", "2024-03-05", 5.0, "fax", "x"),
    ]
    assert habits(orders(rows))["first_channel"].to_dict() == {"a": "app", "b": "fax"}


def test_one_purchase_has_no_cut():
    assert habits(orders([("a", "2024-03-04", 5.0, "web", "x")])).shape[1] == 0


def test_frequency_does_not_leak_into_the_cuts():
    """Customers who buy on any day alike: a "mainly at the weekend" cut would tell them apart
    by how often they bought, the first purchase does not (simulated)."""
    rng = np.random.default_rng(4)
    days = rng.choice([1, 8], 3000)
    ids = np.repeat(np.arange(3000), days)
    dates = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 364, len(ids)), unit="D")
    table = habits(orders(zip(map(str, ids), dates, np.ones(len(ids)), strict=True), columns=()))
    spent = pd.Series(days.astype(float), index=[str(i) for i in range(3000)])
    means = spent.groupby(table["first_weekpart"]).mean()
    assert means["weekend"] == pytest.approx(means["weekdays"], rel=0.08)


def test_what_segments_buy():
    table = orders(
        [
            ("a", "2024-03-04", 30.0, "web", "tea"),
            ("a", "2024-03-04", 10.0, "web", "pots"),
            ("b", "2024-03-05", 60.0, "web", "pots"),
        ]
    )
    scores = pd.DataFrame({"customer_id": ["a", "b"], "segment": ["111", "000"]})
    result = categories_by_segment(table, scores).set_index(["segment", "category"])
    assert result.loc[("111", "tea"), "share"] == 0.75
    assert result.loc[("111", "tea"), "share_all"] == pytest.approx(0.3)
    assert result.loc[("000", "pots"), "share"] == 1
    assert len(categories_by_segment(table, scores, most=1)) == 2


def test_unpaid_categories_have_no_share():
    table = orders([("a", "2024-03-04", 0.0, "web", "tea")])
    scores = pd.DataFrame({"customer_id": ["a"], "segment": ["000"]})
    assert np.isnan(categories_by_segment(table, scores)["share"]).all()
