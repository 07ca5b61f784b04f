"""Coupons, trials and talks before the first purchase, and what goes with them."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbook.analysis.blocks import in_part
from workbook.analysis.few_values import is_one_of
from workbook.analysis.matching import matched_difference

__all__ = ["FIRST_STEPS", "first_purchase_with", "first_steps"]

#: What can happen to somebody who hasn't bought yet.
FIRST_STEPS = ("coupon", "trial", "talk")
SAMPLE = 50_000  # customers that are compared


def _part(table, most=SAMPLE):
    """A random part of the customers, the same on every run."""
    n = int(table.count().to_pandas())
    if n <= most:
        return table, 1.0
    share = most / n
    return table.filter(in_part(table.customer_id, share)), share


def first_purchase_with(
    people: ir.Table,
    orders: ir.Table,
    year: ir.Table,
    offers: ir.Table | None = None,
    *,
    confidence=0.95,
) -> pd.DataFrame:
    """First purchases with a promotion, a discount or a coupon, and what these customers do later.

    Parameters
    ----------
    people : ibis.Table
        From `new_customers.new_customers`.
    orders : ibis.Table
        customer_id, ordered_at; promotion, discount where known.
    year : ibis.Table
        From `first_year.first_year`.
    offers : ibis.Table, optional
        customer_id, redeemed_on.

    Returns
    -------
    pandas.DataFrame
        kind (promotion, discount, coupon), customers, share (of all first purchases), then against customers
        of the same channel, type and quarter without it: again (share with a later purchase in the
        first year), again_others, gap, gap_low, gap_high, money (later money per customer), money_others,
        money_gap, money_low, money_high, compared, p (of the gap). NaN where fewer than 30 on a side
        have a counterpart. Empty without any of the columns.

    Notes
    -----
    `matching.matched_difference`; who buys in a promotion may be another kind of customer.
    """
    columns = ["kind", "customers", "share", "again", "again_others", "gap", "gap_low", "gap_high", "money",
               "money_others", "money_gap", "money_low", "money_high", "compared", "p"]  # fmt: skip
    flags = {}
    if "promotion" in orders.columns:
        flags["promotion"] = orders.promotion.cast("string").strip().nullif("").notnull()
    if "discount" in orders.columns:
        flags["discount"] = (orders.discount > 0).fill_null(False)
    used, _ = _part(year)
    first = people.select("customer_id", "first_on")
    rows = used.inner_join(first, "customer_id")
    if flags:
        lines = orders.filter(~orders.is_return).select(
            "customer_id", on=orders.ordered_at.date(), **flags
        )
        on_first = first.inner_join(lines, "customer_id")
        on_first = on_first.filter(on_first["on"] == on_first.first_on)
        given = on_first.group_by("customer_id").aggregate(
            **{name: on_first[name].any() for name in flags}
        )
        rows = rows.left_join(given, "customer_id").drop("customer_id_right")
    if offers is not None and "redeemed_on" in offers.columns:
        taken = offers.filter(offers.redeemed_on.notnull())
        taken = taken.select("customer_id", redeemed_on=taken.redeemed_on.cast("date")).distinct()
        rows = rows.left_join(taken, ["customer_id", rows.first_on == taken.redeemed_on])
        rows = rows.mutate(coupon=rows.redeemed_on.notnull()).drop(
            "customer_id_right", "redeemed_on"
        )
        flags["coupon"] = True
    if not flags:
        return pd.DataFrame(columns=columns)
    frame = rows.select(
        "customer_id", "channel", "type", "quarter", "repeats", *flags, later=rows.revenue - rows.first_revenue
    ).order_by("customer_id").to_pandas()  # fmt: skip
    strata = frame.groupby(["channel", "type", "quarter"], dropna=False).ngroup()
    found = []
    for kind in flags:
        got = frame[kind].fillna(False).astype(bool)
        again = matched_difference(frame["repeats"] > 0, got, strata, confidence=confidence)
        later = matched_difference(frame["later"], got, strata, confidence=confidence)
        n = int(got.sum())
        told = [float("nan")] * 5 if again is None else [again.value, again.expected, again.difference, again.low, again.high]  # fmt: skip
        told += [float("nan")] * 5 if later is None else [later.value, later.expected, later.difference, later.low, later.high]  # fmt: skip
        found.append((kind, n, n / max(len(frame), 1), *told, 0 if again is None else again.n, float("nan") if again is None else again.p))  # fmt: skip
    return pd.DataFrame(found, columns=columns)


def first_steps(
    people: ir.Table,
    events: ir.Table | None,
    offers: ir.Table | None,
    *,
    as_of: date,
    trial_kinds=(),
    talk_kinds=(),
    landmark_days: int = 14,
    follow_days: int = 90,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """First purchases of prospects who got a coupon, a trial or a talk in their first days.

    Parameters
    ----------
    people : ibis.Table
        From `new_customers.new_customers`; prospects are those with known_on.
    events : ibis.Table or None
        customer_id, occurred_at, kind.
    offers : ibis.Table or None
        customer_id, issued_on.
    trial_kinds, talk_kinds : sequence of str
        Kinds of events, without regard to capitals.
    landmark_days : int
        A step counts when it falls into so many days from being known; compared are those who have
        not bought by then.
    follow_days : int
        Days after the landmark in which the first purchase is looked for.

    Returns
    -------
    pandas.DataFrame
        step (of `FIRST_STEPS`), customers (with the step, followed), share (who then bought),
        expected (of prospects of the same channel, type and quarter without it), gap, low, high, p,
        compared. NaN where fewer than 30 on a side have a counterpart. Empty when no prospect is
        followed so long.

    Notes
    -----
    Landmark analysis (Anderson, Cain, Gelber 1983): counting steps until the purchase would compare
    those who had long to get one with those who bought at once.
    """
    columns = ["step", "customers", "share", "expected", "gap", "low", "high", "p", "compared"]
    until = ibis.literal(as_of - timedelta(days=landmark_days + follow_days)).cast("date")
    who = people.filter(people.known_on.notnull() & (people.known_on <= until))
    bought = who.first_on.delta(who.known_on, unit="day")
    who = who.filter(bought.isnull() | (bought > landmark_days))
    who = who.select(
        "customer_id", "known_on", "channel", "type", quarter=who.known_on.truncate("Q"),
        bought=(bought <= landmark_days + follow_days).fill_null(False),
    )  # fmt: skip
    who, _ = _part(who)
    steps = []
    if events is not None:
        for step, kinds in (("trial", trial_kinds), ("talk", talk_kinds)):
            mine = events.filter(
                events.customer_id.notnull()
                & is_one_of(events.kind, [str(k).lower() for k in kinds])
            )
            steps.append((step, mine.select("customer_id", at=mine.occurred_at.date())))
    if offers is not None:
        steps.append(("coupon", offers.select("customer_id", at=offers.issued_on.cast("date"))))
    rows, seen = who, []
    for step, at in steps:
        near = who.select("customer_id", "known_on").inner_join(at, "customer_id")
        ahead = near["at"].delta(near.known_on, unit="day")
        got = near.filter((ahead >= 0) & (ahead <= landmark_days)).select("customer_id").distinct()
        rows = rows.left_join(got.mutate(got=True), "customer_id")
        rows = rows.mutate(**{step: rows.got.fill_null(False)}).drop("customer_id_right", "got")
        seen.append(step)
    frame = rows.order_by("customer_id").to_pandas()
    if frame.empty or not seen:
        return pd.DataFrame(columns=columns)
    strata = frame.groupby(["channel", "type", "quarter"], dropna=False).ngroup()
    found = []
    for step in [name for name in FIRST_STEPS if name in seen]:
        got = frame[step].astype(bool)
        one = matched_difference(frame["bought"], got, strata, confidence=confidence)
        n = int(got.sum())
        share = float(frame.loc[got, "bought"].mean()) if n else float("nan")
        told = (
            [float("nan")] * 5
            if one is None
            else [one.expected, one.difference, one.low, one.high, one.p]
        )
        found.append(
            (step, n, share if one is None else one.value, *told, 0 if one is None else one.n)
        )
    return pd.DataFrame(found, columns=columns)
