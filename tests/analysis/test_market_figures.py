"""Market figures read, shares formed, years compared."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from known_truth import hit_bounds
from market_pages import market_table
from workbook.analysis.competitors import competitors, concentration_of_market, entrants
from workbook.analysis.market_figures import market_figures, own_entities, periods_of, unit_of
from workbook.analysis.market_share import by_period, sales_split, segment_shares
from workbook.analysis.year_change import step_start, year_change, year_values

AS_OF = date(2025, 12, 31)


def figures(market=None, own=("Acme",), **options):
    rows = market_table() if market is None else market
    return market_figures(rows, as_of=AS_OF, currency="EUR", own=list(own), **options)


@pytest.mark.parametrize(
    ("unit", "factor", "currency"),
    [("CNY million", 1e6, "CNY"), ("百万元", 1e6, "CNY"), ("亿元", 1e8, "CNY"), ("万人", 1e4, None),
     ("USD bn", 1e9, "USD"), ("EUR", 1.0, "EUR"), ("thousand", 1e3, None), ("%", 0.01, None),
     ("€ m", 1e6, "EUR"), ("十亿美元", 1e9, "USD"), (None, 1.0, None), ("pieces", 1.0, None)],
)  # fmt: skip
def test_units(unit, factor, currency):
    assert unit_of(unit) == (factor, currency)


def test_the_own_firm_is_found_by_name_brand_or_word():
    names = ["行业", "北风", "云合", "Own", "Acme"]
    assert own_entities(names, names=["acme"]) == ["Acme"]
    assert own_entities(names[:3], client="云合家电") == ["云合"]
    assert own_entities(["A", "Acme"], client="Acme Foods A/S") == ["A", "Acme"]
    assert own_entities(names[:4], client="Other") == ["Own"]
    assert own_entities(["Bolt", "Crane"], client="Other", brands=["crane"]) == ["Crane"]
    assert own_entities(["Industry", "Bolt"], client="Industry Bold") == []


def test_periods_a_year():
    for freq, expected in (("MS", 12), ("QS", 4), ("6MS", 2), ("YS", 1)):
        assert periods_of(pd.date_range("2022-01-01", periods=4, freq=freq)) == expected
    assert periods_of(["2025-01-01"]) == 0


def test_foreign_money_is_converted_and_what_is_not_over_left_out():
    market = market_table().assign(unit="USD million")
    rates = pd.DataFrame(
        {"currency": "USD", "period": ["2023-01-01", "2025-01-01"], "rate": [0.9, 0.5]}
    )
    found = figures(market, rates=rates)
    size = found.of("market_size").query("segment == 'online'").set_index("period")["value"]
    assert size["2024-10-01"] == pytest.approx(400e6 * 1.01**7 * 1.1 * 0.9)
    assert size["2025-01-01"] == pytest.approx(400e6 * 1.01**8 * 0.9 * 0.5)
    assert figures(market).aside["no_rate"] == len(market)
    early = market_figures(market_table(), as_of=date(2025, 11, 30), currency="EUR")
    assert early.aside["later"] == 10 and early.of("sales")["period"].max() == pd.Timestamp(
        "2025-07-01"
    )


def test_parts_and_whole_are_never_added_up():
    market = market_table(noise=0)
    whole = (
        market[market["segment"].notna()]
        .groupby(["period", "entity", "measure"], as_index=False)["value"]
        .sum()
    )
    both = pd.concat([market, whole.assign(unit="million EUR", source="survey")])
    for rows in (market, both):
        wide, named_only = by_period(figures(rows))
        assert not named_only
        assert (wide["own"] / wide["total"]).to_numpy() == pytest.approx(0.1)


def test_a_period_without_one_part_is_left_out():
    market = market_table(noise=0)
    gap = (
        (market["entity"] == "Acme")
        & (market["segment"] == "shops")
        & (market["period"] == "2024-04-01")
    )
    wide, _ = by_period(figures(market[~gap]))
    assert np.isnan(wide.loc["2024-04-01", "own"]) and wide["own"].notna().sum() == 11


def test_without_the_markets_size_shares_are_of_the_firms_named():
    market = market_table(noise=0)
    wide, named_only = by_period(figures(market[market["entity"] != "Industry"]))
    assert named_only
    assert (wide["own"] / wide["total"]).to_numpy() == pytest.approx(0.1 / 0.7)


def test_the_change_of_a_year_with_its_interval():
    rng = np.random.default_rng(8)
    season = np.tile([0.9, 1.0, 1.1, 1.3], 4)
    inside, alarms = 0, 0
    for _ in range(200):
        noise = np.exp(0.05 * rng.standard_normal(16))
        moved = year_change(
            season * np.where(np.arange(16) >= 12, 0.8, 1.0) * noise, per_year=4, confidence=0.9
        )
        inside += moved.low <= 0.8 <= moved.high
        alarms += year_change(season * noise, per_year=4).p < 0.05
    least, most = hit_bounds(200)
    assert least <= inside <= most
    assert alarms <= 24


def test_too_little_to_compare_years():
    assert year_change([1, 2, 3, 4, 5, 6, 7], per_year=4) is None
    assert year_change(np.ones(12), per_year=4) is None  # nothing to tell chance by
    assert year_change([1.0, 0.0] * 6, per_year=4) is None
    assert year_change([1.0, 2.0], per_year=1) is None


def test_where_a_step_lies():
    values = np.tile([0.9, 1.0, 1.1, 1.3], 4) * np.where(np.arange(16) >= 10, 0.7, 1.0)
    assert step_start(values, per_year=4) == 10
    assert step_start([1.0, 2.0], per_year=4) is None


def test_year_sums():
    assert year_values([1, 2, 3, 4, 5, 6], per_year=3) == (15.0, 6.0)
    now, before = year_values([1, 2, 3, 4], per_year=3)
    assert now == 9.0 and np.isnan(before)


def test_firms_are_ranked_with_the_change_of_their_shares():
    market = market_table(fall=0.5, noise=0.01)
    found = figures(market)
    wide, _ = by_period(found)
    table = competitors(wide, own=found.own, per_year=found.per_year).set_index("entity")
    assert table.index.tolist() == ["Bolt", "Crane", "Dune", "Acme"]
    assert table.loc["Acme", "share_before"] == pytest.approx(0.1, abs=0.003)
    assert table.loc["Acme", "low"] < table.loc["Acme", "change"] < table.loc["Acme", "high"] < 0
    said = concentration_of_market(table.reset_index())
    assert said["rank"] == 4 and said["top3"] == pytest.approx(0.6, abs=0.01)
    assert said["hhi_low"] < said["hhi_high"] < 0.2


def test_a_firm_without_the_last_year_is_no_rival_now_and_a_late_one_is_new():
    market = market_table(noise=0.01)
    gone = (market["entity"] == "Crane") & (market["period"] >= "2025-01-01")
    new = (market["entity"] == "Dune") & (market["period"] < "2025-01-01")
    wide, _ = by_period(figures(market[~gone & ~new]))
    table = competitors(wide, own=["Acme"], per_year=4).set_index("entity")
    assert "Crane" not in table.index and np.isnan(table.loc["Dune", "change"])
    assert entrants(wide, per_year=4)["entity"].tolist() == ["Dune"]
    assert entrants(wide, per_year=0).empty


def test_the_split_of_sales_is_exact():
    found = figures(market_table(fall=0.3))
    parts = segment_shares(found)
    split = sales_split(parts)
    before = (parts["size_before"] * parts["share_before"]).sum()
    assert split["market"] + split["mix"] + split["share"] == pytest.approx(split["whole"])
    assert split["whole"] == pytest.approx(parts["own"].sum() - before)
    assert split["share"] < 0 < split["market"]
    assert sales_split(parts.assign(share_before=np.nan)) is None
    assert parts.set_index("segment").loc["online", "p"] < 0.001
