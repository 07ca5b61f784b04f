"""Who stopped buying: by segment, by trait, with what is unknown as bounds, and who came back."""

import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency, norm, rankdata

from workbook.analysis.group_survival import holm
from workbook.analysis.intervals import customer_draws, interval, wilson

__all__ = ["closeness", "leaving_by_group", "trait_differences", "unknown_bounds", "won_back"]

FEWEST = 30
CLOSE_FROM = 4  # purchase days


def leaving_by_group(leaves, groups, *, confidence=0.95) -> pd.DataFrame:
    """Share of customers who left, by group.

    Parameters
    ----------
    leaves : array_like of bool
    groups : array_like
        Group of every customer; missing = not known.

    Returns
    -------
    DataFrame
        group, customers, leavers, share, low, high (Wilson), worst_low, worst_high (the share
        of the group if the customers of unknown group who stayed, or left, all belonged to it),
        enough (30 customers or more); largest share first, groups too small last.
    """
    table = pd.DataFrame({"leaves": np.asarray(leaves, bool), "group": np.asarray(groups, object)})
    unknown = table[table["group"].isna()]["leaves"]
    out = table.dropna().groupby("group")["leaves"].agg(customers="size", leavers="sum")
    out["share"] = out["leavers"] / out["customers"]
    out["low"], out["high"] = wilson(out["leavers"], out["customers"], confidence=confidence)
    out["worst_low"] = out["leavers"] / (out["customers"] + (~unknown).sum())
    out["worst_high"] = (out["leavers"] + unknown.sum()) / (out["customers"] + unknown.sum())
    out["enough"] = out["customers"] >= FEWEST
    return out.reset_index().sort_values(
        ["enough", "share", "group"], ascending=[False, False, True], ignore_index=True
    )


def unknown_bounds(leavers: int, customers: int, orphan_rows: int) -> dict:
    """The share of leavers if every order without a customer was one of a leaver's.

    Returns ``{"share", "low", "high", "rows"}``: low when each such row takes one leaver back, high
    the share as it is; share None without customers.
    """
    if not customers:
        return {"share": None, "low": None, "high": None, "rows": int(orphan_rows)}
    share = leavers / customers
    low = max(leavers - orphan_rows, 0) / customers
    return {"share": share, "low": low, "high": share, "rows": int(orphan_rows)}


