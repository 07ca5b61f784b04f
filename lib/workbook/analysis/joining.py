"""Who joined a programme when, who could have and did not, and what both bought around that day.

Most join with a purchase, so a joining is set against purchases of customers who had not joined and
did not join then: both were customers on that day, and both purchases are left out. Who joins on
another day is set against days of others who had not joined. Compared are those who bought on as
many days in the window before, the look-back; it decides who is compared and is therefore not
measured. Whoever joins after a silent look-back has shown life by joining, which the silent of the
comparison have not: off a purchase day such joinings are not compared.
"""

from datetime import date

import ibis
import ibis.expr.types as ir

from workbook.analysis.comparison_days import (
    Windows,
    compared_days,
    months_of,
    part_of,
    people_of,
    random_days,
)

__all__ = ["joining_reasons", "joinings", "programme_events"]


def joinings(memberships: ir.Table) -> ir.Table:
    """The first joining of every member: customer_id, joined_on (date)."""
    known = memberships.filter(memberships.customer_id.notnull() & memberships.joined_on.notnull())
    return known.group_by("customer_id").aggregate(joined_on=known.joined_on.cast("date").min())


def programme_events(
    days: ir.Table,
    joined: ir.Table,
    kinds: ir.Table | None = None,
    *,
    as_of: date,
    windows: Windows,
    most: int = 200_000,
) -> ir.Table:
    """Joinings, and days on which customers had not joined and did not.

    Parameters
    ----------
    days : ibis.Table
        As `lifecycle.purchase_days` gives them, none after as_of.
    joined : ibis.Table
        As `joinings` gives them.
    kinds : ibis.Table, optional
        customer_id, kind; see `comparison_days.people_of`.
    as_of : date
    windows : Windows
    most : int
        About as many comparison days of each kind are kept, all those of a random part of the
        customers.

    Returns
    -------
    ibis.Table
        As `comparison_days.compared_days`; joined_on is the customer's own, empty without, and the
        band tells a "purchase" day from an "other".
    """
    end = ibis.literal(as_of).cast("date")
    people = people_of(days, kinds).left_join(joined, "customer_id").drop("customer_id_right")
    bought = days.filter(days.place > 1).select("customer_id", index_on=days.bought_on)
    on_day = people.join(bought, "customer_id").mutate(how=ibis.literal("purchase"))
    not_yet = on_day.joined_on.isnull() | (on_day.index_on < on_day.joined_on)
    treated_on = on_day.filter(on_day.index_on == on_day.joined_on).mutate(treated=True)
    events = ibis.union(treated_on, part_of(on_day.filter(not_yet), most).mutate(treated=False))
    members = people.filter((people.joined_on > people.first_on) & (people.joined_on <= end))
    off = members.mutate(index_on=members.joined_on, how=ibis.literal("other"), treated=True)
    off = off.anti_join(treated_on, "customer_id")
    months = months_of(off)
    if len(months):
        others = random_days(people, months, as_of=as_of, most=most)
        others = others.filter(others.joined_on.isnull() | (others.index_on < others.joined_on))
        others = others.mutate(how=ibis.literal("other"), treated=False)
        both = [table.select(*events.columns) for table in (off, others)]
        events = ibis.union(events, *both)
    return compared_days(events, days, as_of=as_of, windows=windows, silent=False)


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
        never_bought=people.first_on.isnull().sum().fill_null(0),
        with_first=(people.joined_on <= people.first_on).sum().fill_null(0),
        compared=(people.followed > 0).sum().fill_null(0),
        recent=(people.followed == 0).sum().fill_null(0),
    )
    counts = {name: int(n) for name, n in found.to_pandas().iloc[0].items()}
    counts["other"] = counts["members"] - sum(n for name, n in counts.items() if name != "members")
    return counts
