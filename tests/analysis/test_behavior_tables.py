"""Smaller tables of the behaviour report: products, paths, deals, browsing, talk, next products."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from workbook.analysis import (
    behavior_segments,
    best_sellers,
    browsing,
    deal_cycles,
    interactions,
    intervals,
    lifecycle,
    next_products,
    purchase_paths,
    segment_seasons,
)
from workbook.analysis.event_kinds import event_groups, kind_group

AS_OF = dt.date(2024, 12, 31)


def orders(rows, columns=("customer_id", "day", "product", "amount")):
    """Order lines; `day` counts from the first of January 2023."""
    table = pd.DataFrame(rows, columns=list(columns))
    moment = pd.Timestamp("2023-01-01") + pd.to_timedelta(table.pop("day"), unit="D")
    return ibis.memtable(table.assign(ordered_at=moment, is_return=False))


def test_kinds_are_read_in_both_languages():
    assert [kind_group(k) for k in ("Page View", "加购", "支付", "E-mail", "来电")] == [
        "view", "cart", "order", "mail", "call",
    ]  # fmt: skip


def test_an_unknown_kind_with_a_page_is_a_view_and_visitors_come_first():
    rows = pd.DataFrame({"kind": ["swipe", "swipe", "paid"], "page": ["x", None, None],
                         "customer_id": ["c", "c", "c"], "visitor_id": ["v", None, "v"]})  # fmt: skip
    found = event_groups(ibis.memtable(rows)).to_pandas()
    assert found["group"].tolist() == ["view", "other", "order"]
    assert found["who"].tolist() == ["v", "c", "v"]
    assert found["touchpoint"].tolist() == ["x", "swipe", "paid"]


def test_best_sellers_know_their_places():
    rng = np.random.default_rng(0)
    rows = [(f"c{i}", 400 + i % 300, p, 10.0) for i in range(600)
            for p in rng.choice(["top", "b1", "b2", "low"], size=2, replace=False, p=[0.4, 0.28, 0.28, 0.04])]  # fmt: skip
    rows += [(f"c{i}", 5, "old", 10.0) for i in range(100)]
    table = best_sellers.best_sellers(orders(rows), as_of=AS_OF).set_index("product")
    assert "old" not in table.index and table.index[0] == "top" and table.index[-1] == "low"
    assert table.loc["top", ["place_low", "place_high"]].tolist() == [1, 1]
    assert (table.loc[["b1", "b2"], "place_high"] == 3).all()
    assert table["share"].sum() == pytest.approx(1)
    assert table["share_before"].notna().all()  # the data reach two years back
    recent = best_sellers.best_sellers(orders(rows[:-100]), as_of=AS_OF)
    assert recent["change"].isna().all()
    assert len(best_sellers.best_sellers(orders([("a", 0, "p", 1.0)]), as_of=AS_OF)) == 0


def test_best_sellers_without_money_count_purchases():
    table = best_sellers.best_sellers(
        orders([("a", 500, "p", 0.0), ("a", 500, "p", 0.0), ("b", 510, "p", 0.0), ("b", 510, "q", 0.0)]),
        as_of=AS_OF,
    )  # fmt: skip
    assert not table["valued"].any()
    assert table.set_index("product")["share"].to_dict() == pytest.approx({"p": 2 / 3, "q": 1 / 3})


def test_cycles_count_those_still_waiting():
    rows = [(f"c{i}", day, "fast", 1.0) for i in range(40) for day in range(i % 10, 720, 30)]
    rows += [(f"c{i}", i, "slow", 1.0) for i in range(40)]
    rows += [(f"c{i}", i + 200, "slow", 1.0) for i in range(8)]
    rows += [("c1", 3, "rare", 1.0)]
    table = best_sellers.product_cycles(orders(rows), as_of=AS_OF).set_index("product")
    assert list(table.index) == ["slow", "fast"]
    assert table.loc["fast", ["median_seen", "median"]].tolist() == [30, 30]
    slow = table.loc["slow"]
    assert slow["median_seen"] == 200 and np.isnan(slow["median"]) and slow["again"] == 0.2
    assert slow["within_low"] < slow["within_year"] < slow["within_high"]
    assert slow["within_year"] == pytest.approx(8 / 40, abs=0.04)


def test_the_median_gap_varies_with_customers_and_not_with_gaps():
    rng = np.random.default_rng(2)
    own = rng.lognormal(np.log(30), 0.7, 200)  # every customer keeps a gap of their own
    rows = [
        (f"c{i}", int(k * gap), "tea", 1.0)
        for i, gap in enumerate(own)
        for k in range(5)
        if k * gap < 720
    ]
    row = best_sellers.product_cycles(orders(rows), as_of=AS_OF).iloc[0]
    assert row["seen_low"] < row["median_seen"] < row["seen_high"]
    assert row["seen_low"] <= np.median(own) <= row["seen_high"]
    every = np.sort(np.repeat(own, 4))  # as though each gap told anew
    low, high = intervals.median_interval(every)
    assert row["seen_high"] - row["seen_low"] > 1.3 * (high - low)


def test_paths_from_purchase_to_purchase():
    rows = [(f"c{i}", d, v, 1.0) for i in range(50)
            for d, v in ((0, "web"), (40, "web"), (80, "shop" if i % 2 else "web"))]  # fmt: skip
    rows += [("c0", 0, "shop", 0.5)]  # the smaller part of that day
    table = orders(rows, ("customer_id", "day", "channel", "amount"))
    days = purchase_paths.main_of_day(table, column="channel")
    steps = purchase_paths.path_steps(days)
    third = steps[steps["step"] == 3].set_index("value")["share"]
    assert third.to_dict() == {"web": 0.5, "shop": 0.5}
    moves = purchase_paths.path_transitions(days).set_index(["value", "following"])
    assert moves.loc[("web", "web"), "n"] == 75 and moves.loc[("web", "shop"), "share"] == 0.25
    row = moves.loc[("web", "shop")]
    assert row["low"] < 0.25 < row["high"] and row["lift"] == pytest.approx(1)
    empty = purchase_paths.main_of_day(table.filter(table.amount > 9), column="channel")
    assert len(purchase_paths.path_steps(empty)) == 0
    assert len(purchase_paths.path_transitions(empty)) == 0


def deals(n, seed, win=0.4, mean=40.0):
    rng = np.random.default_rng(seed)
    opened = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.uniform(0, 330, n), unit="D")
    closed = opened + pd.to_timedelta(rng.exponential(mean, n), unit="D")
    won = rng.random(n) < win
    table = pd.DataFrame({"deal_id": [f"d{i}" for i in range(n)], "opened_at": opened.floor("s"),
                          "closed_at": closed.floor("s"), "won": won,
                          "product": rng.choice(["a", "b"], n)})  # fmt: skip
    return ibis.memtable(table)


def test_deals_still_open_count_as_far_as_they_were_followed():
    truth = 0.4 * (1 - np.exp(-90 / 40))
    table = deal_cycles.deal_cycles(deals(3000, 1), as_of=AS_OF)
    whole = table.iloc[0]
    assert whole["within_low"] < truth < whole["within_high"]
    assert whole[["won", "lost", "open"]].sum() == whole["deals"] == 3000 and whole["open"] > 50
    assert set(table["product"].iloc[1:]) == {"a", "b"}
    assert (table["median_low"] < table["median_won"]).all()
    assert (table["median_won"] < table["median_high"]).all()
    assert len(deal_cycles.deal_cycles(deals(5, 1).drop("won"), as_of=AS_OF)) == 0
    early = deal_cycles.deal_cycles(deals(300, 1), as_of=dt.date(2024, 2, 1))
    assert np.isnan(early["within"].iloc[0])  # nobody was followed for 90 days


def test_stages_of_deals():
    stages = pd.DataFrame({"deal_id": ["1", "1", "1", "2", "2", "2", "3"],
                           "stage": ["talk", "offer", "won", "talk", "offer", "lost", "talk"],
                           "at": pd.to_datetime(["2024-01-01", "2024-01-11", "2024-01-21", "2024-02-01",
                                                 "2024-02-21", "2024-02-25", "2024-03-01"])})  # fmt: skip
    facts = pd.DataFrame(
        {"deal_id": ["1", "2", "3"], "won": [True, False, None], "amount": [9.0, 5.0, 7.0]}
    )
    facts["won"] = facts["won"].astype("boolean")
    table = deal_cycles.deal_stage_waits(ibis.memtable(stages), ibis.memtable(facts)).set_index(
        "stage"
    )
    assert list(table.index) == ["talk", "offer"]  # the others say only how deals ended
    assert table["waits"].iloc[0] == 15 and table.loc["offer", "lost"] == 1
    assert table.loc["offer", "lost_share"] == 0.5 and table.loc["offer", "amount"] == 5
    assert table.loc["talk", "decided"] == 2  # the third deal is still there
    closed = facts.assign(closed_at=pd.to_datetime(["2024-01-21", "2024-03-09", None]))
    late = deal_cycles.deal_stage_waits(ibis.memtable(stages), ibis.memtable(closed))
    late = late.set_index("stage")  # lost two weeks later: a stage in which deals wait
    assert late.loc["lost", "lost"] == 1 and late.loc["offer", "lost"] == 0


def test_interest_ends_in_a_purchase_within_the_days():
    looks = [("a", "p", "2024-03-01"), ("a", "p", "2024-05-01"), ("b", "p", "2024-03-01"),
             ("c", "p", "2024-12-20"), ("d", "q", "2024-03-01")]  # fmt: skip
    events = pd.DataFrame(looks, columns=["customer_id", "product", "occurred_at"])
    events["occurred_at"] = pd.to_datetime(events["occurred_at"])
    days = {"a": 430, "b": 520}  # of 2023-01-01: 2024-03-06 and 2024-06-04
    bought = orders([(who, day, "p", 20.0) for who, day in days.items()])
    table = browsing.viewed_products(ibis.memtable(events.assign(kind="view")), bought, as_of=AS_OF)
    row = table.set_index("product").loc["p"]
    assert (row["viewers"], row["bought"]) == (2, 1)  # c has not been followed for 30 days
    assert row["usual"] == pytest.approx(1 / 3)
    assert row["missed"] == pytest.approx(2 * 20 * (1 / 3 - 1 / 2))
    assert row["missed_low"] <= row["missed"] <= row["missed_high"]
    assert (
        len(browsing.viewed_products(ibis.memtable(events.assign(kind="view")), None, as_of=AS_OF))
        == 0
    )


def test_interest_read_from_a_part_stands_for_all():
    rng = np.random.default_rng(4)
    who = [f"c{i}" for i in range(4000)]
    events = pd.DataFrame({"customer_id": who, "kind": "view", "occurred_at": pd.Timestamp("2024-03-01"),
                           "product": rng.choice(["p", "q"], 4000)})  # fmt: skip
    buyers = zip(who, events["product"], rng.random(4000) < 0.3, strict=True)
    bought = orders([(name, 430, product, 20.0) for name, product, buys in buyers if buys])
    whole, some = (
        browsing.viewed_products(ibis.memtable(events), bought, as_of=AS_OF, part=part)
        for part in (1.0, 0.25)
    )
    both = whole.merge(some, on="product", suffixes=("", "_part"))
    assert (both["viewers"] != both["viewers_part"]).all()
    assert np.allclose(both["viewers"], both["viewers_part"], rtol=0.15)
    assert np.allclose(both["share"], both["share_part"], atol=0.06)
    assert ((both["high_part"] - both["low_part"]) > 1.6 * (both["high"] - both["low"])).all()


def talk(rows):
    table = pd.DataFrame(rows, columns=["customer_id", "kind", "occurred_at"])
    table["occurred_at"] = pd.to_datetime(table["occurred_at"])
    return ibis.memtable(table)


def test_interactions_of_both_tables():
    events = talk([("a", "call", "2024-06-01"), ("a", "view", "2024-06-01"), ("b", "点赞", "2024-06-02"),
                   (None, "call", "2024-06-02"), ("c", "e-mail", "2022-01-01")])  # fmt: skip
    visits = ibis.memtable(pd.DataFrame({"customer_id": ["b"], "at": [pd.Timestamp("2024-07-01")]}))
    found = interactions.interactions(events, visits)
    assert sorted(found.to_pandas()["kind"]) == ["call", "mail", "social", "visit"]
    segments = pd.DataFrame({"customer_id": list("abcd"), "segment": list("xxyy")})
    table = interactions.interaction_kinds(found, segments, as_of=AS_OF).set_index("kind")
    assert table["reached"].to_dict() == {"call": 1, "social": 1, "visit": 1}  # 2022 is long ago
    assert (table["customers"] == 4).all() and (table["share"] == 0.25).all()
    assert interactions.interactions(None, None) is None


def test_more_talk_is_compared_like_for_like():
    """Those in touch had bought more before: alike, they buy alike afterwards."""
    rng = np.random.default_rng(0)
    rows, calls = [], []
    for i in range(1200):
        often = i % 2
        rows += [(f"c{i}", 380 + 10 * k, "p", 1.0) for k in range(1 + 2 * often)]
        if rng.random() < (0.6 if often else 0.2):
            rows.append((f"c{i}", 600, "p", 1.0))
        if rng.random() < (0.7 if often else 0.2):
            calls.append((f"c{i}", "call", "2024-03-01"))
    days = lifecycle.purchase_days(orders(rows))
    found = interactions.interactions(talk(calls), None)
    table = interactions.channels_and_buying(found, days, as_of=AS_OF).set_index("kinds")
    assert table.loc[1, "share"] > table.loc[0, "share"] + 0.1
    assert table.loc[1, "like_low"] < 0 < table.loc[1, "like_high"]


def habits(follow, seed=0):
    """1,500 customers buy a, b or c, and later something new: after a mostly x if `follow`."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(1500):
        first = rng.choice(["a", "b", "c"])
        for period in range(2):
            start = 20 + 365 * period
            day = start + int(rng.integers(0, 150))
            rows.append((f"c{period}-{i}", day, first, 1.0))
            wish = {"a": "x", "b": "y", "c": "z"}[first] if follow else rng.choice(list("xyz"))
            target = wish if rng.random() < 0.8 else rng.choice(list("xyz"))
            rows.append((f"c{period}-{i}", start + 185 + int(rng.integers(0, 150)), target, 1.0))
    return orders(rows)


