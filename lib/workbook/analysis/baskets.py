"""What is bought together: pairs of products in a basket, with support, lift and their intervals.

Large baskets hold much of everything, so almost any two products meet more often than their
shares lead one to expect. Beside the usual lift stands the lift within baskets of one size.
"""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import norm
from scipy.stats import t as t_distribution

from workbook.analysis.blocks import block_of, key_of
from workbook.analysis.intervals import wilson

__all__ = ["Baskets", "basket_items", "basket_pairs"]

#: Upper ends of the classes of basket size (products) within which pairs are compared.
SIZES = (2, 3, 4, 5, 6, 8, 11, 15, 20, 30)
LEVEL = 0.05  # false discoveries among the pairs called more frequent


@dataclass(frozen=True)
class Baskets:
    """Pairs of products in baskets.

    `pairs` as `basket_pairs` says; `baskets`, `items` (products), `several` (baskets with two
    products or more), `mean_size`; `by_order`: baskets are orders, else a customer's days.
    """

    pairs: pd.DataFrame
    baskets: int
    items: int
    several: int
    mean_size: float
    by_order: bool


def basket_items(orders: ir.Table, *, column: str = "product") -> ir.Table:
    """What lay in each basket, every product once.

    A basket is an order where the orders are numbered, else all that a customer bought in a day.
    Returns basket (a number), item, block.
    """
    rows = orders.filter(~orders.is_return & orders[column].notnull())
    day = rows.customer_id.concat("|", rows.ordered_at.date().cast("string"))
    basket = rows.order_id.fill_null(day) if "order_id" in rows.columns else day
    lines = rows.select(basket=key_of(basket), item=rows[column], block=block_of(rows.customer_id))
    return lines.group_by("basket", "item").aggregate(block=lines.block.min())


def basket_pairs(
    items: ir.Table, *, fewest: int = 20, most_items: int = 200, confidence=0.95, by_order=True
) -> Baskets:
    """Pairs of products bought together, the surest association first.

    Parameters
    ----------
    items : ibis.Table
        As `basket_items` gives it; cache it.
    fewest : int
        Baskets that must hold both for a pair to be judged.
    most_items : int
        Products read, the most frequent ones.

    Returns
    -------
    Baskets
        `pairs`: first, second (the more frequent one), baskets (with both), first_baskets,
        second_baskets, support (share of all baskets) with support_low, support_high (Wilson),
        confidence (of the second among baskets with the first), lift with low, high, lift_same_size
        (observed / expected within baskets of one size) with same_low, same_high, p (two-sided, of
        lift_same_size being 1), clear (false discovery rate 5 % over all pairs judged, and above 1).

    Notes
    -----
    Expected within a size: products in as many baskets of that size as seen, put together at random
    (`_without_replacement`). Variances of log-lifts are linearised over 100 blocks of customers (customers buy again what
    they bought before, so baskets are not independent), with t limits. Benjamini-Hochberg. Pairs
    below `fewest` are not judged: with few baskets the largest lifts are noise.
    """
    sizes = items.group_by("basket").aggregate(size=items.count(), block=items.block.min())
    sizes = sizes.cache()
    sized = items.drop("block").join(sizes, "basket").select("basket", "item", "block", "size")
    whole = sizes
    whole = whole.mutate(stratum=_stratum(whole["size"]))
    totals = (
        whole.group_by("block", "stratum")
        .aggregate(n=whole.count(), items=whole["size"].sum())
        .to_pandas()
    )
    summary = sizes.aggregate(
        n=sizes.count(), several=(sizes["size"] > 1).sum(), mean=sizes["size"].mean()
    ).to_pandas()
    counts = items.group_by("item").aggregate(n=items.count())
    often = counts.filter(counts.n >= fewest).order_by(ibis.desc("n"), "item").limit(most_items)
    names = often.to_pandas()
    found = [int(v or 0) for v in (summary["n"][0], len(names), summary["several"].fillna(0)[0])]
    size = float(summary["mean"].fillna(0)[0])
    pairs = _pairs(sized, names, totals, fewest, confidence)
    items_read = int(counts.count().to_pandas())
    return Baskets(pairs, found[0], items_read, found[2], size, by_order)


def _stratum(size):
    return ibis.cases(*((size <= end, end) for end in SIZES), else_=SIZES[-1] + 1)


COLUMNS = ["first", "second", "baskets", "first_baskets", "second_baskets", "support",
           "support_low", "support_high", "confidence", "lift", "low", "high", "lift_same_size",
           "same_low", "same_high", "p", "clear"]  # fmt: skip


def _pairs(sized, names, totals, fewest, confidence):
    number = {name: place for place, name in enumerate(names["item"])}
    if len(number) < 2:
        return pd.DataFrame(columns=COLUMNS)
    codes = ibis.memtable(pd.DataFrame({"item": list(number), "code": list(number.values())}))
    coded = sized.filter(sized["size"] > 1).join(codes, "item")
    coded = coded.select("basket", "code", "block", stratum=_stratum(coded["size"])).cache()
    other = coded.view()
    met = coded.join(other, [coded.basket == other.basket, coded.code < other.code])
    met = met.select(a=coded.code, b=other.code, block=coded.block)
    keys = ("a", "b", "block")
    both = met.group_by(*keys).aggregate(n=met.count())
    kept = both.group_by("a", "b").aggregate(n=both.n.sum())
    kept = kept.filter(kept.n >= fewest)
    both = both.semi_join(kept, ["a", "b"]).order_by(*keys).to_pandas()
    single = sized.join(codes, "item")
    single = single.select("code", "block", stratum=_stratum(single["size"]))
    alone = single.group_by("code", "block", "stratum").aggregate(n=single.count()).to_pandas()
    if not len(both):
        return pd.DataFrame(columns=COLUMNS)
    return _judged(both, alone, totals, names["item"].to_numpy(), confidence)


