"""Sums behind the key figures, by block of customers and span, aggregated in the engine."""

from __future__ import annotations

from datetime import timedelta

import ibis
import numpy as np
import pandas as pd

from workbook.analysis.blocks import block_of, key_of
from workbook.analysis.kpi_windows import Windows

__all__ = ["kpi_sums"]

BLOCKS = 50
REPLY_HOURS = 24


def kpi_sums(tables, windows: Windows) -> dict:
    """{key figure: (above, below, n)}: two arrays of block and span, and the rows of the year.

    Above over below is the key figure, for totals above alone; only what the tables allow.
    """
    found = {}
    if tables.has("orders", "customer_id", "ordered_at", "amount", "is_return"):
        found |= _of_orders(tables["orders"], windows)
    if tables.has("contracts", "customer_id", "started_on", "ended_on"):
        found["contract_ends"] = _of_contracts(tables["contracts"], windows)
    if tables.has("surveys", "customer_id", "answered_on"):
        found |= _of_answers(tables["surveys"], windows)
    if tables.has("tickets", "opened_at"):
        found |= _of_tickets(tables["tickets"], windows, found)
    if tables.has("invoices", "customer_id", "due_on", "paid_on"):
        late = tables["invoices"].filter(ibis._.paid_on.notnull())
        days = late.paid_on.cast("date").delta(late.due_on.cast("date"), unit="day")
        found["days_late"] = _summed(
            late.mutate(day=late.due_on.cast("date"), a=days, b=1), windows
        )
    if tables.has("spend", "month", "amount", "new_customers"):
        spend = tables["spend"].mutate(customer_id=tables["spend"].channel if "channel" in tables["spend"].columns else ibis.literal(""))  # fmt: skip
        found["cac"] = _summed(spend.mutate(day=spend.month.cast("date"), a=spend.amount, b=spend.new_customers), windows)  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


def _block(table):
    return block_of(table.customer_id.cast("string"), blocks=BLOCKS)


def _spans(spans):
    table = ibis.memtable(
        pd.DataFrame(
            [(name, pd.Timestamp(a), pd.Timestamp(b)) for name, (a, b) in spans.items()],
            columns=["span", "from_day", "to_day"],
        )
    )
    return table.mutate(from_day=table.from_day.cast("date"), to_day=table.to_day.cast("date"))


def _in_spans(rows, spans):
    """Rows (day, ...) once for each span that holds them, with its name as `span`."""
    table = _spans(spans)
    return rows.join(table, (rows.day >= table.from_day) & (rows.day <= table.to_day))


def _wide(frame, column, windows):
    """Array of block and span of a long frame (block, span, column)."""
    wide = frame.pivot_table(index="block", columns="span", values=column, aggfunc="sum")
    return wide.reindex(columns=list(windows.names)).fillna(0.0).to_numpy(float)


def _summed(rows, windows):
    """Sums of a and b of rows (customer_id, day, a, b)."""
    rows = rows.select(
        "day", block=_block(rows), a=rows.a.cast("float64"), b=rows.b.cast("float64")
    )
    rows = rows.filter(rows.a.notnull())
    # by day first: every row once for each span that holds it would be several times the table
    daily = rows.group_by("block", "day").aggregate(a=rows.a.sum(), b=rows.b.sum(), n=rows.count())
    inside = _in_spans(daily, windows.spans)
    frame = inside.group_by("block", "span").aggregate(
        a=inside.a.sum(), b=inside.b.sum(), n=inside.n.sum()
    )
    frame = frame.order_by("block", "span").to_pandas()
    if frame.empty:
        return None
    n = int(frame.loc[frame["span"] == "year", "n"].sum())
    return _wide(frame, "a", windows), _wide(frame, "b", windows), n


