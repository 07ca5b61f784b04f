"""Estimates of the workbook's analyses for simulated companies, beside what is true of them."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd

from workbook.analysis import (
    bgnbd,
    consistency,
    contract_stay,
    contract_study,
    customer_value,
    doubts,
    gamma_gamma,
    lifecycle,
    quality_overview,
    value_interval,
)
from workbook.analysis.cohorts import repeat_within
from workbook.analysis.competing_risks import cumulative_incidence, incidence_at
from workbook.analysis.covariates import design_matrix
from workbook.analysis.customer_value import spend_history
from workbook.analysis.customers import customer_summary, purchase_counts
from workbook.analysis.forecast_check import past_forecasts
from workbook.analysis.hazards import cox
from workbook.analysis.survival import restricted_mean, survival_at, survival_curve
from workbook.intake.company.expected import second_purchase
from workbook.intake.company.firm import simulated_company
from workbook.intake.company.parameters import AS_OF, FIRST, PARAMETERS
from workbook.intake.company.problems import Problem, Problems
from workbook.intake.company.truth import contract_truth, truth_of
from workbook.intake.company.writing import write_canonical, write_params
from workbook.intake.params import load_client
from workbook.intake.tables import open_tables

#: What `report.contract_findings` calls a problem between groups of contracts.
CLEAR, LEAST, FEWEST = 0.01, 0.03, 30

PARTS = ("customers", "orders", "contracts")


def estimates(seed, customers, confidence=0.9):
    """{name: (low, high, truth)} of one company without problems."""
    made = simulated_company(customers, seed=seed, problems=Problems([]), only=PARTS)
    return _of_purchases(made.tables, confidence) | _of_contracts(
        made.tables["contracts"], confidence
    )


def _of_purchases(tables, confidence):
    """Consumers: rates, order values, and second purchases in time."""
    who = tables["customers"].query("type == 'consumer'")["customer_id"]
    lines = tables["orders"][tables["orders"]["customer_id"].isin(who)]
    orders = ibis.memtable(lines[["customer_id", "ordered_at", "amount", "is_return"]])
    summary = customer_summary(orders, as_of=AS_OF).to_pandas()
    bought = bgnbd.fit(purchase_counts(summary))
    spent = gamma_gamma.fit(spend_history(summary))
    truth = PARAMETERS["purchases"]["consumer"]
    found = {f"BG/NBD {n}": (*bought.interval(n, confidence), truth[n]) for n in bought.params}
    value = PARAMETERS["order_values"]["consumer"]
    names = {"p": "p", "q": "q", "v": "gamma"}
    found |= {
        f"Gamma-Gamma {n}": (*spent.interval(n, confidence), value[names[n]]) for n in spent.params
    }
    again = repeat_within(
        lifecycle.purchase_days(orders), as_of=AS_OF, after=(180,), confidence=confidence
    )
    row = again.iloc[0]
    found["second purchase in 180 days"] = (row["low"], row["high"], second_purchase(180))
    return found


def _of_contracts(contracts, confidence):
    study = contract_study.contract_study(contracts.copy(), as_of=AS_OF)
    truth = contract_truth()
    curve = survival_curve(study.rows, confidence=confidence)
    year, mean = survival_at(curve, [12]).iloc[0], restricted_mean(curve, 24)
    found = {
        "running at 12": (year["low"], year["high"], truth["still_running_at_12_months"]),
        "mean within 24": (*mean[1:3], truth["mean_months_within_24"]),
    }
    ended = incidence_at(cumulative_incidence(study.rows, confidence=confidence), [12], 99)
    for reason, share in truth["ended_by_12_months"].items():
        row = ended.set_index("reason").loc[WORDS[reason]]
        found[f"left for {reason}"] = (row["low"], row["high"], share)
    rows = study.rows.assign(
        plus=(study.rows["product"] == "Care Plus") * 1.0,
        premium=(study.rows["product"] == "Premium care") * 1.0,
        monthly=(study.rows["trait_payment"] == "Monthly") * 1.0,
    )
    table = cox(
        rows, design_matrix(rows, ["plus", "premium", "monthly"]), confidence=confidence
    ).table
    ratios = PARAMETERS["contracts"]["log_hazard_ratio"]
    known = [
        ratios["product"]["plus"],
        ratios["product"]["premium"],
        ratios["trait_payment"]["monthly"],
    ]
    for row, name, ratio in zip(
        table.itertuples(), ("plus", "premium", "monthly"), known, strict=True
    ):
        found[f"hazard ratio {name}"] = (row.low, row.high, np.exp(ratio))
    return found


WORDS = {"price": "Price", "service": "Service", "moved": "Moved away"}


def group_problem(contracts):
    """(trait, worst group) that the churn report would call a problem; None without one."""
    study = contract_study.contract_study(contracts.copy(), as_of=AS_OF)
    tests, shares = contract_stay.trait_groups(study)
    if not len(tests) or not tests["p_holm"].iloc[0] < CLEAR:
        return None
    column = tests["column"].iloc[0]
    rows = shares[(shares["column"] == column) & (shares["n"] >= FEWEST)].sort_values("survival")
    if len(rows) < 2 or rows["survival"].iloc[-1] - rows["survival"].iloc[0] < LEAST:
        return None
    return column, str(rows["group"].iloc[0])


def clean_contracts(seed, customers):
    """Contracts of a company without problems."""
    made = simulated_company(customers, seed=seed, problems=None, only=("contracts",))
    return made.tables["contracts"]


def planted_contracts(seed, customers):
    """Contracts of a company in which basic plans end three times as fast since early 2024."""
    where = {"product": "basic"}
    problem = Problem("P", "churn_rise", where, where, dt.date(2024, 1, 1), 3.0)
    planted = Problems([problem], even=True)
    made = simulated_company(customers, seed=seed, problems=planted, only=("contracts",))
    return made.tables["contracts"]


def hits(draws):
    """Per estimate: how often the truth lay in its interval, of the draws that gave one."""
    table = pd.DataFrame(list(draws))
    inside = table.map(lambda v: bool(v[0] <= v[2] <= v[1]))
    return inside.sum()


def grave_doubts(seed, customers, folder):
    """Doubts that the data_quality report would call problems, of a company without any."""
    made = simulated_company(customers, seed=seed, problems=None)
    name = f"c{seed}"
    write_params(name, "en", folder / "params", made.tables)
    write_canonical(made, folder / "data" / name)
    tables = open_tables(load_client(name, params_dir=folder / "params"), data_dir=folder / "data")
    overview = quality_overview.tables_overview(tables, as_of=AS_OF)
    found = doubts.doubts(
        tables.ledger,
        overview,
        keys=quality_overview.keys_unmatched(tables),
        contrary=consistency.contradictions(tables, tables.has),
        gaps=quality_overview.gaps_in_flow(tables, as_of=AS_OF, level=0.001)[0],
        billed=consistency.billed_by_month(tables.orders, tables.invoices),
        duplicates=tables.duplicates,
        customers=customers,
    )
    return found[found["grave"]]


def next_year(seed, customers, confidence=0.9):
    """(low, high, what came) of the revenue of the year after the books, consumers and everybody."""
    made = simulated_company(customers, seed=seed, problems=Problems([]), only=PARTS)
    came = truth_of(made)["next_12_months"]
    people, lines = made.tables["customers"], made.tables["orders"]
    found = {}
    for name, types in (("consumers", ["consumer"]), ("everybody", list(came))):
        who = people.loc[people["type"].isin(types), "customer_id"]
        orders = ibis.memtable(
            lines.loc[
                lines["customer_id"].isin(who), ["customer_id", "ordered_at", "amount", "is_return"]
            ]
        )
        summary = customer_summary(orders, as_of=AS_OF).to_pandas()
        bought = customer_value.choose_purchase_fit(
            customer_value.purchase_fits(purchase_counts(summary)), "BG/NBD"
        )
        spent = customer_value.spend_fit(customer_value.spend_history(summary))
        values = customer_value.customer_values(
            summary, bought, spent, horizon_months=12, discount_rate_annual=0.0
        )
        past = past_forecasts(orders, FIRST, AS_OF, model=bought.model, horizon_months=12)
        draws = value_interval.total_draws(values, bought, spent, horizon_months=12)
        total = value_interval.total_value(
            values["clv"].sum(), draws.sum(axis=1), past["error"], confidence=confidence
        )
        found[name] = (total["low"], total["high"], sum(came[t]["revenue"] for t in types))
    return found
