"""The table of contracts: service plans whose pace of ending, reasons and traits are known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbook.intake.company.draws import chosen, exponential, normal, pick
from workbook.intake.company.ids import customer_ids, days, numbered
from workbook.intake.company.parameters import DAYS, PARAMETERS, plan_ratios
from workbook.intake.company.seasons import day_of, moments
from workbook.intake.company.world import World

__all__ = ["contracts_table"]

MONTH_DAYS = 30.4375


def contracts_table(world: World) -> pd.DataFrame:
    """The table `contracts`: service plans in terms of a year, which end at a known pace."""
    given, people, seed = PARAMETERS["contracts"], world.people, world.seed
    attached = people["type"].map(given["attached"]).to_numpy(dtype=float)
    start = people["start"].to_numpy()
    who = np.flatnonzero(
        (world.u("plan taken", np.arange(len(people))) < attached) & (start < DAYS - 9)
    )
    begin = np.ceil(start[who] + 7 * world.u("plan wait", who))
    product = chosen(world.u("plan", who), given["plans"])
    monthly = world.u("plan payment", who) < given["monthly_payment"]
    payment = np.where(monthly, "monthly", "yearly").astype(object)
    ratios = plan_ratios(world.problems.even)
    line = pd.Series(product).map(ratios["product"]) + pd.Series(payment).map(
        ratios["trait_payment"]
    )
    pace = sum(given["hazard_per_month"].values()) * np.exp(line.to_numpy()) / MONTH_DAYS
    life = _lives(world, who, product, begin, pace)
    reason = chosen(world.u("plan reason", who), given["hazard_per_month"])
    base = pd.Series(product).map(given["value_per_term"]).to_numpy(dtype=float)
    value = np.round(base * np.exp(0.15 * normal(seed, "plan value", who)), 2)
    value = value * np.where(world.of("type", who) == "consumer", 1.0, 6.0)
    age = 2025 - np.round(1982 + 11 * normal(seed, "born", who)).clip(1940, 2005)
    end = np.maximum(np.ceil(begin + life) - 1, begin)  # the last day is part of the contract
    rows = pd.DataFrame(
        {
            "customer": who, "begin": begin, "end": end, "reason": reason, "value": value,
            "product": product, "trait_payment": payment,
            "measure_age": np.where(world.of("type", who) == "consumer", age, np.nan),
            "auto_renew": world.u("plan auto", who) < 0.6,
        }
    )  # fmt: skip
    return _terms(world, rows)


def _lives(world, who, product, begin, pace):
    """Days each plan really lasts: an exponential life, lived faster where a problem acts."""
    clock = exponential(world.seed, "plan life", who) / pace
    columns = world.columns(who, product=product)
    for problem in world.problems.of("churn_rise"):
        hit = problem.rows(columns)
        calm = np.maximum(day_of(problem.start) - begin, 0.0)
        faster = np.where(clock > calm, calm + (clock - calm) / problem.size, clock)
        clock = np.where(hit, faster, clock)
    return clock


def _terms(world, rows):
    """One row per term: the renewed ones ended on their last day and were renewed."""
    from_day = pd.Timestamp(moments([0])[0])
    parts = []
    begin, value = rows["begin"].to_numpy(), rows["value"].to_numpy()
    at = np.arange(len(rows))
    for term in range(4):
        started = from_day + pd.to_timedelta(begin[at], unit="D")
        last = started + pd.DateOffset(months=PARAMETERS["contracts"]["term_months"])
        last = ((last - from_day) / pd.Timedelta(days=1)).to_numpy() - 1
        end = rows["end"].to_numpy()[at]
        renewed, running = end > last, np.minimum(end, last) >= DAYS
        more = pick(world.u("plan increase", rows["customer"].to_numpy()[at], term),
                    PARAMETERS["contracts"]["renewal_increase"]).astype(float)  # fmt: skip
        after = np.round(value[at] * (1 + more), 2)
        ended = np.minimum(end, last)
        left = ~renewed & ~running
        parts.append(
            pd.DataFrame(
                {
                    "contract_id": numbered("SP", rows["customer"].to_numpy()[at] + 1)
                    + f"-{term + 1}",
                    "customer_id": customer_ids(rows["customer"].to_numpy()[at]),
                    "started_on": days(begin[at]),
                    "term_ends_on": days(last),
                    "ended_on": days(np.where(running, np.nan, ended)),
                    "value": value[at],
                    "renewed_value": np.where(renewed & ~running, after, np.nan),
                    "renewed": pd.array(np.where(running, None, renewed), dtype="boolean"),
                    "auto_renew": rows["auto_renew"].to_numpy()[at],
                    "product": rows["product"].to_numpy()[at],
                    "end_reason": np.where(left, rows["reason"].to_numpy()[at], None),
                    "trait_payment": rows["trait_payment"].to_numpy()[at],
                    "measure_age": rows["measure_age"].to_numpy()[at],
                }
            )
        )
        goes_on = renewed & ~running & (last + 1 < DAYS)
        begin, value = begin.copy(), value.copy()
        begin[at], value[at] = last + 1, after
        at = at[goes_on]
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(["started_on", "contract_id"], ignore_index=True)
