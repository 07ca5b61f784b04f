"""The firms of a market beside each other: sales, growth, share, and how concentrated the market is."""

import numpy as np
import pandas as pd

from workbook.analysis.year_change import year_change, year_values

__all__ = ["competitors", "concentration_of_market", "entrants"]


def competitors(wide, *, own=(), per_year, confidence=0.95):
    """Sales and share of every firm in the last 12 months and the 12 before.

    Parameters
    ----------
    wide : pandas.DataFrame
        As `market_share.by_period` gives it.
    own : list of str
    per_year : int

    Returns
    -------
    pandas.DataFrame
        entity, own (flag), sales, sales_before (money), growth, share, share_before, change (of the
        share, points as 0-1), low, high (of the change), p; largest first. Firms without the last
        12 months are left out. An unnamed rest of the market has no row.
    """
    columns = ["entity", "own", "sales", "sales_before", "growth", "share", "share_before", "change",
               "low", "high", "p"]  # fmt: skip
    if not per_year or "total" not in wide:
        return pd.DataFrame(columns=columns)
    total_now, total_before = year_values(wide["total"], per_year=per_year)
    rows = []
    for entity in [name for name in wide.columns if name not in ("total", "own")]:
        now, before = year_values(wide[entity], per_year=per_year)
        if not np.isfinite(now) or not total_now > 0:
            continue
        share, earlier = now / total_now, before / total_before
        found = None
        known = wide[[entity, "total"]].dropna()
        # without a break only: years are counted back from the last period
        if (
            len(known)
            and known.index[-1] == wide.index[-1]
            and len(known) == len(wide.loc[known.index[0] :])
        ):
            found = year_change(
                known[entity] / known["total"], per_year=per_year, confidence=confidence
            )
        ends = (np.nan, np.nan, np.nan)
        if found is not None:
            ends = (earlier * (found.low - 1), earlier * (found.high - 1), found.p)
        rows.append((entity, entity in set(own), now, before, now / before - 1, share, earlier,
                     share - earlier, *ends))  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["sales", "entity"], ascending=[False, True], ignore_index=True)


def concentration_of_market(table):
    """How concentrated the market is, from the shares of `competitors`.

    Returns
    -------
    dict
        named (share of the firms named together), top3, hhi_low (Herfindahl index, 0 to 1, if the
        rest were very many small firms), hhi_high (if the rest were firms as large as the smallest
        named one), rank (of the client, None when not named), relative (its share over that of the
        largest other firm).
    """
    if table.empty:
        return {"named": None, "top3": None, "hhi_low": None, "hhi_high": None, "rank": None, "relative": None}  # fmt: skip
    shares = table["share"].to_numpy(float)
    rest = max(1 - shares.sum(), 0.0)
    squares = float((shares**2).sum())
    smallest = shares[shares > 0].min(initial=np.inf)
    mine, others = table[table["own"]], table[~table["own"]]
    own = float(mine["share"].sum()) if len(mine) else None
    largest = float(others["share"].max()) if len(others) else None
    return {
        "named": float(shares.sum()),
        "top3": float(shares[:3].sum()),
        "hhi_low": squares,
        "hhi_high": squares + (rest * min(smallest, rest) if np.isfinite(smallest) else 0.0),
        "rank": None if own is None else int((others["share"] > own).sum()) + 1,
        "relative": own / largest if own is not None and largest else None,
    }


def entrants(wide, *, per_year):
    """Firms whose first figure lies in the last 12 months, with their share of that year's market."""
    columns = ["entity", "since", "share"]
    if not per_year or len(wide) <= per_year:
        return pd.DataFrame(columns=columns)
    rows = []
    for entity in [name for name in wide.columns if name not in ("total", "own")]:
        known = wide[entity].dropna()
        known = known[known > 0]
        if len(known) and known.index[0] > wide.index[-per_year - 1]:
            total = wide.loc[known.index, "total"].sum()
            rows.append((entity, known.index[0], known.sum() / total if total > 0 else np.nan))
    return pd.DataFrame(rows, columns=columns)
