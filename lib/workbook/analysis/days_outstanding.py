"""Days sales outstanding: now with an interval, and at the ends of months."""

from datetime import date

import ibis
import numpy as np
import pandas as pd

from workbook.analysis.intervals import customer_draws, interval
from workbook.analysis.receivables import YEAR, Receivables

__all__ = ["dso", "dso_by_month"]

NEVER = 10**6  # the month of what has not happened


def dso(customers: pd.DataFrame, *, confidence=0.95) -> dict:
    """Days sales outstanding with an interval from drawing customers again.

    Parameters
    ----------
    customers : DataFrame
        open, overdue, invoiced_year (money), one row per invoiced customer.

    Returns
    -------
    dict
        days, low, high, best (days if nothing were overdue), customers, open, overdue (money),
        overdue_share of what is open with overdue_low, overdue_high; days None when nothing was
        invoiced in the year.

    Notes
    -----
    DSO = open receivables / invoiced in the 365 days x 365 (balance method); best possible DSO counts
    only what is not yet due.
    """
    table = customers[["open", "overdue", "invoiced_year"]].fillna(0.0)
    total = table.sum()
    said = {"customers": int((table["invoiced_year"] > 0).sum()), "open": float(total["open"]),
            "overdue": float(total["overdue"])}  # fmt: skip
    names = ("days", "low", "high", "best", "overdue_share", "overdue_low", "overdue_high")
    if not total["invoiced_year"] > 0:
        return said | dict.fromkeys(names)
    days = YEAR * total["open"] / total["invoiced_year"]
    best = YEAR * (total["open"] - total["overdue"]) / total["invoiced_year"]
    drawn = customer_draws(table)
    with np.errstate(all="ignore"):
        spread = interval(YEAR * drawn["open"] / drawn["invoiced_year"], confidence=confidence)
        part = interval(drawn["overdue"] / drawn["open"], confidence=confidence)
    share = total["overdue"] / total["open"] if total["open"] > 0 else None
    ends = (None, None)
    if share is not None and np.isfinite(part).all():
        ends = (min(float(part[0]), share), max(float(part[1]), share))
    enough = said["customers"] > 1
    low, high = (
        (min(float(spread[0]), days), max(float(spread[1]), days)) if enough else (None,) * 2
    )
    values = (float(days), low, high, float(best), share, *(ends if enough else (None, None)))
    return said | dict(zip(names, values, strict=True))


def dso_by_month(found: Receivables, *, as_of: date, months: int = 25) -> pd.DataFrame:
    """DSO at the ends of the last months, as far as a year of invoices lies before them.

    Returns month (first day), days, best (days if nothing were overdue), open, overdue (money). An
    invoice leaves with the month in which it was closed, a part payment with its own.
    """
    rows, day = found.rows, ibis.interval(days=1)
    days = {"begun": rows.issued_on, "late": rows.due_on + day, "closed": rows.closed_on}
    table = _by_months(rows, days)
    columns = ["month", "days", "best", "open", "overdue"]
    end = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    last = (end.year - 1970) * 12 + end.month - 2  # of the last month that is over
    parts = None
    if found.parts is not None:
        paid = found.parts
        days = {"begun": paid.paid_on, "late": paid.due_on + day, "closed": paid.closed_on}
        parts = _by_months(paid, days)
    points = []
    for month in range(max(last - months + 1, int(table["begun"].min()) + 12), last + 1):
        owed, late = _open_at(table, month)
        if parts is not None:
            taken, taken_late = _open_at(parts, month)
            owed, late = owed - taken, late - taken_late
        year = (table["begun"] <= month) & (table["begun"] > month - 12)
        sales = table.loc[year, "money"].sum()
        if sales > 0:
            first = pd.Timestamp(1970 + month // 12, month % 12 + 1, 1)
            points.append((first, owed * YEAR / sales, (owed - late) * YEAR / sales, owed, late))
    return pd.DataFrame(points, columns=columns)


def _by_months(rows, days):
    """Money by the months of some days, counted from 1970."""
    months = {n: (d.year() - 1970) * 12 + d.month() - 1 for n, d in days.items()}
    frame = rows.group_by(**months).aggregate(money=rows.amount.sum()).to_pandas()
    return frame.assign(
        money=frame["money"].astype(float),
        **{n: frame[n].astype(float).fillna(NEVER).astype(int) for n in days},
    )


def _open_at(table, month):
    """What had begun and was not closed by the end of a month, and what of it was late."""
    is_open = (table["begun"] <= month) & (table["closed"] > month)
    return (table.loc[is_open, "money"].sum(),
            table.loc[is_open & (table["late"] <= month), "money"].sum())  # fmt: skip
