"""A simulated shop with orders and events whose habits are known."""

import numpy as np
import pandas as pd

AS_OF = "2024-12-16"
PAGES = ("home", "list", "product", "cart", "checkout")
GOES_ON = (0.8, 0.7, 0.5, 0.6, 0.7)
PRODUCTS = {"tea": "drink", "honey": "drink", "cup": "ware", "pot": "ware", "tray": "ware", "whisk": "ware"}  # fmt: skip
LIKED = (0.4, 0.1, 0.2, 0.15, 0.1, 0.05)


def shop(customers=400, seed=1, days=900):
    """Events and orders: visits at random moments, each going on from page to page at `GOES_ON`.

    Every visit that ends with an order is one; a quarter of the visits is without a customer's name,
    and one in seven of those that end unbought is followed by a call, chat, mail or like.
    """
    rng = np.random.default_rng(seed)
    start = pd.Timestamp(AS_OF) - pd.Timedelta(days=days - 1)
    events, orders = [], []
    for customer in range(customers):
        visits = np.sort(rng.uniform(0, days, rng.poisson(12) + 1))
        for number, day in enumerate(visits):
            at = start + pd.Timedelta(days=day)
            product = rng.choice(list(PRODUCTS), p=LIKED)
            name = f"c{customer}" if rng.random() < 0.75 else None
            for page, go in zip(PAGES, GOES_ON, strict=True):
                kind = page if page in ("cart", "checkout") else "view"
                seen = product if page == "product" else None
                events.append((name, f"v{customer}", at, kind, page, seen, None))
                at += pd.Timedelta(seconds=float(rng.exponential(90)))
                if rng.random() > go:
                    break
            else:
                order = f"o{customer}-{number}"
                events.append((name, f"v{customer}", at, "paid", "paid", None, order))
                for item in {product, *rng.choice(list(PRODUCTS), size=rng.integers(0, 3))}:
                    amount = round(float(rng.lognormal(3, 0.5)), 2)
                    channel = rng.choice(["web", "app"])
                    orders.append(
                        (f"c{customer}", at, amount, order, item, PRODUCTS[item], channel)
                    )
                continue
            if rng.random() < 0.15:
                at += pd.Timedelta(days=float(rng.exponential(2)))
                kind = rng.choice(["call", "chat", "e-mail", "like"])
                events.append((f"c{customer}", f"v{customer}", at, kind, None, None, None))
    columns = ["customer_id", "visitor_id", "occurred_at", "kind", "page", "product", "order_id"]
    events = pd.DataFrame(events, columns=columns)
    columns = ["customer_id", "ordered_at", "amount", "order_id", "product", "category", "channel"]
    orders = pd.DataFrame(orders, columns=columns)
    for table, moment in ((events, "occurred_at"), (orders, "ordered_at")):
        table[moment] = table[moment].dt.floor("s")
    end = pd.Timestamp(AS_OF) + pd.Timedelta(days=1)
    return events[events["occurred_at"] < end], orders[orders["ordered_at"] < end]
