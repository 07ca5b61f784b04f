"""Tables about customers and what they order: customers, orders."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbook.intake.company.basket import falls
from workbook.intake.company.campaigns import campaign_of
from workbook.intake.company.draws import chosen, exponential, lognormal, normal
from workbook.intake.company.ids import customer_ids, days, line_ids
from workbook.intake.company.parameters import DAYS, PARAMETERS
from workbook.intake.company.seasons import moments, open_hours
from workbook.intake.company.world import World

__all__ = ["customers_table", "lead_day", "orders_table", "tier_now"]


def customers_table(world: World) -> pd.DataFrame:
    """The table `customers`, personal columns included: intake leaves them out."""
    people, words = world.people, world.words
    n = len(people)
    who = np.arange(n)
    firm = (people["type"] != "consumer").to_numpy()
    city = np.array([words.word("city", c) for c in people["city"]], dtype=object)
    rng = np.random.default_rng([world.seed, 77])
    person = words.people(rng, n)
    name = np.where(firm, words.firms(rng, city, (people["type"] == "dealer").to_numpy()), person)
    mobile = (world.u("mobile", who) * 1e9).astype(np.int64)
    phone = np.array([f"1{3 + m % 7}{m:09d}" for m in mobile], dtype=object)
    lead = lead_day(world)
    answered = ~firm & (world.u("attitudes answered", who) < 0.4)
    spent = world.lines.groupby("customer")["amount"].sum().reindex(who).fillna(0.0).to_numpy()
    wallet = lognormal(2.2, 0.5, world.seed, "wallet", who) * np.maximum(spent / 3, 200.0)
    only = {
        "gender": (~firm, people["gender"]),
        "birth_year": (
            ~firm,
            np.round(1982 + 11 * normal(world.seed, "born", who)).clip(1940, 2005),
        ),
        "income_band": (~firm, _labels(world, "income_band", [0.3, 0.4, 0.22, 0.08])),
        "education": (~firm, _labels(world, "education", [0.25, 0.3, 0.35, 0.1])),
        "interests": (~firm, _labels(world, "interests", [0.25, 0.2, 0.25, 0.15, 0.15])),
        "industry": (firm, _labels(world, "industry", [0.25, 0.2, 0.1, 0.2, 0.1, 0.15])),
        "company_size": (firm, _labels(world, "company_size", [0.6, 0.3, 0.1])),
    }
    table = {
        "customer_id": customer_ids(who),
        "name": name,
        "phone": phone,
        "email": np.array([f"user{m % 10**8:08d}@mail.cn" for m in mobile], dtype=object),
        "type": people["type"],
        "status": np.where(people["start"].isna(), "prospect", "active"),
        "lead_on": days(lead),
        "first_contact_on": days((people["joined"] + lead) / 2),
        "joined_on": days(people["joined"]),
        "channel": people["acquired_by"],
        "campaign": campaign_of(world, lead, "customer"),
        "country": "china",
        "region": people["region"],
        "province": people["province"],
        "city": people["city"],
    }
    for column, (has, value) in only.items():
        table[column] = np.where(has, np.asarray(value, dtype=object), None)
    table |= _attitudes(world, answered)
    table |= {
        "client_tier": tier_now(world),
        "owner": people["owner"],
        "owner_department": np.where(firm, "key_accounts", "marketing"),
        "referred_by": customer_ids(referrers(world)),
        "estimated_wallet": np.where(
            world.u("wallet known", who) < 0.5, np.round(wallet, -1), np.nan
        ),
        "consent": world.u("consent", who) < 0.82,
    }
    return pd.DataFrame(table).assign(
        birth_year=lambda frame: frame["birth_year"].astype("Float64").astype("Int64")
    )


def _labels(world, name, weights):
    who = np.arange(len(world.people))
    return chosen(world.u(name, who), dict(zip(world.words.lists[name], weights, strict=True)))


def _attitudes(world, answered):
    """Six answers of 1 to 5 behind which lie two attitudes, told by few."""
    who = np.arange(len(world.people))
    found = {}
    for factor in ("price", "quality"):
        mind = normal(world.seed, f"attitude {factor}", who)
        for item in (1, 2, 3):
            name = f"attitude_{factor}_{item}"
            answer = np.round(3.3 + 0.9 * mind + 0.6 * normal(world.seed, name, who)).clip(1, 5)
            found[name] = np.where(answered, answer, np.nan)
    return found


def lead_day(world: World) -> np.ndarray:
    """Day of each customer's lead; the system in which leads are kept begins with the books."""
    joined = world.people["joined"].to_numpy()
    day = joined - lead_wait(world)
    first = np.maximum(joined, 0.0) * world.u("first leads", np.arange(len(joined)))
    return np.floor(np.where(day < 0, first, day))


