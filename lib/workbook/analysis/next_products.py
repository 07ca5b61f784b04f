"""The next product for each customer: what others went on to buy, and how well that would have done.

The rule is fitted on purchases up to a cut and judged on what customers first bought after it,
against the plain list of best sellers. Where it does not beat that list, it says so.
"""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.stats import norm

from workbook.analysis.intervals import wilson
from workbook.analysis.purchase_state import customer_sample

__all__ = ["NextProducts", "next_products"]

READ_AT_MOST = 100_000  # customers whose purchases the rule is fitted on
MOST_PRODUCTS = 300
TRIED, SERVED = 10_000, 40_000  # customers the rule is tried on, and looked through for the list
FEWEST = 30  # customers to judge the rule with
PRIOR = 20  # customers that the products' popularity is worth beside a pair's own count


@dataclass(frozen=True)
class NextProducts:
    """The rule, its trial and today's suggestions.

    `rules`: DataFrame bought, following, support (customers who bought the first and later newly the
    second), share (of customers who bought the first) with low, high (Wilson), usual (share of all
    customers who newly bought the second in as long), lift. `trial`: dict with customers, hits, hit,
    low, high (share whose next new product was among the suggestions), base_hit (best sellers they did
    not have), difference, diff_low, diff_high, shown (suggestions each), beats. `suggestions`:
    customer_id, product, after (the purchase it follows), support, share, known (purchases). `code`:
    "", "too_few", "no_repeat".
    """

    rules: pd.DataFrame
    trial: dict | None
    suggestions: pd.DataFrame
    code: str = ""


RULES = ["bought", "following", "support", "share", "low", "high", "usual", "lift"]
SUGGESTED = ["customer_id", "product", "after", "support", "share"]


def next_products(
    orders: ir.Table, *, as_of: date, window_months: int = 6, shown: int = 3, fewest: int = 20,
    customers_to_list: int = 1000, confidence=0.95,
) -> NextProducts:  # fmt: skip
    """Suggest what a customer may buy next, among products not bought before.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, ordered_at, is_return, product.
    window_months : int
        What is newly bought within them follows from what was bought before.
    shown : int
        Suggestions per customer in the trial.
    fewest : int
        Customers a pair needs to be called a rule.

    Notes
    -----
    Score of product j for a customer: the largest, over products i of the customer, of
    (n_ij + k q_j) / (n_i + k): n_i customers had i at the cut, n_ij of them newly bought j after it,
    q_j is the share of all customers who did, k = 20. Fitted on one window, tried on the following
    one with the same customers' later purchases; today's suggestions are fitted on the last window.
    Difference to the best sellers: paired, normal limits.
    """
    end = pd.Timestamp(as_of)
    cuts = [(end - pd.DateOffset(months=k * window_months)) for k in (2, 1, 0)]
    firsts = _first_purchases(orders, as_of)
    nothing = pd.DataFrame(columns=RULES), None, pd.DataFrame(columns=SUGGESTED)
    if not len(firsts) or firsts["product"].nunique() < 2:
        return NextProducts(*nothing, "too_few")
    fitted = _Rule(firsts, cuts[0], cuts[1], shown)
    trial = fitted.trial(cuts[1], cuts[2], confidence)
    latest = _Rule(firsts, cuts[1], cuts[2], shown)
    rules = latest.rules(fewest, confidence)
    if not latest.followed:
        return NextProducts(*nothing, "no_repeat")
    suggestions = latest.suggestions(cuts[2], fewest, customers_to_list)
    return NextProducts(rules, trial, suggestions, "" if trial else "too_few")


def _first_purchases(orders, as_of):
    """The day on which each customer first bought each of the most frequent products."""
    read = orders.select("customer_id", "ordered_at", "is_return", "product")
    rows = customer_sample(read, size=READ_AT_MOST)
    rows = rows.filter(~rows.is_return & rows["product"].notnull())
    firsts = rows.group_by("customer_id", "product").aggregate(day=rows.ordered_at.min().date())
    sizes = firsts.group_by("product").aggregate(n=firsts.count())
    top = sizes.order_by(ibis.desc("n"), "product").limit(MOST_PRODUCTS)
    kept = firsts.semi_join(top, "product")
    frame = kept.order_by("customer_id", "product").to_pandas()
    return frame.assign(day=pd.to_datetime(frame["day"]))


