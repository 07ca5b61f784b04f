"""The stage of every customer at any date, from what was known on that date.

A customer moves by buying (first purchase, repeat, loyal, won back) and by staying silent longer
than the own cadence lets expect (dormant, then lost). Each purchase fixes the days on which its
silence would become surprising, so every stage follows from data up to its own date.
"""

from dataclasses import dataclass
from datetime import date
from math import log

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbook.analysis.blocks import key_of
from workbook.analysis.cadence import Cadence, first_limit

__all__ = [
    "ACTIVE", "STAGES", "StageRules",
    "monthly_flows", "moves_by_month", "potential_customers", "purchase_days", "stage_counts", "stage_spells",
    "stages_today",
]  # fmt: skip

#: In the order of a life.
STAGES = ("potential", "first_purchase", "repeat", "loyal", "dormant", "lost", "won_back")
#: Stages of customers whose silence is not surprising.
ACTIVE = ("first_purchase", "repeat", "loyal", "won_back")
LONGEST = 36_500  # days; keeps a limit inside the calendar


@dataclass(frozen=True)
class StageRules:
    """Where one stage ends and the next begins.

    `loyal_from`: purchase days that make a customer loyal. `dormant_below`, `lost_below`: a
    silence is dormant, then lost, when P(gap >= silence) falls below it.
    """

    loyal_from: int = 4
    dormant_below: float = 0.10
    lost_below: float = 0.02

    def __post_init__(self):
        if self.loyal_from < 3:
            raise ValueError("loyal_from must be 3 or more: with 2 nobody would be a repeat buyer")
        if not 0 < self.lost_below < self.dormant_below < 1:
            raise ValueError("lost_below must lie below dormant_below, both between 0 and 1")


def purchase_days(orders: ir.Table) -> ir.Table:
    """The days on which each customer bought, each with its neighbours.

    A purchase day has at least one line that is not a return. `orders` needs customer_id,
    ordered_at, amount and is_return. Returns customer_id, bought_on, amount (positive amounts of
    the day), place (1, 2, ...), first_on, previous_on, before_on (the one before previous_on),
    next_on; empty where there is none. Several questions start here, so cache it.
    """
    bought = orders.filter(~orders.is_return)
    days = bought.group_by("customer_id", bought_on=bought.ordered_at.date()).aggregate(
        amount=ibis.greatest(bought.amount, 0.0).sum()
    )
    days = days.mutate(who=key_of(days.customer_id))
    of_customer = ibis.window(group_by="who", order_by="bought_on")
    return days.mutate(
        place=ibis.row_number().over(of_customer) + 1,
        first_on=days.bought_on.first().over(of_customer),
        previous_on=days.bought_on.lag().over(of_customer),
        before_on=days.bought_on.lag(2).over(of_customer),
        next_on=days.bought_on.lead().over(of_customer),
    ).drop("who")


def stage_spells(days: ir.Table, cadence: Cadence, rules: StageRules, *, as_of: date) -> ir.Table:
    """Every stay of a customer in a stage.

    Parameters
    ----------
    days : ibis.Table
        As `purchase_days` gives it, none after as_of.
    as_of : date
        Last day observed.

    Returns
    -------
    ibis.Table
        customer_id, stage, previous (stage before, empty for the first), start_on, end_on (first
        day of what follows; empty while it lasts). A stay begins anew with each purchase:
        ``stage == previous`` marks a purchase that changed nothing.
    """
    dormant, lost = _limits(days.place, days.first_on, days.bought_on, cadence, rules)
    silent, gone = _limits(days.place - 1, days.first_on, days.previous_on, cadence, rules)
    _, once_gone = _limits(days.place - 2, days.first_on, days.before_on, cadence, rules)
    gap = days.bought_on.delta(days.previous_on, unit="day")
    gap_before = days.previous_on.delta(days.before_on, unit="day")
    was_lost = (gap > gone).fill_null(False)
    was_dormant = (gap > silent).fill_null(False)
    came_back = (gap_before > once_gone).fill_null(False)
    # kept once: three parts read it, and the engine would work out its formulas for each of them
    visits = days.select(
        "customer_id",
        "bought_on",
        "next_on",
        dormant_on=(days.bought_on + dormant.as_interval("D")).cast("date"),
        lost_on=(days.bought_on + lost.as_interval("D")).cast("date"),
        stage=_bought_stage(days.place, was_lost, rules),
        previous=ibis.cases(
            (days.place == 1, ibis.null("string")),
            (was_lost, "lost"),
            (was_dormant, "dormant"),
            else_=_bought_stage(days.place - 1, came_back, rules),
        ),
    ).cache()
    after = ibis.literal(as_of).cast("date") + ibis.interval(days=1)
    stop = visits.next_on.fill_null(after.cast("date"))
    silent = visits.dormant_on < stop
    gone = visits.lost_on < stop
    bought = visits.select(
        "customer_id",
        "stage",
        "previous",
        start_on=visits.bought_on,
        end_on=ibis.ifelse(silent, visits.dormant_on, visits.next_on),
    )
    dormant = visits.filter(silent).select(
        "customer_id",
        stage=ibis.literal("dormant"),
        previous=visits.stage,
        start_on=visits.dormant_on,
        end_on=ibis.ifelse(gone, visits.lost_on, visits.next_on),
    )
    lost = visits.filter(gone).select(
        "customer_id",
        stage=ibis.literal("lost"),
        previous=ibis.literal("dormant"),
        start_on=visits.lost_on,
        end_on=visits.next_on,
    )
    return ibis.union(bought, dormant, lost)


