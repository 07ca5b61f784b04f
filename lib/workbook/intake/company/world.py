"""Everything that happened in the simulated company before it is written into tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.intake.company import basket
from workbook.intake.company.buying import bought, member_from
from workbook.intake.company.draws import exponential, pick, uniform
from workbook.intake.company.ids import order_ids
from workbook.intake.company.parameters import DAYS, PARAMETERS
from workbook.intake.company.people import drawn_people
from workbook.intake.company.problems import Problems
from workbook.intake.company.seasons import day_of
from workbook.intake.company.vocabulary import Vocabulary

__all__ = ["AGENTS", "SALES", "World", "made_world"]

#: Members of staff by team.
AGENTS = {"hotline": [f"S{n:03d}" for n in range(1, 6)],
          "online": [f"S{n:03d}" for n in range(6, 10)],
          "field": [f"S{n:03d}" for n in range(10, 13)]}  # fmt: skip
SALES = {"sales_east": ["S101", "S102", "S103", "S104"],
         "sales_south": ["S105", "S106", "S107", "S108"]}  # fmt: skip


@dataclass(frozen=True)
class World:
    """`people` one row per customer; `orders` and `lines` within the books; `later` the orders of
    the year after; `returns` the lines that come back; `arms` who took part in which action."""

    seed: int
    words: Vocabulary
    problems: Problems
    people: pd.DataFrame
    orders: pd.DataFrame
    later: pd.DataFrame
    lines: pd.DataFrame
    returns: pd.DataFrame
    arms: pd.DataFrame

    def u(self, name: str, *keys) -> np.ndarray:
        """Uniform numbers that belong to the rows' keys."""
        return uniform(self.seed, name, *keys)

    def of(self, column: str, customer) -> np.ndarray:
        """A column of `people` for rows of customers."""
        return self.people[column].to_numpy()[np.asarray(customer)]

    def columns(self, customer, **more) -> dict[str, np.ndarray]:
        """Columns by which problems find the rows of these customers."""
        known = ("type", "region", "province", "city", "gender", "client_tier", "acquired_by")
        return {name: self.of(name, customer) for name in known} | more


def made_world(customers: int, seed: int, problems: Problems, words: Vocabulary) -> World:
    """Customers, orders, lines and returns of a company."""
    people = drawn_people(customers, seed)
    people["member_from"] = member_from(people, seed)
    people["owner"] = _owners(people, seed)
    arms = _arms(people, seed)
    orders = bought(people, problems, seed)
    orders = pd.concat([orders, _extra_orders(people, arms, seed)], ignore_index=True)
    orders = orders.sort_values(["day", "customer"], ignore_index=True)
    later = orders[orders["day"] >= DAYS].reset_index(drop=True)
    orders = orders[orders["day"] < DAYS].reset_index(drop=True)
    orders["order_id"] = order_ids(orders["customer"], orders["day"], orders["nth"])
    lines = basket.lines(people, orders, problems, words, seed)
    returns = basket.returned(lines, people, orders, problems, seed)
    returns = returns[returns["day"] < DAYS].reset_index(drop=True)
    return World(seed, words, problems, people, orders, later, lines, returns, arms)


def _owners(people, seed):
    """Sales staff for firms; consumers have nobody of their own."""
    who = np.arange(len(people))
    south = people["region"].isin(["south", "central", "southwest"]).to_numpy()
    drawn = uniform(seed, "owner", who)
    owner = np.where(south, pick(drawn, SALES["sales_south"]), pick(drawn, SALES["sales_east"]))
    return np.where(people["type"] == "consumer", None, owner)


def _arms(people, seed):
    """One row per action and customer: action (key), customer, arm, day."""
    parts = []
    for name, given in PARAMETERS["actions"].items():
        day = day_of(given["start"])
        there = np.flatnonzero(people["start"].to_numpy() < day - 30)
        taken = there[uniform(seed, f"action {name}", there) < given["share"]]
        treated = uniform(seed, f"arm {name}", taken) < given["treated"]
        arm = np.where(treated, "treatment", "control")
        parts.append(pd.DataFrame({"action": name, "customer": taken, "arm": arm, "day": day}))
    return pd.concat(parts, ignore_index=True)


def _extra_orders(people, arms, seed):
    """Orders that an action brought: known, because nobody else has them."""
    parts = []
    for number, (name, given) in enumerate(PARAMETERS["actions"].items()):
        rows = arms[(arms["action"] == name) & (arms["arm"] == "treatment")]
        who = rows["customer"].to_numpy()
        who = who[uniform(seed, f"effect {name}", who) < given["extra_buyers"]]
        wait = uniform(seed, f"effect wait {name}", who) * given["window_days"]
        parts.append(
            pd.DataFrame(
                {
                    "customer": who,
                    "day": day_of(given["start"]) + wait,
                    "nth": 9000 + number,
                    "channel": people["own_channel"].to_numpy()[who],
                    "delivery_days": 2.0 + exponential(seed, f"effect delivery {name}", who) / 2,
                    "late": False,
                    "complains": False,
                    "recurs": False,
                    "leaves": False,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
