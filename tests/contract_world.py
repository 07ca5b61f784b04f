"""Contracts whose pace of leaving, reasons and recording are known."""

import numpy as np
import pandas as pd

AS_OF = pd.Timestamp("2024-12-31")
#: Share of leavers by reason.
REASONS = {"price": 0.3, "service": 0.2, "moved": 0.5}
#: Mean months of the reference plan.
MEAN = 20.0


def simulated_contracts(n, seed, *, log_ratio=0.0, observed_from=None, unknown=0.0):
    """Contracts that started over six years and end at a constant pace.

    ``log_ratio`` is the log hazard ratio of the plan "monthly" against "yearly". With
    ``observed_from``, contracts that ended before that day are not in the table.
    """
    rng = np.random.default_rng(seed)
    started = AS_OF - pd.to_timedelta(rng.integers(1, 6 * 365, n), unit="D")
    plan = np.where(rng.random(n) < 0.5, "monthly", "yearly")
    pace = np.exp(log_ratio * (plan == "monthly")) / MEAN
    days = np.ceil(rng.exponential(1 / pace) * 30.4375)
    ended = pd.Series(started + pd.to_timedelta(days, unit="D"))
    reason = pd.Series(rng.choice(list(REASONS), n, p=list(REASONS.values()))).astype(object)
    reason[rng.random(n) < unknown] = None
    table = pd.DataFrame(
        {
            "contract_id": [f"k{i}" for i in range(n)],
            "customer_id": [f"c{i}" for i in range(n)],
            "started_on": started,
            "ended_on": ended.where(ended <= AS_OF),
            "end_reason": reason.where(ended <= AS_OF, None),
            "plan": plan,
            "region": rng.choice(["north", "south", "west"], n),
            "age": rng.normal(40, 10, n).round(),
            "value": rng.lognormal(3, 0.5, n).round(2),
        }
    )
    if observed_from is not None:
        gone = table["ended_on"] < pd.Timestamp(observed_from)
        table = table[~gone].reset_index(drop=True)
    return table


def changing_contracts(n, seed):
    """A promotion whose buyers leave fast in the first six months, and slowly later."""
    rng = np.random.default_rng(seed)
    promo = rng.random(n) < 0.5
    early, late = np.where(promo, 0.15, 0.04), np.where(promo, 0.02, 0.04)
    life = rng.exponential(size=n)
    months = np.where(life < 6 * early, life / early, 6 + (life - 6 * early) / late)
    started = AS_OF - pd.to_timedelta(rng.integers(1, 6 * 365, n), unit="D")
    ended = pd.Series(started + pd.to_timedelta(np.ceil(months * 30.4), unit="D"))
    return pd.DataFrame(
        {
            "contract_id": np.arange(n),
            "customer_id": np.arange(n),
            "started_on": started,
            "ended_on": ended.where(ended <= AS_OF),
            "trait_promo": np.where(promo, "promo", "none"),
            "measure_age": rng.normal(40, 10, n),
        }
    )
