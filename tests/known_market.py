"""What the market analyses say of simulated companies, beside what is true of them."""

from known_service import Books
from workbook.analysis.market_study import open_market
from workbook.intake.company.firm import simulated_company
from workbook.intake.company.parameters import AS_OF, PARAMETERS
from workbook.report.market_findings import ALARM, LEAST

TABLES = ("customers", "orders", "market", "panel", "fx")
SHARE, GROWTH = 0.012, 1.012**4  # what `intake.company.outside` puts into the market table


def market_of(seed, customers, confidence=0.9):
    """The market of a simulated company without problems."""
    made = simulated_company(customers, seed=seed, problems=None, only=TABLES)
    return open_market(
        Books(made.tables), as_of=AS_OF, currency="CNY", client="Yunhe Home Appliances", confidence=confidence
    )  # fmt: skip


def estimates(seed, customers, confidence=0.9):
    """{name: (low, high, truth)} of one company without problems."""
    study = market_of(seed, customers, confidence)
    given, model = PARAMETERS["panel"], study.panel.model
    truth = {
        "mean": given["rate_per_year"],
        "exponent": given["shape"],
        "strength": given["strength"],
    }
    found = {f"panel {n}": (*model.interval(n, confidence), truth[n]) for n in truth if model.errors[n] == model.errors[n]}  # fmt: skip
    change = study.panel.change.set_index("measure")
    found |= {
        f"panel change of {n}": (*change.loc[n, ["low", "high"]], 0.0) for n in ("share", "reach")
    }
    share, growth = study.own_share["change"], study.growth
    found["market share, year on year"] = (share.low, share.high, 1.0)
    found["market, year on year"] = (growth.low, growth.high, GROWTH)
    return found


def alarms(seed, customers):
    """Falls of the share that the report would call problems in a company without any."""
    study = market_of(seed, customers)
    found = []
    change = study.own_share["change"]
    if change is not None and change.p < ALARM and change.ratio < 1 - LEAST:
        found.append("market")
    row = study.panel.change.set_index("measure").loc["share"]
    if row["p"] < ALARM and row["change"] < 0 and row["high80"] < 0:
        found.append("panel")
    return found
