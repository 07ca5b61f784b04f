"""What the service report starts from: tickets, purchases and staff, whatever of them is there."""

from dataclasses import dataclass, field
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbook.analysis import (
    complaint_causes,
    complaint_followup,
    complaint_repeats,
    service_problems,
    training_effects,
)
from workbook.analysis.agent_funnel import MEASURES, agent_funnel
from workbook.analysis.case_flow import case_steps
from workbook.analysis.few_values import is_one_of
from workbook.analysis.handled_by import automated_contacts
from workbook.analysis.improvements import improvements
from workbook.analysis.lifecycle import purchase_days
from workbook.analysis.service_load import agent_hours, service_load
from workbook.analysis.ticket_volumes import year_back
from workbook.analysis.tickets import encoded_tickets, ticket_rows

__all__ = ["Service", "open_service"]

SUPPORT = ("enquiry", "after_sales", "repair")


@dataclass(frozen=True)
class Service:
    """A client's service as of a day; every part is empty or None where its table is missing.

    Attributes
    ----------
    rows : ibis.Table
        From `tickets.ticket_rows`.
    tickets : pandas.DataFrame
        From `tickets.encoded_tickets`.
    tables : intake Tables
    as_of : date
    days : ibis.Table or None
        From `lifecycle.purchase_days`.
    known : bool
        The table tickets is there.
    """

    rows: ir.Table
    tickets: pd.DataFrame
    tables: object = field(repr=False)
    as_of: date
    days: ir.Table | None
    known: bool

    @property
    def complaints(self) -> pd.DataFrame:
        """Tickets of the kind complaint."""
        return self.tickets[(self.tickets["kind"] == "complaint").to_numpy()]

    @property
    def recent(self) -> pd.DataFrame:
        """Tickets opened in the 12 months to as_of."""
        return self.tickets[(self.tickets["opened_at"] >= year_back(self.as_of)).to_numpy()]

    @property
    def by_team(self) -> pd.DataFrame:
        """The tickets with the ``team`` of their agent (missing where it isn't known)."""
        staff = self.table("staff", "staff_id", "team")
        teams = {}
        if staff is not None:
            known = staff.select("staff_id", "team").to_pandas().dropna()
            teams = dict(zip(known["staff_id"].astype(str), known["team"], strict=True))
        names = self.tickets["agent"].astype(object).map(teams)
        return self.tickets.assign(team=names.astype("category"))

    @property
    def orders(self):
        """The orders, or None."""
        return self.tables.orders if self.days is not None else None

    def table(self, name: str, *columns: str):
        """A table with these columns, or None."""
        return self.tables[name] if self.tables.has(name, *columns) else None

    def causes(self, *, confidence=0.95):
        """Kinds ranked, and their Pareto table (`complaint_causes.causes`)."""
        kinds = complaint_causes.cause_kinds(self.tickets, year_back(self.as_of))
        concerned = complaint_causes.customers_concerned(
            self.rows, self.orders, kinds=kinds, as_of=self.as_of
        )
        return kinds, complaint_causes.causes(concerned, confidence=confidence)

    def followup(self, *, follow_days: int, confidence=0.95):
        """`complaint_followup.complaint_followup`, None without orders."""
        if self.days is None:
            return None
        return complaint_followup.complaint_followup(
            self.days,
            self.rows,
            as_of=self.as_of,
            customers=self.table("customers", "customer_id"),
            follow_days=follow_days,
            confidence=confidence,
        )

    def chart(self) -> pd.DataFrame:
        """`complaint_repeats.control_chart` of all complaints."""
        if self.tickets.empty:
            return pd.DataFrame()
        purchases = None
        if self.days is not None:
            purchases = complaint_repeats.monthly_purchases(self.orders)
        first = self.tickets["opened_at"].min().date()
        return complaint_repeats.control_chart(
            self.complaints, purchases, first=first, as_of=self.as_of
        )

    def improvements(self, *, confidence=0.95) -> pd.DataFrame:
        """`improvements.improvements`, their days from the table actions."""
        actions = self.table("actions", "action_id", "started_on")
        started = pd.Series(dtype=object)
        if actions is not None:
            by = actions.group_by("action_id").aggregate(on=actions.started_on.min()).to_pandas()
            started = by.set_index("action_id")["on"]
        return improvements(self.complaints, started, as_of=self.as_of, confidence=confidence)

    def problems(self, *, within_days: int):
        """`service_problems.service_problems`."""
        purchases = None
        if self.days is not None:
            purchases = service_problems.purchase_weeks(
                self.days, self.orders, self.table("customers", "customer_id"), as_of=self.as_of
            )
        return service_problems.service_problems(
            self.tickets, purchases, as_of=self.as_of, within_days=within_days
        )

    def cases(self):
        """`case_flow.case_steps` of the last 12 months, None without steps."""
        steps = self.table("ticket_steps", "ticket_id", "at", "step")
        if steps is None:
            return None
        since = year_back(self.as_of).date()
        return case_steps(steps, self.rows, as_of=self.as_of, since=since)

    def funnels(self) -> list:
        """`agent_funnel.agent_funnel` of the last 12 months, by measure, those that can be told."""
        found = (agent_funnel(self.recent, measure) for measure in MEASURES)
        return [funnel for funnel in found if funnel is not None]

    def load(self, *, confidence=0.95):
        """`service_load.service_load`."""
        acted = agent_hours(self.rows, self.table("ticket_steps", "at", "agent"), as_of=self.as_of)
        return service_load(self.tickets, acted, as_of=self.as_of, confidence=confidence)

    def trained(self, *, confidence=0.95) -> list:
        """`training_effects.staff_training` by measure, those that can be told."""
        staff = self.table("staff", "staff_id", "trained_on")
        if staff is None:
            return []
        staff = staff.filter(staff.trained_on <= ibis.date(self.as_of.isoformat())).to_pandas()
        found = (
            training_effects.staff_training(self.tickets, staff, measure, confidence=confidence)
            for measure in MEASURES
        )
        return [one for one in found if one is not None]

    def contacts(self, *, confidence=0.95):
        """`handled_by.automated_contacts`, (None, None) without events that name staff."""
        events = self.table("events", "occurred_at", "kind", "customer_id", "staff")
        if events is None:
            return None, None
        return automated_contacts(events, self.days, as_of=self.as_of, confidence=confidence)

    def answers(self, training_kinds, *, confidence=0.95) -> dict:
        """Satisfaction after support and after training of customers (`Matched` or None), and the
        `part` of the customers whose answers are read."""
        surveys = self.table("surveys", "answered_on", "customer_id", "csat")
        found = {"support": None, "training": None, "part": 1.0}
        if surveys is None or self.days is None:
            return found
        part = found["part"] = min(1.0, ANSWERS_READ / max(int(surveys.count().to_pandas()), 1))
        asked = self.rows.filter(self.rows.kind.isin(SUPPORT) & self.rows.customer_id.notnull())
        uses = {"support": (asked.select("customer_id", at=asked.opened_at), 90)}
        events = self.table("events", "occurred_at", "kind", "customer_id")
        if events is not None:
            kinds = [str(kind).lower() for kind in training_kinds]
            taught = events.filter(is_one_of(events.kind, kinds) & events.customer_id.notnull())
            uses["training"] = (taught.select("customer_id", at=taught.occurred_at), 365)
        for name, (use, within) in uses.items():
            found[name] = training_effects.answers_after(
                surveys, self.days, use, within_days=within, as_of=self.as_of, part=part,
                confidence=confidence,
            )  # fmt: skip
        return found


#: Answers set beside the use of support and training; of more, those of a random part of the customers.
ANSWERS_READ = 100_000
_EMPTY = {"ticket_id": "string", "opened_at": "timestamp", "kind": "string"}


def open_service(tables, *, due_event="solution", promised_hours=0.0) -> Service:
    """The client's service.

    Parameters
    ----------
    tables : intake Tables
        Any of tickets, ticket_steps, orders, customers, staff, events, surveys, actions.
    due_event, promised_hours
        As for `tickets.ticket_rows`.
    """
    known = tables.has("tickets", "ticket_id", "opened_at")
    raw = tables["tickets"] if known else ibis.memtable([], schema=_EMPTY)
    rows = ticket_rows(
        raw,
        as_of=tables.as_of,
        customers=tables["customers"] if tables.has("customers", "customer_id") else None,
        goods=tables["orders"] if tables.has("orders", "product", "category") else None,
        due_event=due_event,
        promised_hours=promised_hours,
    ).cache()
    days = None
    if tables.has("orders", "customer_id", "ordered_at"):
        days = purchase_days(tables["orders"]).cache()
        if not days.count().to_pandas():
            days = None
    return Service(rows, encoded_tickets(rows), tables, tables.as_of, days, known)
