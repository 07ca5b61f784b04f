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


def test_each_customer_has_a_main_channel_and_time():
    table = habits(
        orders(
            [
                ("a", "2024-03-02 09:00", 10.0, "web", "tea"),  # a Saturday
                ("a", "2024-03-03 09:30", 15.0, "shop", "tea"),
                ("a", "2024-03-04 19:00", 6.0, "web", "pots"),
                ("a", "2024-03-05 19:00", -90.0, "shop", "pots"),
                ("b", "2024-03-06 20:00", 5.0, "shop", None),
            ]
        )
    )
    a, b = table.loc["a"], table.loc["b"]
    assert (a["main_channel"], b["main_channel"]) == ("web", "shop")
    assert (a["channels_used"], b["channels_used"]) == ("2", "1")
    assert (a["weekpart"], b["weekpart"]) == ("weekend", "weekdays")
    assert (a["daypart"], b["daypart"]) == ("morning", "evening")
    assert "main_category" not in table, "one category only: nothing to compare"


def test_dates_without_a_time_give_no_daypart():
    table = habits(orders([("a", "2024-03-02", 1.0), ("b", "2024-03-04", 1.0)], columns=()))
    assert list(table) == ["weekpart"]


def test_ties_go_by_name():
    table = habits(orders([("a", "2024-03-04", 5.0, "web", "x"), ("a", "2024-03-05", 5.0, "app", "x"),
                           ("b", "2024-03-05", 5.0, "web", "x")]))  # fmt: skip
    assert table["main_channel"].to_dict() == {"a": "app", "b": "web"}


def test_one_purchase_has_no_habits():
    assert habits(orders([("a", "2024-03-04", 5.0, "web", "x")])).shape[1] == 0


def test_what_segments_buy():
    table = orders([("a", "2024-03-04", 30.0, "web", "tea"), ("a", "2024-03-04", 10.0, "web", "pots"),
                    ("b", "2024-03-05", 60.0, "web", "pots")])  # fmt: skip
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
