"""ABC: how few customers make most of the contribution, with intervals, and who changes class."""

import numpy as np
import pandas as pd

from workbook.analysis.intervals import interval, wilson

__all__ = ["CLASSES", "abc_classes", "abc_shares", "move_rates", "moves", "top_share"]

#: A makes the first part of the contribution, B the next, C the rest; "minus" costs more than it
#: brings, "none" bought nothing in the window.
CLASSES = ("A", "B", "C", "minus", "none")
DRAWS = 400
BLOCKS = 5_000


def abc_classes(contribution, *, a=0.80, b=0.95) -> np.ndarray:
    """Class of each customer by contribution.

    Parameters
    ----------
    contribution : array_like
        Money of a year per customer; 0 and missing: "none", below 0: "minus".
    a, b : float
        Share of all positive contribution that A makes, and A with B.

    Returns
    -------
    numpy.ndarray of str
        The customer with whom the share is reached belongs to the higher class; customers of equal
        contribution share the class of the first of them.
    """
    money = np.nan_to_num(np.asarray(contribution, float))
    found = np.where(money < 0, "minus", "none").astype(object)
    good = money > 0
    if not good.any():
        return found
    order = np.argsort(-money, kind="stable")[: good.sum()]
    ranked = money[order]
    total = ranked.sum()
    # what stands above each customer, the same for all of equal contribution
    above = np.concatenate([[0.0], np.cumsum(ranked)[:-1]])
    first = np.searchsorted(-ranked, -ranked, side="left")
    share = above[first] / total
    found[order] = np.where(share < a - 1e-12, "A", np.where(share < b - 1e-12, "B", "C"))
    return found


def abc_shares(contribution, *, a=0.80, b=0.95, confidence=0.95, seed=0) -> pd.DataFrame:
    """Classes with their customers and money; the share of customers with its interval.

    Returns
    -------
    DataFrame
        class, customers, share (of customers with a contribution above 0; NaN for "minus" and
        "none"), low, high (customers drawn again, classes cut anew each time), money, money_share
        (of positive contribution).
    """
    money = np.nan_to_num(np.asarray(contribution, float))
    classes = abc_classes(money, a=a, b=b)
    good = np.sort(money[money > 0])[::-1]
    drawn = _drawn_shares(good, (a, b), seed)
    edges = {"A": drawn[:, 0], "B": drawn[:, 1] - drawn[:, 0], "C": 1 - drawn[:, 1]}
    rows = []
    for name in CLASSES:
        here = classes == name
        share = low = high = np.nan
        if name in edges and len(good):
            share = here.sum() / len(good)
            if len(good) > 1:
                low, high = interval(edges[name], confidence=confidence)
                low, high = min(low, share), max(high, share)
        total = money[here].sum()
        part = total / good.sum() if len(good) else np.nan
        rows.append((name, int(here.sum()), share, low, high, float(total), part))
    columns = ["class", "customers", "share", "low", "high", "money", "money_share"]
    return pd.DataFrame(rows, columns=columns)


def top_share(contribution, *, top=0.20, confidence=0.95, seed=0) -> dict:
    """Share of the positive contribution that the top customers make.

    Returns dict share, low, high, customers (of them), of (customers with a contribution above 0);
    share None without any.
    """
    money = np.nan_to_num(np.asarray(contribution, float))
    good = np.sort(money[money > 0])[::-1]
    if not len(good):
        return {"share": None, "low": None, "high": None, "customers": 0, "of": 0}
    count = max(1, round(top * len(good)))
    share = float(good[:count].sum() / good.sum())
    found = {"share": share, "low": None, "high": None, "customers": count, "of": len(good)}
    if len(good) < 2:
        return found
    sizes, means = _blocks(good)
    rng = np.random.default_rng(seed)
    draws = np.empty(DRAWS)
    for draw in range(DRAWS):
        weight = rng.poisson(sizes)
        customers = np.concatenate([[0], np.cumsum(weight)]) / max(weight.sum(), 1)
        value = np.concatenate([[0], np.cumsum(weight * means)]) / max(weight @ means, 1e-300)
        draws[draw] = np.interp(count / len(good), customers, value)
    low, high = interval(draws, confidence=confidence)
    return found | {"low": min(float(low), share), "high": max(float(high), share)}


def _blocks(ordered):
    """Customers in the order of their money; above 5,000 neighbours stand together, the largest alone."""
    if len(ordered) <= BLOCKS:
        return np.ones(len(ordered)), ordered
    half = BLOCKS // 2
    edges = np.unique(np.concatenate([np.arange(half), np.linspace(half, len(ordered), half + 1).astype(int)]))  # fmt: skip
    sizes = np.diff(edges)
    return sizes.astype(float), np.add.reduceat(ordered, edges[:-1]) / sizes


def _drawn_shares(good, limits, seed):
    """Share of customers within each limit of money, for customers drawn again."""
    draws = np.full((DRAWS, len(limits)), np.nan)
    if len(good) < 2:
        return draws
    sizes, means = _blocks(good)
    rng = np.random.default_rng(seed)
    for draw in range(DRAWS):
        weight = rng.poisson(sizes)
        if not weight.any():
            continue
        value = np.cumsum(weight * means)
        customers = np.cumsum(weight) / weight.sum()
        place = np.searchsorted(value, np.asarray(limits) * value[-1], side="left")
        draws[draw] = customers[np.minimum(place, len(value) - 1)]
    return draws


def moves(before, after, *, levels) -> pd.DataFrame:
    """How many customers went from which level to which.

    Parameters
    ----------
    before, after : array_like of str
        Level of each customer on two days.
    levels : sequence of str

    Returns
    -------
    DataFrame
        Index before, columns after, both in the order of `levels`.
    """
    table = pd.crosstab(pd.Series(before, dtype=object), pd.Series(after, dtype=object))
    return table.reindex(index=list(levels), columns=list(levels), fill_value=0).astype(int)


def move_rates(counts: pd.DataFrame, *, confidence=0.95) -> pd.DataFrame:
    """Shares of customers of each level that rose, stayed and fell.

    Parameters
    ----------
    counts : DataFrame
        From `moves`, levels from the best to the worst.

    Returns
    -------
    DataFrame
        level, customers, and for each of rose, stayed, fell: the share with _low and _high (Wilson);
        NaN without customers.
    """
    values = counts.to_numpy()
    rows = []
    for place, level in enumerate(counts.index):
        n = int(values[place].sum())
        parts = {"rose": values[place, :place].sum(), "stayed": values[place, place],
                 "fell": values[place, place + 1 :].sum()}  # fmt: skip
        row = {"level": level, "customers": n}
        for name, hits in parts.items():
            low, high = wilson(hits, n, confidence=confidence)
            known = n > 0
            row |= {name: hits / n if known else np.nan,
                    f"{name}_low": float(low) if known else np.nan,
                    f"{name}_high": float(high) if known else np.nan}  # fmt: skip
        rows.append(row)
    return pd.DataFrame(rows)
