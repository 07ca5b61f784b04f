"""What monitoring says of simulated companies' actions, beside what is true of them."""

from monitoring_world import AS_OF, Books
from workbook.analysis import monitoring_study
from workbook.analysis.action_book import action_book
from workbook.analysis.action_effects import action_effects
from workbook.intake.company.firm import simulated_company
from workbook.intake.company.parameters import PARAMETERS

TABLES = ("customers", "orders", "actions")
#: the simulator adds one purchase in the window to this share of those treated
TRUTH = {
    f"ACT-{n:02d}": given["extra_buyers"]
    for n, given in enumerate(PARAMETERS["actions"].values(), 1)
}


LEAST = 4000  # customers; a smaller firm has fewer than 30 in an arm


def firm(seed, customers):
    """Tables of a company without problems."""
    made = simulated_company(max(customers, LEAST), seed=seed, problems=None, only=TABLES)
    return Books({name: made.tables[name] for name in ("orders", "actions")})


def estimates(seed, customers, confidence=0.9):
    """{action: (low, high, truth)} of one company, in purchase days per treated customer."""
    tables = firm(seed, customers)
    days = monitoring_study.purchase_days(tables)
    table = action_effects(
        tables, days, action_book(tables, [], []), as_of=AS_OF, confidence=confidence
    ).judged
    return {row.action_id: (row.low, row.high, TRUTH[row.action_id]) for row in table.itertuples()}


def alarms(seed, customers):
    """What the report would raise as a problem in a company without any."""
    tables = firm(seed, customers)
    days = monitoring_study.purchase_days(tables)
    table = action_effects(tables, days, action_book(tables, [], []), as_of=AS_OF).table
    return table.loc[(table["state"] == "worse") & (table["p_holm"] < 0.002), "action_id"].tolist()
