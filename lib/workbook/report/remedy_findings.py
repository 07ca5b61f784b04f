"""What the service report finds of remedies: improvements against a cause, and training of agents."""

from .findings import finding
from .service_words import MEASURES

__all__ = ["improvement_finding", "training_finding"]


def improvement_finding(report, row, *, review_on):
    """Complaints of a cause since an improvement; `row` of `improvements` with its ratio known."""
    t, fmt = report.t, report.fmt
    ends = fmt.interval(row["low"], row["high"], lambda n: fmt.number(n, 2))
    said = {
        "name": str(row["improvement_id"]),
        "cause": str(row["cause"]),
        "ratio": fmt.number(row["ratio"], 2),
        "interval": ends,
        "days": fmt.days(row["days"]),
    }
    clear = row["high"] < 1 or row["low"] > 1
    statement = (
        t("Since improvement {name}, complaints named {cause} stand at {ratio} times those before it, all others taken off ({interval}; {days} on either side).", **said)
        if clear
        else t("No change is established since improvement {name}: complaints named {cause} stand at {ratio} times those before it, all others taken off ({interval}).", **said)
    )  # fmt: skip
    if row["high"] < 1:
        action = t(
            "Keep the improvement; where it is not yet in place, begin with half of the places and compare."
        )
    elif clear:
        action = t(
            "Check with the department whether the improvement is in place, and what else changed on that day."
        )
    else:
        action = t(
            "Check whether the improvement is in place everywhere, and count again after another {days}.",
            **said,
        )
    return finding(
        metric="improvement_ratio",
        place={"improvement_id": row["improvement_id"]},
        statement=statement,
        rung="diagnostic" if clear else "descriptive",
        value=row["ratio"],
        low=row["low"],
        high=row["high"],
        n=int(row["before"] + row["after"]),
        start=row["on"],
        action=action,
        owner=t("Head of quality"),
        review_on=review_on,
    )  # fmt: skip


def training_finding(report, one, *, review_on):
    """What goes with a training of agents; `one` of `training_effects`."""
    t, fmt = report.t, report.fmt
    return finding(
        metric="training_change",
        place={"measure": one.measure},
        statement=t(
            "Training of {agents} agents, {measure}: {change} ({interval}) against agents not trained "
            "then, if both would have gone alike.",
            agents=fmt.count(one.agents),
            measure=t(MEASURES[one.measure]),
            change=fmt.points(one.difference),
            interval=fmt.interval(one.low, one.high, fmt.points),
        ),
        rung="diagnostic",
        value=one.difference,
        low=one.low,
        high=one.high,
        n=one.tickets,
        action=t("Give the next training to half of the agents not yet trained, drawn at random, and compare both halves."),
        owner=t("Team leads of customer service"),
        review_on=review_on,
    )  # fmt: skip
