"""Tables of the world outside: market, panel, exchange rates, targets."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbook.intake.company.draws import normal, stream
from workbook.intake.company.ids import numbered
from workbook.intake.company.parameters import AS_OF, DAYS, FIRST, PARAMETERS
from workbook.intake.company.seasons import day_of, moments
from workbook.intake.company.world import World

__all__ = ["fx_table", "market_table", "panel_table", "targets_table"]

_SHARES = {"own": 0.012, "northwind": 0.21, "bluesky": 0.16, "redleaf": 0.11}


def market_table(world: World) -> pd.DataFrame:
    """The table `market`: size of the market by quarter and half, sales of firms, population."""
    rows = []
    quarters = pd.date_range(FIRST, AS_OF, freq="QS")
    at = np.arange(len(quarters))
    for segment, size in (("online", 5200.0), ("offline", 3900.0)):
        total = size * 1.012**at * (1 + 0.12 * (quarters.quarter % 2 == 0))
        total = total * np.exp(0.02 * normal(world.seed, f"market {segment}", at))
        rows.append(_figures(quarters, "industry", "market_size", total, segment))
        for entity, share in _SHARES.items():
            part = total * share * np.exp(0.03 * normal(world.seed, f"{entity} {segment}", at))
            rows.append(_figures(quarters, entity, "sales", part, segment))
    regions = {"east": 237.0, "south": 184.0, "north": 166.0, "central": 218.0, "southwest": 205.0,
               "northeast": 96.0}  # fmt: skip
    for region, people in regions.items():
        frame = _figures(quarters[:1], "industry", "population", np.array([people]), None)
        frame["entity"] = world.words.word("region", region)
        rows.append(frame.assign(unit="million_people", source="statistics"))
    return pd.concat(rows, ignore_index=True)


def _figures(period, entity, measure, value, segment):
    return pd.DataFrame({"period": period, "entity": entity, "measure": measure,
                         "value": np.round(value, 2), "segment": segment, "country": "china",
                         "unit": "million_cny", "source": "research"})  # fmt: skip


def panel_table(world: World) -> pd.DataFrame:
    """The table `panel`: households of an NBD-Dirichlet (Goodhardt, Ehrenberg, Chatfield 1984)."""
    given = PARAMETERS["panel"]
    rng = stream(world.seed, "panel")
    households = max(int(len(world.people) * given["households_per_customer"]), 20)
    mean = given["rate_per_year"] * DAYS / 365.25
    bought = rng.poisson(rng.gamma(given["shape"], mean / given["shape"], households))
    taste = rng.dirichlet(given["strength"] * np.array(list(given["shares"].values())), households)
    who = np.repeat(np.arange(households), bought)
    place = (rng.random(len(who))[:, None] >= taste[who].cumsum(axis=1)[:, :-1]).sum(axis=1)
    table = pd.DataFrame(
        {
            "household": numbered("H", who + 1),
            "at": moments(rng.uniform(0, DAYS, len(who))),
            "brand": np.array(list(given["shares"]), dtype=object)[place],
        }
    )
    return table.sort_values("at", kind="stable", ignore_index=True)


def fx_table(world: World) -> pd.DataFrame:
    """The table `fx`: yuan for one unit of other currencies, by quarter."""
    quarters = pd.date_range(FIRST, AS_OF, freq="QS")
    rows = []
    for currency, rate, ppp in (("USD", 7.1, 3.6), ("EUR", 7.7, 4.9), ("HKD", 0.91, 0.62)):
        walk = np.cumsum(0.01 * normal(world.seed, currency, np.arange(len(quarters))))
        rows.append(pd.DataFrame({"currency": currency, "period": quarters,
                                  "rate": np.round(rate * np.exp(walk), 4), "ppp": ppp}))  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def targets_table(world: World) -> pd.DataFrame:
    """The table `targets`: revenue and new customers by month, nps by quarter."""
    lines = world.lines
    months = pd.date_range(FIRST, AS_OF, freq="MS")
    edges = [day_of(m.date()) for m in months] + [DAYS]
    typical = lines["amount"].sum() / len(months)
    season = np.histogram(lines["day"], edges)[0] / max(len(lines) / len(months), 1)
    parts = [
        pd.DataFrame({"period": months, "measure": "revenue", "value": np.round(typical * season * 1.05, -2)}),
        pd.DataFrame({"period": months, "measure": "new_customers",
                      "value": np.round(np.histogram(world.people["joined"], edges)[0] * 1.05)}),
        pd.DataFrame({"period": months[::3], "measure": "nps", "value": 25.0}),
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True).assign(scope=None)
