"""How often customers come with the same matter: tickets by category, key customers apart."""

from datetime import date

import ibis
import pandas as pd

from workbook.analysis.account_facts import up_to

__all__ = ["pain_frequency"]


def pain_frequency(tables, key_ids, *, as_of: date, days: int = 365) -> pd.DataFrame | None:
    """Tickets of the last days by matter; None without tickets.

    Parameters
    ----------
    tables : intake Tables
        tickets with customer_id, opened_at; the matter is category, else cause, else kind.
    key_ids : sequence of str
        Strategic and important customers.
    as_of : date

    Returns
    -------
    DataFrame
        category (missing: not said), tickets, customers, each (tickets per customer concerned),
        complaints, key (tickets of the key customers); most tickets first.
    """
    if not tables.has("tickets", "customer_id", "opened_at"):
        return None
    rows = up_to(tables["tickets"], "opened_at", as_of)
    since = pd.Timestamp(as_of) - pd.Timedelta(days=days)
    rows = rows.filter(rows.customer_id.notnull() & (rows.opened_at.cast("date") > since.date()))
    name = next((c for c in ("category", "cause", "kind") if c in rows.columns), None)
    matter = rows[name] if name else ibis.null("string")
    complaint = (rows.kind == "complaint").fill_null(False) if "kind" in rows.columns else ibis.literal(False)  # fmt: skip
    rows = rows.select("customer_id", category=matter, complaint=complaint)
    ids = ibis.memtable(pd.DataFrame({"customer_id": pd.Series(list(key_ids), dtype="string"), "is_key": True}))  # fmt: skip
    rows = rows.left_join(ids, "customer_id").drop("customer_id_right")
    table = rows.group_by("category").aggregate(
        tickets=rows.count(),
        customers=rows.customer_id.nunique(),
        complaints=rows.count(where=rows.complaint),
        key=rows.count(where=rows.is_key.fill_null(False)),
    )
    frame = table.to_pandas()
    frame = frame.assign(each=frame["tickets"] / frame["customers"].clip(lower=1))
    return frame.sort_values(["tickets", "category"], ascending=[False, True], ignore_index=True)
