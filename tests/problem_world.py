"""A small firm of its own making, with a problem planted by hand: tables, and measures in rows."""

import numpy as np
import pandas as pd

from workbook.analysis.watched import BLOCKS, Watched

AS_OF = pd.Timestamp("2024-12-31")
FIRST = pd.Timestamp("2022-01-03")
DAYS = (AS_OF - FIRST).days + 1
CITIES = {"Ash": "north", "Birch": "north", "Cedar": "south", "Date": "south", "Elm": "west"}


def rows(
    seed=0, *, customers=1200, weeks=120, place=None, since=80, factor=1.0, form="ratio", rate=0.3
):
    """A measure: each customer has events at a rate; in `place` (city) times `factor` since a week."""
    rng = np.random.default_rng(seed)
    city = rng.integers(0, 5, customers)
    kind = rng.integers(0, 2, customers)
    own = rng.gamma(2, 0.5, customers)
    who = np.repeat(np.arange(customers), weeks // 4)
    week = np.tile(np.arange(0, weeks - weeks % 4, 4), customers)
    hit = (week >= since) & (city[who] == (-1 if place is None else list(CITIES).index(place)))
    if form == "ratio":
        above = rng.poisson(rate * own[who] * np.where(hit, factor, 1.0)).astype(float)
        worse, counted = (1 if factor >= 1 else -1), True
    else:
        above = 4 + 0.3 * (own[who] - 1) + rng.normal(0, 1, len(who)) + np.where(hit, factor, 0.0)
        worse, counted = -1, False
    region = {"north": 0, "south": 1, "west": 2}
    of_region = np.array([region[CITIES[name]] for name in CITIES])
    codes = {"region": of_region[city][who], "city": city[who], "type": kind[who]}
    labels = {"region": list(region), "city": list(CITIES), "type": ["firm", "person"]}
    return Watched("satisfaction" if form == "mean" else "complaints", form, worse, who, week, above,
                   np.ones(len(who)), np.zeros(len(who), int), codes, labels, who % BLOCKS,
                   counted=counted, last_week=weeks - 1)  # fmt: skip


def firm(seed=1, *, customers=900, slow_in="south", slow_since="2024-02-01", leave=0.0):
    """Every table the report reads: deliveries slow down in a region, and customers may buy less there."""
    rng = np.random.default_rng(seed)
    ids = np.array([f"K{i:05d}" for i in range(customers)])
    city = rng.choice(list(CITIES), customers)
    region = np.array([CITIES[c] for c in city])
    table = {"customers": pd.DataFrame({"customer_id": ids, "region": region, "city": city,
                                        "type": rng.choice(["consumer", "business"], customers, p=[0.8, 0.2]),
                                        "channel": rng.choice(["ads", "shop"], customers)})}  # fmt: skip
    late = (pd.Timestamp(slow_since) - FIRST).days
    many = rng.poisson(10 * rng.gamma(3, 1 / 3, customers))
    who = np.repeat(np.arange(customers), many)
    day = rng.integers(0, DAYS, len(who))
    bad = (region[who] == slow_in) & (day >= late)
    kept = rng.random(len(who)) >= np.where(bad, leave, 0.0)
    who, day, bad = who[kept], day[kept], bad[kept]
    on = FIRST + pd.to_timedelta(day, unit="D")
    n = len(who)
    category = rng.choice(["tools", "paint", "wood"], n)
    wait = 1 + rng.poisson(np.where(bad, 6.0, 2.0))
    orders = pd.DataFrame(
        {"customer_id": ids[who], "ordered_at": on, "order_id": [f"O{i}" for i in range(n)],
         "line_id": [f"L{i}" for i in range(n)], "amount": np.round(rng.gamma(3, 40, n), 2),
         "category": category, "channel": rng.choice(["web", "shop"], n),
         "delivered_on": on + pd.to_timedelta(wait, unit="D"), "is_return": False, "return_of": None}
    )  # fmt: skip
    orders.loc[orders["delivered_on"] > AS_OF, "delivered_on"] = pd.NaT
    back = orders[rng.random(n) < 0.05]
    returned = back.assign(
        is_return=True, return_of=back["line_id"], line_id=back["line_id"] + "R", amount=-back["amount"],
        ordered_at=(back["ordered_at"] + pd.Timedelta(days=9)).clip(upper=AS_OF), delivered_on=pd.NaT,
    )  # fmt: skip
    table["orders"] = pd.concat([orders, returned], ignore_index=True)
    some = rng.random(n) < 0.15
    table["surveys"] = pd.DataFrame(
        {"response_id": [f"R{i}" for i in np.flatnonzero(some)], "customer_id": ids[who[some]],
         "answered_on": (on[some] + pd.Timedelta(days=5)).to_series(index=range(some.sum())).clip(upper=AS_OF),
         "csat": np.clip(np.round(rng.normal(4 - 0.9 * bad[some], 0.8)), 1, 5),
         "item_delivery": np.clip(np.round(rng.normal(4 - 0.9 * bad[some], 0.8)), 1, 5)}
    )  # fmt: skip
    said = rng.random(n) < 0.1
    opened = on[said] + pd.Timedelta(hours=30)
    table["tickets"] = pd.DataFrame(
        {"ticket_id": [f"T{i}" for i in np.flatnonzero(said)], "customer_id": ids[who[said]],
         "opened_at": opened, "kind": rng.choice(["complaint", "enquiry"], said.sum()),
         "first_reply_at": opened + pd.to_timedelta(rng.gamma(2, 3, said.sum()), unit="h"),
         "closed_at": opened + pd.to_timedelta(rng.gamma(2, 30, said.sum()), unit="h")}
    )  # fmt: skip
    billed = orders[rng.random(n) < 0.3]
    due = billed["ordered_at"] + pd.Timedelta(days=30)
    paid = due + pd.to_timedelta(rng.integers(-3, 20, len(billed)), unit="D")
    table["invoices"] = pd.DataFrame(
        {"invoice_id": "I" + billed["order_id"], "customer_id": billed["customer_id"],
         "issued_on": billed["ordered_at"], "amount": billed["amount"], "due_on": due,
         "paid_on": paid.where(paid <= AS_OF)}
    )  # fmt: skip
    plan = rng.random(customers) < 0.5
    start = FIRST + pd.to_timedelta(rng.integers(0, 700, plan.sum()), unit="D")
    end = start + pd.to_timedelta(rng.exponential(900, plan.sum()).astype(int) + 1, unit="D")
    table["contracts"] = pd.DataFrame(
        {"contract_id": [f"C{i}" for i in range(plan.sum())], "customer_id": ids[plan],
         "started_on": start, "ended_on": pd.Series(end).where(end <= AS_OF).to_numpy(), "value": 120.0,
         "product": rng.choice(["basic", "plus"], plan.sum())}
    )  # fmt: skip
    months = pd.date_range("2022-02-01", "2024-12-01", freq="MS")
    grid = pd.MultiIndex.from_product([months, ["ads", "shop"]], names=["month", "channel"])
    spend = grid.to_frame(index=False)
    dear = (spend["channel"] == "ads") & (spend["month"] >= "2024-01-01")
    table["spend"] = spend.assign(
        amount=1000 * np.where(dear, 1.6, 1.0) * np.exp(rng.normal(0, 0.05, len(spend))),
        new_customers=20,
    )
    table["targets"] = pd.DataFrame({"period": months, "measure": "revenue", "value": 30_000.0})
    half = pd.to_datetime(["2023-03-01", "2023-09-01", "2024-03-01", "2024-09-01"])
    staff = pd.MultiIndex.from_product([half, [f"S{i}" for i in range(20)]]).to_frame(index=False)
    staff.columns = ["given_on", "staff_id"]
    low = np.where(staff["given_on"] >= "2024-01-01", 1.5, 0.0)
    table["staff_feedback"] = staff.assign(
        department="sales",
        topic="delivery",
        score=np.clip(np.round(rng.normal(4 - low, 0.5)), 1, 5),
    )
    return table