def _limits(place, first_on, bought_on, cadence, rules):
    """Days from purchase number `place` to dormancy and to loss, if none follows."""
    since = bought_on.delta(first_on, unit="day").cast("float64")
    # place 1 takes the other branch; the greatest keeps the formula inside its domain
    repeats = ibis.greatest(place - 1, 1).cast("float64")
    limits = []
    for later, surprise in enumerate((rules.dormant_below, rules.lost_below)):
        if cadence.basis == "none":
            limit = ibis.literal(float(LONGEST))
        else:
            # as `cadence.silence_limit`: the exponential costs the engine half of a power
            own = (cadence.alpha + since) * ((-log(surprise) / (cadence.r + repeats)).exp() - 1)
            limit = ibis.ifelse(place == 1, first_limit(cadence, surprise), own)
        # lost at least a day after dormant, so that nobody is both on one day
        limits.append(ibis.least(limit, float(LONGEST)).floor().cast("int64") + 1 + later)
    return limits


def _bought_stage(place, was_lost, rules):
    return ibis.cases(
        (was_lost, "won_back"),
        (place == 1, "first_purchase"),
        (place >= rules.loyal_from, "loyal"),
        else_="repeat",
    )


def stages_today(spells: ir.Table) -> ir.Table:
    """Stage of every customer on the last day: customer_id, stage, previous, start_on."""
    return spells.filter(spells.end_on.isnull()).drop("end_on")


def potential_customers(customers: ir.Table, days: ir.Table, *, as_of: date) -> ir.Table:
    """Customers known up to `as_of` who have never bought: customer_id.

    A customer is known from lead_on, first_contact_on or joined_on; without any of them, always.
    """
    known = customers
    for column in ("lead_on", "first_contact_on", "joined_on"):
        if column in customers.columns:
            known = known.filter(known[column].isnull() | (known[column] <= ibis.date(str(as_of))))
    return known.select("customer_id").distinct().anti_join(days, "customer_id")


def stage_counts(today: ir.Table, *, potential: int | None = None) -> pd.DataFrame:
    """Customers per stage, every stage named: stage, customers (None: cannot be known), share.

    `share` is of the customers who have bought.
    """
    found = today.group_by("stage").aggregate(customers=today.count()).to_pandas()
    counts = found.set_index("stage")["customers"].reindex(STAGES[1:], fill_value=0)
    table = pd.DataFrame({"stage": STAGES, "customers": [potential, *counts.astype(int)]})
    table["customers"] = table["customers"].astype("Int64")
    table["share"] = [None, *(counts / max(counts.sum(), 1))]
    return table


def monthly_flows(spells: ir.Table, *, first: date, as_of: date) -> pd.DataFrame:
    """Moves between stages by month: month (first day), previous, stage, customers, complete.

    Purchases that change no stage are left out; `previous` is "new" for a first purchase. A month
    is complete when both its first and its last day are observed, `first` being the first day of
    the data.
    """
    moved = spells.filter(spells.previous.isnull() | (spells.previous != spells.stage))
    moved = moved.mutate(
        month=moved.start_on.truncate("M"), previous=moved.previous.fill_null("new")
    )
    flows = moved.group_by("month", "previous", "stage").aggregate(customers=moved.count())
    table = flows.order_by("month", "previous", "stage").to_pandas()
    month = pd.to_datetime(table["month"])
    table["month"] = month
    table["complete"] = (month + pd.offsets.MonthEnd(0) <= pd.Timestamp(as_of)) & (
        month >= pd.Timestamp(first)
    )
    return table


def moves_by_month(flows: pd.DataFrame, moves: dict, *, as_of: date) -> pd.DataFrame:
    """Customers per kind of move and month: month, complete, one column per move; gaps are 0.

    `flows` is `monthly_flows`; `moves` {name: [(previous, stage), ...]}.
    """
    columns = ["month", "complete", *moves]
    if not len(flows):
        return pd.DataFrame(columns=columns)
    pairs = pd.MultiIndex.from_frame(flows[["previous", "stage"]])
    last = pd.Timestamp(as_of).to_period("M").to_timestamp()
    months = pd.date_range(flows["month"].min(), last, freq="MS")
    table = pd.DataFrame({"month": months})
    for name, kinds in moves.items():
        sums = flows[pairs.isin(kinds)].groupby("month")["customers"].sum()
        table[name] = sums.reindex(months, fill_value=0).to_numpy()
    whole = flows.groupby("month")["complete"].first().reindex(months)
    over = pd.Series(months + pd.offsets.MonthEnd(0) <= pd.Timestamp(as_of), index=months)
    table["complete"] = whole.where(whole.notna(), over).astype(bool).to_numpy()
    return table[columns]
