"""Simulated answer sheets whose levels, key factors and falls are known."""

import ibis
import numpy as np
import pandas as pd

from workbook.analysis.answer_codes import Scale
from workbook.analysis.answers import Answers, survey_answers

SCALES = {"csat": (1, 5, "up"), "nps": (0, 10, "up"), "item": (1, 5, "up"), "ces": (1, 7, "down")}
START = pd.Timestamp("2023-01-10")


def sheets(n, seed=0, *, customers=None, waves=6, same=0.5, lost=0.0, lost_from=4, lost_region="b"):
    """Answer sheets of `waves` quarters.

    same: share of the variance that a customer keeps; lost: points of csat lost by customers of
    one region from wave number `lost_from` on.
    """
    rng = np.random.default_rng(seed)
    customers = customers or n
    who = rng.integers(0, customers, n)
    mood = rng.normal(size=customers)[who]
    felt = np.sqrt(same) * mood + np.sqrt(1 - same) * rng.normal(size=n)
    wave = rng.integers(0, waves, n)
    region = np.array(["a", "b", "c"])[rng.integers(0, 3, customers)][who]
    items = {
        f"item_{name}": 3.5 + 0.8 * (0.6 * felt + 0.8 * rng.normal(size=n))
        for name in ("quality", "staff", "price")
    }
    content = (
        0.5 * items["item_quality"] + 0.3 * items["item_staff"] + 0.2 * items["item_price"]
        + 0.4 * rng.normal(size=n) - lost * ((region == lost_region) & (wave >= lost_from))
    )  # fmt: skip
    day = START + pd.to_timedelta(wave * 91 + rng.integers(0, 9, n), unit="D")
    table = pd.DataFrame(
        {
            "response_id": [f"r{i:06d}" for i in range(n)],
            "answered_on": day,
            "customer_id": [f"c{i:05d}" for i in who],
            "wave": [f"w{i}" for i in wave],
            "touchpoint": rng.choice(["shop", "web"], n),
            "csat": np.clip(np.round(content), 1, 5),
            "nps": np.clip(np.round(2 * content + rng.normal(size=n)), 0, 10),
        }
    )
    table["ces"] = 8 - np.clip(np.round(content * 1.3), 1, 7)
    for name, values in items.items():
        table[name] = np.clip(np.round(values), 1, 5)
    people = pd.DataFrame({"customer_id": table["customer_id"], "region": region})
    return table, people.drop_duplicates("customer_id", ignore_index=True)


def read(table, people=None, scales=None):
    """`survey_answers` of frames."""
    return survey_answers(
        ibis.memtable(table),
        scales=SCALES if scales is None else scales,
        customers=None if people is None else ibis.memtable(people),
    )


def quick(table, people=None):
    """The same `Answers` without an engine, for many draws; its `table` is None."""
    frame = table.merge(people, on="customer_id", how="left") if people is not None else table
    given = [name for name in frame if name in SCALES or name.startswith("item_")]
    scales = {}
    for name in given:
        low, high, way = SCALES.get(name, SCALES["item"])
        scales[name] = Scale(name, float(low), float(high), way == "up")
    columns = {"customer": pd.factorize(frame["customer_id"])[0], "day": frame["answered_on"]}
    columns |= {"weight": 1.0}
    columns |= {name: frame[name].astype("category") for name in ("wave", "touchpoint", "region")
                if name in frame}  # fmt: skip
    turned = {name: frame[name] if scales[name].up else 8 - frame[name] for name in given}
    items = tuple(name for name in given if name.startswith("item_"))
    return Answers(None, pd.DataFrame(columns | turned), scales, (), items, True)
