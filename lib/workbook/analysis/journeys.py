"""The journey from touchpoint to touchpoint, cut where somebody orders or falls silent.

A journey starts with the first touchpoint after an order or a long silence, and ends with an order
(won) or with silence (lost). One that is still warm on the last day is undecided and tells nothing
about leaving yet.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.blocks import BLOCKS, key_in_part, key_of
from workbook.analysis.event_kinds import event_groups

__all__ = ["Journeys", "journey_steps"]

#: Settles the order of what happens at one moment: an order comes last.
ORDER = ("at", "ordered", "touchpoint")
READ_AT_MOST = 1_000_000  # events; of more, the journeys of a random part of the visitors are read


@dataclass(frozen=True)
class Journeys:
    """Journeys as steps.

    `steps`: ibis table who (a number, as `blocks.key_of` gives it), journey, place (1, 2, ...), touchpoint, at, next_at (moment of the next
    step; null at the last), ends (the journey's last step), won, decided, value (money of its orders,
    null where unknown), customer_id, block. `journeys`, `won`, `lost`, `undecided`: counts; `order_value`
    money per won journey (NaN where unknown); `part`: share of visitors read; `years`: span of the
    events.
    """

    steps: ir.Table
    journeys: int
    won: int
    lost: int
    undecided: int
    order_value: float
    part: float
    years: float


def journey_steps(
    events: ir.Table, orders: ir.Table | None = None, *, as_of: date, silence_days: int = 30
) -> Journeys | None:
    """Journeys of everybody who left a trace; None when no event belongs to anybody.

    Parameters
    ----------
    events : ibis.Table
        The canonical events, of all channels.
    orders : ibis.Table, optional
        Gives the money of orders that events name by order_id.
    silence_days : int
        Days without an event after which a journey has ended.

    Notes
    -----
    The order itself is no touchpoint: a won journey ends with the step before it. Repeats of a
    touchpoint without another between them are one step. Without any event that is an order, no
    journey is won.
    """
    rows = _events(events)
    count = int(rows.count().to_pandas())
    if not count:
        return None
    part = 1.0
    if count > READ_AT_MOST:
        part = READ_AT_MOST / count
        rows = rows.filter(key_in_part(rows.who, part))
    rows = rows.cache()
    of_who = ibis.window(group_by="who", order_by=ORDER)
    pause = rows["at"].epoch_seconds() - rows["at"].lag().over(of_who).epoch_seconds()
    opens = pause.isnull() | (pause > 86_400 * silence_days) | rows.ordered.lag().over(of_who)
    opened = rows.mutate(opens=opens.fill_null(True).cast("int32"))
    running = ibis.cumulative_window(group_by="who", order_by=[*ORDER, ibis.desc("opens")])
    numbered = opened.mutate(journey=opened.opens.sum().over(running)).cache()
    end = ibis.timestamp((as_of + timedelta(days=1 - silence_days)).isoformat())
    whole = numbered.group_by("who", "journey").aggregate(
        won=numbered.ordered.max(), last_at=numbered["at"].max(), value=numbered.value.sum(),
        order_id=numbered.order_id.max(), customer_id=numbered.customer_id.max(),
        touches=(~numbered.ordered).sum(), first_at=numbered["at"].min(),
    )  # fmt: skip
    whole = whole.filter(whole.touches > 0).cache()
    if orders is not None and "order_id" in orders.columns:
        paid = orders.filter(orders.order_id.notnull() & ~orders.is_return)
        paid = paid.semi_join(whole, "order_id")
        paid = paid.group_by("order_id").aggregate(amount=paid.amount.sum())
        whole = whole.left_join(paid, "order_id").drop("order_id_right")
        whole = whole.mutate(value=ibis.coalesce(whole.amount, whole.value))
    whole = whole.mutate(decided=whole.won | (whole.last_at < end)).cache()
    steps = _steps(numbered, whole)
    totals = whole.aggregate(
        journeys=whole.count(), won=whole.won.sum(), decided=whole.decided.sum(),
        value=whole.value.mean(where=whole.won & (whole.value > 0)),
        first=whole.first_at.min(), last=whole.last_at.max(),
    ).to_pandas().iloc[0]  # fmt: skip
    if not totals["journeys"]:
        return None
    years = max((totals["last"] - totals["first"]).days + 1, 1) / 365.25
    won, decided = int(totals["won"]), int(totals["decided"])
    value = np.nan if pd.isna(totals["value"]) else float(totals["value"])
    return Journeys(
        steps, int(totals["journeys"]), won, decided - won, int(totals["journeys"]) - decided,
        value, part, years,
    )  # fmt: skip


def _events(events):
    grouped = event_groups(events)
    columns = events.columns
    null = ibis.null
    ordered = grouped.group == "order"
    return grouped.filter(grouped.who.notnull()).select(
        "touchpoint", who=key_of(grouped.who), at="occurred_at", ordered=ordered,
        customer_id=grouped.customer_id if "customer_id" in columns else null("string"),
        order_id=grouped.order_id if "order_id" in columns else null("string"),
        value=ibis.ifelse(ordered, grouped.value, null("float64"))
        if "value" in columns
        else null("float64"),
    )  # fmt: skip


def _steps(numbered, whole):
    of_journey = ibis.window(group_by=["who", "journey"], order_by=["at", "touchpoint"])
    seen = numbered.filter(~numbered.ordered)
    before = seen.touchpoint.lag().over(of_journey)
    changed = seen.mutate(kept=before.isnull() | (before != seen.touchpoint))
    changed = changed.filter(changed.kept).select("who", "journey", "touchpoint", "at")
    placed = changed.mutate(
        place=ibis.row_number().over(of_journey) + 1, next_at=changed["at"].lead().over(of_journey)
    )
    facts = whole.select("who", "journey", "won", "decided", "value", "customer_id", "last_at")
    steps = placed.join(facts, ["who", "journey"])
    last = steps.next_at.isnull()
    # the step before an order waits for the order
    return steps.mutate(
        ends=last,
        next_at=ibis.ifelse(last & steps.won, steps.last_at, steps.next_at),
        block=steps.who % BLOCKS,
    ).drop("last_at").cache()  # fmt: skip