def test_suggestions_beat_best_sellers_where_habits_follow():
    found = next_products.next_products(
        habits(True), as_of=dt.date(2024, 12, 20), shown=1, window_months=6
    )
    assert found.code == "" and found.trial["beats"]
    assert found.trial["low"] <= found.trial["hit"] <= found.trial["high"]
    assert found.trial["base_hit"] < 0.5 < found.trial["hit"]
    rules = found.rules.set_index(["bought", "following"])
    assert rules.loc[("a", "x"), "lift"] > 2
    assert rules.loc[("a", "x"), "low"] > rules.loc[("a", "x"), "usual"]
    picked = found.suggestions[found.suggestions["after"] == "a"]
    assert set(picked["product"]) <= {"x"} and not picked["customer_id"].duplicated().any()


def test_suggestions_without_a_habit_do_not():
    found = next_products.next_products(
        habits(False), as_of=dt.date(2024, 12, 20), shown=1, window_months=6
    )
    assert not found.trial["beats"] and len(found.rules) <= 1


def test_too_few_purchases_make_no_suggestion():
    assert next_products.next_products(orders([("a", 5, "p", 1.0)]), as_of=AS_OF).code == "too_few"
    once = orders([(f"c{i}", 100, "p" if i % 2 else "q", 1.0) for i in range(50)])
    assert next_products.next_products(once, as_of=AS_OF).trial is None


