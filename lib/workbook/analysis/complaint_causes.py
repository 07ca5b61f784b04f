"""Causes of tickets, most frequent first, with what the customers concerned had spent."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.intervals import customer_draws, interval, wilson

__all__ = ["cause_kinds", "causes", "customers_concerned"]

FEWEST = 30  # tickets with a cause


def cause_kinds(tickets: pd.DataFrame, since) -> tuple[str, ...]:
    """Kinds whose causes are ranked: complaints where 30 have a cause, else every kind."""
    recent = tickets[(tickets["opened_at"] >= since) & tickets["cause"].notna()]
    if (recent["kind"] == "complaint").sum() >= FEWEST:
        return ("complaint",)
    return tuple(str(kind) for kind in recent["kind"].unique())


def customers_concerned(rows: ir.Table, orders: ir.Table | None, *, kinds, as_of: date):
    """Customers with tickets of the last 12 months, by cause, and what they had spent before.

    Parameters
    ----------
    rows : ibis.Table
        From `tickets.ticket_rows`.
    orders : ibis.Table, optional
        customer_id, ordered_at, amount.
    kinds : sequence of str

    Returns
    -------
    pandas.DataFrame
        cause (missing where not said), customer_id (missing where not known), tickets, spent
        (money in the 365 days up to the customer's first such ticket; missing without orders).
    """
    since = pd.Timestamp(as_of) + pd.Timedelta(days=1) - pd.DateOffset(years=1)
    recent = rows.filter(rows.kind.isin(list(kinds)) & (rows.opened_at >= since.to_pydatetime()))
    found = recent.group_by("cause", "customer_id").aggregate(
        tickets=recent.count(), first_at=recent.opened_at.min()
    )
    if orders is None:
        return found.to_pandas().drop(columns="first_at").assign(spent=np.nan)
    reach = ibis.timestamp((since - timedelta(days=366)).isoformat())
    bought = orders.filter(orders.ordered_at >= reach)
    bought = bought.select(buyer=bought.customer_id, at=bought.ordered_at, amount=bought.amount)
    first = recent.filter(recent.customer_id.notnull()).group_by("customer_id", "cause")
    first = first.aggregate(first_at=recent.opened_at.min())
    joined = first.join(bought, first.customer_id == bought.buyer)
    joined = joined.filter(
        (joined["at"] <= joined.first_at)
        & (joined["at"] > joined.first_at - ibis.interval(days=365))
    )
    sums = joined.group_by("customer_id", "cause").aggregate(spent=joined.amount.sum())
    spent = sums.to_pandas()
    table = found.to_pandas().drop(columns="first_at")
    merged = table.merge(spent, on=["cause", "customer_id"], how="left")
    return merged.assign(spent=merged["spent"].astype(float).fillna(0.0))


def causes(concerned: pd.DataFrame, *, confidence=0.95, seed=0) -> pd.DataFrame:
    """The Pareto table of causes.

    Parameters
    ----------
    concerned : pandas.DataFrame
        From `customers_concerned`.

    Returns
    -------
    pandas.DataFrame
        cause, tickets, share (of tickets with a cause), low, high (customers drawn again),
        cumulative (share up to this one), customers, spent (money of the customers concerned;
        one with two causes counts in both), spent_low, spent_high; most tickets first. The attrs
        hold ``without_cause`` (tickets), ``customers`` and ``spent`` of the union.
    """
    known = concerned[concerned["cause"].notna()]
    columns = ["cause", "tickets", "share", "low", "high", "cumulative", "customers", "spent",
               "spent_low", "spent_high"]  # fmt: skip
    table = pd.DataFrame(columns=columns)
    if len(known):
        table = _ranked(known, columns, confidence, seed)
    named = known[known["customer_id"].notna()]
    union = named.groupby("customer_id")["spent"].max()
    table.attrs |= {
        "without_cause": int(concerned.loc[concerned["cause"].isna(), "tickets"].sum()),
        "customers": len(union),
        "spent": float(union.sum()) if union.notna().any() else np.nan,
    }
    return table


def _ranked(known, columns, confidence, seed):
    by = known.groupby("cause")
    table = by.agg(
        tickets=("tickets", "sum"),
        customers=("customer_id", "nunique"),
        spent=("spent", lambda money: money.sum(min_count=1)),
    )
    table = table.reset_index().sort_values(
        ["tickets", "cause"], ascending=[False, True], ignore_index=True
    )
    total = table["tickets"].sum()
    table["share"] = table["tickets"] / total
    table["cumulative"] = table["share"].cumsum()
    unknown = known["customer_id"].isna()
    person = known["customer_id"].where(~unknown, "\0" + known.index.astype(str))
    wide = known.assign(person=person).pivot_table(
        index="person", columns="cause", values="tickets", aggfunc="sum", fill_value=0.0
    )
    if len(wide) > 1:
        drawn = customer_draws(wide.reset_index(drop=True), seed=seed)
        totals = drawn[list(wide.columns)]
        low, high = interval(totals.div(totals.sum(axis=1), axis=0), confidence=confidence)
        ends = pd.DataFrame({"cause": list(wide.columns), "low": low, "high": high})
        table = table.merge(ends, on="cause", how="left")
        table["low"] = np.minimum(table["low"], table["share"])
        table["high"] = np.maximum(table["high"], table["share"])
    else:
        table["low"], table["high"] = wilson(table["tickets"], total, confidence=confidence)
    for name in ("spent_low", "spent_high"):
        table[name] = np.nan
    for place, cause in enumerate(table["cause"]):
        money = known.loc[(known["cause"] == cause) & ~unknown, ["spent"]]
        if len(money) >= FEWEST and money["spent"].notna().all():
            drawn = customer_draws(money, seed=seed)
            scaled = drawn["spent"]
            table.loc[place, ["spent_low", "spent_high"]] = interval(scaled, confidence=confidence)
    return table[columns]
