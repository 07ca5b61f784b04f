"""Tables about the loyalty programme and about actions: memberships, points, actions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbook.intake.company.customers import tier_now
from workbook.intake.company.ids import customer_ids, days
from workbook.intake.company.parameters import DAYS, PARAMETERS
from workbook.intake.company.seasons import moments
from workbook.intake.company.world import World

__all__ = ["actions_table", "memberships_table", "points_table"]


def memberships_table(world: World) -> pd.DataFrame:
    """The table `memberships`."""
    joined = world.people["member_from"].to_numpy()
    who = np.flatnonzero(joined < DAYS)
    table = pd.DataFrame({"customer_id": customer_ids(who), "joined_on": days(joined[who]),
                          "tier": tier_now(world)[who]})  # fmt: skip
    return table.sort_values("joined_on", kind="stable", ignore_index=True)


def points_table(world: World) -> pd.DataFrame:
    """The table `points`: earned with every order of a member, part of them used or expired."""
    given, orders = PARAMETERS["programme"], world.orders
    who, nth, day = (orders[c].to_numpy() for c in ("customer", "nth", "day"))
    money = world.lines.groupby("order")["amount"].sum().reindex(orders.index).to_numpy()
    points = np.round(money / given["yuan_per_point"])
    at = np.flatnonzero((day >= world.people["member_from"].to_numpy()[who]) & (points > 0))
    keys = (who[at], nth[at])
    fate = world.u("points", *keys)
    wait = 20 + 240 * world.u("points wait", *keys)
    used = fate < given["redeemed"]
    expired = ~used & (fate < given["redeemed"] + given["expired"])
    parts = [
        pd.DataFrame({"customer": keys[0][mask], "day": when[mask], "kind": kind,
                      "points": points[at][mask]})
        for kind, when, mask in (
            ("earn", day[at], np.ones(len(at), bool)),
            ("redeem", day[at] + wait, used),
            ("expire", day[at] + 365.0, expired),
        )
    ]  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    table = table[table["day"] < DAYS].sort_values("day", kind="stable", ignore_index=True)
    return pd.DataFrame({"customer_id": customer_ids(table["customer"]), "at": moments(table["day"]),
                         "kind": table["kind"], "points": table["points"]})  # fmt: skip


def actions_table(world: World) -> pd.DataFrame:
    """The table `actions`: who got what, and who was kept back, drawn by lot."""
    arms, given = world.arms, PARAMETERS["actions"]
    number = {name: f"ACT-{place:02d}" for place, name in enumerate(given, 1)}
    begin = days(arms["day"])
    window = arms["action"].map({name: g["window_days"] for name, g in given.items()})
    cost = arms["action"].map({name: g["cost"] for name, g in given.items()})
    return pd.DataFrame(
        {
            "action_id": arms["action"].map(number),
            "kind": arms["action"].map({name: g["kind"] for name, g in given.items()}),
            "customer_id": customer_ids(arms["customer"]),
            "arm": arms["arm"],
            "randomised": True,
            "assigned_on": days(arms["day"] - 3),
            "owner": "S105",
            "department": "marketing",
            "planned_on": begin,
            "started_on": begin,
            "due_on": days(arms["day"] + window),
            "metric": "purchase_days",
            "window_days": window.astype("Int64"),
            "expected": 0.05,
            "cost": np.where(arms["arm"] == "treatment", cost, 0.0),
            "status": np.where(arms["day"] + window < DAYS, "done", "running"),
        }
    )
