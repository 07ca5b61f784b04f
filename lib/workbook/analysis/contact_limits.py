"""Customers who are not to be asked: no consent, an open complaint, an offer just given."""

from datetime import date

import ibis
import pandas as pd

__all__ = ["contact_limits"]


def contact_limits(tables, scores: pd.DataFrame, *, as_of: date, recent_days: int) -> pd.DataFrame:
    """Whom not to ask.

    Parameters
    ----------
    tables : Tables
    scores : DataFrame
        customer_id.
    as_of : date
    recent_days : int
        An offer given less than so many days ago is recent.

    Returns
    -------
    DataFrame
        consent, open_complaint, recent_offer (bool), one row per row of `scores`; nobody is left out
        where the client has no such column.
    """
    ids = scores["customer_id"]
    found = pd.DataFrame({"consent": True, "open_complaint": False, "recent_offer": False},
                         index=scores.index)  # fmt: skip
    if tables.has("customers", "customer_id", "consent"):
        rows = tables["customers"]
        refused = rows.filter(~rows.consent.cast("boolean").fill_null(True))
        found["consent"] = ~ids.isin(refused.select("customer_id").to_pandas()["customer_id"])
    if tables.has("tickets", "customer_id", "closed_at", "kind"):
        rows = tables["tickets"]
        rows = rows.filter((rows.kind == "complaint") & rows.closed_at.isnull())
        found["open_complaint"] = ids.isin(
            rows.select("customer_id").distinct().to_pandas()["customer_id"]
        )
    if tables.has("offers", "customer_id", "issued_on"):
        rows = tables["offers"]
        age = ibis.literal(as_of).cast("date").delta(rows.issued_on.cast("date"), unit="day")
        rows = rows.filter(age < recent_days).select("customer_id").distinct()
        found["recent_offer"] = ids.isin(rows.to_pandas()["customer_id"])
    return found
