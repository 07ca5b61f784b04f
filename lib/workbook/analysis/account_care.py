"""Key accounts: whose contact is overdue by the agreed cadence, and who at the customer is known."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from workbook.analysis.intervals import wilson

__all__ = ["AccountCare", "account_care"]


@dataclass(frozen=True)
class AccountCare:
    """Contact with key accounts.

    Attributes
    ----------
    accounts : DataFrame
        customer_id, tier, type, owner, contribution (money), contact_on, silent_days (NaN: never
        contacted), every_days, overdue (bool), persons, deciders; overdue first, then by
        contribution.
    tiers : DataFrame
        tier, customers, every_days, in_time, share, low, high (Wilson), never (without any contact),
        contacts (mean of the year).
    gaps : dict
        Key accounts without an owner, a known person, a known decision maker; only what the tables
        tell.
    """

    accounts: pd.DataFrame
    tiers: pd.DataFrame
    gaps: dict

    @property
    def overdue(self) -> int:
        """Accounts whose contact is overdue."""
        return int(self.accounts["overdue"].sum())


def account_care(
    table: pd.DataFrame, *, as_of: date, cadence_days: dict, kinds=(), confidence=0.95
) -> AccountCare | None:
    """Care of key accounts against the agreed cadence; None without contacts or key accounts.

    Parameters
    ----------
    table : DataFrame
        customer_id, tier, contribution, contact_on; any of type, owner, contacts, persons, deciders.
    as_of : date
    cadence_days : dict
        Tier to the days within which a customer is to be contacted; tiers without an entry have no
        cadence.
    kinds : sequence of str
        Types of customers that are cared for in person; empty: all.
    """
    if "contact_on" not in table or table["contact_on"].isna().all():
        return None
    rows = table[table["tier"].isin(list(cadence_days))]
    if len(kinds) and "type" in rows and rows["type"].isin(list(kinds)).any():
        rows = rows[rows["type"].isin(list(kinds))]
    if rows.empty:
        return None
    silent = (pd.Timestamp(as_of) - pd.to_datetime(rows["contact_on"])).dt.days
    every = rows["tier"].map(cadence_days).astype(float)
    columns = ["customer_id", "tier", "type", "owner", "contribution", "contact_on", "contacts",
               "persons", "deciders"]  # fmt: skip
    accounts = rows[[c for c in columns if c in rows]].assign(
        silent_days=silent, every_days=every, overdue=(silent.isna() | (silent > every)).to_numpy()
    )
    accounts = accounts.sort_values(
        ["overdue", "contribution", "customer_id"],
        ascending=[False, False, True],
        ignore_index=True,
    )
    parts = []
    for tier, days in cadence_days.items():
        part = accounts[accounts["tier"] == tier]
        n, met = len(part), int((~part["overdue"]).sum())
        if not n:
            continue
        low, high = wilson(met, n, confidence=confidence)
        mean = part["contacts"].fillna(0).mean() if "contacts" in part else np.nan
        parts.append((tier, n, float(days), met, met / n, float(low), float(high),
                      int(part["silent_days"].isna().sum()), mean))  # fmt: skip
    names = [
        "tier",
        "customers",
        "every_days",
        "in_time",
        "share",
        "low",
        "high",
        "never",
        "contacts",
    ]
    return AccountCare(accounts, pd.DataFrame(parts, columns=names), _gaps(accounts))


def _gaps(accounts):
    found = {}
    if "owner" in accounts:
        found["owner"] = int(accounts["owner"].isna().sum())
    if "persons" in accounts:
        found["persons"] = int((accounts["persons"].fillna(0) == 0).sum())
    if "deciders" in accounts:
        found["deciders"] = int((accounts["deciders"].fillna(0) == 0).sum())
    return found
