"""What a place that got worse costs a year."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbook.analysis.problem_money import place_money
from workbook.analysis.watch_tables import Books
from workbook.analysis.watched import BLOCKS, Clock, People
from workbook.analysis.watched_sales import payment_measure

CLOCK = Clock(dt.date(2025, 12, 31), 156)


def late_books(seed, *, never):
    """500 customers with an invoice of 100 every five weeks, paid ten days late on average; in the
    south seventy days since week 100; a share of all is never paid."""
    rng = np.random.default_rng(seed)
    people = People(np.arange(500).astype(str), {"region": np.arange(500) % 2},
                    {"region": ["north", "south"]}, block=np.arange(500) % BLOCKS)  # fmt: skip
    who = np.repeat(np.arange(500), 31)
    due = pd.Series(pd.Timestamp(CLOCK.day(0)) + pd.to_timedelta(rng.integers(0, 1092, len(who)), unit="D"))  # fmt: skip
    slow = (who % 2 == 1) & (CLOCK.week(due) >= 100)
    paid = due + pd.to_timedelta(np.round(rng.gamma(2, np.where(slow, 35.0, 5.0))), unit="D")
    known = (paid <= pd.Timestamp(CLOCK.as_of)) & (rng.random(len(who)) >= never)
    invoices = pd.DataFrame({"who": who, "due_on": due, "paid_on": paid.where(known), "amount": 100.0})  # fmt: skip
    measures = {"days_late": payment_measure(invoices, people, CLOCK)}
    return Books(CLOCK, people, None, None, None, invoices, None, measures, {})


@pytest.mark.parametrize("never", [0.0, 0.03])
def test_invoices_never_paid_are_no_delay_and_days_beyond_those_compared_count(never):
    books = late_books(1, never=never)
    money = place_money(books, "days_late", {"region": "south"}, 100, interest_per_year=0.1)
    waiting = 250 * 31 / 156 * (365.25 / 7) * 100.0 * (1 - never) * 60
    assert money.value == pytest.approx(waiting * 0.1 / 365.25, rel=0.06)
