"""What the behaviour analyses say of simulated companies, beside what is true of them."""

import pandas as pd

from known_service import Books
from workbook.analysis import best_sellers, browse_study, purchase_study
from workbook.intake.company.firm import simulated_company
from workbook.intake.company.parameters import AS_OF, PARAMETERS

TABLES = ("customers", "orders", "events")


def consumers_of(seed, customers):
    """Tables of the consumers of a simulated company without problems."""
    made = simulated_company(customers, seed=seed, problems=None, only=TABLES)
    people = made.tables["customers"].query("type == 'consumer'")
    orders = made.tables["orders"]
    orders = orders[orders["customer_id"].isin(people["customer_id"])]
    return Books({"customers": people, "orders": orders})


def estimates(seed, customers, confidence=0.9):
    """{name: (low, high, truth)} of one company without problems."""
    tables = consumers_of(seed, customers)
    level = {"as_of": AS_OF, "confidence": confidence}
    purchases = purchase_study.purchases_of(tables, **level)
    week = purchases.weekdays.set_index("weekday")
    found = {
        f"purchases on weekday {day}": (*week.loc[day, ["low", "high"]], 1 / 7) for day in (0, 3, 6)
    }
    given = PARAMETERS["order_values"]["consumer"]
    mean = given["p"] * given["gamma"] / (given["q"] - 1)
    spent = purchases.amounts.set_index("year")
    found |= {
        f"money per purchase {year}": (*spent.loc[year, ["low", "high"]], mean)
        for year in ("now", "before")
    }
    sold = best_sellers.best_sellers(tables.orders, column="category", **level)
    sold = sold.sort_values("product").reset_index(drop=True)
    for _, row in sold.iterrows():
        found[f"change of {row['product']}"] = (row["change_low"], row["change_high"], 0.0)
    return found


def alarms(seed, customers):
    """Falls beyond season that the report would call problems in a company without any."""
    made = simulated_company(customers, seed=seed, problems=None, only=TABLES)
    tables = Books(made.tables)
    purchases = purchase_study.purchases_of(tables, as_of=AS_OF)
    browsed = browse_study.browsing_of(tables, None, gap_minutes=30, as_of=AS_OF)
    since = pd.Timestamp(AS_OF) - pd.DateOffset(months=12)
    found = []
    for name, (series, table) in browse_study.shifts_of(
        tables, purchases, browsed, as_of=AS_OF
    ).items():
        recent = table[table["start"] > since]
        if (
            len(recent)
            and not isinstance(name, tuple)
            and recent.iloc[-1]["change"] < 0
            and series.adjusted
        ):
            found.append(name)
    return found
