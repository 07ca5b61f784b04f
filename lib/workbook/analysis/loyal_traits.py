"""In which traits loyal customers differ from others, all known from their first purchase on."""

from datetime import date

import ibis.expr.types as ir
import pandas as pd

from workbook.analysis.leaver_traits import leaving_by_group, trait_differences

__all__ = ["early_traits", "loyal_share", "loyal_traits", "share_loyal_by"]

FOLLOWED_DAYS = 365


def loyal_share(today: ir.Table, days: ir.Table, *, as_of: date) -> pd.DataFrame:
    """Customers who have had a year to become loyal, and who of them is.

    Parameters
    ----------
    today : ibis.Table
        customer_id, stage, as `lifecycle.stages_today` gives them.
    days : ibis.Table
        As `lifecycle.purchase_days` gives them.

    Returns
    -------
    DataFrame
        customer_id (sorted), loyal (bool), first_amount (money of the first purchase day),
        known_days.
    """
    first = days.filter(days.place == 1)
    both = first.join(today.select("customer_id", "stage"), "customer_id")
    frame = both.select(
        "customer_id", "first_on", first_amount=both.amount, loyal=both.stage == "loyal"
    )
    frame = frame.order_by("customer_id").to_pandas()
    frame["known_days"] = (pd.Timestamp(as_of) - pd.to_datetime(frame["first_on"])).dt.days
    frame = frame[frame["known_days"] >= FOLLOWED_DAYS]
    return frame.drop(columns="first_on").reset_index(drop=True)


def early_traits(members: pd.DataFrame, habits: pd.DataFrame, cuts: pd.DataFrame):
    """Numbers and classes of the customers of `loyal_share`, known before loyalty could show.

    `habits` as `habits.habits`, `cuts` as `profiles.customer_cuts` (index customer_id). Returns
    (numbers, classes), rows as `members`.
    """
    numbers = members[["first_amount"]]
    ids = pd.Index(members["customer_id"])
    classes = habits.reindex(ids).join(cuts.reindex(ids), rsuffix="_customer")
    return numbers, classes.reset_index(drop=True)


def loyal_traits(members: pd.DataFrame, numbers, classes, *, confidence: float = 0.95):
    """In which traits the loyal differ: `leaver_traits.trait_differences` of the loyal and others.

    Returns trait, kind, customers, loyal_median, others_median, size, size_low, size_high, p,
    p_holm, differs.
    """
    table = trait_differences(
        members["loyal"].to_numpy(bool), numbers, classes, confidence=confidence
    )
    return table.rename(
        columns={"leavers_median": "loyal_median", "stayers_median": "others_median"}
    )


def share_loyal_by(members: pd.DataFrame, groups, *, confidence: float = 0.95) -> pd.DataFrame:
    """Share of loyal customers by group, groups below 30 last: group, customers, loyal, share, low,
    high (Wilson), enough."""
    table = leaving_by_group(members["loyal"].to_numpy(bool), groups, confidence=confidence)
    table = table.rename(columns={"leavers": "loyal"})
    return table[["group", "customers", "loyal", "share", "low", "high", "enough"]]
