"""How customers buy: channel, shop, category, day and time of day, as cuts of customers."""

import ibis
import pandas as pd

__all__ = ["HABITS", "categories_by_segment", "habits"]

#: Cut -> the optional column of `orders` that carries it.
HABITS = {"main_channel": "channel", "main_store": "store", "main_category": "category"}


def habits(orders):
    """What each customer mostly does, as far as the columns of the orders tell.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, ordered_at, amount, is_return; channel, store, category when known.

    Returns
    -------
    pandas.DataFrame
        Index customer_id. main_channel, main_store, main_category (where most money went, by
        name where equal); channels_used ("1", "2", "3+"); weekpart (weekdays, weekend: where
        more than half of the purchase days lie); daypart (night, morning, afternoon, evening,
        from 0, 6, 12 and 18 o'clock), only if any order has a time of day.
    """
    rows = orders.filter(~orders.is_return)
    day = rows.ordered_at.cast("date")
    per_day = rows.group_by(rows.customer_id, day=day).aggregate()
    weekend = (per_day.day.day_of_week.index() >= 5).cast("float64")
    table = per_day.group_by("customer_id").aggregate(part=weekend.mean())
    parts = [_frame(table)["part"].gt(0.5).map({True: "weekend", False: "weekdays"})]
    parts[0].name = "weekpart"
    for name, column in HABITS.items():
        if column in rows.columns:
            parts.append(_main(rows.mutate(value=rows[column]), name))
    if "channel" in rows.columns:
        used = rows.group_by("customer_id").aggregate(n=rows.channel.nunique())
        count = _frame(used)["n"].clip(upper=3).map({1: "1", 2: "2", 3: "3+"})
        parts.append(count.rename("channels_used"))
    hour = rows.ordered_at.hour()
    if bool((hour.max() > 0).to_pandas()):
        names = ibis.cases((hour < 6, "night"), (hour < 12, "morning"), (hour < 18, "afternoon"),
                           else_="evening")  # fmt: skip
        parts.append(_main(rows.mutate(value=names), "daypart"))
    table = pd.concat(parts, axis=1).sort_index()
    return table[[c for c in table if table[c].nunique() > 1]]


def _frame(table):
    return table.order_by("customer_id").to_pandas().set_index("customer_id")


def _main(rows, name):
    """The value on which each customer spent most."""
    spent = rows.filter(rows.value.notnull()).group_by(["customer_id", "value"])
    spent = spent.aggregate(spent=rows.amount.sum())
    first = ibis.window(group_by="customer_id", order_by=[ibis.desc("spent"), "value"])
    top = spent.mutate(place=ibis.row_number().over(first)).filter(ibis._.place == 0)
    return _frame(top.select("customer_id", "value"))["value"].rename(name)


def categories_by_segment(orders, scores, *, most=8):
    """What each segment buys, against what all customers buy.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, amount, is_return, category.
    scores : pandas.DataFrame
        customer_id, segment.
    most : int
        Number of categories kept, those with most revenue.

    Returns
    -------
    pandas.DataFrame
        segment, category, spent (money), share (of the segment's money), share_all.
    """
    rows = orders.filter(~orders.is_return & orders.category.notnull())
    spent = rows.group_by(["customer_id", "category"]).aggregate(spent=rows.amount.sum())
    table = spent.order_by(["customer_id", "category"]).to_pandas()
    segment = scores.set_index("customer_id")["segment"]
    table["segment"] = table["customer_id"].map(segment)
    total = table.groupby("category")["spent"].sum()
    share_all = total / total.sum() if total.sum() > 0 else total * 0.0
    by_segment = table.groupby(["segment", "category"], as_index=False)["spent"].sum()
    whole = by_segment.groupby("segment")["spent"].transform("sum")
    by_segment["share"] = by_segment["spent"] / whole.where(whole > 0)
    by_segment["share_all"] = by_segment["category"].map(share_all)
    kept = total.sort_values(ascending=False, kind="stable").index[:most]
    return by_segment[by_segment["category"].isin(kept)].reset_index(drop=True)
