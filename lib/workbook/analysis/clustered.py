"""Shares of rows that belong together: several tickets of one customer, many in one busy week."""

import numpy as np
import pandas as pd

from workbook.analysis.intervals import wilson

__all__ = ["cluster_variance", "clustered_share", "clustered_shares"]


def cluster_variance(scores, *clusters):
    """Variance of a sum of scores whose rows hang together in one or two ways.

    Parameters
    ----------
    scores : array_like
        One per row, adding up to about 0.
    *clusters : array_like
        One or two columns of codes; without any, rows are independent.

    Returns
    -------
    float

    Notes
    -----
    Two ways: V1 + V2 - V12 (Cameron, Gelbach, Miller 2011), never below the larger of the two.
    """
    scores = np.asarray(scores, float)

    def within(codes):
        sums = np.bincount(codes, weights=scores) if len(codes) else np.zeros(1)
        filled = np.count_nonzero(np.bincount(codes)) if len(codes) else 0
        return float(sums @ sums) * (filled / (filled - 1) if filled > 1 else 1.0)

    codes = [pd.factorize(np.asarray(cluster))[0] for cluster in clusters]
    if not codes:
        return float(scores @ scores)
    each = [within(code) for code in codes]
    if len(codes) == 1:
        return each[0]
    both = pd.factorize(codes[0].astype(np.int64) * (codes[1].max(initial=0) + 1) + codes[1])[0]
    return max(*each, sum(each) - within(both))


def clustered_share(hit, *clusters, confidence=0.95):
    """A share with an interval that knows which rows hang together.

    Parameters
    ----------
    hit : array_like of bool
    *clusters : array_like
        Up to two columns of codes, as for `cluster_variance`.

    Returns
    -------
    dict
        share (None without rows), low, high, n, hits, effective_n.

    Notes
    -----
    Wilson's interval on the effective number of rows, share (1 - share) / variance, at most n
    (Korn, Graubard 1998). With a share of 0 or 1 the number of clusters takes its place.
    """
    hit = np.asarray(hit, float)
    n, hits = len(hit), float(hit.sum())
    if not n:
        return {"share": None, "low": 0.0, "high": 1.0, "n": 0, "hits": 0, "effective_n": 0.0}
    share = hits / n
    if 0 < share < 1:
        variance = cluster_variance(hit - share, *clusters) / n**2
        effective = min(share * (1 - share) / max(variance, 1e-300), n)
    else:
        effective = min([n, *(len(pd.unique(np.asarray(cluster))) for cluster in clusters)])
    low, high = wilson(share * effective, effective, confidence=confidence)
    return {
        "share": share,
        "low": min(float(low), share),
        "high": max(float(high), share),
        "n": n,
        "hits": int(hits),
        "effective_n": float(effective),
    }


def clustered_shares(hit, groups, *clusters, confidence=0.95) -> pd.DataFrame:
    """`clustered_share` of every group.

    Parameters
    ----------
    hit : array_like of bool
    groups : array_like
        Group of every row; rows without one are left out.
    *clusters : array_like

    Returns
    -------
    pandas.DataFrame
        group, share, low, high, n, hits, effective_n; most rows first.
    """
    codes, names = pd.factorize(pd.Series(groups), sort=True)
    hit = np.asarray(hit, bool)
    clusters = [np.asarray(cluster) for cluster in clusters]
    order = np.argsort(codes, kind="stable")
    edges = np.searchsorted(codes[order], np.arange(len(names) + 1))
    rows = []
    for place, group in enumerate(names):
        places = order[edges[place] : edges[place + 1]]
        part = [cluster[places] for cluster in clusters]
        rows.append({"group": group, **clustered_share(hit[places], *part, confidence=confidence)})
    columns = ["group", "share", "low", "high", "n", "hits", "effective_n"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("n", ascending=False, kind="stable", ignore_index=True)
