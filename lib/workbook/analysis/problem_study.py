"""Problems of a company: where which measure got worse since when, under one error budget."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import takewhile

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.group_survival import holm
from workbook.analysis.place_search import place_tests
from workbook.analysis.place_start import Shift, shift_since, start_of
from workbook.analysis.watch_tables import Books, rows_at
from workbook.analysis.watched_sales import repeat_purchases
from workbook.analysis.watched_voice import spend_shifts
from workbook.analysis.whole_company import whole_shift

__all__ = ["BUDGET", "MEASURES", "Place", "found_places", "spend_places"]

#: Chance that a company without problems raises any, over all measures.
BUDGET = 0.01
#: Chance of a place by which what customers bought is explained, or of a channel's cost.
FURTHER = 0.001
#: Share of false ones among the places of measures in which one was found.
FALSE_SHARE = 0.05
MOST_PLACES = 4
#: p of the four-week levels alone whichever is left out, so that a shock of one month is no problem.
TIME_LEVEL = 0.01
#: Measures in the order in which a problem is named after them, with the least change that counts:
#: log ratio (0.05 is about 5 %), or points, days.
MEASURES = {
    "delivery_days": 0.05, "satisfaction": 0.10, "returns": 0.10, "contract_ends": 0.10,
    "days_late": 1.0, "complaints_again": 0.20, "complaints": 0.15, "reply_hours": 0.15,
    "solution_days": 0.10, "channel_purchases": 0.05, "order_value": 0.05, "purchases": 0.05,
    "new_customers": 0.10,
}  # fmt: skip
#: Measures of what customers bought: searched last, outside the places where another measure got worse.
LAST = ("channel_purchases", "order_value", "purchases", "new_customers")
#: Measures whose places are taken out before what customers bought is searched.
FELT = ("delivery_days", "satisfaction", "contract_ends", "complaints_again", "complaints", "reply_hours",
        "solution_days")  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A measure that got worse in a place {column: value} (empty: everywhere), with its `Shift`."""

    measure: str
    where: dict
    shift: Shift
    p: float


def found_places(books: Books, *, budget: float = BUDGET) -> tuple[list[Place], pd.DataFrame]:
    """Search every measure; the budget is Holm's over measures, Bonferroni's over places within.

    In a measure that passed, the k-th place counts while its p over all comparisons is below k times
    5 % of the share of measures that passed: Benjamini-Hochberg step by step, each place tested
    outside those before it (Benjamini, Bogomolov 2014).

    Returns
    -------
    places : list of Place
    tests : pandas.DataFrame
        measure, places (compared), p (of the measure, all places and windows counted), p_holm,
        found (bool), least (change of a year in a place of a tenth of the rows that would be found, as
        `Shift.effect`), smallest p first.
    """
    searched: dict[str, list[Place]] = {}
    tests = []
    names = [n for n in MEASURES if n in books.measures]
    for name in [n for n in names if n not in LAST] + [n for n in names if n in LAST]:
        watched = books.measures[name]
        if name == "purchases":
            watched = _unexplained_purchases(books, searched)
        if name in LAST:
            watched = watched.rows(~_explained(watched, searched))
        places, p, count, error = _search(watched)
        tests.append((name, count, p, error))
        searched[name] = places
    cac = spend_places(books)
    if cac is not None:
        tests.append(("cac", cac[1], cac[0], np.nan))
    table = pd.DataFrame(tests, columns=["measure", "places", "p", "error"])
    table["p_holm"] = holm(table["p"]) if len(table) else []
    table["found"] = table["p_holm"] < budget
    level = budget / np.maximum(2 * len(table) * table["places"].astype(float), 1)
    table["least"] = table.pop("error") * norm.isf(level)
    passed = set(table.loc[table["found"], "measure"])
    found = []
    further = FALSE_SHARE * len(passed) / max(len(table), 1)
    for name in [n for n in searched if n in passed]:
        # the first place stands for the measure, further ones by their own p
        order = enumerate(searched[name])
        found += [q for _, q in takewhile(lambda n: not n[0] or n[1].p <= (n[0] + 1) * further, order)]  # fmt: skip
    return found, table.sort_values("p", kind="stable", ignore_index=True)


