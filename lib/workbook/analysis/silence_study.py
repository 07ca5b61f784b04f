"""Churn without a contract, from the client's tables: each step of the study as one call.

Every step takes the base that `buying_base` returns, and gives None when there is none or when the
data do not reach far enough for it; what is missing is then said by the report.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd

from workbook.analysis import (
    inactivity,
    lifecycle,
    next_purchase,
    still_customers,
    warning_signals,
)
from workbook.analysis.cadence import Cadence, population_cadence
from workbook.analysis.customers import purchase_counts
from workbook.analysis.likelihood import Fit
from workbook.analysis.purchase_state import (
    customer_sample,
    purchase_states,
    spent_before,
    window_totals,
)
from workbook.analysis.silence_check import (
    SilenceCheck,
    judged_states,
    silence_check,
)

__all__ = [
    "LOST_BELOW", "Base", "Judged",
    "alive_today", "buying_base", "inactivity_strip", "judged", "next_purchases", "signals",
]  # fmt: skip

LOST_BELOW = 0.02


@dataclass(frozen=True)
class Base:
    """What is known today.

    `states`: every customer with a purchase (`customers.customer_summary` and silence_days);
    `orders`: those of all customers, or of a sample of them where there are very many (`sampled`).
    """

    tables: object
    as_of: date
    orders: object
    sampled: int
    states: pd.DataFrame
    counts: pd.DataFrame
    fit: Fit | None
    cadence: Cadence


@dataclass(frozen=True)
class Judged:
    """Customers at two cuts, and the forecast's check (None without a model)."""

    learned: date
    cut: date
    earlier: pd.DataFrame
    later: pd.DataFrame
    check: SilenceCheck | None


def buying_base(tables, summary) -> Base | None:
    """The base, or None without orders; `summary` is called for the summary of today's customers."""
    if "orders" not in tables:
        return None
    known = tables.orders.select("customer_id", "ordered_at", "amount", "is_return")
    orders = customer_sample(known)
    states = summary().sort_values("customer_id", ignore_index=True)
    states = states.assign(silence_days=states["T_days"] - states["recency_days"])
    counts = purchase_counts(states)
    sampled = int(orders.customer_id.nunique().execute()) if orders is not known else 0
    fit = still_customers.alive_fit(counts)
    return Base(tables, tables.as_of, orders, sampled, states, counts, fit,
                population_cadence(counts))  # fmt: skip


def alive_today(base, *, confidence=0.95) -> dict | None:
    """`still_customers.expected_alive` of all customers."""
    if base is None:
        return None
    return still_customers.expected_alive(base.fit, base.counts, confidence=confidence)


def next_purchases(base, *, confidence=0.95):
    """`next_purchase.purchase_times`."""
    if base is None:
        return None
    days = lifecycle.purchase_days(base.orders)
    return next_purchase.purchase_times(days, as_of=base.as_of, confidence=confidence)


def inactivity_strip(base, *, back_days, confidence=0.95) -> pd.DataFrame | None:
    """`inactivity.inactivity_strip` today and back_days ago."""
    if base is None:
        return None
    then = purchase_states(base.orders, at=base.as_of - timedelta(days=back_days))
    return inactivity.inactivity_strip(
        base.states, then, base.cadence, back_days=back_days, confidence=confidence
    )


def judged(base, *, silent_days, capacity) -> Judged | None:
    """Customers at two cuts, silent_days apart and silent_days before the end of the data.

    None when the data do not reach one more such window back.
    """
    if base is None:
        return None
    cut, learned = (base.as_of - timedelta(days=k * silent_days) for k in (1, 2))
    first_on = pd.Timestamp(base.states["first_on"].min()).date()
    if first_on > learned - timedelta(days=silent_days):
        return None
    frames = [_judged_at(base, day, silent_days) for day in (learned, cut)]
    still_open = max(int((~frames[1]["lost"]).sum()), 1)
    customers = base.sampled or len(base.states)
    top = float(np.clip(capacity / still_open * customers / len(base.states), 0.01, 0.5))
    check = silence_check(*frames, learned=learned, cut=cut, until=base.as_of,
                          silent_days=silent_days, top=top)  # fmt: skip
    return Judged(learned, cut, *frames, check)


def _judged_at(base, day, silent_days):
    states = purchase_states(base.orders, at=day)
    spent = spent_before(base.orders, day, states)
    return judged_states(states, spent, silent_days=silent_days, lost_below=LOST_BELOW)


def signals(base, found, *, silent_days, confidence=0.95) -> pd.DataFrame | None:
    """`warning_signals.judge_signals`: limits from the earlier cut, judged after the later one."""
    if found is None:
        return None
    step, window = warning_signals.STEP_DAYS, silent_days // 2
    looks = [found.cut - timedelta(days=k * step) for k in range(1, window // step + 1)]
    watched = _watched(base, min(found.learned, *looks, found.cut), found.cut, window)
    earlier, later, *before = (
        _signals_at(base, day, silent_days, watched, states)
        for day, states in (
            (found.learned, found.earlier), (found.cut, found.later), *((day, None) for day in looks)
        )
    )  # fmt: skip
    return warning_signals.judge_signals(earlier, later, before=before, confidence=confidence)


def _signals_at(base, day, silent_days, watched, states=None):
    window = silent_days // 2
    if states is None:
        states = purchase_states(base.orders, at=day)
    totals = window_totals(base.orders, at=day, window_days=window)
    more = _measures(watched, day, window)
    return warning_signals.signal_rows(states, totals, silent_days=silent_days, more=more)


def _watched(base, first, last, window):
    """Contacts and answers of the base's customers in the two windows up to each day between two,
    from the tables that are there: pairs of name and rows (customer_id, at, and value to average).
    """
    found, tables = [], base.tables
    for name, table, when, value in (
        ("contact", "events", "occurred_at", None),
        ("contact", "visits", "at", None),
        ("satisfaction", "surveys", "answered_on", "csat"),
        ("satisfaction", "surveys", "answered_on", "nps"),
    ):
        if name == "satisfaction" and name in dict(found):
            continue  # one scale is enough, and two do not add up
        if tables.has(table, "customer_id", when, *filter(None, [value])):
            rows = tables[table]
            chosen = {"value": rows[value]} if value else {}
            rows = rows.select("customer_id", at=rows[when].date(), **chosen)
            rows = rows.filter((rows.at > _edge(first, 2 * window)) & (rows.at <= _edge(last, 0)))
            if base.sampled:
                rows = rows.semi_join(base.orders, "customer_id")
            found.append((name, rows.cache()))
    return found


def _measures(watched, day, window):
    """Contacts counted and answers averaged in two windows, by what is watched."""
    found = {}
    for name, rows in watched:
        rows = rows.filter((rows.at > _edge(day, 2 * window)) & (rows.at <= _edge(day, 0)))
        recent = rows.at > _edge(day, window)
        measures = {
            part: rows.value.mean(where=where) if "value" in rows.columns else where.sum()
            for part, where in (("recent", recent), ("before", ~recent))
        }
        table = rows.group_by("customer_id").aggregate(**measures).to_pandas()
        both = [found[name], table] if name in found else [table]
        found[name] = pd.concat(both).groupby("customer_id", as_index=False).sum(min_count=1)
    return found


def _edge(day, days):
    return ibis.date((day - timedelta(days=days)).isoformat())
