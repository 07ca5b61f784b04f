"""Whether segments buy in different seasons."""

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.blocks import block_of
from workbook.analysis.group_survival import holm
from workbook.analysis.purchase_timing import SEASONS

__all__ = ["segment_seasons"]

FEWEST = 30  # customers of a segment
BLOCKS = 100


def segment_seasons(
    days: ir.Table, segments: pd.DataFrame, *, as_of: date, confidence=0.95
) -> pd.DataFrame:
    """Share of each season in a segment's purchases, against the other segments.

    Parameters
    ----------
    days : ibis.Table
        As `lifecycle.purchase_days` gives it.
    segments : DataFrame
        customer_id, segment.

    Returns
    -------
    DataFrame
        segment, season (month 1 to 12; 1: January and February), purchases, share (of the segment's
        purchases in the last whole 12 months, or 24 where the data reach back) with low, high, others
        (share among all others), difference, p, p_holm (over all cells). Segments of 30 customers up; no
        rows with fewer than two of them or below 12 months of data.

    Notes
    -----
    Variance by blocks of customers (linearised ratio), as purchases of one customer resemble each other.
    """
    columns = ["segment", "season", "purchases", "share", "low", "high", "others", "difference",
               "p", "p_holm"]  # fmt: skip
    empty = pd.DataFrame(columns=columns)
    end = (pd.Timestamp(as_of) + pd.Timedelta(days=1)).to_period("M").start_time
    first = days.bought_on.min().to_pandas()
    if pd.isna(first) or not len(segments):
        return empty
    reach = next(
        (m for m in (24, 12) if pd.Timestamp(first) <= end - pd.DateOffset(months=m - 1)), None
    )
    if reach is None:
        return empty
    start = (end - pd.DateOffset(months=reach)).date().isoformat()
    kept = days.filter(
        (days.bought_on >= ibis.date(start)) & (days.bought_on < ibis.date(end.date().isoformat()))
    )
    named = ibis.memtable(segments[["customer_id", "segment"]].astype("string").astype(object))
    rows = kept.join(named, "customer_id").mutate(month=kept.bought_on.month())
    rows = rows.mutate(block=block_of(rows.customer_id, blocks=BLOCKS))
    sizes = rows.group_by("segment").aggregate(n=rows.customer_id.nunique()).to_pandas()
    names = sorted(sizes.loc[sizes["n"] >= FEWEST, "segment"])
    counts = rows.group_by("segment", "block", "month").aggregate(n=rows.count()).to_pandas()
    if len(names) < 2:
        return empty
    seasons = sorted(set(SEASONS.values()))
    cube = np.zeros((len(names), BLOCKS, len(seasons)))
    counts = counts[counts["segment"].isin(names)]
    where = (
        counts["segment"].map({name: place for place, name in enumerate(names)}),
        counts["block"],
        counts["month"].map(SEASONS).map({season: place for place, season in enumerate(seasons)}),
    )
    np.add.at(cube, where, counts["n"].to_numpy(float))
    return _compared(cube, names, seasons, confidence)[columns]


def _compared(cube, names, seasons, confidence):
    z, found = norm.ppf(0.5 + confidence / 2), []
    whole = cube.sum(axis=0)
    for place, name in enumerate(names):
        mine, rest = cube[place], whole - cube[place]
        share, drift = _ratio(mine)
        others, other_drift = _ratio(rest)
        error = np.sqrt((drift**2).sum(axis=0))
        apart = np.sqrt(((drift - other_drift) ** 2).sum(axis=0))
        for column, season in enumerate(seasons):
            gap = share[column] - others[column]
            p = 2 * norm.sf(abs(gap) / apart[column]) if apart[column] > 0 else np.nan
            found.append((name, season, int(mine[:, column].sum()), share[column],
                          max(share[column] - z * error[column], 0.0),
                          min(share[column] + z * error[column], 1.0), others[column], gap, p))  # fmt: skip
    table = pd.DataFrame(
        found,
        columns=[
            "segment",
            "season",
            "purchases",
            "share",
            "low",
            "high",
            "others",
            "difference",
            "p",
        ],
    )
    return table.assign(p_holm=holm(table["p"].to_numpy(float)))


def _ratio(counts):
    """Shares of the columns, and what each block adds to their error."""
    total = counts.sum()
    share = counts.sum(axis=0) / total
    blocks = len(counts)
    drift = (counts - counts.sum(axis=1, keepdims=True) * share) / total
    return share, drift * np.sqrt(blocks / (blocks - 1))
