"""The segments that behaviour is compared between: a trait of the customers, or their value."""

import ibis
import pandas as pd
from scipy.stats import norm

from workbook.analysis.blocks import key_of
from workbook.analysis.group_survival import holm
from workbook.analysis.intervals import wilson

__all__ = ["TRAITS", "category_interest", "customer_segments"]

#: Choices of the notebook -> column of customers; value is made from the orders.
TRAITS = ("value", "type", "region", "province", "city", "gender", "channel", "client_tier")
MOST = 8  # segments; the rarer ones are put together
OTHER = "other"
FEWEST = 30  # customers of a segment that is judged


def customer_segments(tables, summary: pd.DataFrame | None, *, by: str) -> pd.DataFrame | None:
    """The segment of every customer.

    Parameters
    ----------
    tables : workbook.intake.tables.Tables
    summary : DataFrame or None
        As `customers.customer_summary` gives it.
    by : str
        Of `TRAITS`. "value": upper and lower half by money spent (purchase days where nothing has a
        price), ties in the lower half.

    Returns
    -------
    DataFrame or None
        customer_id, segment; None when the column isn't there. Customers without a value of the
        column are left out.

    Raises
    ------
    ValueError
        For a name outside `TRAITS`.
    """
    if by not in TRAITS:
        raise ValueError(f"by is {by!r}; choose one of {', '.join(TRAITS)}")
    if by == "value":
        if summary is None or not len(summary):
            return None
        size = summary["gross_amount"]
        size = size if size.sum() > 0 else summary["purchase_days"]
        half = (size > size.median()).map({True: "upper", False: "lower"})
        return pd.DataFrame({"customer_id": summary["customer_id"], "segment": half})
    if not tables.has("customers", by):
        return None
    customers = tables["customers"]
    rows = customers.filter(customers[by].notnull()).select("customer_id", segment=customers[by])
    frame = rows.order_by("customer_id").to_pandas()
    sizes = frame["segment"].value_counts()
    names = sorted(sizes.index, key=lambda name: (-sizes[name], str(name)))[:MOST]
    frame["segment"] = frame["segment"].where(frame["segment"].isin(names), OTHER)
    return frame


def category_interest(orders, segments: pd.DataFrame, *, as_of, column="category", most=8):
    """Which categories customers of each segment buy, against all customers.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, ordered_at, is_return and `column`.
    segments : DataFrame
        customer_id, segment.

    Returns
    -------
    DataFrame
        segment, category, customers (of the segment who bought anything in the 12 months to as_of),
        buyers (of the category), share with low, high (Wilson), others (share among all other
        customers), difference, p (two-sided normal test of two shares), p_holm (Holm over all cells);
        segments of 30 buyers up.
    """
    columns = ["segment", "category", "customers", "buyers", "share", "low", "high", "others",
               "difference", "p", "p_holm"]  # fmt: skip
    since = (pd.Timestamp(as_of) - pd.DateOffset(months=12)).date().isoformat()
    rows = orders.filter(
        ~orders.is_return & (orders.ordered_at.date() > ibis.date(since)) & orders[column].notnull()
    )
    bought = rows.select(who=key_of(rows.customer_id), category=rows[column]).distinct()
    named = ibis.memtable(segments[["customer_id", "segment"]].astype("string").astype(object))
    both = bought.join(named.select("segment", who=key_of(named.customer_id)), "who").cache()
    sizes = both.group_by("segment").aggregate(customers=both.who.nunique()).to_pandas()
    counts = both.group_by("segment", "category").aggregate(buyers=both.count()).to_pandas()
    if not len(sizes):
        return pd.DataFrame(columns=columns)
    n = sizes.set_index("segment")["customers"]
    wide = counts.pivot(index="segment", columns="category", values="buyers").fillna(0)
    top = wide.sum().sort_values(ascending=False, kind="stable")
    names = sorted(top.index, key=lambda name: (-top[name], str(name)))[:most]
    found = []
    for segment in sorted(n.index[n >= FEWEST], key=lambda name: (-n[name], str(name))):
        rest = n.sum() - n[segment]
        for category in names:
            k = wide.loc[segment, category]
            other = (top[category] - k) / rest if rest else float("nan")
            low, high = wilson(k, n[segment])
            pooled = top[category] / n.sum()
            error = (pooled * (1 - pooled) * (1 / n[segment] + 1 / rest)) ** 0.5 if rest else 0
            gap = k / n[segment] - other
            p = 2 * norm.sf(abs(gap) / error) if error > 0 else float("nan")
            found.append((segment, category, int(n[segment]), int(k), k / n[segment], float(low),
                          float(high), other, gap, float(p)))  # fmt: skip
    table = pd.DataFrame(found, columns=columns[:-1])
    table["p_holm"] = holm(table["p"].to_numpy(float)) if len(table) else []
    return table
