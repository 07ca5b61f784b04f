"""Actions from the table and from the ledger that people edit, in one form: what, whom, since when."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbook.analysis.place_members import members_at, place_of

__all__ = ["METRIC_WORDS", "ActionBook", "action_book"]

#: what people write for a metric
METRIC_WORDS = {
    "buyers": ("buyers", "buyer_share", "conversion", "repurchase", "repurchase_rate", "reactivation"),
    "purchases": ("purchases", "purchase_days", "orders", "frequency"),
    "revenue": ("revenue", "amount", "sales", "spend", "gross_amount"),
    "contract_ends": ("contract_ends", "churn", "churn_rate", "ended_contracts", "cancellations"),
    "complaints": ("complaints", "complaint", "complaint_share"),
}  # fmt: skip
COLUMNS_OF_ARMS = ["action_id", "customer_id", "treated", "index_on"]
COLUMNS = [
    "action_id", "source", "kind", "finding_id", "owner", "department", "status", "begins_on",
    "due_on", "metric", "metric_said", "window_days", "expected", "cost", "randomised", "treated",
    "controls",
]  # fmt: skip


@dataclass(frozen=True)
class ActionBook:
    """`actions`: one row per action; `arms`: Ibis table action_id, customer_id, treated (bool),
    index_on (first day of the window), None without a customer; `unknown`: {action_id: text} of
    segments that no table tells."""

    actions: pd.DataFrame
    arms: ir.Table | None
    unknown: dict


def action_book(tables, ledger, arms, days=None) -> ActionBook:
    """All actions of a client.

    Parameters
    ----------
    tables : workbook.intake.tables.Tables
    ledger : list of workbook.intake.action_ledger.Action
    arms : list of dict
        action_id, customer_id, arm, assigned_on, as `action_ledger.read_arms` gives them.
    days : ibis.Table, optional
        As `bought_days.bought_days` gives it.

    Returns
    -------
    ActionBook
        actions: action_id, source ("table", "ledger"), kind (as written), finding_id, owner,
        department, status, begins_on, due_on (dates or None), metric (a key of `METRIC_WORDS`, or
        empty), metric_said, window_days (NaN if not given), expected (difference per customer),
        cost (money per customer treated), randomised (bool), treated, controls (customers); in
        order of begins_on and action_id.

    Notes
    -----
    Whom an action is for that names a segment and no customer, the tables tell: customers of that
    place who had bought before it began (all of them without `days`).
    """
    parts = [
        _of_table(tables["actions"]) if "actions" in tables else None,
        _of_ledger(ledger, arms),
    ]
    parts = [part for part in parts if part is not None]
    found = [row for frame, _, _ in parts for row in frame.to_dict("records")]
    rows = [table for _, table, _ in parts if table is not None]
    segments = [segment for _, _, named in parts for segment in named]
    book = pd.DataFrame(found, columns=COLUMNS)
    begun = dict(zip(book["action_id"], book["begins_on"], strict=True))
    unknown = {}
    for action, text, treated in segments:
        people = members_at(tables, text if isinstance(text, dict) else place_of(tables, text))
        if people is None:
            unknown[action] = str(text)
            continue
        if begun[action] is None:
            continue
        people = _known(people, days, begun[action])
        mine = book["action_id"] == action
        book.loc[mine, "treated" if treated else "controls"] += int(people.count().execute())
        book.loc[mine, "randomised"] = False  # a lot among segments is none among customers
        index_on = ibis.literal(begun[action]).cast("date")
        rows.append(people.select("customer_id", action_id=ibis.literal(action), treated=ibis.literal(treated), index_on=index_on)[COLUMNS_OF_ARMS])  # fmt: skip
    key = book["begins_on"].astype(str)
    book = book.assign(key=key).sort_values(["key", "action_id"], ignore_index=True)
    joined = rows[0] if rows else None
    for other in rows[1:]:
        joined = joined.union(other)
    return ActionBook(book[COLUMNS], joined, unknown)


def _known(people, days, start):
    """Of these customers, those who had bought before a day."""
    if days is None:
        return people
    return people.semi_join(days.filter(days.bought_on < ibis.literal(start).cast("date")), "customer_id")  # fmt: skip


def metric_of(word) -> str:
    """The key of `METRIC_WORDS` that a word stands for; empty when none does."""
    word = str(word or "").strip().lower().replace(" ", "_")
    return next((name for name, words in METRIC_WORDS.items() if word in words), "")


KINDS = {
    "customer_id": "string", "segment": "string", "arm": "string", "randomised": "boolean",
    "started_on": "date", "planned_on": "date", "assigned_on": "date", "due_on": "date",
    "cost": "float64", "window_days": "float64", "expected": "float64", "finding_id": "string",
    "owner": "string", "department": "string", "status": "string", "metric": "string",
}  # fmt: skip


def _of_table(table):
    rows = table.select(
        "action_id",
        kind=table.kind.cast("string"),
        **{
            name: table[name].cast(kind) if name in table.columns else ibis.null(kind)
            for name, kind in KINDS.items()
        },
    )
    rows = rows.mutate(
        control=(rows.arm == "control").fill_null(False),
        drawn=rows.randomised.fill_null(False),
        started=rows.started_on,
        planned=ibis.coalesce(rows.planned_on, rows.assigned_on),
    )
    named, treated = rows.customer_id.notnull(), ~rows.control
    texts = ("kind", "finding_id", "owner", "department", "status", "metric", "segment")
    sums = rows.group_by("action_id").aggregate(
        **{name: rows[name].max() for name in (*texts, "due_on", "window_days", "expected")},
        begins_on=ibis.coalesce(
            rows.started.min(where=treated), rows.started.min(), rows.planned.min()
        ),
        cost=rows.cost.mean(where=treated),
        randomised=rows.drawn.all(),
        treated=rows.customer_id.nunique(where=treated & named),
        controls=rows.customer_id.nunique(where=rows.control & named),
    )
    frame = sums.order_by("action_id").execute()
    frame["metric_said"] = frame["metric"].fillna("")
    frame["metric"] = [metric_of(word) for word in frame["metric_said"]]
    for name in ("finding_id", "owner", "department", "status"):
        frame[name] = frame[name].fillna("")
    for name in ("begins_on", "due_on"):
        frame[name] = [None if pd.isna(day) else pd.Timestamp(day).date() for day in frame[name]]
    frame["source"] = "table"
    frame["randomised"] = frame["randomised"].fillna(False).astype(bool)
    starts = sums.select("action_id", first=sums.begins_on)
    people = rows.filter(rows.customer_id.notnull()).inner_join(starts, "action_id")
    people = people.mutate(index_on=ibis.coalesce(people.started, people.first))
    # somebody named in both arms was treated; somebody named twice is one customer
    people = people.group_by("action_id", "customer_id").aggregate(
        treated=(~people.control).any(), index_on=people.index_on.min()
    )
    people = people.filter(people.index_on.notnull())
    named = set(frame.loc[(frame["treated"] + frame["controls"]) > 0, "action_id"])
    said = rows.filter(rows.segment.notnull()).select("action_id", "segment", "control").distinct()
    said = said.order_by("action_id", "segment", "control").execute()
    segments = [
        (row.action_id, row.segment, not row.control)
        for row in said.itertuples()
        if row.action_id not in named
    ]
    return frame[COLUMNS], people[COLUMNS_OF_ARMS], segments


def _of_ledger(ledger, arms):
    """Rows of the ledger that people have taken up."""
    taken = [action for action in ledger if action.status != "proposed"]
    people = pd.DataFrame(arms, columns=["action_id", "customer_id", "arm", "assigned_on"])
    rows = []
    for action in taken:
        mine = people.loc[people["action_id"] == action.action_id, "arm"]
        controls = int((mine == "control").sum())
        rows.append(
            (action.action_id, "ledger", action.action, action.finding_id, action.owner,
             action.department, _status(action), action.begins_on, action.due_on, action.metric,
             action.metric, float(action.window_days), action.expected, action.cost,
             bool(controls), int((mine == "treatment").sum()), controls)
        )  # fmt: skip
    frame = pd.DataFrame(rows, columns=COLUMNS)
    begun = {
        action.action_id: action.started_on
        for action in taken
        if action.started_on and action.status != "dropped"
    }
    drawn = set(people["action_id"])
    places = [(a.action_id, a.place, True) for a in taken
              if a.action_id in begun and a.action_id not in drawn and a.place and not a.customers]  # fmt: skip
    people = people[people["action_id"].isin(list(begun))]
    if not len(people):
        return frame, None, places
    named = pd.DataFrame(
        {
            "action_id": people["action_id"].astype(str),
            "customer_id": people["customer_id"].astype(str),
            "treated": people["arm"] == "treatment",
            "index_on": pd.to_datetime([begun[name] for name in people["action_id"]]),
        }
    )
    table = ibis.memtable(named)
    return frame, table.mutate(index_on=table.index_on.cast("date"))[COLUMNS_OF_ARMS], places


def _status(action):
    """An accepted action with a day on which it began is running, whatever nobody has changed."""
    return "running" if action.status == "accepted" and action.started_on else action.status
