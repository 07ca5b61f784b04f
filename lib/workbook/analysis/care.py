"""Care: which customers were contacted, against their stage and their value."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbook.analysis.intervals import wilson

__all__ = ["care_coverage", "care_gaps", "contact_days"]


def contact_days(tables, *, as_of: date, within_days: int = 90) -> ir.Table | None:
    """Customers contacted in the last `within_days` days: customer_id, how, contacts.

    Reads `visits` (how = their kind, or "visit") and `events` that a member of staff took part in
    (how = their kind); None when neither table is there.
    """
    since = ibis.literal(as_of - timedelta(days=within_days)).cast("date")
    sources = []
    if tables.has("visits", "customer_id", "at"):
        visits = tables["visits"]
        kind = visits["kind"] if "kind" in visits.columns else ibis.literal("visit")
        sources.append(visits.select("customer_id", day=visits["at"].date(), how=kind))
    if tables.has("events", "customer_id", "staff"):
        events = tables["events"].filter(ibis._.staff.notnull())
        sources.append(events.select("customer_id", day=events.occurred_at.date(), how=events.kind))
    if not sources:
        return None
    contacts = sources[0].union(sources[1]) if len(sources) > 1 else sources[0]
    recent = contacts.filter((contacts.day > since) & contacts.customer_id.notnull())
    return recent.group_by("customer_id", "how").aggregate(contacts=recent.count())


def care_coverage(customers: pd.DataFrame, contacted) -> pd.DataFrame:
    """Share of customers contacted, by stage and half of value.

    Parameters
    ----------
    customers : DataFrame
        customer_id, stage, amount (money).
    contacted : array_like
        customer_id of those contacted.

    Returns
    -------
    pandas.DataFrame
        stage, value ("upper" or "lower" half by amount, ties below), customers, contacted, share,
        low, high (Wilson, 95 %).
    """
    upper = customers["amount"] > customers["amount"].median()
    table = customers.assign(
        value=upper.map({True: "upper", False: "lower"}),
        contacted=customers["customer_id"].isin(set(contacted)),
    )
    table = table.groupby(["stage", "value"], sort=False, observed=True, as_index=False).agg(
        customers=("contacted", "size"), contacted=("contacted", "sum")
    )
    table["stage"] = table["stage"].astype(object)
    table["share"] = table["contacted"] / table["customers"]
    table["low"], table["high"] = wilson(table["contacted"], table["customers"])
    return table


def care_gaps(customers: pd.DataFrame, contacted, *, most: int = 1000) -> pd.DataFrame:
    """Customers of the upper half by value whom nobody contacted, most valuable first."""
    rows = customers[customers["amount"] > customers["amount"].median()]
    rows = rows[~rows["customer_id"].isin(set(contacted))]
    return rows.sort_values(["amount", "customer_id"], ascending=[False, True]).head(most)
