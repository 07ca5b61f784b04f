"""Purchase histories by day, as the orders and the stays in stages that analyses read."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd

from workbook.analysis import lifecycle
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
