"""Complaints that come again: by the same customer, and per purchase from month to month."""

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.clustered import clustered_share, clustered_shares
from workbook.analysis.tickets import day_number

__all__ = [
    "control_chart", "followed_again", "monthly_purchases", "reopened_share", "repeat_share",
    "repeats_by",
]  # fmt: skip

FEWEST_MONTHS = 12  # of the chart's base
FEWEST = 30  # complaints of a group


def followed_again(
    tickets: pd.DataFrame, *, as_of: date, within_days=60, same_matter=False
) -> pd.DataFrame:
    """Tickets of known customers that were followed long enough to tell whether one came again.

    Parameters
    ----------
    tickets : pandas.DataFrame
        As `tickets.encoded_tickets` gives them, of one kind.
    within_days : int
    same_matter : bool
        The next one counts only if it is about the same order; where most tickets name no order,
        with the same cause.

    Returns
    -------
    pandas.DataFrame
        The rows, with ``again`` (bool): the next ticket of the customer was opened within
        `within_days` after the opening. Tickets opened less than that before as_of are left out.
    """
    rows = tickets[(tickets["customer"] >= 0).to_numpy()]
    keys = ["customer"]
    if same_matter:
        matter = "order" if (rows["order"] >= 0).mean() >= 0.5 else "cause"
        rows = rows[
            ((rows["order"] >= 0) if matter == "order" else rows["cause"].notna()).to_numpy()
        ]
        keys = ["customer", matter]
    rows = rows.sort_values([*keys, "opened_at"], kind="stable")
    following = rows.groupby(keys, observed=True)["opened_at"].shift(-1)
    gap = (following - rows["opened_at"]).dt.total_seconds() / 86_400
    rows = rows.assign(again=(gap <= within_days).to_numpy())
    return rows[(rows["day"] <= day_number(as_of) - within_days).to_numpy()].sort_index()


def repeat_share(followed: pd.DataFrame, *, confidence=0.95) -> dict:
    """Share that came again; `clustered.clustered_share` by customer and week of `followed_again`."""
    return clustered_share(
        followed["again"], followed["customer"], followed["week"], confidence=confidence
    )


def reopened_share(tickets: pd.DataFrame, *, confidence=0.95) -> dict:
    """Share of closed tickets that were opened again; `clustered.clustered_share`.

    Only tickets that say whether they were; share None where none does.
    """
    told = tickets[(tickets["done"] & tickets["reopened"].notna()).to_numpy()]
    return clustered_share(
        told["reopened"] == 1, told["customer"], told["week"], confidence=confidence
    )


def repeats_by(followed: pd.DataFrame, column: str, *, confidence=0.95) -> pd.DataFrame:
    """Share that came again by the values of a column, groups of 30 and more, largest share first."""
    table = clustered_shares(
        followed["again"], followed[column], followed["customer"], followed["week"],
        confidence=confidence,
    )  # fmt: skip
    table = table[table["n"] >= FEWEST]
    return table.sort_values("share", ascending=False, kind="stable", ignore_index=True)


def monthly_purchases(orders: ir.Table) -> pd.Series:
    """Purchases (customers' purchase days) by month; the exposure of complaints.

    `orders` needs customer_id, ordered_at and is_return. The index is a monthly PeriodIndex.
    """
    bought = orders.filter(~orders.is_return)
    days = bought.select("customer_id", day=bought.ordered_at.date()).distinct()
    months = days.group_by(month=days.day.truncate("M")).aggregate(purchases=ibis._.count())
    table = months.to_pandas()
    index = pd.PeriodIndex(pd.to_datetime(table["month"]), freq="M")
    return pd.Series(table["purchases"].to_numpy(), index=index).sort_index()


def control_chart(
    tickets: pd.DataFrame,
    purchases: pd.Series | None,
    *,
    first: date,
    as_of: date,
    base_months: int = 24,
) -> pd.DataFrame:
    """Laney u' chart: tickets per 1,000 purchases, month by month, with control limits.

    Parameters
    ----------
    tickets : pandas.DataFrame
        As `tickets.encoded_tickets` gives them, of one kind or cause.
    purchases : pandas.Series or None
        Purchases by month, from `monthly_purchases`; None: tickets per 30 days instead.
    first : date
        Day of the first ticket of any kind; its month is left out unless it is whole.
    base_months : int
        The first so many months set the centre and the limits, so that a later rise can't hide
        in them; fewer where the data are shorter, at least 12.

    Returns
    -------
    pandas.DataFrame
        month (first day), tickets, exposure (thousand purchases of this month and the one before,
        halved; or 30 days), rate, centre, low, high, sigma_z, outside (above, below or empty),
        base (bool). Empty below 13 complete months.

    Notes
    -----
    Laney (2002): limits of the u chart times sigma_z, the mean moving range of the standardised
    rates over 1.128; at least 1. Months with less than a fifth of the usual exposure are left out.
    """
    columns = ["month", "tickets", "exposure", "rate", "centre", "low", "high", "sigma_z",
               "outside", "base"]  # fmt: skip
    complete = (pd.Timestamp(as_of) + pd.Timedelta(days=1)).to_period("M") - 1
    if tickets.empty:
        return pd.DataFrame(columns=columns)
    counts = tickets["opened_at"].dt.to_period("M").value_counts()
    first = pd.Period(first, "M") + int(pd.Timestamp(first).day > 3)
    months = pd.period_range(first, complete, freq="M")
    if purchases is None:
        exposure = pd.Series(months.days_in_month / 30, index=months)
    else:
        # complaints follow a purchase by days or weeks
        exposure = purchases.reindex(months, fill_value=0).astype(float)
        exposure = (exposure + exposure.shift(1, fill_value=exposure.iloc[:1].sum())) / 2000
        if purchases.index.min() < first:
            exposure.iloc[0] = purchases.reindex([first - 1, first], fill_value=0).sum() / 2000
    usable = exposure >= 0.2 * exposure.median() if len(exposure) else exposure > 0
    table = pd.DataFrame({"tickets": counts.reindex(months, fill_value=0), "exposure": exposure})
    table = table[usable & (table["exposure"] > 0)].rename_axis("month").reset_index()
    if len(table) < FEWEST_MONTHS + 1:
        return pd.DataFrame(columns=columns)
    base = np.arange(len(table)) < max(min(base_months, len(table) - 6), FEWEST_MONTHS)
    part = table[base]
    centre = part["tickets"].sum() / part["exposure"].sum()
    table["rate"] = table["tickets"] / table["exposure"]
    spread = np.sqrt(max(centre, 1e-12) / table["exposure"])
    z = ((table["rate"] - centre) / spread)[base].to_numpy()
    sigma = max(float(np.abs(np.diff(z)).mean() / 1.128), 1.0)
    table["centre"], table["sigma_z"], table["base"] = centre, sigma, base
    table["low"] = (centre - 3 * sigma * spread).clip(lower=0.0)
    table["high"] = centre + 3 * sigma * spread
    table["outside"] = np.select(
        [table["rate"] > table["high"], table["rate"] < table["low"]], ["above", "below"], ""
    )
    return table.assign(month=table["month"].dt.to_timestamp())[columns]
