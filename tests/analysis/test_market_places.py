"""Places, wallets, purchasing power and new products, from orders and customers."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from known_truth import hit_bounds
from market_pages import AS_OF, COUNTRIES, panel_table, shop
from workbook.analysis.brand_panel import brand_panel, panel_span
from workbook.analysis.market_figures import market_figures
from workbook.analysis.new_products import new_products
from workbook.analysis.panel_change import PanelYears, panel_years, share_change, where_they_went
from workbook.analysis.place_comparison import mix_differences, place_table, rate_differences
from workbook.analysis.place_sums import place_column, place_sums
from workbook.analysis.purchasing_power import constant_rates, currency_of, rates_table
from workbook.analysis.reach import population_of, reach_by_place
from workbook.analysis.wallet_share import wallet_by_group, wallet_rows, wallet_total


@pytest.fixture(scope="module")
def world():
    people, orders = shop()
    return people, orders.assign(is_return=False)


@pytest.fixture(scope="module")
def sums(world):
    people, orders = (ibis.memtable(frame) for frame in world)
    return place_sums(orders, people, "country", as_of=AS_OF)


def last_year(orders):
    return orders[orders["ordered_at"] > "2024-12-31 23:59"]


def test_sums_are_those_of_the_orders(world, sums):
    people, orders = world
    joined = last_year(orders).merge(people, on="customer_id")
    table = place_table(sums).set_index("place")
    for country, part in joined.groupby("country"):
        assert table.loc[country, "amount"] == pytest.approx(part["amount"].sum())
        assert table.loc[country, "buyers"] == part["customer_id"].nunique()
        assert (
            table.loc[country, "low"] < table.loc[country, "per_buyer"] < table.loc[country, "high"]
        )
    assert table["share"].sum() == pytest.approx(1)
    assert sums.known == sums.lines


def test_the_place_that_differs_is_named_and_not_the_others(world, sums):
    rates = rate_differences(sums)
    clear = rates[rates["p"] < 0.002]
    assert clear[["place", "rate"]].to_numpy().tolist() == [["Japan", "late"]]
    people, orders = world
    joined = last_year(orders).merge(people, on="customer_id")
    late = joined["delivered_on"] > joined["promised_on"]
    row = clear.iloc[0]
    assert row["value"] == pytest.approx(late[joined["country"] == "Japan"].mean())
    assert row["rest"] == pytest.approx(late[joined["country"] != "Japan"].mean())
    assert set(rates["rate"]) == {
        "order_value",
        "orders_per_buyer",
        "late",
    }  # no returns or discounts
    mix, distance = mix_differences(sums, "category")
    assert set(mix.loc[mix["p"] < 0.002, "place"]) == {"Japan"}
    assert distance.index[0] == "Japan" and distance.iloc[0] == pytest.approx(0.4, abs=0.08)
    assert mix_differences(sums, "store")[0].empty


def test_places_alike_are_seldom_called_different():
    called = 0
    for seed in range(16):
        people, orders = shop(300, seed)
        people["country"] = np.random.default_rng(seed).choice(COUNTRIES, len(people))
        made = place_sums(
            ibis.memtable(orders.assign(is_return=False)),
            ibis.memtable(people),
            "country",
            as_of=AS_OF,
        )
        called += bool((rate_differences(made, draws=200)["p"] < 0.05).any())
    assert called <= 4  # 5 % of 16 and what chance adds (0.001)


def test_the_column_of_places(world):
    people, _ = world
    table = ibis.memtable(people.assign(region="all", city=people["gender"]))
    assert place_column(table) == "country"
    assert place_column(table, wanted="city") == "city"
    assert place_column(table.drop("country")) == "city"
    assert place_column(table.select("customer_id")) is None


def test_reach_is_buyers_by_people(world, sums):
    population = pd.Series({"China": 1400e6, "Germany": 84e6, "Japan": 124e6})
    table = reach_by_place(sums, population).set_index("place")
    assert table.index[0] == "Germany" and table.index[-1] == "China"
    row, whole = table.loc["China"], table["buyers"].sum() / population.sum()
    assert row["per_100k"] == pytest.approx(row["buyers"] / 1400e6 * 1e5)
    assert row["missing"] == pytest.approx(whole * 1400e6 - row["buyers"])
    assert row["gap"] == pytest.approx(
        row["missing"] * table["amount"].sum() / table["buyers"].sum()
    )
    assert row["gap_low80"] < row["gap"] < row["gap_high80"] and row["p"] < 0.001
    assert table.loc["Germany", "gap"] == 0
    assert reach_by_place(sums, population.iloc[:1]).empty


def test_reach_covers_the_truth():
    """Two places alike: the index of each is 1, its p below 0.1 as often as it says."""
    calls = 0
    population = pd.Series({"x": 1e6, "y": 1e6})
    for seed in range(30):
        rng = np.random.default_rng(seed)
        n = rng.poisson(400, 1)[0]
        people = pd.DataFrame(
            {"customer_id": [f"c{i}" for i in range(n)], "country": rng.choice(["x", "y"], n)}
        )
        orders = pd.DataFrame({"customer_id": people["customer_id"], "ordered_at": pd.Timestamp("2025-06-01"),
                               "amount": 10.0, "is_return": False})  # fmt: skip
        made = place_sums(ibis.memtable(orders), ibis.memtable(people), "country", as_of=AS_OF)
        calls += reach_by_place(made, population)["p"].iloc[0] < 0.1
    assert calls <= 9


def test_population_is_the_last_figure_of_a_place():
    rows = pd.DataFrame(
        {"period": ["2020-01-01", "2024-01-01", "2020-01-01"], "entity": ["x", "x", "y"], "measure": "人口",
         "value": [1.0, 2.0, 3.0], "unit": "万人"}
    )  # fmt: skip
    found = market_figures(rows, as_of=AS_OF, currency="EUR")
    assert population_of(found, ["x", "y", "z"]).to_dict() == {"x": 20_000.0, "y": 30_000.0}
    assert population_of(found, ["x"]).empty


def test_share_of_wallet(world):
    people, orders = world
    rows, part = wallet_rows(ibis.memtable(orders), ibis.memtable(people), as_of=AS_OF)
    total = wallet_total(rows)
    spent = last_year(orders)["amount"].sum()
    assert part == 1 and total["spent"] == pytest.approx(spent)
    assert total["share"] == pytest.approx(spent / people["estimated_wallet"].sum())
    groups = wallet_by_group(rows)
    first = groups[groups["p"] < 0.002]
    assert set(first["cut"]) == {"gender"}
    row = groups.set_index("group").loc["f"]
    assert row["gap"] == pytest.approx((row["others"] - row["share"]) * row["wallet"])
    few, part = wallet_rows(ibis.memtable(orders), ibis.memtable(people), as_of=AS_OF, most=300)
    assert part == pytest.approx(1 / 3) and 220 < len(few) < 380


def test_wallet_shares_cover_the_truth():
    hits = 0
    rng = np.random.default_rng(9)
    for _ in range(200):
        wallet = np.exp(5 + 0.6 * rng.standard_normal(200))
        rows = pd.DataFrame({"wallet": wallet, "spent": wallet * rng.beta(2, 3, 200)})
        found = wallet_total(rows, confidence=0.9)
        hits += found["low"] <= 0.4 <= found["high"]
    least, most = hit_bounds(200)
    assert least <= hits <= most


def test_a_few_large_wallets_are_no_group():
    rng = np.random.default_rng(10)
    wallet = np.where(np.arange(80) % 40 == 0, 1e6, 10.0)
    rows = pd.DataFrame({"customer_id": range(80), "wallet": wallet, "spent": wallet * rng.random(80),
                         "region": np.repeat(["a", "b"], 40)})  # fmt: skip
    assert not wallet_by_group(rows)["enough"].any()
    assert wallet_total(rows.head(1))["low"] is None and wallet_total(rows.head(0))["share"] is None


def test_exchange_rates_and_purchasing_power():
    fx = pd.DataFrame(
        {"currency": ["美元", "美元", "USD", "JPY"], "period": ["2024-01-01", "2025-01-01", "2026-01-01", "2025-01-01"],
         "rate": [7.0, 7.7, 99.0, 0.05], "ppp": [3.5, 3.85, 1.0, None]}
    )  # fmt: skip
    table = rates_table(fx, as_of=date(2025, 6, 30)).set_index("currency")
    row = table.loc["USD"]
    assert (row["rate"], row["change"], row["level"]) == pytest.approx((7.7, 0.1, 0.5))
    assert (row["foreign"], row["foreign_ppp"]) == pytest.approx((100 / 7.7, 100 / 3.85))
    assert np.isnan(table.loc["JPY", "level"]) and np.isnan(table.loc["JPY", "change"])
    places = pd.DataFrame(
        {"place": ["USA", "中国", "Atlantis"], "per_buyer": 100.0, "growth": 0.21}
    )
    found = constant_rates(places, table.reset_index(), home="CNY").set_index("place")
    assert found.loc["USA", ["per_buyer_ppp", "growth_constant"]].tolist() == pytest.approx(
        [50, 0.1]
    )
    assert found.loc["中国", ["per_buyer_ppp", "growth_constant"]].tolist() == pytest.approx(
        [100, 0.21]
    )
    assert found.loc["Atlantis", "currency"] is None and np.isnan(found.loc["Atlantis", "level"])
    assert currency_of("atlantis", given=["Atlantis:usd"]) == "USD"


def test_new_products(world):
    _, orders = world
    found = new_products(ibis.memtable(orders), as_of=AS_OF)
    year = last_year(orders)
    fresh = year[year["product"] == "novelty"]
    assert found.share == pytest.approx(fresh["amount"].sum() / year["amount"].sum())
    assert found.low < found.share < found.high and (found.products, found.new) == (3, 1)
    row = found.table.iloc[0]
    assert row["buyers"] == fresh["customer_id"].nunique() and row["product"] == "novelty"
    first = orders.groupby("customer_id")["ordered_at"].min()
    buyers = fresh["customer_id"].unique()
    assert row["new_customers"] == pytest.approx((first[buyers] > "2024-12-31").mean())
    assert found.before == 0
    late = orders[orders["ordered_at"] > "2024-03-01"]
    assert new_products(ibis.memtable(late), as_of=AS_OF) is None


def test_a_panel_is_counted_by_household_and_brand():
    rows = panel_table(200)
    table = ibis.memtable(rows)
    assert panel_span(table) == (rows["at"].min().date(), rows["at"].max().date())
    found = brand_panel(table, start=date(2025, 1, 1), end=AS_OF, households=200, own=["Acme"])
    year = rows[rows["at"] >= "2025-01-01"]
    expected = pd.crosstab(year["household"], year["brand"])
    assert found.counts[list(expected.columns)].to_numpy().tolist() == expected.to_numpy().tolist()
    assert found.counts.columns[0] == year["brand"].value_counts().index[0]
    assert found.households == 200 and found.own == ["Acme"]
    part = brand_panel(table, start=date(2025, 1, 1), end=AS_OF, households=200, most=50)
    assert part.part < 1 and 25 < part.buyers < 80 and part.households < 100


def test_small_brands_stand_together_but_not_the_own_one():
    rng = np.random.default_rng(11)
    names = [f"b{i:02d}" for i in range(30)]
    rows = pd.DataFrame({"household": rng.integers(0, 300, 4000), "at": pd.Timestamp("2025-05-01"),
                         "brand": rng.choice(names, 4000, p=np.arange(30, 0, -1) / 465)})  # fmt: skip
    found = brand_panel(ibis.memtable(rows), start=date(2025, 1, 1), end=AS_OF, own=["b29"])
    assert "b29" in found.counts and "" in found.counts and found.counts.shape[1] == 14
    assert found.counts.to_numpy().sum() == 4000


def test_a_fallen_share_is_found_and_a_steady_one_is_not():
    fallen = panel_table(1500, later=(0.06, 0.48, 0.3, 0.16))
    years = PanelYears(*panel_years(ibis.memtable(fallen), as_of=AS_OF, own=["Acme"]))
    row = share_change(years).set_index("measure").loc["share"]
    assert row["p"] < 1e-6 and row["low"] < -0.14 < row["high"]
    table, counts = where_they_went(years)
    assert counts["buyers"] == counts["again"] + counts["elsewhere"] + counts["gone"]
    assert table["share"].sum() == pytest.approx(1) and "Acme" not in set(table["brand"])
    hits, alarms = 0, 0
    for seed in range(30):
        drawn = ibis.memtable(panel_table(250, seed))
        years = PanelYears(*panel_years(drawn, as_of=AS_OF, own=["Acme"]))
        row = share_change(years, confidence=0.9, draws=400).set_index("measure").loc["share"]
        hits += row["low"] <= 0 <= row["high"]
        alarms += row["p"] < 0.001
    least, most = hit_bounds(30)
    assert alarms == 0 and least <= hits <= most
