"""Prospects by fit: which traits known beforehand go with good customers, tested on later ones."""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd

from workbook.analysis.purchase_state import customer_sample

__all__ = ["TRAITS", "Fit", "open_fit", "prospect_fit", "ranking_quality"]

TRAITS = ("type", "industry", "company_size", "channel", "region")
YEAR = 365
TOP = 0.20  # of first-year revenue: a good customer
FEWEST = 40  # good customers on either side of the cut
RIDGE = 4.0
RARE = 20  # customers of a value that has a column of its own
SAMPLE = 50_000  # customers learnt from; of more, a part drawn by hash


@dataclass(frozen=True)
class Fit:
    """Fit of prospects to the customers who turned out good.

    Attributes
    ----------
    verdict : {"usable", "no_better", "few"}
        "usable" when the ranking beats chance on customers who came later, with its whole interval.
    auc, low, high : float
        Chance that of a good and another later customer the good one is ranked first; NaN when few.
    captured : float
        Share of the later good customers among the tenth ranked highest.
    tested : int
        Later customers; `learnt` the earlier ones.
    learnt : int
    limit : float
        First-year revenue from which a customer counts as good (money).
    traits : DataFrame
        trait, value, customers, good (share), odds (ratio against the usual customer, all traits
        together); strongest first.
    prospects : DataFrame
        customer_id, score (probability to be good), rank, and the traits; best first. Empty without
        prospects.
    """

    verdict: str
    auc: float
    low: float
    high: float
    captured: float
    tested: int
    learnt: int
    limit: float
    traits: pd.DataFrame
    prospects: pd.DataFrame


def open_fit(tables, *, as_of: date, confidence=0.95) -> Fit | None:
    """Fit of customers who have not bought yet; None without customers, orders or traits."""
    if not tables.has("customers", "customer_id") or not tables.has("orders", "customer_id", "ordered_at", "amount", "is_return"):  # fmt: skip
        return None
    people = tables["customers"]
    traits = [c for c in TRAITS if c in people.columns]
    if not traits:
        return None
    orders = tables["orders"].select("customer_id", "ordered_at", "amount", "is_return")
    buyers = orders.filter(~orders.is_return).select("customer_id").distinct()
    part = customer_sample(orders, size=SAMPLE)
    bought = part.filter(~part.is_return)
    first = bought.group_by("customer_id").aggregate(first_on=bought.ordered_at.date().min())
    lines = part.join(first, "customer_id")
    early = lines.ordered_at.date().delta(lines.first_on, unit="day") < YEAR
    spent = lines.group_by("customer_id").aggregate(
        first_on=lines.first_on.min(), revenue=lines.amount.sum(where=early).fill_null(0.0)
    )
    last = ibis.literal(as_of - timedelta(days=YEAR)).cast("date")
    people = people.select("customer_id", *traits)
    known = people.join(spent.filter(spent.first_on <= last), "customer_id").to_pandas()
    others = people.anti_join(buyers, "customer_id").to_pandas()
    return prospect_fit(pd.concat([known, others]), traits, confidence=confidence)


