"""Contacts that no person handled: their share, and what became of them against staffed ones."""

from datetime import date, timedelta

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.clustered import clustered_share
from workbook.analysis.few_values import is_one_of
from workbook.analysis.matching import matched_difference
from workbook.analysis.purchase_points import purchase_points, strata_of
from workbook.analysis.tickets import day_number

__all__ = ["CONTACT_KINDS", "OUTCOMES", "automated_contacts", "automated_tickets", "routine"]

#: Outcomes of a ticket that are compared; each a share.
OUTCOMES = ("again", "reopened", "dissatisfied", "in_a_day")
#: Kinds of events by which a firm reaches a customer.
CONTACT_KINDS = ("call", "e-mail", "email", "chat", "message", "sms", "letter", "push", "wechat",
                 "电话", "邮件", "短信", "微信", "消息")  # fmt: skip
MIX = ("kind", "cause", "channel", "priority")
AGAIN_DAYS = 30
MOST = 60_000
FEWEST = 30


def automated_tickets(tickets: pd.DataFrame, names, *, as_of: date, confidence=0.95):
    """Share of tickets handled without a person, and their outcomes against staffed ones.

    Parameters
    ----------
    tickets : pandas.DataFrame
        As `tickets.encoded_tickets` gives them.
    names : sequence of str
        An agent whose name holds one of them is no person.

    Returns
    -------
    share : dict or None
        `clustered.clustered_share` of tickets with an agent; None without any.
    outcomes : pandas.DataFrame
        outcome (again: the customer came back within 30 days; reopened; dissatisfied; in_a_day:
        solved within 24 hours), value, expected (of staffed tickets alike), difference, low, high,
        n; compared among equal kind, cause, channel, priority and quarter.
    """
    columns = ["outcome", "value", "expected", "difference", "low", "high", "n"]
    rows = tickets[tickets["agent"].notna().to_numpy()]
    if rows.empty:
        return None, pd.DataFrame(columns=columns)
    agents = rows["agent"].cat.categories.astype(str)
    robots = [
        agent for agent in agents if any(str(name).lower() in agent.lower() for name in names)
    ]
    automated = rows["agent"].isin(robots).to_numpy()
    share = clustered_share(automated, rows["customer"], rows["week"], confidence=confidence)
    if not automated.any() or automated.all():
        return share, pd.DataFrame(columns=columns)
    quarter = rows["opened_at"].dt.year * 4 + rows["opened_at"].dt.quarter
    keys = [rows[name].cat.codes for name in MIX]
    strata = rows.groupby([quarter.to_numpy(), *keys], sort=False).ngroup().to_numpy()
    following = tickets[(tickets["customer"] >= 0).to_numpy()].sort_values("opened_at")
    later = following.groupby("customer")["opened_at"].shift(-1).reindex(rows.index)
    gap = (later - rows["opened_at"]).dt.total_seconds() / 86_400
    told = (rows["day"] <= day_number(as_of) - AGAIN_DAYS) & (rows["customer"] >= 0)
    followed_a_day = rows["done"] | (rows["hours"] >= 24)
    outcomes = {
        "again": (gap <= AGAIN_DAYS).astype(float).where(told),
        "reopened": rows["reopened"].where(rows["done"]),
        "dissatisfied": 1 - rows["satisfied"],
        "in_a_day": (rows["done"] & (rows["hours"] <= 24)).astype(float).where(followed_a_day),
    }
    found = []
    for name, values in outcomes.items():
        result = matched_difference(
            values, automated, strata, rows["customer"], rows["week"], confidence=confidence
        )
        if result is not None:
            found.append((name, result.value, result.expected, result.difference, result.low,
                          result.high, result.n))  # fmt: skip
    return share, pd.DataFrame(found, columns=columns)


def automated_contacts(
    events: ir.Table, days: ir.Table | None, *, as_of: date, follow_days=30, confidence=0.95, seed=0
):
    """Contacts without a member of staff: their share, and purchases after them.

    Parameters
    ----------
    events : ibis.Table
        occurred_at, kind, customer_id, staff; contacts are the kinds of `CONTACT_KINDS`.
    days : ibis.Table, optional
        From `lifecycle.purchase_days`.

    Returns
    -------
    share : dict or None
        Of the contacts of the last 12 months; None without any.
    bought : Matched or None
        Customers who bought within `follow_days`, after automated contacts against staffed ones
        to customers alike.
    """
    since = pd.Timestamp(as_of) + pd.Timedelta(days=1) - pd.DateOffset(years=1)
    contacts = events.filter(
        is_one_of(events.kind, CONTACT_KINDS)
        & events.customer_id.notnull()
        & (events.occurred_at >= since.to_pydatetime())
    )
    columns = {"customer_id": contacts.customer_id, "at": contacts.occurred_at}
    staffed = contacts.staff.cast("string").strip().nullif("").notnull()
    table = contacts.select(**columns, staffed=staffed)
    table = table.order_by(["customer_id", "at"]).to_pandas()
    if table.empty:
        return None, None
    week = pd.to_datetime(table["at"]).dt.to_period("W").astype(str)
    share = clustered_share(~table["staffed"], table["customer_id"], week, confidence=confidence)
    last = pd.Timestamp(as_of - timedelta(days=follow_days - 1))
    followed = table[pd.to_datetime(table["at"]) < last]
    if days is None or followed["staffed"].nunique() < 2:
        return share, None
    parts = [
        part if len(part) <= MOST else part.sample(MOST, random_state=seed)
        for _, part in followed.groupby("staffed")
    ]
    points = purchase_points(days, pd.concat(parts), follow_days=follow_days)
    found = matched_difference(
        ~points["stops"], ~points["staffed"].to_numpy(bool), strata_of(points),
        pd.factorize(points["customer_id"])[0], confidence=confidence,
    )  # fmt: skip
    return share, found


def routine(tickets: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Which tickets are routine: frequent, solved at once, seldom reopened or followed by another.

    Returns
    -------
    pandas.DataFrame
        kind, cause (missing: not said), tickets (of the last 12 months), in_a_day (share solved
        within 24 hours), reopened, dissatisfied (shares, NaN where not known), routine (in_a_day
        at least half and no less than of all tickets, and neither of the others above theirs by more than
        chance allows); 30 tickets and more, most first.
    """
    since = pd.Timestamp(as_of) + pd.Timedelta(days=1) - pd.DateOffset(years=1)
    rows = tickets[(tickets["opened_at"] >= since).to_numpy()]
    rows = rows.assign(
        in_a_day=(rows["done"] & (rows["hours"] <= 24)).astype(float),
        dissatisfied=1 - rows["satisfied"],
        reopened=rows["reopened"].where(rows["done"]),
    )
    measures = ["in_a_day", "reopened", "dissatisfied"]
    table = rows.groupby(["kind", "cause"], observed=True, dropna=False)
    table = table[measures].mean().assign(tickets=table.size())
    table = table[table["tickets"] >= FEWEST]
    overall, n = rows[measures].mean(), table["tickets"]
    fine = table["in_a_day"] >= max(overall["in_a_day"], 0.5)
    for name in measures[1:]:
        chance = np.sqrt(overall[name] * (1 - overall[name]) / n)
        fine &= ~(table[name] > overall[name] + 1.645 * chance)
    table = table.assign(routine=fine).reset_index()
    table = table.astype({"kind": object, "cause": object})
    columns = ["kind", "cause", "tickets", *measures, "routine"]
    return table[columns].sort_values("tickets", ascending=False, kind="stable", ignore_index=True)
