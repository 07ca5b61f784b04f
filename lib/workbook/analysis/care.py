"""Care: which customers were contacted, how and when last, against their stage and their value."""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency

from workbook.analysis.intervals import wilson

__all__ = [
    "Care", "care_channels", "care_coverage", "care_gaps", "care_of", "customer_contacts",
]  # fmt: skip

FEWEST = 30  # customers of a group that is compared
VISIT = "visit"  # what a row of visits without a kind is


@dataclass(frozen=True)
class Care:
    """Care of the customers who have bought.

    `coverage` from `care_coverage`, `channels` from `care_channels`, `gaps` from `care_gaps`;
    `differs`: groups of coverage differ by more than chance (chi-squared at 1 %, groups of 30 up);
    `upper`, `missed`: customers of the upper half by value, and those of them without a contact;
    `within_days`: days up to as_of in which a contact counts.
    """

    coverage: pd.DataFrame
    channels: pd.DataFrame
    gaps: pd.DataFrame
    differs: bool
    upper: int
    missed: int
    within_days: int

    @property
    def missed_interval(self) -> tuple[float, float]:
        """Of the share missed in the upper half (Wilson, 95 %)."""
        low, high = wilson(self.missed, self.upper)
        return float(low), float(high)


def care_of(
    tables, members: pd.DataFrame, *, as_of: date, within_days: int = 90, most: int = 1000
) -> Care | None:
    """Coverage, channels and gaps of care; None without a table of contacts.

    Parameters
    ----------
    tables : intake Tables
        With visits, or events with staff and customer_id.
    members : DataFrame
        customer_id, stage, amount (money), as `stage_members.stage_members` gives them.
    within_days : int
        Days up to as_of in which a contact counts.
    most : int
        Longest list of gaps.
    """
    found = customer_contacts(tables, as_of=as_of, within_days=within_days)
    if found is None:
        return None
    contacts = found.to_pandas()
    contacts = contacts[contacts["customer_id"].isin(members["customer_id"])]
    contacted = set(contacts.loc[contacts["contacts"] > 0, "customer_id"])
    coverage = care_coverage(members, contacted)
    upper = coverage[coverage["value"] == "upper"]
    return Care(
        coverage,
        care_channels(contacts, customers=len(members)),
        care_gaps(members, contacted, contacts, most=most),
        _differ(coverage),
        int(upper["customers"].sum()),
        int((upper["customers"] - upper["contacted"]).sum()),
        within_days,
    )


def _differ(coverage):
    large = coverage[coverage["customers"] >= FEWEST]
    table = np.column_stack([large["contacted"], large["customers"] - large["contacted"]])
    if len(table) < 2 or not table.sum(axis=0).all():
        return False
    return bool(chi2_contingency(table, correction=False).pvalue < 0.01)


def customer_contacts(tables, *, as_of: date, within_days: int = 90) -> ir.Table | None:
    """Contacts per customer and kind up to as_of.

    Reads `visits` (how = their kind, or "visit") and `events` that a member of staff took part in
    (how = their kind). Returns customer_id, how, contacts (in the last `within_days` days),
    last_on (date of the last one ever); None when neither table is there.
    """
    since = ibis.literal(as_of - timedelta(days=within_days)).cast("date")
    sources = []
    if tables.has("visits", "customer_id", "at"):
        visits = tables["visits"]
        kind = visits["kind"] if "kind" in visits.columns else ibis.null("string")
        sources.append(
            visits.select("customer_id", day=visits["at"].date(), how=kind.fill_null(VISIT))
        )
    if tables.has("events", "customer_id", "staff"):
        events = tables["events"].filter(ibis._.staff.notnull())
        sources.append(events.select("customer_id", day=events.occurred_at.date(), how=events.kind))
    if not sources:
        return None
    contacts = sources[0].union(sources[1]) if len(sources) > 1 else sources[0]
    contacts = contacts.filter(contacts.customer_id.notnull())
    return contacts.group_by("customer_id", "how").aggregate(
        contacts=(contacts.day > since).sum(), last_on=contacts.day.max()
    )


def care_channels(contacts: pd.DataFrame, *, customers: int) -> pd.DataFrame:
    """Which kinds of contact reached how many.

    Parameters
    ----------
    contacts : DataFrame
        As `customer_contacts`.
    customers : int
        All customers, the denominator.

    Returns
    -------
    DataFrame
        how, customers, contacts, share, low, high (Wilson, 95 %, of all customers), last_on (of
        the last such contact ever); most customers first. Kinds unused in the window have 0.
    """
    reached = contacts["contacts"] > 0
    table = contacts.assign(customers=reached).groupby("how", as_index=False, sort=True)
    table = table.agg(
        customers=("customers", "sum"), contacts=("contacts", "sum"), last_on=("last_on", "max")
    )
    table["share"] = table["customers"] / max(customers, 1)
    table["low"], table["high"] = wilson(table["customers"], max(customers, 1))
    return table.sort_values("customers", ascending=False, kind="stable", ignore_index=True)


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


def care_gaps(
    customers: pd.DataFrame, contacted, contacts: pd.DataFrame, *, most: int = 1000
) -> pd.DataFrame:
    """Customers of the upper half by value whom nobody contacted, most valuable first.

    The columns of `customers` and last_contact_on (date of the last contact ever, of any kind;
    empty: none is recorded), from `contacts` as `customer_contacts` gives them.
    """
    rows = customers[customers["amount"] > customers["amount"].median()]
    rows = rows[~rows["customer_id"].isin(set(contacted))]
    rows = rows.sort_values(["amount", "customer_id"], ascending=[False, True]).head(most)
    ever = contacts[contacts["customer_id"].isin(rows["customer_id"])]
    last = pd.to_datetime(ever.groupby("customer_id")["last_on"].max())
    return rows.assign(last_contact_on=rows["customer_id"].map(last))
