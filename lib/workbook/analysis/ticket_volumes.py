"""How many tickets come, of what kind, through which channel, and whether they pile up."""

from datetime import date

import numpy as np
import pandas as pd

__all__ = ["backlog", "monthly_kinds", "volumes_by", "year_back"]

MOST_MONTHS = 36


def year_back(as_of: date, years: int = 1) -> pd.Timestamp:
    """First moment of the year (or of the years) that ends with as_of."""
    day = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    return day - pd.DateOffset(years=years)


def volumes_by(tickets: pd.DataFrame, columns, *, as_of: date) -> pd.DataFrame:
    """Tickets of the last 12 months and of the 12 before, by the values of columns.

    Parameters
    ----------
    tickets : pandas.DataFrame
        As `tickets.encoded_tickets` gives them.
    columns : sequence of str

    Returns
    -------
    pandas.DataFrame
        The columns, tickets, customers (of the last 12 months), before (tickets of the 12 months
        before; missing where the data don't reach that far back), open, share (of all tickets of
        the 12 months), reopened, satisfied (shares of those where it is known); most first.
    """
    columns = list(columns)
    since, before = year_back(as_of), year_back(as_of, 2)
    recent = tickets[tickets["opened_at"] >= since]
    known = recent.dropna(subset=columns)
    named = known["customer"].where(known["customer"] >= 0)
    table = known.assign(named=named, open=~known["done"]).groupby(columns, observed=True)
    table = table.agg(
        tickets=("done", "size"),
        customers=("named", "nunique"),
        open=("open", "sum"),
        reopened=("reopened", "mean"),
        satisfied=("satisfied", "mean"),
    )
    earlier = tickets[(tickets["opened_at"] >= before) & (tickets["opened_at"] < since)]
    counts = earlier.groupby(columns, observed=True).size()
    reaches = len(tickets) and tickets["opened_at"].min() < before + pd.Timedelta(days=31)
    table["before"] = counts.reindex(table.index, fill_value=0) if reaches else np.nan
    table["share"] = table["tickets"] / max(len(recent), 1)
    table = table.reset_index()
    for column in columns:
        table[column] = table[column].astype(object)
    return table.sort_values(
        ["tickets", *columns], ascending=[False, *[True] * len(columns)], ignore_index=True
    )


def monthly_kinds(tickets: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Tickets opened per complete month and kind: month (its first day), a column per kind."""
    last = pd.Period(as_of, "M") if _is_month_end(as_of) else pd.Period(as_of, "M") - 1
    if tickets.empty:
        return pd.DataFrame({"month": pd.Series(dtype="datetime64[ns]")})
    month = tickets["opened_at"].dt.to_period("M")
    first = max(month.min(), last - MOST_MONTHS + 1)
    table = tickets.groupby([month, "kind"], observed=True).size().unstack(fill_value=0)
    table = table.reindex(pd.period_range(first, last, freq="M"), fill_value=0)
    table.columns = [str(name) for name in table.columns]
    order = table.sum().sort_values(ascending=False, kind="stable").index
    return table[order].rename_axis("month").reset_index().assign(
        month=lambda t: t["month"].dt.to_timestamp()
    )  # fmt: skip


def _is_month_end(day: date) -> bool:
    return (pd.Timestamp(day) + pd.Timedelta(days=1)).day == 1


def backlog(tickets: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Tickets opened and closed per month, and how many were open at its end.

    Returns
    -------
    pandas.DataFrame
        month (first day), opened, closed, open (at the month's end, or on as_of in the month that
        is not complete); at most the last 36 months.
    """
    columns = ["month", "opened", "closed", "open"]
    if tickets.empty:
        return pd.DataFrame(columns=columns)
    closed_at = tickets["opened_at"] + pd.to_timedelta(tickets["hours"], unit="h")
    opened = tickets["opened_at"].dt.to_period("M").value_counts()
    closed = closed_at[tickets["done"]].dt.to_period("M").value_counts()
    months = pd.period_range(opened.index.min(), pd.Period(as_of, "M"), freq="M")
    table = pd.DataFrame(
        {
            "opened": opened.reindex(months, fill_value=0),
            "closed": closed.reindex(months, fill_value=0),
        }
    )
    table["open"] = (table["opened"] - table["closed"]).cumsum()
    table = table.rename_axis("month").reset_index().tail(MOST_MONTHS).reset_index(drop=True)
    return table.assign(month=table["month"].dt.to_timestamp())[columns]
