"""Key figures of orders, and what each rule of cleaning did to them."""

from __future__ import annotations

from datetime import date

import ibis
import pandas as pd

from workbook.analysis.blocks import key_of

__all__ = ["KPIS", "cleaning_effects", "merged_effect", "order_kpis"]

#: revenue (money, all orders), customers and purchases (days), mean_purchase (money per purchase),
#: repurchase_rate (12 months to as_of) and one_time_share (of all customers)
KPIS = (
    "revenue",
    "customers",
    "purchases",
    "mean_purchase",
    "repurchase_rate",
    "one_time_share",
)
_NEEDED = ("customer_id", "ordered_at", "amount", "is_return")


def order_kpis(orders, *, as_of: date) -> dict[str, float]:
    """The key figures `KPIS` of an Ibis table of orders; NaN where a denominator is zero."""
    return _kpis(_parts(orders.select(*_NEEDED), as_of))


def cleaning_effects(orders, review, *, as_of: date, known=None) -> pd.DataFrame:
    """Key figures without each rule, beside those as reported.

    Parameters
    ----------
    orders : ibis Table
        As cleaned: customer_id, ordered_at, amount, is_return.
    review : ibis Table
        rule, state (aside, kept, before, after) and the columns of orders.
    as_of : date
    known : ibis Table, optional
        customers: then orders of customers who are not in it count as a rule of their own
        (unknown_customer_kept).

    Returns
    -------
    pandas.DataFrame
        rule, state, rows, then per key figure its value had the rule not been there: rows set aside
        put back, changed rows as they came, and rows kept with a doubt left out. One row per rule,
        the largest change of revenue first.

    Notes
    -----
    Only customers whom a rule touches are counted anew: every key figure is a ratio of sums over
    customers.
    """
    orders = orders.select(*_NEEDED)
    told = review.group_by("rule", "state").aggregate(rows=review.count()).execute()
    found = []
    for rule, states in told.groupby("rule"):
        of_rule = review.filter(review.rule == rule)
        rows = states.set_index("state")["rows"]
        if "aside" in rows:
            found.append((rule, "aside", rows["aside"], _state(of_rule, "aside"), None))
        if "kept" in rows:
            found.append((rule, "kept", rows["kept"], None, _state(of_rule, "kept")))
        if "before" in rows:
            back, out = _state(of_rule, "before"), _state(of_rule, "after")
            found.append((rule, "changed", rows["before"], back, out))
    if known is not None:
        strangers = orders.anti_join(known, "customer_id")
        rows = int(strangers.count().execute())
        if rows:
            found.append(("unknown_customer_kept", "kept", rows, None, strangers))
    if not found:
        return pd.DataFrame(columns=["rule", "state", "rows", *KPIS])
    base = _parts(orders, as_of)
    table = [
        {
            "rule": rule,
            "state": state,
            "rows": int(rows),
            **_without(orders, base, back, out, as_of),
        }
        for rule, state, rows, back, out in found
    ]
    frame = pd.DataFrame(table, columns=["rule", "state", "rows", *KPIS])
    moved = (frame["revenue"] - base["revenue"]).abs()
    return frame.loc[moved.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)


def merged_effect(orders, pairs: pd.DataFrame, *, as_of: date) -> dict[str, float]:
    """Key figures if every customer in `pairs` (customer_id, merge_into) were merged."""
    orders = orders.select(*_NEEDED)
    into = ibis.memtable(_ends(pairs))
    joined = orders.inner_join(into, "customer_id")
    moved = joined.select(joined.end.name("customer_id"), *_NEEDED[1:])
    left = orders.semi_join(into, "customer_id")
    targets = orders.semi_join(into, orders.customer_id == into.end)
    targets = targets.anti_join(into, "customer_id")  # a target may itself be moved on
    before = _parts(ibis.union(left, targets), as_of)
    after = _parts(ibis.union(moved, targets), as_of)
    base = _parts(orders, as_of)
    return _kpis({name: base[name] - before[name] + after[name] for name in base})


def _ends(pairs: pd.DataFrame) -> pd.DataFrame:
    """Each customer with the one it ends up in, chains followed; a customer in several pairs goes
    where the first of them leads."""
    parent: dict[str, str] = {}

    def root(name):
        while name in parent:
            name = parent[name]
        return name

    for one, other in zip(pairs["customer_id"], pairs["merge_into"], strict=True):
        one, other = root(one), root(other)
        if one != other:
            parent[one] = other
    return pd.DataFrame(
        {"customer_id": list(parent), "end": [root(name) for name in parent]}, dtype="str"
    )


def _state(review, state: str):
    rows = review.filter((review.state == state) & review.ordered_at.notnull())
    amount = ibis.ifelse(rows.amount.isinf(), None, rows.amount)
    return rows.select(
        "customer_id", "ordered_at", amount.cast("float64").name("amount"), "is_return"
    )


def _without(orders, base: dict, back, out, as_of: date) -> dict[str, float]:
    ids = [part.select("customer_id") for part in (back, out) if part is not None]
    touched = (ibis.union(*ids) if len(ids) > 1 else ids[0]).distinct()
    now = orders.semi_join(touched, "customer_id")
    then = now if out is None else now.difference(out, distinct=False)
    then = then if back is None else ibis.union(then, back)
    before, after = _parts(now, as_of), _parts(then, as_of)
    return _kpis({name: base[name] - before[name] + after[name] for name in base})


def _parts(orders, as_of: date) -> dict[str, float]:
    """Sums over customers from which every key figure follows."""
    since = (pd.Timestamp(as_of) - pd.DateOffset(months=12)).date()
    bought = orders.filter(~orders.is_return & orders.customer_id.notnull())
    key = key_of(bought.customer_id.cast("string"))
    days = bought.group_by(key=key, day=bought.ordered_at.date()).aggregate(n=bought.count())
    per = days.group_by("key").aggregate(
        purchases=days.count(), year=days.count(where=days.day > ibis.date(since.isoformat()))
    )
    counted = per.aggregate(
        customers=per.count(),
        purchases=per.purchases.sum(),
        once=(per.purchases == 1).sum(),
        active=(per.year >= 1).sum(),
        again=(per.year >= 2).sum(),
    ).execute()
    revenue = orders.amount.sum().execute()
    parts = {name: float(value or 0) for name, value in counted.iloc[0].fillna(0).items()}
    return parts | {"revenue": 0.0 if pd.isna(revenue) else float(revenue)}


def _kpis(parts: dict[str, float]) -> dict[str, float]:
    def ratio(over, under):
        return parts[over] / parts[under] if parts[under] > 0.5 else float("nan")

    return {
        "revenue": parts["revenue"],
        "customers": parts["customers"],
        "purchases": parts["purchases"],
        "mean_purchase": ratio("revenue", "purchases"),
        "repurchase_rate": ratio("again", "active"),
        "one_time_share": ratio("once", "customers"),
    }
