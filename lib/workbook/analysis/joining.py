"""Who joined a programme when, who could have and did not, and what both bought around that day.

Most join with a purchase, so a joining is set against purchases of customers who had not joined and
did not join then: both were customers on that day, and both purchases are left out. Who joins on
another day is set against days of others who had not joined. Compared are those who bought on as
many days in the window before, the look-back; it decides who is compared and is therefore not
measured. Whoever joins after a silent look-back has shown life by joining, which the silent of the
comparison have not: off a purchase day such joinings are not compared.
"""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

__all__ = ["Windows", "joining_reasons", "joinings", "programme_events"]

PARTS = 1_000_000
MOST_BEFORE = 3  # purchase days in the look-back; more are put together


@dataclass(frozen=True)
class Windows:
    """Windows of equal length around a day: `days` each, at most `before` and `after` of them.

    One more, the look-back, lies between the day and the windows before it.
    """

    days: int = 91
    before: int = 4
    after: int = 4


def joinings(memberships: ir.Table) -> ir.Table:
    """The first joining of every member: customer_id, joined_on (date)."""
    known = memberships.filter(memberships.customer_id.notnull() & memberships.joined_on.notnull())
    return known.group_by("customer_id").aggregate(joined_on=known.joined_on.cast("date").min())


def programme_events(
    days: ir.Table, joined: ir.Table, *, as_of: date, windows: Windows, most: int = 200_000
) -> ir.Table:
    """Joinings, and days on which customers had not joined and did not.

    Parameters
    ----------
    days : ibis.Table
        As `lifecycle.purchase_days` gives them, none after as_of.
    joined : ibis.Table
        As `joinings` gives them.
    as_of : date
    windows : Windows
    most : int
        About as many comparison days of each kind are kept, all those of a random part of the
        customers.

    Returns
    -------
    ibis.Table
        customer_id, index_on, joined_on (the customer's own, empty without), treated, band
        ("purchase" or "other" day, and the purchase days of the look-back, 3 for more), known
        (full windows since the first purchase and before the look-back, 1 to ``before``), followed
        (full windows after, 0 to ``after``). Customers known for less than two windows are left out.
    """
    end = ibis.literal(as_of).cast("date")
    buyers = days.filter(days.place == 1).select("customer_id", "first_on")
    people = buyers.left_join(joined, "customer_id").drop("customer_id_right")
    bought = days.filter(days.place > 1).select("customer_id", index_on=days.bought_on)
    on_day = people.join(bought, "customer_id").mutate(how=ibis.literal("purchase"))
    not_yet = on_day.joined_on.isnull() | (on_day.index_on < on_day.joined_on)
    treated_on = on_day.filter(on_day.index_on == on_day.joined_on).mutate(treated=True)
    events = ibis.union(treated_on, _part(on_day.filter(not_yet), most).mutate(treated=False))
    members = people.filter((people.joined_on > people.first_on) & (people.joined_on <= end))
    off = members.mutate(index_on=members.joined_on, how=ibis.literal("other"), treated=True)
    off = off.anti_join(treated_on, "customer_id")
    months = _months_of(off)
    if len(months):
        others = _part(_random_days(people, months, end), most)
        both = [table.select(*events.columns) for table in (off, others)]
        events = ibis.union(events, *both)
    events = _with_band(events, days, windows)
    known = events.index_on.delta(events.first_on, unit="day") - 1 - windows.days
    followed = end.delta(events.index_on, unit="day") // windows.days
    events = events.mutate(
        known=ibis.least((known // windows.days).cast("int64"), windows.before),
        followed=ibis.least(followed.cast("int64"), windows.after),
    )
    return events.filter(events.known >= 1).drop("first_on")


def _random_days(people, months, end):
    """One day of every month for every customer who had not joined by then."""
    grid = people.cross_join(ibis.memtable(months))
    spread = (grid.customer_id + grid.month.cast("string")).hash().abs() % 28
    day = (grid.month + spread.cast("int64").as_interval("D")).cast("date")
    grid = grid.mutate(index_on=day, how=ibis.literal("other"), treated=False)
    later = grid.joined_on.isnull() | (grid.index_on < grid.joined_on)
    return grid.filter(later & (grid.index_on > grid.first_on) & (grid.index_on <= end))


def _part(rows: ir.Table, most: int) -> ir.Table:
    """All rows of as many customers, drawn by hash, as give about `most` rows."""
    n = int(rows.count().execute())
    if n <= most:
        return rows
    return rows.filter(rows.customer_id.hash().abs() % PARTS < int(PARTS * most / n))


def _months_of(off) -> pd.DataFrame:
    """The months, at most 120, in which customers joined on a day without a purchase."""
    months = off.select(month=off.index_on.truncate("M")).distinct().to_pandas()["month"]
    months = pd.to_datetime(months).sort_values().tail(120)
    return pd.DataFrame({"month": months.dt.date.to_numpy(object)})


def _with_band(events, days, windows):
    """The kind of day and the purchase days of the look-back; silent ones off a purchase day go."""
    near = events.join(days.select("customer_id", "bought_on"), "customer_id")
    back = near.index_on.delta(near.bought_on, unit="day")
    near = near.filter((back >= 1) & (back <= windows.days))
    near = near.group_by("customer_id", "index_on").aggregate(n=near.bought_on.nunique())
    found = events.left_join(near, ["customer_id", "index_on"])
    n = ibis.least(found.n.fill_null(0), MOST_BEFORE)
    found = found.mutate(band=found.how + ibis.literal(" ") + n.cast("string"))
    return found.filter(found.band != "other 0").select(*(set(events.columns) - {"how"}), "band")


def joining_reasons(days: ir.Table, joined: ir.Table, events: ir.Table, *, as_of: date) -> dict:
    """Why members are compared or not: members by reason.

    Returns members (all who joined by as_of), never_bought, with_first (joined on or before their
    first purchase day), compared (in `events` and followed for a window), recent (in `events`, not
    yet followed for one), other (known too shortly, or silent when they joined).
    """
    joined = joined.filter(joined.joined_on <= ibis.literal(as_of).cast("date"))
    firsts = days.filter(days.place == 1).select("customer_id", "first_on")
    people = joined.left_join(firsts, "customer_id").drop("customer_id_right")
    mine = events.filter(events.treated).select("customer_id", "followed")
    people = people.left_join(mine, "customer_id").drop("customer_id_right")
    found = people.aggregate(
        members=people.count(),
        never_bought=people.first_on.isnull().sum(),
        with_first=(people.joined_on <= people.first_on).sum(),
        compared=(people.followed > 0).sum(),
        recent=(people.followed == 0).sum(),
    )
    counts = {name: int(n or 0) for name, n in found.to_pandas().iloc[0].fillna(0).items()}
    counts["other"] = counts["members"] - sum(n for name, n in counts.items() if name != "members")
    return counts
