import numpy as np
import pandas as pd
import pytest

from workbook.analysis.clusters import customer_features, group_profile, natural_groups


def cloud(seed, n=600, columns=3):
    return np.random.default_rng(seed).normal(size=(n, columns))


def framed(data):
    return pd.DataFrame(data, index=[f"c{i}" for i in range(len(data))])


@pytest.mark.parametrize("seed", range(4))
def test_one_cloud_holds_no_groups(seed):
    grouping = natural_groups(framed(cloud(seed)), references=10, redraws=10, most=4)
    assert not grouping.found and grouping.reason == "one_group" and grouping.k == 1


def test_planted_groups_are_found_and_stable():
    data = np.concatenate([cloud(1), cloud(2, 300) + 6, cloud(3, 200) - 6])
    grouping = natural_groups(framed(data), references=10, redraws=10, most=5)
    assert grouping.found and grouping.k == 3
    assert grouping.stability["customers"].tolist() == [600, 300, 200]
    assert (grouping.stability["jaccard"] > 0.95).all()
    assert grouping.labels.iloc[:600].eq(1).all(), "1 is the largest group"


def test_groups_are_the_same_from_run_to_run():
    data = framed(np.concatenate([cloud(1), cloud(2) + 5]))
    first, second = (natural_groups(data, references=5, redraws=5, most=3) for _ in range(2))
    pd.testing.assert_frame_equal(first.stability, second.stability)
    pd.testing.assert_series_equal(first.labels, second.labels)


def test_a_sample_decides_and_everyone_is_placed():
    data = framed(np.concatenate([cloud(1, 3000), cloud(2, 3000) + 6]))
    grouping = natural_groups(data, sample=500, references=5, redraws=5, most=3)
    assert grouping.sampled == 500 and len(grouping.labels) == 6000


def scores(**columns):
    table = pd.DataFrame(columns)
    return table.assign(customer_id=[f"c{i}" for i in range(len(table))])


def test_the_steps_of_a_count_are_not_groups():
    """Purchase days are whole numbers: their lattice alone must not pass for structure."""
    rng = np.random.default_rng(8)
    table = scores(
        days_since=rng.integers(0, 400, 1500),
        purchase_days=np.ceil(np.exp(rng.normal(1.2, 0.5, 1500))),
        amount=rng.lognormal(3, 1, 1500),
    )
    features = customer_features(table)
    assert features["frequency"].nunique() == 1500
    assert features.mean().abs().max() < 1e-9 and features.std(ddof=0).sub(1).abs().max() < 1e-9


@pytest.mark.parametrize(
    "table",
    [
        scores(days_since=[3], purchase_days=[1], amount=[5.0]),
        scores(days_since=[], purchase_days=[], amount=[]),
        scores(days_since=[0] * 80, purchase_days=[1] * 80, amount=[5.0] * 80),
    ],
    ids=["one customer", "nobody", "all equal"],
)
def test_too_little_to_group(table):
    grouping = natural_groups(customer_features(table))
    assert not grouping.found and grouping.reason == "too_few"
    assert len(grouping.labels) == len(table)


def test_profile_of_groups():
    table = scores(days_since=[1, 3, 50], purchase_days=[4, 6, 1], amount=[30.0, 50.0, 20.0])
    profile = group_profile(table, pd.Series([1, 1, 2], index=["c0", "c1", "c2"]))
    assert profile["customers"].tolist() == [2, 1]
    assert profile["amount_share"].tolist() == [0.8, 0.2]
    assert profile["days_since"].tolist() == [2, 50]
