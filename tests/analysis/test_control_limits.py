"""Control charts of changes on the year before."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

import monitoring_world as w
from workbook.analysis.bought_days import bought_days
from workbook.analysis.control_limits import charted, monthly_figures, outside_months, year_changes


def months(values, first="2022-01", n=500):
    index = pd.period_range(first, periods=len(values), freq="M")
    return pd.DataFrame({"n": float(n), "value": np.asarray(values, float)}, index=index)


def test_months_are_held_against_the_year_before_and_winter_months_together():
    values = np.r_[np.full(12, 10.0), np.full(12, 20.0)]
    values[12:14] = [10.0, 30.0]  # the holiday has moved from January to February
    table = year_changes(months(values))
    assert len(table) == 11 and table["month"].iloc[0] == pd.Timestamp("2023-02-01")
    np.testing.assert_allclose(np.exp(table["change"]), 2.0)


def test_thin_months_are_left_out():
    table = months(np.ones(24))
    table.loc["2023-06", "n"] = 5
    assert pd.Timestamp("2023-06-01") not in set(year_changes(table)["month"])
    assert year_changes(months([1.0, 0.0, np.nan])).empty


def test_alarms_without_a_change_are_as_rare_as_they_claim():
    rng = np.random.default_rng(1)
    outside = judged = 0
    for _ in range(150):
        changes = pd.DataFrame({"month": range(30), "change": rng.normal(0, 0.1, 30)})
        table = charted(changes)
        outside += (table["outside"] != "").sum()
        judged += (~table["base"]).sum()
    assert judged == 150 * 19
    # months share one base, so that alarms of one chart come together
    assert outside <= binom.isf(0.0005, judged, 0.0027) + 8


def test_a_break_is_found_with_its_month_and_side():
    rng = np.random.default_rng(2)
    values = np.exp(rng.normal(0, 0.02, 48))
    values[40:] *= 0.6
    table = charted(year_changes(months(values)))
    found = outside_months({"x": table}).iloc[0]
    assert (found["side"], found["first"]) == ("below", pd.Timestamp("2025-05-01"))
    assert found["outside"] == 8 and found["judged"] == len(table) - 11
    assert table.loc[table["outside"] != "", "ratio"].max() < table["low"].iloc[0]


def test_too_short_or_too_unsteady_gives_no_chart():
    assert charted(year_changes(months(np.ones(23)))) is None
    wild = pd.DataFrame({"month": range(20), "change": np.tile([-2.0, 2.0], 10)})
    assert charted(wild) is None
    assert outside_months({}).empty


def test_figures_of_a_firm_are_what_pandas_counts():
    orders = w.orders(200, 3)
    opened = pd.Series(pd.date_range("2023-01-01", "2025-12-20", freq="D"))
    closed = (opened + pd.Timedelta(days=2)).where(np.arange(len(opened)) % 5 > 0)
    tickets = pd.DataFrame({"opened_at": opened, "closed_at": closed, "kind": "complaint"})
    contracts = pd.DataFrame(
        {
            "started_on": pd.to_datetime(["2023-01-15"] * 40),
            "ended_on": pd.to_datetime(["2023-03-05"] * 4 + [None] * 36),
        }
    )
    surveys = pd.DataFrame({"answered_on": opened, "csat": 4.0})
    books = w.Books(orders=orders, tickets=tickets, contracts=contracts, surveys=surveys)
    days = bought_days(books["orders"]).cache()
    found = monthly_figures(books, days, as_of=w.AS_OF)
    june = orders[orders["ordered_at"].between("2024-06-01", "2024-06-30")]
    bought = june.drop_duplicates(["customer_id", "ordered_at"])
    assert found["per_purchase"].loc["2024-06", "value"] == pytest.approx(
        june["amount"].sum() / len(bought)
    )
    per_buyer = len(bought) / june["customer_id"].nunique()
    assert found["purchases_per_buyer"].loc["2024-06", "value"] == pytest.approx(per_buyer)
    assert found["complaints"].loc["2024-06", "value"] == pytest.approx(100 * 30 / len(bought))
    assert found["resolution_days"]["value"].eq(2.0).all()
    assert found["resolution_days"].index.max() == pd.Period("2025-10", "M")
    assert found["contract_ends"].loc["2023-03", "value"] == pytest.approx(0.1)
    assert found["csat"]["value"].eq(4.0).all() and found["csat"].index.min() == pd.Period(
        "2023-02", "M"
    )
    assert monthly_figures(w.Books(), None, as_of=w.AS_OF) == {}
