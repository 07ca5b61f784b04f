"""Care against the cadence, what tiers get, needs by Kano, statements and prospects."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import monitoring_world as w
from workbook.analysis.account_care import account_care
from workbook.analysis.kano_needs import kano_class, needs_by_group, stated_needs
from workbook.analysis.prospect_fit import open_fit, prospect_fit, ranking_quality
from workbook.analysis.statements import last_statements, rating_points, statement_points
from workbook.analysis.tier_resources import tier_resources

DAY = dt.date(2025, 12, 31)
CADENCE = {"strategic": 45.0, "important": 90.0}


def accounts():
    return pd.DataFrame(
        {
            "customer_id": list("abcde"),
            "tier": ["strategic", "strategic", "important", "important", "ordinary"],
            "type": ["dealer", "business", "business", "consumer", "business"],
            "owner": ["x", None, "y", None, "y"],
            "contribution": [10.0, 90.0, 5.0, 1.0, 1.0],
            "contact_on": pd.to_datetime(
                ["2025-11-16", "2025-11-15", None, "2025-12-30", "2020-01-01"]
            ),
            "contacts": [5.0, 2.0, np.nan, 1.0, 0.0],
            "deciders": [1.0, 0.0, np.nan, 1.0, 1.0],
        }
    )


def test_overdue_by_the_day():
    care = account_care(accounts(), as_of=DAY, cadence_days=CADENCE, kinds=["dealer", "business"])
    late = care.accounts.set_index("customer_id")["overdue"]
    assert late.to_dict() == {"b": True, "c": True, "a": False}  # 45 days are still in time
    assert care.accounts["customer_id"].tolist() == ["b", "c", "a"] and care.overdue == 2
    assert care.gaps == {"owner": 1, "deciders": 2}
    tiers = care.tiers.set_index("tier")
    assert tiers.loc["strategic", "share"] == 0.5 and tiers.loc["important", "never"] == 1


def test_no_cadence_without_contacts_or_key_accounts():
    options = {"as_of": DAY, "cadence_days": CADENCE}
    assert account_care(accounts().drop(columns="contact_on"), **options) is None
    assert account_care(accounts().assign(contact_on=pd.NaT), **options) is None
    assert account_care(accounts().assign(tier="ordinary"), **options) is None
    assert len(account_care(accounts(), kinds=["nobody"], **options).accounts) == 4


def test_resources_against_contribution():
    rng = np.random.default_rng(0)
    tier = np.repeat(["strategic", "important", "ordinary"], [20, 30, 150])
    money = np.where(tier == "strategic", 800.0, np.where(tier == "important", 100.0, 10.0))
    table = pd.DataFrame({"tier": tier, "revenue": money * 2, "contribution": money * rng.uniform(0.9, 1.1, 200),
                          "visits": rng.poisson(2, 200).astype(float)})  # fmt: skip
    found = tier_resources(table, ["strategic", "important", "ordinary"], cost_per_visit=50.0)
    found = found.set_index("tier")
    assert found["contribution_share"].sum() == pytest.approx(1) and found[
        "visits_share"
    ].sum() == pytest.approx(1)
    assert found.loc["ordinary", "visits_low"] > 1 > found.loc["strategic", "visits_high"]
    assert found.loc["ordinary", "left"] < 0 < found.loc["strategic", "left"]
    assert (found["served"] == 50 * found["visits"]).all()
    bare = tier_resources(table.drop(columns="visits"), ["strategic"])
    assert bare["left"].isna().all() and "visits_share" not in bare


def test_kano():
    assert kano_class([1, 1, 2, 3, 5, 1, 9, None], [5, 1, 5, 3, 1, 3, 1, 2]).tolist() == [
        "one_dimensional", "questionable", "must_be", "indifferent", "reverse", "attractive", "", "",
    ]  # fmt: skip
    rows = [(f"c{i}", "quiet", 2, 5, 5) for i in range(40)] + [
        (f"c{i}", "app", 1, 3, 2) for i in range(40)
    ]
    rows += [(f"c{i}", "rare", 1, 5, 4) for i in range(5)]
    rows += [(f"c{i}", "split", *((2, 5) if i % 2 else (1, 3)), 3) for i in range(40)]
    needs = pd.DataFrame(
        rows, columns=["customer_id", "need", "kano_functional", "kano_dysfunctional", "importance"]
    )
    found = stated_needs(needs).set_index("need")
    assert found["layer"].to_dict() == {
        "quiet": "core",
        "rare": "unclear",
        "split": "unclear",
        "app": "additional",
    }
    assert (
        found.loc["quiet", ["better", "worse"]].tolist() == [0, 1]
        and not found.loc["rare", "asked"]
    )
    assert found.index[0] == "quiet"  # the most important first
    assert (
        stated_needs(None).empty
        and stated_needs(needs[["customer_id", "need"]])["kano"].eq("").all()
    )
    groups = needs_by_group(needs, pd.Series({f"c{i}": "a" if i < 20 else "b" for i in range(40)}))
    assert groups.loc["quiet"].tolist() == [5, 5]


def test_ratings():
    assert rating_points(["A", "B", "C", None])[:3].tolist() == [100, 50, 0]
    order = rating_points(["AAA", "AA+", "AA", "A-", "BBB", "B"])
    assert (np.diff(order) < 0).all()
    assert rating_points(["优", "良", "差"]).tolist() == [100, 50, 0]
    assert (
        np.isnan(rating_points(["A", "17", "B"])).all()
        and np.isnan(rating_points(["A", "A"])).all()
    )


def test_statements_by_the_day_they_are_known():
    rows = pd.DataFrame(
        {"customer_id": "a", "period": pd.to_datetime(["2023-12-31"] * 2 + ["2024-12-31"] * 2),
         "item": ["equity", "total_assets"] * 2, "value": [10.0, 100.0, 40.0, 100.0],
         "known_on": pd.to_datetime(["2024-04-29"] * 2 + ["2025-04-30"] * 2)}
    )  # fmt: skip
    early, late = (last_statements(rows, as_of=dt.date(2025, m, 29)) for m in (4, 6))
    assert early.loc["a", "stated_equity"] == 10 and late.loc["a", "stated_equity"] == 40
    points = statement_points(late.reset_index())
    assert points["equity_share"].tolist() == [0.4] and points["statements"].tolist() == [100]
    assert statement_points(pd.DataFrame(index=[0]))["statements"].isna().all()


def people(n=900, seed=0, *, told=2.0):
    rng = np.random.default_rng(seed)
    kind = rng.choice(["firm", "person"], n, p=[0.3, 0.7])
    first = pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(0, 1000, n), unit="D")
    money = rng.lognormal(4 + told * (kind == "firm"), 1.0)
    new = rng.random(n) < 0.1
    return pd.DataFrame({"customer_id": np.arange(n), "type": kind, "region": rng.choice(["n", "s"], n),
                         "first_on": pd.Series(first).where(~new), "revenue": np.where(new, np.nan, money)})  # fmt: skip


def test_a_trait_that_tells_is_used_and_one_that_does_not_is_refused():
    good = prospect_fit(people(), ["type", "region"])
    assert good.verdict == "usable" and good.low > 0.6 and good.traits["trait"].iloc[0] == "type"
    assert good.prospects["type"].head(10).eq("firm").all() and good.prospects["rank"].iloc[0] == 1
    assert good.prospects["score"].is_monotonic_decreasing
    blind = [prospect_fit(people(seed=s, told=0.0), ["region"]).verdict for s in range(8)]
    assert blind.count("usable") <= 2
    few = prospect_fit(people(60), ["type"])
    assert few.verdict == "few" and np.isnan(few.auc)


def test_auc_by_counting_pairs():
    rng = np.random.default_rng(2)
    good, scores = rng.random(80) < 0.4, rng.integers(0, 6, 80)
    a, b = scores[good][:, None], scores[~good][None, :]
    auc, low, high = ranking_quality(scores, good)
    assert auc == pytest.approx(((a > b) + 0.5 * (a == b)).mean()) and low < auc < high
    assert np.isnan(ranking_quality([1.0, 2.0], [True, False])[0])


def test_of_very_many_customers_a_part_is_learnt_from_and_every_prospect_ranked(monkeypatch):
    orders = w.orders(3000, 6)
    place = orders["customer_id"].str[1:].astype(int)
    orders["ordered_at"] -= pd.to_timedelta(366 + place % 700, unit="D")
    ids = [f"C{n:06d}" for n in range(3200)]
    books = w.Books(
        orders=orders, customers=people(3200)[["type", "region"]].assign(customer_id=ids)
    )
    whole = open_fit(books, as_of=w.AS_OF)
    assert whole.learnt + whole.tested == orders["customer_id"].nunique()
    monkeypatch.setattr("workbook.analysis.prospect_fit.SAMPLE", 2000)
    part = open_fit(books, as_of=w.AS_OF)
    assert 0.5 < (part.learnt + part.tested) / (whole.learnt + whole.tested) < 0.95
    # who has bought is no prospect, drawn or not
    assert set(part.prospects["customer_id"]) == set(ids) - set(orders["customer_id"])
