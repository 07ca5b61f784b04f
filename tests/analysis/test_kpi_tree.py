"""Key figures against the year and the period before, and changes split exactly."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from workbook.analysis import change_split, kpi_tree, staff_view
from workbook.analysis.kpi_windows import kpi_windows

AS_OF = dt.date(2024, 12, 31)


class Books(dict):
    """Frames that answer as the intake's tables do."""

    def __getitem__(self, name):
        return ibis.memtable(dict.__getitem__(self, name))

    def has(self, name, *columns):
        return name in self and set(columns) <= set(dict.__getitem__(self, name).columns)


def orders(lines):
    frame = pd.DataFrame(lines, columns=["customer_id", "ordered_at", "amount"])
    at = pd.to_datetime(frame["ordered_at"])
    return frame.assign(ordered_at=at, is_return=frame["amount"] < 0)


@pytest.fixture
def books():
    lines = [
        ("a", "2023-05-01", 100.0), ("a", "2024-05-01", 60.0), ("a", "2024-05-02", 60.0),
        ("b", "2023-12-10", 50.0), ("b", "2024-12-10", 70.0), ("c", "2024-11-05", 30.0),
        ("c", "2024-11-05", 20.0), ("c", "2024-11-20", -20.0), ("d", "2022-03-01", 10.0),
    ]  # fmt: skip
    targets = pd.DataFrame({"period": pd.to_datetime(["2024-01-01", "2024-07-01", "2023-07-01"]),
                            "measure": "revenue", "value": [150.0, 150.0, 9.0]})  # fmt: skip
    return Books(orders=orders(lines), targets=targets)


def test_key_figures_by_hand(books):
    table = kpi_tree.kpi_table(books, as_of=AS_OF).set_index("kpi")
    assert table.loc["revenue", ["value", "before"]].tolist() == [240.0, 150.0]
    assert table.loc["revenue", "change"] == pytest.approx(0.6)
    assert table.loc["buyers", ["value", "before"]].tolist() == [3, 2]
    assert table.loc["frequency", "value"] == pytest.approx(4 / 3)
    assert table.loc["purchase_value", "value"] == pytest.approx(60.0)
    assert table.loc["new_customers", ["value", "before"]].tolist() == [1, 2]
    assert table.loc["kept_buyers", "value"] == 1.0 and table.loc["kept_buyers", "before"] == 0.0
    # December: 70 against 50 the year before and 50 the month before
    assert table.loc["revenue", ["on_year", "on_period"]].tolist() == pytest.approx([0.4, 0.4])
    assert table.loc["revenue", "attained"] == pytest.approx(240 / 300)
    assert np.isnan(table.loc["buyers", "attained"])
    assert table.loc["returns", "value"] == pytest.approx(1 / 5)


def test_january_and_february_stand_together():
    spans = kpi_windows(dt.date(2025, 2, 28)).spans
    assert spans["period"] == (dt.date(2025, 1, 1), dt.date(2025, 2, 28))
    assert spans["period_before"] == (dt.date(2024, 12, 1), dt.date(2024, 12, 31))
    assert spans["period_year_ago"] == (dt.date(2024, 1, 1), dt.date(2024, 2, 29))
    assert kpi_windows(dt.date(2025, 1, 31)).spans["period"][1] == dt.date(2024, 12, 31)
    assert kpi_windows(dt.date(2025, 3, 30)).spans["period"][1] == dt.date(2025, 2, 28)
    march = kpi_windows(dt.date(2025, 3, 31)).spans
    assert march["period_before"] == (dt.date(2025, 1, 1), dt.date(2025, 2, 28))


