import numpy as np
import pandas as pd
import pytest

from workbook.analysis.rfm import SEGMENT_CODES, half_cuts, rfm_scores, score_bands, segment_value


def summary(days_since, purchase_days, gross, returns=0.0):
    """A customer summary: only the columns that RFM reads."""
    table = pd.DataFrame({"purchase_days": purchase_days, "gross_amount": gross})
    table["customer_id"] = [f"c{i}" for i in range(len(table))]
    table["recency_days"] = np.where(table["purchase_days"] > 1, 10, 0)
    table["T_days"] = table["recency_days"] + days_since
    table["returns_amount"] = returns
    return table.assign(net_amount=table["gross_amount"] + table["returns_amount"])


@pytest.fixture
def shop():
    """400 customers, half of whom bought once."""
    rng = np.random.default_rng(4)
    days = rng.permutation([1] * 200 + rng.integers(2, 12, 200).tolist())
    return summary(rng.integers(0, 365, 400), days, rng.lognormal(3, 1, 400).round(2))


def test_equal_customers_get_equal_scores(shop):
    scores = rfm_scores(shop)
    for score, column in (("r", "days_since"), ("f", "purchase_days"), ("m", "amount")):
        assert (scores.groupby(column)[score].nunique() == 1).all()
    assert (
        scores.groupby(["days_since", "purchase_days", "amount"])["segment"].nunique() == 1
    ).all()


def test_more_is_better(shop):
    scores = rfm_scores(shop)
    assert (scores.sort_values("days_since")["r"].diff().dropna() <= 0).all()
    assert (scores.sort_values("purchase_days")["f"].diff().dropna() >= 0).all()
    assert (scores.sort_values("amount")["m"].diff().dropna() >= 0).all()


def test_scores_cut_customers_not_values(shop):
    """Cutting distinct values instead would put nearly everybody into the lowest score."""
    bands = score_bands(rfm_scores(shop)).set_index(["dimension", "score"])
    assert bands.loc["m", "share"].between(0.19, 0.21).all()
    assert bands.loc[("f", 1), ["lowest", "highest"]].tolist() == [1, 1]
    assert not bands.loc[("f", 2), "reached"]
    assert bands.groupby("dimension")["customers"].sum().eq(400).all()


def test_high_frequency_starts_at_two_where_half_bought_once(shop):
    cuts = half_cuts(rfm_scores(shop)).set_index("dimension")
    assert cuts.loc["f", "cut"] == 2 and cuts.loc["f", "splits"]
    assert cuts.loc[["r", "m"], "high_share"].between(0.48, 0.52).all()


def test_segments_cover_the_grid_and_follow_the_cuts(shop):
    scores = rfm_scores(shop)
    cuts = half_cuts(scores).set_index("dimension")["cut"]
    assert set(scores["segment"]) <= set(SEGMENT_CODES) and len(SEGMENT_CODES) == 8
    first = scores[scores["segment"] == "101"]
    assert (first["days_since"] <= cuts["r"]).all() and (first["amount"] >= cuts["m"]).all()
    assert (first["purchase_days"] < cuts["f"]).all()


def test_segment_value_adds_up(shop):
    value = segment_value(rfm_scores(shop), draws=200)
    assert value["segment"].tolist() == list(SEGMENT_CODES)
    assert value["customers"].sum() == 400
    assert value["gross"].sum() == pytest.approx(shop["gross_amount"].sum())
    assert value["gross_share"].sum() == pytest.approx(1)
    some = value[value["customers"] > 0]
    assert (some["share_low"] <= some["gross_share"]).all()
    assert (some["gross_mean"] <= some["mean_high"]).all()


def test_gross_and_net_stand_apart():
    table = summary([1, 50], [1, 3], [100.0, 80.0], returns=[-90.0, 0.0])
    gross, net = rfm_scores(table), rfm_scores(table, money="net")
    assert gross["amount"].tolist() == [100, 80] and net["amount"].tolist() == [10, 80]
    value = segment_value(gross, draws=10)
    assert value[["gross", "returns", "net"]].sum().tolist() == [180, -90, 90]


def test_customers_without_a_purchase_are_left_out():
    table = summary([5, 9], [2, 0], [10.0, 0.0], returns=[0.0, -4.0])
    assert rfm_scores(table)["customer_id"].tolist() == ["c0"]


@pytest.mark.parametrize(
    ("table", "segment"),
    [
        (summary([30], [1], [10.0]), "100"),
        (summary([0, 0], [1, 1], [5.0, 5.0]), "100"),
        (summary([0, 0], [4, 4], [5.0, 5.0]), "110"),
        (summary([7] * 3, [1] * 3, [0.0] * 3), "100"),
    ],
    ids=["one customer", "all equal", "all came back", "nothing paid"],
)
def test_what_can_not_be_split(table, segment):
    scores = rfm_scores(table)
    assert set(scores["segment"]) == {segment}
    assert not half_cuts(scores)["splits"].any()
    value = segment_value(scores, draws=10).set_index("segment")
    assert value.loc[segment, "customers"] == len(table)
    assert value.drop(segment)["gross_mean"].isna().all()
    assert score_bands(scores)["reached"].sum() == 3


def test_nobody_at_all():
    scores = rfm_scores(summary([], [], []))
    assert len(scores) == 0
    assert segment_value(scores)["customers"].sum() == 0
    assert not score_bands(scores)["reached"].any()


def test_choices_are_checked(shop):
    with pytest.raises(ValueError, match="gross or net"):
        rfm_scores(shop, money="margin")
    with pytest.raises(ValueError, match="2 to 9"):
        rfm_scores(shop, bins=1)
