"""What a new customer costs: silent where months only happen to be alike, clear where it rose."""

import numpy as np
import pandas as pd

from workbook.analysis.watched_voice import spend_shifts


def spend(seed, *, rise=1.0, months=6):
    """Six channels over three years, noise of 6 % a month; the first costs more in the last months."""
    rng = np.random.default_rng(seed)
    names, days = list("abcdef"), pd.date_range("2023-01-01", periods=36, freq="MS")
    rows = pd.MultiIndex.from_product([days, names], names=["month", "channel"]).to_frame(
        index=False
    )
    dear = (rows["channel"] == "a") & (rows["month"] >= days[-months])
    noise = np.exp(rng.normal(0, 0.06, len(rows)))
    return rows.assign(amount=2000 * noise * np.where(dear, rise, 1.0), new_customers=20)


def smallest(table):
    return table["p"].iloc[0] * len(table)


def test_three_months_that_happen_to_be_alike_raise_no_alarm():
    # Welch's t, which takes the little noise of those three months for their own, is below in seven
    assert sum(smallest(spend_shifts(spend(seed))) < 0.01 for seed in range(200)) <= 4


def test_a_rise_of_few_and_noisy_months_is_clear():
    row = spend_shifts(spend(1, rise=1.6, months=4)).iloc[0]
    assert row["channel"] == "a" and row["months"] == 4 and row["p"] < 1e-6
    assert abs(row["effect"] - np.log(1.6)) < 4 * row["se"]
