"""Share of the market: by period and segment, year against year, and what a change of sales is made of."""

import numpy as np
import pandas as pd

from workbook.analysis.year_change import step_start, year_change, year_values

__all__ = ["by_period", "sales_split", "segment_shares"]

_KEYS = ["segment", "country"]


def by_period(figures, *, measure="sales"):
    """Sales of every entity and of the market per period, over the parts that are known throughout.

    Parameters
    ----------
    figures : MarketFigures
    measure : {"sales", "units"}

    Returns
    -------
    wide : pandas.DataFrame
        Index period; one column per entity (money), `total` and `own` (NaN where not known), only
        periods in which each known part has its total.
    named_only : bool
        The total is the sum of the firms named, because the size of the market is not known.
    """
    firms = figures.of(measure)
    firms = firms[firms["role"] != "total"]
    totals = figures.of("market_size", "total") if measure == "sales" else firms.iloc[:0]
    firms, totals = _same_parts(firms), _same_parts(totals)
    named_only = totals.empty
    if not named_only and not firms.empty:
        cells = set(map(tuple, firms[_KEYS].to_numpy())) & set(map(tuple, totals[_KEYS].to_numpy()))
        if cells:
            firms, totals = (
                f[[tuple(k) in cells for k in f[_KEYS].to_numpy()]] for f in (firms, totals)
            )
        else:
            # parts of one side and the whole of the other: both as wholes
            firms, totals = (
                firms.assign(segment="", country=""),
                totals.assign(segment="", country=""),
            )
    wide = _complete(firms).pivot_table(
        index="period", columns="entity", values="value", aggfunc="sum"
    )
    own = [entity for entity in figures.own if entity in wide]
    total = (
        _complete(totals).groupby("period")["value"].sum()
        if not named_only
        else wide.sum(axis=1, min_count=1)
    )
    frame = wide.reindex(wide.index.union(total.index)).assign(total=total)
    frame["own"] = frame[own].sum(axis=1, min_count=1) if own else np.nan
    return frame.sort_index(), named_only  # fmt: skip


def _same_parts(rows):
    """Rows of the whole where there are any, else of the parts; keys as texts."""
    rows = rows.assign(**{key: rows[key].fillna("").astype(str) for key in _KEYS})
    for key in _KEYS:
        if rows[key].eq("").any() and rows[key].ne("").any():
            whole = set(map(tuple, rows.loc[rows[key].eq(""), ["entity", "period"]].to_numpy()))
            known = [tuple(k) in whole for k in rows[["entity", "period"]].to_numpy()]
            rows = rows[rows[key].eq("") | ~np.array(known, bool)]
    return rows


def _complete(rows):
    """Rows of those entities' periods that have every part which the entity has at all."""
    if rows.empty:
        return rows
    parts = rows.groupby("entity")[_KEYS].apply(lambda frame: len(frame.drop_duplicates()))
    seen = rows.groupby(["entity", "period"])["value"].transform("size")
    return rows[seen.to_numpy() >= rows["entity"].map(parts).to_numpy()]


def segment_shares(figures, *, confidence=0.95):
    """The client's share in every part of the market, largest part first.

    Returns
    -------
    pandas.DataFrame
        segment, country, size (money of the last 12 months), size_before, growth (relative),
        own, share, share_before, ratio (of the shares) with ratio_high80, p and start (first period
        of a step, where one fits), index (share over that of all parts); empty without parts.
    """
    columns = ["segment", "country", "size", "size_before", "growth", "own", "share", "share_before",
               "ratio", "ratio_low80", "ratio_high80", "p", "start", "index"]  # fmt: skip
    own, totals = figures.of("sales", "own"), figures.of("market_size", "total")
    both = [r.assign(**{k: r[k].fillna("").astype(str) for k in _KEYS}) for r in (own, totals)]
    rows = []
    for keys, part in both[1].groupby(_KEYS, sort=True):
        mine = both[0][(both[0][_KEYS] == list(keys)).all(axis=1)]
        size = part.groupby("period")["value"].sum().sort_index()
        sold = mine.groupby("period")["value"].sum().reindex(size.index)
        now, before = year_values(size, per_year=figures.per_year)
        own_now, own_before = year_values(sold, per_year=figures.per_year)
        if np.isfinite(now) and np.isfinite(own_now):
            series = (sold / size).dropna()
            per_year = figures.per_year
            found = None if len(series) < len(size) else year_change(series, per_year=per_year, confidence=confidence)  # fmt: skip
            step = None if found is None else step_start(series, per_year=per_year)
            change = (
                (np.nan,) * 4
                if found is None
                else (found.ratio, found.low80, found.high80, found.p)
            )
            rows.append((*keys, now, before, now / before - 1, own_now, own_now / now, own_before / before,
                         *change, None if step is None else series.index[step]))  # fmt: skip
    table = pd.DataFrame(rows, columns=columns[:-1])
    if len(table) < 2:
        return pd.DataFrame(columns=columns)
    table["index"] = table["share"] / (table["own"].sum() / table["size"].sum())
    return table.sort_values("size", ascending=False, ignore_index=True)[columns]


def sales_split(segments):
    """What the change of the client's sales is made of: the market, its mix, the share in each part.

    Parameters
    ----------
    segments : pandas.DataFrame
        size, size_before, share, share_before, all positive.

    Returns
    -------
    dict
        market, mix, share, whole (money, last 12 months less the 12 before); None without values.

    Notes
    -----
    Logarithmic mean Divisia index, additive form (Ang 2004): exact, no remainder, and the order of
    the parts does not matter.
    """
    if not len(segments) or segments[["size", "size_before", "share", "share_before"]].isna().any(axis=None):  # fmt: skip
        return None
    size, size0 = segments["size"].to_numpy(float), segments["size_before"].to_numpy(float)
    share, share0 = segments["share"].to_numpy(float), segments["share_before"].to_numpy(float)
    own, own0 = size * share, size0 * share0
    if not ((own > 0) & (own0 > 0)).all():
        return None
    with np.errstate(all="ignore"):
        weight = np.where(np.isclose(own, own0, rtol=1e-12), own, (own - own0) / np.log(own / own0))
    market = np.log(size.sum() / size0.sum())
    mix = np.log((size / size.sum()) / (size0 / size0.sum()))
    parts = {
        "market": float((weight * market).sum()),
        "mix": float((weight * mix).sum()),
        "share": float((weight * np.log(share / share0)).sum()),
    }
    return parts | {"whole": float(own.sum() - own0.sum())}