def trait_differences(leaves, numbers, categories=None, *, confidence=0.95, level=0.05):
    """In which traits leavers and stayers differ, all known before anybody left.

    Parameters
    ----------
    leaves : array_like of bool
    numbers : DataFrame
        Traits that are numbers, one row per customer.
    categories : DataFrame, optional
        Traits that are classes, same rows.

    Returns
    -------
    DataFrame
        trait, kind (number, class), customers, leavers_median, stayers_median (numbers), size
        (numbers: chance that a leaver has more than a stayer, ties half, with size_low, size_high;
        classes: Cramer's V), p, p_holm (over all traits), differs; smallest p first.

    Notes
    -----
    Numbers: Mann-Whitney with tie correction; interval of the chance after Hanley, McNeil (1982).
    Classes: chi-square over classes with at least 30 customers.
    """
    leaves = np.asarray(leaves, bool)
    rows = []
    for name in numbers:
        values = numbers[name].to_numpy(float)
        known = ~np.isnan(values)
        rows.append((name, "number", *_number(values[known], leaves[known], confidence)))
    for name in categories if categories is not None else ():
        rows.append((name, "class", *_classes(categories[name].to_numpy(object), leaves)))
    columns = ["trait", "kind", "customers", "leavers_median", "stayers_median", "size", "size_low",
               "size_high", "p"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    table = table[table["p"].notna()].sort_values(["p", "trait"], ignore_index=True)
    table["p_holm"] = holm(table["p"].to_numpy(float)) if len(table) else []
    table["differs"] = table["p_holm"] < level
    return table


def _number(values, leaves, confidence):
    m, n = int(leaves.sum()), int((~leaves).sum())
    if min(m, n) < FEWEST or np.ptp(values) == 0:
        return (m + n, *[np.nan] * 6)
    ranks = rankdata(values)
    size = (ranks[leaves].sum() - m * (m + 1) / 2) / (m * n)
    _, ties = np.unique(values, return_counts=True)
    total = m + n
    correction = 1 - (ties.astype(float) ** 3 - ties).sum() / (float(total) ** 3 - total)
    p = 2 * norm.sf(abs(size - 0.5) / np.sqrt((total + 1) / (12 * m * n) * correction))
    q1, q2 = size / (2 - size), 2 * size**2 / (1 + size)
    variance = (size * (1 - size) + (m - 1) * (q1 - size**2) + (n - 1) * (q2 - size**2)) / (m * n)
    half = norm.ppf(0.5 + confidence / 2) * np.sqrt(max(variance, 0.0))
    medians = np.median(values[leaves]), np.median(values[~leaves])
    return (total, *medians, size, max(size - half, 0.0), min(size + half, 1.0), p)


def _classes(values, leaves):
    known = pd.notna(values)
    table = pd.crosstab(values[known], leaves[known])
    table = table[table.sum(axis=1) >= FEWEST]
    total = int(table.to_numpy().sum())
    if table.shape[0] < 2 or table.shape[1] < 2 or (table.sum() == 0).any():
        return (total, *[np.nan] * 6)
    found = chi2_contingency(table, correction=False)
    size = np.sqrt(found.statistic / total)  # two columns, so the smaller side is one
    return (total, np.nan, np.nan, size, np.nan, np.nan, found.pvalue)


def won_back(lost, came_back, spent, *, confidence=0.95) -> dict:
    """How many lost customers bought again, and what they spent from then on.

    Parameters
    ----------
    lost, came_back : array_like of bool
        Per customer known at the cut.
    spent : array_like
        Money from the cut on.

    Returns
    -------
    dict
        lost, came_back (customers), share, low, high (Wilson), spent, mean (per customer who came
        back), mean_low, mean_high (bootstrap by customer); share and mean None without any.
    """
    lost, back = np.asarray(lost, bool), np.asarray(came_back, bool) & np.asarray(lost, bool)
    spent = np.asarray(spent, float)
    found = {
        "lost": int(lost.sum()),
        "came_back": int(back.sum()),
        "spent": float(spent[back].sum()),
    }
    low, high = wilson(back.sum(), lost.sum(), confidence=confidence)
    found |= {"share": back.sum() / lost.sum() if lost.any() else None}
    found |= {"low": float(low), "high": float(high)}
    if not back.any():
        return found | dict.fromkeys(("mean", "mean_low", "mean_high"))
    drawn = customer_draws(pd.DataFrame({"spent": spent[back]}))
    ends = interval(drawn["spent"] / drawn["customers"], confidence=confidence)
    mean = found["spent"] / found["came_back"]
    return found | {
        "mean": mean,
        "mean_low": min(float(ends[0]), mean),
        "mean_high": max(float(ends[1]), mean),
    }


def closeness(purchase_days, silent_chance, last_year, loss) -> pd.DataFrame:
    """Customers by how close the relationship was and how likely it is at an end.

    Parameters
    ----------
    purchase_days : array_like
        4 and more is close.
    silent_chance : array_like
        P(no purchase in the coming time); 0.5 and more is at risk.
    last_year, loss : array_like
        Money spent in the year up to the last purchase, and expected loss.

    Returns
    -------
    DataFrame
        close, at_risk (bool), customers, last_year, loss (money); four rows at most.
    """
    table = pd.DataFrame(
        {
            "close": np.asarray(purchase_days, float) >= CLOSE_FROM,
            "at_risk": np.asarray(silent_chance, float) >= 0.5,
            "last_year": np.asarray(last_year, float),
            "loss": np.asarray(loss, float),
        }
    )
    grouped = table.groupby(["close", "at_risk"], as_index=False)
    out = grouped.agg(
        customers=("loss", "size"), last_year=("last_year", "sum"), loss=("loss", "sum")
    )
    return out.sort_values(["close", "at_risk"], ascending=False, ignore_index=True)
