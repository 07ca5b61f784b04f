"""Clients of the market report on disk: a firm in three countries with every table, and thin ones."""

from datetime import date

import numpy as np
import pandas as pd

AS_OF = date(2025, 12, 31)
FIRST = pd.Timestamp("2023-01-01")
DAYS = 1096
COUNTRIES = ("China", "Germany", "Japan")
BRANDS = ("Acme", "Bolt", "Crane", "Dune")


def panel_table(households=600, seed=4, *, shares=(0.2, 0.4, 0.25, 0.15), strength=1.2, rate=3.0,
                exponent=1.0, later=None):  # fmt: skip
    """Purchases of an NBD-Dirichlet over three years; `later` shares hold in the last of them."""
    rng = np.random.default_rng(seed)
    bought = rng.poisson(rng.gamma(exponent, rate * 3 / exponent, households))
    who = np.repeat(np.arange(households), bought)
    day = rng.integers(0, DAYS, len(who))
    brand = np.empty(len(who), int)
    for now in (False, True):
        given = np.array(later if now and later else shares)
        taste = rng.dirichlet(strength * given, households)
        mine = (day >= DAYS - 365) == now
        draw = rng.random(mine.sum())[:, None]
        brand[mine] = (draw >= taste[who[mine]].cumsum(axis=1)[:, :-1]).sum(axis=1)
    return pd.DataFrame(
        {"household": [f"h{i:05d}" for i in who], "at": FIRST + pd.to_timedelta(day, unit="D"),
         "brand": np.array(BRANDS)[brand]}
    )  # fmt: skip


def market_table(seed=2, *, fall=0.0, noise=0.02):
    """Sales of four firms in two segments by quarter; Acme loses `fall` of its online share in 2025."""
    rng = np.random.default_rng(seed)
    quarters = pd.date_range(FIRST, AS_OF, freq="QS")
    rows = []
    for segment, size in (("online", 400.0), ("shops", 600.0)):
        total = size * 1.01 ** np.arange(12) * np.tile([0.9, 1.0, 1.0, 1.1], 3)
        rows.append(("Industry", "market size", segment, total))
        for firm, share in zip(BRANDS, (0.1, 0.3, 0.2, 0.1), strict=True):
            part = total * share * np.exp(noise * rng.standard_normal(12))
            if firm == "Acme" and segment == "online":
                part = part * np.where(np.arange(12) >= 8, 1 - fall, 1.0)
            rows.append((firm, "sales", segment, part))
    frames = [
        pd.DataFrame({"period": quarters, "entity": entity, "measure": measure, "value": values,
                      "segment": segment, "unit": "million EUR", "source": "survey"})
        for entity, measure, segment, values in rows
    ]  # fmt: skip
    people = pd.DataFrame({"period": FIRST, "entity": COUNTRIES, "measure": "population",
                           "value": [1400.0, 84.0, 124.0], "unit": "million people"})  # fmt: skip
    return pd.concat([*frames, people], ignore_index=True)


def shop(customers=900, seed=3):
    """Customers of three countries and their orders; Japan buys other categories, and gets them late."""
    rng = np.random.default_rng(seed)
    country = rng.choice(COUNTRIES, customers, p=[0.3, 0.5, 0.2])
    ids = np.array([f"c{i:05d}" for i in range(customers)])
    people = pd.DataFrame(
        {"customer_id": ids, "country": country, "gender": rng.choice(["f", "m"], customers)}
    )
    n = rng.poisson(rng.gamma(1.5, 4, customers))
    who = np.repeat(np.arange(customers), n)
    day = FIRST + pd.to_timedelta(rng.integers(0, DAYS, len(who)), unit="D")
    japan = country[who] == "Japan"
    category = np.where(rng.random(len(who)) < np.where(japan, 0.7, 0.3), "tea", "coffee")
    promised = day + pd.to_timedelta(5, unit="D")
    late = rng.random(len(who)) < np.where(japan, 0.4, 0.05)
    product = np.where((day >= "2025-03-01") & (rng.random(len(who)) < 0.25), "novelty", category)
    amount = np.exp(3.5 + 0.5 * rng.standard_normal(len(who)))
    orders = pd.DataFrame(
        {"customer_id": ids[who], "ordered_at": day, "amount": amount.round(2), "product": product,
         "category": category, "channel": rng.choice(["web", "shop"], len(who)), "brand": "Acme",
         "order_id": [f"o{i}" for i in range(len(who))], "promised_on": promised,
         "delivered_on": promised + pd.to_timedelta(np.where(late, 3, -1), unit="D")}
    ).sort_values("ordered_at", ignore_index=True)  # fmt: skip
    year = orders[orders["ordered_at"] > "2024-12-31 23:59"].groupby("customer_id")["amount"].sum()
    spent = people["customer_id"].map(year).fillna(20.0)
    factor = np.where(people["gender"] == "f", 0.3, 0.6)
    people["estimated_wallet"] = (
        spent / factor * np.exp(0.2 * rng.standard_normal(customers))
    ).round(2)
    return people, orders


def firm(*, fall=0.0, later=None, households=600):
    """{table: frame} of a firm called Acme."""
    people, orders = shop()
    quarters = pd.date_range(FIRST, AS_OF, freq="QS")
    fx = pd.concat(
        [pd.DataFrame({"currency": code, "period": quarters, "rate": np.linspace(rate, rate * 0.9, 12), "ppp": ppp})
         for code, rate, ppp in (("CNY", 0.13, 0.2), ("JPY", 0.0065, 0.008))],
        ignore_index=True,
    )  # fmt: skip
    return {"customers": people, "orders": orders, "market": market_table(fall=fall),
            "panel": panel_table(households, later=later), "fx": fx}  # fmt: skip


def thin(tables):
    """{case: tables}: each table missing, empty but for a row, of one customer, or all the same."""
    one = tables["orders"]["customer_id"].iloc[0]
    market = tables["market"]
    return {
        "orders_and_customers": {n: tables[n] for n in ("orders", "customers")},
        "market_only": {"market": market},
        "panel_only": {"panel": tables["panel"]},
        "customers_only": {"customers": tables["customers"].drop(columns="estimated_wallet")},
        "one_row": {n: frame.head(1) for n, frame in tables.items()},
        "one_customer": tables
        | {n: tables[n][tables[n]["customer_id"] == one] for n in ("orders", "customers")}
        | {"panel": tables["panel"][tables["panel"]["household"] == "h00001"]},
        "all_the_same": tables
        | {"panel": tables["panel"].assign(brand="Acme"), "market": market.assign(value=5.0),
           "customers": tables["customers"].assign(country="China", estimated_wallet=100.0),
           "orders": tables["orders"].assign(amount=10.0, category="tea", product="tea")},
        "nothing_own": tables
        | {"market": market[market["entity"] != "Acme"], "orders": tables["orders"].drop(columns="brand"),
           "panel": tables["panel"][tables["panel"]["brand"] != "Acme"]},
        "no_columns": {"customers": tables["customers"][["customer_id"]], "market": market[["period", "entity", "measure", "value"]],
                       "orders": tables["orders"][["customer_id", "ordered_at", "amount"]], "fx": tables["fx"].drop(columns="ppp")},
        "later": {"market": market.assign(period="2031-01-01"), "panel": tables["panel"].assign(at="2031-01-01"),
                  "customers": tables["customers"], "orders": tables["orders"]},
    }  # fmt: skip
