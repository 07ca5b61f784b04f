"""Who pays later: a planted slice is found with its start and days; where nothing changed, silence."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbook.analysis.paying_change import paying_changes

DAY = dt.date(2025, 12, 31)


def invoices(seed=0, customers=80, *, slower=1.0, start="2025-03-01", each=20):
    """Invoices of customers who pay about 12 days late, of the kind x `slower` times since `start`."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(customers), each)
    kind = np.where(np.arange(customers) < customers // 4, "x", "y")
    place = rng.choice(["north", "south", "east"], customers)
    habit = rng.gamma(8.0, 1 / 8.0, customers)  # customers differ
    due = pd.Timestamp("2023-06-01") + pd.to_timedelta(rng.integers(0, 943, len(who)), unit="D")
    late = rng.gamma(2.0, 6.0, len(who)) * habit[who]
    hit = (kind[who] == "x") & (due >= pd.Timestamp(start))
    late = np.floor(np.where(hit, late * slower, late))
    paid = due + pd.to_timedelta(late, unit="D")
    seen = pd.Timestamp(DAY)
    is_open = paid > seen
    late = np.where(is_open, (seen - due).days, late)
    table = pd.DataFrame({"customer_id": who, "amount": 1000.0, "due_on": due, "late": late,
                          "open": is_open, "type": kind[who], "region": place[who]})  # fmt: skip
    return table[due < seen].sort_values("due_on", ignore_index=True)


def test_the_slice_is_named_once_with_its_start_and_its_days():
    table = invoices(slower=3.0)
    changes = paying_changes(table, as_of=DAY, capital_cost_annual=0.08)
    assert changes.found[["column", "value"]].to_numpy().tolist() == [["type", "x"]]
    row = changes.found.iloc[0]
    assert abs((pd.Timestamp(row["start"]) - pd.Timestamp("2025-03-01")).days) <= 31
    assert (
        row["days"] == pytest.approx(24, abs=6) and row["days_low"] < row["days"] < row["days_high"]
    )
    assert row["money"] == pytest.approx(row["days"] * row["invoiced"] * 0.08 / 365.25)


def test_part_of_the_customers_stands_for_all():
    table = invoices(slower=3.0)
    whole, half = (
        paying_changes(table, as_of=DAY, part=p).found.iloc[0]["money"] for p in (1.0, 0.5)
    )
    assert half == pytest.approx(2 * whole)


def test_silence_where_nothing_changed():
    found = [len(paying_changes(invoices(seed), as_of=DAY).found) for seed in range(40)]
    assert sum(found) == 0


def test_few_invoices_are_not_tested():
    changes = paying_changes(invoices(customers=6), as_of=DAY)
    assert changes.tested.empty and changes.found.empty
    assert paying_changes(invoices().head(0), as_of=DAY).found.empty


def test_paying_sooner_is_no_problem():
    assert paying_changes(invoices(slower=0.2), as_of=DAY).found.empty


def test_everybody_on_one_day():
    alike = invoices().assign(late=0, open=False)
    assert paying_changes(alike, as_of=DAY).tested.empty
