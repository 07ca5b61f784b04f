"""Discounts and rebates of business customers: what they cost, what is left, what goes with them."""

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.intervals import customer_draws, interval

__all__ = ["business_incentives", "growth_by_incentive", "incentives_by_type", "unprofitable"]

BUSINESS = ("business", "dealer")
FEWEST = 30


def business_incentives(
    orders: ir.Table, customers: ir.Table, offers: ir.Table | None = None, *, as_of: date
) -> pd.DataFrame | None:
    """What each business customer and dealer bought and was given, in two years.

    Parameters
    ----------
    orders : ibis.Table
        customer_id, ordered_at, amount; discount, cost when known.
    customers : ibis.Table
        customer_id, type (business, dealer, consumer).
    offers : ibis.Table, optional
        customer_id, redeemed_on, cost: rebates and vouchers, on the day they were used.

    Returns
    -------
    DataFrame or None
        customer_id, type, revenue (money, returns taken off), discount, rebate, cost (of goods;
        NaN when not known) of the 12 months to as_of; the same of the 12 months before with
        `_before`. None without the column type, without a business customer with orders, or
        without any discount and rebate known.
    """
    if "type" not in customers.columns:
        return None
    has_offers = offers is not None and {"redeemed_on", "cost"} <= set(offers.columns)
    if "discount" not in orders.columns and not has_offers:
        return None
    people = customers.filter(customers.type.isin(BUSINESS)).select("customer_id", "type")
    years = {"": 0, "_before": 1}
    bounds = {}
    for name, back in years.items():
        end = pd.Timestamp(as_of) + pd.Timedelta(days=1) - pd.DateOffset(years=back)
        bounds[name] = ((end - pd.DateOffset(years=1)).date(), end.date())
    rows = orders.semi_join(people, "customer_id")
    day = rows.ordered_at.date()
    inside = {n: (day >= low) & (day < high) for n, (low, high) in bounds.items()}
    sums = {}
    for name, here in inside.items():
        sums[f"revenue{name}"] = rows.amount.sum(where=here)
        sums[f"discount{name}"] = (
            rows.discount.sum(where=here) if "discount" in rows.columns else ibis.literal(0.0)
        )
        sums[f"cost{name}"] = (
            rows.cost.sum(where=here) if "cost" in rows.columns else ibis.literal(np.nan)
        )
    frame = rows.group_by("customer_id").aggregate(**sums)
    frame = frame.join(people, "customer_id").order_by("customer_id").to_pandas()
    amounts = [c for c in frame if c.startswith(("revenue", "discount"))]
    frame[amounts] = frame[amounts].fillna(0.0)
    for name in years:
        frame[f"rebate{name}"] = 0.0
    if has_offers:
        used = offers.filter(offers.redeemed_on.notnull()).semi_join(people, "customer_id")
        spans = {
            f"rebate{n}": used.cost.sum(where=(used.redeemed_on >= low) & (used.redeemed_on < high))
            for n, (low, high) in bounds.items()
        }
        rebates = used.group_by("customer_id").aggregate(**spans).to_pandas()
        rebates = rebates.set_index("customer_id").reindex(frame["customer_id"]).fillna(0.0)
        frame[list(spans)] = rebates[list(spans)].to_numpy(float)
    given = frame[[c for c in frame if c.startswith(("discount", "rebate"))]].abs().to_numpy()
    if not len(frame) or not given.sum() > 0:
        return None
    return frame


def incentives_by_type(frame: pd.DataFrame) -> pd.DataFrame:
    """Incentives and what is left after them, in the last 12 months and the 12 before.

    Returns type (None: all), customers (with revenue or incentives in the last 12 months), revenue,
    incentives (discount and rebate, money), rate (incentives / revenue before them),
    contribution (revenue less cost of goods and rebate; NaN when cost is not known),
    contribution_rate (of revenue), rate_before, contribution_rate_before.
    """
    rows = []
    for kind, part in [(None, frame), *frame.groupby("type")]:
        active = part[(part["revenue"] != 0) | (part["discount"] + part["rebate"] != 0)]
        now, before = _sums(part, ""), _sums(part, "_before")
        rows.append((kind, len(active), *now, before[2], before[4]))
    columns = ["type", "customers", "revenue", "incentives", "rate", "contribution",
               "contribution_rate", "rate_before", "contribution_rate_before"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _sums(part, name):
    revenue, discount, rebate = (
        float(part[f"{c}{name}"].sum()) for c in ("revenue", "discount", "rebate")
    )
    cost = part[f"cost{name}"].sum(min_count=1)
    listed, left = revenue + discount, revenue - cost - rebate
    return (
        revenue,
        discount + rebate,
        (discount + rebate) / listed if listed > 0 else np.nan,
        left,
        left / revenue if revenue > 0 else np.nan,
    )


def growth_by_incentive(frame: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Revenue of the last 12 months over that of the 12 before, by the incentives of the 12 before.

    The earlier year's rate sorts customers, so that a discount given on this year's orders does not
    count on both sides. Groups: none, then thirds of those with any.

    Returns
    -------
    DataFrame
        group (none, low, middle, high), customers, rate (of the group in the year before), growth
        (revenue over revenue), low, high (bootstrap by customer); groups below 30 customers left
        out.
    """
    known = frame[frame["revenue_before"] > 0].copy()
    given = known["discount_before"] + known["rebate_before"]
    known["given"] = given
    rate = given / (known["revenue_before"] + known["discount_before"])
    some = rate > 0
    known["group"] = "none"
    if some.sum() >= 3:
        cuts = np.quantile(rate[some], [1 / 3, 2 / 3])
        names = np.array(["low", "middle", "high"], dtype=object)
        known.loc[some, "group"] = names[np.searchsorted(cuts, rate[some], side="left")]
    rows = []
    for group in ("none", "low", "middle", "high"):
        part = known[known["group"] == group]
        if len(part) < FEWEST:
            continue
        drawn = customer_draws(part[["revenue", "revenue_before"]])
        growth = part["revenue"].sum() / part["revenue_before"].sum()
        low, high = interval(drawn["revenue"] / drawn["revenue_before"], confidence=confidence)
        listed = (part["revenue_before"] + part["discount_before"]).sum()
        rows.append((group, len(part), part["given"].sum() / listed, growth,
                     min(low, growth), max(high, growth)))  # fmt: skip
    columns = ["group", "customers", "rate", "growth", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def unprofitable(frame: pd.DataFrame) -> pd.DataFrame:
    """Customers whose goods and rebates cost more than they paid in the last 12 months.

    Returns customer_id, type, revenue, discount, rebate, cost, contribution (below 0), lowest
    first; empty when costs are not known.
    """
    left = frame["revenue"] - frame["cost"] - frame["rebate"]
    rows = frame.assign(contribution=left)[(left < 0) & (frame["discount"] + frame["rebate"] > 0)]
    columns = ["customer_id", "type", "revenue", "discount", "rebate", "cost", "contribution"]
    return rows.sort_values(["contribution", "customer_id"], ignore_index=True)[columns]
