"""What sells: the best sellers, and how long customers take to buy the same thing again."""

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.blocks import block_draws, block_of, key_of

__all__ = ["best_sellers", "product_cycles"]

FEWEST = 30  # customers of a product whose cycle is given


def best_sellers(
    orders: ir.Table, *, as_of: date, column: str = "product", most: int = 15, confidence=0.95,
    draws: int = 500, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """The products with most money in the 12 months to as_of, with the certainty of their places.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, ordered_at, amount, is_return and `column`.
    column : {"product", "category", "brand"}
    most : int
        Products shown; places are among all products.

    Returns
    -------
    DataFrame
        product, amount (money, returns not taken off), customers, purchases (customer and day),
        share (of all money; of all purchases where the orders hold no money), low, high, place,
        place_low, place_high (places among the products shown when customers are drawn again),
        share_before (in the 12 months before; NaN where the data don't reach back), change, change_low,
        change_high (share less share_before), valued (money was there). No rows when nothing was
        bought in the 12 months.
    """
    end = pd.Timestamp(as_of)
    now, before = ((end - pd.DateOffset(months=back)).date().isoformat() for back in (12, 24))
    rows = orders.filter(
        ~orders.is_return
        & orders[column].notnull()
        & (orders.ordered_at.date() > ibis.date(before))
    )
    rows = rows.select(
        "customer_id",
        product=rows[column],
        amount=ibis.greatest(rows.amount, 0.0),
        day=rows.ordered_at.date(),
        recent=rows.ordered_at.date() > ibis.date(now),
        block=block_of(rows.customer_id),
    )
    first = orders.ordered_at.min().to_pandas()
    reaches = pd.notna(first) and pd.Timestamp(first) <= pd.Timestamp(before) + pd.Timedelta(days=7)
    sums = _sums(rows)
    whole = sums.group_by("block", "recent").aggregate(amount=sums.amount.sum()).to_pandas()
    valued = bool(whole.loc[whole["recent"], "amount"].sum() > 0)
    if not valued:  # where nothing carries a price, purchases stand in for money
        unit = rows.mutate(amount=ibis.literal(1.0))
        sums = _sums(unit.distinct(on=["customer_id", "product", "day"]))
        whole = sums.group_by("block", "recent").aggregate(amount=sums.amount.sum()).to_pandas()
    ranked = sums.filter(sums.recent).group_by("product").aggregate(rank_by=sums.amount.sum())
    top = ranked.order_by(ibis.desc("rank_by"), "product").limit(most).to_pandas()
    if not len(top):
        return pd.DataFrame(columns=[*COLUMNS, "valued"])
    sums = sums.filter(sums["product"].isin(top["product"].tolist()))
    wide = sums.to_pandas().pivot_table(
        index="block", columns=["recent", "product"], values="amount", fill_value=0.0
    )
    total = whole.pivot_table(index="block", columns="recent", values="amount", fill_value=0.0)
    total = total.reindex(columns=[False, True], fill_value=0.0).sort_index()
    names = top["product"].tolist()
    wide = wide.reindex(index=total.index, fill_value=0.0)
    parts = [
        wide.reindex(columns=[(recent, name) for name in names], fill_value=0.0).to_numpy(float)
        for recent in (True, False)
    ]
    table = _counted(rows.filter(rows.recent), names, top)
    drawn = block_draws(pd.DataFrame(np.hstack([*parts, total])), draws=draws, seed=seed)
    k = len(names)
    with np.errstate(all="ignore"):
        share = drawn[:, :k] / drawn[:, [-1]]
        share_before = drawn[:, k : 2 * k] / drawn[:, [-2]]
    edge = (1 - confidence) / 2
    table["share"] = parts[0].sum(axis=0) / total[True].sum()
    table["low"], table["high"] = np.nanquantile(share, [edge, 1 - edge], axis=0)
    places = (-share).argsort(axis=1).argsort(axis=1) + 1
    table["place"] = np.arange(1, k + 1)
    table["place_low"], table["place_high"] = np.quantile(
        places, [edge, 1 - edge], axis=0, method="inverted_cdf"
    )
    if reaches and total[False].sum() > 0:
        table["share_before"] = parts[1].sum(axis=0) / total[False].sum()
        table["change"] = table["share"] - table["share_before"]
        table["change_low"], table["change_high"] = np.nanquantile(
            share - share_before, [edge, 1 - edge], axis=0
        )
    else:
        for name in ("share_before", "change", "change_low", "change_high"):
            table[name] = np.nan
    return table[COLUMNS].assign(valued=valued)


COLUMNS = ["product", "amount", "customers", "purchases", "share", "low", "high", "place",
           "place_low", "place_high", "share_before", "change", "change_low", "change_high"]  # fmt: skip


def _sums(rows):
    return rows.group_by("product", "block", "recent").aggregate(amount=rows.amount.sum()).cache()


def _counted(rows, names, top):
    """Customers, purchases and money of the named products, in their order."""
    mine = rows.filter(rows["product"].isin(names))
    days = mine.group_by("product", "day", who=key_of(mine.customer_id))
    days = days.aggregate(amount=mine.amount.sum())
    each = days.group_by("product", "who").aggregate(n=days.count(), amount=days.amount.sum())
    counts = each.group_by("product").aggregate(
        customers=each.count(), purchases=each.n.sum(), amount=each.amount.sum()
    )
    table = counts.to_pandas().set_index("product")
    return table.reindex(top["product"]).reset_index()


def product_cycles(
    orders: ir.Table, *, as_of: date, column: str = "product", most: int = 40, confidence=0.95,
    draws: int = 100, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """How long customers take to buy the same product again, longest cycle first.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, ordered_at, is_return and `column`.
    most : int
        Products read, those with most customers.

    Returns
    -------
    DataFrame
        product, customers, gaps (completed), again (share of customers who bought it on a second
        day), median_seen (days, completed gaps alone), seen_low, seen_high, within_year (share
        bought again within 365 days of a purchase, those still waiting counted as far as they were
        followed; NaN when nobody was followed so long), within_low, within_high, median,
        median_low, median_high (days until half have bought again, likewise; NaN when half never
        did within the time followed). Products with fewer than 30 customers are left out.

    Notes
    -----
    Kaplan-Meier from every purchase day of the product to the next, intervals by drawing blocks
    of customers again.
    """
    bought = orders.filter(~orders.is_return & orders[column].notnull())
    days = bought.select(
        "customer_id", product=bought[column], day=bought.ordered_at.date()
    ).distinct()
    sizes = days.group_by("product").aggregate(customers=days.customer_id.nunique())
    sizes = sizes.filter(sizes.customers >= FEWEST)
    sizes = sizes.order_by(ibis.desc("customers"), "product").limit(most)
    kept = days.semi_join(sizes, "product")
    following = kept.day.lead().over(
        ibis.window(group_by=["customer_id", "product"], order_by="day")
    )
    steps = kept.mutate(next_day=following, block=block_of(kept.customer_id, blocks=50))
    end = ibis.date(as_of.isoformat())
    steps = steps.mutate(
        gap=steps.next_day.fill_null(end).delta(steps.day, unit="day"),
        again=steps.next_day.notnull(),
    )
    keys = ("product", "block", "gap", "again")
    counts = steps.group_by(*keys).aggregate(n=steps.count()).order_by(*keys).to_pandas()
    repeats = kept.group_by("product", "customer_id").aggregate(n=kept.count())
    repeats = repeats.group_by("product").aggregate(again=(repeats.n > 1).mean()).to_pandas()
    again = repeats.set_index("product")["again"]
    parts, rows = dict(tuple(counts.groupby("product"))), []
    for product, customers in sizes.to_pandas().itertuples(index=False):
        part = parts[product]
        rows.append(
            (product, customers, float(again[product]), *_cycle(part, confidence, draws, seed))
        )
    columns = ["product", "customers", "again", "gaps", "median_seen", "seen_low", "seen_high",
               "within_year", "within_low", "within_high", "median", "median_low", "median_high"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["median_seen", "product"], ascending=[False, True], ignore_index=True)


def _cycle(part, confidence, draws, seed):
    """Completed gaps, their median, and what Kaplan-Meier says with those still waiting."""
    size = int(part["gap"].max()) + 2
    place, blocks = pd.factorize(part["block"])
    seen, left = np.zeros((len(blocks), size)), np.zeros((len(blocks), size))
    gap, n, again = (part[name].to_numpy() for name in ("gap", "n", "again"))
    np.add.at(seen, (place, gap), n * again)
    np.add.at(left, (place, gap), n)
    done = seen.sum(axis=0)
    followed = int(gap.max()) >= 365
    curve = _waiting(done, left.sum(axis=0))
    within = 1 - curve[365] if followed else np.nan
    found = [int(done.sum()), float(_middle(done)), *[np.nan] * 2, within, *[np.nan] * 2]
    found += [_half(curve), *[np.nan] * 2]
    if len(blocks) > 1:
        rng = np.random.default_rng(seed)
        weight = rng.multinomial(len(blocks), np.full(len(blocks), 1 / len(blocks)), size=draws)
        drawn = weight @ seen
        curves = _waiting(drawn, weight @ left)
        edge = [(1 - confidence) / 2, 0.5 + confidence / 2]
        if done.sum():
            middles = _middle(drawn)
            found[2:4] = np.quantile(middles[~np.isnan(middles)], edge, method="inverted_cdf")
        if followed:
            found[5:7] = np.quantile(1 - curves[:, 365], edge)
        if np.isfinite(found[7]):
            halves = [np.inf if np.isnan(h) else h for h in map(_half, curves)]
            ends = np.quantile(halves, edge, method="inverted_cdf")
            found[8:10] = np.where(np.isfinite(ends), ends, np.nan)
    return found


def _middle(done):
    """Median length of the gaps ended, from their number by length in the last axis; NaN of none."""
    upto = done.cumsum(axis=-1)
    return np.where(upto[..., -1] > 0, (2 * upto >= upto[..., -1:]).argmax(axis=-1), np.nan)


def _waiting(done, left):
    """Share still waiting after each day, from gaps ended and gaps observed by length."""
    risk = left[..., ::-1].cumsum(axis=-1)[..., ::-1]
    with np.errstate(all="ignore"):
        return np.cumprod(1 - np.where(risk > 0, done / risk, 0.0), axis=-1)


def _half(curve):
    below = np.flatnonzero(curve <= 0.5)
    return float(below[0]) if len(below) else np.nan