def test_the_interval_of_a_change_knows_the_customers():
    rng = np.random.default_rng(3)
    who = rng.integers(0, 400, 4000)
    day = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 731, 4000), unit="D")
    frame = pd.DataFrame({"customer_id": who.astype(str), "ordered_at": day, "amount": 10.0})
    table = kpi_tree.kpi_table(Books(orders=frame.assign(is_return=False)), as_of=AS_OF)
    row = table.set_index("kpi").loc["revenue"]
    assert row["low"] < row["change"] < row["high"]
    # counts of about 2,000 each year: the ratio has a standard error near sqrt(2 / 2000)
    assert row["high"] - row["low"] == pytest.approx(2 * 2.01 * np.sqrt(2 / 2000), rel=0.5)


def years(seed=0, rows=6):
    rng = np.random.default_rng(seed)
    buyers = rng.integers(5, 50, (2, rows))
    purchases = buyers + rng.integers(0, 40, (2, rows))
    revenue = purchases * rng.uniform(10, 90, (2, rows))
    frame = {"region": list("abcdef")[:rows]}
    for place, suffix in enumerate(("", "_before")):
        frame |= {f"buyers{suffix}": buyers[place], f"purchases{suffix}": purchases[place],
                  f"revenue{suffix}": revenue[place]}  # fmt: skip
    return pd.DataFrame(frame)


def test_factors_add_up_to_the_change():
    table = years()
    table.loc[2, ["buyers_before", "purchases_before", "revenue_before"]] = 0
    split = change_split.factor_split(table)
    parts = split[["by_customers", "by_frequency", "by_value", "whole"]].sum(axis=1)
    assert np.allclose(parts, split["change"])
    same = table.assign(buyers_before=table["buyers"], purchases_before=table["purchases"])
    assert np.allclose(change_split.factor_split(same.drop(index=2))["by_customers"], 0)


def test_mix_and_rate_add_up_to_the_change_per_buyer():
    table = years(1)
    mix = change_split.mix_and_rate(table, "region")
    per = table["revenue"].sum() / table["buyers"].sum()
    per -= table["revenue_before"].sum() / table["buyers_before"].sum()
    assert mix["mix"].sum() + mix["within"].sum() == pytest.approx(per)


def test_simpson_rates_that_rise_while_the_whole_falls():
    table = pd.DataFrame({"region": ["a", "b"], "buyers": [90, 10], "buyers_before": [10, 90],
                          "revenue": [99.0, 110.0], "revenue_before": [10.0, 900.0]})  # fmt: skip
    mix = change_split.mix_and_rate(table, "region")
    assert (mix["within"] > 0).all() and mix["mix"].sum() < 0


def test_the_way_down_follows_the_largest_fall():
    table = pd.DataFrame(
        {"region": ["n", "n", "s"], "city": ["x", "y", "z"], "revenue": [10.0, 90.0, 99.0],
         "revenue_before": [80.0, 60.0, 100.0]}
    )  # fmt: skip
    way = change_split.drill_down(table, ("region", "city"))
    assert way.loc[way["chosen"], "place"].tolist() == ["n", "x"]
    assert set(way.loc[way["level"] == "city", "place"]) == {"x", "y"}


def test_staff_and_customers_by_topic():
    rng = np.random.default_rng(5)
    on = pd.date_range("2022-01-01", "2024-12-31", periods=900).floor("D")
    fell = on >= "2024-07-01"
    staff = pd.DataFrame({"given_on": on, "topic": "Delivery", "staff_id": np.arange(900) % 60,
                          "score": rng.normal(4, 0.4, 900) - 1.0 * (on >= "2024-01-05")})  # fmt: skip
    surveys = pd.DataFrame({"customer_id": np.arange(900), "answered_on": on,
                            "item_delivery": rng.normal(4, 0.4, 900) - 1.0 * fell})  # fmt: skip
    row = staff_view.staff_and_customers(Books(staff_feedback=staff, surveys=surveys), as_of=AS_OF)
    row = row.iloc[0]
    assert row["first"] == "staff" and row["gap"] < 0 and row["low"] < row["gap"] < row["high"]
    assert row["staff_fell"] == 1 and row["customers_fell"] == 0
    assert staff_view.staff_and_customers(Books(surveys=surveys), as_of=AS_OF).empty
