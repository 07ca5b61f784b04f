"""What new customers of each channel bring in their first year, and whether they buy again."""

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import norm
from scipy.stats import t as student

from workbook.analysis.cohorts import repeat_curve
from workbook.analysis.intervals import wilson

__all__ = [
    "FEWEST",
    "buy_again",
    "channel_values",
    "like_for_like",
    "paid_back_share",
    "relative_errors",
]

FEWEST = 30
PRIOR = 200.0  # customers
ALL = " all"  # no type is called so: texts of tables are stripped


def channel_values(year: ir.Table, *, value: str = "kept", confidence=0.95) -> pd.DataFrame:
    """Money of the first year per new customer, by channel and by type of customer.

    Parameters
    ----------
    year : ibis.Table
        From `first_year.first_year`.
    value : {"kept", "revenue"}

    Returns
    -------
    pandas.DataFrame
        type (None: all types), channel (key; None: all channels), customers, mean, low, high (money;
        interval NaN below 30 customers), repeats (purchase days after the first), sd (money, steadied), largest
        (share of the positive money that the largest hundredth of the customers brought; NaN but for all).

    Notes
    -----
    Money is skewed, so the interval is symmetric on the log scale where the mean is positive:
    mean x exp(+- t s / (mean sqrt(n))). A channel that happens to have met no large customer doesn't
    show how far its mean can be off: its coefficient of variation is drawn towards that of all
    channels (of the type), which counts as much as 200 customers.
    """
    parts = []
    for keys in ([], ["channel"], ["type"], ["type", "channel"]):
        rows = year.filter(*[year[key].notnull() for key in keys]) if keys else year
        table = (rows.group_by(keys) if keys else rows).aggregate(
            customers=rows.count(),
            total=rows[value].sum(),
            squares=(rows[value] * rows[value]).sum(),
            repeats=rows.repeats.mean(),
        )
        table = table.to_pandas()
        parts.append(table.assign(**{c: None for c in ("type", "channel") if c not in keys}))
    parts = [p.astype({"type": object, "channel": object}) for p in parts if len(p)]
    table = pd.concat(parts, ignore_index=True)
    table = table[table["customers"] > 0].reset_index(drop=True)
    n = table["customers"].astype(float)
    table["mean"] = table["total"].astype(float) / n
    spread = (table["squares"].astype(float) - n * table["mean"] ** 2) / (n - 1).clip(lower=1)
    table["sd"] = _steadied(table, np.sqrt(spread.clip(lower=0.0)), n)
    table["low"], table["high"] = _skewed(table["mean"], table["sd"], n, confidence)
    table.loc[n < FEWEST, ["low", "high"]] = np.nan
    order = ["customers", "type", "channel"]
    table = table.sort_values(
        order, ascending=[False, True, True], kind="stable", ignore_index=True
    )
    columns = ["type", "channel", "customers", "mean", "low", "high", "repeats", "sd"]
    return table[columns].assign(
        repeats=table["repeats"].astype(float), largest=_largest(year, value)
    )


def _steadied(table, sd, n):
    """Standard deviations drawn towards the coefficient of variation of all channels."""
    whole = table["channel"].isna()
    pooled = pd.Series((sd / table["mean"])[whole].to_numpy(), table.loc[whole, "type"].fillna(ALL))
    usual = table["type"].fillna(ALL).map(pooled).to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(table["mean"] > 0, sd / table["mean"], np.nan)
        drawn = np.sqrt((n * own**2 + PRIOR * usual**2) / (n + PRIOR)) * table["mean"]
    return np.where(whole | ~np.isfinite(drawn), sd, drawn)


def _skewed(mean, sd, n, confidence):
    mean, sd, n = (np.asarray(x, float) for x in (mean, sd, n))
    error = sd / np.sqrt(n)
    z = student.ppf(0.5 + confidence / 2, np.maximum(n - 1, 1))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        factor = np.exp(z * error / mean)
    plain = ~(mean > 0) | ~np.isfinite(factor)
    return np.where(plain, mean - z * error, mean / factor), np.where(
        plain, mean + z * error, mean * factor
    )


def _largest(year, value):
    """Share of the money that the largest hundredth of customers brought."""
    money = ibis.greatest(year[value], 0.0)
    rank = ibis.percent_rank().over(ibis.window(order_by=ibis.desc(money)))
    ranked = year.select(money=money, rank=rank)
    found = ranked.aggregate(
        all=ranked.money.sum(), top=ranked.money.sum(where=ranked["rank"] < 0.01)
    )
    found = found.to_pandas().iloc[0]
    return float(found["top"] / found["all"]) if found["all"] and found["all"] > 0 else np.nan


def relative_errors(values: pd.DataFrame) -> dict:
    """{channel key, None for all: standard error over mean}, of `channel_values` of all types."""
    rows = values[values["type"].isna() & (values["mean"] > 0)]
    relative = rows["sd"] / rows["mean"] / np.sqrt(rows["customers"])
    keys = [key if isinstance(key, str) else None for key in rows["channel"]]
    return dict(zip(keys, relative, strict=True))


