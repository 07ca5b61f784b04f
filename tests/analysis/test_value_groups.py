"""Value by group: small cases by hand."""

import numpy as np
import pandas as pd
import pytest

from workbook.analysis import value_groups

VALUES = pd.DataFrame(
    {
        "clv": [80.0, 10.0, 60.0, 10.0, 40.0],
        "gross_amount": [50.0, 50.0, 0.0, 50.0, 50.0],
        "expected_purchases": [8.0, 1.0, 6.0, 1.0, 2.0],
        "value_per_purchase": [10.0, 10.0, 10.0, 10.0, 20.0],
        "kept": [1.0] * 5,
    }
)


def test_the_most_valuable_are_marked_and_equals_keep_their_order():
    assert value_groups.high_value(VALUES, share=0.6).tolist() == [True, False, True, False, True]
    assert value_groups.high_value(VALUES, share=0.8).tolist() == [True, True, True, False, True]
    assert value_groups.high_value(VALUES, share=0.01).sum() == 1


def test_the_split_is_frequency_times_money():
    split = value_groups.high_low_split(VALUES, value_groups.high_value(VALUES, share=0.4))
    high, low = split.set_index("group").loc["high"], split.set_index("group").loc["low"]
    assert high["customers"] == 2 and high["clv_share"] == pytest.approx(0.7)
    assert high["past_share"] == pytest.approx(0.25)
    ratio = (
        high["purchases"]
        / low["purchases"]
        * high["value_per_purchase"]
        / low["value_per_purchase"]
    )
    assert high["mean_clv"] / low["mean_clv"] == pytest.approx(ratio)
    alone = value_groups.high_low_split(VALUES.iloc[:1], np.array([True]))
    assert alone["group"].tolist() == ["high"]


def test_groups_are_ranked_with_an_interval_of_their_total():
    groups = np.array(["x", "y", "x", "y", "y"])
    draws = pd.DataFrame({"x": [120.0, 160.0], "y": [50.0, 70.0]})
    table = value_groups.value_by_group(VALUES, draws, groups, [])
    assert table["group"].tolist() == ["x", "y"]
    assert table["clv"].tolist() == [140, 60] and table["share"].tolist() == [0.7, 0.3]
    assert (table["low"] <= table["clv"]).all() and (table["clv"] <= table["high"]).all()


def test_headroom_is_the_gap_to_the_middle_at_the_expected_purchases():
    high = value_groups.high_value(VALUES, share=0.6)
    room = value_groups.headroom(VALUES, high)
    assert room["middle"] == 10 and room["amount"] == 0 and room["of"] == 3
    dearer = VALUES.assign(value_per_purchase=[10.0, 10.0, 14.0, 10.0, 20.0])
    room = value_groups.headroom(dearer, high)
    assert room["customers"] == 1 and room["amount"] == pytest.approx(8 * 4)
    assert room["share"] == pytest.approx(32 / 180)
