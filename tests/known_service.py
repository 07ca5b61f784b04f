"""What the service analyses say of simulated companies, beside what is true of them."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis import complaint_repeats, service_level, ticket_times
from workbook.analysis.service_study import open_service
from workbook.intake.company.firm import simulated_company
from workbook.intake.company.parameters import AS_OF, PARAMETERS
from workbook.intake.company.problems import Problem, Problems

TABLES = ("customers", "orders", "tickets", "ticket_steps", "staff", "actions")
GIVEN = PARAMETERS["tickets"]


class Books(dict):
    """Frames that answer as the intake's `Tables` do."""

    as_of = AS_OF

    def __getitem__(self, name):
        return ibis.memtable(dict.__getitem__(self, name))

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def has(self, name, *columns):
        return name in self and set(columns) <= set(dict.__getitem__(self, name).columns)


def service_of(seed, customers, problems=None):
    """The service of a simulated company."""
    planted = None if problems is None else Problems(problems, even=True)
    made = simulated_company(customers, seed=seed, problems=planted, only=TABLES)
    kept = ("type", "region", "client_tier", "customer_id")
    frames = {name: frame for name, frame in made.tables.items() if len(frame)}
    frames["customers"] = frames["customers"][list(kept)]
    return open_service(Books(frames))


def replied_within(hours):
    """Share of tickets with a reply within so many hours."""
    reply = GIVEN["reply_hours"]
    return (1 - GIVEN["no_reply"]) * norm.cdf(np.log(hours / reply["median"]) / reply["sigma"])


def solved_within(kind, hours):
    """Share of tickets of a kind closed within so many hours: solved, and replied to if at all."""
    ready = 1 - np.exp(
        -((hours / 24 / GIVEN["resolution_days"][kind]) ** GIVEN["resolution_shape"])
    )
    return ready * (replied_within(hours) + GIVEN["no_reply"])


def estimates(seed, customers, confidence=0.9):
    """{name: (low, high, truth)} of one company without problems."""
    service = service_of(seed, customers)
    tickets, level = service.tickets, {"confidence": confidence}
    replies = ticket_times.reply_wait(tickets, **level).table.set_index("hours")
    found = {
        f"replied within {h:g} h": (*replies.loc[h, ["low", "high"]], replied_within(h))
        for h in (4.0, 24.0)
    }
    for kind, h in (("enquiry", 24.0), ("complaint", 72.0), ("return", 72.0)):
        part = tickets[(tickets["kind"] == kind).to_numpy()]
        table = ticket_times.resolution_wait(part, **level).table.set_index("hours")
        found[f"{kind} solved within {h:g} h"] = (
            *table.loc[h, ["low", "high"]], solved_within(kind, h),
        )  # fmt: skip
    targets = service_level.reply_targets(tickets, hours=(8.0,), **level).iloc[0]
    found["target of 8 h"] = (targets["low"], targets["high"], replied_within(8.0))
    again = complaint_repeats.followed_again(
        service.complaints, as_of=AS_OF, within_days=60, same_matter=True
    )
    share = complaint_repeats.repeat_share(again, **level)
    recurs = PARAMETERS["complaints"]["recurs"]
    # the second complaint of an order is not followed by a third
    found["complaints of an order that come again"] = (
        share["low"], share["high"], recurs / (1 + recurs),
    )  # fmt: skip
    improved = service.improvements(**level).dropna(subset=["ratio"])
    if len(improved):
        row = improved.iloc[0]
        found["improvement"] = (row["low"], row["high"], GIVEN["improvement"]["factor"])
    return found


def alarms(seed, customers):
    """Problems that the report would raise in a company without any."""
    found = service_of(seed, customers).problems(within_days=60).found
    return found.loc[found["found"], "detector"].tolist()


def planted(seed, customers, kind, where, size):
    """{detector: (column, value)} found in a company with one problem since March 2025."""
    words = {name: value.capitalize() for name, value in where.items()}
    problem = Problem("P", kind, where, words, dt.date(2025, 3, 1), size)
    found = service_of(seed, customers, [problem]).problems(within_days=60)
    names = found.found.loc[found.found["found"], "detector"]
    return {name: tuple(found.worst(name)[["column", "value"]]) for name in names}


def hits(draws):
    """Per estimate: how often the truth lay in its interval, and of how many draws."""
    table = pd.DataFrame(list(draws))
    inside = table.map(lambda v: v[0] <= v[2] <= v[1] if isinstance(v, tuple) else np.nan)
    return inside.sum().astype(int), inside.notna().sum()