def _judged(both, alone, totals, names, confidence):
    blocks = np.sort(totals["block"].unique())
    strata = np.sort(totals["stratum"].unique())
    shape = (len(names), len(blocks), len(strata))
    n_item = np.zeros(shape)
    where = (alone["code"], np.searchsorted(blocks, alone["block"]),
             np.searchsorted(strata, alone["stratum"]))  # fmt: skip
    np.add.at(n_item, where, alone["n"].to_numpy(float))
    n_all = np.zeros(shape[1:])
    where = (np.searchsorted(blocks, totals["block"]), np.searchsorted(strata, totals["stratum"]))
    np.add.at(n_all, where, totals["n"].to_numpy(float))
    keys, pair = np.unique(both[["a", "b"]].to_numpy(), axis=0, return_inverse=True)
    met = np.zeros((len(keys), len(blocks)))
    np.add.at(
        met, (pair.ravel(), np.searchsorted(blocks, both["block"])), both["n"].to_numpy(float)
    )
    a, b = n_item[keys[:, 0]], n_item[keys[:, 1]]
    together, baskets = met.sum(axis=1), n_all.sum()
    of_a, of_b = a.sum(axis=(1, 2)), b.sum(axis=(1, 2))
    lift = together * baskets / (of_a * of_b)
    part = (met / together[:, None] + n_all.sum(axis=1) / baskets
            - a.sum(axis=2) / of_a[:, None] - b.sum(axis=2) / of_b[:, None])  # fmt: skip
    error = _error(part)
    in_size = n_all.sum(axis=0)
    size = totals.groupby("stratum")["items"].sum().reindex(strata).to_numpy(float) / in_size
    chance = n_item.sum(axis=1) / in_size  # of an item to lie in a basket, by class of size
    a_size, b_size = a.sum(axis=1), b.sum(axis=1)
    fewer = _without_replacement(chance, size)
    weight = (fewer[keys[:, 0]] + fewer[keys[:, 1]]) / 2 / in_size
    expected = (a_size * b_size * weight).sum(axis=1)
    same = together / expected
    slope_a, slope_b = b_size * weight, a_size * weight
    slope_n = -a_size * b_size * weight / in_size
    drift = (
        np.einsum("pbs,ps->pb", a, slope_a)
        + np.einsum("pbs,ps->pb", b, slope_b)
        + np.einsum("bs,ps->pb", n_all, slope_n)
    )
    same_error = _error(met / together[:, None] - drift / expected[:, None])
    t = t_distribution.ppf(0.5 + confidence / 2, max(len(blocks) - 1, 1))
    support_low, support_high = wilson(together, baskets, confidence=confidence)
    with np.errstate(all="ignore"):
        score = np.log(same) / same_error
    p = np.where(np.isfinite(score), 2 * norm.sf(np.abs(score)), 1.0)
    table = pd.DataFrame({
        "first": names[keys[:, 1]], "second": names[keys[:, 0]], "baskets": together.astype(int),
        "first_baskets": of_b.astype(int), "second_baskets": of_a.astype(int),
        "support": together / baskets, "support_low": support_low, "support_high": support_high,
        "confidence": together / of_b, "lift": lift, "low": lift * np.exp(-t * error),
        "high": lift * np.exp(t * error), "lift_same_size": same,
        "same_low": same * np.exp(-t * same_error), "same_high": same * np.exp(t * same_error),
        "p": p,
    })  # fmt: skip
    table["clear"] = _false_discovery(p) & (same > 1) & np.isfinite(same_error)
    return table.sort_values(
        ["same_low", "first", "second"], ascending=[False, True, True], ignore_index=True
    )[COLUMNS]


def _without_replacement(chance, size):
    """How much less often two items meet than if each had been put in without regard to the size.

    A basket of n items that holds one has n - 1 places left for the other: with inclusion chances p,
    (n - 1) / (n - 2 p + sum of p^2 / n), averaged over the two (Brewer, Donadio 2003, Survey
    Methodology 29(2)); exact when all items are equally likely.
    """
    squares = (chance**2).sum(axis=0)
    with np.errstate(all="ignore"):
        factor = (size - 1) / (size - 2 * chance + squares / size)
    return np.where((size > 1) & np.isfinite(factor), factor, 0.0)


def _error(influence):
    """Standard error of a sum of block contributions; unknown with a single block."""
    count = influence.shape[1]
    if count < 2:
        return np.full(len(influence), np.nan)
    return np.sqrt(count / (count - 1) * (influence**2).sum(axis=1))


def _false_discovery(p, level=LEVEL):
    """Benjamini-Hochberg (1995): which are called, at most `level` of them falsely."""
    order = np.argsort(p, kind="stable")
    passed = p[order] <= level * np.arange(1, len(p) + 1) / len(p)
    called = np.zeros(len(p), bool)
    if passed.any():
        called[order[: np.flatnonzero(passed)[-1] + 1]] = True
    return called
