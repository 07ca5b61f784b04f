import datetime as dt

import numpy as np
import pandas as pd
import pytest

from histories import START, orders_of
from known_truth import hit_bounds
from workbook.analysis import lifecycle, next_purchase, purchase_rhythm

END = START + dt.timedelta(800)


def days_of(histories):
    return lifecycle.purchase_days(orders_of(histories))


def gamma_histories(customers, shape, seed):
    """Customers with paces of their own whose gaps are gamma with one shape, followed 800 days."""
    rng = np.random.default_rng(seed)
    pace = rng.uniform(30, 90, customers)
    gaps = rng.gamma(shape, pace[:, None] / shape, (customers, 80))
    days = rng.uniform(0, 100, customers)[:, None] + np.c_[np.zeros(customers), gaps.cumsum(axis=1)]
    return {f"c{i}": row[row <= 800] for i, row in enumerate(days)}


def test_the_median_is_that_of_all_completed_gaps():
    histories = gamma_histories(300, 1.0, 3)
    gaps = np.concatenate([np.diff(np.unique(np.floor(h))) for h in histories.values()])
    found = purchase_rhythm.gap_summary(next_purchase.gap_counts(days_of(histories), as_of=END))
    for value, share in ((found.lower, 0.25), (found.median, 0.5), (found.upper, 0.75)):
        assert value == np.quantile(gaps, share, method="inverted_cdf")
    assert found.gaps == len(gaps) and found.waiting == 300
    assert found.low <= found.median <= found.high
    assert found.shares["share"].iloc[-1] == pytest.approx(1)


@pytest.mark.parametrize("shape", [1.0, 3.0])
def test_regularity_is_found_whatever_the_pace(shape):
    hits, draws = 0, 40
    for seed in range(draws):
        found = purchase_rhythm.regularity(
            days_of(gamma_histories(400, shape, seed)), confidence=0.9
        )
        hits += found.low <= shape <= found.high
    fewest, most = hit_bounds(draws)
    assert fewest <= hits <= most


def test_clockwork_is_infinitely_regular_and_few_say_nothing():
    clock = {f"c{i}": np.arange(0, 700, 20 + i) for i in range(40)}
    assert purchase_rhythm.regularity(days_of(clock)).k == np.inf
    few = purchase_rhythm.regularity(days_of({"a": [0, 10, 30]}))
    assert few.code == "too_few" and np.isnan(few.k) and few.customers == 1


def test_nobody_came_back():
    found = purchase_rhythm.gap_summary(
        next_purchase.gap_counts(days_of({"a": [0], "b": [5]}), as_of=END)
    )
    assert found.gaps == 0 and found.waiting == 2 and np.isnan(found.median)
    assert len(found.shares) == 0


def test_frequency_classes_count_the_last_twelve_months():
    days = days_of(
        {"old": [0], "one": [700], "four": [500, 600, 700, 790], "many": range(600, 700)}
    )
    table = purchase_rhythm.purchase_frequency(days, as_of=END).set_index("fewest")
    assert table["customers"].to_dict() == {0: 1, 1: 1, 2: 0, 3: 0, 4: 1, 7: 0, 13: 1}
    assert table["amount"].sum() == 5 * (1 + 4 + 100)
    assert table["share"].sum() == pytest.approx(1)
    assert table.loc[13, "amount_share"] == pytest.approx(100 / 105)


def test_amounts_of_two_years():
    days = days_of({f"c{i}": [100, 600] for i in range(50)})
    table = purchase_rhythm.amount_per_purchase(days, as_of=END)
    assert table["year"].tolist() == ["now", "before"]
    assert table["mean"].tolist() == [5, 5] and table["purchases"].tolist() == [50, 50]
    later = purchase_rhythm.amount_per_purchase(days_of({"a": [700]}), as_of=END)
    assert later["year"].tolist() == ["now"] and pd.isna(later["low"].iloc[0])
