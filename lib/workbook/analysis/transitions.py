"""How likely customers move between stages within weeks and months, from where they stand.

Stages by cadence have a memory (a customer who fell silent long ago differs from one who did so
yesterday), so a chain that looks only at the present stage would be wrong. The landmark estimator
follows those who are in a stage on a day, and nobody else, through the product integral; it needs
no such assumption (Putter, Spitoni 2018).
"""

import numpy as np
import pandas as pd

from workbook.analysis.blocks import in_part
from workbook.analysis.intervals import interval
from workbook.analysis.lifecycle import ACTIVE, STAGES

__all__ = ["SAMPLE", "day_number", "encoded_spells", "landmark_days", "transition_table"]

SAMPLE = 100_000  # customers read for transitions and times in a stage; all others count elsewhere
BLOCKS = 250
DAY = 86_400  # seconds
LIVED = STAGES[1:]
IN_ACTIVE = [stage in ACTIVE for stage in LIVED]


def encoded_spells(spells, *, sample=SAMPLE, seed=0):
    """Stays of customers as whole numbers, of a sample of the customers where they are many.

    Parameters
    ----------
    spells : ibis.Table
        As `lifecycle.stage_spells` gives it.
    sample : int
        Most customers read; they are drawn by a hash of their id, the same ones on every run.

    Returns
    -------
    pandas.DataFrame
        customer (0, 1, ...), block (customers drawn together in the bootstrap), stage and previous
        (place in `lifecycle.STAGES` less one, previous -1 when new), start, end (days since
        1970-01-01; end NaN while it lasts), sorted by customer and start.
    """
    customers = int(spells.previous.isnull().sum().execute())  # each has one first purchase
    if customers > sample:
        spells = spells.filter(in_part(spells.customer_id, sample / customers))
    codes = {name: place for place, name in enumerate(LIVED)}
    frame = spells.select(
        "customer_id",
        "start_on",
        stage=spells.stage.cases(*codes.items()),
        previous=spells.previous.cases(*codes.items(), else_=-1),
        start=spells.start_on.epoch_seconds() // DAY,
        end=spells.end_on.epoch_seconds() // DAY,
    )
    frame = frame.order_by("customer_id", "start_on").drop("start_on").to_pandas()
    customer = pd.factorize(frame["customer_id"])[0]
    many = customer.max() + 1 if len(customer) else 0
    block = np.random.default_rng(seed).permutation(many) % max(min(many, BLOCKS), 1)
    return pd.DataFrame(
        {
            "customer": customer,
            "block": block[customer],
            "stage": frame["stage"].to_numpy(int),
            "previous": frame["previous"].to_numpy(int),
            "start": frame["start"].to_numpy(float),
            "end": frame["end"].to_numpy(float),
        }
    )


def day_number(day) -> int:
    """A date as days since 1970-01-01."""
    return (pd.Timestamp(day) - pd.Timestamp(0)).days


def landmark_days(as_of, *, months=12):
    """The same day of the month, 1 to `months` months before as_of, as days since 1970-01-01."""
    end = pd.Timestamp(as_of)
    month_end = end.is_month_end
    days = [end - pd.DateOffset(months=back) for back in range(1, months + 1)]
    if month_end:
        days = [day + pd.offsets.MonthEnd(0) for day in days]
    return [day_number(day) for day in days]


