"""Problems of whole simulated companies: found in their own measure, and silence without any.

`bench/problems.py` counts the same on companies of 20,000 and on 200 without problems.
"""

import datetime as dt

import pytest

import known_problems as known

SINCE = dt.date(2025, 3, 1)


@pytest.mark.parametrize(
    ("kind", "where", "size"),
    [
        ("delivery_delay", {"region": "south"}, 2.0),
        ("satisfaction_drop", {"region": "east"}, 1.5),
        ("returns_rise", {"category": "cleaning"}, 4.0),
        ("cac_rise", {"channel": "search_ads"}, 1.6),
        ("late_payment", {"type": "dealer"}, 4.0),
    ],
)
def test_a_problem_is_found_in_its_own_measure_and_place(kind, where, size):
    problem = known.planted(kind, where, SINCE, size)
    books, found, _ = known.looked_at(3, 4000, [problem])
    first = [p for p in found if known.same_place(books, p.where, problem.words)]
    assert [p.measure for p in first] == [known.OWN[kind]]
    # answers come in waves of a quarter
    assert abs((first[0].start - SINCE).days) <= (62 if kind == "satisfaction_drop" else 31)


def test_a_loss_of_purchases_is_found_dated_and_valued():
    problem = known.planted("channel_decline", {"channel": "shop"}, SINCE, 0.45)
    result = known.outcome(4, 6000, problem)
    assert result["found"] and abs(result["days_off"]) <= 31
    assert 1 / 1.6 <= result["ratio"] <= 1.6


def test_clean_companies_are_silent():
    assert [known.looked_at(seed, 800)[1] for seed in range(400, 406)] == [[]] * 6
