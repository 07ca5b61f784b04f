"""Order lines: products, prices, delivery and returns of every order."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbook.intake.company.draws import chosen, exponential, gamma, uniform
from workbook.intake.company.parameters import DAYS, PARAMETERS
from workbook.intake.company.problems import Problems
from workbook.intake.company.seasons import calendar_table, day_of

__all__ = ["falls", "lines", "order_values", "products_of", "returned"]

_REASONS = {"quality": 0.4, "not_as_described": 0.2, "changed_mind": 0.25, "late": 0.15}


def order_values(people: pd.DataFrame, orders: pd.DataFrame, problems: Problems, seed: int):
    """Money of every order: Gamma(p, v of the customer), less after falls a problem brought."""
    kind = people["type"].to_numpy()[orders["customer"]]
    shapes = {name: given["p"] for name, given in PARAMETERS["order_values"].items()}
    shape = pd.Series(kind).map(shapes).to_numpy(dtype=float)
    drawn = gamma(shape, seed, "value", orders["customer"], orders["nth"])
    value = drawn / people["scale"].to_numpy()[orders["customer"]]
    fallen = orders["day"].to_numpy() >= falls(people, problems, seed)[1][orders["customer"]]
    return np.maximum(value * np.where(fallen, 1 - PARAMETERS["tiers"]["value_lost"], 1.0), 5.0)


def falls(people: pd.DataFrame, problems: Problems, seed: int):
    """Day of each customer's usual fall by a tier, and of the fall that a problem brings."""
    who = np.arange(len(people))
    pace = PARAMETERS["tiers"]["falls_per_year"] / 365.25
    since = people["joined"].to_numpy()
    usual = since + exponential(seed, "fall", who) / pace
    columns = {name: people[name].to_numpy() for name in people}
    more = np.full(len(people), np.inf)
    for problem in problems.of("tier_drift"):
        hit = problem.rows(columns)
        wait = exponential(seed, "drift", who) / (pace * max(problem.size - 1, 1e-9))
        begin = np.maximum(day_of(problem.start), since)
        more[hit] = np.minimum(more, begin + wait)[hit]
    return usual, more


def products_of(values: np.ndarray, kind: np.ndarray, products: pd.DataFrame, drawn: np.ndarray):
    """Row in `products` for each line: one of the six whose price, times what is usually taken,
    comes nearest to its value."""
    order = np.argsort(products["price"].to_numpy())
    price = products["price"].to_numpy()[order]
    taken = np.where(kind == "consumer", 1.0, 8.0)
    near = np.searchsorted(price, np.asarray(values) / taken)
    first = np.clip(near - 3, 0, len(price) - 6)
    return order[first + np.minimum((drawn * 6).astype(int), 5)]


def lines(people, orders, problems: Problems, words, seed: int) -> pd.DataFrame:
    """One row per order line, codes in place of words; `order` is the row of `orders`."""
    customer, nth = orders["customer"].to_numpy(), orders["nth"].to_numpy()
    kind = people["type"].to_numpy()[customer]
    many = uniform(seed, "lines", customer, nth)
    count = 1 + (many > 0.68) + (many > 0.93) + (kind != "consumer") * (many > 0.4)
    order = np.repeat(np.arange(len(orders)), count)
    nr = np.arange(len(order)) - np.repeat(np.cumsum(count) - count, count)
    keys = (customer[order], nth[order], nr)
    part = 0.3 + uniform(seed, "part", *keys)
    part = part / np.bincount(order, part)[order]
    value = order_values(people, orders, problems, seed)[order] * part
    product = products_of(value, kind[order], words.products, uniform(seed, "product", *keys))
    price = words.products["price"].to_numpy(dtype=float)[product]
    day = np.floor(orders["day"].to_numpy()[order])
    promotion = _promotions()[day.astype(int)]
    off = np.where(promotion != "", 0.10, 0.0) + 0.05 * (uniform(seed, "coupon", *keys) < 0.2)
    quantity = np.maximum(np.round(value / (price * (1 - off))), 1.0)
    full = np.round(value / (1 - off) / quantity, 2)
    discount = np.round(full * quantity * off, 2)
    amount = np.round(full * quantity - discount, 2)
    table = pd.DataFrame(
        {
            "order": order,
            "nr": nr + 1,
            "customer": customer[order],
            "day": orders["day"].to_numpy()[order],
            "nth": nth[order],
            "amount": amount,
            "quantity": quantity,
            "unit_price": full,
            "discount": discount,
            "cost": np.round(amount * (1 - PARAMETERS["gross_margin"])
                             * (0.9 + 0.2 * uniform(seed, "cost", *keys)), 2),
            "promotion": np.where(promotion == "", None, promotion),
            "channel": orders["channel"].to_numpy()[order],
        }
    )  # fmt: skip
    for column in ("product", "category", "brand"):
        table[column] = words.products[column].to_numpy(dtype=object)[product]
    return table


def returned(table: pd.DataFrame, people, orders, problems: Problems, seed: int) -> pd.DataFrame:
    """Lines of `table` that come back: its row `line`, day of return and reason."""
    customer = table["customer"].to_numpy()
    columns = {c: table[c].to_numpy() for c in ("channel", "product", "category", "brand")}
    columns |= {c: people[c].to_numpy()[customer] for c in people if c not in columns}
    keys = (customer, table["nth"], table["nr"])
    rate = PARAMETERS["returns"]["rate"] * problems.factor("returns_rise", columns, table["day"])
    hit = np.flatnonzero(uniform(seed, "returned", *keys) < rate)
    keys = tuple(np.asarray(key)[hit] for key in keys)
    arrived = table["day"].to_numpy()[hit] + orders["delivery_days"].to_numpy()[table["order"]][hit]
    return pd.DataFrame(
        {
            "line": hit,
            "day": arrived + 1 + 6 * exponential(seed, "return wait", *keys),
            "reason": chosen(uniform(seed, "return reason", *keys), _REASONS),
        }
    )


def _promotions() -> np.ndarray:
    """Promotion on each day of the books and after, an empty text on most."""
    found = np.full(DAYS + 366, "", dtype=object)
    table = calendar_table()
    for row in table.itertuples():
        if row.event in ("shopping_618", "double_11", "spring_festival"):
            found[day_of(row.date.date())] = row.event
    return found
