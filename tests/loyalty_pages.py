"""Clients of the loyalty report on disk: a club with every table, and thin ones."""

import numpy as np
import pandas as pd

from loyal_world import DAYS, FIRST, points_of_members, shop

TABLES = ("orders", "customers", "memberships", "points", "offers", "campaigns", "surveys")


def club(customers=2500, seed=3, *, effect=1.4):
    """{table: frame} of a club whose members buy `effect` times as often after joining."""
    rng = np.random.default_rng(seed)
    lines, members = shop(customers, seed, effect=effect)
    lines = lines.drop(columns="is_return")
    first = lines.groupby("customer_id")["ordered_at"].min().sort_values()
    ids = first.index.to_numpy()
    kinds = np.where(rng.random(len(ids)) < 0.1, "business", "consumer")
    kind = pd.Series(kinds, index=ids)
    firm = lines["customer_id"].map(kind) == "business"
    lines["discount"] = np.where(firm, (lines["amount"] * rng.uniform(0, 0.2, len(lines))), 0.0)
    lines["cost"] = lines["amount"] * np.where(firm, rng.uniform(0.5, 1.2, len(lines)), 0.6)
    referred = np.full(len(ids), None, dtype=object)
    for place in np.flatnonzero(rng.random(len(ids)) < 0.2):
        referred[place] = ids[rng.integers(0, place)] if place else None
    regions = rng.choice(["north", "south"], len(ids))
    people = pd.DataFrame({"customer_id": ids, "type": kinds, "referred_by": referred})
    points, _, _ = points_of_members(300, seed, months=DAYS / 30.4375)
    offered = rng.choice(ids, 900)
    issued = FIRST + pd.to_timedelta(rng.integers(400, DAYS - 60, 900), unit="D")
    used = issued + pd.to_timedelta(rng.integers(0, 28, 900), unit="D")
    offers = pd.DataFrame({"offer_id": [f"o{i}" for i in range(900)], "customer_id": offered})
    offers = offers.assign(issued_on=issued, campaign_id=rng.choice(["k1", "k2"], 900), cost=2.0)
    offers["redeemed_on"] = used.where(rng.random(900) < 0.3)
    answers = pd.DataFrame({"response_id": range(900), "customer_id": rng.choice(ids, 900)})
    answered = FIRST + pd.to_timedelta(rng.integers(100, DAYS, 900), unit="D")
    return {
        "orders": lines,
        "customers": people.assign(region=regions, consent=True),
        "memberships": members.assign(tier=rng.choice(["gold", "silver"], len(members))),
        "points": points,
        "offers": offers,
        "campaigns": pd.DataFrame({"campaign_id": ["k1", "k2"], "kind": ["mail", "coupon"]}),
        "surveys": answers.assign(answered_on=answered, nps=rng.integers(0, 11, 900)),
    }


def thin(tables):
    """{case: tables}: each table but orders in one thin state."""
    others = [name for name in tables if name != "orders"]
    orders = {"orders": tables["orders"]}
    moment = {"memberships": "joined_on", "points": "at", "offers": "issued_on",
              "surveys": "answered_on"}  # fmt: skip
    late = {n: tables[n].assign(**{c: "2031-01-01"}) for n, c in moment.items()}
    one = tables["orders"]["customer_id"].iloc[0]
    same = tables["surveys"].assign(nps=10, answered_on="2024-06-01")
    return {
        "bare": orders,
        "empty": orders | {n: tables[n].head(0) for n in others},
        "one_row": {n: frame.head(1) for n, frame in tables.items()},
        "one_customer": {
            n: frame[frame["customer_id"] == one] if "customer_id" in frame else frame
            for n, frame in tables.items()
            if n == "orders" or ("customer_id" in frame and (frame["customer_id"] == one).any())
        },
        "nothing_yet": orders | late,
        "same_answer": orders | {"surveys": same, "points": tables["points"].assign(kind="earn")},
        "nearly_empty": orders | {n: nearly_empty(tables[n]) for n in others if n != "campaigns"},
    }


def nearly_empty(frame):
    """99 of 100 optional values are missing."""
    kept = np.arange(len(frame)) % 100 == 0
    needed = {"customer_id", "joined_on", "at", "kind", "points", "issued_on", "offer_id",
              "response_id", "answered_on"}  # fmt: skip
    empty = {c: frame[c].astype(object).where(kept, None) for c in frame if c not in needed}
    return frame.assign(**empty)
