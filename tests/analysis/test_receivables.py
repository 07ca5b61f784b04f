"""Open invoices, their ages, DSO and how soon they are paid, against figures reckoned by hand."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from workbook.analysis.days_outstanding import dso, dso_by_month
from workbook.analysis.receivables import (
    ageing,
    customer_receivables,
    open_receivables,
    paid_within,
    settled,
)

DAY = dt.date(2025, 12, 31)


class Tables(dict):
    def __getitem__(self, name):
        return ibis.memtable(dict.__getitem__(self, name))

    def has(self, name, *columns):
        return name in self and set(columns) <= set(dict.__getitem__(self, name).columns)


def day(text):
    return pd.Timestamp(text)


BILLS = pd.DataFrame(
    [
        ("a1", "a", "2025-06-01", "2025-07-01", 1000.0, "2025-07-11"),
        ("a2", "a", "2025-11-01", "2025-12-01", 600.0, None),
        ("b1", "b", "2025-12-15", "2026-01-14", 400.0, None),
        ("b2", "b", "2024-06-01", "2024-07-01", 800.0, None),
        ("c1", "c", "2025-03-01", "2025-03-31", 200.0, "2025-03-20"),
        ("c2", "c", "2025-05-01", "2025-05-31", -50.0, None),
    ],
    columns=["invoice_id", "customer_id", "issued_on", "due_on", "amount", "paid_on"],
).assign(**{c: lambda f, c=c: pd.to_datetime(f[c]) for c in ("issued_on", "due_on", "paid_on")})
PAID = pd.DataFrame(
    [("a1", "a", "2025-07-11", 1000.0), ("a2", "a", "2025-12-10", 200.0), ("c1", "c", "2025-03-20", 200.0)],
    columns=["invoice_id", "customer_id", "paid_on", "amount"],
).assign(paid_on=lambda f: pd.to_datetime(f["paid_on"]))  # fmt: skip


def found(**changes):
    return open_receivables(Tables({"invoices": BILLS, "payments": PAID} | changes))


def test_what_each_customer_owes():
    table = customer_receivables(found(), days=[DAY])[0]
    assert table["open"].to_dict() == {
        "a": 400,
        "b": 1200,
        "c": 0,
    }  # part payment off, credit note out
    assert table["overdue"].to_dict() == {"a": 400, "b": 800, "c": 0}
    assert table["invoiced_year"].to_dict() == {"a": 1600, "b": 400, "c": 200}
    assert table["due_invoices"].to_dict() == {"a": 2, "b": 1, "c": 1}
    assert table["late_days"].to_dict() == {"a": 40, "b": 60, "c": 0}  # 10 + 30 so far; 60 at most


def test_an_earlier_day_knows_nothing_of_later_ones():
    now, then = customer_receivables(found(), days=[DAY, dt.date(2025, 7, 5)])
    assert then["open"].to_dict() == {"a": 1000, "b": 800, "c": 0}
    early = found(invoices=BILLS[BILLS["issued_on"] <= day("2025-07-05")])
    alone = customer_receivables(early, days=[dt.date(2025, 7, 5)])[0]
    pd.testing.assert_frame_equal(then, alone)
    assert set(now.index) == {"a", "b", "c"}


def test_dso_by_hand():
    owed = dso(customer_receivables(found(), days=[DAY])[0])
    assert owed["days"] == pytest.approx(365 * 1600 / 2200)
    assert owed["best"] == pytest.approx(365 * 400 / 2200)
    assert owed["overdue_share"] == pytest.approx(1200 / 1600)
    assert owed["low"] <= owed["days"] <= owed["high"]
    nothing = dso(pd.DataFrame({"open": [5.0], "overdue": [0.0], "invoiced_year": [0.0]}))
    assert nothing["days"] is None and nothing["open"] == 5


def test_ages():
    table = ageing(found(), as_of=DAY).set_index("age")
    assert table["open"].to_dict() == {
        "not_due": 400,
        "to_30": 400,
        "to_60": 0,
        "to_90": 0,
        "over_90": 800,
    }
    assert table.loc["over_90", "invoices"] == 1 and table["share"].sum() == pytest.approx(1)


def test_months_agree_with_the_day():
    rng = np.random.default_rng(0)
    n = 800
    issued = day("2023-01-01") + pd.to_timedelta(rng.integers(0, 1095, n), unit="D")
    due = issued + pd.Timedelta(days=30)
    paid = due + pd.to_timedelta(rng.integers(-20, 60, n), unit="D")
    bills = pd.DataFrame({"invoice_id": [f"i{i}" for i in range(n)], "customer_id": rng.choice(list("abcdefgh"), n),
                          "issued_on": issued, "due_on": due, "amount": rng.uniform(10, 99, n),
                          "paid_on": paid.where(paid <= day("2025-12-31"))})  # fmt: skip
    part = bills.sample(200, random_state=1)
    parts = pd.DataFrame({"invoice_id": part["invoice_id"], "customer_id": part["customer_id"],
                          "paid_on": part["issued_on"] + pd.Timedelta(days=5), "amount": part["amount"] * 0.3})  # fmt: skip
    both = found(invoices=bills, payments=parts[parts["paid_on"] <= day("2025-12-31")])
    months = dso_by_month(both, as_of=DAY).set_index("month")
    for end in ("2025-12-31", "2025-04-30", "2024-02-29"):
        table = customer_receivables(both, days=[day(end).date()])[0]
        row = months.loc[day(end).to_period("M").start_time]
        assert row["open"] == pytest.approx(table["open"].sum())
        assert row["overdue"] == pytest.approx(table["overdue"].sum())
    assert months.index.min() == day("2024-01-01")  # a year of invoices lies before it


def test_payments_close_invoices_that_carry_no_day():
    bare = BILLS.drop(columns="paid_on")
    whole = found(invoices=bare)
    assert whole.has_paid and customer_receivables(whole, days=[DAY])[0]["open"].sum() == 1600
    assert not open_receivables(Tables(invoices=bare)).has_paid


def test_paid_within():
    rows = settled(found(), as_of=DAY)
    table = paid_within(rows, as_of=DAY, days=(0, 10)).set_index("days")
    # due within the year: a1 (10 days late), a2 (open), c1 (in time)
    assert table.loc[0, "share"] == pytest.approx(1 / 3)
    assert table.loc[10, "share"] == pytest.approx(2 / 3)
    assert (table["low"] < table["share"]).all() and (table["share"] < table["high"]).all()


def test_a_large_firm_is_read_in_part():
    part = settled(found(), as_of=DAY, most=2)
    assert part.attrs["part"] == 0.4 and len(part) <= 4


def test_nothing():
    assert open_receivables(Tables()) is None
    assert open_receivables(Tables(invoices=BILLS[BILLS["amount"] < 0])) is None
    assert open_receivables(Tables(invoices=BILLS.drop(columns="amount"))) is None
