"""Read what is watched for problems from the tables: customers with their traits, and each measure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analysis import watched_sales, watched_voice
from workbook.analysis.watch_reader import Reader, people_of
from workbook.analysis.watched import MOST_WEEKS, Clock, People

__all__ = ["Books", "open_books", "rows_at"]

MOST_CUSTOMERS = 50_000


@dataclass(frozen=True)
class Books:
    """Frames of the customers looked at, and the measures made of them.

    `orders` (who, on, amount, ...), `lines`, `contracts`, `invoices`, `spend`: pandas frames, None
    where not possible; `measures` {name: Watched}; `missing` {measure: what would unlock it}.
    """

    clock: Clock
    people: People
    orders: pd.DataFrame | None
    lines: pd.DataFrame | None
    contracts: pd.DataFrame | None
    invoices: pd.DataFrame | None
    spend: pd.DataFrame | None
    measures: dict
    missing: dict


def open_books(tables, *, csat_scale=None, most_customers: int = MOST_CUSTOMERS) -> Books:
    """All measures that the tables allow, of at most so many customers drawn by hash.

    Parameters
    ----------
    tables : workbook.intake.tables.Tables
    csat_scale : tuple, optional
        (lowest, highest, "up" or "down"); answers outside it are left out. Without it the largest
        answer may be 5.
    most_customers : int

    Returns
    -------
    Books
    """
    clock = Clock(tables.as_of, MOST_WEEKS)
    people, kept = people_of(tables, most_customers)
    read = Reader(tables, people, kept)
    orders, lines = read.orders(), read.lines()
    contracts, invoices, spend = read.contracts(), read.invoices(), read.spend()
    measures, missing = {}, {}
    if orders is not None and len(orders):
        measures |= watched_sales.order_measures(orders, people, clock)
    for name, frame, make, unlock in (
        ("returns", lines, watched_sales.return_measure, "orders.is_return"),
        ("contract_ends", contracts, watched_sales.contract_measures, "contracts"),
        ("days_late", invoices, watched_sales.payment_measure, "invoices.due_on, paid_on"),
        ("satisfaction", read.answers(csat_scale), watched_voice.answer_measure, "surveys.csat"),
    ):
        found = make(frame, people, clock) if frame is not None and len(frame) else None
        if found is None:
            missing[name] = unlock
        else:
            measures[name] = found
    tickets = read.tickets()
    if tickets is not None and len(tickets):
        measures |= watched_voice.ticket_measures(tickets, orders, people, clock)
    for name, unlock in (
        ("purchases", "orders"), ("channel_purchases", "orders.channel"), ("order_value", "orders"),
        ("new_customers", "orders"), ("delivery_days", "orders.delivered_on"),
        ("reply_hours", "tickets.first_reply_at"), ("solution_days", "tickets.closed_at"),
        ("complaints", "tickets.kind"), ("complaints_again", "tickets.kind"),
    ):  # fmt: skip
        if name not in measures:
            missing[name] = unlock
    if spend is None:
        missing["cac"] = "spend"
    return Books(clock, people, orders, lines, contracts, invoices, spend, measures, missing)


def rows_at(books, frame, where):
    """Which rows of a frame (who, columns of its own) lie in a place {column: value}."""
    hit = np.ones(len(frame), dtype=bool)
    who = frame["who"].to_numpy()
    for column, value in where.items():
        if column in frame:
            hit &= (frame[column].astype("string") == value).fillna(False).to_numpy(bool)
        elif column in books.people.codes:
            labels = books.people.labels[column]
            code = labels.index(value) if value in labels else -2
            hit &= (who >= 0) & (books.people.codes[column][np.maximum(who, 0)] == code)
        else:
            return np.zeros(len(frame), dtype=bool)
    return hit
