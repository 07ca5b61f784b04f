"""When a channel's customers have brought back what they cost, with everybody followed so far."""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.blocks import block_of, key_of
from workbook.analysis.channel_value import FEWEST
from workbook.analysis.first_year import BLOCKS
from workbook.analysis.intervals import interval

__all__ = ["Payback", "earning_cells", "paybacks"]

MONTH = 30.4375  # days
DRAWS = 500


@dataclass(frozen=True)
class Payback:
    """When one channel, or all (None), has earned its cost per new customer.

    Attributes
    ----------
    channel : str or None
    customers : int
        New customers followed for at least a month.
    cac : float
    months, low, high : float or None
        From the first purchase on average; 0 when the first purchase alone pays; None: not within
        the horizon.
    reached : float
        Share of the draws in which it is reached within the horizon.
    value, value_low, value_high : float
        Money kept per new customer over 12 months.
    net, net_low, net_high, net_low80, net_high80 : float
        value - cac; NaN, as value, when nobody was followed for a year.
    ratio, ratio_low, ratio_high : float
        value / cac.
    curve : pandas.DataFrame
        month (0: the first day), earned, low, high (money per new customer so far), customers (followed so
        long).
    """

    channel: str | None
    customers: int
    cac: float
    months: float | None
    low: float | None
    high: float | None
    reached: float
    value: float
    value_low: float
    value_high: float
    net: float
    net_low: float
    net_high: float
    net_low80: float
    net_high80: float
    ratio: float
    ratio_low: float
    ratio_high: float
    curve: pd.DataFrame


def earning_cells(people: ir.Table, money: ir.Table, *, as_of: date, horizon_months: int = 24):
    """Money kept and customers followed, by block of customers, channel and month of their life.

    Parameters
    ----------
    people, money : ibis.Table
        From `new_customers.new_customers` and `first_year.order_money`.

    Returns
    -------
    earned : pandas.DataFrame
        block, channel (key or None), step (0: the first day; k: the k-th month after it), kept.
    followed : pandas.DataFrame
        block, channel, whole (months followed in full, at most the horizon), customers.
    """
    last = ibis.literal(as_of + timedelta(days=1)).cast("date")
    who = people.filter(people.new_on.notnull() & people.first_on.notnull())
    whole = (last.delta(who.first_on, unit="day") / MONTH).floor().cast("int64")
    who = who.select(
        "first_on", "channel", key=key_of(who.customer_id), whole=ibis.least(whole, horizon_months),
        block=block_of(who.customer_id, blocks=BLOCKS),
    )  # fmt: skip
    followed = who.group_by("block", "channel", "whole").aggregate(customers=who.count())
    rows = who.inner_join(money, "key")
    since = rows["on"].delta(rows.first_on, unit="day")
    step = ibis.ifelse(since == 0, 0, (since / MONTH).floor().cast("int64") + 1)
    rows = rows.mutate(step=step).filter((since >= 0) & (step <= rows.whole))
    earned = rows.group_by("block", "channel", "step").aggregate(kept=rows.kept.sum())
    keys = ["block", "channel"]
    frames = [t.order_by(t.columns).to_pandas() for t in (earned, followed)]
    return tuple(
        f.assign(channel=f["channel"].astype(object).where(f["channel"].notna(), None)).sort_values(
            keys, kind="stable", ignore_index=True
        )
        for f in frames
    )


