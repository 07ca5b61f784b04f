"""The exact split of a change between two runs."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

import monitoring_world as w
from workbook.analysis.read_state import customer_year, read_state, rows_up_to
from workbook.analysis.run_change import PARTS, changed_sources, revenue_split, table_rows

THEN = dt.date(2025, 6, 30)


def year(orders, day):
    return customer_year(ibis.memtable(orders), as_of=day).execute()


def told(frame):
    sums = frame[["amount", "purchases"]].sum()
    return {"revenue": float(sums.iloc[0]), "buyers": len(frame), "purchases": int(sums.iloc[1])}


def split(orders, snapshot, said=None, **options):
    return revenue_split(
        ibis.memtable(orders), ibis.memtable(snapshot), said or told(snapshot), earlier=THEN,
        as_of=w.AS_OF, days=365, **options,
    ).set_index("part")  # fmt: skip


@pytest.fixture(scope="module")
def orders():
    return w.orders(400, 7)


def test_the_year_of_a_customer_is_what_pandas_counts(orders):
    rows = orders[orders["ordered_at"].between("2024-07-01", "2025-06-30")]
    rows = rows.assign(on=rows["ordered_at"].dt.date)
    wanted = rows.groupby("customer_id").agg(amount=("amount", "sum"), purchases=("on", "nunique"))
    found = year(orders, THEN).set_index("customer_id").sort_index()
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False)


def test_parts_add_up_whatever_has_changed(orders):
    rng = np.random.default_rng(1)
    for seed in range(4):
        missing = rng.random(len(orders)) < 0.1
        old = orders[~missing].assign(amount=lambda t: t["amount"] * rng.choice([1, 0.5]))
        snapshot = year(old, THEN)
        said = {**told(snapshot), "revenue": told(snapshot)["revenue"] + 100.0 * seed}
        table = split(orders, snapshot, said)
        now = told(year(orders, w.AS_OF))
        assert list(table.index) == list(PARTS)
        for column in ("revenue", "buyers", "purchases"):
            assert table[column].sum() == pytest.approx(now[column] - said[column]), column
        assert table.loc["code", "revenue"] == pytest.approx(-100.0 * seed, abs=1e-6)


def test_nothing_changed_but_time_leaves_code_and_data_at_nil(orders):
    table = split(orders, year(orders, THEN))
    for part in ("code", "late", "data"):
        assert table.loc[part, ["revenue", "buyers", "purchases"]].abs().max() < 1e-6


def test_late_orders_are_told_from_corrections_by_recorded_at(orders):
    recorded = orders["ordered_at"] + pd.Timedelta(days=1)
    in_year = orders["ordered_at"].between("2024-07-01", "2025-06-30")
    late = in_year & (np.arange(len(orders)) % 11 == 0)
    all_now = orders.assign(recorded_at=recorded.where(~late, pd.Timestamp("2025-08-01")))
    known_then = all_now[all_now["recorded_at"] <= "2025-06-30 23:59"]
    wrong = known_then.assign(amount=known_then["amount"] + in_year * 1.0)
    table = split(all_now, year(wrong, THEN))
    late |= in_year & (recorded > "2025-06-30 23:59")
    assert table.loc["late", "revenue"] == pytest.approx(orders.loc[late, "amount"].sum())
    kept = in_year & ~late
    assert table.loc["data", "revenue"] == pytest.approx(-kept.sum())


def test_who_is_new_back_and_gone():
    days = {
        "new": ["2025-08-01"], "back": ["2023-05-01", "2025-08-01"], "gone": ["2024-09-01"],
        "stays": ["2024-09-01", "2025-08-01", "2025-09-01"],
    }  # fmt: skip
    rows = [(name, pd.Timestamp(day), 10.0) for name, many in days.items() for day in many]
    orders = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"])
    orders["is_return"] = False
    table = split(orders, year(orders, THEN))
    assert table["buyers"].to_dict() == {
        "code": 0, "late": 0, "data": 0, "new": 1, "back": 1, "gone": -1, "frequency": 0, "value": 0,
    }  # fmt: skip
    assert table.loc["frequency", "revenue"] == pytest.approx(10.0)
    assert table.loc["value", "revenue"] == pytest.approx(0.0)
    assert table.loc[["new", "back"], "low"].notna().all()


def test_limits_hold_what_other_firms_of_the_kind_show():
    found = [split(o, year(o, THEN)) for o in (w.orders(150, seed) for seed in range(12))]
    for part in ("new", "gone", "frequency", "value"):
        middle = np.mean([table.loc[part, "revenue"] for table in found])
        inside = sum(t.loc[part, "low"] <= middle <= t.loc[part, "high"] for t in found)
        assert inside >= 8, part  # 95 % limits: fewer in 1 of 10,000


def test_why_the_tables_differ():
    same = {"intake": "a", "settings": "b", "sources": {"orders": "c", "tickets": "d"}}
    assert changed_sources(same, {**same, "sources": {"orders": "c", "tickets": "x"}}) == "same"
    assert changed_sources(same, {**same, "sources": {"orders": "x"}}) == "late"
    assert changed_sources(same, {**same, "settings": "x"}) == "settings"
    assert changed_sources(same, {"intake": "x", "settings": "b", "sources": {}}) == "both"


def test_rows_up_to_a_day_and_their_change():
    tables = w.Books(
        orders=pd.DataFrame(
            {"ordered_at": pd.to_datetime(["2025-06-30 23:59", "2025-07-01 00:00"])}
        ),
        surveys=pd.DataFrame({"answered_on": [dt.date(2025, 6, 30), None]}),
    )
    moments = {"orders": "ordered_at", "surveys": "answered_on"}
    now = rows_up_to(tables, moments, THEN)
    assert now == {"orders": 1, "surveys": 1} and rows_up_to(tables, {}, THEN) == {}
    table = table_rows({"orders": 4, "leads": 2}, now)
    assert table["table"].tolist() == ["orders", "leads", "surveys"]
    assert table["added"].tolist() == [-3, -2, 1]


def test_a_state_without_orders_or_with_one():
    found = read_state(w.Books(), {}, None, as_of=THEN)
    assert found["year"] is None and found["months"] == []
    one = w.orders(50).head(1)
    books = w.Books(orders=one)
    customers = customer_year(books["orders"], as_of=dt.date(2020, 1, 1))
    found = read_state(books, {"orders": "ordered_at"}, customers, as_of=w.AS_OF)
    assert found["year"] == {"revenue": 0.0, "buyers": 0, "purchases": 0}
    assert found["rows"] == {"orders": 1} and len(found["months"]) == 1
