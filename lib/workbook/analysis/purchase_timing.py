"""When customers buy: day of the week, hour, month of the year, days of the calendar."""

from datetime import date

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import f as f_distribution
from scipy.stats import norm
from scipy.stats import t as t_distribution

from workbook.analysis.blocks import block_draws, block_of, key_of

__all__ = ["SEASONS", "calendar_days", "daily_purchases", "seasons_of_year", "times_of_week"]

#: January and February are one season: the spring festival moves between them.
SEASONS = {month: 1 if month <= 2 else month for month in range(1, 13)}
WHOLE_MONTHS = 24
FEWEST_DAYS = 3  # days of the calendar an event needs for an interval
NEAR_DAYS = 28


def times_of_week(
    orders: ir.Table, days: ir.Table | None = None, *, confidence=0.95, draws=500, seed=0
):
    """Purchases by weekday and by hour.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, ordered_at, is_return.
    days : ibis.Table, optional
        `lifecycle.purchase_days` of them, where it is at hand.

    Returns
    -------
    weekdays : DataFrame
        weekday (0 Monday to 6 Sunday), n (purchase days), share, low, high (blocks of customers).
    hours : DataFrame
        weekday, hour (0 to 23), n (customer and hour counted once); no rows when no order has a
        time of day.
    """
    rows = orders.filter(~orders.is_return)
    cells = rows.select(
        customer_id=rows.customer_id if days is None else key_of(rows.customer_id),
        day=rows.ordered_at.date(), hour=rows.ordered_at.hour(),
    ).distinct()  # fmt: skip
    cells = cells.cache() if days is None else cells
    hours = cells.group_by("hour", weekday=cells.day.day_of_week.index())
    hours = hours.aggregate(n=cells.count()).select("weekday", "hour", "n")
    hours = hours.order_by("weekday", "hour").to_pandas()
    if not len(hours) or hours["hour"].max() == 0:
        hours = hours.iloc[:0]
    if days is None:
        one = cells.select("customer_id", "day").distinct()
    else:
        one = days.select("customer_id", day="bought_on")
    counts = one.group_by(block=block_of(one.customer_id), weekday=one.day.day_of_week.index())
    counts = counts.aggregate(n=one.count()).to_pandas()
    wide = counts.pivot_table(index="block", columns="weekday", values="n", fill_value=0)
    wide = wide.reindex(columns=range(7), fill_value=0).sort_index()
    total = wide.sum()
    table = pd.DataFrame({"weekday": range(7), "n": total.to_numpy(int)})
    table["share"] = total.to_numpy(float) / max(total.sum(), 1)
    drawn = block_draws(wide, draws=draws, seed=seed)
    shares = drawn / np.maximum(drawn.sum(axis=1, keepdims=True), 1)
    edge = (1 - confidence) / 2
    table["low"], table["high"] = np.quantile(shares, [edge, 1 - edge], axis=0)
    if len(wide) < 2:
        table[["low", "high"]] = np.nan
    return table, hours


def daily_purchases(orders: ir.Table) -> pd.DataFrame:
    """Purchase days (a customer once a day) and money by day, days without any filled with 0.

    day (datetime64), purchases, amount (money of lines that are no return).
    """
    rows = orders.filter(~orders.is_return)
    table = rows.group_by(day=rows.ordered_at.date()).aggregate(
        purchases=key_of(rows.customer_id).nunique(), amount=rows.amount.sum()
    )
    frame = table.order_by("day").to_pandas()
    if not len(frame):
        return pd.DataFrame({"day": pd.to_datetime([]), "purchases": [], "amount": []})
    frame["day"] = pd.to_datetime(frame["day"])
    whole = pd.date_range(frame["day"].iloc[0], frame["day"].iloc[-1])
    frame = frame.set_index("day").reindex(whole, fill_value=0).rename_axis("day")
    return frame.reset_index()


