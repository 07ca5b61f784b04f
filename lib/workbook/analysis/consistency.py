"""Tables held against each other: keys, days and totals that should agree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import ibis
import pandas as pd

from workbook.analysis.blocks import key_of

__all__ = ["CHECKS", "billed_by_month", "contradictions", "unmatched_keys"]

#: what `contradictions` looks for: (check, tables and columns it needs)
CHECKS: dict[str, dict[str, tuple[str, ...]]] = {
    "order_before_joining": {"orders": (), "customers": ("joined_on",)},
    "return_before_order": {"orders": ("order_id", "return_of")},
    "reason_without_end": {"contracts": ("end_reason", "ended_on")},
    "payment_before_invoice": {"payments": ("invoice_id",), "invoices": ()},
    "paid_without_payment": {"invoices": ("paid_on",), "payments": ("invoice_id",)},
    "answer_before_invitation": {"surveys": ("invite_id",), "survey_invites": ("invite_id",)},
    "stage_before_opening": {"deal_stages": (), "deals": ()},
    "step_before_opening": {"ticket_steps": (), "tickets": ()},
    "ticket_before_joining": {"tickets": ("customer_id",), "customers": ("joined_on",)},
}


def unmatched_keys(tables: Mapping, links: Iterable[tuple[str, str, str, str]]) -> pd.DataFrame:
    """Keys that lead nowhere.

    Parameters
    ----------
    tables : mapping
        Name to Ibis table.
    links : iterable of (table, column, other table, other column)

    Returns
    -------
    pandas.DataFrame
        table, column, refers_to, rows (with a key), unmatched (rows), keys (different ones that lead
        nowhere), share.
    """
    found = []
    for table, column, other, key in links:
        # narrow tables: every column that an expression carries is work for each of its steps;
        # and numbers in place of texts
        rows = tables[table].select(key=_number(tables[table][column])).filter(ibis._.key.notnull())
        keys = tables[other].select(key=_number(tables[other][key]))
        lost = rows.anti_join(keys, "key")
        counts = rows.aggregate(total=rows.count()).cross_join(
            lost.aggregate(n=lost.count(), keys=lost.key.nunique())
        )
        total, n, different = (int(v) for v in counts.execute().iloc[0])
        share = n / total if total else float("nan")
        found.append((table, column, other, total, n, different, share))
    columns = ["table", "column", "refers_to", "rows", "unmatched", "keys", "share"]
    return pd.DataFrame(found, columns=columns)


def contradictions(tables, has: Callable[..., bool]) -> pd.DataFrame:
    """Rows that contradict another table, for each of `CHECKS` whose columns are there.

    `has(table, *columns)` says what is there. Returns check, table, rows (that could contradict),
    contrary, share.
    """
    found = []
    for check, needs in CHECKS.items():
        if not all(has(name, *columns) for name, columns in needs.items()):
            continue
        rows, contrary = _COUNTS[check](tables)
        found.append((check, next(iter(needs)), rows, contrary, contrary / rows if rows else 0.0))
    return pd.DataFrame(found, columns=["check", "table", "rows", "contrary", "share"])


def billed_by_month(orders, invoices) -> pd.DataFrame:
    """Orders and invoices per month, over the months in which both have rows.

    Returns month (first day), ordered, billed (money), ratio (billed / ordered). The first and the
    last month are left out: either table may begin or end within them.
    """
    ordered = _by_month(orders, "ordered_at", "ordered")
    billed = _by_month(invoices, "issued_on", "billed")
    both = ordered.merge(billed, on="month").sort_values("month").iloc[1:-1]
    both = both.assign(ratio=both["billed"] / both["ordered"].where(both["ordered"] != 0))
    return both.reset_index(drop=True)


def _by_month(table, moment: str, name: str) -> pd.DataFrame:
    month = table[moment].cast("date").truncate("M")
    frame = table.group_by(month=month).aggregate(**{name: table.amount.sum()}).execute()
    return frame.assign(month=pd.to_datetime(frame["month"]))


def _number(key):
    return key_of(key.cast("string"))


def _counted(rows, contrary) -> tuple[int, int]:
    found = rows.mutate(bad=contrary).aggregate(
        n=lambda t: t.count(), bad=lambda t: t.bad.fill_null(False).sum()
    )
    counts = found.execute().iloc[0]
    return int(counts["n"]), int(counts["bad"] or 0)


def _days_after(table, moment: str, other, key: str, day: str) -> tuple[int, int]:
    """Rows of `table` whose day lies before the day of the row of `other` that they refer to."""
    there = other.select(key=_number(other[key]), day=other[day].cast("date"))
    there = there.filter(there.day.notnull() & there.key.notnull())
    there = there.group_by("key").aggregate(since=there.day.min())
    rows = table.select(key=_number(table[key]), on=table[moment].cast("date"))
    joined = rows.filter(rows.key.notnull()).inner_join(there, "key")
    return _counted(joined, joined.on < joined.since)


def _returns(tables) -> tuple[int, int]:
    orders = tables["orders"]
    back = orders.filter(orders.return_of.notnull()).select(of="return_of", at="ordered_at")
    bought = orders.filter(~orders.is_return).select(of="order_id", at="ordered_at")
    bought = bought.semi_join(back, "of")  # few orders come back
    bought = bought.group_by("of").aggregate(_since=bought["at"].min())
    joined = back.inner_join(bought, "of")
    return _counted(joined, joined["at"] < joined["_since"])


def _unpaid(tables) -> tuple[int, int]:
    invoices, payments = tables["invoices"], tables["payments"]
    paid = invoices.filter(invoices.paid_on.notnull())
    total = int(paid.count().execute())
    matched = paid.semi_join(payments.select("invoice_id").distinct(), "invoice_id")
    return total, total - int(matched.count().execute())


def _reasons(tables) -> tuple[int, int]:
    contracts = tables["contracts"]
    rows = contracts.filter(contracts.end_reason.notnull())
    return _counted(rows, rows.ended_on.isnull())


_COUNTS: dict[str, Callable] = {
    "order_before_joining": lambda t: _days_after(
        t["orders"], "ordered_at", t["customers"], "customer_id", "joined_on"
    ),
    "return_before_order": _returns,
    "reason_without_end": _reasons,
    "payment_before_invoice": lambda t: _days_after(
        t["payments"], "paid_on", t["invoices"], "invoice_id", "issued_on"
    ),
    "paid_without_payment": _unpaid,
    "answer_before_invitation": lambda t: _days_after(
        t["surveys"], "answered_on", t["survey_invites"], "invite_id", "invited_on"
    ),
    "stage_before_opening": lambda t: _days_after(
        t["deal_stages"], "at", t["deals"], "deal_id", "opened_at"
    ),
    "step_before_opening": lambda t: _days_after(
        t["ticket_steps"], "at", t["tickets"], "ticket_id", "opened_at"
    ),
    "ticket_before_joining": lambda t: _days_after(
        t["tickets"], "opened_at", t["customers"], "customer_id", "joined_on"
    ),
}