def prospect_fit(frame: pd.DataFrame, traits, *, confidence=0.95) -> Fit:
    """A ranking of prospects learnt from earlier customers and tested on later ones.

    Parameters
    ----------
    frame : DataFrame
        customer_id, first_on (day of the first purchase, empty for prospects), revenue (money of
        the first 365 days, which must be over), and the traits.
    traits : sequence of str

    Notes
    -----
    Logistic regression with a ridge penalty on the traits' values (those of 20 customers and more);
    good = the highest fifth by first-year revenue of the earlier customers. Learnt from the first two
    thirds by first purchase, tested on the last third (DeLong's variance for the AUC), then learnt
    again from all for the prospects.
    """
    known = frame[frame["first_on"].notna()]
    known = known.sort_values(["first_on", "customer_id"], ignore_index=True)
    cut = int(len(known) * 2 / 3)
    earlier = known.iloc[:cut]
    limit = float(earlier["revenue"].quantile(1 - TOP)) if len(earlier) else np.nan
    good = (known["revenue"] > limit).to_numpy()
    sides = (good[:cut], good[cut:])
    columns = ["trait", "value", "customers", "good", "odds"]
    if min((side.sum() for side in sides), default=0) < FEWEST or good.all():
        return Fit("few", *([np.nan] * 4), len(known) - cut, cut, limit,
                   pd.DataFrame(columns=columns), pd.DataFrame())  # fmt: skip
    levels = _levels(earlier, traits)
    model = _logistic(_columns(earlier, levels), sides[0])
    scores = _columns(known.iloc[cut:], levels) @ model[1:] + model[0]
    auc, low, high = ranking_quality(scores, sides[1], confidence=confidence)
    top = np.argsort(-scores, kind="stable")[: max(1, len(scores) // 10)]
    captured = float(sides[1][top].sum() / sides[1].sum())
    levels = _levels(known, traits)
    model = _logistic(_columns(known, levels), good)
    told = pd.DataFrame(
        [(trait, value, int((known[trait] == value).sum()),
          float(good[(known[trait] == value).to_numpy()].mean()), float(np.exp(effect)))
         for (trait, value), effect in zip(levels, model[1:], strict=True)],
        columns=columns,
    )  # fmt: skip
    order = np.log(told["odds"]).abs().sort_values(ascending=False, kind="stable").index
    prospects = frame[frame["first_on"].isna()]
    line = _columns(prospects, levels) @ model[1:] + model[0]
    ranked = prospects[["customer_id", *traits]].assign(score=1 / (1 + np.exp(-line)))
    ranked = ranked.sort_values(
        ["score", "customer_id"], ascending=[False, True], ignore_index=True
    )
    ranked.insert(1, "rank", np.arange(1, len(ranked) + 1))
    verdict = "usable" if low > 0.5 else "no_better"
    return Fit(verdict, auc, low, high, captured, len(known) - cut, cut, limit,
               told.loc[order].reset_index(drop=True), ranked)  # fmt: skip


def _levels(rows, traits):
    """Values that are frequent enough, trait by trait."""
    found = []
    for trait in traits:
        counts = rows[trait].dropna().value_counts()
        found += [(trait, value) for value in sorted(counts.index[counts >= RARE], key=str)]
    return found


def _columns(rows, levels):
    """One column of 0 and 1 per value, less nothing: the ridge keeps them apart."""
    if not levels:
        return np.zeros((len(rows), 0))
    return np.column_stack([(rows[trait] == value).to_numpy(float) for trait, value in levels])


def _logistic(x, y, steps=50):
    """Intercept and effects of a ridge logistic regression, by Newton's method."""
    design = np.column_stack([np.ones(len(x)), x])
    penalty = np.full(design.shape[1], RIDGE)
    penalty[0] = 1e-6
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(y.mean() / (1 - y.mean()))
    for _ in range(steps):
        p = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        gradient = design.T @ (y - p) - penalty * beta
        hessian = (design * (p * (1 - p))[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(hessian, gradient)
        beta += step
        if np.abs(step).max() < 1e-8:
            break
    return beta


def ranking_quality(scores, good, *, confidence=0.95):
    """AUC with its interval: (auc, low, high).

    Notes
    -----
    DeLong, DeLong, Clarke-Pearson (1988), by ranks (Sun, Xu 2014); ties count a half.
    """
    from scipy.stats import norm, rankdata

    good = np.asarray(good, bool)
    a, b = np.asarray(scores, float)[good], np.asarray(scores, float)[~good]
    m, n = len(a), len(b)
    if min(m, n) < 2:
        return np.nan, np.nan, np.nan
    ranks = rankdata(np.concatenate([a, b]))
    of_good = (ranks[:m] - rankdata(a)) / n
    of_rest = 1 - (ranks[m:] - rankdata(b)) / m
    auc = float(of_good.mean())
    error = np.sqrt(of_good.var(ddof=1) / m + of_rest.var(ddof=1) / n)
    half = norm.ppf(0.5 + confidence / 2) * error
    return auc, max(auc - half, 0.0), min(auc + half, 1.0)
