"""Measures of purchases, deliveries, returns, contracts and payments, watched for problems."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbook.analysis.watched import BUCKET, Clock, People, Watched, coded

__all__ = ["contract_measures", "order_measures", "payment_measure", "repeat_purchases",
           "return_measure"]  # fmt: skip

LATEST_DELIVERY = 3  # weeks after which what has not arrived is not waited for
LATEST_RETURN = 6
COHORT = 12  # weeks of first purchases that are put together
MOST_DAYS_LATE = 60


def made(name, form, worse, people, who, week, above, *, below=None, stratum=None, plain=None, extra=(),
         last,
         **options) -> Watched | None:  # fmt: skip
    """A measure whose rows have the traits of their customers and columns of their own.

    `extra` is a list of (column, values per row).
    """
    week = np.asarray(week)
    kept = (week >= 0) & (week <= last)
    if not kept.any():
        return None
    who = np.asarray(who)[kept]
    codes = {c: np.where(who >= 0, code[who], -1) for c, code in people.codes.items()}
    labels = dict(people.labels)
    for column, values in extra:
        found = coded(np.asarray(values, dtype=object)[kept])
        if found is not None:
            codes[column], labels[column] = found
    n = len(who)
    block = np.where(who >= 0, people.block[who], np.arange(n) % 100)
    stratum = np.zeros(n, dtype=np.int64) if stratum is None else np.asarray(stratum)[kept]
    if plain is not None:
        plain = np.asarray(plain)[kept]
    return Watched(
        name, form, worse, who, week[kept].astype(np.int64), np.asarray(above, float)[kept],
        np.ones(n) if below is None else np.asarray(below, float)[kept], stratum, codes, labels,
        block.astype(np.int64), last_week=last, plain=plain, **options,
    )  # fmt: skip


def _strata(people, column="type"):
    """Group of each customer: kinds of customers are compared with their like."""
    code = people.codes.get(column)
    return np.zeros(len(people.ids), np.int64) if code is None else code.astype(np.int64) + 1


def order_measures(orders: pd.DataFrame, people: People, clock: Clock) -> dict[str, Watched]:
    """Purchases, their value, where they are made, how long they take, and new customers.

    Parameters
    ----------
    orders : pandas.DataFrame
        One row per purchase: who (place in people), on (datetime64), amount, and where known channel,
        store, delivered_on; sorted by who and on.
    """
    last = clock.weeks - 1
    who, week = orders["who"].to_numpy(), clock.week(orders["on"])
    kind = _strata(people)
    new = ~orders.duplicated("who").to_numpy()
    found = {}
    found["new_customers"] = made(
        "new_customers", "part", -1, people, who[new], week[new], np.ones(new.sum()), last=last,
        counted=True,
    )  # fmt: skip
    found["purchases"] = repeat_purchases(orders, people, clock)
    if "channel" in orders:
        extra = [(c, orders[c].to_numpy()[~new]) for c in ("channel", "store") if c in orders]
        found["channel_purchases"] = made(
            "channel_purchases", "part", -1, people, who[~new], week[~new], np.ones((~new).sum()),
            stratum=kind[who[~new]], extra=extra, last=last,
            counted=True,
        )  # fmt: skip
    paid = orders["amount"].to_numpy(float) > 0
    extra = [(c, orders[c].to_numpy()[paid]) for c in ("channel",) if c in orders]
    found["order_value"] = made(
        "order_value", "mean", -1, people, who[paid], week[paid],
        np.log(orders["amount"].to_numpy(float)[paid]), stratum=kind[who[paid]], extra=extra, last=last, slow=True,
    )  # fmt: skip
    if "delivered_on" in orders:
        days = (orders["delivered_on"] - orders["on"]).dt.days.to_numpy(float)
        there = np.isfinite(days) & (days >= 0) & (days <= 365)
        extra = [(c, orders[c].to_numpy()[there]) for c in ("channel", "store") if c in orders]
        found["delivery_days"] = made(
            "delivery_days", "ratio", 1, people, who[there], week[there], days[there],
            extra=extra, last=last - LATEST_DELIVERY,
        )  # fmt: skip
    return {name: watched for name, watched in found.items() if watched is not None}


def repeat_purchases(
    orders: pd.DataFrame, people: People, clock: Clock, *, leave_out=None
) -> Watched | None:
    """Purchases after the first, of customers in each four weeks since their first.

    Rows of `orders` in `leave_out` (bool) are not counted, as if nobody expected them.
    """
    who, week = orders["who"].to_numpy(), clock.week(orders["on"])
    new, kind = ~orders.duplicated("who").to_numpy(), _strata(people)
    counted = ~new if leave_out is None else ~new & ~leave_out
    start = np.full(len(people.ids), clock.weeks)
    start[who[new]] = week[new]
    ends = clock.weeks - BUCKET * np.arange(clock.weeks // BUCKET)[::-1] - 1
    begins = ends - BUCKET + 1
    known = np.flatnonzero(start < clock.weeks)
    if not len(known) or not len(begins):
        return None
    span = (ends[None] - np.maximum(start[known, None], begins[None]) + 1).clip(0, BUCKET)
    row, column = np.nonzero(span > 0)
    again = counted & (week >= begins[0])
    index = np.full(len(people.ids), -1)
    index[known] = np.arange(len(known))
    bought = np.bincount(
        index[who[again]] * len(begins) + (week[again] - begins[0]) // BUCKET,
        minlength=len(known) * len(begins),
    ).reshape(len(known), len(begins))  # fmt: skip
    holder = known[row]
    cohort = np.maximum(start[holder], 0) // COHORT
    return made(
        "purchases", "ratio", -1, people, holder, begins[column], bought[row, column],
        below=span[row, column], stratum=kind[holder] * (clock.weeks // COHORT + 1) + cohort,
        plain=cohort, last=clock.weeks - 1, counted=True, slow=True,
    )  # fmt: skip


def return_measure(lines: pd.DataFrame, people: People, clock: Clock) -> Watched | None:
    """Share of lines sold that came back.

    `lines`: who, on, returned (0 or 1), and where known channel, category, product, brand.
    """
    extra = [(c, lines[c]) for c in ("channel", "category", "product", "brand") if c in lines]
    return made(
        "returns", "ratio", 1, people, lines["who"], clock.week(lines["on"]), lines["returned"],
        extra=extra, last=clock.weeks - 1 - LATEST_RETURN, counted=True,
    )  # fmt: skip


def contract_measures(contracts: pd.DataFrame, people: People, clock: Clock) -> Watched | None:
    """Contracts that end for good, per contract running in each four weeks.

    `contracts`: who, started_on, until (last day it ran, NaT while running), lost (bool), product
    where known.
    """
    ends = clock.weeks - BUCKET * np.arange(clock.weeks // BUCKET)[::-1] - 1
    begins = ends - BUCKET + 1
    start = clock.week(contracts["started_on"])
    over = contracts["until"].notna().to_numpy()
    until = np.full(len(contracts), clock.weeks)
    until[over] = clock.week(contracts["until"][over])
    span = (np.minimum(until[:, None], ends) - np.maximum(start[:, None], begins) + 1).clip(
        0, BUCKET
    )
    row, column = np.nonzero(span > 0)
    lost = contracts["lost"].to_numpy(bool)[row]
    gone = lost & (until[row] >= begins[column]) & (until[row] <= ends[column])
    extra = [("product", contracts["product"].to_numpy()[row])] if "product" in contracts else []
    return made(
        "contract_ends", "ratio", 1, people, contracts["who"].to_numpy()[row], begins[column], gone,
        below=span[row, column], extra=extra, last=clock.weeks - 1, counted=True,
    )  # fmt: skip


def payment_measure(invoices: pd.DataFrame, people: People, clock: Clock) -> Watched | None:
    """Days from due date to payment, at most 60, of invoices that fell due so long ago.

    `invoices`: who, due_on, paid_on (NaT: not paid).
    """
    due, paid = invoices["due_on"], invoices["paid_on"]
    late = (paid - due).dt.days.fillna(MOST_DAYS_LATE).clip(-30, MOST_DAYS_LATE)
    return made(
        "days_late", "mean", 1, people, invoices["who"], clock.week(due), late,
        last=clock.weeks - 1 - -(-MOST_DAYS_LATE // 7),
    )  # fmt: skip
