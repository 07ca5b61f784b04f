"""What customers owe: open invoices by age, and how late they pay."""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.account_facts import MARK, of_day
from workbook.analysis.blocks import in_part
from workbook.analysis.clustered import clustered_share

__all__ = [
    "AGES", "MOST", "Receivables", "ageing", "customer_receivables", "open_receivables", "paid_within", "settled",
]  # fmt: skip

#: Classes of age by days after the due date: code -> first and last day.
AGES = {"not_due": (-np.inf, 0), "to_30": (1, 30), "to_60": (31, 60), "to_90": (61, 90),
        "over_90": (91, np.inf)}  # fmt: skip
YEAR = 365
LATEST = 60  # days late beyond which an invoice counts no more in a customer's average
MOST = 500_000  # invoices read one by one
PAID_UP = 0.995  # share of an invoice whose payment closes it


@dataclass(frozen=True)
class Receivables:
    """Invoices of a client.

    Attributes
    ----------
    rows : ibis.Table
        customer_id, invoice_id, amount (money, above 0), issued_on, due_on (empty where unknown),
        closed_on (day paid in full, empty while open).
    parts : ibis.Table or None
        invoice_id, paid_on, amount and customer_id, due_on, closed_on of the invoice: every payment.
    has_due, has_paid : bool
        Due dates, and days or payments that close invoices, are known.
    count : int
        Invoices.
    """

    rows: ir.Table
    parts: ir.Table | None
    has_due: bool
    has_paid: bool
    count: int


def open_receivables(tables) -> Receivables | None:
    """The client's invoices with the day each was paid in full; None without any.

    Reads `invoices` and `payments`. Without paid_on an invoice is closed on the day of its last
    payment, once payments make up 99.5 % of it.
    """
    if not tables.has("invoices", "invoice_id", "customer_id", "issued_on", "amount"):
        return None
    raw = tables["invoices"]
    empty = ibis.null("date")
    rows = raw.filter(raw.customer_id.notnull() & (raw.amount > 0)).select(
        "customer_id",
        "invoice_id",
        "amount",
        issued_on=raw.issued_on.cast("date"),
        due_on=raw.due_on.cast("date") if "due_on" in raw.columns else empty,
        closed_on=raw.paid_on.cast("date") if "paid_on" in raw.columns else empty,
    )
    parts = None
    if tables.has("payments", "invoice_id", "paid_on", "amount"):
        paid = tables["payments"]
        paid = paid.filter(paid.invoice_id.notnull())
        parts = paid.select("invoice_id", "amount", paid_on=paid.paid_on.cast("date")).cache()
        sums = parts.group_by("invoice_id").aggregate(
            paid=parts.amount.sum(), last_on=parts.paid_on.max()
        )
        rows = rows.left_join(sums, "invoice_id").drop("invoice_id_right")
        whole = ibis.ifelse(rows.paid >= PAID_UP * rows.amount, rows.last_on, empty)
        rows = rows.mutate(closed_on=rows.closed_on.fill_null(whole)).drop("paid", "last_on")
    rows = rows.cache()
    if parts is not None:
        known = rows.select("invoice_id", "customer_id", "due_on", "closed_on")
        parts = parts.join(known, "invoice_id").cache()
    counted = rows.aggregate(n=rows.count(), due=rows.due_on.count(), closed=rows.closed_on.count())
    n, due, closed = (int(v) for v in counted.to_pandas().iloc[0])
    if not n:
        return None
    has_paid = bool(closed) or parts is not None
    return Receivables(rows, parts, bool(due), has_paid, n)


def _left(found: Receivables, day: date) -> ir.Table:
    """Invoices open on `day` with what is left of each, and days past due."""
    on = ibis.literal(day).cast("date")
    rows = found.rows
    rows = rows.filter((rows.issued_on <= on) & (rows.closed_on.isnull() | (rows.closed_on > on)))
    left = rows.amount
    if found.parts is not None:
        early = found.parts.filter(found.parts.paid_on <= on)
        early = early.group_by("invoice_id").aggregate(paid=early.amount.sum())
        rows = rows.left_join(early, "invoice_id").drop("invoice_id_right")
        left = ibis.greatest(rows.amount - rows.paid.fill_null(0.0), 0.0)
    return rows.mutate(left=left, past=on.delta(rows.due_on, unit="day"))