def lead_wait(world: World) -> np.ndarray:
    """Days from lead to customer."""
    delay = {name: given["delay"] for name, given in PARAMETERS["channels"].items()}
    mean = world.people["acquired_by"].map(delay).to_numpy(dtype=float)
    return mean * exponential(world.seed, "lead wait", np.arange(len(world.people)))


def tier_now(world: World) -> np.ndarray:
    """Tier on the last day: one below the first after a fall."""
    steps = ["ordinary", "silver", "gold", "platinum"]
    place = world.people["client_tier"].map(steps.index).to_numpy()
    for day in falls(world.people, world.problems, world.seed):
        place = np.where(day < DAYS, np.maximum(place - 1, 0), place)
    return np.array(steps, dtype=object)[place]


def referrers(world: World) -> np.ndarray:
    """Row of the customer, known before, who brought each customer that came by referral; else -1."""
    joined = world.people["joined"].to_numpy()
    order = np.argsort(joined, kind="stable")
    before = np.searchsorted(joined[order], joined)
    place = (world.u("referrer", np.arange(len(joined))) * before).astype(int)
    came = (world.people["acquired_by"] == "referral").to_numpy() & (before > 0)
    return np.where(came, order[place], -1)


def orders_table(world: World) -> pd.DataFrame:
    """The table `orders`: lines, and lines that came back with a negative amount."""
    lines, orders = world.lines, world.orders
    order = lines["order"].to_numpy()
    ids = orders["order_id"].to_numpy()[order]
    day = lines["day"].to_numpy()
    store = np.where(lines["channel"] == "shop", world.of("city", lines["customer"]), None)
    delivered = np.floor(day + orders["delivery_days"].to_numpy()[order])
    table = pd.DataFrame(
        {
            "customer_id": customer_ids(lines["customer"]),
            "ordered_at": moments(open_hours(day)),
            "amount": lines["amount"],
            "order_id": ids,
            "line_id": line_ids(ids, lines["nr"]),
            "cost": lines["cost"],
            "quantity": lines["quantity"],
            "unit_price": lines["unit_price"],
            "discount": lines["discount"],
            "currency": "CNY",
            "product": lines["product"],
            "category": lines["category"],
            "brand": lines["brand"],
            "channel": lines["channel"],
            "store": _stores(world, store),
            "promotion": lines["promotion"],
            "promised_on": days(day + PARAMETERS["delivery"]["promised"]),
            "shipped_on": days(np.where(_before(day + 1), day + 1, np.nan)),
            "delivered_on": days(np.where(_before(delivered), delivered, np.nan)),
            "is_return": False,
            "return_of": None,
            "return_reason": None,
            "recorded_at": _recorded(world, day, lines),
        }
    )
    back = world.returns
    came = table.iloc[back["line"].to_numpy()].reset_index(drop=True)
    at = moments(open_hours(back["day"].to_numpy()))
    came = came.assign(
        ordered_at=at, recorded_at=at, return_of=came["line_id"], return_reason=back["reason"].to_numpy(),
        is_return=True, line_id=came["line_id"] + "R",
        order_id=came["order_id"].str.replace("SO", "RE", n=1),
    )  # fmt: skip
    for column in ("amount", "cost", "quantity", "discount"):
        came[column] = -came[column]
    for column in ("promised_on", "shipped_on", "delivered_on"):
        came[column] = np.full(len(came), np.datetime64("NaT"), dtype=table[column].dtype)
    table = pd.concat([table, came] if len(came) else [table], ignore_index=True)
    return table.sort_values("ordered_at", kind="stable", ignore_index=True)


def _recorded(world, day, lines):
    """Most orders are known at once, some of shops a day or two later."""
    wait = exponential(world.seed, "recorded", lines["customer"], lines["nth"])
    wait = np.where(lines["channel"] == "shop", wait * 0.6, wait * 0.01)
    return moments(np.minimum(np.maximum(open_hours(day) + wait, day), DAYS - 1 / 1440))


def _before(day):
    return np.asarray(day) < DAYS


def _stores(world, city):
    word = {c: world.words.word("city", c) for c in world.words.lists["city"]}
    shop = {"zh": "{}旗舰店"}.get(world.words.language, "{} flagship store")
    return np.array([shop.format(word[c]) if c is not None else None for c in city], dtype=object)
