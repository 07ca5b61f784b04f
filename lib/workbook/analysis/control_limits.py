"""Control charts of key figures against the same month of the year before."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from scipy.stats import t as student

__all__ = ["CHANCE", "charted", "monthly_figures", "outside_months", "year_changes"]

CHANCE = 0.0027  # of a month outside by chance, as three standard deviations give
FEWEST = 30  # purchases, answers ... in a month
WIDEST = 3.0  # times the centre; limits beyond it tell nothing


def monthly_figures(tables, days, *, as_of: date) -> dict:
    """Key figures of complete months.

    Parameters
    ----------
    tables : workbook.intake.tables.Tables
    days : ibis.Table or None
        As `bought_days.bought_days` gives it.

    Returns
    -------
    dict
        {figure: DataFrame with months as index, n, value}, from tables that are there: per_purchase
        (money), purchases_per_buyer, csat (mean), complaints (per 100 purchase days), resolution_days
        (mean of closed tickets by month of opening, months that ended 60 days ago), contract_ends
        (share of those running). Rates only: sums grow with the firm, and slower as it ages.
    """
    last = (pd.Timestamp(as_of) + pd.Timedelta(days=1)).to_period("M") - 1
    found = {}
    bought = None
    if days is not None:
        month = days.bought_on.truncate("M")
        sums = days.group_by(month=month).aggregate(
            purchases=days.count(),
            revenue=days.amount.sum(),
            buyers=days.customer_id.nunique(),
        )
        bought = _months(sums, last)
        n = bought["purchases"]
        found["per_purchase"] = pd.DataFrame({"n": n, "value": bought["revenue"] / n})
        found["purchases_per_buyer"] = pd.DataFrame({"n": n, "value": n / bought["buyers"]})
    if tables.has("surveys", "csat"):
        rows = tables["surveys"].filter(tables["surveys"].csat.notnull())
        sums = rows.group_by(month=rows.answered_on.cast("date").truncate("M"))
        sums = _months(sums.aggregate(n=rows.count(), value=rows.csat.mean()), last)
        found["csat"] = sums
    if "tickets" in tables:
        found |= _tickets(tables["tickets"], bought, last)
    if tables.has("contracts", "started_on", "ended_on"):
        found["contract_ends"] = _ends(tables["contracts"], last)
    return {name: table.astype(float) for name, table in found.items() if len(table)}


def _months(table, last):
    frame = table.order_by("month").execute()
    index = pd.PeriodIndex(pd.to_datetime(frame.pop("month")), freq="M")
    frame = frame.set_axis(index)
    if not len(frame):
        return frame
    whole = pd.period_range(index[0] + 1, last, freq="M")  # the first may be a part of a month
    return frame.reindex(whole).fillna(0.0)


def _tickets(tickets, bought, last):
    found = {}
    month = tickets.opened_at.cast("date").truncate("M")
    if "kind" in tickets.columns and bought is not None:
        sums = tickets.group_by(month=month).aggregate(n=(tickets.kind == "complaint").sum())
        sums = _months(sums, last)
        if len(sums) and sums["n"].sum():
            days = bought["purchases"].reindex(sums.index)
            value = (100 * sums["n"] / days).where(days > 0)
            found["complaints"] = pd.DataFrame({"n": sums["n"], "value": value})
    if "closed_at" in tickets.columns:
        hours = tickets.closed_at.delta(tickets.opened_at, unit="hour")
        closed = tickets.filter(tickets.closed_at.notnull() & (hours >= 0))
        mean = closed.closed_at.delta(closed.opened_at, unit="hour").mean() / 24
        sums = closed.group_by(month=closed.opened_at.cast("date").truncate("M"))
        sums = _months(sums.aggregate(n=closed.count(), value=mean), last - 2)
        found["resolution_days"] = sums
    return found


def _ends(contracts, last):
    rows = contracts.select(
        start=contracts.started_on.cast("date"), end=contracts.ended_on.cast("date")
    )
    begun = rows.group_by(month=rows.start.truncate("M")).aggregate(begun=rows.count())
    ended = rows.filter(rows.end.notnull())
    ended = ended.group_by(month=ended.end.truncate("M")).aggregate(ended=ended.count())
    frames = [table.order_by("month").execute() for table in (begun, ended)]
    frames = [
        frame.set_index(pd.PeriodIndex(pd.to_datetime(frame.pop("month")), freq="M"))
        for frame in frames
    ]
    if not len(frames[0]):
        return pd.DataFrame(columns=["n", "value"])
    months = pd.period_range(frames[0].index.min(), last, freq="M")
    flow = pd.concat([frame.reindex(months) for frame in frames], axis=1).fillna(0.0)
    running = (flow["begun"] - flow["ended"]).cumsum().shift(1, fill_value=0.0)
    value = (flow["ended"] / running).where(running >= FEWEST)
    return pd.DataFrame({"n": running, "value": value})[1:]


def year_changes(table: pd.DataFrame) -> pd.DataFrame:
    """Each month against the same month of the year before, January and February together.

    Parameters
    ----------
    table : pandas.DataFrame
        Index Period (months), n, value.

    Returns
    -------
    pandas.DataFrame
        month (first day; February stands for January and February), change (logarithm of the
        ratio); months with fewer than 30 counted in either year are left out.
    """
    rows = table.dropna()
    rows = rows[(rows["n"] >= FEWEST) & (rows["value"] > 0)]
    winter = rows.index.month == 1
    rows = rows.assign(key=np.where(winter, rows.index + 1, rows.index))
    sums = rows.groupby("key").agg(n=("n", "sum"), value=("value", "mean"), parts=("n", "size"))
    whole = [key.month != 2 or parts == 2 for key, parts in sums["parts"].items()]
    sums = sums[whole]
    found = [
        (key.to_timestamp(), float(np.log(row["value"] / sums.loc[key - 12, "value"])))
        for key, row in sums.iterrows()
        if key - 12 in sums.index
    ]
    return pd.DataFrame(found, columns=["month", "change"])


def charted(changes: pd.DataFrame, *, base_months: int = 11) -> pd.DataFrame | None:
    """Limits from the first year of changes, and the months outside them.

    Parameters
    ----------
    changes : pandas.DataFrame
        From `year_changes`.
    base_months : int
        The first so many set centre and limits, so that a later shift can't hide in them.

    Returns
    -------
    pandas.DataFrame or None
        month, ratio (to the same month of the year before), centre, low, high (of it), outside
        ("above", "below" or ""), base (bool); None with fewer than
        `base_months` + 1 changes, or where the base year was so unsteady that the limits would lie
        beyond three times, or a third of, the centre.

    Notes
    -----
    Individuals chart: standard deviation from the mean moving range over 1.128. Its limits are those
    of a further value, by Student's t with 0.62 degrees of freedom per moving range, since the base
    is short: about 27 months in 10,000 lie outside by chance, as with the usual three standard
    deviations of a long base. Runs on one side are not counted: so short a base doesn't tell where
    the centre is.
    """
    if len(changes) < base_months + 1:
        return None
    base = np.arange(len(changes)) < base_months
    value = changes["change"].to_numpy(float)
    centre = value[base].mean()
    sigma = np.abs(np.diff(value[base])).mean() / 1.128
    reach = student.ppf(1 - CHANCE / 2, max(0.62 * (base_months - 1), 1))
    half = reach * sigma * np.sqrt(1 + 1 / base_months)
    if half > np.log(WIDEST):
        return None
    outside = np.where(value > centre + half, "above", np.where(value < centre - half, "below", ""))
    outside = np.where(base, "", outside)
    ends = {"centre": centre, "low": centre - half, "high": centre + half}
    return pd.DataFrame(
        {"month": changes["month"], "ratio": np.exp(value)}
        | {name: np.exp(end) for name, end in ends.items()}
        | {"outside": outside, "base": base}
    ).reset_index(drop=True)


def outside_months(charts: dict) -> pd.DataFrame:
    """The months outside their limits, over all charts.

    Parameters
    ----------
    charts : dict
        {figure: table of `charted`}.

    Returns
    -------
    pandas.DataFrame
        figure, judged (months after the base), outside (of them), first (month), side, ratio (last
        month), centre, low, high.
    """
    rows = []
    for name, table in charts.items():
        later = table[~table["base"]]
        out = later[later["outside"] != ""]
        last = later.iloc[-1]
        rows.append(
            (name, len(later), len(out), out["month"].iloc[0] if len(out) else None,
             out["outside"].iloc[0] if len(out) else "", last["ratio"], last["centre"],
             last["low"], last["high"])
        )  # fmt: skip
    columns = ["figure", "judged", "outside", "first", "side", "ratio", "centre", "low", "high"]
    return pd.DataFrame(rows, columns=columns)
