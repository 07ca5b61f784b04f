"""What changed since an earlier run: late data, code or settings, customers, behaviour, exactly."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.read_state import customer_year

__all__ = ["CAUSES", "PARTS", "changed_sources", "revenue_split", "table_rows"]

#: parts of a change, in the order in which they are taken
PARTS = ("code", "late", "data", "new", "back", "gone", "frequency", "value")
#: why today's data on the earlier year differ from what was read then
CAUSES = ("same", "late", "settings", "both")
NAMES = (
    "s",
    "sp",
    "k",
    "kp",
    "a",
    "ap",
    "b",
    "bp",
)  # snapshot, known then, earlier year, this year


def changed_sources(before: dict, now: dict) -> str:
    """Why the tables of two runs differ on the same days.

    Parameters
    ----------
    before, now : dict
        hashes of the snapshots: intake (code), settings, sources {table: hash}.

    Returns
    -------
    str
        "same", "late" (only the clients' files changed), "settings" (only code, mapping or
        cleaning), "both" (then the two can't be told apart without recorded_at).
    """
    files = before.get("sources", {}).get("orders") != now.get("sources", {}).get("orders")
    made = any(before.get(name) != now.get(name) for name in ("intake", "settings"))
    return {(0, 0): "same", (1, 0): "late", (0, 1): "settings", (1, 1): "both"}[
        int(files), int(made)
    ]


def revenue_split(
    orders: ir.Table,
    then: ir.Table,
    told: dict,
    *,
    earlier: date,
    as_of: date,
    days: int,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The change of a year's revenue from an earlier run to this one, split without a rest.

    Parameters
    ----------
    orders : ibis.Table
        As read today.
    then : ibis.Table
        customer_id, amount, purchases: the year as the earlier run read it.
    told : dict
        revenue, buyers, purchases as the earlier run worked them out.
    earlier, as_of : date
        Reporting dates of the two runs.
    days : int
        Length of the year.

    Returns
    -------
    pandas.DataFrame
        part, revenue (money), low, high (by customers; None for code, late and data, which are no chance),
        buyers, purchases (the same change in buyers and purchase days), customers (touched). The
        parts of each column add up to the change. Parts in `PARTS`: code (the same snapshot worked
        out by today's code), late (orders of the earlier year whose recorded_at lies after that run),
        data (what else differs between today's data on the earlier year and the snapshot), new (first
        purchase after `earlier`), back (bought before, not in the earlier year), gone (bought in the
        earlier year, not in this one), frequency and value (customers in both years: purchase days,
        and money per purchase day).

    Notes
    -----
    frequency and value by Shapley: the change of each times the mean of the other. Limits: normal,
    from the customers' own squares (linearised for the last two).
    """
    last = known = customer_year(orders, as_of=earlier, days=days)
    if "recorded_at" in orders.columns:
        known = customer_year(_recorded_by(orders, earlier), as_of=earlier, days=days)
    this = customer_year(orders, as_of=as_of, days=days)
    bought = orders.filter(~orders.is_return)
    first = bought.group_by("customer_id").aggregate(first_on=bought.ordered_at.min().date())
    parts = [
        table.select("customer_id", **{c: ibis.literal(0.0) for c in NAMES}
                     | {x: table.amount.cast("float64"), f"{x}p": table.purchases.cast("float64")})
        for x, table in (("s", then), ("k", known), ("a", last), ("b", this))
    ]  # fmt: skip
    parts = [part.select("customer_id", *NAMES) for part in parts]
    both = ibis.union(*parts)
    both = both.group_by("customer_id").aggregate(**{name: both[name].sum() for name in NAMES})
    both = both.left_join(first, "customer_id").drop("customer_id_right")
    start = ibis.literal(earlier).cast("date")
    group = ibis.cases(
        ((both.ap > 0) & (both.bp > 0), "stayed"),
        ((both.ap > 0), "gone"),
        ((both.bp > 0) & (both.first_on > start), "new"),
        ((both.bp > 0), "back"),
        else_="none",
    )
    rows = both.mutate(group=group).cache()
    squares = {x + y: (rows[x] * rows[y]).sum() for x, y in _PAIRS}
    sums = rows.group_by("group").aggregate(
        n=rows.count(), **{x: rows[x].sum() for x in NAMES}, **squares,
        touched=((rows.s - rows.k).abs() > 0.005).sum(),
        late=((rows.k - rows.a).abs() > 0.005).sum(),
        seen=(rows.sp > 0).sum(), listed=(rows.kp > 0).sum(), known=(rows.ap > 0).sum(),
    )  # fmt: skip
    frame = sums.execute().set_index("group")
    frame = frame.reindex(["none", "gone", "new", "back", "stayed"]).fillna(0.0)
    total = frame.sum()
    z = float(norm.ppf(0.5 + confidence / 2))
    found = [
        ("code", total["s"] - told["revenue"], None, total["seen"] - told["buyers"],
         total["sp"] - told["purchases"], 0),
        ("late", total["a"] - total["k"], None, total["known"] - total["listed"],
         total["ap"] - total["kp"], total["late"]),
        ("data", total["k"] - total["s"], None, total["listed"] - total["seen"],
         total["kp"] - total["sp"], total["touched"]),
    ]  # fmt: skip
    for name, sign, x in (("new", 1, "b"), ("back", 1, "b"), ("gone", -1, "a")):
        row = frame.loc[name]
        spread = np.sqrt(max(row[x + x], 0.0))
        found.append((name, sign * row[x], spread, sign * row["n"], sign * row[x + "p"], row["n"]))
    found += _stayed(frame.loc["stayed"])
    table = pd.DataFrame(
        found, columns=["part", "revenue", "spread", "buyers", "purchases", "customers"]
    )
    half = z * table["spread"].astype(float)
    table = table.assign(low=table["revenue"] - half, high=table["revenue"] + half)
    whole = ["buyers", "purchases", "customers"]
    table[whole] = table[whole].round().astype("int64")
    return table.drop(columns="spread")[
        ["part", "revenue", "low", "high", "buyers", "purchases", "customers"]
    ]


_PAIRS = (
    ("a", "a"), ("b", "b"), ("ap", "ap"), ("bp", "bp"), ("a", "b"), ("a", "ap"), ("a", "bp"),
    ("b", "ap"), ("b", "bp"), ("ap", "bp"),
)  # fmt: skip


def _recorded_by(orders, day):
    """Orders that were known at the end of a day."""
    after = ibis.timestamp((day + timedelta(days=1)).isoformat())
    return orders.filter(orders.recorded_at.isnull() | (orders.recorded_at < after))


def _stayed(row):
    """Frequency and value of those who bought in both years."""
    n, a, b, ap, bp = (float(row[name]) for name in ("n", "a", "b", "ap", "bp"))
    if not n or not ap or not bp:
        return [("frequency", 0.0, 0.0, 0, 0, 0), ("value", 0.0, 0.0, 0, 0, 0)]
    va, vb = a / ap, b / bp
    frequency = (bp - ap) * (va + vb) / 2
    # derivatives of the frequency part by the four sums; that of the value part is the rest
    grad = np.array([
        (bp - ap) / 2 / ap, (bp - ap) / 2 / bp,
        -(va + vb) / 2 - (bp - ap) / 2 * va / ap, (va + vb) / 2 - (bp - ap) / 2 * vb / bp,
    ])  # fmt: skip
    names = ("a", "b", "ap", "bp")
    moments = np.array([[_moment(row, x, y) for y in names] for x in names])
    rest = np.array([-1.0, 1.0, 0.0, 0.0]) - grad
    spreads = [np.sqrt(max(g @ moments @ g, 0.0)) for g in (grad, rest)]
    return [
        ("frequency", frequency, spreads[0], 0, bp - ap, n),
        ("value", b - a - frequency, spreads[1], 0, 0, n),
    ]


def _moment(row, x, y):
    """Sum over customers of x times y about their means."""
    n = float(row["n"])
    both = row[x + y] if x + y in row.index else row[y + x]
    return float(both) - float(row[x]) * float(row[y]) / n


def table_rows(before: dict, now: dict) -> pd.DataFrame:
    """Rows of each table on the days that the earlier run read: then, and known today.

    Parameters
    ----------
    before, now : dict
        {table: rows up to the earlier reporting date}: as read then, and as read today.

    Returns
    -------
    pandas.DataFrame
        table, then, today, added; most changed first. Tables that neither has are left out.
    """
    names = sorted({*before, *now})
    rows = [(name, before.get(name, 0), now.get(name, 0)) for name in names]
    table = pd.DataFrame(rows, columns=["table", "then", "today"])
    table["added"] = table["today"] - table["then"]
    order = table["added"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)