class OneTable(dict):
    """customers alone, as the client's tables offer it."""

    def __init__(self, customers):
        super().__init__(customers=customers)

    def has(self, name, *columns):
        return name in self and set(columns) <= set(self[name].columns)


def test_segments_by_value_and_by_trait():
    summary = pd.DataFrame(
        {"customer_id": list("abcd"), "gross_amount": [1.0, 2, 3, 4], "purchase_days": 1}
    )
    found = behavior_segments.customer_segments(None, summary, by="value")
    assert found.set_index("customer_id")["segment"].to_dict() == {
        "a": "lower", "b": "lower", "c": "upper", "d": "upper",
    }  # fmt: skip
    table = pd.DataFrame({"customer_id": list("abc"), "region": ["N", "S", None]})
    tables = OneTable(ibis.memtable(table))
    assert behavior_segments.customer_segments(tables, None, by="region")["segment"].tolist() == [
        "N",
        "S",
    ]
    assert behavior_segments.customer_segments(tables, None, by="gender") is None
    with pytest.raises(ValueError, match="choose one of"):
        behavior_segments.customer_segments(tables, None, by="mood")


def regional(north, seed=0):
    """Two regions; the north buys in June with the given weight, all else alike."""
    rng = np.random.default_rng(seed)
    rows, names = [], {}
    for i in range(400):
        name = f"c{i}"
        names[name] = "north" if i % 2 else "south"
        months = np.ones(12)
        months[5] = north if i % 2 else 1.0
        for month in rng.choice(12, size=6, p=months / months.sum()):
            rows.append((name, 365 + 30 * int(month) + int(rng.integers(0, 29)), "tea", 1.0))
    segments = pd.DataFrame({"customer_id": list(names), "segment": list(names.values())})
    return orders(rows), segments


@pytest.mark.parametrize(("north", "differs"), [(4.0, True), (1.0, False)])
def test_regions_are_compared_by_season(north, differs):
    table, segments = regional(north)
    found = segment_seasons.segment_seasons(lifecycle.purchase_days(table), segments, as_of=AS_OF)
    assert found.groupby("segment")["share"].sum().to_numpy() == pytest.approx([1, 1])
    clear = found[found["p_holm"] < 0.01]
    assert (6 in set(clear["season"])) == differs and (len(clear) > 0) == differs


def test_what_regions_buy():
    rows = [(f"c{i}", 500, "ware" if i % 2 or i % 5 else "drink", 1.0) for i in range(400)]
    table = orders(rows, ("customer_id", "day", "category", "amount"))
    names = [f"c{i}" for i in range(400)]
    segments = pd.DataFrame(
        {"customer_id": names, "segment": ["odd" if i % 2 else "even" for i in range(400)]}
    )
    found = behavior_segments.category_interest(table, segments, as_of=AS_OF)
    row = found.set_index(["segment", "category"]).loc[("even", "drink")]
    assert row["share"] == pytest.approx(0.2) and row["others"] == 0 and row["p_holm"] < 0.001
