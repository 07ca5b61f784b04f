"""What the loyalty analyses say of simulated companies, beside what is true of them."""

from known_service import Books
from workbook.analysis import lifecycle, offers, points, referrals, repurchase
from workbook.analysis.intervals import wilson
from workbook.intake.company.firm import simulated_company
from workbook.intake.company.parameters import AS_OF, FIRST, PARAMETERS
from workbook.intake.company.winning import channel_shares
from workbook.report.loyalty_findings import LEVEL

TABLES = ("customers", "orders", "memberships", "points", "offers", "campaigns")
OFFERS_USED = 0.22  # what `intake.company.winning` draws of those who got one


def club_of(seed, customers):
    """(tables, purchase days) of a simulated company without problems."""
    made = simulated_company(customers, seed=seed, problems=None, only=TABLES)
    tables = Books({name: frame for name, frame in made.tables.items() if len(frame)})
    return tables, lifecycle.purchase_days(tables.orders).cache()


def estimates(seed, customers, confidence=0.9):
    """{name: (low, high, truth)} of one company without problems.

    Not the programme's effect: customers join on other days than those of a purchase there, which the
    report compares with a warning and never calls more or less.
    """
    tables, days = club_of(seed, customers)
    level = {"as_of": AS_OF, "confidence": confidence}
    used = points.points_study(tables.points, **level)
    found = {
        "points redeemed": (
            used.ultimate_low,
            used.ultimate_high,
            PARAMETERS["programme"]["redeemed"],
        )
    }
    taken = offers.redemption_by(tables.offers, tables.campaigns, **level).iloc[0]
    found["offers used"] = (taken["low"], taken["high"], OFFERS_USED)
    came = referrals.referral_rate(days, tables.customers, as_of=AS_OF, channel="Referral")
    ends = wilson(came["numerator"], came["denominator"], confidence=confidence)
    found["came by referral"] = (*(float(e) for e in ends), channel_shares()["referral"])
    change = repurchase.repurchase_change(days, first=FIRST, **level)
    if change is not None:
        found["repurchase, year on year"] = (change["low"], change["high"], 0.0)
    return found


def alarms(seed, customers):
    """Problems that the report would raise in a company without any."""
    _, days = club_of(seed, customers)
    change = repurchase.repurchase_change(days, as_of=AS_OF, first=FIRST)
    return ["repurchase"] if change is not None and change["p"] < LEVEL else []