def like_for_like(year: ir.Table, *, value: str = "revenue", confidence=0.95) -> pd.DataFrame:
    """What a channel's customers bring against customers of the same type and quarter.

    Returns
    -------
    pandas.DataFrame
        channel (key), customers, index (mean of each customer's money over the mean of its type and
        quarter: 1.2 is 20 % more), low, high, p (two-sided, against 1), p_holm. Only channels with
        30 customers; empty with fewer than two of them. A customer counts once, whatever its size, so that a few
        large firms don't decide.
    """
    cell = ["type", "quarter"]
    means = year.group_by(cell).aggregate(usual=year[value].mean(), n=year.count())
    rows = year.filter(year.channel.notnull()).inner_join(means, cell)
    rows = rows.filter((rows.usual > 0) & (rows.n >= 5))
    rows = rows.mutate(part=rows[value] / rows.usual)
    table = rows.group_by("channel").aggregate(
        customers=rows.count(), index=rows.part.mean(), sd=rows.part.std()
    )
    table = table.order_by("channel").to_pandas()
    table = table[(table["customers"] >= FEWEST) & (table["sd"] > 0)].reset_index(drop=True)
    columns = ["channel", "customers", "index", "low", "high", "p", "p_holm"]
    if len(table) < 2:
        return pd.DataFrame(columns=columns)
    from workbook.analysis.group_survival import holm

    error = table["sd"] / np.sqrt(table["customers"])
    table["low"], table["high"] = _skewed(
        table["index"], table["sd"], table["customers"], confidence
    )
    table["p"] = 2 * norm.sf(np.abs(table["index"] - 1) / error)
    table["p_holm"] = holm(table["p"])
    return table.sort_values(["index", "channel"], ascending=[False, True], ignore_index=True)[
        columns
    ]


def buy_again(people: ir.Table, *, as_of: date, days: int = 180, confidence=0.95) -> pd.DataFrame:
    """Share of a channel's customers with a second purchase within so many days of the first.

    Returns
    -------
    pandas.DataFrame
        channel (key; None: all), customers, share, low, high (Kaplan-Meier; NaN below 30 customers
        or when nobody was followed so long).
    """
    end = ibis.literal(as_of).cast("date")
    rows = people.filter(people.new_on.notnull() & people.first_on.notnull())
    back = (rows.second_on <= end).fill_null(False)
    gap = ibis.ifelse(back, rows.second_on, end).delta(rows.first_on, unit="day")
    rows = rows.select("channel", gap=gap, back=back)
    table = rows.group_by("channel", "gap", "back").aggregate(n=rows.count()).to_pandas()
    found = []
    keys = sorted(table["channel"].dropna().unique())
    for key in [None, *keys]:
        part = table if key is None else table[table["channel"] == key]
        n = int(part["n"].sum())
        share = (np.nan,) * 3
        if n >= FEWEST:
            sums = part.groupby(["gap", "back"], as_index=False)["n"].sum()
            at = repeat_curve(
                sums["gap"], sums["back"], sums["n"], after=(days,), confidence=confidence
            )
            if len(at):
                share = tuple(at[["share", "low", "high"]].iloc[0])
            elif sums["back"].all():  # everybody was back sooner than that
                share = (1.0, float(wilson(n, n, confidence=confidence)[0]), 1.0)
        found.append((key, n, *share))
    return pd.DataFrame(found, columns=["channel", "customers", "share", "low", "high"])


def paid_back_share(year: ir.Table, costs: dict, *, confidence=0.95) -> pd.DataFrame:
    """Share of customers who have brought back in their first year what their channel's cost.

    Parameters
    ----------
    costs : dict
        {channel key: money per new customer}.

    Returns
    -------
    pandas.DataFrame
        channel (key), customers, at_once (share on the first day), share, low, high (within the year).
    """
    columns = ["channel", "customers", "at_once", "share", "low", "high"]
    known = {key: cost for key, cost in costs.items() if key is not None and np.isfinite(cost)}
    if not known:
        return pd.DataFrame(columns=columns)
    table = ibis.memtable(pd.DataFrame({"channel": list(known), "cac": list(known.values())}))
    rows = year.inner_join(table, "channel")
    sums = rows.group_by("channel").aggregate(
        customers=rows.count(),
        first=(rows.first_kept >= rows.cac).sum(),
        done=(rows.kept >= rows.cac).sum(),
    )
    found = sums.order_by("channel").to_pandas()
    low, high = wilson(found["done"], found["customers"], confidence=confidence)
    return found.assign(
        at_once=found["first"] / found["customers"], share=found["done"] / found["customers"],
        low=low, high=high,
    )[columns]  # fmt: skip
