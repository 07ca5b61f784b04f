"""What the service report finds about waits, promises, repeats and agents, from finished results."""

from .findings import finding
from .service_words import MEASURES, hours, missing, wait_range

__all__ = ["answer_sentence", "key_figures", "service_findings"]

FEWEST = 30
WELL_KEPT = 0.9  # share done when due from which nothing is advised


def answer_sentence(report, service, replies, solutions, promise):
    """How service stands, in a sentence or two."""
    t, fmt = report.t, report.fmt
    why = missing(report, service)
    if why:
        return why
    parts = []
    if replies.median is not None:
        parts.append(t("half of all tickets have a first reply within {n}", n=hours(report, replies.median)))  # fmt: skip
    if solutions.median is not None:
        parts.append(t("half are solved within {n}", n=hours(report, solutions.median)))
    if promise["share"] is not None and promise["n"] >= FEWEST:
        parts.append(t("{share} were done when due", share=fmt.percent(promise["share"])))
    still = t(
        "{open} of {n} tickets are open, {overdue} of them overdue.",
        open=fmt.count(solutions.open),
        n=fmt.count(solutions.n),
        overdue=fmt.count(promise["overdue"]),
    )
    if not parts:
        return still
    first = t("; ").join(parts)
    gap = "" if report.language.code == "zh" else " "
    return first[:1].upper() + first[1:] + t(".") + gap + still


def key_figures(report, service, replies, solutions, promise, again):
    """Up to five figures on top of the page."""
    t, fmt = report.t, report.fmt
    if missing(report, service):
        return [(t("Tickets"), fmt.count(len(service.tickets)), t("too few or none"))]

    def span(wait):
        return wait_range(report, vars(wait))

    figures = [
        (
            t("Tickets, 12 months"),
            fmt.count(len(service.recent)),
            t("{n} open now", n=fmt.count(solutions.open)),
        )  # fmt: skip
    ]
    if replies.median is not None:
        figures.append((t("First reply, half within"), hours(report, replies.median), span(replies)))  # fmt: skip
    if solutions.median is not None:
        figures.append((t("Solved, half within"), hours(report, solutions.median), span(solutions)))
    for label, found in ((t("Done when due"), promise), (t("Complaints that come again"), again)):
        if found["share"] is not None and found["n"] >= FEWEST:
            ends = fmt.interval(found["low"], found["high"], fmt.percent)
            figures.append((label, fmt.percent(found["share"]), ends))
    return figures


def service_findings(
    report, service, replies, solutions, promise, again, funnels, load, *, days, review_on
):
    """Findings on waits, promises, repeats, agents and load; None where one can't be made."""
    if missing(report, service):
        return []
    return [
        _promise(report, promise, review_on),
        _overdue(report, promise, solutions, review_on),
        _wait(report, "median_first_reply_hours", replies),
        _wait(report, "median_resolution_hours", solutions),
        _again(report, again, days, review_on),
        *_agents(report, funnels, review_on),
        _load(report, load, review_on),
    ]


def _promise(report, promise, review_on):
    t, fmt = report.t, report.fmt
    if promise["share"] is None or promise["n"] < FEWEST:
        return None
    act = {
        "action": t("Sort open tickets by their due dates every morning in half of the teams, and compare the share done when due."),
        "owner": t("Head of customer service"),
        "review_on": review_on,
    }  # fmt: skip
    return finding(
        metric="sla_share",
        statement=t(
            "{share} of {n} tickets ({interval}) were done when due; open and overdue ones count as "
            "missed.",
            share=fmt.percent(promise["share"]),
            n=fmt.count(promise["n"]),
            interval=fmt.interval(promise["low"], promise["high"], fmt.percent),
        ),
        rung="descriptive",
        value=promise["share"],
        low=promise["low"],
        high=promise["high"],
        n=promise["n"],
        **(act if promise["high"] < WELL_KEPT else {}),
    )


def _overdue(report, promise, solutions, review_on):
    t, fmt = report.t, report.fmt
    if not promise["overdue"]:
        return None
    return finding(
        metric="overdue_tickets",
        statement=report.tn(
            "{n} ticket is open and overdue, of {open} open ones.",
            "{n} tickets are open and overdue, of {open} open ones.",
            promise["overdue"],
            open=fmt.count(solutions.open),
        ),
        rung="descriptive",
        value=promise["overdue"],
        n=solutions.open,
        action=t("Work through the list of overdue tickets, those of the most valuable customers first."),
        owner=t("Head of customer service"),
        review_on=review_on,
    )  # fmt: skip


def _wait(report, metric, wait):
    t, fmt = report.t, report.fmt
    if wait.median is None or wait.n < FEWEST:
        return None
    said = {
        "median": hours(report, wait.median),
        "interval": wait_range(report, vars(wait)),
        "n": fmt.count(wait.n),
        "open": fmt.count(wait.open),
    }
    if metric == "median_first_reply_hours":
        statement = t("Half of {n} tickets have a first reply within {median} ({interval}), {open} still waiting ones included.", **said)  # fmt: skip
    else:
        statement = t("Half of {n} tickets are solved within {median} ({interval}), {open} open ones included.", **said)  # fmt: skip
    return finding(
        metric=metric,
        statement=statement,
        rung="descriptive",
        value=wait.median,
        low=wait.low,
        high=wait.high,
        n=wait.n,
    )


def _again(report, again, days, review_on):
    t, fmt = report.t, report.fmt
    if again["share"] is None or again["n"] < FEWEST:
        return None
    return finding(
        metric="complaints_again",
        statement=t(
            "{share} of {n} complaints ({interval}) were followed by another one of the same customer "
            "within {days}.",
            share=fmt.percent(again["share"]),
            n=fmt.count(again["n"]),
            interval=fmt.interval(again["low"], again["high"], fmt.percent),
            days=fmt.days(days),
        ),
        rung="descriptive",
        value=again["share"],
        low=again["low"],
        high=again["high"],
        n=again["n"],
        action=t("Close a complaint only after the customer has confirmed the solution, and compare the share that comes again."),
        owner=t("Head of customer service"),
        review_on=review_on,
    )  # fmt: skip


def _agents(report, funnels, review_on):
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
    return [finding(metric="agents_outside", statement=statement, rung="descriptive", value=0,
                    n=int(funnels[0].table["n"].sum()))]  # fmt: skip


def _load(report, load, review_on):
    t, fmt = report.t, report.fmt
    if load is None or load.misplaced is None:
        return None
    act = {
        "action": t("Move shifts towards the hours in which tickets come, and compare the first replies of those hours."),
        "owner": t("Head of customer service"),
        "review_on": review_on,
    }  # fmt: skip
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
        **(act if load.low > 0.05 else {}),
    )
