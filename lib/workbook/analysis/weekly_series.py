"""Behaviour by week and block of customers: the series in which shifts are looked for."""

from dataclasses import dataclass, replace
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.blocks import block_of, key_of
from workbook.analysis.purchase_timing import SEASONS

__all__ = ["WeeklySeries", "amount_series", "buying_series", "conversion_series", "share_series",
           "without_seasons"]  # fmt: skip

BLOCKS = 200
YEARS_2 = 104  # weeks
#: Upper ends, in weeks since the first purchase, of the classes of age that are compared.
AGES = (1, 2, 4, 8, 13, 26, 39, 52, 78, 104, 156)


@dataclass(frozen=True)
class WeeklySeries:
    """A ratio by week.

    `weeks`: first days; `above`, `below`: arrays (blocks of customers, weeks) whose sums over blocks
    make the ratio; `adjusted`: the usual ups and downs of the year are taken off.
    """

    weeks: pd.DatetimeIndex
    above: np.ndarray
    below: np.ndarray
    adjusted: bool = False

    @property
    def table(self) -> pd.DataFrame:
        """week, above, below, value (their ratio; NaN where nothing is below)."""
        above, below = self.above.sum(axis=0), self.below.sum(axis=0)
        with np.errstate(all="ignore"):
            value = np.where(below > 0, above / below, np.nan)
        return pd.DataFrame({"week": self.weeks, "above": above, "below": below, "value": value})


def buying_series(days: ir.Table, *, as_of: date) -> WeeklySeries:
    """Repeat purchases against what customers of their age bought on average.

    A young shop's customers are new, and everybody buys less as time passes since the first
    purchase: that alone would look like a fall. So the repeat purchases of a week stand above, below
    those expected from the age of every customer known in it.

    Parameters
    ----------
    days : ibis.Table
        As `lifecycle.purchase_days` gives it.

    Notes
    -----
    Indirect standardisation: the rate of an age class is that of the whole span. Weeks with fewer than
    one expected purchase are left out.
    """
    start, weeks = _span(days.bought_on.min(), as_of)
    if weeks < 2:
        return _empty()
    week, born = (_week(day, start) for day in (days.bought_on, days.first_on))
    rows = days.select(week=week, born=born, block=block_of(days.customer_id, blocks=BLOCKS),
                       age=week - born, place=days.place)  # fmt: skip
    repeats = rows.filter((rows.place > 1) & (rows.week < weeks) & (rows.age > 0))
    group = ibis.cases(*((repeats.age <= end, i) for i, end in enumerate(AGES)), else_=len(AGES))
    bought = repeats.group_by("block", "week", group=group).aggregate(n=repeats.count()).to_pandas()
    first = rows.filter((rows.place == 1) & (rows.born < weeks))
    first = first.group_by("block", "born").aggregate(n=first.count()).to_pandas()
    new = np.zeros((BLOCKS, weeks))
    np.add.at(new, (first["block"], first["born"]), first["n"].to_numpy(float))
    seen = np.zeros((len(AGES) + 1, BLOCKS, weeks))
    where = (bought["group"], bought["block"], bought["week"])
    np.add.at(seen, where, bought["n"].to_numpy(float))
    age = np.arange(weeks)[None, :] - np.arange(weeks)[:, None]  # born, week
    classes = np.where(age > 0, np.searchsorted(AGES, age, side="left"), -1)
    expected = np.zeros((BLOCKS, weeks))
    for number in range(len(AGES) + 1):
        known = new @ (classes == number).astype(float)
        if known.any():
            expected += known * (seen[number].sum() / known.sum())
    enough = expected.sum(axis=0) >= 1
    return WeeklySeries(
        _days(start, weeks)[enough], seen.sum(axis=0)[:, enough], expected[:, enough]
    )


def amount_series(days: ir.Table, *, as_of: date) -> WeeklySeries:
    """Money per purchase day, first purchases included; `days` as for `buying_series`."""
    start, weeks = _span(days.bought_on.min(), as_of)
    if weeks < 2:
        return _empty()
    rows = days.select(week=_week(days.bought_on, start), amount=days.amount,
                       block=block_of(days.customer_id, blocks=BLOCKS))  # fmt: skip
    counts = rows.group_by("block", "week").aggregate(above=rows.amount.sum(), below=rows.count())
    return _from_counts(counts, start, weeks)