def _of_orders(orders, windows):
    sold = orders.filter(~orders.is_return & orders.customer_id.notnull())
    first = windows.spans["year_before"][0]
    earlier = (pd.Timestamp(first) - pd.DateOffset(years=1)).date()
    spans = windows.spans | {"two_before": (earlier, first - timedelta(days=1))}
    rows = sold.select(
        "amount", key=key_of(sold.customer_id.cast("string")), block=_block(sold),
        day=sold.ordered_at.date(),
    )  # fmt: skip
    days = rows.group_by("key", "block", "day").aggregate(amount=rows.amount.sum().cast("float64"))
    within = {n: days.day.between(*(ibis.date(d.isoformat()) for d in s)) for n, s in spans.items()}
    per = days.group_by("key", "block").aggregate(
        first_on=days.day.min(),
        **{f"{name}_revenue": days.amount.sum(where=inside) for name, inside in within.items()},
        **{f"{name}_bought": days.count(where=inside) for name, inside in within.items()},
    )
    per = per.filter(ibis.or_(*(per[f"{name}_bought"] > 0 for name in spans))).cache()
    parts = {}
    for name, (begin, end) in windows.spans.items():
        bought = per[f"{name}_bought"]
        new = per.first_on.between(ibis.date(begin.isoformat()), ibis.date(end.isoformat()))
        parts |= {
            f"{name}_revenue": per[f"{name}_revenue"].sum(), f"{name}_bought": bought.sum(),
            f"{name}_buyers": (bought > 0).sum(), f"{name}_new": new.sum(),
        }  # fmt: skip
    frame = per.group_by("block").aggregate(**parts).order_by("block").to_pandas()
    revenue, bought, buyers, new = (
        frame[[f"{name}_{c}" for name in windows.names]].fillna(0.0).to_numpy(float)
        for c in ("revenue", "bought", "buyers", "new")
    )
    if not bought.any():
        return {}
    there = np.broadcast_to(bought.sum(axis=0) > 0, bought.shape).astype(float)
    n = int(buyers[:, 0].sum())
    found = {
        "revenue": (revenue, there, n), "buyers": (buyers, there, n), "frequency": (bought, buyers, n),
        "purchase_value": (revenue, bought, int(bought[:, 0].sum())),
        "new_customers": (new, there, int(new[:, 0].sum())),
        "kept_buyers": _kept(per, windows), "_bought": (bought, None, n),
    }  # fmt: skip
    lines = orders.filter(orders.customer_id.notnull())
    both = lines.mutate(day=lines.ordered_at.date(), a=lines.is_return, b=~lines.is_return)
    found["returns"] = _summed(both, windows)
    if "delivered_on" in orders.columns:
        came = sold.filter(sold.delivered_on.notnull())
        wait = came.delivered_on.cast("date").delta(came.ordered_at.date(), unit="day")
        found["delivery_days"] = _summed(
            came.mutate(day=came.ordered_at.date(), a=wait, b=1), windows
        )
    return found


def _kept(per, windows):
    """Buyers of a year who bought in the year after, over buyers of that year."""
    year, before, earlier = (
        per[f"{name}_bought"] > 0 for name in ("year", "year_before", "two_before")
    )
    sums = per.group_by("block").aggregate(
        kept=(year & before).sum(), were=before.sum(),
        kept_before=(before & earlier).sum(), were_before=earlier.sum(),
    )  # fmt: skip
    frame = sums.order_by("block").to_pandas()
    above, below = (np.zeros((len(frame), len(windows.names))) for _ in range(2))
    above[:, 0], above[:, 1] = frame["kept"], frame["kept_before"]
    below[:, 0], below[:, 1] = frame["were"], frame["were_before"]
    return above, below, int(frame["were"].sum())


def _of_contracts(contracts, windows):
    """Ended for good within each span over running on its first day."""
    known = "renewed" in contracts.columns
    rows = contracts.select(
        block=_block(contracts), day=contracts.started_on.cast("date"),
        end=contracts.ended_on.cast("date"),
        renewed=contracts.renewed.fill_null(False) if known else ibis.literal(False),
    )  # fmt: skip
    spans = _spans(windows.spans)
    there = rows.join(
        spans,
        (rows.day < spans.from_day) & (rows.end.isnull() | (rows.end >= spans.from_day)),
    )
    frame = there.group_by("block", "span").aggregate(
        a=((there.end <= there.to_day) & ~there.renewed).fill_null(False).sum(), b=there.count()
    )
    frame = frame.order_by("block", "span").to_pandas()
    if frame.empty:
        return None
    below = _wide(frame, "b", windows)
    return _wide(frame, "a", windows), below, int(below[:, 0].sum())


def _of_answers(surveys, windows):
    rows = surveys.mutate(day=surveys.answered_on.cast("date"), b=1)
    found = {}
    if "csat" in surveys.columns:
        found["csat"] = _summed(rows.filter(rows.csat.notnull()).mutate(a=ibis._.csat), windows)
    if "nps" in surveys.columns:
        told = rows.filter(rows.nps.between(0, 10))
        score = (told.nps >= 9).cast("float64") * 100 - (told.nps <= 6).cast("float64") * 100
        found["nps"] = _summed(told.mutate(a=score), windows)
    return found


def _of_tickets(tickets, windows, found):
    out = {}
    rows = tickets.mutate(day=tickets.opened_at.date())
    if "customer_id" not in tickets.columns:
        rows = rows.mutate(customer_id=rows.ticket_id)
    rows = rows.mutate(customer_id=rows.customer_id.cast("string").fill_null(rows.ticket_id.cast("string")))  # fmt: skip
    if "first_reply_at" in tickets.columns:
        fast = rows.first_reply_at <= rows.opened_at + ibis.interval(hours=REPLY_HOURS)
        out["reply_share"] = _summed(
            rows.mutate(a=fast.fill_null(False).cast("float64"), b=1), windows
        )
    if "kind" in tickets.columns and "_bought" in found:
        said = _summed(rows.filter(rows.kind == "complaint").mutate(a=1, b=1), windows)
        if said is not None:
            bought = found["_bought"][0].sum(axis=0, keepdims=True) / 100
            # complaints vary; what they are counted against is spread evenly over the blocks
            out["complaints"] = (
                said[0],
                np.repeat(bought / len(said[0]), len(said[0]), axis=0),
                said[2],
            )
    return out
