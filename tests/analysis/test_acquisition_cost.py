"""Cost per new customer: months, what is still to come, intervals, lag."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

from workbook.analysis.acquisition_cost import (
    cac_interval,
    cac_table,
    dispersion,
    matched_months,
    monthly_cost,
)
from workbook.analysis.new_customers import lead_waits, monthly_customers, new_customers
from workbook.analysis.spend_lag import best_lag, cac_by_lag

AS_OF = dt.date(2024, 12, 31)
MONTHS = pd.date_range("2023-01-01", "2024-12-01", freq="MS")


def cost_of(amounts):
    """{channel: money of each month} as `monthly_cost` gives it."""
    parts = [
        pd.DataFrame({"channel": c, "month": MONTHS, "amount": money, "media": money})
        for c, money in amounts.items()
    ]
    return pd.concat(parts, ignore_index=True).assign(clicks=np.nan, leads=np.nan, claimed=np.nan)


def customers_of(counts):
    parts = [
        pd.DataFrame({"channel": c, "month": MONTHS, "customers": n}) for c, n in counts.items()
    ]
    return pd.concat(parts, ignore_index=True)


def test_spend_is_summed_by_month_and_kind():
    spend = pd.DataFrame(
        {"month": ["2024-01-15", "2024-01-03", "2024-02-01", "2024-02-01"], "amount": [10.0, 5.0, 7.0, 1.0],
         "channel": [" Ads", "ads", "Ads", None], "kind": ["media", "people", None, "media"],
         "leads": [3, None, 4, 5]}
    )  # fmt: skip
    spend["month"] = pd.to_datetime(spend["month"])
    found = monthly_cost(ibis.memtable(spend))
    assert found["channel"].tolist() == ["ads", "ads"]
    assert found["amount"].tolist() == [15.0, 7.0] and found["media"].tolist() == [10.0, 7.0]
    assert found["leads"].tolist() == [3.0, 4.0] and found["clicks"].isna().all()


def test_cost_is_spend_over_customers_by_hand():
    panel = matched_months(
        cost_of({"ads": 100.0, "fair": 50.0}), customers_of({"ads": 4, "fair": 1, None: 5}), None, as_of=AS_OF
    )  # fmt: skip
    table = cac_table(panel).set_index(["row", "channel"])["cac"]
    assert table[("blended", None)] == pytest.approx(150 / 10)
    # customers of no channel belong to none that is paid
    assert table[("paid", None)] == pytest.approx(150 / 5)
    assert table[("channel", "ads")] == pytest.approx(25) and table[("channel", "fair")] == 50


def test_intervals_are_those_of_the_count():
    low, high = cac_interval(1000.0, 10, confidence=0.9)
    n_low, n_high = 1000 / high, 1000 / low
    assert poisson.sf(9, n_low) == pytest.approx(0.05, abs=1e-6)
    assert poisson.cdf(10, n_high) == pytest.approx(0.05, abs=1e-6)
    assert cac_interval(1000.0, 0)[1] == np.inf
    wide = cac_interval(1000.0, 40, spread=4.0)
    assert np.allclose(wide, cac_interval(1000.0 / 4, 10))


def test_months_vary_more_than_chance_when_they_do():
    rng = np.random.default_rng(3)
    even = customers_of({"a": rng.poisson(40, 24), "b": rng.poisson(20, 24)})
    rough = customers_of({"a": rng.poisson(40 * rng.gamma(4, 0.25, 24)), "b": 20})
    found = [
        dispersion(matched_months(cost_of({"a": 9.0, "b": 9.0}), n, None, as_of=AS_OF))
        for n in (even, rough)
    ]
    assert 1 <= found[0] < 2 and found[1] > 3


def test_late_customers_of_recent_months_are_allowed_for():
    """Half of a month's leads become customers after 40 days: those of December are still to come."""
    rng = np.random.default_rng(0)
    lead = pd.to_datetime("2023-01-01") + pd.to_timedelta(rng.integers(0, 731, 6000), unit="D")
    when = lead + pd.to_timedelta(np.where(rng.random(6000) < 0.5, 2, 40), unit="D")
    people = pd.DataFrame(
        {"customer_id": [f"c{i}" for i in range(6000)], "channel": "ads", "lead_on": lead, "joined_on": when}
    )  # fmt: skip
    table = new_customers(None, ibis.memtable(people), as_of=AS_OF, counted="joined").cache()
    waits = lead_waits(table, as_of=AS_OF)
    panel = matched_months(
        cost_of({"ads": 6000 / 24 * 30}), monthly_customers(table), waits, as_of=AS_OF
    )
    months = panel[panel["channel"] == "ads"].set_index("month")
    assert months["seen"].iloc[0] == 1 and months["seen"].iloc[-1] < 0.9
    half_year = cac_table(panel, months=3)["cac"].iloc[0]
    assert half_year == pytest.approx(30, rel=0.08)
    # last month's spend over this month's customers would say more
    raw = months["amount"].iloc[-3:].sum() / months["customers"].iloc[-3:].sum()
    assert raw > 1.04 * half_year


def test_a_lag_is_found_when_spend_moves():
    rng = np.random.default_rng(1)
    money = 1000 * np.exp(rng.normal(0, 0.5, 24))
    came = rng.poisson(np.roll(money, 2) / 20)
    lagged = customers_of({"ads": came})
    assert best_lag(cost_of({"ads": money}), lagged, as_of=AS_OF) == (2, True)
    table = cac_by_lag(cost_of({"ads": money}), lagged, as_of=AS_OF)
    assert table["lag"].tolist() == [0, 1, 2, 3]
    steady = customers_of({"ads": rng.poisson(50, 24)})
    assert best_lag(cost_of({"ads": 1000.0}), steady, as_of=AS_OF) == (0, False)


def test_old_customers_never_count_as_new():
    orders = pd.DataFrame(
        {"customer_id": ["old", "new", "new"], "ordered_at": pd.to_datetime(["2023-05-01", "2023-01-02", "2023-02-02"]),
         "is_return": False}
    )  # fmt: skip
    people = pd.DataFrame({"customer_id": ["old", "new"], "joined_on": pd.to_datetime(["2020-01-01", "2023-01-02"])})  # fmt: skip
    table = new_customers(ibis.memtable(orders), ibis.memtable(people), as_of=AS_OF).to_pandas()
    by = table.set_index("customer_id")
    assert pd.isna(by["new_on"]["old"]) and str(by["new_on"]["new"])[:10] == "2023-01-02"
    assert str(by["second_on"]["new"])[:10] == "2023-02-02" and pd.isna(by["second_on"]["old"])