def transition_table(
    spells, landmarks, *, as_of_day, horizons=(30, 91), confidence=0.95, draws=300, seed=0
):
    """Where customers of each stage are some days later.

    Parameters
    ----------
    spells : pandas.DataFrame
        As `encoded_spells` gives it.
    landmarks : list of int
        Days on which customers are taken up; pooled. Those with less than a horizon to as_of are
        censored at as_of.
    as_of_day : int
        Last day observed, since 1970-01-01.
    horizons : tuple of int
        Days.
    confidence : float
    draws, seed : int
        Of the bootstrap by customer (blocks of customers where they are many).

    Returns
    -------
    pandas.DataFrame
        days, stage, next_stage ("active" for any of the active ones), probability, low, high, n
        (different customers taken up). A stage that nobody was in is left out; the interval is of 0 to 1 where
        nobody moved or everybody did and n is small, by the rule of three.
    """
    columns = ["days", "stage", "next_stage", "probability", "low", "high", "n"]
    counts, risk, taken = _landmark_counts(spells, landmarks, as_of_day, max(horizons))
    blocks = len(taken)
    if not blocks or not taken.sum():
        return pd.DataFrame(columns=columns)
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(blocks, np.full(blocks, 1 / blocks), size=draws).astype(np.float32)
    weights = np.vstack([np.ones((1, blocks), np.float32), weights])
    rows = []
    for start in range(len(LIVED)):
        if not taken[:, start].sum():
            continue
        customers = _customers(spells, landmarks, start)
        spare = 1 - (1 - confidence) ** (1 / max(customers, 1))  # nobody of so many: rule of three
        walked = _product_integral(
            _weighted(weights, counts[:, start]),
            _weighted(weights, risk[:, start]),
            start,
            horizons,
        )
        for days, states in walked.items():
            states = np.column_stack([states, states[:, IN_ACTIVE].sum(axis=1)])
            low, high = interval(states[1:], confidence=confidence)
            for end, name in enumerate((*LIVED, "active")):
                value = float(states[0, end])
                floor, ceiling = min(float(low[end]), value), max(float(high[end]), value)
                if value == 0 and name != "first_purchase":  # which nobody enters a second time
                    ceiling = max(ceiling, spare)
                elif value > 1 - 1e-12:
                    floor = min(floor, 1 - spare)
                rows.append((days, LIVED[start], name, value, floor, ceiling, customers))
    return pd.DataFrame(rows, columns=columns).sort_values("days", kind="stable", ignore_index=True)


def _customers(spells, landmarks, start):
    """Different customers who were in a stage on any of the landmarks."""
    in_stage = spells[spells["stage"] == start]
    at = [(in_stage["start"] <= day) & ~(in_stage["end"] <= day) for day in landmarks]
    return int(in_stage.loc[np.logical_or.reduce(at), "customer"].nunique())


def _landmark_counts(spells, landmarks, as_of_day, horizon):
    """Moves and customers at risk by block, stage at the landmark, day after it, and stage."""
    kinds, blocks = len(LIVED), int(spells["block"].max() + 1) if len(spells) else 0
    shape = (blocks, kinds, horizon, kinds, kinds)
    moves = np.zeros(shape, np.float32)
    risk = np.zeros(shape[:4], np.float32)
    taken = np.zeros(shape[:2])
    customer, block, stage, previous, start, end = (
        spells[name].to_numpy()
        for name in ("customer", "block", "stage", "previous", "start", "end")
    )
    for landmark in landmarks:
        follow = min(horizon, as_of_day - landmark)
        here = (start <= landmark) & ~(end <= landmark)
        if follow <= 0 or not here.any():
            continue
        at = np.full(customer[-1] + 1, -1)
        at[customer[here]] = stage[here]
        begun = np.zeros(shape[:2])
        np.add.at(begun, (block[here], stage[here]), 1)
        moved = (start > landmark) & (start <= landmark + follow) & (stage != previous)
        moved &= at[customer] >= 0
        index = block[moved], at[customer[moved]], (start[moved] - landmark).astype(int) - 1
        left, reached = previous[moved], stage[moved]
        np.add.at(moves, (*index, left, reached), 1)
        net = np.zeros(shape[:4])  # arrivals less departures
        np.add.at(net, (*index, reached), 1)
        np.add.at(net, (*index, left), -1)
        net = net.cumsum(axis=2)
        there = np.zeros(shape[:4])
        there[:, :, 1:] = net[:, :, :-1]
        for kind in range(kinds):
            there[:, kind, :, kind] += begun[:, kind, None]
        risk[:, :, :follow] += there[:, :, :follow]
        taken += begun
    return moves, risk, taken


def _weighted(weights, counts):
    blocks = counts.shape[0]
    return (weights @ counts.reshape(blocks, -1)).reshape(-1, *counts.shape[1:])


def _product_integral(moves, risk, start, horizons):
    """Share in every stage at each horizon, per draw: product of I + dN / Y over the days."""
    kinds = moves.shape[-1]
    share = np.zeros((len(moves), kinds))
    share[:, start] = 1.0
    found = {}
    for day in range(1, max(horizons) + 1):
        hazard = moves[:, day - 1] / np.maximum(risk[:, day - 1], 1.0)[:, :, None]
        left = share * hazard.sum(axis=2)
        share = share - left + np.einsum("di,dij->dj", share, hazard)
        if day in horizons:
            found[day] = share.copy()
    return found
