"""Gaps in the flow of rows: planted ones found, flows without one left alone."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from workbook.analysis.flow import flow_counts, flow_gaps

AS_OF = dt.date(2024, 12, 31)
DAYS = pd.date_range("2023-01-01", "2024-12-31")
WEEK = np.array([1.2, 1.0, 1.0, 1.1, 1.3, 0.9, 0.0])  # closed on Sundays


def rows_of(per_day, seed, *, dispersion=2.0):
    """A table with rows per day around a rate with season, week and more than Poisson's spread."""
    rng = np.random.default_rng(seed)
    rate = per_day * WEEK[DAYS.dayofweek] * (1 + 0.3 * np.sin(2 * np.pi * DAYS.dayofyear / 365))
    size = np.maximum(rate, 1e-9) / (dispersion - 1)
    counts = rng.negative_binomial(size, 1 / dispersion)
    return pd.Series(counts, DAYS)


def table_of(counts):
    days = counts.index.repeat(counts.to_numpy())
    return ibis.memtable(pd.DataFrame({"at": days + pd.Timedelta(hours=9)}))


@pytest.mark.parametrize(("per_day", "length"), [(60, 1), (4, 7), (1, 28), (0.1, 28)])
def test_the_period_is_as_short_as_the_rows_allow(per_day, length):
    counts, found = flow_counts(table_of(rows_of(per_day, 1)), "at", as_of=AS_OF)
    assert found == length
    assert counts["end"].iloc[-1] == pd.Timestamp(AS_OF)
    lengths = (counts["end"] - counts["start"]).dt.days + 1
    assert (lengths == length).all()


def test_flows_without_a_gap_are_left_alone():
    """At a level of 1 % a hundred flows show one gap on average; five or more is 1 in 250."""
    wrong = 0
    for seed in range(100):
        counts, length = flow_counts(table_of(rows_of(12, seed)), "at", as_of=AS_OF)
        wrong += len(flow_gaps(counts, length, level=0.01)) > 0
    assert wrong <= 4


@pytest.mark.parametrize(
    ("per_day", "first", "last"),
    [
        (80, "2024-05-14", "2024-05-15"),
        (5, "2024-05-08", "2024-06-04"),
        (80, "2024-12-28", "2024-12-31"),
    ],
)
def test_a_planted_gap_is_found_where_it_is(per_day, first, last):
    counts = rows_of(per_day, 3)
    counts[first:last] = 0
    flow, length = flow_counts(table_of(counts), "at", as_of=AS_OF)
    gaps = flow_gaps(flow, length, level=0.01)
    assert len(gaps) == 1
    assert pd.Timestamp(first) <= gaps["start"].iloc[0] + pd.Timedelta(days=length - 1)
    assert gaps["end"].iloc[0] <= pd.Timestamp(last)
    assert gaps["rows"].iloc[0] == 0 and gaps["expected"].iloc[0] > 50
    assert gaps["p"].iloc[0] < 0.01


def test_closed_sundays_are_no_gap():
    counts, length = flow_counts(table_of(rows_of(100, 8)), "at", as_of=AS_OF)
    assert length == 1 and flow_gaps(counts, length).empty


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_hardly_any_rows_say_nothing(rows):
    frame = pd.DataFrame({"at": pd.to_datetime(["2024-03-01"] * rows)})
    counts, length = flow_counts(ibis.memtable(frame), "at", as_of=AS_OF)
    assert flow_gaps(counts, length).empty
