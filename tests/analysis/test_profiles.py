from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kruskal

from workbook.analysis.profiles import customer_cuts, cut_tests, group_value


def test_cuts_come_from_the_columns_that_vary():
    customers = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c", "c"],
            "birth_year": [1990, 1850, None, None],
            "region": ["north", " ", "south", "south"],
            "gender": ["f", "f", "f", "f"],
            "email": ["x", "y", "z", "z"],
        }
    )
    cuts = customer_cuts(
        customers.assign(birth_year=[1990, 1960, 1850, 1850]), as_of=date(2024, 6, 1)
    )
    assert list(cuts) == ["region", "age_band"]
    assert cuts["age_band"].tolist()[:2] == ["25-34", "55-64"] and pd.isna(
        cuts.loc["c", "age_band"]
    )
    assert pd.isna(cuts.loc["b", "region"]) and cuts.index.tolist() == ["a", "b", "c"]


def test_no_cut_at_all():
    assert customer_cuts(pd.DataFrame({"customer_id": ["a"]}), as_of=date(2024, 1, 1)).shape == (
        1,
        0,
    )


def test_small_groups_are_drawn_to_the_whole_and_not_ranked():
    rng = np.random.default_rng(3)
    values = np.concatenate([rng.normal(10, 5, 2000), rng.normal(14, 5, 2000), [90.0, 80.0]])
    groups = ["a"] * 2000 + ["b"] * 2000 + ["tiny"] * 2
    table = group_value(values, groups)
    assert table["group"].tolist() == ["b", "a", "tiny"], "too small: last, whatever its mean"
    tiny = table.iloc[-1]
    assert not tiny["enough"] and tiny["shrunk"] < tiny["mean"]
    assert table.iloc[0]["weight"] > tiny["weight"]
    assert table["total"].sum() == pytest.approx(values.sum())


def test_groups_without_a_difference_shrink_to_one_mean():
    values = np.tile([1.0, 2.0, 3.0, 4.0], 100)
    table = group_value(values, np.repeat(["a", "b", "c", "d"], 100))
    assert table["weight"].eq(0).all()
    assert table["shrunk"].tolist() == pytest.approx([2.5] * 4)


def test_shrunk_means_hold_the_truth():
    """90 % intervals of 12 groups of 40 customers, over 200 worlds."""
    rng = np.random.default_rng(9)
    hits = []
    for _ in range(200):
        truth = rng.normal(50, 8, 12)
        values = rng.normal(np.repeat(truth, 40), 30)
        table = group_value(values, np.repeat(np.arange(12), 40), confidence=0.90)
        table = table.set_index("group").sort_index()
        hits.append(((table["low"] <= truth) & (table["high"] >= truth)).mean())
    assert 0.82 <= np.mean(hits) <= 0.965  # 164 to 193 of 200


def test_shares_that_came_back():
    table = group_value([1.0, 2.0, 3.0], ["a", "a", "b"], repeat=[True, False, True])
    by_group = table.set_index("group")
    assert by_group["repeat_share"].to_dict() == {"a": 0.5, "b": 1.0}
    assert (by_group["repeat_low"] < by_group["repeat_share"]).all()


@pytest.mark.parametrize(
    ("values", "groups"),
    [([5.0], ["a"]), ([5.0, 5.0], ["a", "b"]), ([], []), ([5.0], [None])],
    ids=["one customer", "all equal", "nobody", "not stated"],
)
def test_thin_groups(values, groups):
    table = group_value(values, groups)
    assert (table["shrunk"] == 5).all() and (table["low"] <= table["high"]).all()


def test_only_a_real_difference_is_called_one():
    rng = np.random.default_rng(6)
    index = [f"c{i}" for i in range(3000)]
    cuts = pd.DataFrame(
        {
            "region": rng.choice(["n", "s"], 3000),
            "gender": rng.choice(["f", "m"], 3000),
            "city": ["x"] * 2990 + ["y"] * 10,
        },
        index=index,
    )
    spent = rng.lognormal(3, 1, 3000) * np.where(cuts["region"] == "s", 1.4, 1.0)
    table = cut_tests(pd.Series(spent, index=index), cuts).set_index("cut")
    assert table["differs"].to_dict() == {"region": True, "gender": False, "city": False}
    assert np.isnan(table.loc["city", "p"]), "ten customers are too few"
    assert (table["p_adjusted"].dropna() >= table["p"].dropna()).all()


def test_chance_alone_is_rarely_called_different():
    rng = np.random.default_rng(7)
    index = range(400)
    called = 0
    for _ in range(200):
        cuts = pd.DataFrame(
            {f"cut{i}": rng.choice(["a", "b", "c"], 400) for i in range(4)}, index=index
        )
        called += cut_tests(pd.Series(rng.exponential(10, 400), index=index), cuts)["differs"].any()
    assert called <= 8


def test_demography_of_real_households(real_data):
    """801 US households of 2017 with demographics; receipt lines are sampled, cuts only."""
    folder = real_data / "complete_journey"
    lines = pd.read_csv(folder / "cj_transactions_sample.csv.gz")
    people = pd.read_csv(folder / "cj_demographics.csv.gz").rename(
        columns={"household_id": "customer_id", "income": "income_band"}
    )
    people["birth_year"] = 2017 - people["age"].str[:2].astype(int) - 2
    cuts = customer_cuts(people, as_of=date(2017, 12, 31))
    assert len(cuts) == 801 and {"income_band", "age_band"} <= set(cuts)
    spent = lines.groupby("household_id")["sales_value"].sum().reindex(cuts.index, fill_value=0.0)
    table = group_value(spent, cuts["income_band"])
    assert table["customers"].sum() == cuts["income_band"].notna().sum()
    assert (table["low"] <= table["shrunk"]).all() and (table["shrunk"] <= table["high"]).all()
    tests = cut_tests(spent, cuts).set_index("cut")
    assert tests.loc["income_band", "differs"], "higher income bands spent more in this shop"


def test_a_cut_is_tested_by_the_ranks_of_those_who_are_stated():
    rng = np.random.default_rng(5)
    values = pd.Series(rng.integers(0, 40, 600).astype(float))
    groups = pd.Series(rng.choice(np.array(["a", "b", "c", None], object), 600))
    groups[:5] = "few"
    parts = [values[groups == name] for name in ("a", "b", "c")]
    row = cut_tests(values, pd.DataFrame({"cut": groups})).loc[0]
    assert row["groups"] == 3 and row["customers"] == sum(map(len, parts))
    assert row["p"] == pytest.approx(kruskal(*parts).pvalue, rel=1e-9)
