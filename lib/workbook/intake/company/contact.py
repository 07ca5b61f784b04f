"""Tables about contact: visits to the site (events), visits of staff, contact persons."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbook.intake.company.campaigns import campaign_of
from workbook.intake.company.draws import chosen, exponential, pick, stream
from workbook.intake.company.ids import customer_ids, numbered
from workbook.intake.company.parameters import DAYS, PARAMETERS
from workbook.intake.company.seasons import arrival_weights, moments, open_hours
from workbook.intake.company.world import AGENTS, World

__all__ = ["contacts_table", "events_table", "visits_table"]

PAGES = ("home", "list", "product", "cart", "checkout", "paid")
_KIND = {"cart": "cart", "checkout": "checkout", "paid": "paid"}


def events_table(world: World) -> pd.DataFrame:
    """The table `events`: pages of each session, with a known chance to go on, and calls."""
    given, orders = PARAMETERS["sessions"], world.orders
    online = orders[orders["channel"].isin(["marketplace", "mini_program"])]
    rng = stream(world.seed, "sessions")
    many = int(len(online) * given["per_order"])
    known = np.flatnonzero(world.people["start"].notna())
    who = np.where(rng.random(many) < given["without_customer"], -1, rng.choice(known, many))
    begin = rng.choice(DAYS, many, p=arrival_weights()) + rng.random(many)
    begin = np.where(who >= 0, np.maximum(begin, world.people["start"].to_numpy()[who]), begin)
    reach = np.ones(many, dtype=int)
    going = np.ones(many, dtype=bool)
    for page in PAGES[1:-1]:
        going = going & (rng.random(many) < given["goes_on"][page])
        reach += going
    # sessions that end in an order are the orders themselves
    sessions = pd.DataFrame({"customer": who, "day": begin, "reach": reach, "order": -1})
    bought = pd.DataFrame({"customer": online["customer"], "day": online["day"] - 0.004, "reach": 6,
                           "order": online.index})  # fmt: skip
    sessions = pd.concat([sessions, bought], ignore_index=True)
    sessions = sessions[sessions["day"] < DAYS].reset_index(drop=True)
    at = np.repeat(np.arange(len(sessions)), sessions["reach"])
    step = (
        np.arange(len(at))
        - np.repeat((sessions["reach"].cumsum() - sessions["reach"]), sessions["reach"]).to_numpy()
    )
    page = np.array(PAGES, dtype=object)[step]
    product = pick(rng.random(len(sessions)), world.words.products["product"])
    customer = sessions["customer"].to_numpy()
    visitor = np.where(customer >= 0, customer + 1, 10_000_000 + np.arange(len(sessions)))
    order = sessions["order"].to_numpy()[at]
    ids = orders["order_id"].to_numpy()
    paid = page == "paid"
    money = world.lines.groupby("order")["amount"].sum().reindex(orders.index).to_numpy()
    table = pd.DataFrame(
        {
            "occurred_at": moments(
                np.minimum(sessions["day"].to_numpy()[at] + step * 0.0007, DAYS - 0.001)
            ),
            "kind": pd.Series(page).map(_KIND).fillna("view").to_numpy(),
            "customer_id": customer_ids(customer)[at],
            "visitor_id": numbered("V", visitor)[at],
            "session_id": numbered("W", np.arange(len(sessions)) + 1)[at],
            "page": page,
            "product": np.where(step >= 2, product[at], None),
            "channel": np.where(rng.random(len(sessions)) < 0.6, "mini_program", "marketplace")[at],
            "campaign": campaign_of(world, sessions["day"].to_numpy(), "session")[at],
            "order_id": np.where(paid & (order >= 0), ids[np.maximum(order, 0)], None),
            "value": np.where(paid & (order >= 0), money[np.maximum(order, 0)], np.nan),
            "staff": None,
        }
    )
    table = pd.concat([table, _calls(world)], ignore_index=True)
    return table.sort_values("occurred_at", kind="stable", ignore_index=True)


def _calls(world) -> pd.DataFrame:
    """Calls of staff with consumers after a purchase."""
    orders = world.orders
    keys = (orders["customer"].to_numpy(), orders["nth"].to_numpy())
    called = np.flatnonzero(world.u("called", *keys) < 0.08)
    day = orders["day"].to_numpy()[called] + 7 + 20 * world.u("call wait", *keys)[called]
    called, day = called[day < DAYS], day[day < DAYS]
    drawn = world.u("call", *(key[called] for key in keys))
    return pd.DataFrame(
        {
            "occurred_at": moments(open_hours(day)),
            "kind": np.where(drawn < 0.7, "call", "chat"),
            "customer_id": customer_ids(keys[0][called]),
            "channel": np.where(drawn < 0.7, "telephone", "wecom"),
            "staff": pick(drawn, sum(AGENTS.values(), [])),
        }
    )


def visits_table(world: World) -> pd.DataFrame:
    """The table `visits`: firms are seen by their sales staff every other month or so."""
    firms = np.flatnonzero((world.people["type"] != "consumer") & world.people["start"].notna())
    every = np.where(world.of("type", firms) == "dealer", 45.0, 90.0)
    day = world.people["start"].to_numpy()[firms].copy()
    parts = []
    for number in range(60):
        day = day + 7 + every * exponential(world.seed, "visit", firms, number)
        there = day < DAYS
        if not there.any():
            break
        kind = chosen(world.u("visit kind", firms[there], number), {"visit": 0.6, "call": 0.4})
        parts.append(pd.DataFrame({"customer": firms[there], "day": day[there], "kind": kind}))
    visits = (
        pd.concat(parts, ignore_index=True)
        if parts
        else pd.DataFrame(columns=["customer", "day", "kind"])
    )
    visits = visits.sort_values("day", kind="stable", ignore_index=True)
    who = visits["customer"].to_numpy(dtype=int)
    return pd.DataFrame({"customer_id": customer_ids(who), "at": moments(open_hours(visits["day"].to_numpy(dtype=float))),
                         "staff": world.of("owner", who), "kind": visits["kind"]})  # fmt: skip


def contacts_table(world: World) -> pd.DataFrame:
    """The table `contacts`: one to three persons at each firm, with what intake leaves out."""
    firms = np.flatnonzero(world.people["type"] != "consumer")
    count = 1 + (3 * world.u("contacts", firms)).astype(int)
    who = np.repeat(firms, count)
    nr = np.arange(len(who)) - np.repeat(np.cumsum(count) - count, count)
    roles = np.array(["buyer", "manager", "engineer"], dtype=object)
    return pd.DataFrame({"contact_id": numbered("K", np.arange(len(who)) + 1),
                         "customer_id": customer_ids(who), "role": roles[nr],
                         "decision_maker": nr == np.minimum(count - 1, 1).repeat(count)})  # fmt: skip
