"""Chances of single customers against what they did: Brier score, calibration, ranking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.intervals import wilson

__all__ = ["Judged", "event_customers", "judged_chances", "without_renewed"]

STEPS = 10_000  # chances are told apart to four digits for ranking


@dataclass(frozen=True)
class Judged:
    """Chances that have met their outcome.

    `n` customers, `events` of them with the event; `mean` chance, `share` with the event; `brier`
    and `baseline` (everybody is given the share that came true: known only afterwards, so hard to
    beat); `gain` = baseline - brier with `low`, `high`; `auc` (None when all or none had it); `top`
    (share of the events among the tenth ranked highest); `groups`: group, n, predicted, actual, low,
    high by tenths of the chance.
    """

    n: int
    events: int
    mean: float
    share: float
    brier: float
    baseline: float
    gain: float
    low: float
    high: float
    auc: float | None
    top: float | None
    groups: pd.DataFrame

    @property
    def beats_baseline(self) -> bool:
        """Whether the gain is more than chance."""
        return self.low > 0


def without_renewed(contracts: ir.Table) -> ir.Table:
    """Contracts but those renewed: the end of their term was no end of the relation."""
    if "renewed" not in contracts.columns:
        return contracts
    return contracts.filter(~contracts.renewed.fill_null(False))


def event_customers(tables, days, event: str, *, start: date, end: date) -> ir.Table | None:
    """customer_id of those with the event from `start` to `end`; None where its table is missing."""
    first, last = (ibis.literal(day).cast("date") for day in (start, end))
    if event == "purchase":
        if days is None:
            return None
        rows, on = days, days.bought_on
    elif tables.has("contracts", "ended_on"):
        rows = without_renewed(tables["contracts"])
        on = rows.ended_on.cast("date")
    else:
        return None
    return rows.filter((on >= first) & (on <= last)).select("customer_id").distinct()


def judged_chances(
    chances: ir.Table, happened: ir.Table, *, confidence: float = 0.95
) -> Judged | None:
    """Judge the chances of customers by who had the event; None without a customer.

    Parameters
    ----------
    chances : ibis.Table
        customer_id, probability (0-1).
    happened : ibis.Table
        customer_id, each once.

    Notes
    -----
    Brier (1950); the gain's interval from the variance of (share - y)^2 - (p - y)^2 over customers.
    """
    both = chances.left_join(happened.mutate(hit=1.0), "customer_id")
    both = both.select(p=both.probability.cast("float64"), y=both.hit.fill_null(0.0))
    steps = both.group_by(step=(both.p * STEPS).round().cast("int64")).aggregate(
        n=both.count(), y=both.y.sum(), p=both.p.sum(), pp=(both.p * both.p).sum(),
        py=(both.p * both.y).sum(),
    )  # fmt: skip
    table = steps.order_by("step").execute()
    n = float(table["n"].sum())
    if not n:
        return None
    events, share = float(table["y"].sum()), float(table["y"].sum() / n)
    brier = float((table["pp"] - 2 * table["py"] + table["y"]).sum() / n)
    baseline = share * (1 - share)
    # (share - y)^2 - (p - y)^2 is share^2 - p^2 + 2 y (p - share): squares of it from the steps' means
    p = (table["p"] / table["n"]).to_numpy()
    none, one = share**2 - p**2, share**2 - p**2 + 2 * (p - share)
    y, rest = table["y"].to_numpy(float), (table["n"] - table["y"]).to_numpy(float)
    gain = baseline - brier
    spread = max(float((y * one**2 + rest * none**2).sum() / n) - gain**2, 0.0)
    half = float(norm.ppf(0.5 + confidence / 2)) * np.sqrt(spread / n)
    return Judged(
        int(n), int(events), float(table["p"].sum() / n), share, brier, baseline,
        gain, gain - half, gain + half, _auc(y, rest), _top(table, n, events),
        _groups(table, confidence),
    )  # fmt: skip


def _auc(y, rest):
    if not y.sum() or not rest.sum():
        return None
    below = rest.cumsum() - rest / 2  # ties count half
    return float((y * below).sum() / (y.sum() * rest.sum()))


def _top(table, n, events, share=0.10):
    """Share of the events among the tenth ranked highest; a step in part counts in part."""
    if not events:
        return None
    counts = table["n"].to_numpy(float)[::-1]
    taken = np.clip(share * n - (counts.cumsum() - counts), 0, counts)
    return float((table["y"].to_numpy(float)[::-1] * taken / counts).sum() / events)


def _groups(table, confidence):
    tenth = np.minimum((table["n"].cumsum() - table["n"] / 2) / table["n"].sum() * 10, 9.999)
    sums = table.groupby(tenth.astype(int))[["n", "y", "p"]].sum()
    low, high = wilson(sums["y"], sums["n"], confidence=confidence)
    return pd.DataFrame(
        {
            "group": sums.index + 1,
            "n": sums["n"].astype(int),
            "predicted": sums["p"] / sums["n"],
            "actual": sums["y"] / sums["n"],
            "low": low,
            "high": high,
        }
    ).reset_index(drop=True)
