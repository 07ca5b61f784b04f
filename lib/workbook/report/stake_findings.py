"""What is at stake with dormant and lost customers, and who goes without care, as findings."""

from .findings import finding
from .stage_figures import FEWEST

__all__ = ["care_finding", "loss_finding", "stake_finding"]

#: A fifth of the 1 % that a whole run may raise in a company without problems.
LEVEL = 0.002


def loss_finding(report, change, lost, *, review_on):
    """Whether more active customers are lost than a year before; a problem only when it is clear.

    `change` from `loss_change.loss_change` (None: a year is missing), `lost` from
    `stage_members.lost_amount`.
    """
    t, fmt = report.t, report.fmt
    if change is None or change["customers"] < FEWEST:
        return None
    clear = change["p"] < LEVEL
    said = {
        "share": fmt.percent(change["share"]),
        "before": fmt.percent(change["share_before"]),
        "difference": fmt.points(change["difference"]),
        "interval": fmt.interval(change["low"], change["high"], fmt.points),
    }
    more = t(
        "More customers are lost: of those active 12 months ago {share} have become lost since, of "
        "those active a year earlier {before} within theirs; like for like by stage, the difference "
        "is {difference} ({interval}).",
        **said,
    )
    alike = t(
        "No rise in losses is established: of those active 12 months ago {share} have become lost "
        "since, of those active a year earlier {before} within theirs; like for like by stage, the "
        "difference is {difference} ({interval}).",
        **said,
    )
    money = {}
    if clear and lost["customers"] and lost["amount"] > 0:
        each = change["customers"] * lost["amount"] / lost["customers"]
        money = {
            "money_per_year": change["difference"] * each,
            "money_low": change["low80"] * each,
            "money_high": change["high80"] * each,
            "money_basis": "revenue",
            "money_kind": "loss_so_far",
            "overlaps_with": ["lost_in_year"],
        }
    act = {
        "action": t(
            "Find out what changed for customers in this year: compare those lost by region, "
            "product and channel, and ask them."
        ),
        "owner": t("Head of customer management"),
        "review_on": review_on,
    }
    return finding(
        metric="more_lost",
        kind="problem" if clear else "fact",
        statement=more if clear else alike,
        rung="descriptive",
        value=change["difference"],
        low=change["low"],
        high=change["high"],
        n=change["customers"],
        **money,
        **(act if clear else {}),
    )


def stake_finding(report, stake, *, review_on):
    """What today's dormant are to leave behind; `stake` from `stage_spending.dormant_stake`."""
    t, fmt = report.t, report.fmt
    if stake is None or stake["customers"] < FEWEST:
        return None
    return finding(
        metric="dormant_stake",
        kind="opportunity",
        statement=t(
            "{n} dormant customers had spent {amount} in the year up to their last purchase. Those "
            "dormant a year ago have since spent {dormant} of what they had spent in theirs, active "
            "customers of the same former stage {active}: for today's dormant a gap of {stake} a "
            "year ({interval}, 80 %). How much of it a contact would win is not known.",
            n=fmt.count(stake["customers"]),
            amount=fmt.money(stake["amount"]),
            dormant=fmt.percent(stake["kept_dormant"]),
            active=fmt.percent(stake["kept_active"]),
            stake=fmt.money(stake["stake"]),
            interval=fmt.interval(stake["low"], stake["high"], fmt.money),
        ),
        rung="descriptive",
        value=stake["stake"],
        low=stake["low"],
        high=stake["high"],
        n=stake["customers"],
        money_per_year=stake["stake"],
        money_low=stake["low"],
        money_high=stake["high"],
        money_basis="revenue",
        money_kind="opportunity",
        action=t(
            "Offer half of the dormant customers, drawn at random, a reason to come back, and "
            "compare what both halves spend."
        ),
        owner=t("Head of marketing"),
        review_on=review_on,
    )


def care_finding(report, care, *, review_on):
    """How many valuable customers nobody contacted; `care` from `care.care_of`, None without."""
    t, fmt = report.t, report.fmt
    if care is None or care.upper < FEWEST:
        return None
    low, high = care.missed_interval
    return finding(
        metric="valuable_without_contact",
        statement=t(
            "{share} of the more valuable half of customers ({interval}) had no contact in the "
            "last {days}: {n} customers.",
            share=fmt.percent(care.missed / care.upper),
            interval=fmt.interval(low, high, fmt.percent),
            days=fmt.days(care.within_days),
            n=fmt.count(care.missed),
        ),
        rung="descriptive",
        value=care.missed / care.upper,
        low=low,
        high=high,
        n=care.upper,
        action=t("Give each customer of the list a person in charge and a date for a contact."),
        owner=t("Head of customer management"),
        review_on=review_on,
    )
