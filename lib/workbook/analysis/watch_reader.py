"""Frames of customers with their traits, and of what they bought, said and paid, from the tables."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd

from workbook.analysis.blocks import in_part
from workbook.analysis.watched import BLOCKS, MOST_WEEKS, People, coded

__all__ = ["Reader", "people_of", "place_in_tables"]

#: Traits of customers that are places, the coarser first. `acquired_by` is customers.channel, so named
#: here as orders and tickets have a column channel too.
TRAITS = ("type", "country", "region", "province", "city", "client_tier", "acquired_by", "gender",
          "industry", "company_size")  # fmt: skip


def place_in_tables(where: dict) -> dict:
    """A place under the names that the columns have in the tables."""
    own = "customers.channel" if "channel" in where else "channel"
    return {own if column == "acquired_by" else column: v for column, v in where.items()}


def people_of(tables, most):
    """Customers with their traits, and the share of them that is kept (None: all)."""
    source = next((n for n in ("customers", "orders", "contracts", "tickets", "surveys", "invoices")
                   if tables.has(n, "customer_id")), None)  # fmt: skip
    if source is None:
        return People(np.array([], dtype=object), {}, {}, 1.0, np.array([], dtype=np.int64)), None
    table = tables[source]
    table = table.filter(table.customer_id.notnull())
    n = int(table.customer_id.nunique().to_pandas())
    kept = None
    if n > most:
        kept = most / n
        table = table.filter(in_part(_text(table), kept))
    traits = {}
    if source == "customers":
        traits = {t: "channel" if t == "acquired_by" else t for t in TRAITS}
        traits = {t: c for t, c in traits.items() if c in table.columns}
    aggregates = {t: table[c].cast("string").min() for t, c in traits.items()}
    frame = table.group_by("customer_id").aggregate(**aggregates) if aggregates else table.select("customer_id").distinct()  # fmt: skip
    frame = frame.order_by("customer_id").to_pandas()
    codes, labels = {}, {}
    for trait in traits:
        found = coded(frame[trait])
        if found is not None:
            codes[trait], labels[trait] = found
    block = np.random.default_rng(0).permutation(len(frame)) % BLOCKS
    share = 1.0 if kept is None else len(frame) / n
    return People(frame["customer_id"].to_numpy(object), codes, labels, share, block), kept


def _text(table):
    return table.customer_id.cast("string")


class Reader:
    """Frames of the chosen customers."""

    def __init__(self, tables, people, kept):
        self.tables, self.people, self.kept = tables, people, kept

    def _open(self, name, *columns):
        if not self.tables.has(name, *columns):
            return None
        table = self.tables[name]
        if self.kept is not None and "customer_id" in table.columns:
            table = table.filter(table.customer_id.isnull() | in_part(_text(table), self.kept))
        return table

    def _placed(self, table, *, strangers=False):
        frame = table.to_pandas()
        frame["who"] = self.people.place(frame.pop("customer_id"))
        return frame if strangers else frame[frame["who"] >= 0].reset_index(drop=True)

    def orders(self):
        """One row per customer and day with a purchase."""
        table = self._open("orders", "customer_id", "ordered_at", "amount", "is_return")
        if table is None:
            return None
        table = table.filter(~table.is_return & table.customer_id.notnull())
        more = {
            c: table[c].cast("string").min() for c in ("channel", "store") if c in table.columns
        }
        if "delivered_on" in table.columns:
            more["delivered_on"] = table.delivered_on.max().cast("timestamp")
        days = table.group_by("customer_id", on=table.ordered_at.date()).aggregate(
            amount=table.amount.sum(), **more
        )
        frame = self._placed(days)
        frame["on"] = pd.to_datetime(frame["on"])
        return frame.sort_values(["who", "on"], kind="stable", ignore_index=True)

    def lines(self):
        """Lines sold within the clock, and whether each came back."""
        needed = ("customer_id", "ordered_at", "is_return", "amount")
        table = self._open("orders", *needed)
        if table is None or not {"line_id", "return_of"} <= set(table.columns):
            return None
        since = pd.Timestamp(self.tables.as_of) - pd.Timedelta(weeks=MOST_WEEKS)
        back = table.filter(table.is_return & table.return_of.notnull())
        back = back.select(line_id=back.return_of).distinct().mutate(returned=1.0)
        sold = table.filter(~table.is_return & (table.ordered_at >= ibis.timestamp(since)))
        extra = [c for c in ("channel", "category", "product", "brand") if c in table.columns]
        sold = sold.left_join(back, "line_id")
        sold = sold.select("customer_id", "amount", *extra, on=sold.ordered_at.date(),
                           returned=sold.returned.fill_null(0.0))  # fmt: skip
        frame = self._placed(sold)
        frame["on"] = pd.to_datetime(frame["on"])
        return frame if frame["returned"].sum() else None

    def contracts(self):
        """Terms of contracts, and whether each ended for good."""
        table = self._open("contracts", "customer_id", "started_on", "ended_on")
        if table is None:
            return None
        extra = [c for c in ("product", "value", "term_ends_on", "renewed") if c in table.columns]
        frame = self._placed(table.select("customer_id", "started_on", "ended_on", *extra))
        frame["until"] = pd.to_datetime(frame.pop("ended_on"))
        frame["started_on"] = pd.to_datetime(frame["started_on"])
        renewed = (
            frame["renewed"].eq(True).fillna(False).astype(bool) if "renewed" in frame else False
        )
        return frame.assign(lost=frame["until"].notna() & ~renewed)

    def invoices(self):
        """Invoices with due and paid days."""
        table = self._open("invoices", "customer_id", "due_on", "paid_on", "amount")
        if table is None:
            return None
        frame = self._placed(table.filter(table.due_on.notnull()).select("customer_id", "due_on", "paid_on", "amount"))  # fmt: skip
        return frame.assign(**{c: pd.to_datetime(frame[c]) for c in ("due_on", "paid_on")})

    def answers(self, scale):
        """Answers to the satisfaction question, higher is better."""
        table = self._open("surveys", "customer_id", "answered_on", "csat")
        if table is None:
            return None
        low, high, way = scale or (1, 5, "up")
        table = table.filter(table.csat.between(low, high))
        extra = [c for c in ("touchpoint",) if c in table.columns]
        frame = self._placed(table.select("customer_id", *extra, on=table.answered_on.date(),
                                          score=table.csat.cast("float64")), strangers=True)  # fmt: skip
        frame["on"] = pd.to_datetime(frame["on"])
        return frame.assign(score=frame["score"] * (1 if way == "up" else -1))

    def tickets(self):
        """Tickets, those of unknown customers too."""
        table = self._open("tickets", "opened_at")
        if table is None:
            return None
        columns = set(table.columns)
        extra = [c for c in ("channel", "priority", "cause", "first_reply_at", "closed_at") if c in columns]  # fmt: skip
        kind = table.kind.fill_null("other") if "kind" in columns else ibis.literal("other")
        who = table.customer_id if "customer_id" in columns else ibis.null("string")
        frame = self._placed(table.select("opened_at", *extra, kind=kind, customer_id=who), strangers=True)  # fmt: skip
        for column in ("opened_at", "first_reply_at", "closed_at"):
            if column in frame:
                frame[column] = pd.to_datetime(frame[column])
        return frame

    def spend(self):
        """Spend and new customers by complete month and channel."""
        if not self.tables.has("spend", "month", "channel", "amount"):
            return None
        table, end = self.tables["spend"], pd.Timestamp(self.tables.as_of)
        month = table.month.cast("date").truncate("M")
        rows = table.group_by(month=month, channel=table.channel.cast("string")).aggregate(
            amount=table.amount.sum(),
            **(
                {"new_customers": table.new_customers.sum()}
                if "new_customers" in table.columns
                else {}
            ),
        )
        frame = rows.to_pandas().assign(month=lambda f: pd.to_datetime(f["month"]))
        if "new_customers" not in frame or not frame["new_customers"].fillna(0).sum():
            frame = self._new_customers(frame.drop(columns="new_customers", errors="ignore"))
        if frame is None:
            return None
        whole = frame["month"] + pd.offsets.MonthEnd(0) <= end
        return frame[whole].astype({"amount": float, "new_customers": float}).reset_index(drop=True)

    def _new_customers(self, spend):
        if not self.tables.has("customers", "joined_on", "channel"):
            return None
        table = self.tables["customers"]
        month = table.joined_on.cast("date").truncate("M")
        new = table.group_by(month=month, channel=table.channel.cast("string")).aggregate(new_customers=table.count())  # fmt: skip
        new = new.to_pandas().assign(month=lambda f: pd.to_datetime(f["month"]))
        return spend.merge(new, on=["month", "channel"], how="left").fillna({"new_customers": 0.0})
