"""A simulated firm that wins customers by three channels; every rate is known."""

import datetime as dt

import numpy as np
import pandas as pd

AS_OF = dt.date(2024, 12, 31)
FIRST = pd.Timestamp("2022-01-01")
DAYS = 1096
MONTHS = pd.date_range(FIRST, AS_OF, freq="MS")
#: Money per lead, share of leads that convert, mean days to that, money of a purchase, purchases a year.
CHANNELS = {
    "Search": (30.0, 0.30, 10.0, 100.0, 1.0),
    "Video": (20.0, 0.20, 5.0, 80.0, 0.6),
    "Shop": (25.0, 0.50, 3.0, 120.0, 1.5),
}
MARGIN = 0.4


def world(leads_a_month=40, seed=0, *, dearer=None, worse=None, coupon=None):
    """{table: frame} of a firm: leads, customers, orders, spend, deals, deal_stages, offers.

    `dearer`: (channel, first month, factor on the cost of a lead); `worse`: (channel, first day,
    factor on conversion); `coupon`: points more that buy of the prospects who got a coupon.
    """
    rng = np.random.default_rng(seed)
    parts, spend = [], []
    for name, (cost, share, wait, *_) in CHANNELS.items():
        for month in MONTHS:
            n = rng.poisson(leads_a_month)
            length = month.days_in_month
            at = month + pd.to_timedelta(rng.integers(0, length, n), unit="D")
            keep = share * (worse[2] if worse and worse[0] == name and month >= worse[1] else 1.0)
            done = rng.random(n) < keep
            when = at + pd.to_timedelta(np.round(rng.exponential(wait, n)), unit="D")
            parts.append(pd.DataFrame({"channel": name, "created_on": at, "converted_on": when.where(done)}))  # fmt: skip
            rise = dearer[2] if dearer and dearer[0] == name and month >= dearer[1] else 1.0
            for kind, part in (("media", 0.8), ("people", 0.2)):
                spend.append((month, name, cost * leads_a_month * rise * part, kind))
    leads = pd.concat(parts, ignore_index=True)
    leads["lead_id"] = [f"l{i:06d}" for i in range(len(leads))]
    won = leads["converted_on"].notna()
    leads["customer_id"] = [f"c{i:06d}" if w else None for i, w in enumerate(won)]
    come = won & (leads["converted_on"] <= pd.Timestamp(AS_OF))
    customers = leads.loc[come, ["customer_id", "channel", "created_on", "converted_on"]]
    orders = _orders(customers, rng)
    leads.loc[~come, ["converted_on", "customer_id"]] = [pd.NaT, None]
    customers = customers.rename(columns={"created_on": "lead_on", "converted_on": "joined_on"})
    customers["type"] = "consumer"
    tables = {
        "leads": leads.assign(status=np.where(come, "converted", "open")),
        "customers": customers.reset_index(drop=True),
        "orders": orders,
        "spend": pd.DataFrame(spend, columns=["month", "channel", "amount", "kind"]),
        "offers": _offers(orders, rng),
    }
    return tables | _deals(customers, rng)


def _orders(customers, rng):
    rows = []
    for row in customers.itertuples():
        _, _, _, value, rate = CHANNELS[row.channel]
        left = (pd.Timestamp(AS_OF) - row.converted_on).days
        days = np.sort(rng.uniform(0, left, rng.poisson(rate * left / 365))) if left > 0 else []
        for day in [0, *days]:
            rows.append((row.customer_id, row.converted_on + pd.Timedelta(days=int(day)), value * rng.gamma(4, 0.25)))  # fmt: skip
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"])
    frame["amount"] = frame["amount"].round(2)
    promoted = rng.random(len(frame)) < 0.3
    return frame.assign(
        cost=(frame["amount"] * (1 - MARGIN)).round(2),
        is_return=False,
        promotion=np.where(promoted, "sale", None),
    )


def _offers(orders, rng):
    first = orders.groupby("customer_id")["ordered_at"].min()
    taken = first[rng.random(len(first)) < 0.2]
    return pd.DataFrame(
        {"offer_id": [f"o{i}" for i in range(len(taken))], "customer_id": taken.index,
         "issued_on": taken.to_numpy(), "redeemed_on": taken.to_numpy(), "cost": 5.0}
    )  # fmt: skip


def _deals(customers, rng, n=900):
    opened = FIRST + pd.to_timedelta(rng.uniform(0, DAYS - 60, n), unit="D")
    won = rng.random(n) < 0.4
    steps = np.where(won, 3, rng.integers(1, 4, n))
    ids = [f"d{i:04d}" for i in range(n)]
    closed = opened + pd.to_timedelta(10.0 * steps, unit="D")
    deals = pd.DataFrame(
        {"deal_id": ids, "opened_at": opened.round("s"), "stage": np.where(won, "won", "lost"),
         "customer_id": rng.choice(customers["customer_id"], n), "closed_at": closed.round("s"), "won": won,
         "amount": rng.lognormal(8, 0.5, n).round(2), "owner": rng.choice(["ann", "bob"], n),
         "lost_reason": np.where(won, None, rng.choice(["price", "rival"], n, p=[0.7, 0.3])),
         "source": rng.choice(list(CHANNELS), n)}
    )  # fmt: skip
    names = np.array(["contact", "offer", "talks"])
    moves = [
        (ids[i], (opened[i] + pd.Timedelta(days=10 * k)).round("s"), names[k])
        for i in range(n)
        for k in range(steps[i])
    ]
    moves += [(ids[i], closed[i].round("s"), "won" if won[i] else "lost") for i in range(n)]
    return {"deals": deals, "deal_stages": pd.DataFrame(moves, columns=["deal_id", "at", "stage"])}
