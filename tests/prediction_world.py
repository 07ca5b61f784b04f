"""A simulated firm whose customers buy at rates of their own; what tells who buys next is known."""

from datetime import date

import ibis
import numpy as np
import pandas as pd

AS_OF = date(2024, 12, 31)
DAYS = 1096  # three years
FIRST = pd.Timestamp(AS_OF) - pd.Timedelta(days=DAYS - 1)
CATEGORIES = ("tea", "coffee", "cups")
UPLIFT = 0.25


class Books(dict):
    """Frames that answer as the intake's `Tables` do."""

    as_of = AS_OF

    def __getitem__(self, name):
        return ibis.memtable(dict.__getitem__(self, name))

    def has(self, name, *columns):
        return name in self and set(columns) <= set(dict.__getitem__(self, name).columns)


def day(numbers):
    """Days of the firm as timestamps."""
    return FIRST + pd.to_timedelta(np.floor(np.asarray(numbers, float)), unit="D")


def world(customers=700, seed=0, *, browses=True, uplift=UPLIFT):
    """Tables customers, orders, events, tickets, contracts, offers and actions.

    Firms buy four times as often as people; a visit to the site comes some days before most orders
    (`browses`); each customer has a favourite category; complaints double the chance to stop; an
    action by lot made `uplift` more of its customers buy within 60 days.
    """
    rng = np.random.default_rng(seed)
    firm = rng.random(customers) < 0.2
    rate = rng.gamma(1.0, 1 / 110, customers) * np.where(firm, 4, 1) + 1e-4
    stop = rng.beta(0.8, 6.0, customers)
    value = rng.lognormal(4, 0.5, customers)
    likes = rng.integers(0, 3, customers)
    start = rng.uniform(0, DAYS - 60, customers)
    rows = []
    for who in range(customers):
        at = start[who]
        while at < DAYS:
            rows.append((who, at))
            if rng.random() < stop[who]:
                break
            at += rng.exponential(1 / rate[who])
    who, at = np.array(rows).T
    who = who.astype(int)
    actions, extra = _actions(customers, rng, uplift)
    who, at = np.concatenate([who, extra[0]]), np.concatenate([at, extra[1]])
    n = len(who)
    ids = np.array([f"c{k:05d}" for k in range(customers)])
    own = rng.random(n) < 0.8
    category = np.where(own, likes[who], rng.integers(0, 3, n))
    orders = pd.DataFrame(
        {
            "customer_id": ids[who], "ordered_at": day(at), "is_return": False,
            "amount": (value[who] * rng.lognormal(0, 0.3, n)).round(2),
            "category": np.array(CATEGORIES)[category],
            "product": [f"{CATEGORIES[c]} {k}" for c, k in zip(category, rng.integers(0, 4, n), strict=True)],
        }
    ).sort_values(["ordered_at", "customer_id"], ignore_index=True)  # fmt: skip
    seen = at - rng.uniform(1, 60, n)
    kept = (rng.random(n) < 0.7) & (seen > 0) & browses
    return {
        "customers": pd.DataFrame(
            {"customer_id": ids, "type": np.where(firm, "firm", "person"),
             "region": rng.choice(["north", "south"], customers),
             "consent": rng.random(customers) < 0.9}
        ),
        "orders": orders,
        "events": pd.DataFrame(
            {"occurred_at": day(seen[kept]), "kind": "view", "customer_id": ids[who[kept]]}
        ).sort_values("occurred_at", ignore_index=True),
        "tickets": _tickets(ids[who], at, rng),
        "contracts": _contracts(ids, start, rng),
        "offers": pd.DataFrame(
            {"offer_id": [f"o{k}" for k in range(200)], "customer_id": rng.choice(ids, 200),
             "issued_on": day(rng.uniform(0, DAYS, 200))}
        ),
        "actions": actions.assign(customer_id=ids[actions["who"]]).drop(columns="who"),
    }  # fmt: skip


def _actions(customers, rng, uplift):
    """One action by lot, and the orders that it brought."""
    chosen = rng.permutation(customers)[: customers // 2]
    treated = rng.random(len(chosen)) < 0.5
    begin = DAYS - 300
    moved = treated & (rng.random(len(chosen)) < uplift)
    extra = chosen[moved], begin + rng.uniform(1, 55, moved.sum())
    table = pd.DataFrame(
        {"action_id": "A1", "who": chosen, "kind": "mail", "randomised": True,
         "arm": np.where(treated, "treatment", "control"), "assigned_on": day(begin),
         "started_on": day(begin), "window_days": 60}
    )  # fmt: skip
    return table, extra


def _tickets(ids, at, rng):
    raised = rng.random(len(ids)) < 0.1
    opened = at[raised] + rng.uniform(0, 5, raised.sum())
    table = pd.DataFrame(
        {"ticket_id": [f"t{k}" for k in range(raised.sum())], "opened_at": day(opened),
         "customer_id": ids[raised], "kind": rng.choice(["complaint", "enquiry"], raised.sum()),
         "closed_at": day(opened + rng.exponential(4, raised.sum()))}
    )  # fmt: skip
    return table[table["opened_at"] < pd.Timestamp(AS_OF)].reset_index(drop=True)


def _contracts(ids, start, rng):
    """Plans that end at a steady pace, the small ones three times as fast."""
    has = rng.random(len(ids)) < 0.6
    small = rng.random(len(ids)) < 0.5
    length = rng.exponential(np.where(small, 300, 900))
    end = start + length
    table = pd.DataFrame(
        {"contract_id": [f"k{k}" for k in range(len(ids))], "customer_id": ids,
         "started_on": day(start), "ended_on": day(np.minimum(end, DAYS + 5)),
         "product": np.where(small, "small", "large"), "value": 100.0}
    )  # fmt: skip
    table.loc[end >= DAYS, "ended_on"] = pd.NaT
    return table[has].reset_index(drop=True)
