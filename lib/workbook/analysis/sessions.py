"""Visits to the site or app, cut by silence, at three lengths of silence side by side.

Where one visit ends and the next begins, a rule decides: a pause longer than the session gap. The
number of sessions and the conversion per session follow from it, so three gaps are always shown.
"""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.blocks import block_of, ratio_interval
from workbook.analysis.event_kinds import BROWSING, event_groups

__all__ = ["Stream", "browsing_stream", "session_counts", "sessions"]


@dataclass(frozen=True)
class Stream:
    """What happened on the site or in the app.

    `rows`: who, at, events, ordered, customer_id, one row per person and moment, so that no order is
    left to chance; `own`: who, at, ordered, customer_id, session_id of the events that carry one.
    `basis` of conversion: "events" (events that are orders), "orders" (no such event, so orders of
    the same customer were put among the events by their time), "none" (neither: no conversion is
    known). `events`: browsing events read; `unknown`: those without anybody.
    """

    rows: ir.Table
    own: ir.Table
    basis: str
    events: int
    unknown: int


def browsing_stream(events: ir.Table, orders: ir.Table | None = None) -> Stream:
    """Events on the site or in the app.

    Parameters
    ----------
    events : ibis.Table
        The canonical events.
    orders : ibis.Table, optional
        Serves where no event tells an order, and orders have a time of day.
    """
    grouped = event_groups(events)
    seen = grouped.filter(grouped.group.isin(BROWSING))
    columns = events.columns
    known = seen.customer_id if "customer_id" in columns else ibis.null("string")
    session = seen.session_id if "session_id" in columns else ibis.null("string")
    ordered = seen.group == "order"
    if "order_id" in columns:
        ordered = ordered | seen.order_id.notnull()
    rows = seen.select(
        who="who", at="occurred_at", ordered=ordered, customer_id=known, session_id=session,
        browsing=ibis.literal(1),
    )  # fmt: skip
    totals = rows.aggregate(
        events=rows.count(), unknown=rows.who.isnull().sum(), ordered=rows.ordered.sum(),
        known=rows.customer_id.count(),
    ).to_pandas().astype(float).fillna(0).iloc[0]  # fmt: skip
    rows = rows.filter(rows.who.notnull())
    own = rows.filter(rows.session_id.notnull()).mutate(events=ibis.literal(1))
    rows = rows.drop("session_id")
    basis = "events" if totals["ordered"] else "none"
    if basis == "none" and orders is not None and totals["known"]:
        bought = orders.filter(~orders.is_return)
        if bool((bought.ordered_at.hour().max() > 0).to_pandas()):
            basis = "orders"
            rows = rows.mutate(who=ibis.coalesce(rows.customer_id, rows.who))
            moments = bought.select(
                who="customer_id", at="ordered_at", ordered=ibis.literal(True),
                customer_id="customer_id", browsing=ibis.literal(0),
            )  # fmt: skip
            rows = rows.union(moments.cast(rows.schema()))
    rows = rows.group_by("who", "at").aggregate(
        events=rows.browsing.sum(), ordered=rows.ordered.max(), customer_id=rows.customer_id.max()
    )
    return Stream(rows, own, basis, int(totals["events"]), int(totals["unknown"]))


def sessions(stream: Stream, *, gap_minutes: float) -> ir.Table:
    """One row per session: who, number, start, end (moments), events, converted, customer_id, block.

    A session ends when nothing happens for longer than `gap_minutes`; sessions that hold nothing but
    an order placed elsewhere are left out. Cache it.
    """
    rows = stream.rows
    of_who = ibis.window(group_by="who", order_by="at")
    pause = rows["at"].epoch_seconds() - rows["at"].lag().over(of_who).epoch_seconds()
    opened = rows.mutate(opens=(pause.isnull() | (pause > 60 * gap_minutes)).cast("int32"))
    running = ibis.cumulative_window(group_by="who", order_by="at")
    numbered = opened.mutate(number=opened.opens.sum().over(running))
    return _per_session(numbered, "number")


def _per_session(rows, *keys):
    table = rows.group_by("who", *keys).aggregate(
        start=rows["at"].min(),
        end=rows["at"].max(),
        events=rows.events.sum(),
        converted=rows.ordered.max(),
        customer_id=rows.customer_id.max(),
    )
    return table.filter(table.events > 0).mutate(block=block_of(table.who))


def session_counts(stream: Stream, *, gaps=(10, 30, 60), confidence=0.95, seed=0) -> pd.DataFrame:
    """Sessions and their conversion at several gaps, and as the site counts them itself.

    Parameters
    ----------
    stream : Stream
    gaps : sequence of float
        Minutes.

    Returns
    -------
    DataFrame
        gap (minutes; NaN: by the site's own session_id), sessions, visitors, per_visitor,
        single (share of sessions with one event), minutes (median length of the others),
        conversion (share of sessions with an order; NaN when none can be known), low, high. No
        rows without events of anybody known.

    Notes
    -----
    Intervals draw visitors again (in blocks): sessions of one visitor resemble each other.
    """
    found = []
    for gap in gaps:
        row = _counted(sessions(stream, gap_minutes=gap), stream.basis, confidence, seed)
        found += [(float(gap), *row)] if row else []
    row = _counted(_per_session(stream.own, "session_id"), stream.basis, confidence, seed)
    if row and stream.basis != "orders":
        found.append((np.nan, *row))
    columns = ["gap", "sessions", "visitors", "per_visitor", "single", "minutes", "conversion",
               "low", "high"]  # fmt: skip
    return pd.DataFrame(found, columns=columns)


def _counted(table, basis, confidence, seed):
    """One row of `session_counts`; None without a session."""
    length = (table.end.epoch_seconds() - table.start.epoch_seconds()) / 60
    marked = table.select(
        "who", "block", "converted", single=table.events == 1,
        minutes=ibis.ifelse(table.events > 1, length, ibis.null("float64")),
    )  # fmt: skip
    blocks = marked.group_by("block").aggregate(
        sessions=marked.count(), converted=marked.converted.sum(), single=marked.single.sum()
    )
    blocks = blocks.order_by("block").to_pandas()
    if not len(blocks):
        return None
    rest = marked.aggregate(visitors=marked.who.nunique(), minutes=marked.minutes.median())
    visitors, minutes = rest.to_pandas().iloc[0]
    total = int(blocks["sessions"].sum())
    rate = ratio_interval(blocks, "converted", "sessions", confidence=confidence, seed=seed)
    if basis == "none":
        rate = (np.nan,) * 3
    return (total, int(visitors), total / visitors, float(blocks["single"].sum() / total),
            np.nan if pd.isna(minutes) else float(minutes), *rate)  # fmt: skip
