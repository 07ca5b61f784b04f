"""A made-up firm for monitoring: purchases at steady rates, and actions with a known effect."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd

AS_OF = dt.date(2025, 12, 31)
FIRST = dt.date(2023, 1, 1)
DAYS = (AS_OF - FIRST).days + 1


class Books(dict):
    """Frames that answer as the intake's `Tables` do."""

    as_of = AS_OF

    def __getitem__(self, name):
        opened = self.__dict__.setdefault("opened", {})
        if name not in opened:
            opened[name] = ibis.memtable(dict.__getitem__(self, name))
        return opened[name]

    def has(self, name, *columns):
        return name in self and set(columns) <= set(dict.__getitem__(self, name).columns)


def orders(customers=600, seed=0, per_year=2.0, growth=None):
    """Orders at a constant rate of each customer; `growth` {day number: factor on later rates}."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(2.0, per_year / 2, customers) / 365
    who = np.repeat(np.arange(customers), rng.poisson(rate * DAYS))
    day = rng.integers(0, DAYS, len(who))
    for start, factor in (growth or {}).items():
        kept = (day < start) | (rng.random(len(who)) < factor)
        who, day = who[kept], day[kept]
    return table(who, day, rng)


def table(who, day, rng):
    return pd.DataFrame(
        {
            "customer_id": [f"C{n:06d}" for n in who],
            "ordered_at": pd.Timestamp(FIRST) + pd.to_timedelta(day, unit="D"),
            "amount": np.round(rng.gamma(4.0, 25.0, len(who)), 2),
            "is_return": False,
            "category": np.where(rng.random(len(who)) < 0.6, "tea", "coffee"),
        }
    )


def action(customers, start, *, name="A1", treated=0.5, extra=0.0, window=60, seed=1, **columns):
    """Rows of the actions table, and the orders that the action brought."""
    rng = np.random.default_rng(seed)
    who = np.asarray(customers)
    arm = np.where(rng.random(len(who)) < treated, "treatment", "control")
    rows = pd.DataFrame(
        {
            "action_id": name, "kind": "Call", "customer_id": [f"C{n:06d}" for n in who],
            "arm": arm, "randomised": True, "started_on": pd.Timestamp(start),
            "metric": "purchase_days", "window_days": window, "expected": 0.05,
            "cost": np.where(arm == "treatment", 3.0, 0.0), "owner": "S1", "status": "done",
        }
        | columns
    )  # fmt: skip
    bought = who[(arm == "treatment") & (rng.random(len(who)) < extra)]
    day = (start - FIRST).days + rng.integers(0, window, len(bought))
    return rows, table(bought, day, rng)


def firm(customers=600, seed=0, **more):
    """Orders with an action that brings one purchase to three in ten of those treated."""
    base = orders(customers, seed)
    rows, extra = action(np.arange(0, customers, 2), dt.date(2025, 3, 1), extra=0.3)
    found = {"orders": pd.concat([base, extra], ignore_index=True), "actions": rows}
    return found | more
