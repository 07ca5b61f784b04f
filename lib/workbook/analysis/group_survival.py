"""Groups compared: who stays longer, and whether the difference is more than chance."""

import numpy as np
import pandas as pd
from scipy.stats import chi2

from workbook.analysis.exposure import event_table
from workbook.analysis.survival import survival_at, survival_curve

__all__ = ["holm", "log_rank", "survival_by", "survival_differences"]


def survival_by(rows, group, months, *, confidence=0.95, minimum=10, most_groups=12):
    """Survival at chosen ages per group.

    Parameters
    ----------
    rows : pandas.DataFrame
        As for `survival_curve`, with the column ``group``.
    group : str
    months : sequence of float
    minimum : int
        Groups with fewer rows are named but have no numbers.
    most_groups : int
        Only the largest groups have numbers.

    Returns
    -------
    pandas.DataFrame
        group, n, ended, month, survival, low, high; the largest group first.
    """
    sizes = rows.groupby(group, observed=True).size().sort_values(ascending=False, kind="stable")
    top = sizes.index[sizes >= minimum][:most_groups]
    parts = []
    for name, part in rows[rows[group].isin(top)].groupby(group, observed=True, sort=True):
        curve = survival_curve(part, confidence=confidence)
        table = survival_at(curve, months)
        parts.append(table.assign(group=name, n=curve.n, ended=curve.ended))
    few = rows[rows[group].notna() & ~rows[group].isin(top)]
    for name, part in few.groupby(group, observed=True)["ended"]:
        table = pd.DataFrame({"month": months, "survival": np.nan, "low": np.nan, "high": np.nan})
        parts.append(table.assign(group=name, n=float(len(part)), ended=float(part.sum())))
    columns = ["group", "n", "ended", "month", "survival", "low", "high"]
    if not parts:
        return pd.DataFrame(columns=columns)
    table = pd.concat(parts, ignore_index=True)[columns]
    return table.sort_values(
        ["n", "month"], ascending=[False, True], kind="stable", ignore_index=True
    )


def log_rank(rows, group, *, minimum=10):
    """Whether groups leave at the same pace.

    Parameters
    ----------
    rows : pandas.DataFrame
        As for `survival_curve`, with the column ``group``.
    minimum : int
        Groups with fewer rows are left out.

    Returns
    -------
    dict
        groups, n, ended, statistic, p; statistic and p are NaN when there is nothing to compare.

    Notes
    -----
    Mantel (1966), with risk sets that respect late entry.
    """
    sizes = rows.groupby(group, observed=True).size()
    names = list(sizes.index[sizes >= minimum])
    rows = rows[rows[group].isin(names)]
    whole = event_table(rows)
    n, d = whole["at_risk"].to_numpy(), whole["ended"].to_numpy()
    found = {"groups": len(names), "n": len(rows), "ended": float(d.sum())}
    parts = [event_table(rows[rows[group] == name], times=whole["month"]) for name in names]
    if len(names) < 2 or not len(whole):
        return {**found, "statistic": np.nan, "p": np.nan}
    share = np.stack([part["at_risk"].to_numpy() for part in parts]) / n
    ended = np.stack([part["ended"].to_numpy() for part in parts])
    excess = (ended - share * d).sum(axis=1)
    spread = d * (n - d) / np.maximum(n - 1, 1)
    covariance = np.diag((share * spread).sum(axis=1)) - (share * spread) @ share.T
    rank = int(np.linalg.matrix_rank(covariance, hermitian=True))
    if not rank:
        return {**found, "statistic": np.nan, "p": np.nan}
    statistic = float(excess @ np.linalg.pinv(covariance, hermitian=True) @ excess)
    return {**found, "statistic": statistic, "p": float(chi2.sf(statistic, rank))}


def survival_differences(rows, columns, *, minimum=10, most_groups=12):
    """Which traits go with leaving earlier or later: log-rank per trait, Holm over traits.

    Parameters
    ----------
    rows : pandas.DataFrame
        As for `survival_curve`, with the columns to compare.
    columns : sequence of str
    minimum : int
        Groups with fewer rows are left out of the test.
    most_groups : int
        Of a trait with more groups than this, the largest are compared.

    Returns
    -------
    pandas.DataFrame
        column, groups, n, ended, statistic, p, p_holm; smallest p first, untestable ones last.
    """
    tests = []
    for column in columns:
        top = rows[column].value_counts().index[:most_groups]
        kept = rows[rows[column].isin(top)]
        tests.append({"column": column, **log_rank(kept, column, minimum=minimum)})
    names = ["column", "groups", "n", "ended", "statistic", "p"]
    table = pd.DataFrame(tests, columns=names)
    table["p_holm"] = holm(table["p"])
    return table.sort_values("p", kind="stable", ignore_index=True)


def holm(p):
    """Holm's (1979) adjusted p-values; NaN stay out of the count.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p, dtype=float)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    adjusted = np.full(len(p), np.nan)
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0) if len(order) else steps
    return adjusted
