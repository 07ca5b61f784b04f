"""What the grading analyses say of simulated companies, beside what is true of them."""

import datetime as dt

import pandas as pd
from scipy.stats import gamma

from known_service import Books
from workbook.analysis import grading_rules, grading_study, kano_needs, paying_study, receivables
from workbook.intake.company.basket import order_values
from workbook.intake.company.costs import cost_of
from workbook.intake.company.firm import simulated_company
from workbook.intake.company.ids import customer_ids
from workbook.intake.company.parameters import AS_OF, PARAMETERS
from workbook.intake.company.problems import Problem, Problems

TABLES = ("customers", "orders", "invoices", "payments", "credit", "financials", "contracts", "needs",
          "surveys", "visits")  # fmt: skip
PAYING = ("customers", "invoices", "payments")
GIVEN = PARAMETERS["payment"]
#: Share of customers whose two answers give the class named (intake.company.voice).
KANO = {"Quiet running": ("must_be", 0.50), "Repair within a day": ("must_be", 0.80),
        "Control by app": ("attractive", 0.65), "Design": ("attractive", 0.60)}  # fmt: skip


def books(seed, customers, problems=None, only=TABLES):
    """A simulated company and its tables as the analyses read them."""
    planted = None if problems is None else Problems(problems, even=True)
    made = simulated_company(customers, seed=seed, problems=planted, only=only)
    return made, Books({name: made.tables[name] for name in only if len(made.tables[name])})


def paying(tables, confidence=0.9):
    """`paying_study.paying_of` of the tables."""
    invoices = receivables.open_receivables(tables)
    return paying_study.paying_of(
        tables, invoices, as_of=AS_OF, confidence=confidence,
        capital_cost_annual=GIVEN["interest_per_year"],
    )  # fmt: skip


def paid_within(days):
    """Share of invoices paid within so many days after they were due: due - 5 + gamma, in whole days."""
    late = gamma(GIVEN["delay_shape"], scale=GIVEN["delay_scale"])
    return (1 - GIVEN["never"]) * late.cdf(days + 6)


def estimates(seed, customers, confidence=0.9):
    """{name: (low, high, truth)} of one company without problems."""
    _, tables = books(seed, customers, only=(*PAYING, "needs"))
    found = {}
    for row in paying(tables, confidence).paid.itertuples():
        if row.days < 60:  # later on nearly all have paid, in every company alike
            found[f"paid within {row.days} days"] = (row.low, row.high, paid_within(row.days))
    needs = kano_needs.stated_needs(kano_needs.read_needs(tables), confidence=confidence)
    for need, (kano, share) in KANO.items():
        row = needs.set_index("need").loc[need]
        if row["kano"] == kano:
            found[f"{need}: {kano}"] = (row["low"], row["high"], share)
    return found


def alarms(seed, customers):
    """Groups that the report would say pay later, in a company where nobody does."""
    _, tables = books(seed, customers, only=PAYING)
    changes = paying(tables).changes
    return [] if changes is None else changes.found[["column", "value"]].to_numpy().tolist()


def planted(seed, customers, where, *, start=dt.date(2025, 3, 1), size=4.0):
    """Of a company whose payments slowed: (place found, days from the true start, money found, true)."""
    words = {c: v if c == "type" else v.capitalize() for c, v in where.items()}
    problem = Problem("P", "late_payment", where, words, start, size)
    _, tables = books(seed, customers, [problem], only=PAYING)
    found = paying(tables).changes.found
    if found.empty:
        return None, None, None, None
    row = found.iloc[0]
    gap = (pd.Timestamp(row["start"]) - pd.Timestamp(start)).days
    true = cost_of(problem, customers)["money_per_year"]
    return {row["column"]: row["value"]}, gap, row["money"], true


def later_share(seed, customers):
    """Strategic customers' share of the customers, and of the revenue of the year after the books."""
    made, tables = books(seed, customers)
    rules = grading_rules.rules_of([1, 1, 1, 1], [75, 60])
    grading = next(
        grading_study.open_grading(
            tables, receivables.open_receivables(tables), rules=rules, days=[AS_OF]
        )
    )
    world = made.world
    money = order_values(world.people, world.later, world.problems, world.seed)
    came = pd.Series(money).groupby(customer_ids(world.later["customer"].to_numpy())).sum()
    mine = grading.table.set_index("customer_id")["tier"] == "strategic"
    after = came.reindex(mine.index).fillna(0.0)
    return float(mine.mean()), float(after[mine].sum() / after.sum())
