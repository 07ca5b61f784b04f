"""What customers of an action did in its window and before it, arm by arm."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

__all__ = ["arm_sums", "customer_windows"]

BEFORE = 365  # days before the start that tell how customers differed already


def customer_windows(tables, days, people: ir.Table, metric: str, *, window_days: int):
    """Outcome of each customer in the window after, and the same in the year before.

    Parameters
    ----------
    tables : workbook.intake.tables.Tables
    days : ibis.Table or None
        As `bought_days.bought_days` gives it.
    people : ibis.Table
        customer_id, treated, index_on (first day of the window).
    metric : {"buyers", "purchases", "revenue", "contract_ends", "complaints"}

    Returns
    -------
    ibis.Table or None
        customer_id, treated, y (in the window; buyers, contract_ends and complaints: 1 or 0), x (in
        the 365 days before it), per customer; None where the table is missing.
    """
    rows = _happenings(tables, days, metric)
    if rows is None:
        return None
    pairs = people.inner_join(rows, "customer_id")
    at = pairs.on.delta(pairs.index_on, unit="day")
    amount = pairs.amount
    sums = pairs.group_by("customer_id").aggregate(
        y=amount.sum(where=(at >= 0) & (at < window_days)),
        x=amount.sum(where=(at < 0) & (at >= -BEFORE)),
    )
    found = people.left_join(sums, "customer_id")
    found = found.select(
        "customer_id", "treated", y=found.y.fill_null(0.0), x=found.x.fill_null(0.0)
    )
    if metric in ("buyers", "contract_ends", "complaints"):
        found = found.mutate(y=(found.y > 0).cast("float64"))
    return found


def _happenings(tables, days, metric):
    """customer_id, on (date), amount of what the metric counts."""
    if metric in ("buyers", "purchases", "revenue"):
        if days is None:
            return None
        amount = days.amount if metric == "revenue" else ibis.literal(1.0)
        return days.select("customer_id", on=days.bought_on, amount=amount)
    if metric == "contract_ends":
        if not tables.has("contracts", "ended_on"):
            return None
        rows = tables["contracts"]
        rows = rows.filter(rows.ended_on.notnull())
        return rows.select("customer_id", on=rows.ended_on.cast("date"), amount=ibis.literal(1.0))
    if not tables.has("tickets", "kind", "customer_id"):
        return None
    rows = tables["tickets"]
    rows = rows.filter((rows.kind == "complaint") & rows.customer_id.notnull())
    return rows.select("customer_id", on=rows.opened_at.cast("date"), amount=ibis.literal(1.0))


def arm_sums(windows: ir.Table):
    """Sums that an adjusted difference of means is worked out from.

    Returns
    -------
    pandas.DataFrame
        Index treated (bool); n, y, x, yy, xx, xy.
    """
    w = windows
    sums = w.group_by("treated").aggregate(
        n=w.count(), y=w.y.sum(), x=w.x.sum(), yy=(w.y * w.y).sum(), xx=(w.x * w.x).sum(),
        xy=(w.x * w.y).sum(),
    )  # fmt: skip
    return sums.execute().set_index("treated").reindex([False, True]).fillna(0.0)