def share_series(
    orders: ir.Table, *, column: str, as_of: date, most: int = 6
) -> dict[str, WeeklySeries]:
    """Share of each of the `most` frequent values of a column, such as channel, in the purchases.

    `orders`: customer_id, ordered_at, is_return and `column`; a customer counts once a day and value.
    """
    rows = orders.filter(~orders.is_return & orders[column].notnull())
    start, weeks = _span(rows.ordered_at.min(), as_of)
    if weeks < 2:
        return {}
    bought = rows.group_by(
        who=key_of(rows.customer_id), day=rows.ordered_at.date(), value=rows[column]
    ).aggregate(block=block_of(rows.customer_id, blocks=BLOCKS).min())
    counts = bought.group_by("value", "block", week=_week(bought.day, start))
    frame = counts.aggregate(n=bought.count()).to_pandas()
    frame = frame[frame["week"] < weeks]
    sides = {}
    for value, part in frame.groupby("value"):
        sides[value] = np.zeros((BLOCKS, weeks))
        np.add.at(sides[value], (part["block"], part["week"]), part["n"].to_numpy(float))
    whole = sum(sides.values())
    if len(sides) < 2:
        return {}
    some = whole.sum(axis=0) > 0
    names = sorted(sides, key=lambda value: (-sides[value].sum(), str(value)))[:most]
    return {
        value: WeeklySeries(_days(start, weeks)[some], sides[value][:, some], whole[:, some])
        for value in names
    }


def conversion_series(sessions: ir.Table, *, as_of: date) -> WeeklySeries:
    """Sessions with an order per session; `sessions` one of those that `sessions.sessions_by_gap` gives."""
    start, weeks = _span(sessions.start.min(), as_of)
    if weeks < 2:
        return _empty()
    rows = sessions.select("converted", week=_week(sessions.start.date(), start),
                           block=sessions.who % BLOCKS)  # fmt: skip
    counts = rows.group_by("block", "week").aggregate(
        above=rows.converted.sum(), below=rows.count()
    )
    return _from_counts(counts, start, weeks)


def _from_counts(counts, start, weeks):
    frame = counts.to_pandas()
    frame = frame[frame["week"] < weeks].astype({"block": int})
    sides = np.zeros((2, BLOCKS, weeks))
    for side, name in zip(sides, ("above", "below"), strict=True):
        np.add.at(side, (frame["block"], frame["week"]), frame[name].to_numpy(float))
    some = sides[1].sum(axis=0) > 0
    return WeeklySeries(_days(start, weeks)[some], sides[0][:, some], sides[1][:, some])


def _span(first, as_of):
    """The first day and the number of whole weeks up to as_of."""
    first = first.to_pandas()
    if pd.isna(first):
        return None, 0
    start = pd.Timestamp(first).normalize()
    return start, int((pd.Timestamp(as_of) + pd.Timedelta(days=1) - start).days // 7)


def _week(day, start):
    return (day.delta(ibis.date(start.date().isoformat()), unit="day") // 7).cast("int64")


def _days(start, weeks):
    return start + pd.to_timedelta(7 * np.arange(weeks), unit="D")


def _empty():
    return WeeklySeries(pd.DatetimeIndex([]), np.zeros((BLOCKS, 0)), np.zeros((BLOCKS, 0)))


def without_seasons(series: WeeklySeries) -> WeeklySeries:
    """The series with the usual ups and downs of the year taken off; as it is below two years.

    Notes
    -----
    Least squares of the logarithm on seasons (months; January and February together, as the spring
    festival moves) and a trend that may bend every half year, so that a shift is left to the trend
    and not taken for a season. What stands above is divided by its season.
    """
    table = series.table
    known = (table["value"] > 0).to_numpy()
    weeks = np.flatnonzero(known)
    if len(weeks) < YEARS_2:
        return series
    season = (series.weeks + pd.Timedelta(days=3)).month.map(SEASONS).to_numpy()
    names = np.unique(season)
    own = (season[:, None] == names[None, 1:]).astype(float)
    knots = np.arange(weeks[0], weeks[-1] + 26, 26)
    bends = np.maximum(1 - np.abs(weeks[:, None] - knots[None, :]) / 26, 0)
    weight = np.sqrt(table["below"].to_numpy(float)[known])[:, None]
    y = np.log(table["value"].to_numpy(float)[known])[:, None]
    design = np.hstack([bends, own[known]]) * weight
    coef = np.linalg.lstsq(design, y * weight, rcond=None)[0][-own.shape[1] :]
    effect = (own @ coef).ravel()
    usual = np.exp(effect - np.average(effect, weights=table["below"]))
    return replace(series, above=series.above / usual, adjusted=True)
