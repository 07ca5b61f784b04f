"""Renewals of a year beside other kinds of retention, their projection, and money."""

import numpy as np
import pandas as pd
import pytest

from contract_world import AS_OF, MEAN, simulated_contracts
from workbook.analysis.contract_stay import lasting
from workbook.analysis.contract_study import contract_study
from workbook.analysis.renewal_study import kept_in_year, projection, retention_money, year_due


def yearly(n, seed, chance=0.25):
    """Contracts of twelve months that a quarter of the customers doesn't renew each time."""
    rng = np.random.default_rng(seed)
    started = AS_OF - pd.to_timedelta(rng.integers(1, 7 * 365, n), unit="D")
    terms = rng.geometric(chance, n)
    ended = pd.Series(
        [day + pd.DateOffset(years=int(k)) for day, k in zip(started, terms, strict=True)]
    )
    due = [day + pd.DateOffset(years=max(AS_OF.year - day.year, 1)) for day in started]
    table = pd.DataFrame({"contract_id": np.arange(n), "customer_id": np.arange(n)})
    table = table.assign(started_on=started, ended_on=ended.where(ended <= AS_OF), value=120.0)
    table["term_ends_on"] = np.where(table["ended_on"].notna(), table["ended_on"], due)
    return table.assign(term_ends_on=pd.to_datetime(table["term_ends_on"]))


@pytest.fixture(scope="module")
def study():
    return contract_study(yearly(3000, 1), as_of=AS_OF)


def test_three_kinds_of_retention_near_their_truth(study):
    rates, checks = year_due(study)
    table = rates.set_index("measure")
    assert list(table.index) == ["count", "gross", "net"]
    assert table.loc["count", "low"] < 0.75 < table.loc["count", "high"]
    assert table.loc["gross", "rate"] == pytest.approx(table.loc["net", "rate"])
    kept = kept_in_year(study)
    assert kept["low"] < 0.75 < kept["high"] and kept["numerator"] < kept["denominator"]
    assert set(checks["rule"]) <= {"undecided"}


def test_without_term_ends_or_dates_there_is_no_renewal(study):
    bare = contract_study(yearly(200, 2).drop(columns="term_ends_on"), as_of=AS_OF)
    assert year_due(bare)[0].empty and kept_in_year(bare) is not None
    nothing = contract_study(None, as_of=AS_OF)
    assert year_due(nothing)[0].empty and kept_in_year(nothing) is None
    assert projection(nothing) is None and retention_money(nothing, lasting(nothing)) is None


def test_the_projection_holds_the_cohorts_future(study):
    found = projection(study)
    assert found.customers >= 50 and 2 <= found.periods <= 8
    truth = 0.75 ** found.table["period"]
    ahead = found.table["period"] > found.periods
    inside = (found.table["low"] <= truth) & (truth <= found.table["high"])
    assert inside[ahead].all() and found.table.loc[ahead, "actual"].isna().all()


def test_money_follows_the_curve():
    study = contract_study(simulated_contracts(4000, 3).assign(value=12.0), as_of=AS_OF)
    money = retention_money(
        study, lasting(study), discount_rate_annual=0.0, horizon_months=36, cac=5.0
    )
    assert money.monthly_value == 1.0
    assert money.value == pytest.approx(MEAN * (1 - np.exp(-36 / MEAN)), rel=0.05)
    assert money.low < money.value < money.high
    assert money.worth["gain"].is_monotonic_increasing and (money.worth["gain"] > 0).all()
    np.testing.assert_allclose(money.worth["per_year"], money.worth["gain"] * money.won)
    assert 5 <= money.payback <= 8


def test_zero_and_missing_values_bring_no_money():
    for value in (0.0, -5.0, np.nan):
        study = contract_study(simulated_contracts(200, 4).assign(value=value), as_of=AS_OF)
        assert retention_money(study, lasting(study)) is None
