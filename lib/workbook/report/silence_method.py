"""What the churn report says about its method for customers without a contract."""

from .value_method import fitted_part

__all__ = ["assumptions", "definitions", "record_numbers"]


def record_numbers(alive, losses):
    """Numbers kept for tests and later runs; None where data are missing.

    at_risk_customers counts the customers on the list.
    """
    row = None
    if losses is not None and losses.priced and "open" in set(losses.totals["group"]):
        row = losses.totals.set_index("group").loc["open"]
    return {
        "expected_alive": None if alive is None else alive["expected"],
        "at_risk_customers": None if losses is None or not losses.priced else len(losses.ranked),
        "expected_loss": None if row is None else row["loss"],
        "expected_loss_low": None if row is None else row["low"],
        "expected_loss_high": None if row is None else row["high"],
    }


def definitions(report, *, silent_days, horizon_months):
    """Rows of the table of definitions; none without orders."""
    t, fmt = report.t, report.fmt
    if "orders" not in report.tables:
        return []
    days, months = fmt.days(silent_days), fmt.months(horizon_months)
    orders = t("orders")
    return [
        (t("Still customers"), t("sum of the probabilities of being a customer still"),
         t("customers with a purchase"), t("all data up to the reporting date"),
         t("orders, modified BG/NBD")),
        (t("Leaver"), t("customers without a purchase after the cut"),
         t("customers not lost on the cut"), t("{days} after the cut", days=days), orders),
        (t("Lost buyers"), t("silent for longer than all but 2 % of such gaps"),
         t("customers with a purchase"), t("all data up to the day"), orders),
        (t("Expected loss"), t("spend if all stayed less expected spend"),
         t("customers not lost"), t("the next {months}", months=months),
         t("orders, modified BG/NBD and Gamma-Gamma")),
        (t("Coverage of a signal"), t("leavers flagged"), t("leavers"),
         t("{days} after the cut", days=days), orders),
        (t("Lift of a signal"), t("share of leavers among the flagged"), t("share among all"),
         t("{days} after the cut", days=days), orders),
    ]  # fmt: skip


def assumptions(report, base, found, losses, *, silent_days):
    """Assumptions and limits, in the order a reader needs them; none without orders."""
    t, fmt = report.t, report.fmt
    if base is None:
        return []
    said = [
        t(
            "Without a contract nobody says when he leaves: leaving is inferred from silence, and "
            "every number on it depends on how long a silence must be."
        ),
        t(
            "While a customer, purchases are taken to come at random around the own rate, and a "
            "customer stops at a purchase, never between two (modified BG/NBD; Batislam, Denizel, "
            "Filiztekin 2007). Season and promotions are not in it."
        ),
    ]
    if losses is not None:
        said.append(_interval_sentence(report, losses))
    if found is not None:
        said.append(
            t(
                "Everything judged comes from before {cut}, what judges it from the {days} after; "
                "limits and corrections were learned on {learned}.",
                cut=fmt.date(found.cut),
                days=fmt.days(silent_days),
                learned=fmt.date(found.learned),
            )
        )
    if base.sampled:
        said.append(
            t(
                "Times between purchases, definitions of churned in the past, signals and tests "
                "were read from a random sample of {n} of {of} customers.",
                n=fmt.count(base.sampled),
                of=fmt.count(len(base.states)),
            )
        )
    if base.fit is not None and base.fit.n < len(base.states):
        said.append(fitted_part(report, base.fit.n))
    return said


def _interval_sentence(report, losses):
    """What the interval of the expected loss holds."""
    t, fmt = report.t, report.fmt
    if (losses.totals["wider"] == "past").any():
        return t(
            "The interval of the expected loss is the wider of two: that of the models, with the "
            "chance in who stops, and the one that the errors of {n} past forecasts of spend give.",
            n=fmt.count(losses.past["error"].notna().sum()),
        )
    return t(
        "The interval of the expected loss holds the uncertainty of both models and the chance in "
        "who stops; not that the models may be wrong."
    )
