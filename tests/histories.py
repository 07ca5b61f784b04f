"""Purchase histories by day, as the orders and the stays in stages that analyses read."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd

from workbook.analysis import lifecycle, transitions
from workbook.analysis.cadence import Cadence
from workbook.analysis.lifecycle import StageRules

KNOWN = Cadence(0.7, 45.0, "model", 365.0, 1000)
RULES = StageRules()
START = dt.date(2022, 1, 1)


def orders_of(histories):
    """{customer: days after START} as an orders table."""
    rows = [
        (name, dt.datetime.combine(START, dt.time(9)) + dt.timedelta(int(day)))
        for name, days in histories.items()
        for day in days
    ]
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at"])
    return ibis.memtable(frame.assign(amount=5.0, is_return=False))


def spells_of(histories, as_of, cadence=KNOWN):
    days = lifecycle.purchase_days(orders_of(histories))
    end = START + dt.timedelta(as_of)
    return lifecycle.stage_spells(days, cadence, RULES, as_of=end)


def simulated(customers, seed):
    rng = np.random.default_rng(seed)
    rate = rng.gamma(0.9, 1 / 40, customers)
    histories = {}
    for name, often in enumerate(rate):
        days = np.cumsum(np.r_[rng.uniform(0, 200), rng.exponential(1 / often, 60)])
        histories[f"c{name}"] = days[days < min(900, rng.exponential(500))]
    return {name: days for name, days in histories.items() if len(days)}


def drawn_stays(customers, as_of, seed):
    """Stays in stages, as transitions read them, of customers who buy at rates of their own and
    stop; customers are numbered, so that `chosen` can take groups of them."""
    rng = np.random.default_rng(seed)
    start = rng.integers(0, 300, customers)
    rate = rng.gamma(1.2, 1 / 40, customers)
    stop = start + rng.exponential(400, customers)
    gaps = rng.exponential(1 / rate[:, None], (customers, 60))
    day = start[:, None] + np.c_[np.zeros(customers), gaps.cumsum(axis=1)]
    kept = day < np.minimum(stop, as_of)[:, None]
    who, _ = np.nonzero(kept)
    bought = pd.Timestamp(START) + pd.to_timedelta(day[kept].astype(int), unit="D")
    rows = pd.DataFrame({"customer_id": [f"{c:06d}" for c in who], "ordered_at": bought})
    days = lifecycle.purchase_days(ibis.memtable(rows.assign(amount=5.0, is_return=False)))
    cadence = Cadence(1.2, 40.0, "model", 365.0, customers)
    end = START + dt.timedelta(as_of)
    spells = lifecycle.stage_spells(days, cadence, RULES, as_of=end)
    stays = transitions.encoded_spells(spells, sample=10**9)
    names = np.unique(who)
    return stays.assign(customer=names[stays["customer"]])


def chosen(stays, first, end=None):
    """The stays of customers from number `first` to before `end`, each customer a block."""
    stop = np.inf if end is None else end
    part = stays[(stays["customer"] >= first) & (stays["customer"] < stop)]
    customer = pd.factorize(part["customer"])[0]
    return part.assign(customer=customer, block=customer).reset_index(drop=True)
