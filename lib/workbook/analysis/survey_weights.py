"""Answers weighted so that those who answered have the make-up of the customer base."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from workbook.analysis.levels import levels

__all__ = ["Weighted", "customer_base", "raked_weights", "weighted_levels"]

_MOST_WEIGHT = 5.0  # no answer counts more than five times the mean


def customer_base(customers, summary, *, as_of: date, within_days=365):
    """The customers for whom a survey is to speak: those who bought in the last year.

    Parameters
    ----------
    customers : ibis.Table or None
    summary : pandas.DataFrame or None
        `customer_summary`; None without orders.

    Returns
    -------
    pandas.DataFrame
        customer_id, and as text the columns type, client_tier, region, gender where there are any,
        and spend (third of gross_amount: low, middle, high). Empty without orders.
    """
    if summary is None or not len(summary):
        return pd.DataFrame(columns=["customer_id"])
    last = pd.to_datetime(summary["last_on"])
    base = summary[last >= pd.Timestamp(as_of) - pd.Timedelta(days=within_days)]
    table = pd.DataFrame({"customer_id": base["customer_id"].astype(str)})
    ranks = base["gross_amount"].rank(pct=True)
    if base["gross_amount"].nunique() > 2:
        table["spend"] = np.select([ranks <= 1 / 3, ranks <= 2 / 3], ["low", "middle"], "high")
    traits = [
        n
        for n in ("type", "client_tier", "region", "gender")
        if customers is not None and n in customers.columns
    ]
    if traits:
        known = customers.select("customer_id", *traits).to_pandas()
        known = known.drop_duplicates("customer_id").astype({"customer_id": str})
        table = table.merge(known, on="customer_id", how="left")
        table[traits] = table[traits].astype(object).where(table[traits].notna(), "")
    return table.reset_index(drop=True)


def raked_weights(answered, base, *, turns=50):
    """Weights that give those who answered the make-up of the customer base.

    Parameters
    ----------
    answered : array_like of str
        customer_id of each answer sheet.
    base : pandas.DataFrame
        From `customer_base`.

    Returns
    -------
    weights : numpy.ndarray
        One per sheet, mean 1 among customers of the base, 0 for others. None when there is
        nothing to weight by or fewer than 50 sheets are of the base.
    table : pandas.DataFrame
        column, level, base, answered, weighted (shares, 0-1) of every level used.
    effective : float
        Effective number of sheets (Kish).

    Notes
    -----
    Raking (Deming, Stephan 1940) on each column; levels with fewer than 10 sheets join the
    column's largest; weights cut at five times the mean.
    """
    ids = pd.Index(np.asarray(answered, dtype=object))
    columns = [name for name in base if name != "customer_id"]
    levels = base.set_index("customer_id")[columns].reindex(ids)
    inside = ids.isin(base["customer_id"])
    table = pd.DataFrame(columns=["column", "level", "base", "answered", "weighted"])
    if inside.sum() < 50 or not columns:
        return None, table, 0.0
    weights = inside.astype(float)
    margins = {}
    for name in columns:
        counts = levels.loc[inside, name].value_counts()
        large = counts[counts >= 10].index
        if len(large) < 2:
            continue
        own = levels[name].where(levels[name].isin(large), large[0])
        target = base[name].where(base[name].isin(large), large[0]).value_counts(normalize=True)
        margins[name] = (pd.Categorical(own, categories=target.index).codes, target)
    if not margins:
        return None, table, 0.0
    for _ in range(turns):
        for codes, target in margins.values():
            sums = np.bincount(codes[inside], weights=weights[inside], minlength=len(target))
            factor = target.to_numpy() * weights.sum() / np.maximum(sums, 1e-12)
            weights = np.where(inside, weights * factor[codes], 0.0)
        weights = np.minimum(weights, _MOST_WEIGHT * weights[inside].mean())
        weights *= inside.sum() / weights.sum()
    rows = []
    for name, (codes, target) in margins.items():
        plain = np.bincount(codes[inside], minlength=len(target)) / inside.sum()
        heavy = np.bincount(codes[inside], weights=weights[inside], minlength=len(target))
        heavy = heavy / inside.sum()
        rows += [
            (name, str(level), share, plain[place], heavy[place])
            for place, (level, share) in enumerate(target.items())
        ]
    table = pd.DataFrame(rows, columns=table.columns)
    return weights, table, float(weights.sum() ** 2 / (weights @ weights))


@dataclass(frozen=True)
class Weighted:
    """Answers of the last year as they are, and weighted to the customer base.

    Attributes
    ----------
    table : pandas.DataFrame
        measure, n, plain, plain_low, plain_high, weighted, weighted_low, weighted_high.
    levels : pandas.DataFrame
        As `raked_weights` returns it: what was weighted, before and after.
    effective : float
        Effective number of sheets.
    base : int
        Customers in the base.
    """

    table: pd.DataFrame
    levels: pd.DataFrame
    effective: float
    base: int


def weighted_levels(answers, base, measures, *, as_of: date, within_days=365, confidence=0.95):
    """Measures of the last year, plain and weighted to the customer base.

    Parameters
    ----------
    answers : Answers
    base : pandas.DataFrame
        From `customer_base`.
    measures : sequence of str

    Returns
    -------
    Weighted, or None
        None when nothing can be weighted by.
    """
    recent = (
        answers.frame["day"] > pd.Timestamp(as_of) - pd.Timedelta(days=within_days)
    ).to_numpy()
    if "response_id" not in answers.table.columns or not len(base):
        return None
    sheets = answers.table.order_by("response_id").customer_id.to_pandas()  # as in the frame
    weights, table, effective = raked_weights(sheets[recent], base)
    if weights is None:
        return None
    whole = np.zeros(len(recent))
    whole[recent] = weights * answers.frame["weight"].to_numpy(float)[recent]
    rows = []
    for measure in measures:
        plain = levels(answers, measure, rows=recent, confidence=confidence)
        heavy = levels(answers, measure, weights=whole, rows=recent, confidence=confidence)
        if len(plain) and len(heavy):
            a, b = plain.iloc[0], heavy.iloc[0]
            rows.append((measure, int(b["n"]), a["value"], a["low"], a["high"], b["value"],
                         b["low"], b["high"]))  # fmt: skip
    found = pd.DataFrame(rows, columns=["measure", "n", "plain", "plain_low", "plain_high",
                                        "weighted", "weighted_low", "weighted_high"])  # fmt: skip
    return Weighted(found, table, effective, len(base)) if len(found) else None