def seasons_of_year(daily: pd.DataFrame, *, as_of: date, confidence=0.95):
    """How much more or less is bought in a season than in the year's average.

    Parameters
    ----------
    daily : DataFrame
        As `daily_purchases`.

    Returns
    -------
    table : DataFrame
        season (month 1 to 12; 1 stands for January and February together), index (1: average),
        low, high, months (of data); no rows below 24 complete months.
    p : float
        That all seasons are alike; NaN without a table.
    months : int
        Complete months in the data.

    Notes
    -----
    Least squares on the logarithm of purchases per day and month: a trend in months (linear and
    squared) and one effect per season, which average to zero over the twelve months; t interval
    from the residuals. A first or last month that is not whole is left out.
    """
    empty = pd.DataFrame(columns=["season", "index", "low", "high", "months"])
    if not len(daily):
        return empty, np.nan, 0
    per_day = daily.set_index("day")["purchases"]
    per_day = per_day.reindex(pd.date_range(per_day.index[0], pd.Timestamp(as_of)), fill_value=0)
    grouped = per_day.groupby(per_day.index.to_period("M"))
    whole = grouped.size() == [p.days_in_month for p in grouped.size().index]
    mean = grouped.mean()[whole]
    mean = mean[mean > 0]
    months = int(whole.sum())
    if months < WHOLE_MONTHS or len(mean) < WHOLE_MONTHS:
        return empty, np.nan, months
    season = np.array([SEASONS[period.month] for period in mean.index])
    if len(set(season)) < 11:
        return empty, np.nan, months
    names = sorted(set(season))
    place = (mean.index - mean.index[0]).map(lambda span: span.n).to_numpy(float)
    place = (place - place.mean()) / place.std()
    trend = np.column_stack([np.ones(len(place)), place, place**2])
    own = (season[:, None] == np.array(names[1:])).astype(float)
    design, y = np.hstack([trend, own]), np.log(mean.to_numpy(float))
    coef, residual, rank = _least_squares(design, y)
    free = len(y) - rank
    spread = residual @ residual / free
    _, plain, plain_rank = _least_squares(trend, y)
    added = max(float(plain @ plain - residual @ residual), 0.0) / (rank - plain_rank)
    p = float(f_distribution.sf(added / spread, rank - plain_rank, free)) if spread > 0 else 0.0
    weight = np.array([2 if name == 1 else 1 for name in names]) / 12
    pick = np.hstack([np.zeros((11, 3)), np.vstack([np.zeros(10), np.eye(10)])])
    contrast = pick - weight @ pick
    effect = contrast @ coef
    error = np.sqrt(
        np.maximum(np.diag(contrast @ np.linalg.pinv(design.T @ design) @ contrast.T) * spread, 0)
    )
    half = t_distribution.ppf(0.5 + confidence / 2, free) * error
    count = pd.Series(season).value_counts()
    return (
        pd.DataFrame({
            "season": names, "index": np.exp(effect), "low": np.exp(effect - half),
            "high": np.exp(effect + half), "months": [int(count[name]) for name in names],
        }),
        p,
        months,
    )  # fmt: skip


def _least_squares(design, y):
    coef, _, rank, _ = np.linalg.lstsq(design, y, rcond=None)
    return coef, y - design @ coef, int(rank)


def calendar_days(daily: pd.DataFrame, calendar: ir.Table, *, confidence=0.95) -> pd.DataFrame:
    """Purchases on days of the calendar against the same weekdays around them.

    Parameters
    ----------
    daily : DataFrame
        As `daily_purchases`.
    calendar : ibis.Table
        date, event.

    Returns
    -------
    DataFrame
        event, days (of it in the data), purchases, usual (expected from days of the same weekday
        within 28 days on which the calendar has nothing), ratio, low, high; most days first.
        Events with fewer than three days or nothing to compare with have no ratio.

    Notes
    -----
    Interval of the logarithm of a ratio of counts, widened by the overdispersion of the plain
    days. What a promotion moves from the days around it is not seen here.
    """
    marked = calendar.select("date", "event").to_pandas()
    marked["date"] = pd.to_datetime(marked["date"])
    columns = ["event", "days", "purchases", "usual", "ratio", "low", "high"]
    if not len(daily) or not len(marked):
        return pd.DataFrame(columns=columns)
    counts = daily.set_index("day")["purchases"].astype(float)
    plain = counts[~counts.index.isin(marked["date"])]
    z, rows = norm.ppf(0.5 + confidence / 2), []
    for event, part in marked.groupby("event", sort=True):
        days = part["date"][part["date"].isin(counts.index)].drop_duplicates()
        near = {
            day: plain[
                (abs((plain.index - day).days) <= NEAR_DAYS)
                & (plain.index.weekday == day.weekday())
            ]
            for day in days
        }
        kept = [day for day in days if len(near[day]) >= 2 and near[day].sum() > 0]
        seen = counts[kept].sum()
        usual = sum(near[day].mean() for day in kept)
        ratio = low = high = np.nan
        if len(kept) >= FEWEST_DAYS and seen > 0 and usual > 0:
            over = np.mean([near[day].var() / near[day].mean() for day in kept])
            base = sum(near[day].sum() for day in kept)
            half = z * np.sqrt(max(over, 1.0) * (1 / seen + 1 / base))
            ratio = seen / usual
            low, high = ratio * np.exp(-half), ratio * np.exp(half)
        rows.append((event, len(days), float(seen), float(usual), ratio, low, high))
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["days", "event"], ascending=[False, True], ignore_index=True)
