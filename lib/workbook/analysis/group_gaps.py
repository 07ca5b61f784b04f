"""Groups of customers whose answers lie below those of all others."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.answers import cut_columns
from workbook.analysis.group_survival import holm
from workbook.analysis.levels import FEWEST, outcome
from workbook.analysis.waves import difference

__all__ = ["lowest_group"]

_ASKED = ("mode", "touchpoint")  # another question or way of asking is no other satisfaction
_SMALL = 12  # levels beyond which a cut is not searched
_LEVEL = 0.002  # chance that any group is named where none differs


def lowest_group(answers, measure="csat_mean"):
    """The group of customers whose mean answer lies furthest below that of all others.

    Parameters
    ----------
    answers : Answers
        Of the period that counts.
    measure : str
        One of `levels.MEASURES`.

    Returns
    -------
    dict or None
        column, group, change (mean of the group less that of all others), se, low_80, high_80, n,
        customers, p (Holm over all groups of 30 customers and more in every cut by customer).
        None when no p is below 0.002.
    """
    values = outcome(answers, measure)
    if values is None:
        return None
    frame, rows = answers.frame, []
    who, weights = frame["customer"].to_numpy(), frame["weight"].to_numpy(float)
    for column in cut_columns(answers):
        if column in _ASKED or frame[column].nunique() > _SMALL:
            continue
        named = frame[column].notna().to_numpy() & ~np.isnan(values)
        for group in sorted(frame.loc[named, column].astype(object).unique(), key=str):
            inside = np.where(named, (frame[column].astype(object) == group).to_numpy(), np.nan)
            told = difference(values, who, inside, weights)
            if told["customers"] >= FEWEST and told["se"] > 0:
                rows.append({"column": column, "group": str(group)} | told)
    if not rows:
        return None
    table = pd.DataFrame(rows)
    table["p"] = holm(2 * norm.sf((table["change"] / table["se"]).abs()))
    row = table.loc[(table["change"] / table["se"]).idxmin()]
    if not (row["change"] < 0 and row["p"] < _LEVEL):
        return None
    half = norm.ppf(0.9) * row["se"]
    return {
        "column": row["column"], "group": row["group"], "change": float(row["change"]),
        "se": float(row["se"]), "low_80": float(row["change"] - half),
        "high_80": float(row["change"] + half), "n": int(row["n_after"]),
        "customers": int(row["customers"]), "p": float(row["p"]),
    }  # fmt: skip
