"""Needs in two layers: what is taken for granted or asked for, and what comes on top (Kano)."""

import numpy as np
import pandas as pd

from workbook.analysis.intervals import wilson

__all__ = ["CLASSES", "LAYERS", "kano_class", "needs_by_group", "read_needs", "stated_needs"]

#: Kano classes by the answer if the need is met (1 like, 2 must be, 3 neutral, 4 live with, 5 dislike)
#: and if it is not; rows met, columns not met. Berger et al. (1993).
_GRID = (
    ("questionable", "attractive", "attractive", "attractive", "one_dimensional"),
    ("reverse", "indifferent", "indifferent", "indifferent", "must_be"),
    ("reverse", "indifferent", "indifferent", "indifferent", "must_be"),
    ("reverse", "indifferent", "indifferent", "indifferent", "must_be"),
    ("reverse", "reverse", "reverse", "reverse", "questionable"),
)
CLASSES = ("must_be", "one_dimensional", "attractive", "indifferent", "reverse")
#: Layer of a need by its class.
LAYERS = {"must_be": "core", "one_dimensional": "core", "attractive": "additional",
          "indifferent": "none", "reverse": "none"}  # fmt: skip
FEWEST = 30  # customers asked


def kano_class(functional, dysfunctional) -> np.ndarray:
    """Class of each pair of answers; "" where an answer is missing or off the scale of 1 to 5.

    Examples
    --------
    >>> kano_class([1, 2, 1], [5, 5, 3]).tolist()
    ['one_dimensional', 'must_be', 'attractive']
    """
    met, lacking = (pd.to_numeric(pd.Series(v), errors="coerce").to_numpy(float) for v in (functional, dysfunctional))  # fmt: skip
    good = np.isin(met, range(1, 6)) & np.isin(lacking, range(1, 6))
    grid = np.array(_GRID, dtype=object)
    found = np.full(len(met), "", dtype=object)
    found[good] = grid[met[good].astype(int) - 1, lacking[good].astype(int) - 1]
    return found


def read_needs(tables) -> pd.DataFrame | None:
    """The table needs as a frame, in a fixed order; None without it."""
    if not tables.has("needs", "customer_id", "need"):
        return None
    rows = tables["needs"]
    kept = [c for c in ("kano_functional", "kano_dysfunctional", "importance") if c in rows.columns]
    order = ["recorded_at"] if "recorded_at" in rows.columns else []
    rows = rows.order_by("customer_id", "need", *order)
    return rows.select("customer_id", "need", *kept).to_pandas()


def stated_needs(needs: pd.DataFrame | None, *, confidence=0.95) -> pd.DataFrame:
    """Each need with its class, how clear the class is, and how important customers find it.

    Parameters
    ----------
    needs : DataFrame
        customer_id, need; kano_functional, kano_dysfunctional (1 to 5), importance where asked. Of
        several answers of a customer to one need the last row counts.

    Returns
    -------
    DataFrame
        need, customers (asked), kano (most frequent class, "" without), share of that class with low,
        high (Wilson), clear (its lower limit is above the next class's share, and at least 30 asked),
        layer (core, additional, none, or unclear), better, worse (satisfaction coefficients: share
        whom meeting it pleases, share whom lacking it displeases), importance, importance_low,
        importance_high (mean; normal), asked (30 or more); most important first.
    """
    columns = ["need", "customers", "kano", "share", "low", "high", "clear", "layer", "better",
               "worse", "importance", "importance_low", "importance_high", "asked"]  # fmt: skip
    if needs is None:
        return pd.DataFrame(columns=columns)
    table = needs.dropna(subset=["customer_id", "need"]).drop_duplicates(["customer_id", "need"], keep="last")  # fmt: skip
    has_kano = {"kano_functional", "kano_dysfunctional"} <= set(table)
    if has_kano:
        table = table.assign(kano=kano_class(table["kano_functional"], table["kano_dysfunctional"]))
    rows = []
    for need, part in table.groupby("need", sort=True):
        row = {"need": need, "customers": len(part), "asked": len(part) >= FEWEST}
        row |= _classes(part["kano"] if has_kano else pd.Series(dtype=object), confidence)
        row |= _importance(part, confidence)
        rows.append(row)
    found = pd.DataFrame(rows, columns=columns)
    return found.sort_values(["importance", "need"], ascending=[False, True], ignore_index=True)


def _classes(kano, confidence):
    known = kano[~kano.isin(["", "questionable"])]
    n = len(known)
    if not n:
        return {"kano": "", "share": np.nan, "low": np.nan, "high": np.nan, "clear": False,
                "layer": "unclear", "better": np.nan, "worse": np.nan}  # fmt: skip
    counts = known.value_counts().reindex(CLASSES, fill_value=0)
    ranked = counts.sort_values(ascending=False, kind="stable")
    low, high = wilson(ranked.iloc[0], n, confidence=confidence)
    clear = bool(n >= FEWEST and low > ranked.iloc[1] / n)
    judged = counts.drop("reverse").sum()
    pleased = counts["attractive"] + counts["one_dimensional"]
    missed = counts["must_be"] + counts["one_dimensional"]
    return {
        "kano": ranked.index[0], "share": ranked.iloc[0] / n, "low": float(low), "high": float(high),
        "clear": clear, "layer": LAYERS[ranked.index[0]] if clear else "unclear",
        "better": pleased / judged if judged else np.nan,
        "worse": missed / judged if judged else np.nan,
    }  # fmt: skip


def _importance(part, confidence):
    from scipy.stats import norm

    names = ("importance", "importance_low", "importance_high")
    if "importance" not in part or not part["importance"].notna().any():
        return dict.fromkeys(names, np.nan)
    values = part["importance"].dropna().to_numpy(float)
    mean = values.mean()
    if len(values) < 2:
        return dict(zip(names, (mean, np.nan, np.nan), strict=True))
    half = norm.ppf(0.5 + confidence / 2) * values.std(ddof=1) / np.sqrt(len(values))
    return dict(zip(names, (mean, mean - half, mean + half), strict=True))


def needs_by_group(needs: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Mean importance of each need by group of customers.

    Parameters
    ----------
    needs : DataFrame
        customer_id, need, importance.
    groups : Series
        Group by customer_id.

    Returns
    -------
    DataFrame
        Index need, one column per group with at least 10 customers asked, and their means.
    """
    if "importance" not in needs:
        return pd.DataFrame()
    table = needs.assign(group=needs["customer_id"].map(groups)).dropna(
        subset=["group", "importance"]
    )
    sizes = table.groupby("group")["customer_id"].nunique()
    table = table[table["group"].isin(sizes.index[sizes >= 10])]
    return table.pivot_table(index="need", columns="group", values="importance", aggfunc="mean")
