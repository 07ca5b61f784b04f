"""Customers who came by customers: how many, and in which trees."""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.retention import share_of

__all__ = ["Referrals", "referral_links", "referral_rate", "referral_study"]

YEAR = 365
FEWEST = 30


@dataclass(frozen=True)
class Referrals:
    """Trees of referral.

    Attributes
    ----------
    referrers, referred : int
        Customers who brought a customer who bought; customers brought.
    dropped : int
        Links that can't be (to oneself, to an unknown customer, in a circle, or to one who first
        bought later).
    generations : DataFrame
        generation (0: referrers whom nobody brought, 1, 2, ...), customers.
    trees : DataFrame
        root, customers (below the root), generations, amount (money spent by them); largest first.
    top_share : float or None
        Share of the referred that the tenth of referrers with most of them brought.
    reach, reach_low, reach_high : float or None
        Customers brought per customer in the first 12 months.
    followed : int
        Customers known for 12 months, over whom reach is taken.
    """

    referrers: int
    referred: int
    dropped: int
    generations: pd.DataFrame
    trees: pd.DataFrame
    top_share: float | None
    reach: float | None
    reach_low: float | None
    reach_high: float | None
    followed: int


def referral_rate(
    days: ir.Table,
    customers: ir.Table,
    *,
    as_of: date,
    months: int = 12,
    channel: str = "referral",
) -> dict | None:
    """New customers who came by referral, of all new customers of the window.

    Parameters
    ----------
    days : ibis.Table
        As `lifecycle.purchase_days` gives them; new is whose first purchase lies in the window.
    customers : ibis.Table
        customer_id with referred_by or channel.
    channel : str
        Value of the column channel that means a referral.

    Returns
    -------
    dict or None
        As `retention.share_of`. None when no customer at all is marked as referred: then nothing
        tells whether any was.
    """
    marks = []
    if "referred_by" in customers.columns:
        marks.append(customers.referred_by.notnull())
    if "channel" in customers.columns:
        marks.append((customers.channel.lower() == channel.lower()).fill_null(False))
    if not marks:
        return None
    came = marks[0] if len(marks) == 1 else marks[0] | marks[1]
    marked = customers.select("customer_id", came=came)
    if not int(marked.came.sum().execute() or 0):
        return None
    since = (pd.Timestamp(as_of) - pd.DateOffset(months=months)).date()
    new = days.filter((days.place == 1) & (days.bought_on > since)).select("customer_id")
    both = new.left_join(marked, "customer_id")
    found = both.aggregate(came=both.came.fill_null(False).sum(), n=both.count()).to_pandas()
    return share_of(found["came"].iloc[0] or 0, found["n"].iloc[0])


def referral_links(days: ir.Table, customers: ir.Table) -> tuple[pd.DataFrame, int] | None:
    """Who brought whom, and how many links can't be.

    Returns
    -------
    (links, dropped) or None
        links: customer_id, referred_by, first_on (day of the customer's first purchase), by_first_on
        (of the one who referred). Customers without a purchase are left out; links to oneself, to
        somebody without a purchase or with a later first one, and those of a circle are dropped.
        None without the column referred_by or any value in it.
    """
    if "referred_by" not in customers.columns:
        return None
    named = customers.filter(customers.referred_by.notnull()).select("customer_id", "referred_by")
    firsts = days.filter(days.place == 1).select("customer_id", "first_on")
    mine = named.join(firsts, "customer_id")
    theirs = firsts.select(referred_by="customer_id", by_first_on="first_on")
    links = mine.left_join(theirs, "referred_by").drop("referred_by_right").to_pandas()
    if not len(links):
        return None
    links = links.sort_values("customer_id", ignore_index=True)
    own = links["customer_id"] == links["referred_by"]
    early = links["by_first_on"].notna() & (
        pd.to_datetime(links["by_first_on"]) <= pd.to_datetime(links["first_on"])
    )
    kept = links[~own & early].reset_index(drop=True)
    circle = ~np.isfinite(_depth(kept))
    return kept[~circle].reset_index(drop=True), int(len(links) - len(kept) + circle.sum())


def _depth(links):
    """Generations above each referred customer; infinite inside a circle, and below one."""
    place = pd.Series(range(len(links)), index=links["customer_id"])
    above = links["referred_by"].map(place[~place.index.duplicated()]).fillna(-1).to_numpy(int)
    depth, at = np.ones(len(links)), above.copy()
    for _ in range(int(np.ceil(np.log2(max(len(links), 2)))) + 1):  # each step doubles the reach
        moving = at >= 0
        add = np.where(moving, depth[np.maximum(at, 0)], 0.0)
        depth, at = depth + add, np.where(moving, at[np.maximum(at, 0)], -1)
    return np.where(at >= 0, np.inf, depth)


def referral_study(
    days: ir.Table,
    links: pd.DataFrame,
    *,
    dropped: int,
    as_of: date,
    confidence: float = 0.95,
    most: int = 10,
) -> Referrals:
    """Trees, and how many customers a customer brings; `links` as `referral_links` gives them."""
    mine = days.semi_join(ibis.memtable(links[["customer_id"]]), "customer_id")
    spent = mine.group_by("customer_id").aggregate(amount=mine.amount.sum()).to_pandas()
    spent = spent.set_index("customer_id")["amount"]
    until = (pd.Timestamp(as_of) - pd.Timedelta(days=YEAR)).date()
    followed = int(days.filter((days.place == 1) & (days.bought_on <= until)).count().execute())
    depth = _depth(links)
    root = _root(links)
    counts = links.groupby("referred_by").size()
    founders = set(links["referred_by"]) - set(links["customer_id"])
    levels = pd.Series(depth).value_counts().sort_index()
    generations = pd.DataFrame(
        {"generation": [0, *levels.index.astype(int)], "customers": [len(founders), *levels]}
    )
    amount = links["customer_id"].map(spent)
    trees = pd.DataFrame({"root": root, "depth": depth, "amount": amount.to_numpy(float)})
    trees = trees.groupby("root", as_index=False).agg(
        customers=("depth", "size"), generations=("depth", "max"), amount=("amount", "sum")
    )
    trees["generations"] = trees["generations"].astype(int)
    trees = trees.sort_values(["customers", "root"], ascending=[False, True], ignore_index=True)
    top = counts.nlargest(max(1, round(len(counts) / 10)), keep="first").sum()
    reach = _reach(links, followed, until, confidence)
    return Referrals(
        len(counts), len(links), dropped, generations, trees.head(most),
        float(top / len(links)) if len(counts) >= 10 else None, *reach,
    )  # fmt: skip


def _root(links):
    """The first of each referred customer's tree."""
    parent = dict(zip(links["customer_id"], links["referred_by"], strict=True))
    found = links["referred_by"].to_numpy(object)
    while True:
        above = np.array([parent.get(who, who) for who in found], dtype=object)
        if (above == found).all():
            return found
        found = above


def _reach(links, followed, until, confidence):
    """Mean of customers brought in the first year, over all who were followed so long."""
    if followed < FEWEST:
        return None, None, None, followed
    known = links[pd.to_datetime(links["by_first_on"]) <= pd.Timestamp(until)]
    days = (pd.to_datetime(known["first_on"]) - pd.to_datetime(known["by_first_on"])).dt.days
    counts = known[days <= YEAR].groupby("referred_by").size().to_numpy(float)
    mean = counts.sum() / followed
    spread = np.sqrt(max((counts**2).sum() / followed - mean**2, 0.0) / followed)
    half = norm.ppf(0.5 + confidence / 2) * spread
    return float(mean), float(max(mean - half, 0.0)), float(mean + half), followed