def spend_places(books: Books):
    """Smallest p over channels (all counted), number of channels and table of `spend_shifts`."""
    if books.spend is None:
        return None
    table = spend_shifts(books.spend)
    if table.empty:
        return None
    return min(float(table["p"].iloc[0]) * len(table), 1.0), len(table), table


def _unexplained_purchases(books, searched):
    """The measure of purchases without orders of channels or stores where another measure got worse."""
    hit = np.zeros(len(books.orders), dtype=bool)
    for name in (*FELT, "channel_purchases"):
        for place in searched.get(name, []):
            if {"channel", "store"} & set(place.where) and place.p < FURTHER:
                hit |= rows_at(books, books.orders, place.where)
    if not hit.any():
        return books.measures["purchases"]
    return repeat_purchases(books.orders, books.people, books.clock, leave_out=hit)


def _explained(watched, searched):
    """Rows in places where something that customers feel got worse."""
    hit = np.zeros(len(watched), dtype=bool)
    for name in FELT:
        for place in searched.get(name, []):
            known = all(c in watched.codes for c in place.where)
            if place.where and known and place.p < FURTHER:
                hit |= watched.within(place.where)
    return hit


def _search(watched):
    """Places one after another, each outside those before; p of the clearest; comparisons; usual error."""
    found, kept = [], np.ones(len(watched), dtype=bool)
    first_p, count, error = 1.0, 0, float("nan")
    for turn in range(MOST_PLACES):
        part = watched.rows(kept) if turn else watched
        tests = place_tests(part)
        sizes = tests.attrs["tests"]
        if not turn:
            count, error = sum(sizes.values()), tests.attrs["error"]
        best = _best(tests, sizes)
        if best is None:
            break
        where = dict(zip(best["columns"], best["values"], strict=True))
        shift = _dated(part.across(where), part.within(where), watched.name)
        if not turn:
            first_p = best["adjusted"] if shift is not None else 1.0
        if shift is None or best["adjusted"] > (FALSE_SHARE * (turn + 1) if turn else FURTHER):
            break
        found.append(Place(watched.name, where, shift, best["adjusted"]))
        kept &= ~watched.within(where)
    # what customers buy grows and ages as a whole; there the key figures speak
    whole = None if watched.name in LAST else whole_shift(watched.rows(kept))
    if whole is not None:
        p, shift = whole
        first_p, count = min(2 * first_p, 2 * p, 1.0), count + 1
        if 2 * p < FURTHER and abs(shift.effect) >= MEASURES[watched.name] and not found:
            found.append(Place(watched.name, {}, shift, 2 * p))
    return found, float(first_p), count, error


def _best(tests, sizes):
    """The clearest row, its p times all comparisons of its kind and times the kinds."""
    if tests.empty:
        return None
    kinds = sum(n > 0 for n in sizes.values())
    weight = tests["columns"].map(len).map(sizes).to_numpy(float) * kinds
    adjusted = tests["p"].to_numpy() * weight
    row = tests.iloc[int(np.argmin(adjusted))].to_dict()
    return _coarsest(tests.assign(adjusted=np.minimum(adjusted, 1.0)), row) | {"adjusted": float(min(adjusted.min(), 1.0))}  # fmt: skip


def _coarsest(tests, row):
    """A place of one column in place of a part of it that is no worse than the whole by a standard error."""
    place = set(zip(row["columns"], row["values"], strict=True))
    if len(place) < 2:
        return row
    like = tests[(tests["columns"].map(len) == 1) & (tests["window"] == row["window"])]
    for wider in like.sort_values("p", kind="stable").to_dict("records"):
        near = abs(row["effect"] - wider["effect"]) < row["se"]
        if (wider["columns"][0], wider["values"][0]) in place and near and wider["adjusted"] < FURTHER:  # fmt: skip
            return wider
    return row


def _dated(watched, inside, name):
    """The shift since its own start, if it is large enough and not of a single month."""
    start = start_of(watched, inside)
    if start is None:
        return None
    shift = shift_since(watched, inside, start[0])
    if shift is None or shift.effect * watched.worse < MEASURES[name]:
        return None
    if shift.p_time == shift.p_time and shift.p_time > TIME_LEVEL:
        return None
    return replace(shift, early=start[1], late=start[2])
