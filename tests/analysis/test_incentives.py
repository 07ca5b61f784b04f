"""Discounts and rebates of business customers, and traits of loyal customers, counted by hand."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from workbook.analysis import incentives, loyal_traits

AS_OF = dt.date(2024, 12, 31)


def orders_of(*rows, cost=True, discount=True):
    columns = ["customer_id", "ordered_at", "amount", "discount", "cost"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["ordered_at"] = pd.to_datetime(frame["ordered_at"], format="ISO8601")
    drop = [c for c, kept in (("cost", cost), ("discount", discount)) if not kept]
    return ibis.memtable(frame.drop(columns=drop).assign(is_return=frame["amount"] < 0))


def people(**types):
    return ibis.memtable(pd.DataFrame({"customer_id": list(types), "type": list(types.values())}))


ROWS = [
    ("a", "2024-01-01 08:00", 90.0, 10.0, 50.0),
    ("a", "2024-12-31 23:00", 90.0, 10.0, 50.0),
    ("a", "2023-12-31 23:00", 200.0, 0.0, 100.0),
    ("b", "2024-05-01", 40.0, 60.0, 50.0),
    ("b", "2024-06-01", -10.0, 0.0, 0.0),
    ("p", "2024-05-01", 500.0, 0.0, 1.0),
]
KINDS = {"a": "business", "b": "dealer", "p": "consumer"}


def rebates(*rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "redeemed_on", "cost"])
    found = ibis.memtable(frame.assign(redeemed_on=pd.to_datetime(frame["redeemed_on"])))
    return found.mutate(redeemed_on=found.redeemed_on.cast("date"))


def test_sums_by_customer_and_year():
    given = rebates(("a", "2024-07-01", 5.0), ("a", "2023-07-01", 7.0), ("p", "2024-07-01", 9.0))
    frame = incentives.business_incentives(
        orders_of(*ROWS), people(**KINDS), given, as_of=AS_OF
    ).set_index("customer_id")
    assert frame.index.tolist() == ["a", "b"]
    assert frame.loc["a", ["revenue", "discount", "rebate", "cost"]].tolist() == [180, 20, 5, 100]
    assert frame.loc["a", ["revenue_before", "rebate_before"]].tolist() == [200, 7]
    assert frame.loc["b", ["revenue", "discount", "cost"]].tolist() == [30, 60, 50]


def test_what_is_left_by_kind():
    frame = incentives.business_incentives(orders_of(*ROWS), people(**KINDS), as_of=AS_OF)
    table = incentives.incentives_by_type(frame).set_index("type")
    assert table["customers"].tolist() == [2, 1, 1]
    dealer = table.loc["dealer"]
    assert dealer["incentives"] == 60 and dealer["rate"] == pytest.approx(60 / 90)
    assert dealer["contribution"] == -20
    whole = table[table.index.isna()].iloc[0]
    assert whole["revenue"] == 210 and whole["contribution"] == 60
    losing = incentives.unprofitable(frame)
    assert losing["customer_id"].tolist() == ["b"] and losing["contribution"].tolist() == [-20]


def test_without_costs_nobody_is_called_a_loss():
    frame = incentives.business_incentives(
        orders_of(*ROWS, cost=False), people(**KINDS), as_of=AS_OF
    )
    assert incentives.unprofitable(frame).empty
    assert incentives.incentives_by_type(frame)["contribution"].isna().all()


@pytest.mark.parametrize(
    ("orders", "customers"),
    [
        (orders_of(*ROWS, discount=False), people(**KINDS)),
        (orders_of(*ROWS), people(a="consumer", b="consumer")),
        (orders_of(*ROWS), people(a="business", b="dealer").drop("type")),
        (orders_of(("a", "2024-05-01", 5.0, 0.0, 1.0)), people(a="business")),
        (orders_of(*ROWS), people(z="business")),
    ],
)
def test_nothing_to_tell_is_none(orders, customers):
    assert incentives.business_incentives(orders, customers, as_of=AS_OF) is None


def test_growth_is_sorted_by_the_earlier_year():
    """Growth follows last year's rate; this year's discounts are the same for all."""
    n = 240
    rate = np.repeat([0.0, 0.05, 0.1, 0.2], n // 4)
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i:03d}" for i in range(n)],
            "type": "business",
            "revenue_before": 100 * (1 - rate),
            "discount_before": 100 * rate,
            "rebate_before": 0.0,
            "revenue": 100 * (1 - rate) * (1 + rate),
            "discount": 50.0,
            "rebate": 0.0,
            "cost": np.nan,
            "cost_before": np.nan,
        }
    )
    table = incentives.growth_by_incentive(frame)
    assert table["group"].tolist() == ["none", "low", "middle", "high"]
    assert table["growth"].tolist() == pytest.approx([1, 1.05, 1.1, 1.2])
    assert table["rate"].tolist() == pytest.approx([0, 0.05, 0.1, 0.2])
    assert incentives.growth_by_incentive(frame.head(20)).empty


def test_traits_of_loyal_customers():
    rng = np.random.default_rng(0)
    n = 600
    region = rng.choice(["north", "south"], n)
    loyal = rng.random(n) < np.where(region == "north", 0.5, 0.1)
    members = pd.DataFrame({"customer_id": [f"c{i}" for i in range(n)], "loyal": loyal,
                            "first_amount": rng.lognormal(3, 1, n), "known_days": 400})  # fmt: skip
    classes = pd.DataFrame({"region": region, "gender": rng.choice(["f", "m"], n)})
    table = loyal_traits.loyal_traits(members, members[["first_amount"]], classes)
    assert table.loc[table["differs"], "trait"].tolist() == ["region"]
    shares = loyal_traits.share_loyal_by(members, classes["region"])
    assert shares["group"].tolist() == ["north", "south"]
    assert shares["loyal"].sum() == loyal.sum()
