"""What may drift: how customers buy, what they need, what they expect, who is new, year by year."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.comparison_days import part_of

__all__ = ["MOST", "drift_traits"]

MOST = 50_000  # customers looked at; of more, a part drawn by hash
YEAR = 365
TOP = 9  # names told apart; the rest is one group
REST = "\uffff"  # sorts last; the page says what it stands for
PARTS = 5  # groups of a number
#: column of what was bought (needs), of what is said (expectations), of the customer
BOUGHT = ("category", "channel", "brand", "promotion", "store")
SAID = ("csat", "nps", "ces")
RAISED = ("kind", "cause", "channel")
NEW = ("channel", "region", "type")


def drift_traits(tables, days: ir.Table | None, *, as_of: date) -> dict:
    """Each trait's group of every customer in the last 365 days and in the 365 before.

    Parameters
    ----------
    tables : workbook.intake.tables.Tables
    days : ibis.Table or None
        As `bought_days.bought_days` gives it.

    Returns
    -------
    dict
        {trait: DataFrame before, now}: names of groups, None where the customer isn't there that
        year; numbers in five equal parts of the earlier year ("1" to "5", whole numbers up to 5 as
        they are). Traits are "table.column" for columns (orders.category: where a customer spent
        most), purchases, spend, per_purchase, last_days (days from the last purchase to the end of
        the year), and new.channel, new.region, new.type of customers by the year of their first
        purchase.
    """
    end = pd.Timestamp(as_of)
    found = {}
    if days is not None:
        found |= _habits(days, end)
        found |= _chosen(tables, end)
        found |= _new(tables, days, end)
    for name, moment, columns in (
        ("surveys", "answered_on", SAID),
        ("tickets", "opened_at", RAISED),
    ):
        if not tables.has(name, "customer_id"):
            continue
        rows = tables[name].mutate(on=tables[name][moment].cast("date"))
        found |= {
            f"{name}.{column}": _last_said(rows, column, end)
            for column in columns
            if tables.has(name, column)
        }
    return found


def _years(on, end):
    """0 for the last 365 days, 1 for those before; the rest is left out by the caller."""
    last = ibis.literal(end.date()).cast("date")
    return last.delta(on, unit="day") // YEAR


def _within(rows, end):
    year = _years(rows.on, end).cast("int64")
    rows = rows.mutate(year=year)
    return rows.filter((rows.year >= 0) & (rows.year <= 1) & rows.customer_id.notnull())


def _habits(days, end):
    rows = part_of(_within(days.mutate(on=days.bought_on), end), MOST * 20)
    sums = rows.group_by("customer_id", "year").aggregate(
        purchases=rows.count(), spend=rows.amount.sum(), last_on=rows.on.max()
    )  # fmt: skip
    frame = sums.order_by("customer_id", "year").execute()
    back = (end - pd.to_datetime(frame["last_on"])).dt.days - frame["year"] * YEAR
    frame = frame.assign(last_days=back, per_purchase=frame["spend"] / frame["purchases"])
    return {
        name: _numbers(frame, name) for name in ("purchases", "spend", "per_purchase", "last_days")
    }


def _numbers(frame, column):
    """A number in five parts; whole numbers below five as they are."""
    both = frame.pivot(index="customer_id", columns="year", values=column)
    both = both.reindex(columns=[1, 0])
    old = both[1].dropna().to_numpy(float)
    if not len(old):
        return pd.DataFrame({"before": [], "now": []}, dtype=object)
    if column == "purchases":
        edges = np.arange(1.5, PARTS)
    else:
        edges = np.unique(np.quantile(old, np.arange(1, PARTS) / PARTS))
    parts = {
        name: pd.Series(np.searchsorted(edges, both[year]) + 1, index=both.index)
        .astype(str)
        .where(both[year].notna(), None)
        for name, year in (("before", 1), ("now", 0))
    }
    return pd.DataFrame(parts)


def _chosen(tables, end):
    """The group in which a customer spent most, for each column of what was bought."""
    orders = tables["orders"]
    columns = [column for column in BOUGHT if tables.has("orders", column)]
    rows = orders.filter(~orders.is_return)
    rows = _within(rows.mutate(on=rows.ordered_at.date()), end)
    rows = part_of(rows, MOST * 20).cache()
    found = {}
    for column in columns:
        named = rows.filter(rows[column].notnull())
        spent = named.group_by("customer_id", "year", group=named[column].cast("string"))
        spent = spent.aggregate(amount=named.amount.sum())
        order = [spent.amount.desc(), spent.group]  # equal amounts always give the same group
        place = ibis.row_number().over(
            ibis.window(group_by=["customer_id", "year"], order_by=order)
        )
        most = spent.mutate(place=place)
        most = most.filter(most.place == 0).select("customer_id", "year", "group")
        found[f"orders.{column}"] = _names(most)
    return found


def _new(tables, days, end):
    first = days.select("customer_id", on=days.first_on).distinct()
    rows = part_of(_within(first, end), MOST).cache()
    found = {}
    for column in NEW:
        if not tables.has("customers", column):
            continue
        traits = tables["customers"].select("customer_id", group=tables["customers"][column])
        named = rows.inner_join(traits, "customer_id")
        named = named.filter(named.group.notnull())
        found[f"new.{column}"] = _names(named.select("customer_id", "year", "group"))
    return found


def _last_said(rows, column, end):
    rows = _within(rows.filter(rows[column].notnull()), end)
    rows = part_of(rows, MOST)
    last = rows.group_by("customer_id", "year").aggregate(
        group=rows[column].cast("string").argmax(rows.on)
    )
    return _names(last)


def _names(table):
    """customer_id, year, group as before and now, rare names put together."""
    frame = table.order_by("customer_id", "year").execute()
    group = frame["group"].astype(str).str.removesuffix(".0")
    common = group.value_counts()
    common = sorted(common.items(), key=lambda item: (-item[1], item[0]))[:TOP]
    kept = {name for name, _ in common}
    frame = frame.assign(group=group.where(group.isin(list(kept)), REST))
    both = frame.pivot(index="customer_id", columns="year", values="group").reindex(columns=[1, 0])
    both = both.astype(object).where(both.notna(), None)
    return both.rename(columns={1: "before", 0: "now"}).reset_index(drop=True)
