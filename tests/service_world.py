"""A simulated firm's service: orders, tickets with their steps, staff; every rate is known."""

import datetime as dt
from types import SimpleNamespace

import ibis
import numpy as np
import pandas as pd

AS_OF = dt.date(2024, 12, 31)
DAYS = 1096  # three years
FIRST = pd.Timestamp(AS_OF) - pd.Timedelta(days=DAYS - 1)
END = pd.Timestamp(AS_OF) + pd.Timedelta(days=1)
CAUSES = {"quality": 0.4, "delivery": 0.3, "billing": 0.2, "staff": 0.1}
AGENTS = [f"a{i:02d}" for i in range(20)]
EMPTY = pd.DataFrame()


class World(dict):
    """Frames by table name that answer as the intake's `Tables` do."""

    as_of = AS_OF

    def __getitem__(self, name):
        return ibis.memtable(dict.__getitem__(self, name))

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def has(self, name, *columns):
        return name in self and set(columns) <= set(dict.__getitem__(self, name).columns)


def world(
    customers=800,
    seed=0,
    *,
    stops_after_complaint=1.0,
    comes_again=0.15,
    rise=None,
    bad_agent=None,
    slow_from=None,
):
    """Tables customers, orders, tickets, ticket_steps and staff.

    `stops_after_complaint`: factor on the chance to stop buying after a complaint (0.05 per
    order). `comes_again`: chance that a complaint comes again within 30 days; `rise`: (region,
    day, factor) on it. `bad_agent`: chance of agent a00 to leave a customer dissatisfied (others
    0.2). `slow_from`: day from which solutions take three times as long.
    """
    rng = np.random.default_rng(seed)
    region = rng.choice(["north", "south", "east"], customers)
    gap = rng.gamma(2.0, 30.0, customers) + 10
    orders, tickets = [], []
    for person in range(customers):
        day = rng.uniform(0, DAYS - 200) if person % 3 else rng.uniform(0, 60)
        while day < DAYS:
            orders.append((person, day))
            stop = 0.05
            if rng.random() < 0.12:
                at = day + rng.exponential(5)
                tickets.append(
                    (person, at, "complaint", rng.choice(list(CAUSES), p=list(CAUSES.values())))
                )
                stop *= stops_after_complaint
                again = comes_again
                if rise and region[person] == rise[0] and at >= rise[1]:
                    again = min(again * rise[2], 0.95)
                while rng.random() < again:
                    at += rng.uniform(3, 30)
                    tickets.append((person, at, "complaint", tickets[-1][3]))
            if rng.random() < 0.15:
                tickets.append((person, day + rng.exponential(10), "enquiry", None))
            if rng.random() < 0.06:
                tickets.append((person, day + rng.exponential(15), "return", "quality"))
            if rng.random() < stop:
                break
            day += rng.exponential(gap[person])
    return World(
        customers=pd.DataFrame({"customer_id": [f"c{p:05d}" for p in range(customers)], "region": region}),
        orders=_orders(orders, rng),
        **_tickets(tickets, rng, bad_agent, slow_from),
        staff=pd.DataFrame({"staff_id": AGENTS, "team": ["a", "b"] * 10}),
    )  # fmt: skip


def _orders(rows, rng):
    frame = pd.DataFrame(rows, columns=["customer", "day"])
    return pd.DataFrame(
        {
            "customer_id": [f"c{p:05d}" for p in frame["customer"]],
            "ordered_at": FIRST + pd.to_timedelta(np.floor(frame["day"]), unit="D"),
            "amount": rng.lognormal(4, 0.4, len(frame)).round(2),
            "is_return": False,
        }
    )


def _tickets(rows, rng, bad_agent, slow_from):
    frame = pd.DataFrame(rows, columns=["customer", "day", "kind", "cause"])
    frame = frame[frame["day"] < DAYS].sort_values("day", ignore_index=True)
    n = len(frame)
    opened = FIRST + pd.to_timedelta(np.floor(frame["day"] * 1440), unit="min")
    agent = rng.choice(AGENTS, n)
    hours = rng.exponential(60, n)
    if slow_from is not None:
        hours = np.where(frame["day"] >= slow_from, hours * 3, hours)
    closed = opened + pd.to_timedelta(hours, unit="h").round("min")
    reply = opened + pd.to_timedelta(rng.exponential(5, n), unit="h").round("min")
    unanswered = (reply > closed) | (rng.random(n) < 0.03)
    bad = np.where(agent == "a00", bad_agent or 0.2, 0.2)
    tickets = pd.DataFrame(
        {
            "ticket_id": [f"t{i:06d}" for i in range(n)],
            "opened_at": opened,
            "customer_id": [f"c{p:05d}" for p in frame["customer"]],
            "kind": frame["kind"],
            "cause": frame["cause"],
            "channel": rng.choice(["phone", "chat"], n),
            "agent": agent,
            "due_at": opened + pd.Timedelta(hours=72),
            "first_reply_at": reply.where(~unanswered),
            "closed_at": closed,
            "reopened": rng.random(n) < 0.08,
            "satisfied": rng.random(n) > bad,
        }
    )
    return {"tickets": tickets, "ticket_steps": _steps(tickets, rng)}


def _steps(tickets, rng):
    """received -> checked -> solved; a fifth is checked twice."""
    parts = []
    span = (tickets["closed_at"] - tickets["opened_at"]).dt.total_seconds()
    twice = rng.random(len(tickets)) < 0.2
    for step, share, kept in (
        ("received", 0.02, None), ("checked", 0.3, None), ("sent_back", 0.6, twice),
        ("checked", 0.8, twice), ("solved", 1.0, None),
    ):  # fmt: skip
        at = tickets["opened_at"] + pd.to_timedelta((span * share).round(), unit="s")
        part = pd.DataFrame({"ticket_id": tickets["ticket_id"], "at": at, "step": step})
        part["agent"] = tickets["agent"]
        parts.append(part if kept is None else part[kept])
    steps = pd.concat(parts, ignore_index=True)
    return steps[steps["at"] < END].reset_index(drop=True)


def study_of(tables):
    """Everything the service notebook reads first, as a namespace."""
    from workbook.analysis.tickets import encoded_tickets, ticket_rows

    rows = ticket_rows(tables["tickets"], as_of=AS_OF, customers=tables["customers"])
    return SimpleNamespace(tables=tables, rows=rows, frame=encoded_tickets(rows))
