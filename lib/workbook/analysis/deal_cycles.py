"""The sales cycle of deals: from opening to won, by product, with those still open."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.blocks import key_of
from workbook.analysis.competing_risks import cumulative_incidence, incidence_at
from workbook.analysis.intervals import median_interval, wilson

__all__ = ["deal_cycles", "deal_stage_waits"]

FEWEST = 10  # deals of a product


def deal_cycles(
    deals: ir.Table, *, as_of: date, within_days: int = 90, most: int = 12, confidence=0.95
) -> pd.DataFrame:
    """How long deals take to be won, and how many are won in a time, by product.

    Parameters
    ----------
    deals : ibis.Table
        deal_id, opened_at; closed_at, won, product, amount where known. A deal closed after as_of is
        open; one with a result and no day of closing is left out of the times.
    within_days : int
    most : int
        Products shown, those with most deals.

    Returns
    -------
    DataFrame
        product (None: all deals), deals, won, lost, open, median_won (days from opening to won,
        won deals alone), median_low, median_high (`intervals.median_interval`), lower, upper (its
        quartiles), within (share won within the days, open deals counted as far as they were
        followed and losing as an end of its own), within_low, within_high. All deals first, then products by number of deals. Products with fewer than 10
        deals are put together as "other".

    Notes
    -----
    Share won: `competing_risks.cumulative_incidence`, in days.
    """
    columns = deals.columns
    if "closed_at" not in columns or "won" not in columns:
        return pd.DataFrame(columns=COLUMNS)
    end = ibis.timestamp((as_of + timedelta(days=1)).isoformat())
    closed = (deals.closed_at < end).fill_null(False)
    product = deals.product if "product" in columns else ibis.null("string")
    kept = deals.filter(deals.closed_at.notnull() | deals.won.isnull())
    rows = kept.select(
        product=product,
        days=ibis.ifelse(closed, kept.closed_at, end).epoch_seconds()
        - kept.opened_at.epoch_seconds(),
        end=ibis.ifelse(closed, ibis.ifelse(kept.won.fill_null(False), 1, 2), 0),
    ).to_pandas()
    rows["days"] = rows["days"] / 86_400
    rows = rows[rows["days"] >= 0]
    if not len(rows):
        return pd.DataFrame(columns=COLUMNS)
    sizes = rows["product"].value_counts()
    names = sorted(sizes.index[sizes >= FEWEST], key=lambda name: (-sizes[name], name))[:most]
    rows["product"] = rows["product"].where(
        rows["product"].isin(names) | rows["product"].isna(), "other"
    )
    found = [(None, *_cycle(rows, within_days, confidence))]
    if len(names):
        known = [*names, *(["other"] if (rows["product"] == "other").any() else [])]
        found += [
            (name, *_cycle(rows[rows["product"] == name], within_days, confidence))
            for name in known
        ]
    return pd.DataFrame(found, columns=COLUMNS)


COLUMNS = ["product", "deals", "won", "lost", "open", "median_won", "median_low", "median_high",
           "lower", "upper", "within", "within_low", "within_high"]  # fmt: skip


def _cycle(rows, within, confidence):
    won = rows.loc[rows["end"] == 1, "days"]
    counts = [int((rows["end"] == code).sum()) for code in (1, 2, 0)]
    middle, lower, upper = won.quantile([0.5, 0.25, 0.75]) if len(won) else [np.nan] * 3
    times = middle, *median_interval(won, confidence=confidence), lower, upper
    if rows["days"].max() < within:
        return len(rows), *counts, *times, np.nan, np.nan, np.nan
    return len(rows), *counts, *times, *_won_within(rows, within, confidence)


def _won_within(rows, within, confidence):
    """Share won by a day, losing as an end of its own, with its interval."""
    spells = pd.DataFrame({
        "entry": 0.0, "duration": rows["days"].clip(lower=1e-9), "ended": rows["end"] > 0,
        "reason": rows["end"].map({1: "won", 2: "lost"}),
    })  # fmt: skip
    curves = cumulative_incidence(spells, minimum=1, confidence=confidence)
    found = incidence_at(curves[curves["reason"] == "won"], [within], spells["duration"].max())
    if len(found) and 0 < found["incidence"].iloc[0] < 1:
        return tuple(float(v) for v in found[["incidence", "low", "high"]].iloc[0])
    share = float(found["incidence"].iloc[0]) if len(found) else 0.0
    low, high = wilson(share * len(rows), len(rows), confidence=confidence)
    return share, float(low), float(high)


def deal_stage_waits(stages: ir.Table, deals: ir.Table) -> pd.DataFrame:
    """How long deals wait in each stage, and how many end there without being won.

    Parameters
    ----------
    stages : ibis.Table
        `deal_stages`: deal_id, at, stage.
    deals : ibis.Table
        deal_id; closed_at, won, amount where known.

    Returns
    -------
    DataFrame
        stage, deals (that entered it), moved (went on to another stage), waits (median days to
        that or the end), lost (ended there, not won), decided (not open there today), lost_share with low, high
        (Wilson), amount (mean value of the deals lost there; NaN where unknown), place (median step
        at which the stage is entered), in the order of place. A stage that says only how deals
        ended ("won", "lost": entered with the closing, by deals of one result, with no stage after
        it) is no stage to wait in: it is left out, and its deals were lost in the stage before.
    """
    rows = _moves(stages, deals)
    ends = _ends(rows) if "won" in deals.columns else []
    columns = ["stage", "deals", "moved", "waits", "lost", "decided", "lost_share", "low", "high",
               "amount", "place"]  # fmt: skip
    rows = rows.filter(rows.stage.isnull() | rows.stage.notin(ends)) if ends else rows
    last = rows.following.isnull()
    last = last | rows.following.isin(ends) if ends else last
    known = rows.won.notnull()
    lost = last & known & ~rows.won.fill_null(False)
    wait = (rows.next_at.epoch_seconds() - rows["at"].epoch_seconds()) / 86_400
    table = rows.group_by("stage").aggregate(
        deals=rows.deal.nunique(), moved=(~last).sum(), waits=wait.median(), lost=lost.sum(),
        decided=(~last | known).sum(), amount=rows.amount.mean(where=lost), place=rows.step.median(),
    ).to_pandas()  # fmt: skip
    table = table.dropna(subset="stage")
    table["lost_share"] = table["lost"] / table["decided"].where(table["decided"] > 0)
    table["low"], table["high"] = wilson(table["lost"], table["decided"])
    return table.sort_values(["place", "stage"], ignore_index=True)[columns]


def _moves(stages, deals):
    """Every entry of a deal into a stage: deal (`key_of` its id), stage, at, step, next_at, following (stage), won, amount,
    closed_at (null where unknown)."""
    stages = stages.select("stage", "at", deal=key_of(stages.deal_id))
    of_deal = ibis.window(group_by="deal", order_by="at")
    rows = stages.select(
        "deal", "stage", "at", step=ibis.row_number().over(of_deal) + 1,
        next_at=stages["at"].lead().over(of_deal), following=stages.stage.lead().over(of_deal),
    )  # fmt: skip
    has = deals.columns
    facts = deals.select(
        deal=key_of(deals.deal_id),
        won=deals.won if "won" in has else ibis.null("boolean"),
        amount=deals.amount if "amount" in has else ibis.null("float64"),
        closed_at=(deals.closed_at if "closed_at" in has else ibis.null("timestamp")).cast(
            "timestamp"
        ),
        found=True,
    )
    return rows.left_join(facts, "deal").drop("deal_right").cache()


def _ends(rows):
    """Stages that say only how deals ended."""
    rows = rows.filter(rows.found)
    with_closing = (rows["at"].cast("date") >= rows.closed_at.cast("date")).fill_null(True)
    last = rows.following.isnull() & (rows.step > 1) & rows.won.notnull() & with_closing
    found = rows.group_by("stage").aggregate(only=last.all(), results=rows.won.nunique())
    return found.filter(found.only & (found.results == 1)).stage.to_pandas().dropna().tolist()
