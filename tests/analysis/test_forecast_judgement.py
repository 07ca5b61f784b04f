"""Past forecasts against what came."""

import datetime as dt

import pandas as pd
import pytest

import monitoring_world as w
from workbook.analysis.bought_days import bought_days
from workbook.analysis.forecast_judgement import hit_rate, judged_forecasts, outcome

START, END = dt.date(2025, 1, 1), dt.date(2025, 6, 30)


def row(**changes):
    given = {
        "theme": "clv", "name": "revenue", "measure": "revenue", "made_on": dt.date(2024, 12, 31),
        "start": START, "end": END, "value": 10.0, "low": 5.0, "high": 20.0, "level": 0.9,
        "place": {}, "customers": "all",
    }  # fmt: skip
    return given | changes


@pytest.fixture(scope="module")
def books():
    orders = w.orders(150, 3)
    orders.loc[:5, "is_return"] = True
    orders.loc[6:9, "amount"] = -5.0  # a correction is no revenue of a purchase
    names = sorted(orders["customer_id"].unique())
    customers = pd.DataFrame({"customer_id": names, "region": ["East", "West"] * (len(names) // 2)})
    contracts = pd.DataFrame(
        {
            "contract_id": ["a", "b", "c", "d"],
            "customer_id": names[:4],
            "started_on": pd.to_datetime(["2024-01-01", "2025-02-01", "2024-05-01", "2024-05-01"]),
            "ended_on": pd.to_datetime(["2025-01-01", "2025-06-30", "2025-07-01", None]),
        }
    )
    return w.Books(orders=orders, customers=customers, contracts=contracts)


def test_outcomes_are_what_pandas_counts(books):
    days = bought_days(books["orders"]).cache()
    orders, customers = (dict.__getitem__(books, name) for name in ("orders", "customers"))
    bought = orders[~orders["is_return"]].assign(amount=orders["amount"].clip(lower=0))
    first = bought.groupby("customer_id")["ordered_at"].transform("min")
    inside = bought["ordered_at"].between(str(START), str(END))
    east = bought["customer_id"].isin(customers.loc[customers["region"] == "East", "customer_id"])
    known, tea = first < str(START), bought["category"] == "tea"
    for changes, part in (
        ({}, inside),
        ({"customers": "known"}, inside & known),
        ({"place": {"region": "East"}}, inside & east),
        ({"place": {"category": "tea", "region": "East"}}, inside & east & tea),
        ({"place": {"category": "tea"}, "customers": "known"}, inside & known & tea),
    ):
        rows = bought[part]
        days_bought = rows.drop_duplicates(["customer_id", "ordered_at"])
        wanted = {"revenue": rows["amount"].sum(), "purchases": len(days_bought)}
        wanted["buyers"] = rows["customer_id"].nunique()
        for measure, value in wanted.items():
            found = outcome(books, days, row(measure=measure, **changes))
            assert found == pytest.approx(value), (measure, changes)
    ended = {"all": 2.0, "known": 1.0}
    for who, value in ended.items():
        assert outcome(books, days, row(measure="ended_contracts", customers=who)) == value


def test_what_is_missing_today_is_impossible_and_never_a_zero(books):
    days = bought_days(books["orders"])
    alone = w.Books(orders=dict.__getitem__(books, "orders"))
    rows = [
        row(name="a", measure="ended_contracts"),
        row(name="b", place={"region": "East"}),
        row(name="c", end=dt.date(2026, 1, 1)),
        row(name="d"),
    ]
    table = judged_forecasts(alone, days, rows, as_of=w.AS_OF).set_index("name")
    assert table["state"].to_dict() == {
        "a": "impossible", "b": "impossible", "c": "pending", "d": "judged",
    }  # fmt: skip
    assert judged_forecasts(w.Books(), None, rows[3:], as_of=w.AS_OF)["state"][0] == "impossible"


def test_hits_at_the_very_ends_and_scores_of_misses(books):
    days = bought_days(books["orders"]).cache()
    came = outcome(books, days, row())
    rows = [
        row(name="low", low=came, value=came, high=came),
        row(name="miss", low=came + 10, value=came + 20, high=came + 30),
    ]
    table = judged_forecasts(books, days, rows, as_of=END).set_index("name")
    assert table["hit"].tolist() == [True, False]
    assert table.loc["miss", "score"] == pytest.approx(20 + 2 / 0.1 * 10)
    assert table.loc["miss", "error"] == pytest.approx(came / (came + 20) - 1)


def test_how_often_intervals_hold_counts_times_that_do_not_overlap():
    def many(hits, overlap):
        rows = []
        for n, hit in enumerate(hits):
            start = START if overlap else START + dt.timedelta(days=200 * n)
            rows.append(row(name=str(n), start=start, end=start + dt.timedelta(days=90), hit=hit,
                            state="judged", error=-0.5))  # fmt: skip
        return hit_rate(pd.DataFrame(rows))

    apart = many([False] * 3 + [True], False)
    assert (apart["scored"], apart["hits"], apart["apart"], apart["apart_hits"]) == (4, 1, 4, 1)
    assert apart["p"] == pytest.approx(4 * 0.9 * 0.1**3 + 0.1**4)
    together = many([False] * 4, True)
    assert together["apart"] == 1 and together["p"] == pytest.approx(0.1)
    assert together["bias"] == -0.5 and together["wanted"] == 0.9


def test_nothing_to_judge():
    table = judged_forecasts(w.Books(), None, [], as_of=w.AS_OF)
    rate = hit_rate(table)
    assert table.empty and rate["scored"] == rate["hits"] == 0
    assert rate["share"] is None and rate["p"] is None
