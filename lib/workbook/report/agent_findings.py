"""What the service report finds of agents: cases beyond chance, and hours against tickets."""

from .findings import finding
from .service_words import MEASURES

__all__ = ["agent_findings", "load_finding"]


def agent_findings(report, funnels, *, review_on):
    """One finding per measure on which agents lie outside; one for all where none does."""
    t, fmt = report.t, report.fmt
    found = []
    for funnel in funnels:
        shown = funnel.table[funnel.table["enough"]]
        above = int((shown["outside"] == "above").sum())
        if not above:
            continue
        found.append(
            finding(
                metric="agents_outside",
                place={"measure": funnel.measure},
                statement=t(
                    "Agents, {measure}: {n} of {agents} lie beyond what their tickets, chance and the "
                    "usual spread between agents allow.",
                    measure=t(MEASURES[funnel.measure]),
                    n=fmt.count(above),
                    agents=fmt.count(len(shown)),
                ),
                rung="descriptive",
                value=above,
                n=int(shown["n"].sum()),
                action=t("Read the cases of these agents with them before anything else; train where the cases show a need."),
                owner=t("Team leads of customer service"),
                review_on=review_on,
            )
        )  # fmt: skip
    if found or not funnels:
        return found
    statement = t(
        "No agent lies beyond what the own tickets, chance and the usual spread between agents allow ({measures}).",
        measures=t(", ").join(t(MEASURES[funnel.measure]) for funnel in funnels),
    )  # fmt: skip
    action = t("Rank and reward no single agent by these figures; look for what all agents can do better, and compare again after a quarter.")  # fmt: skip
    return [finding(metric="agents_outside", statement=statement, rung="descriptive", value=0,
                    n=int(funnels[0].table["n"].sum()), action=action,
                    owner=t("Team leads of customer service"), review_on=review_on)]  # fmt: skip


def load_finding(report, load, *, review_on):
    """Agents' hours at other times than tickets; None where `service_load` tells no share."""
    t, fmt = report.t, report.fmt
    if load is None or load.misplaced is None:
        return None
    if load.low > 0.05:
        action = t(
            "Move shifts towards the hours in which tickets come, and compare the first replies of those hours."
        )
    else:
        action = t(
            "Leave the shifts as they are, and compare agents' hours with the tickets again after a quarter."
        )
    return finding(
        metric="misplaced_hours",
        statement=t(
            "{share} of agents' hours ({interval}) stand at other times of the week than tickets come in.",
            share=fmt.percent(load.misplaced),
            interval=fmt.interval(load.low, load.high, fmt.percent),
        ),
        rung="descriptive",
        value=load.misplaced,
        low=load.low,
        high=load.high,
        n=load.tickets,
        action=action,
        owner=t("Head of customer service"),
        review_on=review_on,
    )  # fmt: skip
