"""What is looked at: pages and products, and how much of the interest in a product ends in buying it."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import binomtest

from workbook.analysis.blocks import BLOCKS, block_draws, in_part, key_in_part, key_of
from workbook.analysis.event_kinds import event_groups
from workbook.analysis.group_survival import holm
from workbook.analysis.intervals import wilson

__all__ = ["browsing_by_segment", "popular_pages", "viewed_products"]

FEWEST = 30  # visitors of a page, viewers of a product, customers of a segment


def popular_pages(
    events: ir.Table, *, as_of: date, part: float = 1.0, most: int = 12
) -> pd.DataFrame:
    """The pages most seen in the 12 months to as_of.

    Parameters
    ----------
    events : ibis.Table
    part : float
        Share of the visitors read; numbers are scaled up to all of them.

    Returns
    -------
    DataFrame
        page, views, visitors, share (of all visitors who saw any page) with low, high (Wilson),
        views_each (views per visitor); most visitors first. No rows without pages.
    """
    columns = ["page", "views", "visitors", "share", "low", "high", "views_each"]
    if "page" not in events.columns:
        return pd.DataFrame(columns=columns)
    grouped = event_groups(events)
    seen = grouped.filter(grouped.page.notnull() & grouped.who.notnull())
    seen = seen.filter(seen.occurred_at.date() > ibis.date(_year_before(as_of)))
    seen = seen.select("page", who=key_of(seen.who))
    seen = (seen.filter(key_in_part(seen.who, part)) if part < 1 else seen).cache()
    table = seen.group_by("page").aggregate(views=seen.count(), visitors=seen.who.nunique())
    table = table.order_by(ibis.desc("visitors"), "page").limit(most).to_pandas()
    everybody = int(seen.who.nunique().to_pandas())
    table["share"] = table["visitors"] / max(everybody, 1)
    table["low"], table["high"] = wilson(table["visitors"], everybody)
    table["views_each"] = table["views"] / table["visitors"]
    for name in ("views", "visitors"):
        table[name] = (table[name] / part).round().astype("int64")
    return table[columns]


def viewed_products(
    events: ir.Table, orders: ir.Table | None, *, as_of: date, within_days: int = 30, part=1.0,
    most: int = 15,
) -> pd.DataFrame:  # fmt: skip
    """Products most looked at by customers, and the share of these who bought them.

    Parameters
    ----------
    events, orders : ibis.Table
        Both with customer_id and product.
    within_days : int
        Days after the first look in which a purchase counts; first looks of the last days, which were
        not followed so long, are left out.
    part : float
        Share of the customers read; numbers and money are scaled up to all of them.

    Returns
    -------
    DataFrame
        product, viewers (customers with a first look in the 12 months up to within_days before as_of),
        bought (of these, within the days), share with low, high (Wilson), usual (share over all
        products), shrunk (share drawn towards `usual` by the products' own spread), p_holm (exact
        binomial, two-sided, against `usual`, Holm over the products shown), missed (money that usual
        share would have brought beyond the actual one in the year, at the product's mean money per
        purchase day; negative where it sells better), missed_low, missed_high (80 %); most viewers
        first. No rows where a column is missing.
    """
    columns = ["product", "viewers", "bought", "share", "low", "high", "usual", "shrunk", "p_holm",
               "missed", "missed_low", "missed_high"]  # fmt: skip
    needed = {"customer_id", "product"}
    if orders is None or not needed <= set(events.columns) or "product" not in orders.columns:
        return pd.DataFrame(columns=columns)
    last = as_of - timedelta(days=within_days)
    grouped = event_groups(events)
    seen = grouped.filter(grouped.customer_id.notnull() & grouped["product"].notnull())
    seen = seen.filter(seen.group.isin(("view", "search", "cart")))
    if part < 1:
        seen = seen.filter(in_part(seen.customer_id, part))
        orders = orders.filter(in_part(orders.customer_id, part))
    first = seen.group_by("product", who=key_of(seen.customer_id))
    first = first.aggregate(seen_at=seen.occurred_at.min())
    first = first.filter(
        (first.seen_at.date() > ibis.date(_year_before(last)))
        & (first.seen_at.date() <= ibis.date(last.isoformat()))
    )
    bought = orders.filter(~orders.is_return & orders["product"].notnull())
    bought = bought.select(
        "product", who=key_of(bought.customer_id), bought_on=bought.ordered_at.date()
    ).distinct()
    both = first.left_join(bought, ["who", "product"])
    gap = both.bought_on.delta(first.seen_at.date(), unit="day")
    each = both.mutate(hit=((gap >= 0) & (gap <= within_days)).fill_null(False))
    each = each.group_by("who", "product").aggregate(hit=each.hit.max())
    table = each.group_by("product").aggregate(viewers=each.count(), bought=each.hit.sum())
    whole = table.to_pandas().sort_values(["viewers", "product"], ascending=[False, True])
    if not len(whole):
        return pd.DataFrame(columns=columns)
    usual = whole["bought"].sum() / whole["viewers"].sum()
    shown = whole.head(most).reset_index(drop=True)
    shown["share"] = shown["bought"] / shown["viewers"]
    shown["low"], shown["high"] = wilson(shown["bought"], shown["viewers"])
    shown["usual"] = usual
    weight = _prior_size(whole, usual)
    shown["shrunk"] = (shown["bought"] + weight * usual) / (shown["viewers"] + weight)
    shown["p_holm"] = holm(
        [
            binomtest(int(x), int(n), usual).pvalue
            for x, n in shown[["bought", "viewers"]].to_numpy()
        ]
    )
    each = _amount_each(orders, shown["product"]).to_numpy() * shown["viewers"]
    low80, high80 = wilson(shown["bought"], shown["viewers"], confidence=0.8)
    for name, share in (("missed", shown["share"]), ("missed_low", high80), ("missed_high", low80)):
        shown[name] = each * (usual - share) / part
    for name in ("viewers", "bought"):
        shown[name] = (shown[name] / part).round().astype("int64")
    return shown[columns]


def _amount_each(orders, products):
    """Mean money per customer and day on which each product was bought."""
    rows = orders.filter(~orders.is_return & orders["product"].isin(products.tolist()))
    days = rows.group_by("product", who=key_of(rows.customer_id), day=rows.ordered_at.date())
    days = days.aggregate(amount=rows.amount.sum())
    mean = days.group_by("product").aggregate(amount=days.amount.mean()).to_pandas()
    return products.map(mean.set_index("product")["amount"]).astype(float)


def _prior_size(table, usual):
    """Viewers that the whole is worth when a product's share is drawn towards it (moments)."""
    n, x = table["viewers"].to_numpy(float), table["bought"].to_numpy(float)
    if len(table) < 3 or not 0 < usual < 1:
        return 0.0
    noise = usual * (1 - usual)
    between = ((x - n * usual) ** 2 - n * noise).sum() / (n * (n - 1)).sum() if n.max() > 1 else 0.0
    return float(min(noise / between - 1, 1e6)) if 0 < between < noise else 1e6


