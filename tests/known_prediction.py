"""What the prediction analyses say of simulated companies, beside what came after their books ended."""

import numpy as np
import pandas as pd

import prediction_world
from workbook.analysis import (
    prediction_scores,
    prediction_study,
    prediction_totals,
    propensity_check,
    propensity_trial,
    sales_forecast,
)
from workbook.intake.company.basket import order_values
from workbook.intake.company.firm import simulated_company
from workbook.intake.company.ids import customer_ids
from workbook.intake.company.parameters import AS_OF, DAYS
from workbook.intake.company.problems import Problems

TABLES = ("customers", "orders", "events", "offers", "memberships", "actions")
MONTHS, WINDOW = 3, 90  # January to March 2026


class Books(prediction_world.Books):
    as_of = AS_OF


def forecast_of(seed, customers, confidence=0.9):
    """(company, totals, scores, check) of one company without problems."""
    made = simulated_company(customers, seed=seed, problems=Problems([]), only=TABLES)
    personal = ["name", "phone", "email"]
    frames = {
        name: frame.drop(columns=personal, errors="ignore") for name, frame in made.tables.items()
    }
    study = prediction_study.prediction_study(
        Books(frames), horizon_months=MONTHS, leaving_months=2 * MONTHS
    )
    buying = propensity_trial.propensity(study.buying_task())
    check = propensity_check.propensity_check(buying.past)
    task = study.sales_task()
    sales = sales_forecast.sales_forecast(task)
    totals = prediction_totals.window_totals(buying, check, sales, task, confidence=confidence)
    scores = prediction_scores.customer_scores(study, buying, check, sales=sales)
    return made, totals, scores, check


def came(made):
    """customer_id, days, amount of the window after the books; customers known before alone."""
    world = made.world
    later = world.later[world.later["day"] < DAYS + WINDOW]
    table = pd.DataFrame(
        {"customer_id": customer_ids(later["customer"]), "day": np.floor(later["day"]),
         "amount": order_values(world.people, later, world.problems, world.seed)}
    )  # fmt: skip
    known = set(made.tables["orders"].loc[~made.tables["orders"]["is_return"], "customer_id"])
    table = table[table["customer_id"].isin(known)]
    return table.groupby("customer_id").agg(days=("day", "nunique"), amount=("amount", "sum"))


def estimates(seed, customers, confidence=0.9):
    """{name: (low, high, truth)} of one company; the truth is what its customers did afterwards."""
    made, totals, scores, _ = forecast_of(seed, customers, confidence)
    after = came(made)
    truth = {
        "buyers": len(after),
        "purchases": after["days"].sum(),
        "revenue": after["amount"].sum(),
    }
    found = {
        f"{name} in three months": (totals[name]["known_low"], totals[name]["known_high"], value)
        for name, value in truth.items()
    }
    bought = scores["customer_id"].isin(after.index).to_numpy()
    chance = scores["chance"].to_numpy()
    for name, part in (
        ("likeliest tenth", slice(0, len(chance) // 10)),
        ("unlikeliest half", slice(len(chance) // 2, None)),
    ):
        p = chance[part]
        half = 1.645 * np.sqrt((p * (1 - p)).sum())
        found[f"buyers of the {name}"] = (p.sum() - half, p.sum() + half, bought[part].sum())
    return found


def ranking(seed, customers):
    """(area under the curve said, its interval, area on what came) of one company."""
    made, _, scores, check = forecast_of(seed, customers)
    bought = scores["customer_id"].isin(came(made).index).to_numpy()
    area = propensity_check.area_under_curve(bought, scores["chance"].to_numpy())[0]
    return check.score("auc"), check.score("auc_low"), check.score("auc_high"), area
