"""Customers of the simulated company: what they are, and the rates nobody sees."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbook.intake.company.draws import chosen, stream, uniform
from workbook.intake.company.parameters import DAYS, PARAMETERS
from workbook.intake.company.seasons import arrival_weights
from workbook.intake.company.vocabulary import PLACES

__all__ = ["ORDER_CHANNELS", "OWN_CHANNEL", "drawn_people"]

#: Where consumers, businesses and dealers order.
ORDER_CHANNELS = {
    "consumer": ("marketplace", "shop", "mini_program"),
    "business": ("direct_sales", "marketplace", "shop"),
    "dealer": ("direct_sales",),
}
OWN_CHANNEL = {
    "consumer": {"marketplace": 0.46, "shop": 0.34, "mini_program": 0.20},
    "business": {"direct_sales": 0.70, "marketplace": 0.15, "shop": 0.15},
    "dealer": {"direct_sales": 1.0},
}
_TIERS = {"ordinary": 0.55, "silver": 0.25, "gold": 0.14, "platinum": 0.06}


def drawn_people(customers: int, seed: int, *, types: dict | None = None) -> pd.DataFrame:
    """One row per customer with its hidden rates.

    Columns: type, rate (purchases per week of usual business), stop (chance to stop after a repeat
    purchase), scale (v of the customer's order values), start (days since the first day to the
    first purchase; NaN: has not bought), joined (day), channel, region, province, city, client_tier,
    own_channel, all as codes. Labels lean towards better or worse customers without changing the
    distribution of the rates, so that purchases of a type stay BG/NBD. `types` {type: share} replaces
    the company's own mix.
    """
    who = np.arange(customers)
    kind = chosen(uniform(seed, "type", who), types or PARAMETERS["types"])
    rate, stop, scale = (np.empty(customers) for _ in range(3))
    unit = [stream(seed, "people", name) for name in ("rate", "stop", "scale")]
    for type_ in PARAMETERS["types"]:
        at = np.flatnonzero(kind == type_)
        bought, spent = PARAMETERS["purchases"][type_], PARAMETERS["order_values"][type_]
        rate[at] = unit[0].gamma(bought["r"], 1 / bought["alpha"], len(at))
        stop[at] = unit[1].beta(bought["a"], bought["b"], len(at))
        scale[at] = unit[2].gamma(spent["q"], 1 / spent["gamma"], len(at))
    rank = _rank(kind, rate)
    worth = _rank(kind, rate / np.maximum(scale, 1e-12))
    channels = PARAMETERS["channels"]
    city = chosen(uniform(seed, "city", who), {c: v[2] for c, v in PLACES.items()})
    start = _start(seed, customers)
    joined = np.where(np.isnan(start), _start(seed, customers, "joined"), start)
    early = np.minimum(stream(seed, "joined before").exponential(4.0, customers), joined)
    own = np.empty(customers, dtype=object)
    place = uniform(seed, "own channel", who)
    for type_, weights in OWN_CHANNEL.items():
        at = np.flatnonzero(kind == type_)
        own[at] = chosen(place[at], weights)
    acquired = chosen(
        uniform(seed, "acquired by", who),
        {c: v["share"] for c, v in channels.items()},
        tilt={c: v["tilt"] for c, v in channels.items()},
        rank=rank,
    )
    lean = {"ordinary": -2.0, "silver": 0.0, "gold": 2.0, "platinum": 4.0}
    return pd.DataFrame(
        {
            "type": kind,
            "rate": rate,
            "stop": stop,
            "scale": scale,
            "start": start,
            "joined": np.floor(joined - np.where(np.isnan(start), 0.0, early)),
            "acquired_by": acquired,
            "region": _looked_up(city, 1),
            "province": _looked_up(city, 0),
            "city": city,
            "gender": chosen(uniform(seed, "gender", who), {"female": 0.56, "male": 0.44}),
            "client_tier": chosen(uniform(seed, "tier", who), _TIERS, tilt=lean, rank=worth),
            "own_channel": own,
        }
    )


def _start(seed: int, customers: int, name: str = "start") -> np.ndarray:
    rng = stream(seed, "people", name)
    day = rng.choice(DAYS, customers, p=arrival_weights()) + rng.random(customers)
    if name == "start":
        day[rng.random(customers) < PARAMETERS["without_order"]] = np.nan
    return day


def _rank(kind: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Rank of 0 to 1 of every value among those of its type."""
    rank = np.empty(len(values))
    for type_ in np.unique(kind):
        at = np.flatnonzero(kind == type_)
        rank[at[np.argsort(values[at])]] = (np.arange(len(at)) + 0.5) / len(at)
    return rank


def _looked_up(city: np.ndarray, part: int) -> np.ndarray:
    table = pd.Series({name: place[part] for name, place in PLACES.items()})
    return table.reindex(city).to_numpy(dtype=object)
