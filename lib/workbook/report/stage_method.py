"""What the lifecycle report says about its method, its limits and what is missing."""

import pandas as pd

__all__ = ["assumptions", "definitions", "list_columns", "needs_sentence", "potential_sentence"]


def potential_sentence(report, potential):
    """Customers who are known but have not bought, or why they can't be counted."""
    if pd.isna(potential):
        return report.t("Potential customers: not possible, needs the table customers.")
    return report.tn(
        "{n} more customer is known but has not bought yet (potential).",
        "{n} more customers are known but have not bought yet (potential).",
        int(potential),
    )


def needs_sentence(report, tables):
    """Needs by stage, or which table would tell them."""
    if "needs" in tables:
        return report.t("Needs are read in the theme customer selection and grading.")
    return report.t("Needs of each stage: not possible, needs the table needs.")


def list_columns(report, *, valued=True):
    """Headings of the list of dormant customers; money where the data hold any (`valued`)."""
    t = report.t
    columns = {
        "customer_id": t("Customer"),
        "last_on": t("Last purchase"),
        "silence_days": t("Days of silence"),
        "usual_gap_days": t("Usual gap, days"),
        "surprise": t("Share of gaps at least as long"),
        "purchase_days": t("Purchase days"),
    }
    if valued:
        columns |= {
            "last_year": t("Spent in the year up to the last purchase"),
            "amount": t("Spent in all"),
        }
    return columns


def definitions(report, rules, cadence):
    """Rows of the table of definitions."""
    t, fmt = report.t, report.fmt
    orders, all_time = t("orders"), t("all data up to the reporting date")
    year = t("12 months to the reporting date")
    low, lowest = fmt.percent(rules.dormant_below, 0), fmt.percent(rules.lost_below, 0)
    return [
        (t("First purchase"), t("one purchase day, not dormant"), t("customers with a purchase"),
         all_time, orders),
        (t("Repeat buyers"), t("2 to {n} purchase days, not dormant", n=rules.loyal_from - 1),
         t("customers with a purchase"), all_time, orders),
        (t("Loyal buyers"), t("{n} or more purchase days, not dormant", n=rules.loyal_from),
         t("customers with a purchase"), all_time, orders),
        (t("Dormant"), t("fewer than {share} of such a customer's gaps last as long", share=low),
         t("customers with a purchase"), all_time, orders),
        (t("Lost buyers"), t("fewer than {share} of such a customer's gaps last as long", share=lowest),
         t("customers with a purchase"), all_time, orders),
        (t("Won back"), t("last purchase came after being lost; until the next one"),
         t("customers with a purchase"), all_time, orders),
        (t("Bought in month 12"), t("customers of a cohort who bought in its month 12"),
         t("customers of the cohort"), t("calendar months; month 0 is that of the first purchase"),
         orders),
        (t("Repurchase rate, 12 months"), t("customers with 2 or more purchase days"),
         t("customers with 1 or more"), year, orders),
        (t("Contract retention, 12 months"), t("customers who still have a running contract"),
         t("customers with one 12 months before"), year, t("contracts")),
        (t("Still active (model)"), t("expected customers who have not stopped"),
         t("customers with a purchase"), all_time, t("orders, modified BG/NBD")),
    ]  # fmt: skip


def assumptions(report, cadence, fitted_on, *, read, of):
    """Assumptions and limits, in the order a reader needs them."""
    t, fmt = report.t, report.fmt
    said = [t("A purchase is a day with at least one line that is not a return.")]
    if cadence.basis == "none":
        said.append(
            t("Nobody has bought twice: no silence is called long, nobody dormant or lost.")
        )
    elif cadence.basis == "mean_gap":
        said.append(
            t("Too few customers came back for a model: one mean gap stands for all of them.")
        )
    else:
        said.append(
            t(
                "Rhythms differ between customers as a gamma distribution fitted on {date} (modified "
                "BG/NBD, n = {n}) and kept since, so that a change of stage is one of behaviour.",
                date=fmt.date(fitted_on),
                n=fmt.count(cadence.customers),
            )
        )
    said += [
        t(
            "While a customer, purchases are taken to come at random around the own rate; for very "
            "regular buyers the limits are late, for seasonal ones early."
        ),
        t(
            "One-time buyers have no rhythm of their own: they are compared with those who come "
            "back within {days}.",
            days=fmt.days(cadence.return_within),
        ),
        t(
            "Stages have a memory, so probabilities follow those in a stage on a day (landmark "
            "estimator); intervals draw customers again, not rows."
        ),
        t(
            "What lost customers had spent is not what they would have spent: after a good year "
            "less follows even from those who stay."
        ),
        t(
            "What the dormant leave behind compares groups: customers who fell silent against those "
            "of the same former stage who did not. No contact is proven to change it."
        ),
        t("Customers from before the first order in the data look new in its first months."),
    ]
    if read < of:
        said.append(
            t(
                "Probabilities and times in a stage were read from a random sample of {read} of "
                "{of} customers; everything else from all.",
                read=fmt.count(read),
                of=fmt.count(of),
            )
        )
    return said
