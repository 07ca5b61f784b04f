"""Days of customers to compare: what is known of each, and with whom it may be compared."""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbook.analysis.blocks import in_part

__all__ = ["Windows", "compared_days", "months_of", "part_of", "people_of", "random_days"]

MOST_BEFORE = 3  # purchase days in the look-back; more are put together


@dataclass(frozen=True)
class Windows:
    """Windows of equal length around a day: `days` each, at most `before` and `after` of them.

    One more, the look-back, lies between the day and the windows before it.
    """

    days: int = 91
    before: int = 4
    after: int = 4


def compared_days(
    events: ir.Table, days: ir.Table, *, as_of: date, windows: Windows, silent: bool = True
) -> ir.Table:
    """Days with their band, and the windows known before and followed after them.

    Parameters
    ----------
    events : ibis.Table
        customer_id, first_on (first purchase), index_on (the day), joined_on (date or empty), how
        ("purchase" or "other" day), kind (of customer; one text where kinds are not told apart),
        treated.
    days : ibis.Table
        As `lifecycle.purchase_days` gives them.
    silent : bool
        False leaves out days other than of a purchase after a look-back without one.

    Returns
    -------
    ibis.Table
        customer_id, index_on, joined_on, treated, band (`how`, the purchase days of
        the look-back, 3 for more, and `kind`), known (full windows since the first purchase and before the
        look-back, 1 to ``before``), followed (full windows after, 0 to ``after``). Customers known
        for less than two windows are left out.
    """
    near = events.join(days.select("customer_id", "bought_on"), "customer_id")
    back = near.index_on.delta(near.bought_on, unit="day")
    near = near.filter((back >= 1) & (back <= windows.days))
    near = near.group_by("customer_id", "index_on").aggregate(n=near.bought_on.nunique())
    found = events.left_join(near, ["customer_id", "index_on"])
    n = ibis.least(found.n.fill_null(0), MOST_BEFORE)
    end = ibis.literal(as_of).cast("date")
    known = found.index_on.delta(found.first_on, unit="day") - 1 - windows.days
    followed = end.delta(found.index_on, unit="day") // windows.days
    found = found.select(
        "customer_id",
        "index_on",
        "joined_on",
        "treated",
        alive=(found.how == "purchase") | (n > 0),
        band=found.how + ibis.literal(" ") + n.cast("string") + ibis.literal(" ") + found.kind,
        known=ibis.least((known // windows.days).cast("int64"), windows.before),
        followed=ibis.least(followed.cast("int64"), windows.after),
    )
    found = found.filter(found.known >= 1)
    return (found if silent else found.filter(found.alive)).drop("alive")


def people_of(days: ir.Table, kinds: ir.Table | None = None) -> ir.Table:
    """Customers who have bought: customer_id, first_on, kind ("" where not known).

    `kinds` has customer_id and kind; with it, customers of one kind are compared with each other.
    """
    people = days.filter(days.place == 1).select("customer_id", "first_on")
    if kinds is None:
        return people.mutate(kind=ibis.literal(""))
    people = people.left_join(kinds.select("customer_id", "kind"), "customer_id")
    return people.select("customer_id", "first_on", kind=people.kind.fill_null(""))


def months_of(rows: ir.Table) -> pd.DataFrame:
    """The months of index_on, at most the last 120: month (date)."""
    months = rows.select(month=rows.index_on.truncate("M")).distinct().to_pandas()["month"]
    months = pd.to_datetime(months).sort_values().tail(120)
    return pd.DataFrame({"month": months.dt.date.to_numpy(object)})


def part_of(rows: ir.Table, most: int) -> ir.Table:
    """All rows of as many customers, drawn by hash, as give about `most` rows."""
    n = int(rows.count().execute())
    if n <= most:
        return rows
    return rows.filter(in_part(rows.customer_id, most / n))


def random_days(people: ir.Table, months: pd.DataFrame, *, as_of: date, most: int) -> ir.Table:
    """One day of every month for every customer, after the first purchase: `people` with index_on.

    About `most` days, all those of a random part of the customers.
    """
    people = part_of(people, max(most // max(len(months), 1), 1))
    grid = people.cross_join(ibis.memtable(months))
    spread = (grid.customer_id + grid.month.cast("string")).hash().abs() % 28
    day = (grid.month + spread.cast("int64").as_interval("D")).cast("date")
    grid = grid.mutate(index_on=day).drop("month")
    end = ibis.literal(as_of).cast("date")
    return grid.filter((grid.index_on > grid.first_on) & (grid.index_on <= end))
