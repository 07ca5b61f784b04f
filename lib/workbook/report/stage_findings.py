"""What the lifecycle report finds, from finished results."""

from .findings import finding
from .stage_figures import FEWEST
from .stage_words import STAGES

__all__ = [
    "active_finding",
    "answer_sentence",
    "cohort_finding",
    "conversion_finding",
    "lost_finding",
    "reactivation_finding",
]


def answer_sentence(report, counts, active, cadence):
    """Where the customers stand; `active` as from `retention.share_of`."""
    t, fmt = report.t, report.fmt
    stage = counts.set_index("stage")
    if cadence.basis == "none":
        return report.tn(
            "The only customer has bought on one day: no silence can be called long yet.",
            "None of the {n} customers has bought on a second day: no silence can be called long "
            "yet, and nobody is known to have stayed or gone.",
            active["denominator"],
        )
    if active["denominator"] < FEWEST:
        customers = stage["customers"].iloc[1:]
        return t(
            "Too few customers for shares ({n}): {stages}.",
            n=fmt.count(active["denominator"]),
            stages=t(", ").join(
                f"{t(STAGES[name])} {fmt.count(n)}" for name, n in customers.items() if n
            ),
        )
    return t(
        "Of {n} customers, {active} buy within their own rhythm; {dormant} are silent for longer "
        "than their rhythm lets expect, and {lost} for so long that they count as lost.",
        n=fmt.count(active["denominator"]),
        active=fmt.percent(active["share"]),
        dormant=fmt.percent(stage.loc["dormant", "share"]),
        lost=fmt.percent(stage.loc["lost", "share"]),
    )


def active_finding(report, active, cadence):
    """How many customers are in an active stage; None when no silence can be judged."""
    t, fmt = report.t, report.fmt
    if cadence.basis == "none" or active["denominator"] < FEWEST:
        return None
    return finding(
        metric="active_stage_share",
        statement=t(
            "{n} of {of} customers ({share}, {interval}) are active: silent for no longer than "
            "their own rhythm lets expect.",
            n=fmt.count(active["numerator"]),
            of=fmt.count(active["denominator"]),
            share=fmt.percent(active["share"]),
            interval=fmt.interval(active["low"], active["high"], fmt.percent),
        ),
        rung="descriptive",
        value=active["share"],
        low=active["low"],
        high=active["high"],
        n=active["denominator"],
    )


def conversion_finding(report, repeats, *, days=90, review_on):
    """How many come back after the first purchase; None when nobody was followed that long."""
    t, fmt = report.t, report.fmt
    rows = repeats[repeats["days"] == days]
    if rows.empty or rows["n"].iloc[0] < FEWEST:
        return None
    row = rows.iloc[0]
    return finding(
        metric="second_purchase_90_days",
        statement=t(
            "{share} of new customers buy a second time within {days} ({interval}).",
            share=fmt.percent(row["share"]),
            days=fmt.days(days),
            interval=fmt.interval(row["low"], row["high"], fmt.percent),
        ),
        rung="descriptive",
        value=row["share"],
        low=row["low"],
        high=row["high"],
        n=int(row["n"]),
        action=t(
            "Write to half of the first-time buyers, drawn at random, in their first month, and "
            "compare second purchases."
        ),
        owner=t("Head of marketing"),
        review_on=review_on,
    )


def reactivation_finding(report, table, *, days, review_on, valued=True, act=True):
    """How many of the dormant buy again; `table` from `transitions.transition_table`.

    `valued`: the data hold money, so the list of the dormant is ranked by it. `act` False: another
    finding already says what to do with them.
    """
    t, fmt = report.t, report.fmt
    call = (
        t(
            "Call on the dormant customers of the list, the most valuable first, and leave out a "
            "random tenth to compare with."
        )
        if valued
        else t(
            "Call on the dormant customers of the list, the most frequent buyers first, and leave "
            "out a random tenth to compare with."
        )
    )
    rows = table[
        (table["days"] == days) & (table["stage"] == "dormant") & (table["next_stage"] == "active")
    ]
    if rows.empty or rows["n"].iloc[0] < FEWEST:
        return None
    row = rows.iloc[0]
    return finding(
        metric="dormant_back",
        statement=t(
            "Of customers who are dormant on a day, {share} ({interval}) are active again {days} "
            "later.",
            share=fmt.percent(row["probability"]),
            interval=fmt.interval(row["low"], row["high"], fmt.percent),
            days=fmt.days(days),
        ),
        rung="descriptive",
        value=row["probability"],
        low=row["low"],
        high=row["high"],
        n=int(row["n"]),
        action=call if act else None,
        owner=t("Head of customer management") if act else None,
        review_on=review_on if act else None,
    )


def lost_finding(report, lost, *, review_on):
    """What the customers lost in the last year had spent; `lost` from `stage_members.lost_amount`."""
    t, fmt = report.t, report.fmt
    if not lost["customers"]:
        return None
    statement = report.tn(
        "{n} customer became lost in the last 12 months",
        "{n} customers became lost in the last 12 months",
        lost["customers"],
    )
    ask = {
        "action": t("Ask a random sample of them why they stopped, and keep the reasons on file."),
        "owner": t("Head of customer management"),
        "review_on": review_on,
    }
    if not lost["amount"] > 0:
        return finding(metric="lost_in_year", statement=statement + t("."), rung="descriptive",
                       value=lost["customers"], n=lost["customers"], **ask)  # fmt: skip
    return finding(
        metric="lost_in_year",
        statement=t(
            "{lost}; in the year up to their last purchase they had spent {money}.",
            lost=statement,
            money=fmt.money(lost["amount"]),
        ),
        rung="descriptive",
        value=lost["customers"],
        n=lost["customers"],
        money_per_year=lost["amount"],
        money_low=lost["low"],
        money_high=lost["high"],
        money_basis="revenue",
        money_kind="loss_so_far",
        overlaps_with=["more_lost"],
        **ask,
    )


def cohort_finding(report, pooled):
    """What a cohort still buys a year on; `pooled` from `cohorts.cohort_month`."""
    t, fmt = report.t, report.fmt
    if pooled["share"] is None:
        return None
    return finding(
        metric="cohort_month12_repeat",
        statement=t(
            "{share} of a cohort ({interval}) buy in the twelfth month after the first purchase.",
            share=fmt.percent(pooled["share"]),
            interval=fmt.interval(pooled["low"], pooled["high"], fmt.percent),
        ),
        rung="descriptive",
        value=pooled["share"],
        low=pooled["low"],
        high=pooled["high"],
        n=pooled["customers"],
    )
