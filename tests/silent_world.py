"""Simulated buyers without a contract, as the analyses of silence read them."""

import datetime as dt

import numpy as np
import pandas as pd

from histories import START, orders_of
from workbook.analysis import silence_study
from workbook.analysis.customers import customer_summary

TRUTH = {"r": 0.9, "alpha": 6.0, "a": 0.8, "b": 2.5}


class OrderTables:
    """Orders, and no other table, as `intake.tables.Tables` offers them."""

    def __init__(self, orders, as_of, *, orphans=0, **more):
        self.orders, self.as_of = orders, as_of
        self.more = {"orders": orders} | more
        self.ledger = pd.DataFrame(
            {"table": ["orders"], "rule": ["no_customer"], "rows": [orphans]}
        )

    def __contains__(self, name):
        return name in self.more

    def __getitem__(self, name):
        return self.more[name]

    def has(self, name, *columns):
        return name in self and set(columns) <= set(self[name].columns)


def base_of(histories, *, as_of_day, **more):
    """The study's base of {customer: days after START}, seen on a day."""
    orders = orders_of(histories)
    as_of = START + dt.timedelta(days=int(as_of_day))
    tables = OrderTables(orders, as_of, **more)
    return silence_study.buying_base(
        tables, lambda: customer_summary(orders, as_of=as_of).execute()
    )


def buyers(n, *, days, seed, dropout=True):
    """{customer: purchase days}: rates Gamma(r, alpha) a week, first purchase in the first third."""
    rng = np.random.default_rng(seed)
    rates = rng.gamma(TRUTH["r"], 1 / TRUTH["alpha"], n) / 7
    stops = rng.beta(TRUTH["a"], TRUTH["b"], n) if dropout else np.zeros(n)
    found = {}
    for place in range(n):
        day, bought = float(rng.integers(days // 3)), []
        while day <= days:
            bought.append(int(day))
            if rng.random() < stops[place]:
                break
            day += 1 + rng.exponential(1 / max(rates[place], 1e-4))
        found[f"c{place:05d}"] = bought
    return found
