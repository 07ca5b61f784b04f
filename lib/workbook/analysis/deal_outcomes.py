"""Deals won and lost: by source, product and employee, why they were lost and in which stage."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency

from workbook.analysis.clustered import clustered_share, clustered_shares
from workbook.analysis.intervals import wilson
from workbook.analysis.service_change import changed, weekly_cells
from workbook.analysis.tickets import day_number, week_number

__all__ = ["FEWEST", "decided_deals", "lost_by_stage", "lost_reasons", "stage_wins", "win_changes", "win_rate", "win_rates"]  # fmt: skip

FEWEST = 30
GROUPS = ("source", "product", "owner")
MOST_VALUES = 40


def decided_deals(deals: ir.Table, stages: ir.Table | None = None, *, as_of: date) -> pd.DataFrame:
    """Deals that were won or lost.

    Parameters
    ----------
    deals : ibis.Table
        deal_id, won; closed_at, customer_id, amount, lost_reason, source, product, owner where known.
    stages : ibis.Table, optional
        deal_id, at, stage: moves of deals.

    Returns
    -------
    pandas.DataFrame
        deal_id, won (bool), closed_at (NaT where not known), recent (closed in the 12 months to as_of, or without a day of
        closing), customer (code; -1: none), amount (NaN where unknown), lost_reason, source, product,
        owner, last_stage (the last stage before it was decided; None without moves), week.
    """
    has = deals.columns
    end = ibis.timestamp((as_of + timedelta(days=1)).isoformat())
    rows = deals.filter(deals.won.notnull())
    closed = rows.closed_at if "closed_at" in has else ibis.null("timestamp")
    rows = rows.mutate(closed_at=closed).filter(
        lambda r: r.closed_at.isnull() | (r.closed_at < end)
    )
    texts = ("customer_id", "lost_reason", "source", "product", "owner")
    chosen = {c: (rows[c].cast("string").strip().nullif("") if c in has else ibis.null("string")) for c in texts}  # fmt: skip
    amount = rows.amount if "amount" in has else ibis.null("float64")
    rows = rows.select("deal_id", "won", "closed_at", amount=amount, **chosen)
    if stages is not None:
        # the stage before the last move of a decided deal: the last one is its end
        of_deal = ibis.window(group_by="deal_id", order_by="at")
        moves = stages.mutate(
            before=stages.stage.lag().over(of_deal), place=ibis.row_number().over(of_deal)
        )
        last = moves.group_by("deal_id").aggregate(
            last_stage=moves.before.argmax(moves.place), only=moves.stage.argmax(moves.place)
        )
        rows = rows.left_join(last, "deal_id").drop("deal_id_right")
        rows = rows.mutate(last_stage=ibis.coalesce(rows.last_stage, rows.only)).drop("only")
    else:
        rows = rows.mutate(last_stage=ibis.null("string"))
    frame = rows.order_by("deal_id").to_pandas()
    frame["closed_at"] = pd.to_datetime(frame["closed_at"])
    frame["won"] = frame["won"].astype(bool)
    frame["customer"] = pd.factorize(frame.pop("customer_id"))[0]
    since = pd.Timestamp(as_of) + pd.Timedelta(days=1) - pd.DateOffset(years=1)
    frame["recent"] = frame["closed_at"].isna() | (frame["closed_at"] >= since)
    days = (frame["closed_at"].dt.normalize() - pd.Timestamp("1970-01-01")).dt.days
    frame["week"] = week_number(days)
    return frame


def _clusters(rows):
    """Codes of customers; deals without one stand alone."""
    own = rows["customer"].to_numpy()
    return np.where(own < 0, -np.arange(1, len(own) + 1), own)


def win_rate(rows: pd.DataFrame, *, confidence=0.95) -> dict:
    """Share of decided deals that were won, by number and by money.

    Returns
    -------
    dict
        share (None without deals), low, high, n, won, amount_share (of the money of deals with a known
        amount; NaN without), amount_won, amount_lost (money).
    """
    found = clustered_share(rows["won"], _clusters(rows), confidence=confidence)
    won, lost = (float(rows.loc[side, "amount"].sum()) for side in (rows["won"], ~rows["won"]))
    return {
        "share": found["share"], "low": found["low"], "high": found["high"], "n": found["n"],
        "won": found["hits"], "amount_won": won, "amount_lost": lost,
        "amount_share": won / (won + lost) if won + lost > 0 else np.nan,
    }  # fmt: skip


def win_rates(rows: pd.DataFrame, column: str, *, confidence=0.95) -> pd.DataFrame:
    """Win rate of every value of a column with 30 decided deals.

    Returns
    -------
    pandas.DataFrame
        group, n, won, share, low, high (clustered by customer), shrunk (share drawn towards that of
        all by how much the groups differ beyond chance), amount (mean money of the won; NaN where
        unknown). Most deals first. ``attrs["few"]`` counts groups with fewer deals.
    """
    columns = ["group", "n", "won", "share", "low", "high", "shrunk", "amount"]
    known = rows[rows[column].notna()]
    if known.empty:
        return pd.DataFrame(columns=columns)
    table = clustered_shares(known["won"], known[column], _clusters(known), confidence=confidence)
    few = int((table["n"] < FEWEST).sum())
    table = table[table["n"] >= FEWEST].reset_index(drop=True)
    if table.empty:
        table.attrs["few"] = few
        return table.reindex(columns=columns)
    table["won"] = table["hits"].astype(int)
    overall = table["won"].sum() / table["n"].sum()
    error2 = overall * (1 - overall) / table["effective_n"].clip(lower=1)
    weight = 1 / error2.clip(lower=1e-12)
    gap2 = (table["share"] - overall) ** 2
    # variance between groups by the method of moments (DerSimonian, Laird 1986)
    free = len(table) - 1
    scale = weight.sum() - (weight**2).sum() / weight.sum()
    between = (
        max(float((weight * gap2).sum() - free) / scale, 0.0) if free > 0 and scale > 0 else 0.0
    )
    table["shrunk"] = overall + between / (between + error2) * (table["share"] - overall)
    means = known[known["won"]].groupby(column)["amount"].mean()
    table["amount"] = table["group"].map(means).astype(float)
    table = table[columns]
    table.attrs["few"] = few
    return table


def lost_reasons(rows: pd.DataFrame, *, confidence=0.95) -> pd.DataFrame:
    """Why deals were lost.

    Returns
    -------
    pandas.DataFrame
        reason (None: not said), deals, share (of those with a reason; NaN for none), low, high,
        amount (money of the deals lost; NaN where unknown), amount_share, cumulative (running sum of share).
        Most deals first, those without a reason last.
    """
    columns = ["reason", "deals", "share", "low", "high", "amount", "amount_share", "cumulative"]
    lost = rows[~rows["won"]]
    named = lost[lost["lost_reason"].notna()]
    if lost.empty:
        return pd.DataFrame(columns=columns)
    table = named.groupby("lost_reason").agg(
        deals=("won", "size"), amount=("amount", lambda a: a.sum(min_count=1))
    )
    table = table.reset_index(names="reason").sort_values(
        ["deals", "reason"], ascending=[False, True]
    )
    total = len(named)
    low, high = wilson(table["deals"], np.full(len(table), total), confidence=confidence)
    table = table.assign(share=table["deals"] / max(total, 1), low=low, high=high)
    table["amount_share"] = table["amount"] / max(table["amount"].sum(), 1e-9)
    table["cumulative"] = table["share"].cumsum()
    silent = lost[lost["lost_reason"].isna()]
    if len(silent):
        row = {"reason": None, "deals": len(silent), "amount": silent["amount"].sum(min_count=1)}
        table = (
            pd.concat([table, pd.DataFrame([row])], ignore_index=True)
            if total
            else pd.DataFrame([row])
        )
    return table.reindex(columns=columns).reset_index(drop=True)


def lost_by_stage(rows: pd.DataFrame, *, most: int = 8) -> pd.DataFrame:
    """Lost deals by the stage they were in and the reason: index stage, one column per reason.

    Empty without moves of deals or without reasons. ``attrs["p"]``: chance of such a pattern if stage
    and reason had nothing to do with each other (chi-squared; NaN with one of either).
    """
    lost = rows[~rows["won"] & rows["last_stage"].notna() & rows["lost_reason"].notna()]
    if lost.empty:
        return pd.DataFrame()
    top = lost["lost_reason"].value_counts().index[:most]
    lost = lost[lost["lost_reason"].isin(top)]
    table = pd.crosstab(lost["last_stage"], lost["lost_reason"]).reindex(columns=list(top))
    table.attrs["p"] = float(chi2_contingency(table)[1]) if min(table.shape) > 1 else np.nan
    return table


def stage_wins(stages: ir.Table, deals: ir.Table, *, confidence=0.95) -> pd.DataFrame:
    """Share of decided deals that were won, of those that entered each stage.

    Parameters
    ----------
    stages : ibis.Table
        deal_id, at, stage.
    deals : ibis.Table
        deal_id, won.

    Returns
    -------
    pandas.DataFrame
        stage, deals (decided ones that entered it), won, share, low, high (Wilson), place (median
        step at which it is entered); in the order of place. Stages that only won or only lost deals enter are ends
        and left out.
    """
    of_deal = ibis.window(group_by="deal_id", order_by="at")
    moves = stages.mutate(step=ibis.row_number().over(of_deal) + 1)
    entered = moves.group_by("deal_id", "stage").aggregate(step=moves.step.min())
    decided = deals.filter(deals.won.notnull()).select("deal_id", "won")
    rows = entered.inner_join(decided, "deal_id")
    sums = rows.group_by("stage").aggregate(
        deals=rows.count(), won=rows.won.cast("int64").sum(), place=rows.step.median()
    )
    table = sums.to_pandas()
    table = table[(table["won"] > 0) & (table["won"] < table["deals"])]
    low, high = wilson(table["won"], table["deals"], confidence=confidence)
    table = table.assign(share=table["won"] / table["deals"], low=low, high=high)
    columns = ["stage", "deals", "won", "share", "low", "high", "place"]
    return table.sort_values(["place", "stage"], ignore_index=True)[columns]


def win_changes(rows: pd.DataFrame, *, as_of: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Where more deals are lost than a year before.

    Returns
    -------
    table, cells : pandas.DataFrame
        As `service_change.changed` and `weekly_cells` give them; events are lost deals, the base all
        that were decided, by week of the decision.
    """
    known = rows[rows["week"].notna()].astype({"week": int})
    columns = [c for c in GROUPS if 2 <= known[c].nunique() <= MOST_VALUES]
    cells = weekly_cells(known, ~known["won"], np.ones(len(known)), columns)
    last = week_number(day_number(as_of) + 1) - 1
    return changed(cells, last_week=last, share=True), cells[cells["week"] <= last]
