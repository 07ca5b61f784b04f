"""Everything the behaviour report asks of purchases and deals, as far as the tables carry it."""

from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import pandas as pd

from workbook.analysis import (
    baskets,
    behavior_segments,
    best_sellers,
    deal_cycles,
    lifecycle,
    next_purchase,
    purchase_paths,
    purchase_rhythm,
    purchase_state,
    purchase_timing,
    segment_seasons,
)

__all__ = ["Deals", "Paths", "Products", "Purchases", "deals_of", "interest_of", "orders_read", "paths_of",
           "products_of", "purchases_of", "seasons_of"]  # fmt: skip

READ_AT_MOST = 100_000  # customers whose paths, baskets and cycles of products are read
READ = (
    "customer_id",
    "order_id",
    "ordered_at",
    "is_return",
    "amount",
    "product",
    "category",
    "channel",
)


@dataclass(frozen=True)
class Purchases:
    """How often, how regularly, for how much and when customers buy.

    `days` as `lifecycle.purchase_days`; the others as the functions of `purchase_rhythm` and
    `purchase_timing` give them; `calendar` None without that table; `valued`: purchases carry money.
    """

    days: ir.Table
    gaps: purchase_rhythm.GapSummary
    regularity: purchase_rhythm.Regularity
    frequency: pd.DataFrame
    amounts: pd.DataFrame
    weekdays: pd.DataFrame
    hours: pd.DataFrame
    seasons: pd.DataFrame
    seasons_p: float
    months: int
    calendar: pd.DataFrame | None
    valued: bool


@dataclass(frozen=True)
class Products:
    """What sells and goes together; None where the column product (for `categories`: category) is
    missing."""

    best: pd.DataFrame | None
    cycles: pd.DataFrame | None
    categories: pd.DataFrame | None
    baskets: baskets.Baskets | None


@dataclass(frozen=True)
class Paths:
    """From purchase to purchase by `column`: `steps`, `moves` of `purchase_paths`."""

    column: str
    steps: pd.DataFrame
    moves: pd.DataFrame


@dataclass(frozen=True)
class Deals:
    """The sales cycle: `cycles`, and `stages` (None without the table deal_stages)."""

    cycles: pd.DataFrame
    stages: pd.DataFrame | None


def purchases_of(tables, *, as_of: date, confidence=0.95) -> Purchases | None:
    """Purchases of `tables`; None without the table orders."""
    if "orders" not in tables:
        return None
    orders = tables["orders"]
    days = lifecycle.purchase_days(orders).cache()
    counts = next_purchase.gap_counts(days, as_of=as_of)
    daily = purchase_timing.daily_purchases(orders)
    weekdays, hours = purchase_timing.times_of_week(orders, days, confidence=confidence)
    seasons, p, months = purchase_timing.seasons_of_year(daily, as_of=as_of, confidence=confidence)
    calendar = None
    if "calendar" in tables:
        calendar = purchase_timing.calendar_days(daily, tables["calendar"], confidence=confidence)
    amounts = purchase_rhythm.amount_per_purchase(days, as_of=as_of, confidence=confidence)
    return Purchases(
        days,
        purchase_rhythm.gap_summary(counts, confidence=confidence),
        purchase_rhythm.regularity(days, confidence=confidence),
        purchase_rhythm.purchase_frequency(days, as_of=as_of),
        amounts, weekdays, hours, seasons, p, months, calendar,
        bool(daily["amount"].sum() > 0),
    )  # fmt: skip


def orders_read(tables) -> ir.Table | None:
    """Orders of at most 100,000 customers, with what paths, baskets and cycles of products need of
    them; None without the table orders."""
    if "orders" not in tables:
        return None
    orders = tables["orders"]
    named = orders.select([name for name in READ if name in orders.columns])
    return purchase_state.customer_sample(named, size=READ_AT_MOST)


def products_of(tables, read, *, as_of: date, confidence=0.95) -> Products | None:
    """Products of `tables`; `read` of `orders_read`. None without the table orders."""
    if read is None:
        return None
    orders = tables["orders"]
    best = cycles = together = categories = None
    if tables.has("orders", "product"):
        best = best_sellers.best_sellers(orders, as_of=as_of, confidence=confidence)
        cycles = best_sellers.product_cycles(read, as_of=as_of, confidence=confidence)
        items = baskets.basket_items(read).cache()
        together = baskets.basket_pairs(
            items, confidence=confidence, by_order="order_id" in orders.columns
        )
    if tables.has("orders", "category"):
        categories = best_sellers.best_sellers(
            orders, as_of=as_of, column="category", most=8, confidence=confidence
        )
    return Products(best, cycles, categories, together)


def paths_of(read, *, confidence=0.95) -> list[Paths]:
    """Paths by channel and by category, as far as `read` of `orders_read` carries them with two values
    or more."""
    found = []
    for column in ("channel", "category"):
        if read is None or column not in read.columns:
            continue
        days = purchase_paths.main_of_day(read, column=column).cache()
        steps = purchase_paths.path_steps(days)
        if steps["value"].nunique() > 1:
            moves = purchase_paths.path_transitions(days, confidence=confidence)
            found.append(Paths(column, steps, moves))
    return found


def interest_of(tables, segments, *, as_of: date) -> pd.DataFrame | None:
    """`behavior_segments.category_interest`; None without orders.category or without segments."""
    if segments is None or not tables.has("orders", "category"):
        return None
    return behavior_segments.category_interest(tables["orders"], segments, as_of=as_of)


def seasons_of(purchases, segments, *, as_of: date, confidence=0.95) -> pd.DataFrame | None:
    """`segment_seasons.segment_seasons`; None without purchases or without segments."""
    if purchases is None or segments is None:
        return None
    return segment_seasons.segment_seasons(
        purchases.days, segments, as_of=as_of, confidence=confidence
    )


def deals_of(tables, *, as_of: date, confidence=0.95) -> Deals | None:
    """Deals of `tables`; None without the table deals, or without when and how they closed."""
    if not tables.has("deals", "closed_at", "won"):
        return None
    cycles = deal_cycles.deal_cycles(tables["deals"], as_of=as_of, confidence=confidence)
    if not len(cycles):
        return None
    stages = None
    if "deal_stages" in tables:
        stages = deal_cycles.deal_stage_waits(tables["deal_stages"], tables["deals"])
    return Deals(cycles, stages)
