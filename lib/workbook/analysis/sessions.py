"""Visits to the site or app, cut by silence, at three lengths of silence side by side.

Where one visit ends and the next begins, a rule decides: a pause longer than the session gap. The
number of sessions and the conversion per session follow from it, so three gaps are always shown.
"""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.blocks import BLOCKS, key_in_part, key_of, ratio_interval
from workbook.analysis.event_kinds import BROWSING, event_groups

__all__ = ["Stream", "browsing_stream", "session_counts", "sessions_by_gap"]

READ_AT_MOST = 2_000_000  # events; of more, those of a random part of the persons are read


@dataclass(frozen=True)
class Stream:
    """What happened on the site or in the app.

    `rows`: who, customer (numbers, as `blocks.key_of` gives them; customer null where unknown), start,
    end (moments, equal), events, converted, one row per event; `own`: the same and session, of the
    events that carry one; cached.
    `basis` of conversion: "events" (events that are orders), "orders" (no such event, so orders of
    the same customer were put among the events by their time), "none" (neither: no conversion is
    known). `events`: browsing events read; `unknown`: those without anybody; `part`: share of
    persons whose events are in `rows` and `own`.
    """

    rows: ir.Table
    own: ir.Table | None
    basis: str
    events: int
    unknown: int
    part: float = 1.0


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
    ordered = seen.group == "order"
    if "order_id" in columns:
        ordered = ordered | seen.order_id.notnull()
    kept = {"who": key_of(seen.who), "customer": key_of(known), "start": seen.occurred_at,
            "end": seen.occurred_at, "events": ibis.literal(1), "converted": ordered}  # fmt: skip
    if "session_id" in columns:
        kept["session"] = key_of(seen.session_id)
    rows = seen.select(**kept)
    persons = rows.group_by("who").aggregate(
        customer=rows.customer.max(), events=rows.count(), ordered=rows.converted.sum(),
        known=rows.customer.count(),
    ).cache()  # fmt: skip
    totals = persons.aggregate(
        events=persons.events.sum(), unknown=persons.events.sum(where=persons.who.isnull()),
        ordered=persons.ordered.sum(), known=persons.known.sum(),
    ).to_pandas().astype(float).fillna(0).iloc[0]  # fmt: skip
    rows = rows.filter(rows.who.notnull())
    part = min(READ_AT_MOST / max(totals["events"] - totals["unknown"], 1), 1.0)
    if part < 1:
        # a customer's visitors go together, so that a customer is read whole or not at all
        drawn = persons.filter(key_in_part(persons.customer.coalesce(persons.who), part))
        rows = rows.semi_join(drawn, "who")
    rows = rows.cache()
    own = rows.filter(rows.session.notnull()) if "session" in kept else None
    rows = rows.drop("session") if "session" in kept else rows
    basis = "events" if totals["ordered"] else "none"
    if basis == "none" and orders is not None and totals["known"]:
        bought = orders.filter(~orders.is_return)
        if bool((bought.ordered_at.hour().max() > 0).to_pandas()):
            basis = "orders"
            rows = rows.mutate(who=ibis.coalesce(rows.customer, rows.who))
            if part < 1:
                bought = bought.filter(key_in_part(key_of(bought.customer_id), part))
            moments = bought.select(
                who=key_of(bought.customer_id), customer=key_of(bought.customer_id),
                start="ordered_at", end="ordered_at", events=ibis.literal(0),
                converted=ibis.literal(True),
            )  # fmt: skip
            rows = rows.union(moments.cast(rows.schema())).cache()
    return Stream(rows, own, basis, int(totals["events"]), int(totals["unknown"]), part)


def sessions_by_gap(stream: Stream, *, gaps) -> dict[float, ir.Table]:
    """Sessions at each of several gaps (minutes), each longer one made from the next shorter one.

    One row per session: who, customer, start, end (moments), events, converted; cached. A session ends
    when nothing happens for longer than the gap; sessions that hold nothing but an order placed
    elsewhere are left out.
    """
    table, found = stream.rows, {}
    for gap in sorted(gaps):
        table = _merged(table, gap).drop("number").cache()
        found[float(gap)] = table.filter(table.events > 0)
    return found


def _merged(rows, gap_minutes):
    """Visits put together where the pause between them is no longer than the gap."""
    of_who = ibis.window(group_by="who", order_by="start")
    pause = rows.start.epoch_seconds() - rows.end.lag().over(of_who).epoch_seconds()
    opened = rows.mutate(opens=(pause.isnull() | (pause > 60 * gap_minutes)).cast("int32"))
    # of what happens at one moment, that after the pause comes first
    running = ibis.cumulative_window(group_by="who", order_by=["start", ibis.desc("opens")])
    return _per_session(opened.mutate(number=opened.opens.sum().over(running)), "number")


def _per_session(rows, key):
    return rows.group_by("who", key).aggregate(
        customer=rows.customer.max(),
        start=rows.start.min(),
        end=rows.end.max(),
        events=rows.events.sum(),
        converted=rows.converted.max(),
    )


def session_counts(
    stream: Stream, tables: dict[float, ir.Table], *, confidence=0.95, seed=0
) -> pd.DataFrame:
    """Sessions and their conversion at several gaps, and as the site counts them itself.

    Parameters
    ----------
    stream : Stream
    tables : dict
        As `sessions_by_gap` gives it.

    Returns
    -------
    DataFrame
        gap (minutes; NaN: by the site's own session_id), sessions, visitors (both of all persons,
        from the part read), per_visitor,
        single (share of sessions with one event), minutes (median length of the others),
        conversion (share of sessions with an order; NaN when none can be known), low, high. No
        rows without events of anybody known.

    Notes
    -----
    Intervals draw visitors again (in blocks): sessions of one visitor resemble each other.
    """
    found = []
    for gap, table in tables.items():
        row = _counted(table, stream.basis, confidence, seed)
        found += [(gap, *row)] if row else []
    if stream.own is not None and stream.basis != "orders":
        row = _counted(_per_session(stream.own, "session"), stream.basis, confidence, seed)
        found += [(np.nan, *row)] if row else []
    columns = ["gap", "sessions", "visitors", "per_visitor", "single", "minutes", "conversion",
               "low", "high"]  # fmt: skip
    table = pd.DataFrame(found, columns=columns)
    for name in ("sessions", "visitors"):
        table[name] = (table[name].astype(float) / stream.part).round().astype("int64")
    return table


def _counted(table, basis, confidence, seed):
    """One row of `session_counts`; None without a session."""
    length = (table.end.epoch_seconds() - table.start.epoch_seconds()) / 60
    marked = table.select(
        "who", "converted", block=table.who % BLOCKS, single=table.events == 1,
        minutes=ibis.ifelse(table.events > 1, length, ibis.null("float64")),
    )  # fmt: skip
    blocks = marked.group_by("block").aggregate(
        sessions=marked.count(), converted=marked.converted.sum(), single=marked.single.sum()
    )
    blocks = blocks.order_by("block").to_pandas().astype(float)
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
