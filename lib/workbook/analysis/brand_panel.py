"""Purchases of a household panel by brand: counts per household, and the usual measures of brands."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from workbook.analysis.blocks import block_of

__all__ = ["Panel", "brand_measures", "brand_panel", "duplication", "panel_span"]

MOST_BRANDS = 12
MOST_HOUSEHOLDS = 50_000
OTHERS = ""  # name of the brands put together


@dataclass(frozen=True)
class Panel:
    """Purchases of a window.

    Attributes
    ----------
    counts : pandas.DataFrame
        Index household, one column of whole numbers per brand, largest brand first; brands beyond
        the twelfth (but not the client's) stand together under "". Households that bought nothing
        of the category have no row.
    start, end : datetime.date
        First and last day.
    households : int or None
        All households of the panel, buyers or not; None when not known.
    own : list of str
        The client's brands among the columns.
    part : float
        Share of the households read, below 1 in large panels (drawn by a hash of their number).
    """

    counts: pd.DataFrame
    start: date
    end: date
    households: int | None
    own: list
    part: float = 1.0

    @property
    def buyers(self):
        return len(self.counts)


def panel_span(panel):
    """First and last day of the table panel; (None, None) without a row."""
    moments = panel["at"]
    found = panel.aggregate(first=moments.min(), last=moments.max()).to_pandas().iloc[0]
    if pd.isna(found["first"]):
        return None, None
    return pd.Timestamp(found["first"]).date(), pd.Timestamp(found["last"]).date()


def brand_panel(panel, *, start, end, households=0, own=(), most=MOST_HOUSEHOLDS):
    """Purchases per household and brand from `start` to `end`, both days included.

    Parameters
    ----------
    panel : ibis.Table
        The table panel: household, at, brand.
    households : int
        All households of the panel; 0: not known.
    own : list of str
        The client's brands.
    most : int
        Above so many households a part of them is drawn.

    Returns
    -------
    Panel
    """
    day = panel["at"].cast("date")
    rows = panel.filter(day.between(start, end) & panel.brand.notnull() & panel.household.notnull())
    found = int(rows.household.nunique().execute() or 0)
    part = 1.0
    if found > most:
        part = most / found
        rows = rows.filter(block_of(rows.household.cast("string"), blocks=1_000_000) < int(part * 1_000_000))  # fmt: skip
    sums = rows.group_by("household", "brand").aggregate(n=rows.count()).to_pandas()
    sums["brand"] = sums["brand"].astype(str)
    sizes = sums.groupby("brand")["n"].sum().sort_values(ascending=False, kind="stable")
    sizes = sizes.sort_index().sort_values(ascending=False, kind="stable")
    kept = [b for place, b in enumerate(sizes.index) if place < MOST_BRANDS or b in set(own)]
    sums["brand"] = sums["brand"].where(sums["brand"].isin(kept), OTHERS)
    names = kept + ([OTHERS] if (sums["brand"] == OTHERS).any() else [])
    code, brands = pd.factorize(sums["household"], sort=True)
    counts = np.zeros((len(brands), len(names)), np.int64)
    place = pd.Index(names).get_indexer(sums["brand"])
    np.add.at(counts, (code, place), sums["n"].to_numpy(np.int64))
    all_of_them = None if not households else max(int(round(households * part)), len(brands))
    frame = pd.DataFrame(counts, index=brands, columns=names)
    return Panel(frame, start, end, all_of_them, [b for b in names if b in set(own)], part)


def brand_measures(counts):
    """The measures of brands.

    Parameters
    ----------
    counts : pandas.DataFrame
        Households x brands, every household with at least one purchase.

    Returns
    -------
    pandas.DataFrame
        brand, purchases, share (of purchases), buyers, penetration (of the category's buyers),
        per_buyer (purchases of the brand per buyer of it), category_per_buyer (purchases of the
        category by its buyers), requirements (share of category requirements: per_buyer over
        category_per_buyer), sole (share of its buyers who bought nothing else).
    """
    matrix = counts.to_numpy(float)
    whole = matrix.sum(axis=1)
    bought = matrix > 0
    purchases, buyers = matrix.sum(axis=0), bought.sum(axis=0)
    with np.errstate(all="ignore"):
        per_buyer = purchases / buyers
        category = whole @ bought / buyers
        sole = (bought & (matrix == whole[:, None])).sum(axis=0) / buyers
        table = {
            "brand": list(counts.columns),
            "purchases": purchases.astype(int),
            "share": purchases / purchases.sum() if purchases.sum() else np.nan,
            "buyers": buyers.astype(int),
            "penetration": buyers / max(len(matrix), 1),
            "per_buyer": per_buyer,
            "category_per_buyer": category,
            "requirements": per_buyer / category,
            "sole": sole,
        }
    return pd.DataFrame(table)


def duplication(counts):
    """Share of the buyers of each brand (row) who also bought the other one (column).

    Returns
    -------
    shares : pandas.DataFrame
        Brands x brands, the diagonal missing.
    coefficient : float
        The mean of share over the other brand's penetration, weighted by what is expected: by the
        duplication-of-purchase law it is much the same for all pairs (Ehrenberg 1988). NaN without
        two brands.
    """
    bought = (counts.to_numpy() > 0).astype(float)
    both = bought.T @ bought
    buyers = np.diag(both).copy()
    with np.errstate(all="ignore"):
        shares = both / buyers[:, None]
    np.fill_diagonal(shares, np.nan)
    expected = np.outer(buyers, buyers) / max(len(bought), 1)
    away = ~np.eye(len(buyers), dtype=bool)
    total = expected[away].sum()
    coefficient = float(both[away].sum() / total) if total > 0 else np.nan
    return pd.DataFrame(shares, index=counts.columns, columns=counts.columns), coefficient
