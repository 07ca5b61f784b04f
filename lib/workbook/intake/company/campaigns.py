"""The table of campaigns, and which of them ran on a day."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from workbook.intake.company.ids import numbered
from workbook.intake.company.parameters import AS_OF
from workbook.intake.company.seasons import day_of
from workbook.intake.company.world import World

__all__ = ["campaign_of", "campaigns_table"]


def _campaigns(world) -> pd.DataFrame:
    """Campaigns by code with their days."""
    rows = []
    for year in range(AS_OF.year - 2, AS_OF.year + 1):
        for kind, first, length, cost in (
            ("promotion", date(year, 1, 2), 21, 42000), ("content", date(year, 3, 1), 60, 30000),
            ("promotion", date(year, 6, 1), 18, 90000), ("fair", date(year, 9, 12), 6, 55000),
            ("promotion", date(year, 11, 1), 11, 120000),
        ):  # fmt: skip
            rows.append((kind, first, first + timedelta(days=length - 1), cost))
    rows.append(("winback", date(2025, 2, 10), date(2025, 4, 11), 9000))
    table = pd.DataFrame(rows, columns=["kind", "started_on", "ended_on", "cost"])
    return table.assign(campaign_id=numbered("CMP", np.arange(len(table)) + 1, 3))


def campaigns_table(world: World) -> pd.DataFrame:
    """The table `campaigns`."""
    table = _campaigns(world)
    scale = len(world.people) / 2000
    kind = [world.words.word("campaign_kind", k) for k in table["kind"]]
    names = [f"{k} {d:%Y-%m}" for k, d in zip(kind, table["started_on"], strict=True)]
    return pd.DataFrame(
        {
            "campaign_id": table["campaign_id"],
            "name": names,
            "kind": table["kind"],
            "started_on": pd.to_datetime(table["started_on"]),
            "ended_on": pd.to_datetime(table["ended_on"]),
            "cost": np.round(table["cost"] * scale, 2),
        }
    )


def campaign_of(world: World, day, name: str) -> np.ndarray:
    """Name of the campaign that ran on a day, for about half of the rows; else None."""
    table = campaigns_table(world)
    found = np.full(len(day), None, dtype=object)
    hit = world.u(f"campaign {name}", np.arange(len(day))) < 0.5
    for row in table.itertuples():
        first, last = day_of(row.started_on.date()), day_of(row.ended_on.date())
        found[hit & (day >= first) & (day <= last)] = row.name
    return found
