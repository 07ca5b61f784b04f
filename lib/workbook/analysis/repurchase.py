"""The repurchase rate by year, whether it fell like for like, and what a second purchase is worth."""

from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbook.analysis.intervals import customer_draws, interval, wilson
from workbook.analysis.loss_change import loss_change

__all__ = ["repeat_amount", "repurchase_by_year", "repurchase_change"]

FEWEST = 30


def repurchase_by_year(
    days: ir.Table, *, as_of: date, first: date, confidence: float = 0.95, most: int = 6
) -> pd.DataFrame:
    """The repurchase rate of every 12 months that the data cover, back from as_of.

    Parameters
    ----------
    days : ibis.Table
        As `lifecycle.purchase_days` gives them.
    first : date
        First day of the data.

    Returns
    -------
    DataFrame
        ends_on, buyers (customers with a purchase in the 12 months), again (with two purchase days
        or more), share, low, high (Wilson); the earliest first.
    """
    rows = []
    for back in range(most):
        end = (pd.Timestamp(as_of) - pd.DateOffset(years=back)).date()
        since = (pd.Timestamp(end) - pd.DateOffset(years=1)).date()
        if back and pd.Timestamp(since) < pd.Timestamp(first) - pd.Timedelta(days=7):
            break
        inside = days.filter((days.bought_on > since) & (days.bought_on <= end))
        counts = inside.group_by("customer_id").aggregate(n=inside.count())
        found = counts.aggregate(again=(counts.n >= 2).sum(), buyers=counts.count()).to_pandas()
        rows.append((end, int(found["buyers"].iloc[0]), int(found["again"].iloc[0] or 0)))
    table = pd.DataFrame(rows[::-1], columns=["ends_on", "buyers", "again"])
    table["share"] = table["again"] / table["buyers"].where(table["buyers"] > 0)
    table["low"], table["high"] = wilson(table["again"], table["buyers"], confidence=confidence)
    return table


def repurchase_change(
    days: ir.Table, *, as_of: date, first: date, confidence: float = 0.95
) -> dict | None:
    """Whether fewer buy again within 12 months than a year before, like compared with like.

    Customers are alike who bought on as many days in the 12 months before the window (none, 1, 2 to
    3, 4 and more) and whose first purchase in it fell into the same of its quarters.

    Returns
    -------
    dict or None
        As `loss_change.loss_change`, of the share that does not buy again, with its level `error`;
        None unless the data reach back 36 months and both years have 30 customers.
    """
    end = pd.Timestamp(as_of)
    if pd.Timestamp(first) > end - pd.DateOffset(months=36) + pd.Timedelta(days=7):
        return None
    now, before = (_year(days, end - pd.DateOffset(years=back)) for back in (0, 1))
    if min(now["customers"].sum(), before["customers"].sum()) < FEWEST:
        return None
    return loss_change(now, before, confidence=confidence)


def repeat_amount(days: ir.Table, kinds: ir.Table | None = None, *, as_of: date) -> dict | None:
    """Money that one more customer who buys again would bring at least.

    The second purchase day of customers who bought on just two in the 12 months to as_of, since
    those who buy often are another sort; by `kinds` (customer_id, kind) weighted like those who
    bought on one day only. Returns mean, low80, high80 (bootstrap by customer); None below 30
    customers or without money.
    """
    since = (pd.Timestamp(as_of) - pd.DateOffset(years=1)).date()
    here = days.filter(days.bought_on > since)
    each = here.group_by("customer_id").aggregate(
        n=here.count(), amount=here.amount.argmax(here.bought_on)
    )
    each = each.filter(each.n <= 2).mutate(kind=ibis.literal("all"))
    if kinds is not None:
        each = each.drop("kind").left_join(kinds.select("customer_id", "kind"), "customer_id")
        each = each.mutate(kind=each.kind.fill_null("not stated"))
    frame = each.select("customer_id", "n", "kind", "amount").order_by("customer_id").to_pandas()
    twice, once = frame[frame["n"] == 2], frame[frame["n"] == 1]
    mix = (once if len(once) else twice)["kind"].value_counts(normalize=True)
    mix = mix[mix.index.isin(set(twice["kind"]))]
    if len(twice) < FEWEST or not twice["amount"].sum() > 0 or not len(mix):
        return None
    mix = mix / mix.sum()
    mean = float(mix @ twice.groupby("kind")["amount"].mean()[mix.index])
    drawn = customer_draws(twice[["amount"]], twice["kind"].to_numpy(object))
    means = drawn["amount"][mix.index] / drawn["customers"][mix.index].clip(lower=1)
    low, high = interval(means.to_numpy(float) @ mix.to_numpy(float), confidence=0.8)
    return {"mean": mean, "low80": min(float(low), mean), "high80": max(float(high), mean)}


def _year(days, end):
    """Customers and those who did not buy again, by stratum, of the 12 months to `end`."""
    since = (end - pd.DateOffset(years=1)).date()
    earlier = (end - pd.DateOffset(years=2)).date()
    here = days.filter((days.bought_on > since) & (days.bought_on <= end.date()))
    here = here.group_by("customer_id").aggregate(n=here.count(), first=here.bought_on.min())
    past = days.filter((days.bought_on > earlier) & (days.bought_on <= since))
    past = past.group_by("customer_id").aggregate(past=past.count())
    both = here.left_join(past, "customer_id").drop("customer_id_right")
    past = both.past.fill_null(0)
    level = ibis.cases((past == 0, "0"), (past == 1, "1"), (past <= 3, "2"), else_="4")
    quarter = (both.first.delta(ibis.literal(since).cast("date"), unit="day") - 1) // 92
    both = both.mutate(stage=level + ibis.literal("/") + quarter.cast("string"))
    table = both.group_by("stage").aggregate(customers=both.count(), lost=(both.n < 2).sum())
    return table.order_by("stage").to_pandas()
