"""How customers came: channel, shop, category, day and time of the first purchase, as cuts."""

import ibis

from workbook.analysis.blocks import key_of

__all__ = ["FIRST", "categories_by_segment", "habits"]

#: Cut -> the optional column of `orders` that carries it.
FIRST = {"first_channel": "channel", "first_store": "store", "first_category": "category"}

DAYPARTS = ((6, "night"), (12, "morning"), (18, "afternoon"))


def habits(orders):
    """What each customer's first purchase was like, as far as the columns of the orders tell.

    The first purchase is known before the others and for everybody. What a customer "mostly"
    does is not comparable: those who bought once always do all of it in one way, so that any
    such cut sorts customers by how often they bought.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, ordered_at, amount, is_return; channel, store, category when known.

    Returns
    -------
    pandas.DataFrame
        Index customer_id. first_channel, first_store, first_category (of the first line; the
        largest amount, then the name where several lines have its time); first_weekpart
        (weekdays, weekend); first_daypart (night, morning, afternoon, evening, from 0, 6, 12 and
        18 o'clock), only if any order has a time of day. Cuts with one value only are left out.
    """
    rows = orders.filter(~orders.is_return)
    known = {cut: column for cut, column in FIRST.items() if column in rows.columns}
    key = key_of(rows.customer_id)
    kept = rows.select("customer_id", "ordered_at", "amount", key=key, **known)
    # the first moments are few lines: ordering all lines of all customers costs twice as much
    starts = rows.group_by(buyer=key).aggregate(start=rows.ordered_at.min())
    early = kept.join(starts, [kept.key == starts.buyer, kept.ordered_at == starts.start])
    order = [ibis.desc(early.amount), *(early[cut] for cut in known)]
    place = ibis.row_number().over(ibis.window(group_by=early.key, order_by=order))
    first = early.mutate(place=place).filter(ibis._.place == 0)
    hour = first.ordered_at.hour()
    table = first.select(
        "customer_id",
        *known,
        first_weekpart=ibis.ifelse(
            first.ordered_at.day_of_week.index() >= 5, "weekend", "weekdays"
        ),
        first_daypart=ibis.cases(*((hour < end, name) for end, name in DAYPARTS), else_="evening"),
    )
    frame = table.order_by("customer_id").to_pandas().set_index("customer_id")
    by_day = (frame["first_daypart"] == DAYPARTS[0][1]).all()
    if by_day and not bool((rows.ordered_at.hour().max() > 0).to_pandas()):
        frame = frame.drop(columns="first_daypart")
    return frame[[c for c in frame if frame[c].nunique() > 1]]


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
    # summed in the engine: a row per customer and category would be millions
    segments = ibis.memtable(scores[["customer_id", "segment"]])
    both = rows.select("customer_id", "category", "amount").left_join(segments, "customer_id")
    table = both.group_by("segment", "category").aggregate(spent=both.amount.sum())
    table = table.order_by("segment", "category").to_pandas()
    total = table.groupby("category")["spent"].sum()
    share_all = total / total.sum() if total.sum() > 0 else total * 0.0
    by_segment = table.groupby(["segment", "category"], as_index=False)["spent"].sum()
    whole = by_segment.groupby("segment")["spent"].transform("sum")
    by_segment["share"] = by_segment["spent"] / whole.where(whole > 0)
    by_segment["share_all"] = by_segment["category"].map(share_all)
    kept = total.sort_values(ascending=False, kind="stable").index[:most]
    return by_segment[by_segment["category"].isin(kept)].reset_index(drop=True)
