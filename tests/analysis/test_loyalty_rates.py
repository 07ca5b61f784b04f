"""Recommendation, and what those who said so did, counted by hand."""

import datetime as dt

import ibis
import pandas as pd
import pytest

from workbook.analysis import lifecycle, loyalty_rates

AS_OF = dt.date(2024, 12, 31)


def days_of(*rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at"])
    frame = frame.assign(
        ordered_at=pd.to_datetime(frame["ordered_at"]), amount=10.0, is_return=False
    )
    return lifecycle.purchase_days(ibis.memtable(frame))


def answers(*rows, ids=True):
    frame = pd.DataFrame(rows, columns=["customer_id", "answered_on", "nps"])
    frame["answered_on"] = pd.to_datetime(frame["answered_on"])
    return ibis.memtable(frame.astype({"nps": float}) if ids else frame.drop(columns="customer_id"))


def test_the_last_answer_of_a_customer_counts():
    table = answers(
        ("a", "2024-02-01", 3), ("a", "2024-08-01", 9), ("b", "2024-03-01", 8),
        ("c", "2024-03-01", 6), ("d", "2024-03-01", 99), ("e", "2022-03-01", 10),
        (None, "2024-03-01", 10), (None, "2024-04-01", 0),
    )  # fmt: skip
    found = loyalty_rates.recommendation(table, as_of=AS_OF)
    assert (found["numerator"], found["denominator"]) == (2, 5)
    assert (found["passives"], found["detractors"]) == (1, 2)
    assert (found["no_answer"], found["earlier"]) == (1, 1)


def test_on_a_scale_from_1_nought_is_no_answer():
    table = answers(("a", "2024-02-01", 0), ("b", "2024-02-01", 10), ids=False)
    found = loyalty_rates.recommendation(table, as_of=AS_OF, scale=(1, 10, "up"))
    assert (found["numerator"], found["denominator"], found["no_answer"]) == (1, 1, 1)


@pytest.mark.parametrize("scale", [(1, 5, "up"), (0, 10, "down"), (0, 100, "up")])
def test_other_scales_give_no_rate(scale):
    assert (
        loyalty_rates.recommendation(answers(("a", "2024-02-01", 5)), as_of=AS_OF, scale=scale)
        is None
    )


def test_nobody_asked_in_the_window():
    found = loyalty_rates.recommendation(answers(("a", "2020-02-01", 5)), as_of=AS_OF)
    assert found["share"] is None and found["denominator"] == 0


def test_what_customers_did_after_their_first_answer():
    days = days_of(
        ("a", "2023-01-05"), ("a", "2023-06-01"), ("b", "2023-01-05"), ("b", "2024-06-01"),
        ("c", "2023-01-05"), ("c", "2023-03-01"), ("n1", "2023-07-01"), ("n2", "2024-11-01"),
    )  # fmt: skip
    table = answers(
        ("a", "2023-03-01", 10), ("a", "2023-09-01", 2), ("b", "2023-03-01", 9),
        ("c", "2023-03-01", 1), ("late", "2024-06-01", 10),
    )  # fmt: skip
    referred = pd.DataFrame(
        {
            "customer_id": ["n1", "n2"],
            "referred_by": ["a", "b"],
            "first_on": [dt.date(2023, 7, 1), dt.date(2024, 11, 1)],
        }
    )
    found = loyalty_rates.said_and_done(days, table, referred, as_of=AS_OF).set_index("group")
    assert found["customers"].to_dict() == {"promoter": 2, "detractor": 1}
    # b came back after more than a year, c on the day of the answer
    assert found["again"].to_dict() == {"promoter": 1, "detractor": 0}
    assert found["referrers"].to_dict() == {"promoter": 1, "detractor": 0}
    assert found.loc["promoter", "brought"] == 1


def test_without_referrals_recorded_they_are_not_nil():
    days, table = days_of(("a", "2023-01-05")), answers(("a", "2023-03-01", 10))
    found = loyalty_rates.said_and_done(days, table, None, as_of=AS_OF)
    assert found["referrer_share"].isna().all() and found["brought"].isna().all()


def test_groups_are_tested_only_when_large():
    ids = [f"c{i:03d}" for i in range(120)]
    days = days_of(*[(i, "2023-01-05") for i in ids], *[(i, "2023-06-01") for i in ids[:60]])
    table = answers(*[(i, "2023-03-01", 10 if place < 60 else 0) for place, i in enumerate(ids)])
    found = loyalty_rates.said_and_done(days, table, None, as_of=AS_OF)
    assert found["again"].tolist() == [60, 0] and (found["p_again"] < 1e-9).all()
