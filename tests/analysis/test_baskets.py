import ibis
import numpy as np
import pandas as pd
import pytest

from workbook.analysis import baskets


def orders_from(lists, customers=None):
    """One order per list of products."""
    rows = [
        (customers[i] if customers else f"c{i}", f"o{i}", product)
        for i, products in enumerate(lists)
        for product in products
    ]
    table = pd.DataFrame(rows, columns=["customer_id", "order_id", "product"])
    table["ordered_at"] = pd.Timestamp("2024-01-01")
    return ibis.memtable(table.assign(amount=1.0, is_return=False))


def independent(seed, baskets_drawn=3000):
    """Baskets of very different size, filled with 30 products drawn without regard to each other."""
    rng = np.random.default_rng(seed)
    share = 1 / np.arange(3, 33)
    sizes = np.minimum(30, 1 + rng.geometric(0.25, baskets_drawn))
    # the largest of Gumbel numbers: a draw without replacement by the shares
    score = np.log(share) + rng.gumbel(size=(baskets_drawn, 30))
    order = np.argsort(-score, axis=1)
    return [row[:size].astype(str) for row, size in zip(order, sizes, strict=True)]


def test_counts_support_and_lift_by_hand():
    lists = [["a", "b"]] * 30 + [["a"]] * 20 + [["b", "c"]] * 10 + [["c"]] * 40
    found = baskets.basket_pairs(baskets.basket_items(orders_from(lists)), fewest=5)
    assert (found.baskets, found.items, found.several) == (100, 3, 40)
    row = found.pairs.set_index(["first", "second"]).loc[("b", "a")]
    assert row["baskets"] == 30 and row["support"] == pytest.approx(0.3)
    assert row["lift"] == pytest.approx(30 * 100 / (50 * 40))
    assert row["confidence"] == pytest.approx(30 / 40)
    assert row["support_low"] < 0.3 < row["support_high"]


def test_a_product_counts_once_a_basket_and_returns_do_not():
    table = orders_from([["a", "a", "b"]] * 25)
    table = table.mutate(is_return=table["product"] == "b")
    found = baskets.basket_pairs(baskets.basket_items(table))
    assert found.several == 0 and len(found.pairs) == 0 and found.mean_size == 1


def test_without_order_numbers_a_basket_is_a_day():
    table = orders_from([["a"], ["b"]] * 30, customers=["x", "x"] * 30).drop("order_id")
    found = baskets.basket_pairs(baskets.basket_items(table))
    assert found.baskets == 1 and found.several == 1


def test_large_baskets_alone_make_no_pair():
    """Lift rises with the spread of basket sizes; the lift within one size does not."""
    called = judged = above = 0
    for seed in range(6):
        table = orders_from(independent(seed))
        pairs = baskets.basket_pairs(baskets.basket_items(table), fewest=10).pairs
        called, judged = called + pairs["clear"].sum(), judged + len(pairs)
        above += (pairs["low"] > 1).sum()
    assert judged > 2000 and above > 0.5 * judged
    assert called <= 0.01 * judged


def test_a_planted_pair_is_found():
    rng = np.random.default_rng(5)
    lists = [
        [*products, "x", "y"] if rng.random() < 0.02 else products for products in independent(5)
    ]
    pairs = baskets.basket_pairs(baskets.basket_items(orders_from(lists)), fewest=10).pairs
    assert set(pairs.iloc[0][["first", "second"]]) == {"x", "y"}
    assert pairs.iloc[0]["clear"] and pairs.iloc[0]["same_low"] > 2


def test_repeating_customers_widen_the_interval():
    lists = [["a", "b"]] * 60 + [["a"]] * 60 + [["b"]] * 60 + [["c", "d"]] * 60
    alone = baskets.basket_pairs(baskets.basket_items(orders_from(lists))).pairs
    few = [f"c{i // 12}" for i in range(len(lists))]  # each customer buys the same twelve times
    together = baskets.basket_pairs(baskets.basket_items(orders_from(lists, few))).pairs
    width = [t.set_index(["first", "second"]).eval("high / low").min() for t in (alone, together)]
    assert width[1] > width[0]


@pytest.mark.parametrize("lists", [[["a"]], [["a", "b"]]])
def test_a_single_basket_says_nothing(lists):
    found = baskets.basket_pairs(baskets.basket_items(orders_from(lists)), fewest=1)
    assert found.baskets == 1 and not found.pairs["clear"].any()


def test_groceries(real_data):
    """A month of a grocery shop: figures counted with pandas alone."""
    lines = pd.read_csv(real_data / "baskets/groceries_long.csv.gz").drop_duplicates()
    table = pd.DataFrame({"customer_id": lines["basket_id"].astype(str), "product": lines["item"]})
    table = table.assign(order_id=table["customer_id"], amount=1.0, is_return=False,
                         ordered_at=pd.Timestamp("2020-01-01"))  # fmt: skip
    found = baskets.basket_pairs(baskets.basket_items(ibis.memtable(table)))
    assert found.baskets == 9835 and found.items == 169
    held = pd.crosstab(lines["basket_id"], lines["item"]).astype(bool)
    for row in found.pairs.head(15).itertuples():
        both = (held[row.first] & held[row.second]).sum()
        assert row.baskets == both
        lift = both * 9835 / (held[row.first].sum() * held[row.second].sum())
        assert row.lift == pytest.approx(lift)
    known = found.pairs.set_index(["first", "second"])
    pair = ("Instant food products", "hamburger meat")
    assert known.loc[pair, "lift"] == pytest.approx(11.42, abs=0.01)
    assert known.loc[pair, "clear"]
