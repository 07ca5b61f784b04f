"""Key figures of a company over a year and the last period, each against what was before."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
from scipy.stats import t

from workbook.analysis.kpi_windows import Windows, kpi_windows

__all__ = ["KPIS", "kpi_table"]

BLOCKS = 50
#: Key figure: (form, 1 where more is worse, 0 where neither). "total": a sum; "ratio": one sum over
#: another, compared as a factor; "mean": the same, compared as a difference.
KPIS = {
    "revenue": ("total", -1), "buyers": ("total", -1), "frequency": ("ratio", -1),
    "purchase_value": ("ratio", -1), "new_customers": ("total", -1), "kept_buyers": ("mean", -1),
    "contract_ends": ("mean", 1), "cac": ("ratio", 1), "csat": ("mean", -1), "nps": ("mean", -1),
    "complaints": ("ratio", 1), "returns": ("mean", 1), "delivery_days": ("mean", 1),
    "reply_share": ("mean", -1), "days_late": ("mean", 1),
}  # fmt: skip
REPLY_HOURS = 24
MEANS = ("csat", "nps", "reply_share", "returns", "contract_ends", "delivery_days", "days_late")


def kpi_table(tables, *, as_of: date, confidence: float = 0.95) -> pd.DataFrame:
    """Key figures with their change against the year and the period before.

    Parameters
    ----------
    tables : workbook.intake.tables.Tables
    as_of : datetime.date
    confidence : float

    Returns
    -------
    pandas.DataFrame
        kpi, form, worse, n (rows or customers of the year), value, before (12 months before), change with
        low and high (a share of the value before, or a difference for means), period, on_year (同比:
        against the same period of the year before), on_period (环比: against the period before),
        target (of the year), attained (value over target). Only key figures that the tables allow.

    Notes
    -----
    Intervals by leaving out one of 50 blocks of customers at a time.
    """
    windows = kpi_windows(as_of)
    sums = _sums(tables, windows)
    targets = _targets(tables, windows)
    rows = []
    for name, (form, worse) in KPIS.items():
        if name not in sums:
            continue
        above, below, n = sums[name]
        value = _values(above.sum(axis=0), below.sum(axis=0), form)
        change, low, high = _change(above, below, form, confidence)
        target = targets.get(name, np.nan)
        rows.append(
            (name, form, worse, n, value[0], value[1], change, low, high, value[2],
             _gap(value[2], value[4], form), _gap(value[2], value[3], form), target,
             value[0] / target if target > 0 else np.nan)
        )  # fmt: skip
    columns = ["kpi", "form", "worse", "n", "value", "before", "change", "low", "high", "period",
               "on_year", "on_period", "target", "attained"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _values(above, below, form):
    if form == "total":
        return np.where(below > 0, above, np.nan)
    with np.errstate(all="ignore"):
        return np.where(below > 0, above / below, np.nan)


def _gap(now, then, form):
    if form == "mean":
        return now - then
    return now / then - 1 if then > 0 else np.nan


def _change(above, below, form, confidence):
    """Change of the year and its interval."""
    whole = _values(above.sum(axis=0), below.sum(axis=0), form)
    change = _gap(whole[0], whole[1], form)
    blocks = len(above)
    if blocks < 10 or change != change:
        return change, np.nan, np.nan
    left = _values(above.sum(axis=0) - above, below.sum(axis=0) - below, form)
    with np.errstate(all="ignore"):
        gaps = left[:, 0] - left[:, 1] if form == "mean" else left[:, 0] / left[:, 1] - 1
    # a total loses a block's worth by itself: the ratio of both years does not
    se = np.sqrt((blocks - 1) / blocks * np.nansum((gaps - np.nanmean(gaps)) ** 2))
    half = t.ppf(0.5 + confidence / 2, blocks - 1) * se
    return change, change - half, change + half


def _sums(tables, windows: Windows) -> dict:
    """{kpi: (above, below, n)}: arrays of block and window."""
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
        found["days_late"] = _summed(late.mutate(day=late.due_on.cast("date"), a=days, b=1), windows)
    if tables.has("spend", "month", "amount", "new_customers"):
        spend = tables["spend"].mutate(customer_id=tables["spend"].channel if "channel" in tables["spend"].columns else ibis.literal(""))  # fmt: skip
        found["cac"] = _summed(spend.mutate(day=spend.month.cast("date"), a=spend.amount, b=spend.new_customers), windows)  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


def _block(table):
    return (table.customer_id.cast("string").hash() % BLOCKS + BLOCKS) % BLOCKS


def _summed(rows, windows):
    """Sums of a and b of rows (customer_id, day, a, b) by block and window, and the rows of the year."""
    rows = rows.mutate(block=_block(rows))
    parts = {}
    for name, (first, last) in windows.spans.items():
        inside = rows.day.between(ibis.date(first.isoformat()), ibis.date(last.isoformat()))
        parts |= {f"a_{name}": rows.a.cast("float64").sum(where=inside),
                  f"b_{name}": rows.b.cast("float64").sum(where=inside),
                  f"n_{name}": rows.a.count(where=inside)}  # fmt: skip
    frame = rows.group_by("block").aggregate(**parts).order_by("block").to_pandas()
    if frame.empty:
        return None
    return *_arrays(frame, windows), int(frame["n_year"].sum())


def _arrays(frame, windows):
    return [np.nan_to_num(frame[[f"{side}_{n}" for n in windows.names]].to_numpy(float)) for side in "ab"]  # fmt: skip


def _of_orders(orders, windows):
    sold = orders.filter(~orders.is_return & orders.customer_id.notnull())
    days = sold.group_by("customer_id", day=sold.ordered_at.date()).aggregate(amount=sold.amount.sum())
    known = days.mutate(first=days.day.min().over(ibis.window(group_by="customer_id")), block=_block(days))  # fmt: skip
    parts, spans = {}, dict(windows.spans)
    first = spans["year_before"][0]
    spans["two_before"] = (first.replace(year=first.year - 1) if (first.month, first.day) != (2, 29) else first - timedelta(days=366), first - timedelta(days=1))  # fmt: skip
    at = {n: known.day.between(ibis.date(a.isoformat()), ibis.date(b.isoformat())) for n, (a, b) in spans.items()}  # fmt: skip
    per = known.group_by("customer_id", "block").aggregate(
        **{f"r_{n}": known.amount.sum(where=at[n]).fill_null(0.0) for n in spans},
        **{f"d_{n}": known.day.count(where=at[n]) for n in spans},
        **{f"f_{n}": ((known.day == known["first"]) & at[n]).sum() for n in spans},
    )
    for n in spans:
        parts |= {f"revenue_{n}": per[f"r_{n}"].sum(), f"days_{n}": per[f"d_{n}"].sum(),
                  f"buyers_{n}": (per[f"d_{n}"] > 0).sum(), f"new_{n}": per[f"f_{n}"].sum()}  # fmt: skip
    for now, then in (("year", "year_before"), ("year_before", "two_before")):
        parts[f"kept_{now}"] = ((per[f"d_{now}"] > 0) & (per[f"d_{then}"] > 0)).sum()
        parts[f"were_{now}"] = (per[f"d_{then}"] > 0).sum()
    frame = per.group_by("block").aggregate(**parts).order_by("block").to_pandas().fillna(0.0)
    if frame.empty:
        return {}

    def of(name):
        return np.column_stack([frame[f"{name}_{n}"].to_numpy(float) for n in windows.names])

    revenue, bought, buyers, new = (of(n) for n in ("revenue", "days", "buyers", "new"))
    there = np.broadcast_to(bought.sum(axis=0) > 0, bought.shape).astype(float)
    n = int(buyers[:, 0].sum())
    kept = np.zeros_like(buyers), np.zeros_like(buyers)
    for place, name in enumerate(("year", "year_before")):
        kept[0][:, place], kept[1][:, place] = frame[f"kept_{name}"], frame[f"were_{name}"]
    found = {
        "revenue": (revenue, there, n), "buyers": (buyers, there, n), "frequency": (bought, buyers, n),
        "purchase_value": (revenue, bought, int(bought[:, 0].sum())),
        "new_customers": (new, there, int(new[:, 0].sum())),
        "kept_buyers": (*kept, int(kept[1][:, 0].sum())), "_bought": (bought, frame["block"], n),
    }  # fmt: skip
    lines = orders.filter(orders.customer_id.notnull())
    both = lines.mutate(day=lines.ordered_at.date(), a=lines.is_return.cast("float64"),
                        b=(~lines.is_return).cast("float64"))  # fmt: skip
    found["returns"] = _summed(both, windows)
    if "delivered_on" in orders.columns:
        came = sold.filter(sold.delivered_on.notnull())
        wait = came.delivered_on.cast("date").delta(came.ordered_at.date(), unit="day")
        found["delivery_days"] = _summed(came.mutate(day=came.ordered_at.date(), a=wait, b=1), windows)
    return found


def _of_contracts(contracts, windows):
    """Ended for good within each span over running on its first day."""
    rows = contracts.mutate(block=_block(contracts), start=contracts.started_on.cast("date"),
                            end=contracts.ended_on.cast("date"))  # fmt: skip
    renewed = rows.renewed.fill_null(False) if "renewed" in contracts.columns else ibis.literal(False)
    parts = {}
    for name, (first, last) in windows.spans.items():
        a, b = ibis.date(first.isoformat()), ibis.date(last.isoformat())
        there = (rows.start < a) & (rows.end.isnull() | (rows.end >= a))
        parts[f"a_{name}"] = (there & rows.end.between(a, b) & ~renewed).sum()
        parts[f"b_{name}"] = there.sum()
    frame = rows.group_by("block").aggregate(**parts).order_by("block").to_pandas()
    if frame.empty:
        return None
    above, below = _arrays(frame, windows)
    return above, below, int(below[:, 0].sum())


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
        out["reply_share"] = _summed(rows.mutate(a=fast.fill_null(False).cast("float64"), b=1), windows)
    if "kind" in tickets.columns and "_bought" in found:
        said = _summed(rows.filter(rows.kind == "complaint").mutate(a=1, b=1), windows)
        if said is not None:
            bought = found["_bought"][0].sum(axis=0, keepdims=True) / 100
            # complaints vary; what they are counted against is spread evenly over the blocks
            out["complaints"] = said[0], np.repeat(bought / len(said[0]), len(said[0]), axis=0), said[2]
    return out


def _targets(tables, windows):
    """{kpi: target of the year}: sums of totals, means of scores; the whole firm only."""
    if not tables.has("targets", "period", "measure", "value"):
        return {}
    rows, (first, last) = tables["targets"], windows.spans["year"]
    rows = rows.filter(rows.period.cast("date").between(ibis.date(first.isoformat()), ibis.date(last.isoformat())))  # fmt: skip
    if "scope" in rows.columns:
        rows = rows.filter(rows.scope.isnull() | (rows.scope == ""))
    frame = rows.select("measure", "value").to_pandas()
    return {
        str(name): float(part.mean() if str(name) in (*MEANS, "cac") else part.sum())
        for name, part in frame.groupby("measure")["value"]
    }