def _some(places, most):
    """At most so many of the places, evenly spread over customers in the order of their ids."""
    return places[:: -(-len(places) // most)] if len(places) > most else places


class _Rule:
    """What followed what between two days."""

    def __init__(self, firsts, start, end, shown):
        self.firsts, self.shown = firsts, shown
        self.products = np.sort(firsts["product"].unique())
        self.code = pd.Index(self.products).get_indexer(firsts["product"])
        self.customer, self.names = pd.factorize(firsts["customer_id"], sort=True)
        had, new = self.had(start), self.new(start, end)
        active = np.asarray(had.sum(axis=1)).ravel() > 0
        had, new = had[active], new[active]
        self.base, self.followed = int(active.sum()), int(new.sum())
        self.n = np.asarray(had.sum(axis=0)).ravel()
        self.pairs = (had.T @ new).toarray()
        self.usual = np.asarray(new.sum(axis=0)).ravel() / max(self.base, 1)
        with np.errstate(all="ignore"):
            self.score = (self.pairs + PRIOR * self.usual[None, :]) / (self.n[:, None] + PRIOR)

    def had(self, day):
        return self._matrix((self.firsts["day"] <= day).to_numpy())

    def new(self, start, end):
        day = self.firsts["day"]
        return self._matrix(((day > start) & (day <= end)).to_numpy())

    def _matrix(self, rows):
        shape = (len(self.names), len(self.products))
        where = (self.customer[rows], self.code[rows])
        return sparse.csr_matrix((np.ones(rows.sum(), np.float32), where), shape=shape)

    def scores(self, had):
        """Best score over a customer's products, and the product it comes from; bought ones out."""
        best = np.full(had.shape, -np.inf, np.float32)
        source = np.zeros(had.shape, np.int32)
        dense = had.toarray() > 0
        for product in range(len(self.products)):
            rows = np.flatnonzero(dense[:, product])
            higher = self.score[product][None, :] > best[rows]
            best[rows] = np.where(higher, self.score[product][None, :], best[rows])
            source[rows] = np.where(higher, product, source[rows])
        best[dense] = -np.inf
        return best, source, dense

    def trial(self, start, end, confidence):
        """How often one of the suggestions was newly bought, beside the best sellers."""
        had, new = self.had(start), self.new(start, end)
        judged = (np.asarray(had.sum(axis=1)).ravel() > 0) & (
            np.asarray(new.sum(axis=1)).ravel() > 0
        )
        places = _some(np.flatnonzero(judged), TRIED)
        if len(places) < FEWEST or not self.followed:
            return None
        hits, base = [], []
        for part in np.array_split(places, -(-len(places) // 5000)):
            score, _, dense = self.scores(had[part])
            bought = new[part].toarray() > 0
            popular = np.where(dense, -np.inf, self.usual[None, :])
            for found, ranked in ((hits, score), (base, popular)):
                top = np.argsort(-ranked, axis=1, kind="stable")[:, : self.shown]
                found.append(np.take_along_axis(bought, top, axis=1).any(axis=1))
        hit, other = (np.concatenate(found).astype(float) for found in (hits, base))
        n, z = len(hit), norm.ppf(0.5 + confidence / 2)
        half = z * hit.std(ddof=1) / np.sqrt(n)
        apart = hit - other
        wide = z * apart.std(ddof=1) / np.sqrt(n)
        return {"customers": n, "hits": int(hit.sum()), "hit": hit.mean(),
                "low": max(hit.mean() - half, 0.0), "high": min(hit.mean() + half, 1.0),
                "base_hit": other.mean(), "difference": apart.mean(), "diff_low": apart.mean() - wide,
                "diff_high": apart.mean() + wide, "shown": self.shown,
                "beats": bool(apart.mean() - wide > 0)}  # fmt: skip

    def rules(self, fewest, confidence):
        i, j = np.nonzero(self.pairs >= fewest)
        support, n = self.pairs[i, j], self.n[i]
        low, high = wilson(support, n, confidence=confidence)
        with np.errstate(all="ignore"):
            lift = (support / n) / self.usual[j]
        table = pd.DataFrame({
            "bought": self.products[i], "following": self.products[j], "support": support.astype(int),
            "share": support / n, "low": low, "high": high, "usual": self.usual[j], "lift": lift,
        })  # fmt: skip
        table = table[table["low"] > table["usual"]]  # more often than usual, beyond chance
        return table.sort_values(
            ["low", "bought", "following"], ascending=[False, True, True], ignore_index=True
        )[RULES]

    def suggestions(self, day, fewest, most):
        """One product for each customer, the likeliest ones first."""
        had = self.had(day)
        found = []
        places = np.flatnonzero(np.asarray(had.sum(axis=1)).ravel() > 0)
        places = _some(places, SERVED)
        for part in np.array_split(places, max(1, -(-len(places) // 5000))):
            score, source, _ = self.scores(had[part])
            product = score.argmax(axis=1)
            rows = np.arange(len(part))
            after = source[rows, product]
            found.append(
                pd.DataFrame({
                    "customer_id": self.names[part], "product": self.products[product],
                    "after": self.products[after],
                    "support": self.pairs[after, product].astype(int),
                    "share": score[rows, product],
                })
            )  # fmt: skip
        table = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=SUGGESTED)
        table = table[(table["support"] >= fewest) & np.isfinite(table["share"])]
        return table.sort_values(
            ["share", "customer_id"], ascending=[False, True], ignore_index=True
        ).head(most)  # fmt: skip
