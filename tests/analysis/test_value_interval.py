"""Intervals of value: known truth, groups that add up, past errors."""

import numpy as np
import pandas as pd
import pytest

from workbook.analysis import bgnbd, customer_value, gamma_gamma, value_interval
from workbook.analysis.likelihood import Fit

TRUE = dict(r=0.6, alpha=6.0, a=0.8, b=2.4)
SPEND = dict(p=5.0, q=4.0, v=20.0)


def company(seed, customers=400):
    """Simulated customers with their next 52 weeks: summary, purchases, money."""
    rng = np.random.default_rng(seed)
    T = rng.integers(30, 78, customers).astype(float)
    drawn = bgnbd.simulate(TRUE, T, 52.0, seed)
    rate = rng.gamma(SPEND["q"], 1 / SPEND["v"], customers)
    x, future = drawn["x"].to_numpy(), drawn["future"].to_numpy()
    repeat = rng.gamma(SPEND["p"] * np.maximum(x, 1e-9)) / rate * (x > 0)
    summary = pd.DataFrame(
        {
            "customer_id": np.arange(customers).astype(str),
            "frequency": x,
            "recency_days": drawn["t_x"] * 7,
            "T_days": T * 7,
            "purchase_days": x + 1,
            "gross_amount": repeat + rng.gamma(SPEND["p"], size=customers) / rate,
            "repeat_amount": repeat,
        }
    )
    money = rng.gamma(SPEND["p"] * np.maximum(future, 1e-9)) / rate * (future > 0)
    return summary, future, money


def fitted(summary):
    counts = pd.DataFrame(
        {
            "x": summary["frequency"],
            "t_x": summary["recency_days"] / 7,
            "T": summary["T_days"] / 7,
        }
    )
    return bgnbd.fit(counts), customer_value.spend_fit(customer_value.spend_history(summary))


MONTHS = 52 / customer_value.WEEKS_PER_MONTH


def test_intervals_for_the_total_cover_what_comes():
    hits = {"purchases": 0, "clv": 0}
    for seed in range(200):
        summary, future, money = company(seed)
        bought, spent = fitted(summary)
        values = customer_value.customer_values(
            summary, bought, spent, horizon_months=MONTHS, discount_rate_annual=0
        )
        for measure, truth in (("purchases", future.sum()), ("clv", money.sum())):
            draws = value_interval.total_draws(
                values, bought, spent, measure=measure, horizon_months=MONTHS, draws=200,
                sample=200, seed=seed,
            )["total"]  # fmt: skip
            hits[measure] += np.quantile(draws, 0.05) <= truth <= np.quantile(draws, 0.95)
    assert all(164 <= count <= 193 for count in hits.values()), hits


def test_intervals_for_single_customers_cover_what_comes():
    summary, _, money = company(7, customers=3000)
    bought, spent = fitted(summary)
    values = customer_value.customer_values(
        summary, bought, spent, horizon_months=MONTHS, discount_rate_annual=0
    )
    buyers = values[values["x"] >= 3]
    range_ = value_interval.customer_interval(
        buyers, bought, spent, horizon_months=MONTHS, confidence=0.9
    )
    truth = money[buyers.index]
    covered = ((range_["low"] <= truth) & (truth <= range_["high"])).mean()
    assert 0.87 < covered < 0.97
    assert range_["buys"].mean() == pytest.approx((truth > 0).mean(), abs=0.06)


def test_groups_add_up_to_the_total():
    summary, _, _ = company(3)
    bought, spent = fitted(summary)
    values = customer_value.customer_values(summary, bought, spent)
    groups = np.where(values["x"] > 0, "again", "once")
    apart = value_interval.total_draws(values, bought, spent, groups=groups)
    whole = value_interval.total_draws(values, bought, spent)["total"]
    added = apart.sum(axis=1)
    assert set(apart) == {"again", "once"}
    assert added.mean() == pytest.approx(whole.mean(), rel=0.02)
    assert added.std() == pytest.approx(whole.std(), rel=0.15)
    assert whole.mean() == pytest.approx(values["clv"].sum(), rel=0.05)


def test_without_a_spend_model_every_purchase_has_its_expected_value():
    summary, _, _ = company(4, customers=100)
    bought, _ = fitted(summary)
    values = customer_value.customer_values(summary, bought, None)
    purchases, amounts = value_interval.future_amounts(values, bought, None, draws=50, settings=2)
    assert amounts == pytest.approx(purchases * values["value_per_purchase"].iloc[0])


def test_simulated_money_has_the_expected_mean():
    rng = np.random.default_rng(1)
    values = pd.DataFrame({"x": [4.0] * 400, "t_x": [30.0] * 400, "T": [32.0] * 400})
    values["mean_value"] = 10.0
    fit = Fit("BG/NBD", TRUE, 0, np.zeros((4, 4)), 1, True)
    spend = Fit("Gamma-Gamma", SPEND, 0, np.zeros((3, 3)), 1, True)
    _, amounts = value_interval.future_amounts(
        values, fit, spend, horizon_months=MONTHS, draws=200, settings=1, seed=int(rng.integers(99))
    )
    expected = bgnbd.expected_purchases(TRUE, 52.0, 4.0, 30.0, 32.0)
    expected = float(expected * gamma_gamma.expected_value(SPEND, 4.0, 10.0))
    assert amounts.mean() == pytest.approx(expected, rel=0.02)


def test_past_errors_take_over_when_they_are_wider():
    draws = np.random.default_rng(0).normal(100, 2, 5000)
    total = value_interval.total_value(100.0, draws, [0.2, 0.1, -0.1])
    assert total["wider"] == "past"
    # root mean square 0.1414, Student's t with three degrees of freedom 3.182
    assert total["high"] == pytest.approx(100 * np.exp(3.1824 * 0.141421), rel=1e-4)
    assert total["low"] == pytest.approx(100**2 / total["high"])
    assert value_interval.total_value(100.0, draws, [0.2])["wider"] == "model"
    assert np.isnan(value_interval.past_error_interval(5.0, [])[0])


def test_without_a_fit_the_total_is_missing():
    values = customer_value.customer_values(company(1, customers=5)[0], None)
    draws = value_interval.total_draws(values, None, groups=["a", "a", "b", "b", "b"])
    total = value_interval.total_value(np.nan, draws["a"], [])
    assert np.isnan([total["total"], total["low"], total["high"]]).all()
    assert value_interval.customer_interval(values, None)["low"].isna().all()
