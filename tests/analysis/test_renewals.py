"""Renewals: what was due, by number and by value; cohorts for projections."""

import numpy as np
import pandas as pd
import pytest

from known_truth import hit_bounds
from workbook.analysis import sbg
from workbook.analysis.contracts import contract_rows
from workbook.analysis.renewals import (
    RULES,
    projected_survival,
    renewal_cohort,
    renewal_rates,
    renewals,
)

YEAR = {"first_on": "2024-01-01", "last_on": "2024-12-31", "as_of": "2024-12-31"}


def contracts(*rows):
    """From (customer, start, term end, end, value[, renewed, renewed_value])."""
    columns = ["customer_id", "started_on", "term_ends_on", "ended_on", "value"]
    columns += ["renewed", "renewed_value"]
    return pd.DataFrame([(*row, None, None)[:7] for row in rows], columns=columns)


def test_how_a_renewal_is_recognised():
    found = renewals(
        contracts(
            ("marked", "2023-03-01", "2024-02-29", "2024-02-29", 100, True, 120),
            ("denied", "2023-03-01", "2024-02-29", None, 100, False),
            ("runs on", "2023-03-01", "2024-02-29", None, 100),
            ("left", "2023-03-01", "2024-02-29", "2024-02-29", 100),
            ("left early", "2023-03-01", "2024-02-29", "2023-11-30", 100),
            ("next", "2023-03-01", "2024-02-29", "2024-02-29", 100),
            ("next", "2024-03-10", "2025-03-09", None, 80),
            ("too late", "2023-03-01", "2024-02-29", "2024-02-29", 100),
            ("too late", "2024-08-01", "2025-07-31", None, 100),
            ("not yet", "2023-12-21", "2024-12-20", None, 100),
            ("no term", "2023-12-21", None, None, 100),
            ("no value", "2023-03-01", "2024-02-29", None, None),
        ),
        **YEAR,
    )
    due = found.due.set_index("customer_id")
    assert due["renewed"].to_dict() == {
        "marked": True,
        "denied": False,
        "runs on": True,
        "left": False,
        "left early": False,
        "next": True,
        "too late": False,
        "no value": True,
    }
    assert due["renewed_value"].drop("no value").to_dict() == {
        "marked": 120,
        "denied": 0,
        "runs on": 100,
        "left": 0,
        "left early": 0,
        "next": 80,
        "too late": 0,
    }
    counted = found.checks.set_index("rule")["rows"].to_dict()
    assert counted == {"no_term": 1, "undecided": 1, "no_value": 1, "ended_before_term": 1}
    assert set(counted) <= set(RULES)
    rates = renewal_rates(found.due).set_index("measure")
    assert rates.loc["count", ["renewed", "due"]].tolist() == [4, 8]
    assert rates.loc["gross", "rate"] == pytest.approx((100 + 100 + 80) / 700)
    assert rates.loc["net", "rate"] == pytest.approx((120 + 100 + 80) / 700)
    assert (rates["low"] < rates["rate"]).all() and (rates["rate"] < rates["high"]).all()


def test_intervals_cover_the_truth_with_several_contracts_per_customer():
    draws, hits = 60, {"count": 0, "gross": 0, "net": 0}
    truth = {"count": 0.8, "gross": 0.8 * 0.95, "net": 0.8 * 1.05}
    for seed in range(draws):
        rng = np.random.default_rng(seed)
        customer = np.repeat(np.arange(200), 3)
        stays = (rng.beta(4, 1, 200)[customer] > rng.random(600)).astype(bool)
        value = rng.lognormal(4, 0.5, 600)
        change = rng.choice([0.9, 1.2], 600)
        due = pd.DataFrame({"customer_id": customer, "renewed": stays, "value": value})
        due["renewed_value"] = np.where(stays, value * change, 0.0)
        for row in renewal_rates(due, confidence=0.9).itertuples():
            hits[row.measure] += row.low <= truth[row.measure] <= row.high
    low, high = hit_bounds(draws)
    assert all(low <= n <= high for n in hits.values()), hits


@pytest.mark.filterwarnings("error")
def test_nothing_due_one_due_all_renewed():
    nothing = renewals(contracts(("a", "2020-01-01", "2020-12-31", None, 5)), **YEAR)
    assert renewal_rates(nothing.due)["rate"].isna().all()
    one = renewals(contracts(("a", "2023-03-01", "2024-02-29", None, 5)), **YEAR)
    rates = renewal_rates(one.due).set_index("measure")
    assert rates["rate"].tolist() == [1, 1, 1] and rates.loc["count", "low"] < 0.5
    plain = contracts(*[(f"c{i}", "2023-03-01", "2024-02-29", None, 5) for i in range(20)])
    assert (
        len(renewals(plain[["customer_id", "started_on", "term_ends_on", "ended_on"]], **YEAR).due)
        == 20
    )


def test_a_cohort_feeds_the_projection():
    params = {"alpha": 0.7, "beta": 1.2}
    rng = np.random.default_rng(1)
    chance = rng.beta(params["alpha"], params["beta"], 4000)
    periods = rng.geometric(chance)
    start = pd.Timestamp("2018-01-01")
    end = pd.Series([start + pd.DateOffset(years=int(min(p, 90))) for p in periods])
    table = pd.DataFrame({"customer_id": range(4000), "started_on": start, "ended_on": end})
    rows = contract_rows(table, as_of="2023-01-15", by="customer").rows
    survivors, customers = renewal_cohort(rows, period_months=12, periods=5, as_of="2023-01-15")
    assert customers == 4000
    # A contract that ends on its first renewal date was not renewed.
    assert survivors.tolist() == [(periods > k).sum() for k in range(1, 6)]
    fit = sbg.fit_sbg(survivors, customers)
    path = projected_survival(fit, 12, draws=300)
    truth = sbg.survival(params, path["period"])
    assert ((path["low"] <= truth + 0.01) & (truth - 0.01 <= path["high"])).all()
    outcome = projected_survival(fit, 12, customers=100, draws=300)
    wide, narrow = outcome["high"] - outcome["low"], path["high"] - path["low"]
    assert (wide[1:] > narrow[1:]).all()


def test_no_cohort_is_old_enough():
    rows = contract_rows(
        pd.DataFrame({"customer_id": ["a"], "started_on": ["2024-06-01"], "ended_on": [None]}),
        as_of="2024-12-31",
    ).rows
    survivors, customers = renewal_cohort(rows, period_months=12, periods=3, as_of="2024-12-31")
    assert customers == 0 and survivors.tolist() == [0, 0, 0]
    assert projected_survival(sbg.fit_sbg([10], 10), 3).shape == (4, 4)
