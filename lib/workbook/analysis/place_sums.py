"""What customers of a place buy: sums per place, block of customers and year, made in the engine once."""

from dataclasses import dataclass
from datetime import date

import ibis
import numpy as np
import pandas as pd

from workbook.analysis.blocks import block_of

__all__ = ["PLACES", "PlaceSums", "place_column", "place_sums"]

PLACES = ("country", "region", "province", "city")
MOST_CLASSES = 12
BLOCKS = 100
OTHER = ""  # classes beyond the largest


@dataclass(frozen=True)
class PlaceSums:
    """Sums by place.

    Attributes
    ----------
    column : str
        The column of customers that names the place.
    totals : pandas.DataFrame
        place, block, now (last 12 months; else the 12 before), and: amount (net money), lines,
        bought (lines that are no return), returned (lines), discount, list_amount (money before
        discount), delivered, late (deliveries with a promised day), buyers, orders (purchase days).
    mix : dict
        Column of orders (category, channel) to a frame place, block, value, amount of the last 12
        months; a column that orders lack is not there.
    known : int
        Orders lines of the two years whose customer has a place, and `lines` all of them.
    """

    column: str
    totals: pd.DataFrame
    mix: dict
    known: int
    lines: int

    def wide(self, name, *, now=True):
        """A quantity as blocks x places, zeros where nothing was bought."""
        rows = self.totals[self.totals["now"] == now]
        table = rows.pivot_table(
            index="block", columns="place", values=name, aggfunc="sum", fill_value=0.0
        )
        places = sorted(self.totals["place"].unique())
        return table.reindex(index=range(BLOCKS), columns=places, fill_value=0.0).astype(float)


def place_column(customers, *, wanted=""):
    """The column that tells places: `wanted` where it is there, else country where it has two or
    more values, else the largest smaller place that has; None without any."""
    there = [c for c in PLACES if c in customers.columns]
    if wanted in there:
        there = [wanted]
    for column in there:
        if int(customers[column].nunique().execute() or 0) > 1:
            return column
    return None


def place_sums(orders, customers, column, *, as_of: date):
    """Sums of the last 12 months and the 12 before by the customers' place.

    Parameters
    ----------
    orders, customers : ibis.Table
    column : str
        One of `PLACES`.

    Returns
    -------
    PlaceSums or None
        None when no order line belongs to a place.
    """
    start = (pd.Timestamp(as_of) - pd.DateOffset(months=12)).date()
    first = (pd.Timestamp(as_of) - pd.DateOffset(months=24)).date()
    day = orders.ordered_at.cast("date")
    lines = orders.filter((day > first) & (day <= as_of))
    names = customers.filter(customers[column].notnull()).select("customer_id", place=customers[column].cast("string"))  # fmt: skip
    names = names.distinct(on="customer_id")
    there = orders.columns
    zero = ibis.literal(0.0)
    discount = lines.discount.cast("float64").fill_null(0.0) if "discount" in there else zero
    both = {"promised_on", "delivered_on"} <= set(there)
    judged = lines.promised_on.notnull() & lines.delivered_on.notnull() if both else ibis.literal(False)  # fmt: skip
    late = judged & (lines.delivered_on > lines.promised_on) if both else ibis.literal(False)
    kept = {c: lines[c].cast("string") for c in ("category", "channel") if c in there}
    table = lines.select(
        "customer_id",
        now=lines.ordered_at.cast("date") > start,
        amount=lines.amount.cast("float64"),
        back=lines.is_return,
        discount=ibis.ifelse(lines.is_return, 0.0, discount),
        judged=judged,
        late=late,
        day=lines.ordered_at.cast("date"),
        **kept,
    )
    # the customer first: two million rows of customers instead of ten of lines join their places
    keys = ["customer_id", "now"]
    per = table.group_by(keys).aggregate(
        amount=table.amount.sum(),
        lines=table.count(),
        returned=table.back.cast("int64").sum(),
        bought=(~table.back).cast("int64").sum(),
        gross=ibis.ifelse(table.back, 0.0, table.amount).sum(),
        discount=table.discount.sum(),
        delivered=table.judged.cast("int64").sum(),
        late=table.late.cast("int64").sum(),
        orders=ibis.ifelse(table.back, ibis.null("date"), table.day).nunique(),
    )
    joined = per.left_join(names, "customer_id")
    joined = joined.mutate(block=block_of(joined.customer_id.cast("string"), blocks=BLOCKS))
    totals = joined.group_by("place", "block", "now").aggregate(
        **{c: joined[c].sum() for c in ("amount", "lines", "returned", "bought", "discount", "delivered", "late", "orders")},
        list_amount=(joined.gross + joined.discount).sum(),
        buyers=(joined.bought > 0).cast("int64").sum(),
    ).to_pandas()  # fmt: skip
    lines_all = int(totals["lines"].sum()) if len(totals) else 0
    totals = totals[totals["place"].notna()].fillna(0.0)
    if totals.empty:
        return None
    mix = {c: _mix(table, names, c) for c in kept}
    return PlaceSums(
        column, totals.reset_index(drop=True), mix, int(totals["lines"].sum()), lines_all
    )


def _mix(table, names, column):
    """Money of the last 12 months by place, block and class, the smaller classes as one."""
    rows = table.filter(table.now & ~table.back & table[column].notnull())
    per = rows.group_by("customer_id", value=rows[column]).aggregate(amount=rows.amount.sum())
    joined = per.inner_join(names, "customer_id")
    joined = joined.mutate(block=block_of(joined.customer_id.cast("string"), blocks=BLOCKS))
    found = joined.group_by("place", "block", "value").aggregate(amount=joined.amount.sum()).to_pandas()  # fmt: skip
    sizes = found.groupby("value")["amount"].sum()
    order = sizes.sort_index().sort_values(ascending=False, kind="stable")
    kept = set(order.index[:MOST_CLASSES])
    found["value"] = np.where(found["value"].isin(kept), found["value"], OTHER)
    return found.groupby(["place", "block", "value"], as_index=False)["amount"].sum()