def paybacks(
    earned: pd.DataFrame,
    followed: pd.DataFrame,
    costs: dict,
    *,
    errors: dict | None = None,
    spread: float = 1.0,
    horizon_months: int = 24,
    confidence: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> list[Payback]:
    """Payback of every channel with a cost, and of all.

    Parameters
    ----------
    earned, followed : pandas.DataFrame
        From `earning_cells`.
    costs : dict
        {channel key, None for all: (money per new customer, customers that cost rests on)}.
    errors : dict, optional
        {channel key, None for all: relative standard error of the first year's value}, as
        `channel_value.channel_values` knows it; wider than the draws where few customers make up most.
    spread : float
        Dispersion of the customers per money (`acquisition_cost.dispersion`).

    Returns
    -------
    list of Payback
        All first, then as in `costs`; channels with fewer than 30 customers left out.

    Notes
    -----
    Earned per customer by month m is the sum over months of what those followed so long kept in
    that month, per head (the mean cumulative function of Lawless, Nadeau 1995). Customers are drawn again
    in blocks; the cost is drawn as spend over a gamma-distributed number of customers.
    """
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(BLOCKS, np.full(BLOCKS, 1 / BLOCKS), size=draws)
    found = []
    for key, (cac, n) in costs.items():
        mine = [f if key is None else f[f["channel"] == key] for f in (earned, followed)]
        total = int(mine[1]["customers"].sum())
        if total < FEWEST or not np.isfinite(cac) or not cac > 0 or not n > 0:
            continue
        money = np.zeros((BLOCKS, horizon_months + 1))
        np.add.at(
            money, (mine[0]["block"].astype(int), mine[0]["step"].astype(int)), mine[0]["kept"]
        )
        heads = np.zeros((BLOCKS, horizon_months + 1))
        np.add.at(heads, (mine[1]["block"].astype(int), mine[1]["whole"].astype(int)), mine[1]["customers"])  # fmt: skip
        heads = heads[:, ::-1].cumsum(axis=1)[:, ::-1]
        costs_drawn = cac * n / (spread * rng.gamma(n / spread, size=draws))
        noise = np.exp((errors or {}).get(key, 0.0) * rng.normal(size=draws))
        found.append(_payback(key, cac, money, heads, weights, costs_drawn, noise, confidence))
    return found


def _payback(key, cac, money, heads, weights, costs, noise, confidence):
    curve, drawn = _earned(money.sum(axis=0), heads.sum(axis=0)), _earned(weights @ money, weights @ heads)  # fmt: skip
    low, high = interval(drawn, confidence=confidence)
    n = heads.sum(axis=0)
    table = pd.DataFrame(
        {"month": np.arange(len(curve)), "earned": curve, "low": np.minimum(low, curve),
         "high": np.maximum(high, curve), "customers": n.astype(int)}
    )  # fmt: skip
    table = table[n >= FEWEST]
    known = len(table)
    months = _reached(curve[None, :known], np.array([cac]))[0]
    times = _reached(drawn[:, :known], costs)
    edge = (1 - confidence) / 2
    ends = np.quantile(times, [edge, 1 - edge], method="nearest")
    # nobody followed for a year: what one brings isn't known yet
    value, values = (
        (curve[12], drawn[:, 12]) if known > 12 else (np.nan, np.full(len(costs), np.nan))
    )

    if value > 0 and np.log(noise).std() > np.nanstd(values) / value:
        values = value * noise  # too few blocks hold a large customer to show how far it can be off

    def ends_of(draws, centre, level):
        a, b = interval(draws, confidence=level)
        return float(np.fmin(a, centre)), float(np.fmax(b, centre))

    net, ratio = float(value - cac), float(value / cac)
    plain = [None if not np.isfinite(x) else float(x) for x in (months, *ends)]
    if plain[0] is not None:
        plain[1] = min(plain[1] if plain[1] is not None else plain[0], plain[0])
        plain[2] = None if plain[2] is None else max(plain[2], plain[0])
    return Payback(
        key, int(n[1] if len(n) > 1 else n[0]), float(cac), *plain, float(np.isfinite(times).mean()),
        float(value), *ends_of(values, float(value), confidence),
        net, *ends_of(values - costs, net, confidence), *ends_of(values - costs, net, 0.8),
        ratio, *ends_of(values / costs, ratio, confidence), table.reset_index(drop=True),
    )  # fmt: skip


def _earned(money, heads):
    """Money per head so far, from sums by month and those followed so long."""
    each = np.divide(money, heads, out=np.full(money.shape, np.nan), where=heads > 0)
    return each.cumsum(axis=-1)


def _reached(curves, costs):
    """Months until each curve stays at its cost or above for the first time, straight between months."""
    over = curves >= costs[:, None]
    first = np.where(over.any(axis=1), over.argmax(axis=1), -1)
    rows = np.arange(len(curves))
    before = curves[rows, np.maximum(first - 1, 0)]
    at = curves[rows, np.maximum(first, 0)]
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.clip((costs - before) / (at - before), 0, 1)
    times = np.where(first <= 0, 0.0, first - 1 + part)
    return np.where(first < 0, np.inf, times)
