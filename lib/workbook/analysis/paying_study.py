"""Everything the grading report asks of invoices and payments, as far as the tables carry it."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from workbook.analysis.days_outstanding import dso, dso_by_month
from workbook.analysis.paying_change import COLUMNS, PayingChange, paying_changes
from workbook.analysis.receivables import (
    Receivables,
    ageing,
    customer_receivables,
    paid_within,
    settled,
)

__all__ = ["Paying", "paying_of"]


@dataclass(frozen=True)
class Paying:
    """What customers owe and how they pay; parts are None or empty where the tables don't tell.

    Attributes
    ----------
    invoices : receivables.Receivables or None
    owed : dict or None
        From `receivables.dso`.
    monthly, ages, paid : DataFrame or None
        From `receivables.dso_by_month`, `ageing`, `paid_within`.
    changes : paying_change.PayingChange or None
    """

    invoices: Receivables | None = None
    owed: dict | None = None
    monthly: pd.DataFrame | None = None
    ages: pd.DataFrame | None = None
    paid: pd.DataFrame | None = None
    changes: PayingChange | None = None

    @property
    def dso_days(self):
        """Days sales outstanding; None where not known."""
        return self.owed and self.owed["days"]


def paying_of(
    tables, invoices, owing=None, *, as_of: date, capital_cost_annual=0.08, confidence=0.95
) -> Paying:
    """Open receivables, DSO, ageing and later payment of a client.

    Parameters
    ----------
    tables : intake Tables
        customers when they are there.
    invoices : receivables.Receivables or None
    owing : DataFrame, optional
        From `receivables.customer_receivables` for `as_of`, where it is at hand.
    as_of : date
    capital_cost_annual : float
        What money tied up costs, a share per year.
    """
    if invoices is None or not invoices.has_paid:
        return Paying(invoices)
    if owing is None:
        owing = customer_receivables(invoices, days=[as_of])[0]
    owed = dso(owing, confidence=confidence)
    monthly, ages = dso_by_month(invoices, as_of=as_of), ageing(invoices, as_of=as_of)
    if not invoices.has_due:
        return Paying(invoices, owed | {"overdue": 0.0}, monthly, ages, pd.DataFrame())
    rows = settled(invoices, as_of=as_of)
    paid = paid_within(rows, as_of=as_of, confidence=confidence)
    changes = paying_changes(
        _described(rows, tables, invoices), as_of=as_of, capital_cost_annual=capital_cost_annual,
        part=rows.attrs["part"],
    )  # fmt: skip
    return Paying(invoices, owed, monthly, ages, paid, changes)


def _described(rows, tables, invoices):
    """The invoices with the traits of their customers."""
    if not tables.has("customers", "customer_id"):
        return rows
    people = tables["customers"]
    kept = [c for c in COLUMNS if c in people.columns]
    if not kept:
        return rows
    people = people.select("customer_id", *kept).semi_join(invoices.rows, "customer_id")
    traits = people.to_pandas().drop_duplicates("customer_id")
    return rows.merge(traits, on="customer_id", how="left")
