"""Attainment of the service level: what was promised by a day, and done by it."""

from datetime import date

import pandas as pd

from workbook.analysis.clustered import clustered_share, clustered_shares

__all__ = ["attainment", "attainment_by", "attainment_by_month", "reply_targets"]

FEWEST = 30  # tickets for a share of their own


def _judged(tickets):
    """Tickets whose promise is kept or broken; open and not yet due ones can't be judged."""
    return tickets[tickets["due"].isin(["met", "breached"]).to_numpy()]


def attainment(tickets: pd.DataFrame, *, confidence=0.95) -> dict:
    """Share of tickets dealt with when due.

    Parameters
    ----------
    tickets : pandas.DataFrame
        As `tickets.encoded_tickets` gives them. Open and overdue counts as breached, open and not
        yet due is left out.

    Returns
    -------
    dict
        share (None without a judged ticket), low, high, n, hits, effective_n, as
        `clustered.clustered_share` by customer and week; overdue (open and breached), not_yet
        (open and not yet due), none (nothing was promised).
    """
    judged = _judged(tickets)
    found = clustered_share(
        judged["due"] == "met", judged["customer"], judged["week"], confidence=confidence
    )
    counts = tickets["due"].value_counts()
    return found | {
        "overdue": int(((tickets["due"] == "breached") & ~tickets["done"]).sum()),
        "not_yet": int(counts.get("not_yet", 0)),
        "none": int(counts.get("none", 0)),
    }


def attainment_by(tickets: pd.DataFrame, column: str, *, confidence=0.95) -> pd.DataFrame:
    """Attainment by the values of a column, groups of 30 judged tickets and more.

    Returns
    -------
    pandas.DataFrame
        group, share, low, high, n, hits, effective_n; lowest share first.
    """
    judged = _judged(tickets)
    table = clustered_shares(
        judged["due"] == "met", judged[column], judged["customer"], judged["week"],
        confidence=confidence,
    )  # fmt: skip
    table = table[table["n"] >= FEWEST]
    return table.sort_values("share", kind="stable", ignore_index=True)


def attainment_by_month(tickets: pd.DataFrame, *, as_of: date, confidence=0.95) -> pd.DataFrame:
    """Attainment by month of opening: month (first day), share, low, high, n; the last 24."""
    judged = _judged(tickets)
    month = judged["opened_at"].dt.to_period("M").dt.to_timestamp()
    table = clustered_shares(
        judged["due"] == "met", month, judged["customer"], confidence=confidence
    )
    table = table.rename(columns={"group": "month"}).sort_values("month", ignore_index=True)
    table = table[table["n"] >= FEWEST].tail(24).reset_index(drop=True)
    return table.assign(month=pd.to_datetime(table["month"]))


def reply_targets(tickets: pd.DataFrame, *, hours=(1.0, 4.0, 24.0), confidence=0.95):
    """Share answered within so many hours, of tickets opened at least that long ago.

    Returns
    -------
    pandas.DataFrame
        hours, share, low, high, n. Closed without a reply counts as not answered.
    """
    rows = []
    for limit in hours:
        replied = (tickets["reply"] == "replied").to_numpy()
        hit = replied & (tickets["reply_hours"] <= limit).to_numpy()
        # a ticket that waits for less than the limit may still be answered in time
        known = ~((tickets["reply"] == "waiting") & (tickets["reply_hours"] < limit)).to_numpy()
        part = tickets[known]
        found = clustered_share(hit[known], part["customer"], part["week"], confidence=confidence)
        rows.append({"hours": limit, **{k: found[k] for k in ("share", "low", "high", "n")}})
    return pd.DataFrame(rows).astype({"share": float})
