"""Tables about service: tickets, their steps, and staff."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbook.intake.company.draws import chosen, lognormal, pick, stream
from workbook.intake.company.ids import customer_ids, days, numbered
from workbook.intake.company.parameters import DAYS, PARAMETERS
from workbook.intake.company.seasons import day_of, moments
from workbook.intake.company.world import AGENTS, SALES, World

__all__ = ["staff_table", "ticket_tables"]

_CATEGORY = {"quality": "quality", "delivery": "delivery", "installation": "delivery",
             "price": "price", "staff": "service", "app": "app"}  # fmt: skip
_CHANNELS = {"telephone": 0.45, "chat": 0.3, "wecom": 0.17, "email": 0.08}


def ticket_tables(world: World) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables `tickets` and `ticket_steps`."""
    raised = _raised(world)
    key, n = (raised["customer"].to_numpy(), raised["key"].to_numpy()), len(raised)
    given, kind = PARAMETERS["tickets"], raised["kind"].to_numpy()
    opened = raised["day"].to_numpy()
    reply = lognormal(given["reply_hours"]["median"], given["reply_hours"]["sigma"], world.seed,
                      "reply", *key) / 24  # fmt: skip
    mean = pd.Series(kind).map(given["resolution_days"]).to_numpy(dtype=float)
    solved = mean * (-np.log1p(-world.u("solved", *key))) ** (1 / given["resolution_shape"])
    unanswered = world.u("no reply", *key) < given["no_reply"]
    replied = np.where(unanswered, np.inf, opened + reply)
    closed = opened + np.maximum(solved, np.where(unanswered, 0.0, reply))
    priority = chosen(world.u("priority", *key), {"high": 0.2, "normal": 0.6, "low": 0.2})
    priority = np.where(kind == "complaint", "high", priority)
    hours = pd.Series(priority).map({"high": 24, "normal": 48, "low": 72}).to_numpy(dtype=float)
    done = closed < DAYS
    reopened = done & (world.u("reopened", *key) < given["reopened"])
    content = world.u("settled", *key) < np.where(closed - opened < 3, 0.85, 0.6)
    told = done & (world.u("settled told", *key) < 0.5)
    agents = sum(AGENTS.values(), [])
    ids = numbered("T", np.arange(n) + 1)
    cause = raised["cause"].to_numpy()
    improved = given["improvement"]
    leads_to = (cause == improved["cause"]) & (opened >= day_of(improved["start"]) - 200)
    leads_to &= opened < day_of(improved["start"])
    orders = world.orders["order_id"].to_numpy()
    table = pd.DataFrame(
        {
            "ticket_id": ids,
            "opened_at": moments(opened),
            "customer_id": customer_ids(key[0]),
            "order_id": np.where(
                raised["order"] >= 0, orders[np.maximum(raised["order"], 0)], None
            ),
            "product": raised["product"],
            "channel": chosen(world.u("ticket channel", *key), _CHANNELS),
            "kind": kind,
            "category": pd.Series(cause).map(_CATEGORY),
            "cause": np.where(kind == "enquiry", None, cause),
            "priority": priority,
            "agent": pick(world.u("agent", *key), agents),
            "due_at": moments(opened + hours / 24),
            "first_reply_at": _known(replied),
            "closed_at": _known(closed),
            "reopened": reopened,
            "satisfied": pd.array(np.where(told, content, None), dtype="boolean"),
            "improvement_id": np.where(leads_to, improved["id"], None),
            "text": _texts(world, raised),
        }
    )
    steps = [("opened", opened, np.ones(n, bool)), ("replied", replied, replied < DAYS),
             ("handed_over", (opened + closed) / 2, done & (world.u("handed", *key) < 0.2)),
             ("closed", closed, done), ("reopened", closed + 0.5, reopened & (closed + 0.5 < DAYS))]  # fmt: skip
    moves = pd.concat(
        [
            pd.DataFrame({"ticket_id": ids[mask], "at": moments(at[mask]), "step": step,
                          "agent": table["agent"].to_numpy()[mask]})
            for step, at, mask in steps
        ],
        ignore_index=True,
    )  # fmt: skip
    return table, moves.sort_values(["at", "ticket_id"], kind="stable", ignore_index=True)


