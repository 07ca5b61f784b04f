"""Simulated shops whose customers buy at rates of their own and stop at a known pace."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd

from workbook.analysis import cadence, lifecycle
from workbook.analysis.customers import customer_summary
from workbook.analysis.lifecycle import StageRules
from workbook.analysis.stage_members import amount_before_silence, stage_members

FIRST, YEARS = dt.date(2021, 1, 1), 4
END = FIRST + dt.timedelta(365 * YEARS)


def order_lines(customers, seed, *, stay_days=500.0, worse_from=None):
    """Order lines of four years; from day `worse_from` on customers stop three times as fast."""
    rng = np.random.default_rng(seed)
    start = rng.uniform(0, 365 * YEARS, customers)
    rate = rng.gamma(0.9, 1 / 40, customers)
    stay = rng.exponential(stay_days, customers)
    if worse_from is not None:
        calm = np.maximum(worse_from - start, 0)
        stay = np.where(stay > calm, calm + (stay - calm) / 3, stay)
    gaps = rng.exponential(1 / rate[:, None], (customers, 80))
    day = start[:, None] + np.c_[np.zeros(customers), gaps.cumsum(axis=1)]
    kept = day < np.minimum(start + stay, 365 * YEARS)[:, None]
    who, _ = np.nonzero(kept)
    when = pd.Timestamp(FIRST) + pd.to_timedelta(day[kept].astype(int), unit="D")
    lines = pd.DataFrame({"customer_id": [f"c{c:05d}" for c in who], "ordered_at": when})
    return lines.assign(amount=rng.lognormal(3, 0.6, len(lines)).round(2))


def stays_of(lines):
    """Purchase days, stays in stages and members of a shop, as the lifecycle report makes them."""
    orders = ibis.memtable(lines.assign(is_return=False))
    rhythm, _ = cadence.earlier_cadence(orders, as_of=END)
    days = lifecycle.purchase_days(orders).cache()
    spells = lifecycle.stage_spells(days, rhythm, StageRules(), as_of=END).cache()
    summary = customer_summary(orders, as_of=END).to_pandas()
    today = lifecycle.stages_today(spells)
    members = stage_members(today, summary, amount_before_silence(days), rhythm, as_of=END)
    return days, spells, members
