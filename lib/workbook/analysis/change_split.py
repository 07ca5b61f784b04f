"""A change of revenue taken apart exactly: customers, frequency, value; mix and rate; place by place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.blocks import key_of
from workbook.analysis.kpi_windows import kpi_windows

__all__ = ["PLACES", "SEGMENTS", "RevenueChange", "drill_down", "factor_split", "mix_and_rate",
           "customer_years", "revenue_change", "segment_years"]  # fmt: skip

SEGMENTS = ("type", "region", "client_tier", "gender")
PLACES = ("region", "province", "city", "store")
MOST_VALUES = 60


def customer_years(tables, *, as_of: date, by_store=False) -> ir.Table:
    """What customers bought in the year and the year before: key (of the customer; and store), revenue
    (money), purchases (days), and the same with _before; cached."""
    orders = tables["orders"]
    spans = kpi_windows(as_of).spans
    own = ["store"] if by_store else []
    rows = orders.select(
        *own, "is_return", "customer_id", day=orders.ordered_at.date(),
        amount=orders.amount.cast("float64"),
    )  # fmt: skip
    first, last = spans["year_before"][0], spans["year"][1]
    rows = rows.filter(
        ~rows.is_return & rows.customer_id.notnull() & rows.day.between(*map(_day, (first, last)))
    )
    rows = rows.select(*own, "day", "amount", key=key_of(rows.customer_id.cast("string")))
    days = rows.group_by("key", "day", *own).aggregate(amount=rows.amount.sum())
    parts = {}
    for suffix, name in (("", "year"), ("_before", "year_before")):
        inside = days.day.between(*map(_day, spans[name]))
        parts[f"revenue{suffix}"] = days.amount.sum(where=inside).fill_null(0.0)
        parts[f"purchases{suffix}"] = days.count(where=inside)
    return days.group_by("key", *own).aggregate(**parts).cache()


def _day(day):
    return ibis.date(day.isoformat())


def segment_years(tables, columns, *, as_of: date, totals: ir.Table | None = None) -> pd.DataFrame:
    """Buyers, purchase days and revenue of the year and the year before, by columns of customers
    (store: of orders).

    Parameters
    ----------
    totals : ibis.Table, optional
        `customer_years`, where they are at hand; by store only for columns with the store.

    Returns
    -------
    pandas.DataFrame
        The columns (text, "" where not known), then revenue, purchases, buyers, and the same with _before.
    """
    own = [c for c in columns if c == "store" and c in tables["orders"].columns]
    traits = [c for c in columns if c not in own]
    sold = totals
    if sold is None:
        sold = customer_years(tables, as_of=as_of, by_store=bool(own))
    if traits:
        customers = tables["customers"]
        customers = customers.mutate(key=key_of(customers.customer_id.cast("string")))
        known = customers.group_by("key").aggregate(
            **{c: customers[c].cast("string").min() for c in traits}
        )
        sold = sold.left_join(known, "key").drop("key_right")
    parts = {}
    for suffix in ("", "_before"):
        bought = sold[f"purchases{suffix}"]
        parts |= {
            f"revenue{suffix}": sold[f"revenue{suffix}"].sum(),
            f"purchases{suffix}": bought.sum(),
            f"buyers{suffix}": sold.count(where=bought > 0),
        }
    groups = {c: sold[c].cast("string").fill_null("") for c in columns}
    table = sold.group_by(**groups).aggregate(**parts) if groups else sold.aggregate(**parts)
    frame = table.to_pandas().fillna(dict.fromkeys(parts, 0.0))
    return frame.sort_values(list(columns), ignore_index=True) if columns else frame


def factor_split(years: pd.DataFrame) -> pd.DataFrame:
    """Change of revenue as the sum of what customers, frequency and value make of it.

    Parameters
    ----------
    years : pandas.DataFrame
        From `segment_years`, any rows.

    Returns
    -------
    pandas.DataFrame
        The rows with change, by_customers, by_frequency, by_value (money; they add up to change) and
        whole (change where a year has no revenue and can't be split, else 0).

    Notes
    -----
    Logarithmic mean Divisia index (Ang 2004): exact and without an order of the factors.
    """
    r1, r0 = (years[f"revenue{s}"].to_numpy(float) for s in ("", "_before"))
    split = (r1 > 0) & (r0 > 0)
    with np.errstate(all="ignore"):
        mean = np.where(r1 == r0, r1, (r1 - r0) / (np.log(r1) - np.log(r0)))
        ratios = [np.log(years["buyers"] / years["buyers_before"]),
                  np.log((years["purchases"] / years["buyers"]) / (years["purchases_before"] / years["buyers_before"])),
                  np.log((r1 / years["purchases"]) / (r0 / years["purchases_before"]))]  # fmt: skip
    parts = {
        name: np.where(split, mean, 0.0) * np.where(split, np.asarray(ratio, float), 0.0)
        for name, ratio in zip(("by_customers", "by_frequency", "by_value"), ratios, strict=True)
    }
    return years.assign(change=r1 - r0, **parts, whole=np.where(split, 0.0, r1 - r0))


def mix_and_rate(years: pd.DataFrame, column: str) -> pd.DataFrame:
    """Change of revenue per buying customer as mix (who buys) and rate (what each kind spends).

    Returns
    -------
    pandas.DataFrame
        column, share and share_before (of buyers), rate and rate_before (revenue per buyer), mix, within
        (money per buyer; both columns add up to the change of the whole).

    Notes
    -----
    Kitagawa (1955): differences of one side weighted with the mean of the other; rates against that
    of the whole, so that a kind's growing share counts by how far it lies from the whole.
    """
    buyers, before = years["buyers"].to_numpy(float), years["buyers_before"].to_numpy(float)
    if not buyers.sum() or not before.sum():
        columns = [column, "share", "share_before", "rate", "rate_before", "mix", "within"]
        return pd.DataFrame(columns=columns)
    s1, s0 = buyers / buyers.sum(), before / before.sum()
    with np.errstate(all="ignore"):
        r1 = np.where(buyers > 0, years["revenue"] / buyers, np.nan)
        r0 = np.where(before > 0, years["revenue_before"] / before, np.nan)
    # a kind that is in one year only has no other rate than its own
    f1, f0 = np.where(np.isnan(r1), r0, r1), np.where(np.isnan(r0), r1, r0)
    f1, f0 = np.nan_to_num(f1), np.nan_to_num(f0)
    whole = (
        years["revenue"].sum() / buyers.sum() + years["revenue_before"].sum() / before.sum()
    ) / 2
    return pd.DataFrame(
        {
            column: years[column], "share": s1, "share_before": s0, "rate": r1, "rate_before": r0,
            "mix": (s1 - s0) * ((f1 + f0) / 2 - whole), "within": (s1 + s0) / 2 * (f1 - f0),
        }
    )  # fmt: skip


def drill_down(years: pd.DataFrame, columns) -> pd.DataFrame:
    """The way from the whole to where revenue fell most: each level within the place of the one above.

    Parameters
    ----------
    years : pandas.DataFrame
        From `segment_years` with the columns, coarse to fine.

    Returns
    -------
    pandas.DataFrame
        level (column), place (value), within (value above), revenue, revenue_before, change, chosen (the
        one that is followed); every place of each level, the largest fall first.
    """
    found, part, above = [], years, ""
    for column in columns:
        part = part[part[column] != ""]
        if part[column].nunique() < 1:
            continue
        sums = part.groupby(column, as_index=False)[["revenue", "revenue_before"]].sum()
        sums["change"] = sums["revenue"] - sums["revenue_before"]
        sums = sums.sort_values(["change", column], ignore_index=True)
        chosen = sums[column].iloc[0]
        found.append(
            pd.DataFrame({"level": column, "place": sums[column], "within": above,
                          **{c: sums[c] for c in ("revenue", "revenue_before", "change")},
                          "chosen": sums[column] == chosen})
        )  # fmt: skip
        part, above = part[part[column] == chosen], chosen
    columns = ["level", "place", "within", "revenue", "revenue_before", "change", "chosen"]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


@dataclass(frozen=True)
class RevenueChange:
    """The change of revenue taken apart: `split` by factors (rows of `column`), `mixes` {column:
    `mix_and_rate`}, `drill` the way down; None or empty where the tables don't allow it."""

    column: str
    split: pd.DataFrame | None
    mixes: dict
    drill: pd.DataFrame | None


def revenue_change(tables, *, as_of: date) -> RevenueChange:
    """All splits that the tables allow."""
    if not tables.has("orders", "customer_id", "ordered_at", "amount", "is_return"):
        return RevenueChange("", None, {}, None)
    known = [c for c in SEGMENTS if tables.has("customers", "customer_id", c)]
    mixes, split, column = {}, None, known[0] if known else ""
    totals = customer_years(tables, as_of=as_of)
    for name in known:
        years = segment_years(tables, (name,), as_of=as_of, totals=totals)
        if len(years) <= MOST_VALUES:
            mixes[name] = mix_and_rate(years, name)
            split = factor_split(years) if name == column else split
    if split is None:
        split, column = factor_split(segment_years(tables, (), as_of=as_of, totals=totals)), ""
    way = [c for c in PLACES if tables.has("customers" if c != "store" else "orders", c)]
    way = [c for c in way if c == "store" or tables.has("customers", "customer_id")]
    if "store" in way:
        totals = customer_years(tables, as_of=as_of, by_store=True)
    years = segment_years(tables, tuple(way), as_of=as_of, totals=totals) if way else None
    drill = drill_down(years, way) if way else None
    return RevenueChange(column, split, mixes, drill)