def _raised(world) -> pd.DataFrame:
    """What is asked and complained about, and when; `key` tells several of a customer apart."""
    orders, given = world.orders, PARAMETERS["tickets"]
    who, nth, day = (orders[c].to_numpy() for c in ("customer", "nth", "day"))
    place = np.arange(len(orders))
    product = world.lines.drop_duplicates("order").set_index("order")["product"].reindex(place)
    arrived = day + orders["delivery_days"].to_numpy()
    parts = []

    def add(mask, kind, wait, salt, cause):
        parts.append(
            pd.DataFrame({"customer": who[mask], "key": nth[mask] * 16 + salt, "order": place[mask],
                          "day": (arrived + wait)[mask], "kind": kind, "cause": cause[mask],
                          "product": product.to_numpy()[mask]})
        )  # fmt: skip

    cause = chosen(world.u("cause", who, nth), given["causes"])
    improved = given["improvement"]
    fixed = (cause == improved["cause"]) & (day >= day_of(improved["start"]))
    fixed &= world.u("improved", who, nth) > improved["factor"]
    complains = orders["complains"].to_numpy() & ~fixed
    add(complains, "complaint", 2 * world.u("complaint wait", who, nth), 1, cause)
    again = complains & orders["recurs"].to_numpy()
    add(again, "complaint", 10 + 30 * world.u("again wait", who, nth), 2, cause)
    for salt, (kind, rate) in enumerate(given["per_order"].items(), 3):
        hit = world.u(f"ticket {kind}", who, nth) < rate
        wait = {"enquiry": -1.0, "after_sales": 10.0, "repair": 120.0}[kind]
        add(hit, kind, wait * world.u(f"wait {kind}", who, nth), salt,
            chosen(world.u(f"cause {kind}", who, nth), given["causes"]))  # fmt: skip
    back = world.returns
    order = world.lines["order"].to_numpy()[back["line"].to_numpy()]
    mask = np.zeros(len(orders), dtype=bool)
    mask[order] = True
    add(
        mask,
        "return",
        1 + 3 * world.u("return ticket", who, nth),
        9,
        np.full(len(orders), "quality", object),
    )
    raised = pd.concat(parts, ignore_index=True)
    raised = raised[(raised["day"] < DAYS) & (raised["day"] >= 0)]
    return raised.sort_values(["day", "customer"], kind="stable", ignore_index=True)


def _known(day):
    """Moments that lie within the books; the rest are not known yet."""
    inside = day < DAYS
    return moments(np.where(inside, day, 0.0)).where(inside)


def _texts(world, raised):
    """What the customer wrote, by cause; enquiries are neutral."""
    made = world.words.comments
    product = raised["product"].map(world.words.lists["product"]).to_numpy(dtype=object)
    topic = raised["cause"].map(_CATEGORY).to_numpy(dtype=object)
    drawn = stream(world.seed, "ticket text").random(len(raised))
    found = np.empty(len(raised), dtype=object)
    calm = (raised["kind"] == "enquiry").to_numpy()
    for name in [*PARAMETERS["survey"]["weights"]]:
        at = np.flatnonzero(~calm & (topic == name))
        found[at] = pick(drawn[at], made[name]["negative"])
    found[calm] = pick(drawn[calm], made["neutral"])
    return np.array(
        [t.replace("{product}", p) for t, p in zip(found, product, strict=True)], dtype=object
    )


def staff_table(world: World) -> pd.DataFrame:
    """The table `staff`: agents and sales staff by team."""
    rows = [(name, team) for team, names in (AGENTS | SALES).items() for name in names]
    table = pd.DataFrame(rows, columns=["staff_id", "team"])
    at = np.arange(len(table))
    trained = np.where(world.u("trained", at) < 0.7, DAYS - 500 * world.u("trained on", at), np.nan)
    return table.assign(trained_on=days(trained))
