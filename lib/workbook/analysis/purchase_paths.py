"""From purchase to purchase: which channel, category or product follows which."""

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.blocks import block_draws, block_of

__all__ = ["main_of_day", "path_steps", "path_transitions"]

OTHER = "other"


def main_of_day(orders: ir.Table, *, column: str) -> ir.Table:
    """The main value of a column on every purchase day: that of most money, then of the first name.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, ordered_at, amount, is_return and `column`, for instance channel or category.

    Returns
    -------
    ibis.Table
        customer_id, day, value, place (1, 2, ...: number of the purchase among those with a value).
    """
    rows = orders.filter(~orders.is_return & orders[column].notnull())
    sums = rows.group_by("customer_id", day=rows.ordered_at.date(), value=rows[column]).aggregate(
        amount=rows.amount.sum()
    )
    of_day = ibis.window(
        group_by=["customer_id", "day"], order_by=[ibis.desc(sums.amount), sums.value]
    )
    main = sums.mutate(first=ibis.row_number().over(of_day)).filter(ibis._.first == 0)
    of_customer = ibis.window(group_by="customer_id", order_by="day")
    return main.select("customer_id", "day", "value", place=ibis.row_number().over(of_customer) + 1)


def path_steps(days: ir.Table, *, steps: int = 6, most: int = 7) -> pd.DataFrame:
    """Where customers are at their first, second, ... purchase.

    Parameters
    ----------
    days : ibis.Table
        As `main_of_day` gives it.
    steps : int
        Purchases shown.
    most : int
        Values shown, the most frequent; the others are put together as "other".

    Returns
    -------
    DataFrame
        step, value, customers, share (of customers with that many purchases), n (these customers).
    """
    counts = days.filter(days.place <= steps).group_by(step="place", value="value")
    table = counts.aggregate(customers=ibis._.count()).to_pandas()
    if not len(table):
        return pd.DataFrame(columns=["step", "value", "customers", "share", "n"])
    top = table.groupby("value")["customers"].sum().sort_values(ascending=False, kind="stable")
    names = sorted(top.index, key=lambda name: (-top[name], name))[:most]
    table["value"] = table["value"].where(table["value"].isin(names), OTHER)
    table = table.groupby(["step", "value"], as_index=False)["customers"].sum()
    table["n"] = table.groupby("step")["customers"].transform("sum")
    table["share"] = table["customers"] / table["n"]
    order = {name: place for place, name in enumerate([*names, OTHER])}
    table = table.sort_values(
        ["step", "value"], key=lambda s: s.map(order) if s.name == "value" else s
    )
    return table[["step", "value", "customers", "share", "n"]].reset_index(drop=True)


def path_transitions(
    days: ir.Table, *, most: int = 7, confidence=0.95, draws: int = 500, seed: int = 0
) -> pd.DataFrame:
    """What follows what, from one purchase to the next.

    Parameters
    ----------
    days : ibis.Table
        As `main_of_day` gives it.

    Returns
    -------
    DataFrame
        value, following, n (moves), from_n (moves from value), share (of moves from value), low,
        high, usual (share of `following` among all next purchases), lift (share / usual), lift_low,
        lift_high; intervals draw customers again.
    """
    following = days.value.lead().over(ibis.window(group_by="customer_id", order_by="place"))
    moves = days.mutate(following=following, block=block_of(days.customer_id))
    moves = moves.filter(moves.following.notnull())
    counts = moves.group_by("value", "following", "block").aggregate(n=moves.count()).to_pandas()
    columns = ["value", "following", "n", "from_n", "share", "low", "high", "usual", "lift",
               "lift_low", "lift_high"]  # fmt: skip
    if not len(counts):
        return pd.DataFrame(columns=columns)
    ends = pd.concat(
        [counts[["value", "n"]], counts[["following", "n"]].set_axis(["value", "n"], axis=1)]
    )
    top = ends.groupby("value")["n"].sum()
    names = sorted(top.index, key=lambda name: (-top[name], name))[:most]
    for name in ("value", "following"):
        counts[name] = counts[name].where(counts[name].isin(names), OTHER)
    names = [*names, *([OTHER] if (counts[["value", "following"]] == OTHER).any(axis=None) else [])]
    place = {name: number for number, name in enumerate(names)}
    k = len(names)
    block = pd.factorize(counts["block"], sort=True)[0]
    cells = np.zeros((block.max() + 1, k, k))
    where = (block, counts["value"].map(place), counts["following"].map(place))
    np.add.at(cells, where, counts["n"].to_numpy(float))
    flat = pd.DataFrame(cells.reshape(len(cells), -1))
    drawn = block_draws(flat, draws=draws, seed=seed).reshape(draws, k, k)
    share, lift = _shares(cells.sum(axis=0))
    some_share, some_lift = _shares(drawn)
    edge = [(1 - confidence) / 2, 0.5 + confidence / 2]
    total = cells.sum(axis=0)
    rows = []
    with np.errstate(all="ignore"):
        low, high = _quantiles(some_share, edge)
        lift_low, lift_high = _quantiles(some_lift, edge)
    for (i, j), n in np.ndenumerate(total):
        if n:
            usual = total[:, j].sum() / total.sum()
            rows.append((names[i], names[j], int(n), int(total[i].sum()), share[i, j], low[i, j],
                         high[i, j], usual, lift[i, j], lift_low[i, j], lift_high[i, j]))  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _shares(cells):
    with np.errstate(all="ignore"):
        share = cells / cells.sum(axis=-1, keepdims=True)
        usual = cells.sum(axis=-2, keepdims=True) / cells.sum(axis=(-2, -1), keepdims=True)
        return share, share / usual


def _quantiles(values, edge):
    """Quantiles over draws, where a value without any draw stays unknown."""
    empty = np.isnan(values).all(axis=0)
    low, high = np.nanquantile(np.where(empty, 0.0, values), edge, axis=0)
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)