def browsing_by_segment(
    sessions: ir.Table, segments: pd.DataFrame, *, as_of: date, part=1.0, confidence=0.95, draws=500,
    seed=0,
) -> pd.DataFrame:  # fmt: skip
    """Visits and their conversion by segment of the customers who are known.

    Parameters
    ----------
    sessions : ibis.Table
        One of those `sessions.sessions_by_gap` gives.
    segments : DataFrame
        customer_id, segment.
    part : float
        Share of persons whose sessions are there, `sessions.Stream.part`.

    Returns
    -------
    DataFrame
        segment, customers (of that part), visiting (share with a session in the 12 months to as_of) with
        visiting_low, visiting_high, per_visitor (sessions of those), events (per session),
        conversion with low, high (customers drawn again in blocks). Segments below 30 customers are
        left out.
    """
    recent = sessions.filter(sessions.customer.notnull())
    recent = recent.filter(recent.start.date() > ibis.date(_year_before(as_of)))
    each = recent.group_by("customer").aggregate(
        sessions=recent.count(), events=recent.events.sum(), converted=recent.converted.sum()
    )
    named = ibis.memtable(segments[["customer_id", "segment"]].astype("string").astype(object))
    named = named.mutate(customer=key_of(named.customer_id))
    if part < 1:
        named = named.filter(key_in_part(named.customer, part))
    table = named.left_join(each, "customer").mutate(block=named.customer % BLOCKS)
    sums = table.group_by("segment", "block").aggregate(
        customers=table.count(), visitors=table.sessions.count(), sessions=table.sessions.sum(),
        events=table.events.sum(), converted=table.converted.sum(),
    ).order_by("segment", "block").to_pandas()  # fmt: skip
    numbers = sums.columns.drop(["segment", "block"])
    sums[numbers] = sums[numbers].astype(float).fillna(0)
    rows = []
    for segment, part in sums.groupby("segment", sort=True):
        total = part.drop(columns=["segment", "block"]).sum()
        if total["customers"] < FEWEST:
            continue
        low, high = wilson(total["visitors"], total["customers"], confidence=confidence)
        drawn = block_draws(part[["converted", "sessions"]], draws=draws, seed=seed)
        with np.errstate(all="ignore"):
            rates = drawn[:, 0] / drawn[:, 1]
            rate = total["converted"] / total["sessions"]
        ends = (np.nan, np.nan)
        if np.isfinite(rates).any() and len(part) > 1:
            ends = np.nanquantile(rates, [(1 - confidence) / 2, 0.5 + confidence / 2])
        seen, visits = max(total["visitors"], 1), max(total["sessions"], 1)
        rows.append((segment, int(total["customers"]), total["visitors"] / total["customers"],
                     float(low), float(high), total["sessions"] / seen, total["events"] / visits,
                     rate, *ends))  # fmt: skip
    columns = ["segment", "customers", "visiting", "visiting_low", "visiting_high", "per_visitor",
               "events", "conversion", "low", "high"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["customers", "segment"], ascending=[False, True], ignore_index=True)


def _year_before(day):
    return (pd.Timestamp(day) - pd.DateOffset(months=12)).date().isoformat()
