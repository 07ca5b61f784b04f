"""Customer values: against a direct sum, the published expectation, and thin data."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from workbook.analysis import bgnbd, customer_value, mbgnbd
from workbook.analysis.customers import purchase_counts
from workbook.analysis.likelihood import Fit

BGNBD = Fit("BG/NBD", dict(r=0.243, alpha=4.414, a=0.793, b=2.426), 0.0, np.zeros((4, 4)), 1, True)
SPEND = Fit("Gamma-Gamma", dict(p=6.25, q=3.74, v=15.44), 0.0, np.zeros((3, 3)), 1, True)


def summary(*rows):
    columns = [
        "customer_id",
        "frequency",
        "recency_days",
        "T_days",
        "gross_amount",
        "repeat_amount",
    ]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(purchase_days=table["frequency"] + 1)


TWO = summary(("a", 2, 213, 272, 60.0, 40.0), ("b", 0, 0, 272, 15.0, 0.0))


def test_the_published_expectation_comes_out():
    weeks39 = 39 / customer_value.WEEKS_PER_MONTH
    values = customer_value.customer_values(TWO, BGNBD, SPEND, horizon_months=weeks39)
    # Fader, Hardie, Lee (2005): x = 2, t_x = 30.43, T = 38.86
    assert values["expected_purchases"].iloc[0] == pytest.approx(1.226, abs=0.001)
    assert values["value_per_purchase"].iloc[1] == pytest.approx(6.25 * 15.44 / 2.74)


def test_discounting_agrees_with_a_fine_sum():
    values = customer_value.customer_values(
        TWO, BGNBD, SPEND, horizon_months=24, discount_rate_annual=0.15, margin=0.4
    )
    weeks = np.linspace(0, 24 * customer_value.WEEKS_PER_MONTH, 4001)
    curve = np.array(
        [bgnbd.expected_purchases(BGNBD.params, t, 2.0, 213 / 7, 272 / 7) for t in weeks]
    )
    middle = (weeks[1:] + weeks[:-1]) / 2 * 7 / 365.25
    by_hand = 0.4 * np.sum(np.diff(curve.ravel()) * 1.15**-middle)
    row = values.iloc[0]
    assert row["clv"] == pytest.approx(by_hand * row["value_per_purchase"], rel=1e-6)
    assert row["clv"] == pytest.approx(
        row["kept"] * row["expected_purchases"] * row["value_per_purchase"]
    )


def test_without_discount_value_is_purchases_times_money():
    values = customer_value.customer_values(TWO, BGNBD, SPEND, discount_rate_annual=0)
    product = values["expected_purchases"] * values["value_per_purchase"]
    assert values["clv"].to_numpy() == pytest.approx(product.to_numpy())


def test_the_modified_model_tells_who_is_alive():
    modified = Fit(
        "modified BG/NBD",
        dict(r=0.525, alpha=6.183, a=0.891, b=1.614),
        0,
        np.zeros((4, 4)),
        1,
        True,
    )
    plain = customer_value.customer_values(TWO, BGNBD, SPEND)
    shown = customer_value.customer_values(TWO, BGNBD, SPEND, alive_fit=modified)
    assert plain["probability_alive"].iloc[1] == 1
    assert shown["probability_alive"].iloc[1] == pytest.approx(
        float(mbgnbd.probability_alive(modified.params, 0.0, 0.0, 272 / 7))
    )
    assert (plain["clv"] == shown["clv"]).all()


def test_the_likeliest_usable_model_is_chosen():
    def fit(model, loglik, converged=True, at_boundary=()):
        return Fit(model, {}, loglik, np.zeros((0, 0)), 9, converged, list(at_boundary))

    fits = {
        "BG/NBD": fit("BG/NBD", -12.0),
        "modified BG/NBD": fit("modified BG/NBD", -11.0, at_boundary=["a"]),
        "Pareto/NBD": fit("Pareto/NBD", -10.0, converged=False),
    }
    choose = customer_value.choose_purchase_fit
    assert choose(fits).model == "BG/NBD"
    assert choose(fits, "modified BG/NBD").model == "modified BG/NBD"
    assert choose(fits, "Pareto/NBD") is None
    ahead = fits | {"modified BG/NBD": fit("modified BG/NBD", -9.0, at_boundary=["a"])}
    assert choose(ahead).model == "modified BG/NBD"
    table = customer_value.model_comparison(fits, choose(fits))
    assert table["chosen"].tolist() == [True, False, False]
    assert table["behind"].iloc[0] == pytest.approx(1.0)


def test_only_repeaters_above_zero_tell_what_a_purchase_is_worth():
    table = summary(
        ("a", 2, 9, 30, 30.0, 20.0), ("b", 1, 9, 30, 5.0, 0.0), ("c", 0, 0, 30, 7.0, 0.0)
    )
    history = customer_value.spend_history(table)
    assert history.index.tolist() == [0] and history["mean_value"].iloc[0] == 10
    # without a model everybody gets the mean of all repeat purchases
    assert customer_value.value_per_purchase(table, None) == pytest.approx([20 / 3] * 3)
    once = summary(("c", 0, 0, 30, 7.0, 0.0))
    assert customer_value.value_per_purchase(once, None) == pytest.approx([7.0])


@pytest.mark.parametrize("rows", [[("a", 0, 0, 30, 5.0, 0.0)], [("a", 9, 200, 210, 90.0, 80.0)]])
def test_data_without_an_answer_have_missing_values_not_errors(rows):
    table = summary(*rows)
    fits = customer_value.purchase_fits(purchase_counts(table))
    assert customer_value.choose_purchase_fit(fits) is None
    assert all(fit.message for fit in fits.values())
    assert customer_value.spend_fit(customer_value.spend_history(table)) is None
    values = customer_value.customer_values(table, None)
    assert values["clv"].isna().all() and len(values) == 1


def test_money_all_zero_is_worth_zero():
    table = summary(("a", 2, 100, 200, 0.0, 0.0), ("b", 0, 0, 200, 0.0, 0.0))
    assert customer_value.customer_values(table, BGNBD, None)["clv"].tolist() == [0, 0]


def test_gross_margin_leaves_returns_and_unknown_costs_out():
    lines = pd.DataFrame(
        {
            "amount": [100.0, 50.0, -20.0, 30.0],
            "cost": [60.0, None, -12.0, 18.0],
            "is_return": [False, False, True, False],
        }
    )
    assert customer_value.gross_margin_rate(ibis.memtable(lines)) == pytest.approx(1 - 78 / 130)
    assert np.isnan(customer_value.gross_margin_rate(ibis.memtable(lines.drop(columns="cost"))))


def test_calibration_end_defaults_to_two_thirds():
    from workbook.analysis.holdout import default_calibration_end

    assert default_calibration_end(date(1997, 1, 1), date(1998, 6, 30)) == date(1997, 12, 30)


def test_of_very_many_customers_a_part_is_fitted(monkeypatch):
    rng = np.random.default_rng(7)
    x = rng.poisson(rng.gamma(1.0, 2.0, 3000)).astype(float)
    T = rng.uniform(20, 80, 3000)
    counts = pd.DataFrame(
        {"x": x, "t_x": np.where(x > 0, T * rng.random(3000), 0), "T": T, "n": 1.0}
    )
    whole = customer_value.purchase_fits(counts, ("modified BG/NBD",))["modified BG/NBD"]
    monkeypatch.setattr(customer_value, "FITTED", 1000)
    part = customer_value.purchase_fits(counts, ("modified BG/NBD",))["modified BG/NBD"]
    assert (whole.n, part.n) == (3000, 1000) and part.converged
    # the interval is that of the customers read, not of all
    gap = np.log(part.params["r"] / whole.params["r"])
    assert abs(gap) < 4 * np.sqrt(part.covariance[0, 0])
    assert part.covariance[0, 0] > 2 * whole.covariance[0, 0]
    few = counts.head(900)
    assert customer_value.purchase_fits(few, ("modified BG/NBD",))["modified BG/NBD"].n == 900
