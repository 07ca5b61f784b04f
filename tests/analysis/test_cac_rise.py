"""Whether a channel has become dearer: found, dated, split, priced; silent without a rise."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbook.analysis.acquisition_cost import matched_months
from workbook.analysis.cac_change import cac_changes
from workbook.analysis.cac_rise import cac_rise, cost_split
from workbook.analysis.marginal_cost import marginal_cost

AS_OF = dt.date(2024, 12, 31)
MONTHS = pd.date_range("2022-01-01", "2024-12-01", freq="MS")
N = len(MONTHS)


def panel_of(money, customers):
    """{channel: array of each month} of both as a panel."""
    cost = [
        pd.DataFrame({"channel": c, "month": MONTHS, "amount": m, "media": m})
        for c, m in money.items()
    ]
    came = [
        pd.DataFrame({"channel": c, "month": MONTHS, "customers": n}) for c, n in customers.items()
    ]
    cost = pd.concat(cost, ignore_index=True).assign(clicks=np.nan, leads=np.nan, claimed=np.nan)
    return matched_months(cost, pd.concat(came, ignore_index=True), None, as_of=AS_OF)


def world(seed, *, rise=1.0, fall=1.0, start=26, leads=40, channels=("ads", "fair", "shop")):
    """Panel and leads; of "ads" a lead costs `rise` times as much, or converts `fall` times, since `start`."""
    rng = np.random.default_rng(seed)
    late = np.arange(N) >= start
    made = {c: rng.poisson(leads, N) for c in channels}
    share = {c: np.where(late & (c == "ads"), 0.4 * fall, 0.4) for c in channels}
    money = {c: leads * 10.0 * np.where(late & (c == "ads"), rise, 1.0) for c in channels}
    customers = {c: rng.binomial(made[c], share[c]) for c in channels}
    rows = [pd.DataFrame({"channel": c, "month": MONTHS, "leads": n}) for c, n in made.items()]
    return panel_of(money, customers), pd.concat(rows, ignore_index=True)


def test_a_dearer_lead_is_found_dated_split_and_priced():
    panel, leads = world(2, rise=1.6)
    table = cac_changes(panel, leads)
    assert table.iloc[0]["channel"] == "ads" and table.iloc[0]["p"] < 1e-5
    found = cac_rise(panel, table.iloc[0], leads)
    assert found.by == "lead" and found.start == MONTHS[26].date()
    assert found.low < 1.6 < found.high
    assert found.money_low < 0.6 * 400 * 12 < found.money_high
    split = found.split
    assert split["lead_cost"] / split["lead_cost_before"] == pytest.approx(1.6, rel=0.1)
    # the two parts make up the whole change
    part = np.log(split["lead_cost"] / split["lead_cost_before"])
    whole = part - np.log(split["conversion"] / split["conversion_before"])
    assert part / whole == pytest.approx(split["lead_cost_part"])


def test_fewer_leads_that_convert_make_customers_dearer_too():
    panel, leads = world(3, fall=0.5, leads=80)
    table = cac_changes(panel, leads)
    worst = table[table["measure"] == "customer"].iloc[0]
    assert worst["channel"] == "ads"
    found = cac_rise(panel, worst, leads)
    assert found.by == "customer" and found.split["lead_cost_part"] < 0.3
    assert found.ratio == pytest.approx(2.0, rel=0.25)


def test_without_a_rise_p_values_are_even():
    p = [cac_changes(*world(seed))["p"].min() for seed in range(20)]
    # three channels and all, two windows and two measures: sixteen looks, all alike but few
    assert np.mean(np.array(p) < 0.05 / 16) <= 0.2
    assert np.min(p) > 1e-5


def test_no_rise_no_finding():
    panel, leads = world(4, rise=0.7)
    row = {"channel": "ads", "p": 1.0}
    found = cac_rise(panel, row, leads)
    assert found is None or found.ratio < 1.25
    assert cost_split(panel.head(0), "ads", MONTHS[3], leads) is None
    assert cac_changes(panel.head(0)).empty


def test_marginal_cost_finds_diminishing_returns():
    rng = np.random.default_rng(5)
    money = {c: 1000 * np.exp(rng.normal(0, 0.4, N)) for c in ("a", "b", "c")}
    came = {c: rng.poisson(2.0 * np.sqrt(m)) for c, m in money.items()}
    found = marginal_cost(panel_of(money, came))
    assert found.verdict == "less" and found.low < 0.5 < found.high
    assert found.marginal == pytest.approx(found.cac / found.elasticity)
    assert found.marginal_low < found.marginal < found.marginal_high


def test_marginal_cost_says_when_nothing_can_be_told():
    rng = np.random.default_rng(6)
    flat = {c: np.full(N, 500.0) for c in ("a", "b")}
    still = marginal_cost(panel_of(flat, {c: rng.poisson(30, N) for c in flat}))
    assert still.verdict == "still" and still.marginal is None
    # a price that rose once is no more spend
    panel, _ = world(7, rise=1.7, leads=60)
    assert marginal_cost(panel).verdict != "still"
    assert marginal_cost(panel, breaks={"ads": MONTHS[26]}).verdict == "still"
    assert marginal_cost(panel[panel["month"] < MONTHS[8]]) is None