def customer_receivables(found: Receivables, *, days) -> list[pd.DataFrame]:
    """What each customer owed on some days, and how it had paid in the two years before.

    Returns
    -------
    list of DataFrame
        One per day, index customer_id: open (money), overdue (money past due); invoiced_year (money
        of the 365 days before); due_invoices (due within 730 days before), late_days (their days
        late added up, open ones up to the day, 60 at most each). Customers without an invoice by then
        have no row.
    """
    rows = found.rows
    sums = {}
    for place, day in enumerate(days):
        on = ibis.literal(day).cast("date")
        issued = rows.issued_on <= on
        is_open = issued & (rows.closed_on.isnull() | (rows.closed_on > on))
        late = ibis.ifelse(rows.closed_on <= on, rows.closed_on, on).fill_null(on)
        late = late.delta(rows.due_on, unit="day").clip(0, LATEST).cast("float64")
        due = issued & (rows.due_on < on) & (on.delta(rows.due_on, unit="day") < 2 * YEAR)
        recent = issued & (on.delta(rows.issued_on, unit="day") < YEAR)
        own = {
            "invoices": rows.count(where=issued),
            "open": rows.amount.sum(where=is_open).fill_null(0.0),
            "overdue": rows.amount.sum(where=is_open & (rows.due_on < on)).fill_null(0.0),
            "invoiced_year": rows.amount.sum(where=recent).fill_null(0.0),
            "due_invoices": rows.count(where=due),
            "late_days": late.sum(where=due).fill_null(0.0),
        }
        sums |= {f"{name}{MARK}{place}": value for name, value in own.items()}
    frame = rows.group_by("customer_id").aggregate(**sums).to_pandas().set_index("customer_id")
    paid = _part_payments(found, days)
    tables = []
    for place in range(len(days)):
        table = of_day(frame, place)
        table = table[table["invoices"] > 0].drop(columns="invoices").sort_index().astype(float)
        if paid is not None:
            for name in ("open", "overdue"):
                taken = of_day(paid, place)[name].reindex(table.index).fillna(0.0)
                table[name] = (table[name] - taken).clip(lower=0.0)
        tables.append(table)
    return tables


def _part_payments(found, days):
    """What had been paid of invoices still open on each day, per customer; None without payments."""
    if found.parts is None:
        return None
    parts = found.parts
    sums = {}
    for place, day in enumerate(days):
        on = ibis.literal(day).cast("date")
        early = (parts.paid_on <= on) & (parts.closed_on.isnull() | (parts.closed_on > on))
        sums[f"open{MARK}{place}"] = parts.amount.sum(where=early).fill_null(0.0)
        sums[f"overdue{MARK}{place}"] = parts.amount.sum(where=early & (parts.due_on < on)).fill_null(0.0)  # fmt: skip
    frame = parts.group_by("customer_id").aggregate(**sums).to_pandas()
    return frame.set_index("customer_id").astype(float)


def ageing(found: Receivables, *, as_of: date) -> pd.DataFrame:
    """Open receivables by days past due.

    Returns age (code of `AGES`; "no_due" where the due date is unknown), invoices, customers, open
    (money), share; all classes, in their order.
    """
    left = _left(found, as_of)
    past = left.past
    code = ibis.cases(
        (past.isnull(), "no_due"), (past <= 0, "not_due"), (past <= 30, "to_30"),
        (past <= 60, "to_60"), (past <= 90, "to_90"), else_="over_90",
    )  # fmt: skip
    left = left.mutate(age=code)
    table = left.group_by("age").aggregate(
        invoices=left.count(), customers=left.customer_id.nunique(), open=left.left.sum()
    )
    table = table.to_pandas().set_index("age")
    names = [*AGES, *(["no_due"] if "no_due" in table.index else [])]
    table = table.reindex(names).fillna(0).reset_index()
    total = table["open"].sum()
    return table.assign(share=table["open"] / total if total > 0 else np.nan)


def settled(found: Receivables, *, as_of: date, most: int = MOST) -> pd.DataFrame:
    """Invoices that fell due in the two years to as_of, with their days late.

    Above `most` invoices a random part of the customers is read, by a hash of their ids;
    ``attrs["part"]`` of the frame says which.

    Returns customer_id, amount (money), due_on, late (days from due date to payment, at least 0;
    open ones up to as_of), open (bool); sorted by due date. Empty without due dates.
    """
    on = ibis.literal(as_of).cast("date")
    rows = found.rows.filter(
        (found.rows.due_on < on) & (on.delta(found.rows.due_on, unit="day") < 2 * YEAR + 60)
    )
    # read whole, the invoices of a large firm would not fit beside everything else
    part = min(1.0, most / max(found.count, 1))
    if part < 1:
        rows = rows.filter(in_part(rows.customer_id, part))
    late = rows.closed_on.fill_null(on).delta(rows.due_on, unit="day")
    rows = rows.select("customer_id", "invoice_id", "amount", "due_on",
                       late=ibis.greatest(late, 0), open=rows.closed_on.isnull())  # fmt: skip
    frame = rows.order_by("due_on", "invoice_id").drop("invoice_id").to_pandas()
    frame = frame.assign(due_on=pd.to_datetime(frame["due_on"]))
    frame.attrs["part"] = part
    return frame


def paid_within(rows: pd.DataFrame, *, as_of: date, days=(0, 30, 60, 90), confidence=0.95):
    """Share of invoices paid within so many days after they were due.

    Parameters
    ----------
    rows : DataFrame
        From `settled`; for each limit those of the last 365 days that are at least as old.

    Returns
    -------
    DataFrame
        days, share, low, high (clustered by customer), invoices, customers.
    """
    age = (pd.Timestamp(as_of) - rows["due_on"]).dt.days
    table = []
    for limit in days:
        part = rows[(age > limit) & (age <= limit + YEAR)]
        paid = (~part["open"] & (part["late"] <= limit)).to_numpy()
        who = part["customer_id"].to_numpy()
        found = clustered_share(paid, who, confidence=confidence)
        table.append((limit, found["share"], found["low"], found["high"], len(part), len(set(who))))
    names = ["days", "share", "low", "high", "invoices", "customers"]
    return pd.DataFrame(table, columns=names).dropna(subset=["share"])
