"""What is true of a simulated company: parameters, problems with the money they cost, labels."""

from __future__ import annotations

import numpy as np

from workbook.intake.company.basket import order_values
from workbook.intake.company.costs import cost_of
from workbook.intake.company.customers import referrers
from workbook.intake.company.expected import REPLICATES, expected_revenue, population
from workbook.intake.company.firm import Company
from workbook.intake.company.parameters import AS_OF, DAYS, FIRST, PARAMETERS, plan_ratios
from workbook.intake.company.voice import driver_shares
from workbook.intake.company.winning import channel_shares
from workbook.intake.company.world import World

__all__ = ["contract_truth", "truth_of"]


def truth_of(company: Company) -> dict:
    """Content of truth.json, plain values only.

    parameters, problems (id, kind, where as the tables write it, start, size, money_per_year with
    its standard error and basis), population (what the company would show if it were endless),
    today (customers still buying), next_12_months (what these customers really buy after the books
    end), comments {response_id: [topic, sentiment]}.
    """
    world = company.world
    return {
        "simulated": True,
        "first_on": FIRST,
        "as_of": AS_OF,
        "seed": world.seed,
        "customers": len(world.people),
        "language": world.words.language,
        "currency": "CNY",
        "parameters": PARAMETERS
        | {
            "contracts": PARAMETERS["contracts"]
            | {"log_hazard_ratio": plan_ratios(world.problems.even)}
        },
        "problems": [_problem(problem, world) for problem in world.problems.list],
        "problems_basis": f"each problem alone against a company without any, mean of {REPLICATES} "
        "replicates with common random numbers; gross revenue, before returns",
        "population": {
            "driver_shares": driver_shares(),
            "contracts": contract_truth(even=world.problems.even),
            "new_customer_channels": channel_shares(),
            "value_of_a_new_customer": _channel_values(),
        },
        "today": _today(world),
        "next_12_months": _next_year(world),
        "comments": {k: list(v) for k, v in company.comments.items()},
    }


def _problem(problem, world: World) -> dict:
    return {
        "id": problem.id,
        "kind": problem.kind,
        "where": problem.words,
        "start": problem.start,
        "size": problem.size,
        "is_problem": problem.kind != "survey_nonresponse",
        **cost_of(problem, len(world.people)),
    }


def contract_truth(months: float = 12.0, *, even: bool = False) -> dict:
    """Plans of a company without problems: share still running after `months`, mean months within
    24, share ended by reason within `months`; plans and payments in their known mix."""
    given = PARAMETERS["contracts"]
    total = sum(given["hazard_per_month"].values())
    ratio, paid = plan_ratios(even), given["monthly_payment"]
    still = mean = 0.0
    for plan, part in given["plans"].items():
        for payment, weight in (("monthly", paid), ("yearly", 1 - paid)):
            pace = total * np.exp(ratio["product"][plan] + ratio["trait_payment"][payment])
            still += part * weight * np.exp(-pace * months)
            mean += part * weight * -np.expm1(-pace * 24) / pace
    ended = {r: (1 - still) * pace / total for r, pace in given["hazard_per_month"].items()}
    return {
        "still_running_at_12_months": still,
        "mean_months_within_24": mean,
        "ended_by_12_months": ended,
    }


def _channel_values() -> dict[str, float]:
    """Expected gross revenue in the first year of a new customer, by the channel that brought it."""
    people = population()
    first = people.assign(start=float(DAYS - 366), member_from=np.inf)
    money = expected_revenue(first, DAYS - 366, DAYS)
    return {
        c: float(money[(people["acquired_by"] == c).to_numpy()].mean())
        for c in PARAMETERS["channels"]
    }


def _today(world: World) -> dict:
    """Customers who will go on buying, by type; and how new customers came."""
    orders = world.orders
    left = np.zeros(len(world.people), dtype=bool)
    left[orders.loc[orders["leaves"].astype(bool), "customer"]] = True
    bought = (world.people["start"] < DAYS).to_numpy()
    kind = world.people["type"].to_numpy()
    return {
        "alive": {t: int((bought & ~left & (kind == t)).sum()) for t in PARAMETERS["types"]},
        "buyers": {t: int((bought & (kind == t)).sum()) for t in PARAMETERS["types"]},
        "came_by_referral": int((referrers(world) >= 0).sum()),
    }


def _next_year(world: World) -> dict:
    """Orders, purchase days and gross revenue of the year after the books, by type."""
    later = world.later
    money = order_values(world.people, later, world.problems, world.seed)
    kind = world.of("type", later["customer"])
    days = later.assign(on=np.floor(later["day"])).drop_duplicates(["customer", "on"])
    day_kind = world.of("type", days["customer"])
    return {
        t: {"orders": int((kind == t).sum()), "purchase_days": int((day_kind == t).sum()),
            "revenue": round(float(money[kind == t].sum()), 2)}
        for t in PARAMETERS["types"]
    }  # fmt: skip
