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
    expected_loss,
    inactivity,
    leaver_traits,
    lifecycle,
    next_purchase,
    still_customers,
    warning_signals,
)
from workbook.analysis.cadence import Cadence, population_cadence, silence_surprise
from workbook.analysis.customers import purchase_counts
from workbook.analysis.likelihood import Fit
from workbook.analysis.profiles import customer_cuts
from workbook.analysis.purchase_state import customer_sample, purchase_states, window_totals
from workbook.analysis.rfm import rfm_scores
from workbook.analysis.silence_check import (
    SilenceCheck,
    calibrated,
    judged_states,
    silence_check,
)

__all__ = [
    "Base", "Judged", "Leavers", "Losses",
    "alive_today", "buying_base", "inactivity_strip", "judged", "leavers", "losses",
    "next_purchases", "signals",
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


@dataclass(frozen=True)
class Losses:
    """`totals` by group (open: not lost; lost), `values` per customer not lost, `ranked`: the
    at-risk list, `order`: the column it is ranked by, `close`: `leaver_traits.closeness`."""

    totals: pd.DataFrame
    values: pd.DataFrame
    ranked: pd.DataFrame
    order: str
    close: pd.DataFrame


@dataclass(frozen=True)
class Leavers:
    """`groups`: {cut: `leaver_traits.leaving_by_group`}; `unknown`: {cut: customers without it};
    `traits`: `trait_differences`; `orphans`: `unknown_bounds`; `won_back`: `won_back`."""

    customers: int
    leavers: int
    groups: dict
    unknown: dict
    traits: pd.DataFrame
    orphans: dict
    won_back: dict


def buying_base(tables, summary) -> Base | None:
    """The base, or None without orders; `summary` is called for the summary of today's customers."""
    if "orders" not in tables:
        return None
    orders = customer_sample(tables.orders)
    states = summary().sort_values("customer_id", ignore_index=True)
    states = states.assign(silence_days=states["T_days"] - states["recency_days"])
    counts = purchase_counts(states)
    sampled = int(orders.customer_id.nunique().execute()) if orders is not tables.orders else 0
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
    spent = _spent(base.orders, day, states)
    return judged_states(states, spent, silent_days=silent_days, lost_below=LOST_BELOW)


def _spent(orders, day, states, days=365):
    """Money in the days up to `day`, in the order of the states."""
    totals = window_totals(orders, at=day, window_days=days).set_index("customer_id")
    return totals["amount_recent"].reindex(states["customer_id"]).fillna(0.0).to_numpy()


def signals(base, found, *, silent_days, confidence=0.95) -> pd.DataFrame | None:
    """`warning_signals.judge_signals`: limits from the earlier cut, judged after the later one."""
    if found is None:
        return None
    sets = []
    for day, states in ((found.learned, found.earlier), (found.cut, found.later)):
        window = silent_days // 2
        totals = window_totals(base.orders, at=day, window_days=window)
        more = _measures(base.tables, day, window)
        sets.append(warning_signals.signal_rows(states, totals, silent_days=silent_days, more=more))
    return warning_signals.judge_signals(*sets, confidence=confidence)


def _measures(tables, day, window):
    """Contacts counted and answers averaged in two windows, from the tables that are there."""
    found = {}
    for name, table, when, value in (
        ("contact", "events", "occurred_at", None),
        ("contact", "visits", "at", None),
        ("satisfaction", "surveys", "answered_on", "nps"),
        ("satisfaction", "surveys", "answered_on", "csat"),
    ):
        if tables.has(table, "customer_id", when, *filter(None, [value])):
            rows = tables[table]
            at = rows[when].date()
            edges = [ibis.date((day - timedelta(days=k * window)).isoformat()) for k in (0, 1, 2)]
            rows = rows.filter((at > edges[2]) & (at <= edges[0]))
            recent = rows[when].date() > edges[1]
            measures = {
                part: rows[value].mean(where=where) if value else where.sum()
                for part, where in (("recent", recent), ("before", ~recent))
            }
            found[name] = rows.group_by("customer_id").aggregate(**measures).to_pandas()
    return found


def losses(base, found, *, silent_days, horizon_months, capacity, save_rate, contact_cost,
           confidence=0.95) -> Losses | None:  # fmt: skip
    """Expected loss today and the at-risk list; None without a model."""
    if base is None or base.fit is None:
        return None
    values = expected_loss.stay_values(base.fit, base.states, horizon_months=horizon_months)
    surprise = silence_surprise(base.cadence, base.states["frequency"], base.states["recency_days"],
                                base.states["silence_days"])  # fmt: skip
    lost = surprise < LOST_BELOW
    totals = expected_loss.loss_totals(
        base.fit, values, base.states, np.where(lost, "lost", "open"),
        horizon_months=horizon_months, confidence=confidence,
    )  # fmt: skip
    check = found.check if found is not None else None
    raw = still_customers.silent_for(base.fit, base.states, silent_days)
    states = base.states
    values = values.assign(
        last_on=states["last_on"], purchase_days=states["purchase_days"], raw=raw,
        silent_chance=raw if check is None else calibrated(raw, check.correction_now),
        silence=states["silence_days"].astype(float),
        alive=still_customers.alive_now(base.fit, states),
        past_spend=_spent(base.tables.orders, base.as_of, states),
    )[~lost].reset_index(drop=True)  # fmt: skip
    values["at_stake"] = values["silent_chance"] * values["stay"]
    order = "at_stake" if check is None or check.ranks_better else check.rival
    ranked = expected_loss.at_risk_list(
        values, capacity=capacity, save_rate=save_rate, contact_cost=contact_cost, order=order
    )
    close = leaver_traits.closeness(
        values["purchase_days"], values["silent_chance"], values["past_spend"], values["loss"]
    )
    return Losses(totals, values, ranked, order, close)


def leavers(base, found, *, confidence=0.95) -> Leavers | None:
    """Who bought nothing after the later cut, of the customers not lost on it."""
    if found is None or not (~found.later["lost"]).any():
        return None
    later = found.later
    rows = later[~later["lost"]].reset_index(drop=True)
    labels = {"stage": rows["stage"], "segment": _segments(later).reindex(rows["customer_id"])}
    cuts = _traits(base, rows["customer_id"])
    labels |= {name: cuts[name] for name in cuts}
    groups = {
        name: leaver_traits.leaving_by_group(rows["leaves"], column, confidence=confidence)
        for name, column in labels.items()
    }
    numbers = pd.DataFrame(
        {
            "purchase_days": rows["purchase_days"],
            "silence_days": rows["silence_days"],
            "T_days": rows["T_days"],
            "past_spend": rows["past_spend"],
            "amount_per_day": rows["gross_amount"] / rows["purchase_days"],
        }
    )
    traits = leaver_traits.trait_differences(rows["leaves"], numbers, cuts, confidence=confidence)
    spent = _spent(base.orders, base.as_of, later, days=(base.as_of - found.cut).days)
    ledger = base.tables.ledger
    orphans = ledger.loc[(ledger["table"] == "orders") & (ledger["rule"] == "no_customer"), "rows"]
    return Leavers(
        len(rows), int(rows["leaves"].sum()), groups,
        {name: int(pd.isna(column).sum()) for name, column in labels.items()},
        traits,
        leaver_traits.unknown_bounds(int(rows["leaves"].sum()), len(rows), int(orphans.sum())),
        leaver_traits.won_back(later["lost"], ~later["leaves"], spent,
                               confidence=confidence),
    )  # fmt: skip


def _segments(states):
    scores = rfm_scores(states)
    return (
        scores.set_index("customer_id")["segment"] if "customer_id" in scores else scores["segment"]
    )


def _traits(base, customers):
    """Classes stated in the customers table, for these customers."""
    if "customers" not in base.tables:
        return pd.DataFrame(index=range(len(customers)))
    known = base.tables["customers"].semi_join(
        ibis.memtable(pd.DataFrame({"customer_id": customers})), "customer_id"
    )
    cuts = customer_cuts(known.to_pandas(), as_of=base.as_of)
    return cuts.reindex(customers).reset_index(drop=True)
